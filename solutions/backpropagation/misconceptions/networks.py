"""What wrong networks give, in numpy; the same in both frameworks.

Each takes W1, b1, W2, b2 and a list of batches, as `oracle.network_outputs` does.
"""

from collections.abc import Sequence

import numpy as np

from solutions.backpropagation.oracle import network_outputs, sigmoid

__all__ = [
    "in_single",
    "relu_after_output",
    "reshaped",
    "reshaped_back",
    "with_sigmoid",
    "without_biases",
    "without_relu",
]

Array = np.ndarray
Batches = Sequence[np.ndarray]


def reshaped(
    W1: Array, b1: Array, W2: Array, b2: Array, batches: Batches
) -> list[Array]:
    """Weights that were reshaped where they should have been transposed."""
    first, second = W1.reshape(W1.T.shape).T, W2.reshape(W2.T.shape).T
    return network_outputs(first, b1, second, b2, batches)


def reshaped_back(
    W1: Array, b1: Array, W2: Array, b2: Array, batches: Batches
) -> list[Array]:
    """Weights that were transposed and then reshaped to fit."""
    first, second = W1.T.reshape(W1.shape), W2.T.reshape(W2.shape)
    return network_outputs(first, b1, second, b2, batches)


def without_relu(
    W1: Array, b1: Array, W2: Array, b2: Array, batches: Batches
) -> list[Array]:
    """Two linear layers."""
    return [(X @ W1 + b1) @ W2 + b2 for X in batches]


def relu_after_output(
    W1: Array, b1: Array, W2: Array, b2: Array, batches: Batches
) -> list[Array]:
    """A ReLU after both layers."""
    return [np.maximum(out, 0) for out in network_outputs(W1, b1, W2, b2, batches)]


def with_sigmoid(
    W1: Array, b1: Array, W2: Array, b2: Array, batches: Batches
) -> list[Array]:
    """A sigmoid in the hidden layer."""
    return [sigmoid(X @ W1 + b1) @ W2 + b2 for X in batches]


def without_biases(
    W1: Array, b1: Array, W2: Array, b2: Array, batches: Batches
) -> list[Array]:
    """Layers whose biases are zero."""
    return network_outputs(W1, 0 * b1, W2, 0 * b2, batches)


def in_single(
    W1: Array, b1: Array, W2: Array, b2: Array, batches: Batches
) -> list[Array]:
    """Everything at float32."""
    weights = [array.astype(np.float32) for array in (W1, b1, W2, b2)]
    singles = [batch.astype(np.float32) for batch in batches]
    W1, b1, W2, b2 = weights
    return network_outputs(W1, b1, W2, b2, singles)
