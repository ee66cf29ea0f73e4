"""Checks of `max_pool2d`."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from autograder.checks import Submission, agrees, refuses
from solutions.pooling import oracle

from .windows import BAD_WINDOWS, WINDOWS, Window

pytestmark = pytest.mark.grade("max_pool2d")


@pytest.mark.public
def test_lecture_example(submission: Submission) -> None:
    x = np.arange(9.0).reshape(1, 1, 3, 3)
    # [[4, 5], [7, 8]]
    agrees(submission.max_pool2d, oracle.max_pool2d, x, (2, 2), stride=(1, 1))


@pytest.mark.public
def test_without_a_stride(submission: Submission) -> None:
    x = np.array([[3.0, 1, 7, 2], [0, 5, 4, 6], [9, 8, 2, 1]])[None, None]
    agrees(submission.max_pool2d, oracle.max_pool2d, x, (1, 2))  # 3 x 2 windows
    agrees(submission.max_pool2d, oracle.max_pool2d, x, (2, 2))  # [[5, 7]]


@pytest.mark.public
def test_negative_pixels_in_a_frame(submission: Submission) -> None:
    x = np.array([[-3.0, -1.0], [-2.0, -4.0]])[None, None]
    # [[-3, -1], [-2, -4]]: each corner window sees one pixel
    agrees(submission.max_pool2d, oracle.max_pool2d, x, (2, 2), padding=(1, 1))


@pytest.mark.public
def test_two_images_of_two_channels(submission: Submission) -> None:
    x = np.array([[[1.0, 2, 3, 4, 5]], [[9, 8, 7, 6, 5]]])
    x = np.stack([x, -x])  # (2, 2, 1, 5)
    agrees(submission.max_pool2d, oracle.max_pool2d, x, (1, 2), stride=(1, 1))


@pytest.mark.parametrize("window", WINDOWS, ids=str)
def test_any_window(
    submission: Submission, rng: np.random.Generator, window: Window
) -> None:
    x = window.images(rng)
    agrees(submission.max_pool2d, oracle.max_pool2d, x, **window.settings)


def test_nothing_above_zero(submission: Submission, rng: np.random.Generator) -> None:
    window = Window("", (2, 3, 7, 6), (2, 3), (2, 1), (1, 0))
    x = window.images(rng) - 2
    agrees(submission.max_pool2d, oracle.max_pool2d, x, **window.settings)


def test_float32(submission: Submission, rng: np.random.Generator) -> None:
    window = Window("", (3, 2, 6, 5), (3, 2), (1, 2), (1, 1))
    x = window.images(rng, np.float32)
    agrees(submission.max_pool2d, oracle.max_pool2d, x, **window.settings)


@pytest.mark.parametrize("settings", BAD_WINDOWS.values(), ids=list(BAD_WINDOWS))
def test_refuses(submission: Submission, settings: dict[str, Any]) -> None:
    x = np.ones((2, 3, 5, 6))
    submission.max_pool2d(x, (2, 3))  # a window without the fault
    refuses(submission.max_pool2d, x, **settings)
