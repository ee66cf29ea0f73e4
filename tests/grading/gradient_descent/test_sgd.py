"""Checks of `sgd`."""

from __future__ import annotations

import numpy as np
import pytest

from autograder.checks import Submission, agrees, refuses
from solutions.gradient_descent import oracle

from .landscapes import some_gradient, some_schedule

pytestmark = pytest.mark.grade("sgd")


@pytest.mark.public
def test_steady_steps_in_the_bowl(submission: Submission) -> None:
    # (-5, -2) -> (-5, -2) - 0.1 * ((-10, -8) + (1, -2)) = (-4.1, -1) -> ...
    noise = np.array([[1.0, -2.0], [0.5, 1.5], [-3.0, 0.25]])
    x0, gradient = np.array([-5.0, -2.0]), oracle.bowl_gradient
    agrees(submission.sgd, oracle.sgd, gradient, x0, oracle.steady, noise)


@pytest.mark.public
def test_cooling_steps_in_the_bowl(submission: Submission) -> None:
    noise = np.array([[2.0, -1.0], [0.5, 0.5], [-1.0, 2.0], [1.0, 1.0]])
    x0, gradient = np.array([-5.0, -2.0]), oracle.bowl_gradient
    agrees(submission.sgd, oracle.sgd, gradient, x0, oracle.cooling, noise)


@pytest.mark.parametrize(
    ("steps", "d"),
    [(6, 4), (4, 6), (5, 1), (3, 3), (1, 4)],
    ids=[
        "more steps than coordinates",
        "more coordinates than steps",
        "one coordinate",
        "as many steps as coordinates",
        "one step",
    ],
)
def test_any_size(
    submission: Submission, rng: np.random.Generator, steps: int, d: int
) -> None:
    x0, noise = rng.normal(size=d), rng.normal(size=(steps, d))
    gradient, schedule = some_gradient(rng, d), some_schedule(rng)
    agrees(submission.sgd, oracle.sgd, gradient, x0, schedule, noise)


def test_no_steps(submission: Submission, rng: np.random.Generator) -> None:
    x0, noise = rng.normal(size=3), np.empty((0, 3))
    gradient, schedule = some_gradient(rng, 3), some_schedule(rng)
    agrees(submission.sgd, oracle.sgd, gradient, x0, schedule, noise)


def test_whole_numbers_count_as_float64(
    submission: Submission, rng: np.random.Generator
) -> None:
    x0, noise = np.array([4, -3, 1]), rng.normal(size=(5, 3))
    gradient, schedule = some_gradient(rng, 3), some_schedule(rng)
    agrees(submission.sgd, oracle.sgd, gradient, x0, schedule, noise)


def test_whole_numbers_count_as_float64_before_the_first_step(
    submission: Submission, rng: np.random.Generator
) -> None:
    x0, noise = np.array([4, -3, 1]), np.empty((0, 3))
    gradient, schedule = some_gradient(rng, 3), some_schedule(rng)
    start = submission.sgd(gradient, x0, schedule, noise)
    assert np.asarray(start).dtype == np.float64, "the start is not float64"


def test_float32(submission: Submission, rng: np.random.Generator) -> None:
    x0 = rng.normal(size=3).astype(np.float32)
    noise = rng.normal(size=(4, 3)).astype(np.float32)
    gradient, schedule = some_gradient(rng, 3), some_schedule(rng)
    agrees(submission.sgd, oracle.sgd, gradient, x0, schedule, noise)


@pytest.mark.parametrize(
    "shape", [(5, 4), (5, 1), (3, 5)], ids=["too long", "one number", "steps last"]
)
def test_refuses_rows_of_noise(submission: Submission, shape: tuple[int, int]) -> None:
    x0, gradient = np.ones(3), oracle.parabola_gradient
    submission.sgd(gradient, x0, oracle.steady, np.ones((5, 3)))  # without the fault
    refuses(submission.sgd, gradient, x0, oracle.steady, np.ones(shape))
