"""Checks of `interpolation`."""

from __future__ import annotations

import numpy as np
import pytest

from autograder.checks import Submission, agrees, refuses
from solutions.gan import oracle

pytestmark = pytest.mark.grade("interpolation")


@pytest.mark.public
def test_three_points(submission: Submission) -> None:
    # (0, 4), (1, 3), (2, 2)
    args = np.array([0.0, 4.0]), np.array([2.0, 2.0]), 3
    agrees(submission.interpolation, oracle.interpolation, *args)


@pytest.mark.public
def test_ends_alone(submission: Submission) -> None:
    args = np.array([1.0, -1.0, 3.0]), np.array([5.0, 0.0, 2.0]), 2
    agrees(submission.interpolation, oracle.interpolation, *args)


@pytest.mark.parametrize(
    ("d", "n_steps"),
    [(1, 4), (3, 5), (6, 3), (5, 5), (100, 10), (4, 2)],
    ids="{}".format,
)
def test_any_points(
    submission: Submission, rng: np.random.Generator, d: int, n_steps: int
) -> None:
    p1, p2 = rng.normal(1, 2, size=(2, d))
    agrees(submission.interpolation, oracle.interpolation, p1, p2, n_steps)


def test_float32(submission: Submission, rng: np.random.Generator) -> None:
    p1, p2 = rng.normal(1, 2, size=(2, 7)).astype(np.float32)
    agrees(submission.interpolation, oracle.interpolation, p1, p2, 6)


@pytest.mark.parametrize(
    ("d1", "d2", "n_steps"),
    [
        pytest.param(3, 3, 1, id="one point"),
        pytest.param(3, 3, 0, id="no points"),
        pytest.param(3, 4, 5, id="unequal lengths"),
        pytest.param(3, 1, 5, id="could be broadcast"),
    ],
)
def test_refuses(submission: Submission, d1: int, d2: int, n_steps: int) -> None:
    submission.interpolation(np.zeros(3), np.ones(3), 5)  # the call without the fault
    refuses(submission.interpolation, np.zeros(d1), np.ones(d2), n_steps)
