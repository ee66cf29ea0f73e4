"""Checks of `avg_pool2d`."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from autograder.checks import Submission, agrees, refuses
from solutions.pooling import oracle

from .windows import BAD_WINDOWS, WINDOWS, Window

pytestmark = pytest.mark.grade("avg_pool2d")


@pytest.mark.public
def test_lecture_image(submission: Submission) -> None:
    x = np.arange(9.0).reshape(1, 1, 3, 3)
    # [[2, 3], [5, 6]]
    agrees(submission.avg_pool2d, oracle.avg_pool2d, x, (2, 2), stride=(1, 1))


@pytest.mark.public
def test_without_a_stride(submission: Submission) -> None:
    x = np.array([[3.0, 1, 7, 2], [0, 5, 4, 6], [9, 8, 2, 1]])[None, None]
    agrees(submission.avg_pool2d, oracle.avg_pool2d, x, (3, 2))  # [[26/6, 22/6]]


@pytest.mark.public
def test_the_frame_is_counted(submission: Submission) -> None:
    x = np.array([[4.0, 8.0], [-12.0, 16.0]])[None, None]
    # [[1, 2], [-3, 4]]: each corner window sees one pixel and three zeros
    agrees(submission.avg_pool2d, oracle.avg_pool2d, x, (2, 2), padding=(1, 1))


@pytest.mark.parametrize("window", WINDOWS, ids=str)
def test_any_window(
    submission: Submission, rng: np.random.Generator, window: Window
) -> None:
    x = window.images(rng)
    agrees(submission.avg_pool2d, oracle.avg_pool2d, x, **window.settings)


def test_float32(submission: Submission, rng: np.random.Generator) -> None:
    window = Window("", (3, 2, 6, 5), (3, 2), (1, 2), (1, 1))
    x = window.images(rng, np.float32)
    agrees(submission.avg_pool2d, oracle.avg_pool2d, x, **window.settings)


@pytest.mark.parametrize("settings", BAD_WINDOWS.values(), ids=list(BAD_WINDOWS))
def test_refuses(submission: Submission, settings: dict[str, Any]) -> None:
    x = np.ones((2, 3, 5, 6))
    submission.avg_pool2d(x, (2, 3))  # a window without the fault
    refuses(submission.avg_pool2d, x, **settings)
