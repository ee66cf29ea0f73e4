"""Checks of `max_pool2d_backward`."""

from __future__ import annotations

import numpy as np
import pytest

from autograder.checks import Submission, agrees
from solutions.pooling import oracle

from .ties import agrees_but_for_ties
from .windows import WINDOWS, Window

pytestmark = pytest.mark.grade("max_pool2d_backward")


@pytest.mark.public
def test_windows_side_by_side(submission: Submission) -> None:
    x = np.array([[3.0, 1, 7, 2], [0, 5, 4, 6], [8, -2, -1, -3]])[None, None]
    dout = np.array([[10.0, 20.0]])[None, None]
    # the 5 gets 10 and the 7 gets 20; the last row is left over
    agrees(submission.max_pool2d_backward, oracle.max_pool2d_backward, dout, x, (2, 2))


@pytest.mark.public
def test_one_pixel_wins_in_four_windows(submission: Submission) -> None:
    x = np.array([[1.0, 3, 2, 0], [4, 9, 5, 1], [2, 6, 7, 8]])[None, None]
    dout = np.array([[1.0, 2, 3], [4, 5, 6]])[None, None]
    # the 9 gets 1 + 2 + 4 + 5 = 12, the 5 gets 3, the 8 gets 6
    agrees(
        submission.max_pool2d_backward,
        oracle.max_pool2d_backward,
        dout,
        x,
        (2, 2),
        stride=(1, 1),
    )


@pytest.mark.public
def test_negative_pixels_in_a_frame(submission: Submission) -> None:
    x = np.array([[-3.0, -1.0, -5.0], [-2.0, -4.0, -6.0]])[None, None]
    dout = np.array([[1.0, 2.0], [3.0, 4.0]])[None, None]
    agrees(
        submission.max_pool2d_backward,
        oracle.max_pool2d_backward,
        dout,
        x,
        (2, 2),
        padding=(1, 1),
    )


@pytest.mark.parametrize("window", WINDOWS, ids=str)
def test_any_window(
    submission: Submission, rng: np.random.Generator, window: Window
) -> None:
    agrees(
        submission.max_pool2d_backward,
        oracle.max_pool2d_backward,
        window.gradient(rng),
        window.images(rng),
        **window.settings,
    )


def test_float32(submission: Submission, rng: np.random.Generator) -> None:
    window = Window("", (3, 2, 6, 5), (3, 2), (1, 2), (1, 1))
    agrees(
        submission.max_pool2d_backward,
        oracle.max_pool2d_backward,
        window.gradient(rng, np.float32),
        window.images(rng, np.float32),
        **window.settings,
    )


def test_zeros_at_the_border_win(
    submission: Submission, rng: np.random.Generator
) -> None:
    window = Window("", (2, 3, 5, 6), (3, 2), (2, 2), (1, 1))
    x = -rng.uniform(1, 2, size=window.shape)
    x[:, :, 0, 0] = x[:, :, -1, -1] = 0  # no frame of zeros may win in their place
    agrees(
        submission.max_pool2d_backward,
        oracle.max_pool2d_backward,
        window.gradient(rng),
        x,
        **window.settings,
    )


def test_equal_pixels_share_one_gradient(
    submission: Submission, rng: np.random.Generator
) -> None:
    x = np.maximum(rng.integers(-3, 3, size=(2, 3, 6, 8)), 0).astype(float)
    dout = rng.uniform(1, 2, size=(2, 3, 2, 4))
    agrees_but_for_ties(submission.max_pool2d_backward, dout, x, (3, 2))


def test_windows_of_zeros_share_one_gradient(
    submission: Submission, rng: np.random.Generator
) -> None:
    x, dout = np.zeros((3, 2, 4, 9)), rng.uniform(1, 2, size=(3, 2, 2, 3))
    agrees_but_for_ties(submission.max_pool2d_backward, dout, x, (2, 3))
