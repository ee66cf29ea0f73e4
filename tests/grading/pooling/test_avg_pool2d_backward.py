"""Checks of `avg_pool2d_backward`."""

from __future__ import annotations

import numpy as np
import pytest

from autograder.checks import Submission, agrees
from solutions.pooling import oracle

from .windows import WINDOWS, Window

pytestmark = pytest.mark.grade("avg_pool2d_backward")


@pytest.mark.public
def test_windows_side_by_side(submission: Submission) -> None:
    x = np.arange(10.0).reshape(1, 1, 2, 5)
    dout = np.array([[8.0, -4.0]])[None, None]
    # 2 under the first window, -1 under the second; the last column is left over
    agrees(submission.avg_pool2d_backward, oracle.avg_pool2d_backward, dout, x, (2, 2))


@pytest.mark.public
def test_windows_overlap(submission: Submission) -> None:
    x, dout = np.arange(9.0).reshape(1, 1, 3, 3), np.full((1, 1, 2, 2), 4.0)
    # [[1, 2, 1], [2, 4, 2], [1, 2, 1]]: one for each window over a pixel
    agrees(
        submission.avg_pool2d_backward,
        oracle.avg_pool2d_backward,
        dout,
        x,
        (2, 2),
        stride=(1, 1),
    )


@pytest.mark.public
def test_what_falls_on_the_frame_is_lost(submission: Submission) -> None:
    x = np.arange(6.0).reshape(1, 1, 2, 3)
    dout = np.array([[6.0, 12.0]])[None, None]
    agrees(
        submission.avg_pool2d_backward,
        oracle.avg_pool2d_backward,
        dout,
        x,
        (2, 3),
        padding=(0, 2),
    )


@pytest.mark.parametrize("window", WINDOWS, ids=str)
def test_any_window(
    submission: Submission, rng: np.random.Generator, window: Window
) -> None:
    agrees(
        submission.avg_pool2d_backward,
        oracle.avg_pool2d_backward,
        window.gradient(rng),
        window.images(rng),
        **window.settings,
    )


def test_float32(submission: Submission, rng: np.random.Generator) -> None:
    window = Window("", (3, 2, 6, 5), (3, 2), (1, 2), (1, 1))
    agrees(
        submission.avg_pool2d_backward,
        oracle.avg_pool2d_backward,
        window.gradient(rng, np.float32),
        window.images(rng, np.float32),
        **window.settings,
    )
