"""Checks of `gradient_norms`."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from autograder.checks import Submission, agrees
from solutions.recurrent import oracle

from .layers import Layer

pytestmark = pytest.mark.grade("vanishing_gradient")


def some_states(
    rng: np.random.Generator,
    time: int,
    hidden: int,
    size: float = 1.0,
    dtype: npt.DTypeLike = np.float64,
) -> tuple[np.ndarray, np.ndarray]:
    """Draw the states of a sequence, and the weights U that they were made with."""
    layer = Layer("", 1, time, 2, hidden)
    W, U, b = layer.weights(rng)
    x = layer.sequences(rng)
    h = oracle.rnn_forward(x, layer.state(rng), 0.5 * W, size * U, 0.3 * b)[0]
    return h.astype(dtype), (size * U).astype(dtype)


@pytest.mark.public
def test_one_hidden_unit(submission: Submission) -> None:
    # Factors 2 * (1 - 0.5**2) = 1.5 and 2 * (1 - 0.25) = 1.5: norms 2.25, 1.5, 1
    h = np.array([[0.1], [0.5], [-0.5]])
    agrees(submission.gradient_norms, oracle.gradient_norms, h, np.array([[2.0]]))


@pytest.mark.public
def test_two_hidden_units(submission: Submission) -> None:
    h = np.array([[0.9, -0.2], [0.5, 0.0], [-0.6, 0.8], [0.1, 0.7]])
    U = np.array([[1.0, -0.5], [2.0, 0.25]])
    agrees(submission.gradient_norms, oracle.gradient_norms, h, U)


@pytest.mark.parametrize(
    ("time", "hidden", "size"),
    [
        pytest.param(6, 4, 1.0, id="six steps"),
        pytest.param(4, 7, 0.6, id="more units than steps"),
        pytest.param(5, 5, 1.8, id="large weights"),
        pytest.param(30, 3, 0.4, id="thirty steps, vanishing"),
        pytest.param(2, 3, 1.0, id="two steps"),
    ],
)
def test_any_states(
    submission: Submission,
    rng: np.random.Generator,
    time: int,
    hidden: int,
    size: float,
) -> None:
    h, U = some_states(rng, time, hidden, size)
    agrees(submission.gradient_norms, oracle.gradient_norms, h, U)


def test_norms_of_a_single_step(
    submission: Submission, rng: np.random.Generator
) -> None:
    agrees(submission.gradient_norms, oracle.gradient_norms, *some_states(rng, 1, 3))


def test_float32(submission: Submission, rng: np.random.Generator) -> None:
    h, U = some_states(rng, 5, 4, dtype=np.float32)
    agrees(submission.gradient_norms, oracle.gradient_norms, h, U)
