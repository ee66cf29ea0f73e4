"""Checks of `numerical_gradient` and `gradient_error`."""

from __future__ import annotations

import numpy as np
import pytest

from autograder.checks import Submission, agrees, refuses
from solutions.gradient_descent import oracle

from .landscapes import some_function

pytestmark = pytest.mark.grade("numerical_gradient")


@pytest.mark.public
@pytest.mark.parametrize("h", [0.25, 1e-4], ids=["h 0.25", "h 0.0001"])
def test_bowl(submission: Submission, h: float) -> None:
    # Central differences of a square are exact, however large h is: (3, -2).
    x = np.array([1.5, -0.5])
    student = submission.numerical_gradient
    agrees(student, oracle.numerical_gradient, oracle.bowl, x, h)


@pytest.mark.parametrize("d", [1, 3, 6], ids=lambda d: f"d {d}")
@pytest.mark.parametrize("h", [0.2, 0.001], ids=lambda h: f"h {h}")
def test_any_function(
    submission: Submission, rng: np.random.Generator, d: int, h: float
) -> None:
    f, x = some_function(rng, d), rng.normal(size=d)
    agrees(submission.numerical_gradient, oracle.numerical_gradient, f, x, h)


def test_default_h(submission: Submission, rng: np.random.Generator) -> None:
    def wiggle(x: np.ndarray) -> float:
        """Waves as short as h: twice or half of it gives another result."""
        return float(np.sin(1e5 * np.asarray(x, dtype=np.float64)).sum())

    x = rng.normal(size=3) / 1e3  # x + h is as exact as h
    agrees(submission.numerical_gradient, oracle.numerical_gradient, wiggle, x)


def test_float32(submission: Submission) -> None:
    # Binary fractions: at float32, too, each sum and each difference is exact.
    def f(x: np.ndarray) -> float:
        x = np.asarray(x, dtype=np.float64)
        return float(x[0] ** 2 - 3 * x[0] * x[1] + 2 * x[2] ** 3)

    x = np.array([1.5, -0.25, 0.5], dtype=np.float32)
    agrees(submission.numerical_gradient, oracle.numerical_gradient, f, x, 0.25)


@pytest.mark.parametrize("h", [0.0, -1e-3], ids=["h 0", "h below 0"])
def test_refuses(submission: Submission, h: float) -> None:
    x = np.array([1.5, -0.5])
    submission.numerical_gradient(oracle.bowl, x, 1e-3)  # the call without the fault
    refuses(submission.numerical_gradient, oracle.bowl, x, h)


# --- comparing two gradients ---------------------------------------------------------


@pytest.mark.public
def test_error_by_hand(submission: Submission) -> None:
    # norms 5 and 13, difference (2, 8): sqrt(68) / 18
    a, n = np.array([3.0, 4.0]), np.array([5.0, 12.0])
    agrees(submission.gradient_error, oracle.gradient_error, a, n)


@pytest.mark.public
def test_error_if_the_second_is_shorter(submission: Submission) -> None:
    # norms 10 and 3, difference (3, 8): sqrt(73) / 13
    a, n = np.array([6.0, 8.0]), np.array([3.0, 0.0])
    agrees(submission.gradient_error, oracle.gradient_error, a, n)


@pytest.mark.public
def test_error_of_equal_and_of_opposite_gradients(submission: Submission) -> None:
    a = np.array([1.0, -2.0, 0.5])
    agrees(submission.gradient_error, oracle.gradient_error, a, a.copy())  # 0
    agrees(submission.gradient_error, oracle.gradient_error, a, -a)  # 1


@pytest.mark.public
def test_error_of_two_zero_gradients(submission: Submission) -> None:
    agrees(submission.gradient_error, oracle.gradient_error, np.zeros(3), np.zeros(3))


@pytest.mark.parametrize("scale", [1.0, 1e-6, 1e5], ids=lambda scale: f"size {scale:g}")
def test_error_of_any_gradients(
    submission: Submission, rng: np.random.Generator, scale: float
) -> None:
    a = scale * rng.normal(size=5)
    n = 0.4 * a + 0.2 * scale * rng.normal(size=5)  # the shorter one
    agrees(submission.gradient_error, oracle.gradient_error, a, n)


def test_error_of_matrices(submission: Submission, rng: np.random.Generator) -> None:
    a, n = rng.normal(size=(2, 3, 4))
    agrees(submission.gradient_error, oracle.gradient_error, a, n / 4)


def test_error_of_one_zero_gradient(
    submission: Submission, rng: np.random.Generator
) -> None:
    a = rng.normal(size=4)
    agrees(submission.gradient_error, oracle.gradient_error, 0 * a, a)
    agrees(submission.gradient_error, oracle.gradient_error, a, 0 * a)


def test_error_float32(submission: Submission, rng: np.random.Generator) -> None:
    a, n = rng.normal(size=(2, 5)).astype(np.float32)
    agrees(submission.gradient_error, oracle.gradient_error, a, n)


@pytest.mark.parametrize(
    "shape", [(4,), (1,), (3, 1)], ids=["longer", "one number", "a column"]
)
def test_error_refuses_gradients_of_two_shapes(
    submission: Submission, shape: tuple[int, ...]
) -> None:
    submission.gradient_error(np.ones(3), np.ones(3))  # the call without the fault
    refuses(submission.gradient_error, np.ones(3), np.ones(shape))
