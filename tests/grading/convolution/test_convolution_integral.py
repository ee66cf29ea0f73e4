"""Checks of `convolution_integral`.

f and g are called back from the student's code, so grids are short. Where a function
jumps, grids are made of binary fractions: t - a is exact, however it is written.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from autograder.checks import Submission, agrees
from solutions.convolution import oracle

pytestmark = pytest.mark.grade("convolution_integral")

Function = Callable[[np.ndarray], np.ndarray]


def some_function(rng: np.random.Generator) -> Function:
    """Draw a smooth function that is neither even nor odd and does not die away."""
    c = rng.uniform(0.5, 1.5, size=5)

    def function(x: np.ndarray) -> np.ndarray:
        return c[0] + c[1] * x - c[2] * x**2 / 4 + c[3] * np.sin(2 * x + c[4])

    return function


@pytest.mark.public
def test_box_and_ramp_on_three_samples(submission: Submission) -> None:
    # By hand, with g(t - a) at a = -1, 0, 1 and da = 1:
    # t = -1: 1/2 + 1 + 0 = 1.5;  t = 0: 0 + 1/2 + 1 = 1.5;  t = 1: 0 + 0 + 1/2 = 0.5
    t, a = np.array([-1.0, 0.0, 1.0]), np.array([-1.0, 0.0, 1.0])
    agrees(
        submission.convolution_integral,
        oracle.convolution_integral,
        oracle.box,
        oracle.ramp,
        t,
        a,
    )


@pytest.mark.public
def test_box_and_ramp_on_a_fine_grid(submission: Submission) -> None:
    # The integral itself is 0, 3/4, 1, 9/16, 1/4, 0, 0 at these points.
    t = np.array([-2.0, -1.0, 0.0, 0.5, 1.0, 2.0, 3.0])
    a = np.linspace(-2, 2, 65)
    agrees(
        submission.convolution_integral,
        oracle.convolution_integral,
        oracle.box,
        oracle.ramp,
        t,
        a,
    )


def test_ramp_first(submission: Submission) -> None:
    t, a = np.array([-1.75, -0.25, 0.5, 1.25]), np.linspace(-1.5, 2.5, 33)
    agrees(
        submission.convolution_integral,
        oracle.convolution_integral,
        oracle.ramp,
        oracle.box,
        t,
        a,
    )


@pytest.mark.parametrize(
    ("t", "a"),
    [
        (np.array([-0.7, 0.1, 0.4, 1.9]), np.linspace(-1.5, 2.5, 41)),
        (np.array([-6.0, -4.5, 3.75, 8.0, 9.5]), np.linspace(-1, 3, 26)),
        (np.array([0.3, 1.1, -0.2]), np.array([-1.0, -0.25, 0.5, 1.25])),
        (np.array([0.7]), np.linspace(0, 2, 17)),
        (np.array([1.2, -0.6]), np.array([0.25, 0.75])),
    ],
    ids=[
        "functions that do not die away",
        "points outside the grid",
        "coarse grid, points out of order",
        "a single point",
        "two samples",
    ],
)
def test_functions_without_symmetry(
    submission: Submission, rng: np.random.Generator, t: np.ndarray, a: np.ndarray
) -> None:
    f, g = some_function(rng), some_function(rng)
    agrees(submission.convolution_integral, oracle.convolution_integral, f, g, t, a)


def test_float32(submission: Submission) -> None:
    t = np.array([-1.5, -0.25, 0.75, 1.0], dtype=np.float32)
    a = np.linspace(-2, 2, 33, dtype=np.float32)
    agrees(
        submission.convolution_integral,
        oracle.convolution_integral,
        oracle.box,
        oracle.ramp,
        t,
        a,
    )
