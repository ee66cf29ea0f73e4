"""Checks of `rnn_step` and `rnn_forward`."""

from __future__ import annotations

import numpy as np
import pytest

from autograder.checks import Submission, agrees, refuses
from solutions.recurrent import oracle

from .layers import LAYERS, Layer

pytestmark = pytest.mark.grade("rnn")


@pytest.mark.public
def test_one_step(submission: Submission) -> None:
    # The sum is (1*1 + 2*0 + 0.5*2 - 1, 1*-1 + 2*1 + 0.5*-1 + 0.5) = (1, 1)
    x, h = np.array([[1.0, 2.0]]), np.array([[0.5, 0.0]])
    W, U = np.array([[1.0, -1.0], [0.0, 1.0]]), np.array([[2.0, -1.0], [1.0, 3.0]])
    agrees(submission.rnn_step, oracle.rnn_step, x, h, W, U, np.array([-1.0, 0.5]))


@pytest.mark.public
def test_one_step_of_two_samples(submission: Submission) -> None:
    x, h = np.array([[0.5], [-0.25]]), np.array([[0.5, -0.5], [0.25, 0.75]])
    W, U = np.array([[1.0, -2.0]]), np.array([[0.5, 1.0], [-1.0, 0.0]])
    agrees(submission.rnn_step, oracle.rnn_step, x, h, W, U, np.array([0.25, 0.5]))


@pytest.mark.public
def test_two_sequences_of_three(submission: Submission) -> None:
    x = np.array([[[1.0], [0.0], [0.0]], [[0.5], [-1.0], [2.0]]])
    h0 = np.array([[0.5, -0.5], [0.0, 0.25]])
    W, U = np.array([[1.0, -0.5]]), np.array([[0.5, 1.0], [-1.0, 0.5]])
    agrees(
        submission.rnn_forward, oracle.rnn_forward, x, h0, W, U, np.array([0.1, 0.2])
    )


@pytest.mark.parametrize("layer", LAYERS, ids=str)
def test_any_step(
    submission: Submission, rng: np.random.Generator, layer: Layer
) -> None:
    args = layer.step_input(rng), layer.state(rng), *layer.weights(rng)
    agrees(submission.rnn_step, oracle.rnn_step, *args)


@pytest.mark.parametrize("layer", LAYERS, ids=str)
def test_any_sequences(
    submission: Submission, rng: np.random.Generator, layer: Layer
) -> None:
    args = layer.sequences(rng), layer.state(rng), *layer.weights(rng)
    agrees(submission.rnn_forward, oracle.rnn_forward, *args)


def test_one_step_long(submission: Submission, rng: np.random.Generator) -> None:
    layer = Layer("one step", 3, 1, 2, 4)
    args = layer.sequences(rng), layer.state(rng), *layer.weights(rng)
    agrees(submission.rnn_forward, oracle.rnn_forward, *args)


def test_float32(submission: Submission, rng: np.random.Generator) -> None:
    layer, dtype = LAYERS[0], np.float32
    h, weights = layer.state(rng, dtype), layer.weights(rng, dtype=dtype)
    x = layer.step_input(rng, dtype)
    agrees(submission.rnn_step, oracle.rnn_step, x, h, *weights)
    x = layer.sequences(rng, dtype)
    agrees(submission.rnn_forward, oracle.rnn_forward, x, h, *weights)


@pytest.mark.parametrize("samples", [1, 3], ids=["one state", "three states"])
def test_step_refuses(
    submission: Submission, rng: np.random.Generator, samples: int
) -> None:
    layer, weights = LAYERS[0], LAYERS[0].weights(rng)
    x, h = layer.step_input(rng), layer.state(rng)
    submission.rnn_step(x, h, *weights)  # the call without the fault
    refuses(submission.rnn_step, x, np.zeros((samples, layer.hidden)), *weights)


@pytest.mark.parametrize("samples", [1, 3], ids=["one state", "three states"])
def test_forward_refuses(
    submission: Submission, rng: np.random.Generator, samples: int
) -> None:
    layer, weights = LAYERS[0], LAYERS[0].weights(rng)
    x, h = layer.sequences(rng), layer.state(rng)
    submission.rnn_forward(x, h, *weights)  # the call without the fault
    refuses(submission.rnn_forward, x, np.zeros((samples, layer.hidden)), *weights)
