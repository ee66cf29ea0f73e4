"""Checks of `descend`."""

from __future__ import annotations

import numpy as np
import pytest

from autograder.checks import Submission, agrees, refuses
from solutions.gradient_descent import oracle

from .landscapes import some_gradient

pytestmark = pytest.mark.grade("descend")


@pytest.mark.public
@pytest.mark.parametrize("eta", [0.2, 0.05], ids=["eta 0.2", "eta 0.05"])
def test_parabola_from_ten(submission: Submission, eta: float) -> None:
    # x is multiplied by 1 - 2 eta ten times: it ends at 10 * 0.6**10, 10 * 0.9**10
    gradient = oracle.parabola_gradient
    agrees(submission.descend, oracle.descend, gradient, 10.0, eta, 10)


@pytest.mark.public
def test_bowl_of_the_lecture(submission: Submission) -> None:
    # From whole numbers; ends at (-5 * 0.8**20, -2 * 0.6**20)
    x0 = np.array([-5, -2])
    agrees(submission.descend, oracle.descend, oracle.bowl_gradient, x0, 0.1, 20)


@pytest.mark.public
def test_bowl_two_steps_by_hand(submission: Submission) -> None:
    # (-4, 2) - 0.25 * (-8, 8) = (-2, 0), (-2, 0) - 0.25 * (-4, 0) = (-1, 0)
    x0 = np.array([-4.0, 2.0])
    agrees(submission.descend, oracle.descend, oracle.bowl_gradient, x0, 0.25, 2)


@pytest.mark.parametrize(
    "shape",
    [
        pytest.param((4,), id="four coordinates"),
        pytest.param((1,), id="one coordinate in an array"),
        pytest.param((2, 3), id="a matrix of coordinates"),
    ],
)
def test_any_shape(
    submission: Submission, rng: np.random.Generator, shape: tuple[int, ...]
) -> None:
    x0, gradient = rng.normal(size=shape), some_gradient(rng, int(np.prod(shape)))
    agrees(submission.descend, oracle.descend, gradient, x0, 0.3, 6)


def test_a_number(submission: Submission, rng: np.random.Generator) -> None:
    gradient = some_gradient(rng, 1)
    agrees(submission.descend, oracle.descend, gradient, -1.7, 0.4, 5)


@pytest.mark.parametrize(
    "x0", [7, np.array([3, -4, 1])], ids=["a whole number", "whole numbers"]
)
def test_whole_numbers_count_as_float64(
    submission: Submission, rng: np.random.Generator, x0: int | np.ndarray
) -> None:
    gradient = some_gradient(rng, np.size(x0))
    agrees(submission.descend, oracle.descend, gradient, x0, 0.35, 5)


@pytest.mark.parametrize(
    "x0", [7, np.array([3, -4, 1])], ids=["a whole number", "whole numbers"]
)
def test_whole_numbers_count_as_float64_before_the_first_step(
    submission: Submission, x0: int | np.ndarray
) -> None:
    start = submission.descend(oracle.parabola_gradient, x0, 0.35, 0)
    assert np.asarray(start).dtype == np.float64, "the start is not float64"


def test_steps_at_the_bottom_are_taken_too(submission: Submission) -> None:
    # The slope there is 0: the point stays, and the walk still has all its rows.
    x0 = np.zeros(2)
    agrees(submission.descend, oracle.descend, oracle.bowl_gradient, x0, 0.1, 5)


def test_float32(submission: Submission, rng: np.random.Generator) -> None:
    x0, gradient = rng.normal(size=3).astype(np.float32), some_gradient(rng, 3)
    agrees(submission.descend, oracle.descend, gradient, x0, 0.2, 4)


@pytest.mark.parametrize("steps", [0, 1], ids=["no step", "one step"])
def test_few_steps(
    submission: Submission, rng: np.random.Generator, steps: int
) -> None:
    x0, gradient = rng.normal(size=3), some_gradient(rng, 3)
    agrees(submission.descend, oracle.descend, gradient, x0, 0.3, steps)


@pytest.mark.parametrize(
    ("eta", "steps"),
    [
        pytest.param(0.0, 3, id="eta 0"),
        pytest.param(-0.1, 3, id="eta below 0"),
        pytest.param(0.1, -1, id="steps below 0"),
    ],
)
def test_refuses(submission: Submission, eta: float, steps: int) -> None:
    x0, gradient = np.array([-5.0, -2.0]), oracle.bowl_gradient
    submission.descend(gradient, x0, 0.1, 3)  # the call without the fault
    refuses(submission.descend, gradient, x0, eta, steps)
