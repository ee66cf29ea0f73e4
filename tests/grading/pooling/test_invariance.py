"""Checks of `shift_invariance`."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from autograder.checks import Submission, agrees, refuses
from solutions.pooling import oracle

pytestmark = pytest.mark.grade("invariance")

Pair = tuple[int, int]


@pytest.mark.public
def test_a_pixel_amid_a_window_stays(submission: Submission) -> None:
    image = np.zeros((3, 6))
    image[1, 1] = 5.0  # the left maximum always survives; so does the right one
    agrees(submission.shift_invariance, oracle.shift_invariance, image, (3, 3))


@pytest.mark.public
def test_a_pixel_at_the_border_is_lost(submission: Submission) -> None:
    image = np.zeros((4, 4))
    image[0, 0] = 5.0
    agrees(submission.shift_invariance, oracle.shift_invariance, image, (2, 2))


@pytest.mark.public
def test_two_pixels_of_one_brightness(submission: Submission) -> None:
    image = np.array([[0.0, 0, 2, 0, 0], [0, 7, 0, 1, 0], [0, 0, 0, 7, 3]])
    agrees(
        submission.shift_invariance,
        oracle.shift_invariance,
        image,
        (2, 2),
        stride=(1, 1),
    )


@pytest.mark.parametrize(
    ("shape", "size", "stride"),
    [
        pytest.param((8, 9), (2, 3), None, id="disjoint windows"),
        pytest.param((7, 10), (3, 2), (1, 2), id="windows that share entries"),
        pytest.param((9, 8), (4, 3), (2, 1), id="large windows"),
        pytest.param((9, 7), (2, 2), (4, 3), id="stride beyond the window"),
        pytest.param((5, 6), (5, 6), None, id="window as large as the image"),
        pytest.param((4, 7), (1, 1), (1, 1), id="no pooling at all"),
    ],
)
def test_few_grey_values(
    submission: Submission,
    rng: np.random.Generator,
    shape: Pair,
    size: Pair,
    stride: Pair | None,
) -> None:
    image = rng.integers(0, 6, size=shape).astype(float)
    args = image, size
    agrees(submission.shift_invariance, oracle.shift_invariance, *args, stride=stride)


def test_bright_columns_on_both_sides(
    submission: Submission, rng: np.random.Generator
) -> None:
    image = rng.integers(0, 3, size=(8, 10)).astype(float)
    image[:, [0, -1]] = rng.permutation(np.arange(16.0) + 5).reshape(8, 2)
    agrees(submission.shift_invariance, oracle.shift_invariance, image, (2, 2))


def test_nothing_above_zero(submission: Submission, rng: np.random.Generator) -> None:
    image = -rng.integers(1, 5, size=(7, 9)).astype(float)
    args = image, (3, 2)
    agrees(submission.shift_invariance, oracle.shift_invariance, *args, stride=(2, 3))


def test_maxima_that_nearly_agree(
    submission: Submission, rng: np.random.Generator
) -> None:
    image = 1 + 1e-9 * rng.permutation(63).reshape(7, 9)  # close is not equal
    agrees(submission.shift_invariance, oracle.shift_invariance, image, (2, 3))


def test_float32(submission: Submission, rng: np.random.Generator) -> None:
    image = rng.integers(0, 9, size=(8, 7)).astype(np.float32) / 16
    agrees(submission.shift_invariance, oracle.shift_invariance, image, (3, 2))


@pytest.mark.parametrize(
    "settings",
    [
        pytest.param({"size": (0, 2)}, id="window of height 0"),
        pytest.param({"size": (2, 3), "stride": (1, 0)}, id="horizontal stride 0"),
        pytest.param({"size": (2, 8)}, id="window wider than the image"),
        pytest.param({"size": (6, 2)}, id="window taller than the image"),
    ],
)
def test_refuses(submission: Submission, settings: dict[str, Any]) -> None:
    image = np.ones((5, 7))
    submission.shift_invariance(image, (2, 3))  # a window without the fault
    refuses(submission.shift_invariance, image, **settings)
