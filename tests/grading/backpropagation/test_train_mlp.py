"""Checks of `train_mlp`, step by step, and of `fit_sine`, by what it achieves."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from autograder.checks import RemoteFunction, Submission, agrees, refuses
from solutions.backpropagation import oracle

from .layers import NETWORKS, Network
from .libraries import TRAINERS
from .sines import Sines, fitted, require_repeatable

pytestmark = pytest.mark.grade("train_mlp")


@pytest.fixture
def train(submission: Submission) -> RemoteFunction:
    """The student's loop, which may not leave the work to a library."""
    return submission.train_mlp.without(*TRAINERS)


@pytest.fixture
def fit(submission: Submission) -> RemoteFunction:
    """The student's fit, likewise."""
    return submission.fit_sine.without(*TRAINERS)


def a_beginning(
    rng: np.random.Generator, network: Network, dtype: npt.DTypeLike = np.float64
) -> tuple[Any, ...]:
    """Draw X, Y and the weights to begin with."""
    data = network.inputs(rng, dtype), network.targets(rng, dtype)
    return *data, tuple(network.weights(rng, dtype))


@pytest.mark.public
def test_one_step_with_all_samples(train: RemoteFunction) -> None:
    X, Y = np.array([[1.0], [2.0], [-1.0]]), np.array([[0.5], [1.0], [-1.0]])
    W1, b1 = np.array([[1.0, -0.5]]), np.array([0.0, 0.25])
    weights = W1, b1, np.array([[1.0], [0.5]]), np.array([0.1])
    agrees(train, oracle.train_mlp, X, Y, weights, 0.5, 1, 3, seed=0)


@pytest.mark.public
def test_two_epochs_of_small_batches(train: RemoteFunction) -> None:
    X = np.array([[1.0], [2.0], [-1.0], [0.5], [-2.0]])
    Y = np.array([[0.5], [1.0], [-1.0], [2.0], [0.0]])
    W1, b1 = np.array([[1.0, -0.5]]), np.array([0.0, 0.25])
    weights = W1, b1, np.array([[1.0], [0.5]]), np.array([0.1])
    agrees(train, oracle.train_mlp, X, Y, weights, 0.2, 2, 2, seed=7)


@pytest.mark.parametrize(
    ("network", "epochs", "batch_size"),
    [
        pytest.param(NETWORKS[0], 3, 3, id="the last batch is smaller"),
        pytest.param(Network(6, 2, 4, 3), 3, 2, id="batches of equal size"),
        pytest.param(Network(5, 3, 2, 2), 4, 1, id="single samples"),
        pytest.param(Network(8, 1, 5, 1), 3, 5, id="one input, one output"),
        pytest.param(Network(5, 2, 3, 1), 2, 9, id="batch larger than the data"),
        pytest.param(NETWORKS[0], 0, 3, id="no epoch"),
    ],
)
def test_any_training(
    train: RemoteFunction,
    rng: np.random.Generator,
    network: Network,
    epochs: int,
    batch_size: int,
) -> None:
    args = a_beginning(rng, network)
    agrees(train, oracle.train_mlp, *args, 0.3, epochs, batch_size, seed=11)


@pytest.mark.parametrize("seed", [0, 5])
def test_any_seed(train: RemoteFunction, rng: np.random.Generator, seed: int) -> None:
    args = a_beginning(rng, Network(7, 2, 4, 2))
    agrees(train, oracle.train_mlp, *args, 0.3, 3, 2, seed)


def test_float32(train: RemoteFunction, rng: np.random.Generator) -> None:
    args = a_beginning(rng, Network(5, 2, 3, 2), np.float32)
    agrees(train, oracle.train_mlp, *args, 0.2, 2, 2, seed=3)


@pytest.mark.parametrize(
    ("eta", "epochs", "batch_size", "rows"),
    [
        pytest.param(0.0, 1, 2, 4, id="eta 0"),
        pytest.param(0.1, -1, 2, 4, id="epochs below 0"),
        pytest.param(0.1, 1, 0, 4, id="batch size 0"),
        pytest.param(0.1, 0, 0, 4, id="batch size 0, no epochs"),
        pytest.param(0.1, 1, -1, 4, id="batch size below 0"),
        pytest.param(0.1, 1, 2, 3, id="one target too few"),
        pytest.param(0.1, 1, 2, 5, id="one target too many"),
    ],
)
def test_refuses(
    train: RemoteFunction, eta: float, epochs: int, batch_size: int, rows: int
) -> None:
    X, Y = np.ones((4, 2)), np.ones((5, 1))
    weights = np.ones((2, 3)), np.ones(3), np.ones((3, 1)), np.ones(1)
    train(X, Y[:4], weights, 0.1, 1, 2, seed=0)  # the call without the fault
    refuses(train, X, Y[:rows], weights, eta, epochs, batch_size, seed=0)


@pytest.mark.weight(3)
def test_sine_is_fitted(fit: RemoteFunction, rng: np.random.Generator) -> None:
    fitted(fit, Sines.draw(rng, samples=200, tests=75), seed=1)


@pytest.mark.weight(2)
def test_sine_is_fitted_with_one_result_for_each_seed(
    fit: RemoteFunction, rng: np.random.Generator
) -> None:
    require_repeatable(fit, Sines.draw(rng, samples=220, tests=40), seed=2)


def test_sine_in_float32(fit: RemoteFunction, rng: np.random.Generator) -> None:
    sines = Sines.draw(rng, samples=200, tests=60, dtype=np.float32)
    fitted(fit, sines, seed=3)
