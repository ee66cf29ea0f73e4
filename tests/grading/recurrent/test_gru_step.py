"""Checks of `gru_step`."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from autograder.checks import Submission, agrees, refuses
from solutions.recurrent import oracle

from .layers import LAYERS, Layer

pytestmark = pytest.mark.grade("gru_step")


def some_step(
    rng: np.random.Generator, layer: Layer, dtype: npt.DTypeLike = np.float64
) -> tuple[np.ndarray, ...]:
    """Draw input, state and weights of one step; the second bias is far from zero."""
    x, h = layer.step_input(rng, dtype), layer.state(rng, dtype)
    bn = rng.uniform(-2, -0.5, size=layer.hidden).astype(dtype)
    return x, h, *layer.weights(rng, 3, dtype), bn


@pytest.mark.public
def test_gates_half_open(submission: Submission) -> None:
    # r = z = 1/2; n = tanh(1 + 0.5 * (2 * 0.5 - 1)) = tanh(1), h = (tanh(1) + 0.5) / 2
    W, U = np.zeros((3, 1, 1)), np.zeros((3, 1, 1))
    W[2], U[2] = 1, 2
    x, h, b, bn = np.ones((1, 1)), np.array([[0.5]]), np.zeros((3, 1)), np.array([-1.0])
    agrees(submission.gru_step, oracle.gru_step, x, h, W, U, b, bn)


@pytest.mark.public
def test_two_samples_two_hidden_units(submission: Submission) -> None:
    x, h = np.array([[1.0], [-0.5]]), np.array([[0.5, -0.5], [0.25, 0.75]])
    W = np.array([[[1.0, -1.0]], [[0.5, 2.0]], [[-1.5, 1.0]]])
    U = np.array(
        [
            [[0.5, 1.0], [-1.0, 0.0]],
            [[1.0, 0.0], [0.5, -1.0]],
            [[2.0, -1.0], [1.0, 0.5]],
        ]
    )
    b, bn = np.array([[0.5, -0.5], [1.0, 0.25], [0.0, 0.75]]), np.array([1.0, -1.5])
    agrees(submission.gru_step, oracle.gru_step, x, h, W, U, b, bn)


@pytest.mark.parametrize("layer", LAYERS, ids=str)
def test_any_layer(
    submission: Submission, rng: np.random.Generator, layer: Layer
) -> None:
    agrees(submission.gru_step, oracle.gru_step, *some_step(rng, layer))


def test_float32(submission: Submission, rng: np.random.Generator) -> None:
    args = some_step(rng, LAYERS[1], np.float32)
    agrees(submission.gru_step, oracle.gru_step, *args)


@pytest.mark.parametrize("samples", [1, 3], ids=["one state", "three states"])
def test_refuses(
    submission: Submission, rng: np.random.Generator, samples: int
) -> None:
    layer = LAYERS[0]
    x, h, *weights = some_step(rng, layer)
    submission.gru_step(x, h, *weights)  # the call without the fault
    refuses(submission.gru_step, x, np.zeros((samples, layer.hidden)), *weights)
