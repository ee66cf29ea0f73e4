"""Checks of `conv2d_flipped`."""

from __future__ import annotations

import numpy as np
import pytest

from autograder.checks import Submission, agrees, refuses
from solutions.convolution import oracle

pytestmark = pytest.mark.grade("conv2d_flipped")

SHAPES = [
    pytest.param((5, 7), (2, 3), id="wide image, wide kernel"),
    pytest.param((7, 5), (3, 2), id="tall image, tall kernel"),
    pytest.param((6, 8), (3, 3), id="square kernel"),
    pytest.param((5, 4), (1, 1), id="kernel of one pixel"),
    pytest.param((6, 5), (4, 1), id="kernel of one column"),
    pytest.param((4, 6), (1, 3), id="kernel of one row"),
    pytest.param((3, 5), (3, 5), id="kernel as large as the image"),
]


@pytest.mark.public
def test_image_of_the_lecture(submission: Submission) -> None:
    x, k = np.arange(9.0).reshape(3, 3), np.array([[0.0, 1.0], [2.0, 3.0]])
    agrees(submission.conv2d_flipped, oracle.conv2d_flipped, x, k)
    # [[5, 11], [23, 29]]


@pytest.mark.public
def test_a_single_bright_pixel_gives_the_kernel_back(submission: Submission) -> None:
    x = np.zeros((3, 5))
    x[1, 2] = 1.0
    k = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
    agrees(submission.conv2d_flipped, oracle.conv2d_flipped, x, k)


@pytest.mark.parametrize(("image", "kernel"), SHAPES)
def test_any_shape(
    submission: Submission,
    rng: np.random.Generator,
    image: tuple[int, int],
    kernel: tuple[int, int],
) -> None:
    x, k = rng.normal(size=image), rng.normal(size=kernel)
    agrees(submission.conv2d_flipped, oracle.conv2d_flipped, x, k)


def test_float32(submission: Submission, rng: np.random.Generator) -> None:
    x = rng.normal(size=(4, 6)).astype(np.float32)
    k = rng.normal(size=(3, 2)).astype(np.float32)
    agrees(submission.conv2d_flipped, oracle.conv2d_flipped, x, k)


@pytest.mark.parametrize(
    "kernel", [(4, 2), (2, 6)], ids=["taller than the image", "wider than the image"]
)
def test_refuses_a_kernel(submission: Submission, kernel: tuple[int, int]) -> None:
    x = np.ones((3, 5))
    submission.conv2d_flipped(x, np.ones((3, 5)))  # the largest that fits
    refuses(submission.conv2d_flipped, x, np.ones(kernel))
