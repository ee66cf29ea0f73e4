"""Checks of `softmax`."""

from __future__ import annotations

import numpy as np
import pytest

from autograder.checks import RemoteFunction, Submission, agrees
from solutions.attention import oracle

from .libraries import SOFTMAX

pytestmark = pytest.mark.grade("softmax")

SHAPES = [
    pytest.param((5,), id="one row"),
    pytest.param((3, 4), id="three rows"),
    # A sum over the first axis has the right shape everywhere, these sums don't mix.
    pytest.param((4, 4), id="as many rows as keys"),
    pytest.param((2, 3, 5), id="two axes before"),
    pytest.param((2, 3, 2, 4), id="three axes before"),
]


@pytest.fixture
def softmax(submission: Submission) -> RemoteFunction:
    """The student's softmax, which may not call scipy's."""
    return submission.softmax.without(*SOFTMAX)


def draw_mask(rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    """Draw a mask that allows some keys in each row and not all."""
    mask = rng.random(size=shape) < 0.5
    mask[..., 0], mask[..., -1] = True, False
    return mask


@pytest.mark.public
def test_two_rows(softmax: RemoteFunction) -> None:
    agrees(softmax, oracle.softmax, np.log([[1.0, 2.0, 1.0], [3.0, 1.0, 4.0]]))


@pytest.mark.public
def test_scores_of_ten_thousand(softmax: RemoteFunction) -> None:
    agrees(softmax, oracle.softmax, np.array([[1e4, 1e4 + 1, -1e4]]))


@pytest.mark.public
def test_a_mask(softmax: RemoteFunction) -> None:
    scores = np.log([[1.0, 2.0, 3.0], [1.0, 2.0, 1.0]])
    mask = np.array([[True, False, True], [True, True, False]])
    agrees(softmax, oracle.softmax, scores, mask)  # 1/4, 0, 3/4 and 1/3, 2/3, 0


@pytest.mark.public
def test_a_row_where_nothing_is_allowed(softmax: RemoteFunction) -> None:
    mask = np.array([[True, True], [False, False]])
    agrees(softmax, oracle.softmax, np.array([[1.0, 1.0], [1.0, 2.0]]), mask)


@pytest.mark.parametrize("shape", SHAPES)
def test_any_shape(
    softmax: RemoteFunction, rng: np.random.Generator, shape: tuple[int, ...]
) -> None:
    agrees(softmax, oracle.softmax, rng.normal(scale=2, size=shape))


@pytest.mark.parametrize("dtype", [np.float32, np.float64], ids=["float32", "float64"])
@pytest.mark.parametrize("size", [1e3, 1e4], ids=["thousands", "ten thousands"])
def test_large_scores(
    softmax: RemoteFunction,
    rng: np.random.Generator,
    size: float,
    dtype: type[np.floating],
) -> None:
    # At float32 the difference of two numbers near 1e4 has lost too many digits.
    size = min(size, 1e3) if dtype is np.float32 else size
    scores = rng.integers(-2, 3, size=(4, 3)) + size * rng.choice([-1, 1], size=(4, 3))
    agrees(softmax, oracle.softmax, scores.astype(dtype))


@pytest.mark.parametrize("dtype", [np.float32, np.float64], ids=["float32", "float64"])
def test_rows_far_from_each_other(
    softmax: RemoteFunction, rng: np.random.Generator, dtype: type[np.floating]
) -> None:
    # At float32 the difference of two numbers near 1e4 has lost too many digits.
    far = 1e3 if dtype is np.float32 else 1e4
    heights = np.array([[far], [-far], [0.0]])
    scores = heights + rng.integers(-3, 4, size=(2, 3, 4))
    agrees(softmax, oracle.softmax, scores.astype(dtype))


@pytest.mark.parametrize("shape", SHAPES)
def test_any_mask(
    softmax: RemoteFunction, rng: np.random.Generator, shape: tuple[int, ...]
) -> None:
    scores = rng.normal(scale=2, size=shape)
    agrees(softmax, oracle.softmax, scores, draw_mask(rng, shape))


@pytest.mark.parametrize(
    "shape",
    [
        pytest.param((3, 5), id="for each sample"),
        pytest.param((5,), id="for all rows"),
        pytest.param((2, 1, 5), id="for all queries of a sample"),
    ],
)
def test_a_mask_that_broadcasts(
    softmax: RemoteFunction, rng: np.random.Generator, shape: tuple[int, ...]
) -> None:
    scores = rng.normal(scale=2, size=(2, 3, 5))
    agrees(softmax, oracle.softmax, scores, draw_mask(rng, shape))


@pytest.mark.parametrize("height", [50.0, 1e4], ids=["higher", "far higher"])
def test_the_highest_score_is_not_allowed(
    softmax: RemoteFunction, rng: np.random.Generator, height: float
) -> None:
    scores = rng.normal(size=(3, 5)) - np.array([[0.0], [20.0], [800.0]])
    mask = draw_mask(rng, scores.shape)
    scores[:, -1] += height
    agrees(softmax, oracle.softmax, scores, mask)


@pytest.mark.parametrize("dtype", [np.float32, np.float64], ids=["float32", "float64"])
def test_nothing_is_allowed(
    softmax: RemoteFunction, rng: np.random.Generator, dtype: type[np.floating]
) -> None:
    scores, mask = rng.normal(size=(2, 3, 4)), draw_mask(rng, (2, 3, 4))
    mask[0, 1], mask[1] = False, False
    agrees(softmax, oracle.softmax, scores.astype(dtype), mask)


def test_large_scores_and_a_mask(
    softmax: RemoteFunction, rng: np.random.Generator
) -> None:
    scores = rng.integers(-3, 4, size=(3, 4)) + np.array([[1e4], [-1e4], [3e3]])
    agrees(softmax, oracle.softmax, scores, draw_mask(rng, scores.shape))


def test_float32(softmax: RemoteFunction, rng: np.random.Generator) -> None:
    scores = rng.normal(scale=2, size=(3, 4)).astype(np.float32)
    agrees(softmax, oracle.softmax, scores)
    agrees(softmax, oracle.softmax, scores, draw_mask(rng, scores.shape))
