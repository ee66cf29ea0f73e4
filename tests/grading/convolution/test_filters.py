"""Checks of `sobel_edges`."""

from __future__ import annotations

import numpy as np
import pytest

from autograder.checks import Submission, agrees
from solutions.convolution import oracle

pytestmark = pytest.mark.grade("filters")


@pytest.mark.public
def test_a_bright_corner(submission: Submission) -> None:
    image = np.zeros((4, 5))
    image[2:, 3:] = 10.0
    agrees(submission.sobel_edges, oracle.sobel_edges, image)


@pytest.mark.public
def test_an_even_slope(submission: Submission) -> None:
    rows, columns = np.indices((5, 4), dtype=float)
    # gx = 8 * 3 and gy = 8 * 4 everywhere, so the length is 8 * 5 = 40
    agrees(submission.sobel_edges, oracle.sobel_edges, 3 * columns + 4 * rows)


@pytest.mark.parametrize(
    "shape",
    [
        pytest.param((5, 8), id="wide"),
        pytest.param((9, 4), id="tall"),
        pytest.param((3, 3), id="3x3 pixels"),
    ],
)
def test_grey_values(
    submission: Submission, rng: np.random.Generator, shape: tuple[int, int]
) -> None:
    agrees(submission.sobel_edges, oracle.sobel_edges, rng.uniform(0, 255, shape))


def test_values_of_either_sign(
    submission: Submission, rng: np.random.Generator
) -> None:
    agrees(submission.sobel_edges, oracle.sobel_edges, rng.normal(size=(6, 7)))


def test_float32(submission: Submission, rng: np.random.Generator) -> None:
    image = rng.uniform(0, 255, (6, 5)).astype(np.float32)
    agrees(submission.sobel_edges, oracle.sobel_edges, image)
