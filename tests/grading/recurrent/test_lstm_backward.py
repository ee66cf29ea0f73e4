"""Checks of `lstm_backward`."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from autograder.checks import Submission, agrees
from solutions.recurrent import oracle

from .layers import LAYERS, Layer

pytestmark = pytest.mark.grade("lstm_backward")


def some_step(
    rng: np.random.Generator, layer: Layer, dtype: npt.DTypeLike = np.float64
) -> tuple[np.ndarray, ...]:
    """Draw gradients, inputs, states and weights of one step."""
    dh, dc, h, c = (2 * layer.state(rng, dtype) for _ in range(4))
    weights = layer.weights(rng, 4, dtype)
    return dh, dc, layer.step_input(rng, dtype), h, c, *weights


@pytest.mark.public
def test_one_unit(submission: Submission) -> None:
    # All gates are 1/2 and g is 0, so c is 0.5 and h = tanh(0.5) / 2
    zero = np.zeros((4, 1, 1))
    numbers = (np.array([[number]]) for number in (1.0, 2.0, 3.0, -2.0, 1.0))
    args = *numbers, zero, zero, np.zeros((4, 1))
    agrees(submission.lstm_backward, oracle.lstm_backward, *args)


@pytest.mark.public
def test_two_samples(submission: Submission) -> None:
    dh, dc = np.array([[1.0], [-0.5]]), np.array([[0.5], [2.0]])
    x, h, c = (
        np.array([[1.0], [0.5]]),
        np.array([[0.2], [-0.4]]),
        np.array([[1.0], [-2]]),
    )
    W = np.array([[[1.0]], [[-1.0]], [[0.5]], [[2.0]]])
    U, b = np.array([[[0.5]], [[-1.0]], [[1.0]], [[0.75]]]), np.array([[0.25]] * 4)
    agrees(submission.lstm_backward, oracle.lstm_backward, dh, dc, x, h, c, W, U, b)


@pytest.mark.public
def test_two_hidden_units(submission: Submission) -> None:
    dh, dc = np.array([[1.0, -0.5]]), np.array([[0.5, 2.0]])
    x, h, c = np.array([[1.0]]), np.array([[0.5, -0.5]]), np.array([[2.0, -1.0]])
    W = np.array([[[1.0, 0.5]], [[-1.0, 2.0]], [[0.5, -1.5]], [[2.0, -0.5]]])
    U, b = np.array([[[0.0, 1.0], [0.5, 0.25]]] * 4), np.array([[0.5, -0.25]] * 4)
    agrees(submission.lstm_backward, oracle.lstm_backward, dh, dc, x, h, c, W, U, b)


@pytest.mark.parametrize("layer", LAYERS, ids=str)
def test_any_layer(
    submission: Submission, rng: np.random.Generator, layer: Layer
) -> None:
    agrees(submission.lstm_backward, oracle.lstm_backward, *some_step(rng, layer))


@pytest.mark.parametrize("which", [0, 1], ids=["no dh", "no dc"])
def test_one_gradient_is_zero(
    submission: Submission, rng: np.random.Generator, which: int
) -> None:
    args = list(some_step(rng, LAYERS[0]))
    args[which] = np.zeros_like(args[which])
    agrees(submission.lstm_backward, oracle.lstm_backward, *args)


def test_float32(submission: Submission, rng: np.random.Generator) -> None:
    args = some_step(rng, LAYERS[1], np.float32)
    agrees(submission.lstm_backward, oracle.lstm_backward, *args)
