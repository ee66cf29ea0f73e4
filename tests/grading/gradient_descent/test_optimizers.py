"""Checks of `momentum_step`, `adagrad_step`, `rmsprop_step` and `adam_step`.

One call is a step in the middle of a descent: states are not zero, and the new state is
compared as well as the new point. So what would show after three steps shows at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from autograder.checks import Submission, agrees
from solutions.gradient_descent import oracle

pytestmark = pytest.mark.grade("optimizers")

SHAPES = [
    pytest.param((5,), id="five coordinates"),
    pytest.param((2, 3), id="a matrix of coordinates"),
    pytest.param((1,), id="one coordinate"),
]


@dataclass(frozen=True)
class Moment:
    """A point in the middle of a descent."""

    x: np.ndarray
    g: np.ndarray
    velocity: np.ndarray
    squares: np.ndarray

    @classmethod
    def draw(
        cls,
        rng: np.random.Generator,
        shape: tuple[int, ...],
        dtype: npt.DTypeLike = np.float64,
    ) -> Moment:
        """Draw one; gradients are far from 1 and from the velocity."""
        x, velocity = rng.normal(size=(2, *shape))
        g = rng.choice([-1, 1], size=shape) * rng.uniform(1.5, 3, size=shape)
        squares = rng.uniform(0.2, 2, size=shape)
        arrays = (x, g, velocity, squares)
        return cls(*(array.astype(dtype) for array in arrays))

    @property
    def adam(self) -> tuple[np.ndarray, np.ndarray]:
        """m and v."""
        return self.velocity, self.squares


# --- momentum -------------------------------------------------------------------------


@pytest.mark.public
def test_momentum_first_step(submission: Submission) -> None:
    # v = g = (2, -4), x = (1, -2) - 0.1 v = (0.8, -1.6)
    x, g = np.array([1.0, -2.0]), np.array([2.0, -4.0])
    agrees(
        submission.momentum_step, oracle.momentum_step, x, np.zeros(2), g, 0.1, beta=0.9
    )


@pytest.mark.public
def test_momentum_later_step(submission: Submission) -> None:
    # v = 0.5 * (1, 3) + (2, -4) = (2.5, -2.5), x = (1, -2) - 0.1 v = (0.75, -1.75)
    x, v, g = np.array([1.0, -2.0]), np.array([1.0, 3.0]), np.array([2.0, -4.0])
    agrees(submission.momentum_step, oracle.momentum_step, x, v, g, 0.1, beta=0.5)


@pytest.mark.parametrize("shape", SHAPES)
def test_momentum_any_shape(
    submission: Submission, rng: np.random.Generator, shape: tuple[int, ...]
) -> None:
    at = Moment.draw(rng, shape)
    args = at.x, at.velocity, at.g, 0.3
    agrees(submission.momentum_step, oracle.momentum_step, *args, beta=0.7)


def test_momentum_defaults(submission: Submission, rng: np.random.Generator) -> None:
    at = Moment.draw(rng, (4,))
    args = at.x, at.velocity, at.g, 0.05
    agrees(submission.momentum_step, oracle.momentum_step, *args)


def test_momentum_float32(submission: Submission, rng: np.random.Generator) -> None:
    at = Moment.draw(rng, (4,), np.float32)
    args = at.x, at.velocity, at.g, 0.2
    agrees(submission.momentum_step, oracle.momentum_step, *args, beta=0.6)


# --- Adagrad and RMSprop --------------------------------------------------------------


@pytest.mark.public
def test_adagrad_first_step(submission: Submission) -> None:
    # s = g^2 = (4, 16), x = (1, -2) - 0.1 * (2 / 2.5, -4 / 4.5)
    x, g = np.array([1.0, -2.0]), np.array([2.0, -4.0])
    agrees(
        submission.adagrad_step, oracle.adagrad_step, x, np.zeros(2), g, 0.1, eps=0.5
    )


@pytest.mark.public
def test_adagrad_later_step(submission: Submission) -> None:
    # s = (5, 9) + (4, 16) = (9, 25), x = (1, -2) - 0.1 * (2 / 4, -4 / 6)
    x, s, g = np.array([1.0, -2.0]), np.array([5.0, 9.0]), np.array([2.0, -4.0])
    agrees(submission.adagrad_step, oracle.adagrad_step, x, s, g, 0.1, eps=1.0)


@pytest.mark.parametrize("shape", SHAPES)
def test_adagrad_any_shape(
    submission: Submission, rng: np.random.Generator, shape: tuple[int, ...]
) -> None:
    at = Moment.draw(rng, shape)
    args = at.x, at.squares, at.g, 0.3
    agrees(submission.adagrad_step, oracle.adagrad_step, *args, eps=0.4)


@pytest.mark.public
def test_rmsprop_first_step(submission: Submission) -> None:
    # s = 0.25 * (4, 16) = (1, 4), x = (1, -2) - 0.1 * (2 / 1.5, -4 / 2.5)
    x, g = np.array([1.0, -2.0]), np.array([2.0, -4.0])
    agrees(
        submission.rmsprop_step,
        oracle.rmsprop_step,
        *(x, np.zeros(2), g, 0.1),
        rho=0.75,
        eps=0.5,
    )


@pytest.mark.public
def test_rmsprop_later_step(submission: Submission) -> None:
    # s = 0.5 * (14, 34) + 0.5 * (4, 16) = (9, 25), x = (1, -2) - 0.1 * (2 / 4, -4 / 6)
    x, s, g = np.array([1.0, -2.0]), np.array([14.0, 34.0]), np.array([2.0, -4.0])
    agrees(submission.rmsprop_step, oracle.rmsprop_step, x, s, g, 0.1, rho=0.5, eps=1.0)


@pytest.mark.parametrize("shape", SHAPES)
def test_rmsprop_any_shape(
    submission: Submission, rng: np.random.Generator, shape: tuple[int, ...]
) -> None:
    at = Moment.draw(rng, shape)
    args = at.x, at.squares, at.g, 0.3
    agrees(submission.rmsprop_step, oracle.rmsprop_step, *args, rho=0.7, eps=0.4)


@pytest.mark.parametrize("name", ["adagrad_step", "rmsprop_step"])
def test_defaults(submission: Submission, rng: np.random.Generator, name: str) -> None:
    at = Moment.draw(rng, (4,))
    args = at.x, at.squares, at.g, 0.05
    agrees(getattr(submission, name), getattr(oracle, name), *args)


@pytest.mark.parametrize("name", ["adagrad_step", "rmsprop_step"])
def test_gradients_no_larger_than_eps(
    submission: Submission, rng: np.random.Generator, name: str
) -> None:
    at = Moment.draw(rng, (4,))
    args = 0 * at.x, 0 * at.squares, 1e-8 * at.g, 0.05
    agrees(getattr(submission, name), getattr(oracle, name), *args)


@pytest.mark.parametrize("name", ["adagrad_step", "rmsprop_step"])
def test_float32(submission: Submission, rng: np.random.Generator, name: str) -> None:
    at = Moment.draw(rng, (2, 3), np.float32)
    args = at.x, at.squares, at.g, 0.05
    agrees(getattr(submission, name), getattr(oracle, name), *args, eps=0.3)


# --- Adam -----------------------------------------------------------------------------


@pytest.mark.public
@pytest.mark.weight(2)
def test_adam_first_step(submission: Submission) -> None:
    # m_hat = g, v_hat = g^2, so x = (1, -2) - 0.1 * (2 / 2.5, -4 / 4.5)
    x, g = np.array([1.0, -2.0]), np.array([2.0, -4.0])
    state = np.zeros(2), np.zeros(2), 0
    agrees(submission.adam_step, oracle.adam_step, x, state, g, 0.1, eps=0.5)


@pytest.mark.public
@pytest.mark.weight(2)
def test_adam_third_step(submission: Submission) -> None:
    x, g = np.array([1.0, -2.0]), np.array([2.0, -4.0])
    state: Any = np.array([0.5, 1.0]), np.array([3.0, 0.25]), 2
    kwargs = {"beta1": 0.5, "beta2": 0.75, "eps": 0.5}
    agrees(submission.adam_step, oracle.adam_step, x, state, g, 0.1, **kwargs)


@pytest.mark.weight(2)
@pytest.mark.parametrize(
    "t", [0, 1, 4], ids=["first step", "second step", "fifth step"]
)
def test_adam_any_step(
    submission: Submission, rng: np.random.Generator, t: int
) -> None:
    at = Moment.draw(rng, (5,))
    state = (*at.adam, t) if t else (0 * at.x, 0 * at.x, 0)
    kwargs = {"beta1": 0.7, "beta2": 0.6, "eps": 0.4}
    agrees(submission.adam_step, oracle.adam_step, at.x, state, at.g, 0.3, **kwargs)


@pytest.mark.weight(2)
@pytest.mark.parametrize("shape", SHAPES[1:])
def test_adam_any_shape(
    submission: Submission, rng: np.random.Generator, shape: tuple[int, ...]
) -> None:
    at = Moment.draw(rng, shape)
    state = (*at.adam, 2)
    kwargs = {"beta1": 0.8, "beta2": 0.95, "eps": 0.2}
    agrees(submission.adam_step, oracle.adam_step, at.x, state, at.g, 0.3, **kwargs)


@pytest.mark.weight(2)
def test_adam_forgets_steep_slopes(
    submission: Submission, rng: np.random.Generator
) -> None:
    """Slopes that were steeper before: their squares shrink, none is kept."""
    at = Moment.draw(rng, (4,))
    state = (at.velocity, 9 * at.squares + 9, 3)
    kwargs = {"beta1": 0.8, "beta2": 0.7, "eps": 0.3}
    agrees(submission.adam_step, oracle.adam_step, at.x, state, at.g, 0.3, **kwargs)


@pytest.mark.weight(2)
def test_adam_defaults(submission: Submission, rng: np.random.Generator) -> None:
    at = Moment.draw(rng, (4,))
    state = (*at.adam, 6)
    agrees(submission.adam_step, oracle.adam_step, at.x, state, at.g, 0.05)


def test_adam_gradients_no_larger_than_eps(
    submission: Submission, rng: np.random.Generator
) -> None:
    at = Moment.draw(rng, (4,))
    x, g, zeros = 0 * at.x, 1e-8 * at.g, 0 * at.x
    agrees(submission.adam_step, oracle.adam_step, x, (zeros, zeros, 0), g, 0.05)


@pytest.mark.weight(2)
def test_adam_float32(submission: Submission, rng: np.random.Generator) -> None:
    at = Moment.draw(rng, (2, 3), np.float32)
    state = (*at.adam, 3)
    kwargs = {"beta1": 0.7, "beta2": 0.8, "eps": 0.3}
    agrees(submission.adam_step, oracle.adam_step, at.x, state, at.g, 0.2, **kwargs)
