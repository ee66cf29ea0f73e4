"""Checks of `mlp_backward`; no sum before an activation is 0."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from autograder.checks import Submission, agrees, refuses
from solutions.backpropagation import oracle

from .layers import ACTIVATIONS, NETWORKS, Network

pytestmark = pytest.mark.grade("mlp_backward")


def a_way_back(
    rng: np.random.Generator,
    network: Network,
    activation: str,
    dtype: npt.DTypeLike = np.float64,
) -> tuple[Any, ...]:
    """Draw a batch and send it forwards; all arguments but the activation."""
    X, weights = network.inputs(rng, dtype), network.weights(rng, dtype)
    out, cache = oracle.mlp_forward(X, *weights, activation)
    return out, network.targets(rng, dtype), cache, weights[2]


@pytest.mark.public
def test_two_samples_by_hand(submission: Submission) -> None:
    # (out - Y) / 2 = ((-2), (1)); through W2 = ((2), (-1)) and the slopes of Z:
    # ((0, 2), (2, 0))
    X = np.array([[1.0, 2.0], [-1.0, 1.0]])
    Z = np.array([[-1.0, 4.0], [3.0, -2.0]])
    cache = X, Z, np.maximum(Z, 0)
    out, Y = np.array([[-3.0], [7.0]]), np.array([[1.0], [5.0]])
    W2 = np.array([[2.0], [-1.0]])
    agrees(submission.mlp_backward, oracle.mlp_backward, out, Y, cache, W2)


@pytest.mark.public
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_three_samples(submission: Submission, activation: str) -> None:
    X = np.array([[0.5, -1.0], [2.0, 0.25], [-1.5, 1.0]])
    W1 = np.array([[1.0, -0.5, 0.25], [0.75, 1.5, -1.0]])
    W2 = np.array([[1.0, -1.0], [0.5, 2.0], [-0.25, 0.5]])
    weights = W1, np.array([0.5, -0.25, 1.0]), W2, np.array([-1.0, 0.5])
    out, cache = oracle.mlp_forward(X, *weights, activation)
    Y = np.array([[1.0, 0.0], [0.5, -1.0], [-2.0, 1.0]])
    agrees(submission.mlp_backward, oracle.mlp_backward, out, Y, cache, W2, activation)


@pytest.mark.parametrize("network", NETWORKS, ids=str)
@pytest.mark.parametrize("activation", ["relu", "tanh"])
def test_any_network(
    submission: Submission,
    rng: np.random.Generator,
    network: Network,
    activation: str,
) -> None:
    args = a_way_back(rng, network, activation)
    agrees(submission.mlp_backward, oracle.mlp_backward, *args, activation)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_any_activation(
    submission: Submission, rng: np.random.Generator, activation: str
) -> None:
    args = a_way_back(rng, NETWORKS[0], activation)
    agrees(submission.mlp_backward, oracle.mlp_backward, *args, activation=activation)


@pytest.mark.parametrize("activation", ["sigmoid", "swish"])
def test_float32(
    submission: Submission, rng: np.random.Generator, activation: str
) -> None:
    args = a_way_back(rng, NETWORKS[0], activation, np.float32)
    agrees(submission.mlp_backward, oracle.mlp_backward, *args, activation)


@pytest.mark.parametrize(
    "shape",
    [(7,), (7, 1), (1, 2), (2, 7)],
    ids=["one axis", "one column", "one row", "transposed"],
)
def test_refuses_targets_of_another_shape(
    submission: Submission, rng: np.random.Generator, shape: tuple[int, ...]
) -> None:
    out, Y, cache, W2 = a_way_back(rng, NETWORKS[0], "tanh")
    submission.mlp_backward(out, Y, cache, W2, "tanh")  # the call without the fault
    refuses(submission.mlp_backward, out, np.ones(shape), cache, W2, "tanh")
