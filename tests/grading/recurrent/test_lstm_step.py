"""Checks of `lstm_step`."""

from __future__ import annotations

import numpy as np
import pytest

from autograder.checks import Submission, agrees, refuses
from solutions.recurrent import oracle

from .layers import LAYERS, Layer

pytestmark = pytest.mark.grade("lstm_step")


@pytest.mark.public
def test_gates_wide_open(submission: Submission) -> None:
    # Biases of 50 open f, i and o; g = tanh(1 - 0.5): c = 0.25 + g, h = tanh(c)
    W, U = np.zeros((4, 1, 1)), np.zeros((4, 1, 1))
    W[2], U[2] = 1, -1
    b = np.array([[50.0], [50.0], [0.0], [50.0]])
    x, h, c = np.array([[1.0]]), np.array([[0.5]]), np.array([[0.25]])
    agrees(submission.lstm_step, oracle.lstm_step, x, h, c, W, U, b)


@pytest.mark.public
def test_one_sample_two_hidden_units(submission: Submission) -> None:
    x, h, c = np.array([[1.0]]), np.array([[0.5, -0.5]]), np.array([[2.0, -1.0]])
    W = np.array([[[1.0, 0.5]], [[-1.0, 2.0]], [[0.5, -1.5]], [[2.0, -0.5]]])
    U = np.array(
        [
            [[0.0, 1.0], [0.5, 0.0]],
            [[1.0, 0.0], [0.0, -1.0]],
            [[2.0, -1.0], [0.0, 0.5]],
            [[-0.5, 0.0], [1.0, 1.0]],
        ]
    )
    b = np.array([[1.0, 0.5], [0.0, -0.5], [0.25, 1.0], [-1.0, 0.75]])
    agrees(submission.lstm_step, oracle.lstm_step, x, h, c, W, U, b)


@pytest.mark.public
def test_two_samples(submission: Submission) -> None:
    x, h, c = np.array([[1.0, -1.0], [0.5, 2.0]]), *np.array([[[0.2], [-0.4]]] * 2)
    W = np.array([[[1.0], [0.5]], [[-1.0], [0.0]], [[0.5], [1.5]], [[2.0], [-0.5]]])
    U, b = np.array([[[0.5]], [[-1.0]], [[1.0]], [[0.75]]]), np.array([[0.1]] * 4)
    agrees(submission.lstm_step, oracle.lstm_step, x, h, c, W, U, b)


@pytest.mark.parametrize("layer", LAYERS, ids=str)
def test_any_layer(
    submission: Submission, rng: np.random.Generator, layer: Layer
) -> None:
    x, h, c = layer.step_input(rng), layer.state(rng), 2 * layer.state(rng)
    agrees(submission.lstm_step, oracle.lstm_step, x, h, c, *layer.weights(rng, 4))


def test_large_inputs(submission: Submission, rng: np.random.Generator) -> None:
    layer = LAYERS[0]
    x, h, c = 1e4 * layer.step_input(rng), layer.state(rng), layer.state(rng)
    agrees(submission.lstm_step, oracle.lstm_step, x, h, c, *layer.weights(rng, 4))


def test_float32(submission: Submission, rng: np.random.Generator) -> None:
    layer, dtype = LAYERS[1], np.float32
    x, h, c = (
        layer.step_input(rng, dtype),
        layer.state(rng, dtype),
        layer.state(rng, dtype),
    )
    weights = layer.weights(rng, 4, dtype)
    agrees(submission.lstm_step, oracle.lstm_step, x, h, c, *weights)


@pytest.mark.parametrize("which", [1, 2], ids=["one hidden state", "one cell state"])
def test_refuses(submission: Submission, rng: np.random.Generator, which: int) -> None:
    layer = LAYERS[0]
    args = [layer.step_input(rng), layer.state(rng), layer.state(rng)]
    args += layer.weights(rng, 4)
    submission.lstm_step(*args)  # the call without the fault
    args[which] = args[which][:1]
    refuses(submission.lstm_step, *args)
