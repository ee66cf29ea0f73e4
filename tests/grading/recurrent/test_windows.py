"""Checks of `windows`."""

from __future__ import annotations

import numpy as np
import pytest

from autograder.checks import Submission, agrees, refuses
from solutions.recurrent import oracle

pytestmark = pytest.mark.grade("windows")


@pytest.mark.public
def test_windows_of_two(submission: Submission) -> None:
    agrees(submission.windows, oracle.windows, np.array([1.0, 2.0, 4.0, 8.0, 16.0]), 2)


@pytest.mark.public
def test_windows_of_three(submission: Submission) -> None:
    series = np.array([5.0, 1.0, 4.0, 2.0, 3.0, 0.0])
    agrees(submission.windows, oracle.windows, series, 3)


@pytest.mark.parametrize(
    ("n", "length"),
    [(9, 2), (12, 4), (11, 5), (6, 1), (4, 3), (2, 1)],
    ids=[
        "nine values in twos",
        "twelve values in fours",
        "eleven values in fives",
        "windows of one",
        "one window",
        "one window of one",
    ],
)
def test_any_series(
    submission: Submission, rng: np.random.Generator, n: int, length: int
) -> None:
    agrees(submission.windows, oracle.windows, rng.normal(size=n), length)


def test_float32(submission: Submission, rng: np.random.Generator) -> None:
    series = rng.normal(size=7).astype(np.float32)
    agrees(submission.windows, oracle.windows, series, 3)


@pytest.mark.parametrize(
    "length",
    [
        pytest.param(0, id="length 0"),
        pytest.param(-1, id="length below 0"),
        pytest.param(5, id="as long as the series"),
        pytest.param(6, id="longer than the series"),
    ],
)
def test_refuses(submission: Submission, length: int) -> None:
    series = np.arange(5.0)
    submission.windows(series, 2)  # the call without the fault
    refuses(submission.windows, series, length)
