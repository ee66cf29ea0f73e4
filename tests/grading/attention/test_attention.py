"""Checks of `attention`."""

from __future__ import annotations

import numpy as np
import pytest

from autograder.checks import Submission, agrees, refuses
from solutions.attention import oracle

from .looks import LOOKS, Look

pytestmark = pytest.mark.grade("attention")


@pytest.mark.public
def test_a_soft_dictionary(submission: Submission) -> None:
    # Scores 2 log 3 / sqrt(4) = log 3 and 0, so that the weights are 3/4 and 1/4.
    q = np.array([[2 * np.log(3.0), 0.0, 0.0, 0.0]])
    k = np.eye(2, 4)
    v = np.array([[4.0, 0.0, 8.0], [0.0, 4.0, 4.0]])
    agrees(submission.attention, oracle.attention, q, k, v)


@pytest.mark.public
def test_a_mask(submission: Submission) -> None:
    q, k = np.array([[1.0, 0.0], [0.0, 2.0]]), np.array([[1.0, 1.0], [0.0, 1.0]])
    v = np.array([[1.0, 2.0], [3.0, 4.0]])
    mask = np.array([[True, False], [True, True]])
    agrees(submission.attention, oracle.attention, q, k, v, mask)


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_any_sizes(
    submission: Submission, rng: np.random.Generator, look: Look
) -> None:
    agrees(submission.attention, oracle.attention, *look.arrays(rng))


@pytest.mark.parametrize("look", LOOKS[:5], ids=str)
def test_any_mask(submission: Submission, rng: np.random.Generator, look: Look) -> None:
    q, k, v = look.arrays(rng)
    agrees(submission.attention, oracle.attention, q, k, v, look.mask(rng))


@pytest.mark.parametrize("look", [LOOKS[1], LOOKS[3]], ids=str)
def test_one_mask_for_all(
    submission: Submission, rng: np.random.Generator, look: Look
) -> None:
    mask = look.mask(rng, is_shared=True)
    agrees(submission.attention, oracle.attention, *look.arrays(rng), mask=mask)


@pytest.mark.parametrize("look", LOOKS[:2], ids=str)
def test_padded_samples(
    submission: Submission, rng: np.random.Generator, look: Look
) -> None:
    lengths = 1 + np.arange(look.before[0])
    mask = np.arange(look.keys) < lengths[:, None, None]  # (batch, 1, keys)
    agrees(submission.attention, oracle.attention, *look.arrays(rng), mask)


def test_a_query_that_may_look_at_nothing(
    submission: Submission, rng: np.random.Generator
) -> None:
    look = LOOKS[0]
    mask = look.mask(rng)
    mask[0, 1], mask[1] = False, False
    agrees(submission.attention, oracle.attention, *look.arrays(rng), mask)


def test_large_queries(submission: Submission, rng: np.random.Generator) -> None:
    q, k, v = LOOKS[1].arrays(rng)
    agrees(submission.attention, oracle.attention, 3000 * q, k, v)


@pytest.mark.parametrize("look", [LOOKS[0], LOOKS[3]], ids=str)
def test_float32(submission: Submission, rng: np.random.Generator, look: Look) -> None:
    q, k, v = look.arrays(rng, np.float32)
    agrees(submission.attention, oracle.attention, q, k, v)
    agrees(submission.attention, oracle.attention, q, k, v, look.mask(rng))


@pytest.mark.parametrize(
    ("k", "v"),
    [
        pytest.param((2, 5, 3), (2, 5, 6), id="keys narrower than queries"),
        pytest.param((2, 5, 1), (2, 5, 6), id="keys of one feature"),
        pytest.param((2, 5, 4), (2, 4, 6), id="fewer values than keys"),
        pytest.param((2, 5, 4), (2, 1, 6), id="one value for all keys"),
        pytest.param((2, 1, 4), (2, 5, 6), id="one key for all values"),
    ],
)
def test_refuses(
    submission: Submission, k: tuple[int, ...], v: tuple[int, ...]
) -> None:
    q = np.ones((2, 3, 4))
    submission.attention(q, np.ones((2, 5, 4)), np.ones((2, 5, 6)))  # without a fault
    refuses(submission.attention, q, np.ones(k), np.ones(v))
