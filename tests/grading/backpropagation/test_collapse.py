"""Checks of `collapse`."""

from __future__ import annotations

import numpy as np
import pytest

from autograder.checks import Submission, agrees, refuses
from solutions.backpropagation import oracle

from .layers import NETWORKS, Network

pytestmark = pytest.mark.grade("collapse")


@pytest.mark.public
def test_two_layers_by_hand(submission: Submission) -> None:
    # W = (1, 2) @ ((1, 0), (3, -1)) = (7, -2), b = (1, -1) @ W2 + (10, 20) = (8, 21)
    W1, b1 = np.array([[1.0, 2.0]]), np.array([1.0, -1.0])
    W2, b2 = np.array([[1.0, 0.0], [3.0, -1.0]]), np.array([10.0, 20.0])
    agrees(submission.collapse, oracle.collapse, W1, b1, W2, b2)


@pytest.mark.public
def test_three_numbers_to_one(submission: Submission) -> None:
    W1, b1 = np.array([[1.0, 2.0], [0.0, 1.0], [-1.0, 3.0]]), np.array([0.5, 2.0])
    W2, b2 = np.array([[2.0], [-1.0]]), np.array([4.0])
    agrees(submission.collapse, oracle.collapse, W1, b1, W2, b2)


@pytest.mark.parametrize("network", NETWORKS, ids=str)
def test_any_layers(
    submission: Submission, rng: np.random.Generator, network: Network
) -> None:
    agrees(submission.collapse, oracle.collapse, *network.weights(rng))


def test_float32(submission: Submission, rng: np.random.Generator) -> None:
    weights = NETWORKS[0].weights(rng, np.float32)
    agrees(submission.collapse, oracle.collapse, *weights)


@pytest.mark.parametrize(
    ("first", "second"),
    [((2, 3), (4, 2)), ((3, 1), (3, 3)), ((2, 3), (1, 3))],
    ids=["3 into 4", "1 into 3", "3 into 1"],
)
def test_refuses_layers_that_do_not_fit(
    submission: Submission, first: tuple[int, int], second: tuple[int, int]
) -> None:
    W2, b2 = np.ones(second), np.ones(second[1])
    good = np.ones((first[0], second[0])), np.ones(second[0])
    submission.collapse(*good, W2, b2)  # the call without the fault
    refuses(submission.collapse, np.ones(first), np.ones(first[1]), W2, b2)
