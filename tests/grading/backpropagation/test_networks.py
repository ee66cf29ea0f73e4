"""Checks of `network_torch` and `network_tf`, on every device of the course."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from autograder.checks import Submission, agrees, tf_tensor, torch_tensor
from solutions.backpropagation import oracle

from .built import keras_weights_of, outputs_of, torch_weights_of
from .layers import NETWORKS, Network

pytestmark = [pytest.mark.grade("networks"), pytest.mark.device]

SIZES = [*NETWORKS[:5], Network(4, 3, 3, 2)]

Wrap = Callable[..., Any]


def wrapped(arrays: Sequence[np.ndarray], wrap: Wrap, device: str) -> list[Any]:
    """Arrays as tensors of a framework."""
    return [wrap(array, device=device) for array in arrays]


def a_question(
    rng: np.random.Generator,
    network: Network,
    dtype: npt.DTypeLike,
    wrap: Wrap,
    device: str,
) -> list[Any]:
    """Draw weights and two batches, as tensors of a framework."""
    batches = [network.inputs(rng, dtype) for _ in range(2)]
    weights = wrapped(network.weights(rng, dtype), wrap, device)
    return [*weights, wrapped(batches, wrap, device)]


def lecture_question(dtype: npt.DTypeLike, wrap: Wrap, device: str) -> list[Any]:
    """Weights of a 1-3-1 network and three samples, whole and half numbers."""
    arrays = (
        np.array([[2, -1, 1]]),
        np.array([1, 3, -2]),
        np.array([[1], [-2], [0.5]]),
        np.array([-1]),
        np.array([[1], [-2], [4]]),
    )
    *weights, X = wrapped([array.astype(dtype) for array in arrays], wrap, device)
    return [*weights, [X]]


def square_question(dtype: npt.DTypeLike, wrap: Wrap, device: str) -> list[Any]:
    """Weights of a 2-2-2 network and two samples."""
    arrays = (
        np.array([[2, -1], [0, 1]]),
        np.array([1, 3]),
        np.array([[1, -2], [3, 0.5]]),
        np.array([-1, 2]),
        np.array([[1, 2], [-2, 1]]),
    )
    *weights, X = wrapped([array.astype(dtype) for array in arrays], wrap, device)
    return [*weights, [X]]


@pytest.mark.public
@pytest.mark.parametrize(
    "question", [lecture_question, square_question], ids=["1-3-1", "2-2-2"]
)
def test_torch_whole_numbers(
    submission: Submission, device: str, question: Wrap
) -> None:
    args = question(np.float32, torch_tensor, device)
    agrees(outputs_of(submission.network_torch), oracle.network_outputs, *args)


@pytest.mark.public
@pytest.mark.parametrize(
    "question", [lecture_question, square_question], ids=["1-3-1", "2-2-2"]
)
def test_tf_whole_numbers(submission: Submission, device: str, question: Wrap) -> None:
    args = question(np.float32, tf_tensor, device)
    agrees(outputs_of(submission.network_tf), oracle.network_outputs, *args)


@pytest.mark.parametrize("network", SIZES, ids=str)
def test_torch_any_network(
    submission: Submission, rng: np.random.Generator, device: str, network: Network
) -> None:
    args = a_question(rng, network, np.float32, torch_tensor, device)
    agrees(outputs_of(submission.network_torch), oracle.network_outputs, *args)


@pytest.mark.parametrize("network", SIZES, ids=str)
def test_tf_any_network(
    submission: Submission, rng: np.random.Generator, device: str, network: Network
) -> None:
    args = a_question(rng, network, np.float32, tf_tensor, device)
    agrees(outputs_of(submission.network_tf), oracle.network_outputs, *args)


@pytest.mark.parametrize("exact", [True, False], ids=["whole numbers", "any numbers"])
def test_torch_keeps_float64(
    submission: Submission, rng: np.random.Generator, device: str, exact: bool
) -> None:
    args = (
        square_question(np.float64, torch_tensor, device)
        if exact
        else a_question(rng, SIZES[0], np.float64, torch_tensor, device)
    )
    agrees(outputs_of(submission.network_torch), oracle.network_outputs, *args)


@pytest.mark.parametrize("exact", [True, False], ids=["whole numbers", "any numbers"])
def test_tf_keeps_float64(
    submission: Submission, rng: np.random.Generator, device: str, exact: bool
) -> None:
    args = (
        square_question(np.float64, tf_tensor, device)
        if exact
        else a_question(rng, SIZES[0], np.float64, tf_tensor, device)
    )
    agrees(outputs_of(submission.network_tf), oracle.network_outputs, *args)


def test_torch_layers_have_their_names(
    submission: Submission, rng: np.random.Generator, device: str
) -> None:
    weights = wrapped(SIZES[0].weights(rng, np.float32), torch_tensor, device)
    agrees(torch_weights_of(submission.network_torch), oracle.torch_layout, *weights)


def test_tf_layers_have_their_names(
    submission: Submission, rng: np.random.Generator, device: str
) -> None:
    weights = wrapped(SIZES[0].weights(rng, np.float32), tf_tensor, device)
    agrees(keras_weights_of(submission.network_tf), oracle.keras_layout, *weights)
