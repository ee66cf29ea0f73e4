"""Checks of `graph_gradients`."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from autograder.checks import Submission, agrees, refuses
from solutions.backpropagation import oracle

pytestmark = pytest.mark.grade("graph_gradients")


@pytest.mark.public
def test_point_of_the_lecture(submission: Submission) -> None:
    # d = 0.15124513
    agrees(submission.graph_gradients, oracle.graph_gradients, 2.0, 3.0)


@pytest.mark.public
def test_three_points_at_a_time(submission: Submission) -> None:
    x, y = np.array([1.0, -2.0, 0.5]), np.array([0.0, 0.5, 4.0])
    agrees(submission.graph_gradients, oracle.graph_gradients, x, y)


@pytest.mark.parametrize(
    ("x", "y"), [(0.7, 1.9), (-1.3, 0.4), (-0.8, -2.1), (3.0, -0.5)], ids=str
)
def test_numbers_of_either_sign(submission: Submission, x: float, y: float) -> None:
    agrees(submission.graph_gradients, oracle.graph_gradients, x, y)


def some_points(
    rng: np.random.Generator, shape: tuple[int, ...]
) -> tuple[np.ndarray, np.ndarray]:
    """Draw points, none of them near the line x + y = 0."""
    x, s = rng.normal(0, 2, size=shape), rng.uniform(0.5, 3, size=shape)
    return x, rng.choice([-1, 1], size=shape) * s - x


@pytest.mark.parametrize(
    "shape", [(6,), (2, 3), (1,)], ids=["a row", "a matrix", "one point in an array"]
)
def test_any_shape(
    submission: Submission, rng: np.random.Generator, shape: tuple[int, ...]
) -> None:
    x, y = some_points(rng, shape)
    agrees(submission.graph_gradients, oracle.graph_gradients, x, y)


def test_float32(submission: Submission, rng: np.random.Generator) -> None:
    x, y = (array.astype(np.float32) for array in some_points(rng, (5,)))
    agrees(submission.graph_gradients, oracle.graph_gradients, x, y)


@pytest.mark.parametrize(
    ("x", "y"),
    [
        pytest.param(2.0, -2.0, id="numbers"),
        pytest.param(np.array([1.0, 2.0, 3.0]), np.array([1.0, -2.0, 0.0]), id="one"),
    ],
)
def test_refuses_a_sum_of_zero(submission: Submission, x: Any, y: Any) -> None:
    submission.graph_gradients(x, np.abs(y))  # the call without the fault
    refuses(submission.graph_gradients, x, y)
