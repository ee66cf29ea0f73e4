"""Checks of `corr2d`."""

from __future__ import annotations

import numpy as np
import pytest

from autograder.checks import Submission, agrees, refuses
from solutions.convolution import oracle

pytestmark = pytest.mark.grade("corr2d")

SHAPES = [
    pytest.param((5, 7), (2, 3), id="wide image, wide kernel"),
    pytest.param((7, 5), (3, 2), id="tall image, tall kernel"),
    pytest.param((4, 9), (3, 2), id="wide image, tall kernel"),
    pytest.param((6, 5), (2, 2), id="even square kernel"),
    pytest.param((6, 8), (3, 3), id="odd square kernel"),
    pytest.param((5, 4), (1, 1), id="kernel of one pixel"),
    pytest.param((6, 2), (4, 1), id="kernel of one column"),
    pytest.param((5, 6), (1, 4), id="kernel of one row"),
    pytest.param((3, 5), (3, 5), id="kernel as large as the image"),
]


@pytest.mark.public
def test_lecture_example(submission: Submission) -> None:
    x, k = np.arange(9.0).reshape(3, 3), np.array([[0.0, 1.0], [2.0, 3.0]])
    agrees(submission.corr2d, oracle.corr2d, x, k)  # [[19, 25], [37, 43]]


@pytest.mark.public
def test_kernel_of_one_column(submission: Submission) -> None:
    x = np.array([[1.0, 0, 2], [3, 1, 0], [0, 2, 1], [1, 1, 3]])
    k = np.array([[1.0], [-1.0]])
    # each pixel less the one below: [[-2, -1, 2], [3, -1, -1], [-1, 1, -2]]
    agrees(submission.corr2d, oracle.corr2d, x, k)


@pytest.mark.parametrize(("image", "kernel"), SHAPES)
def test_any_shape(
    submission: Submission,
    rng: np.random.Generator,
    image: tuple[int, int],
    kernel: tuple[int, int],
) -> None:
    x, k = rng.normal(size=image), rng.normal(size=kernel)
    agrees(submission.corr2d, oracle.corr2d, x, k)


def test_float32(submission: Submission, rng: np.random.Generator) -> None:
    x = rng.normal(size=(6, 4)).astype(np.float32)
    k = rng.normal(size=(2, 3)).astype(np.float32)
    agrees(submission.corr2d, oracle.corr2d, x, k)


@pytest.mark.parametrize(
    "kernel", [(4, 2), (2, 6)], ids=["taller than the image", "wider than the image"]
)
def test_refuses_a_kernel(submission: Submission, kernel: tuple[int, int]) -> None:
    x = np.ones((3, 5))
    submission.corr2d(x, np.ones((3, 5)))  # the largest that fits
    refuses(submission.corr2d, x, np.ones(kernel))
