"""Checks of `mlp_forward`: its output and its cache."""

from __future__ import annotations

import numpy as np
import pytest

from autograder.checks import Submission, agrees, refuses
from solutions.backpropagation import oracle

from .layers import ACTIVATIONS, NETWORKS, Network

pytestmark = pytest.mark.grade("mlp_forward")


@pytest.mark.public
def test_two_samples_by_hand(submission: Submission) -> None:
    # Z = ((0, 4), (2, -2)), H = ((0, 4), (2, 0)), out = ((-3), (5))
    X = np.array([[1.0, 2.0], [-1.0, 1.0]])
    W1, b1 = np.array([[-1.0, 2.0], [0.0, 2.0]]), np.array([1.0, -2.0])
    W2, b2 = np.array([[2.0], [-1.0]]), np.array([1.0])
    agrees(submission.mlp_forward, oracle.mlp_forward, X, W1, b1, W2, b2)


@pytest.mark.public
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_three_samples(submission: Submission, activation: str) -> None:
    X = np.array([[0.5, -1.0], [2.0, 0.25], [-1.5, 1.0]])
    W1 = np.array([[1.0, -0.5, 0.25], [0.75, 1.5, -1.0]])
    W2 = np.array([[1.0, -1.0], [0.5, 2.0], [-0.25, 0.5]])
    weights = W1, np.array([0.5, -0.25, 1.0]), W2, np.array([-1.0, 0.5])
    agrees(submission.mlp_forward, oracle.mlp_forward, X, *weights, activation)


@pytest.mark.parametrize("network", NETWORKS, ids=str)
@pytest.mark.parametrize("activation", ["relu", "tanh"])
def test_any_network(
    submission: Submission,
    rng: np.random.Generator,
    network: Network,
    activation: str,
) -> None:
    X, weights = network.inputs(rng), network.weights(rng)
    agrees(submission.mlp_forward, oracle.mlp_forward, X, *weights, activation)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_any_activation(
    submission: Submission, rng: np.random.Generator, activation: str
) -> None:
    X, weights = NETWORKS[0].inputs(rng), NETWORKS[0].weights(rng)
    agrees(
        submission.mlp_forward,
        oracle.mlp_forward,
        X,
        *weights,
        activation=activation,
    )


@pytest.mark.parametrize("activation", ["relu", "sigmoid"])
def test_float32(
    submission: Submission, rng: np.random.Generator, activation: str
) -> None:
    X, weights = (
        NETWORKS[0].inputs(rng, np.float32),
        NETWORKS[0].weights(rng, np.float32),
    )
    agrees(submission.mlp_forward, oracle.mlp_forward, X, *weights, activation)


def ones(*shapes: tuple[int, ...]) -> list[np.ndarray]:
    """Make X, W1, b1, W2, b2 without a value that matters."""
    return [np.ones(shape) for shape in shapes]


@pytest.mark.parametrize(
    "shapes",
    [
        pytest.param([(5, 3), (2, 4), (4,), (4, 2), (2,)], id="X has a column more"),
        pytest.param([(4, 2), (4, 3), (3,), (3, 2), (2,)], id="X is a column short"),
        pytest.param([(5, 3), (3, 4), (4,), (3, 2), (2,)], id="W2 is a row short"),
    ],
)
def test_refuses_shapes_that_do_not_fit(
    submission: Submission, shapes: list[tuple[int, ...]]
) -> None:
    good = ones((5, 3), (3, 4), (4,), (4, 2), (2,))
    submission.mlp_forward(*good)  # the call without the fault
    refuses(submission.mlp_forward, *ones(*shapes))


@pytest.mark.parametrize("activation", ["rleu", "softmax", ""], ids=repr)
def test_refuses_activations_that_are_not_there(
    submission: Submission, activation: str
) -> None:
    good = ones((5, 3), (3, 4), (4,), (4, 2), (2,))
    submission.mlp_forward(*good, "relu")  # the call without the fault
    refuses(submission.mlp_forward, *good, activation)
