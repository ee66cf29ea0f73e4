"""Checks of `lstm_forward`."""

from __future__ import annotations

import numpy as np
import pytest

from autograder.checks import Submission, agrees, refuses
from solutions.recurrent import oracle

from .layers import LAYERS, Layer

pytestmark = pytest.mark.grade("lstm_forward")


@pytest.mark.public
def test_two_sequences_of_three(submission: Submission) -> None:
    x = np.array([[[1.0], [0.0], [0.0]], [[0.5], [-1.0], [2.0]]])
    h0, c0 = np.array([[0.5], [-0.5]]), np.array([[1.0], [0.25]])
    W = np.array([[[0.5]], [[1.0]], [[2.0]], [[-0.5]]])
    U = np.array([[[1.0]], [[0.0]], [[-1.0]], [[0.5]]])
    b = np.array([[1.0], [0.0], [0.5], [0.25]])
    agrees(submission.lstm_forward, oracle.lstm_forward, x, h0, c0, W, U, b)


@pytest.mark.public
def test_two_sequences_of_two(submission: Submission) -> None:
    x = np.array([[[1.0], [-1.0]], [[0.5], [2.0]]])
    h0, c0 = np.array([[0.5, 0.1], [-0.5, 0.2]]), np.array([[1.0, -1.0], [0.25, 0.5]])
    W = np.array([[[0.5, 1.0]], [[1.0, -1.0]], [[2.0, 0.5]], [[-0.5, 1.5]]])
    U, b = np.array([[[1.0, -0.5], [0.5, 0.25]]] * 4), np.array([[0.5, -0.25]] * 4)
    agrees(submission.lstm_forward, oracle.lstm_forward, x, h0, c0, W, U, b)


@pytest.mark.parametrize("layer", LAYERS, ids=str)
def test_any_sequences(
    submission: Submission, rng: np.random.Generator, layer: Layer
) -> None:
    x, h0, c0 = layer.sequences(rng), layer.state(rng), 2 * layer.state(rng)
    weights = layer.weights(rng, 4)
    agrees(submission.lstm_forward, oracle.lstm_forward, x, h0, c0, *weights)


def test_one_step_long(submission: Submission, rng: np.random.Generator) -> None:
    layer = Layer("one step", 3, 1, 2, 4)
    x, h0, c0 = layer.sequences(rng), layer.state(rng), layer.state(rng)
    weights = layer.weights(rng, 4)
    agrees(submission.lstm_forward, oracle.lstm_forward, x, h0, c0, *weights)


def test_float32(submission: Submission, rng: np.random.Generator) -> None:
    layer, dtype = LAYERS[1], np.float32
    x, h0, c0 = (
        layer.sequences(rng, dtype),
        layer.state(rng, dtype),
        layer.state(rng, dtype),
    )
    weights = layer.weights(rng, 4, dtype)
    agrees(submission.lstm_forward, oracle.lstm_forward, x, h0, c0, *weights)


@pytest.mark.parametrize("which", [1, 2], ids=["one hidden state", "one cell state"])
def test_refuses(submission: Submission, rng: np.random.Generator, which: int) -> None:
    layer = LAYERS[0]
    args = [layer.sequences(rng), layer.state(rng), layer.state(rng)]
    args += layer.weights(rng, 4)
    submission.lstm_forward(*args)  # the call without the fault
    args[which] = args[which][:1]
    refuses(submission.lstm_forward, *args)
