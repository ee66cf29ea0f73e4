"""The reference answers of the assignment `backpropagation`, in numpy.

Owns what is right: values, shapes, dtypes and refusals of every exercise. Every result
has the dtype of its inputs, so the oracle at float32 against itself at float64 measures
rounding. No input is modified. Never imports torch or TensorFlow.

Notation (lectures 001 and 002): a batch X has one sample in each row; Z = X W1 + b1 are
the hidden layer's sums, H = activation(Z), O = H W2 + b2, and J = 1/(2m) times the sum
of all squares of O - Y.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

__all__ = [
    "ACTIVATIONS",
    "ACTIVATION_GRADIENTS",
    "collapse",
    "count_parameters",
    "early_stopping",
    "fit_sine",
    "graph_gradients",
    "keras_layout",
    "leaky_relu",
    "leaky_relu_gradient",
    "mlp_backward",
    "mlp_forward",
    "network_outputs",
    "relu",
    "relu_gradient",
    "sigmoid",
    "sigmoid_gradient",
    "softmax",
    "softmax_jacobian",
    "swish",
    "swish_gradient",
    "tanh",
    "tanh_gradient",
    "torch_layout",
    "train_mlp",
]

Array: TypeAlias = npt.NDArray[Any]
Activation: TypeAlias = Callable[[Array], Array]
Cache: TypeAlias = tuple[Array, Array, Array]
Weights: TypeAlias = tuple[Array, Array, Array, Array]


# --- activations ---------------------------------------------------------------------


def relu(x: Array) -> Array:
    """Keep what is positive, elementwise: max(0, x).

    Args:
        x: Any shape.

    References:
        Lecture 001, "Nonlinearity and activation function".
    """
    return np.maximum(x, 0)


def leaky_relu(x: Array, alpha: float = 0.01) -> Array:
    """Keep what is positive, and a little of what is negative.

    Args:
        x: Any shape.
        alpha: Slope for negative x, from 0 to 1.
    """
    return np.where(x > 0, x, alpha * x)


def sigmoid(x: Array) -> Array:
    """Squash into (0, 1), elementwise: 1 / (1 + exp(-x)), without overflow.

    Args:
        x: Any shape.
    """
    small = np.exp(-np.abs(x))  # never above 1
    return np.where(x > 0, 1 / (1 + small), small / (1 + small))


def tanh(x: Array) -> Array:
    """Squash into (-1, 1), elementwise, without overflow.

    Args:
        x: Any shape.
    """
    small = np.exp(-2 * np.abs(x))
    result: Array = np.sign(x) * (1 - small) / (1 + small)
    return result


def swish(x: Array) -> Array:
    """Weigh each number by its own sigmoid: x sigmoid(x).

    Args:
        x: Any shape.

    References:
        Ramachandran, Zoph & Le 2017, with beta = 1.
    """
    return x * sigmoid(x)


def softmax(x: Array) -> Array:
    """Turn rows of scores into rows of probabilities, without overflow.

    Args:
        x: (..., n).

    Returns:
        (..., n); exp(x_j) / sum_k exp(x_k) along the last axis.
    """
    powers = np.exp(x - x.max(axis=-1, keepdims=True))
    probabilities: Array = powers / powers.sum(axis=-1, keepdims=True)
    return probabilities


# --- their derivatives ---------------------------------------------------------------


def relu_gradient(x: Array) -> Array:
    """Differentiate `relu` at x, elementwise; 0 at 0.

    Args:
        x: Any shape.
    """
    return (x > 0).astype(x.dtype)


def leaky_relu_gradient(x: Array, alpha: float = 0.01) -> Array:
    """Differentiate `leaky_relu` at x, elementwise; `alpha` at 0.

    Args:
        x: Any shape.
        alpha: Slope for negative x, from 0 to 1.
    """
    return np.where(x > 0, 1, alpha).astype(x.dtype)


def sigmoid_gradient(x: Array) -> Array:
    """Differentiate `sigmoid` at x, elementwise: s (1 - s).

    Args:
        x: Any shape.
    """
    return sigmoid(x) * sigmoid(-x)


def tanh_gradient(x: Array) -> Array:
    """Differentiate `tanh` at x, elementwise: 1 - t^2.

    Args:
        x: Any shape.
    """
    result: Array = 1 - tanh(x) ** 2
    return result


def swish_gradient(x: Array) -> Array:
    """Differentiate `swish` at x, elementwise: s + x s (1 - s).

    Args:
        x: Any shape.
    """
    result: Array = sigmoid(x) + x * sigmoid_gradient(x)
    return result


def softmax_jacobian(x: Array) -> Array:
    """Differentiate each probability of `softmax` with respect to each score.

    Args:
        x: (n,) one row of scores.

    Returns:
        (n, n); dp_i/dx_j = p_i (delta_ij - p_j).
    """
    p = softmax(x)
    jacobian: Array = np.diag(p) - np.outer(p, p)
    return jacobian


#: What the hidden layer may apply, by name; the notebook gives these two.
ACTIVATIONS: dict[str, Activation] = {
    "relu": relu,
    "leaky_relu": leaky_relu,
    "sigmoid": sigmoid,
    "tanh": tanh,
    "swish": swish,
}
ACTIVATION_GRADIENTS: dict[str, Activation] = {
    "relu": relu_gradient,
    "leaky_relu": leaky_relu_gradient,
    "sigmoid": sigmoid_gradient,
    "tanh": tanh_gradient,
    "swish": swish_gradient,
}


# --- the network ---------------------------------------------------------------------


def collapse(W1: Array, b1: Array, W2: Array, b2: Array) -> tuple[Array, Array]:
    """Make one linear layer of two: (X W1 + b1) W2 + b2 = X W + b.

    Args:
        W1: (d, h).
        b1: (h,).
        W2: (h, k).
        b2: (k,).

    Returns:
        W (d, k) and b (k,).

    Raises:
        ValueError: `W1` doesn't have as many columns as `W2` has rows.

    References:
        Lecture 001, "Linear Regression as a Neural network".
    """
    if W1.shape[1] != W2.shape[0]:
        raise ValueError(f"{W1.shape[1]} columns of W1 and {W2.shape[0]} rows of W2")
    return W1 @ W2, b1 @ W2 + b2


def mlp_forward(
    X: Array,
    W1: Array,
    b1: Array,
    W2: Array,
    b2: Array,
    activation: str = "relu",
) -> tuple[Array, Cache]:
    """Send a batch through a network with one hidden layer.

    Args:
        X: (m, d), one sample in each row.
        W1: (d, h).
        b1: (h,).
        W2: (h, k).
        b2: (k,).
        activation: The hidden layer's, a key of `ACTIVATIONS`.

    Returns:
        O (m, k), and what the way back needs: X, Z (m, h) and H (m, h).

    Raises:
        ValueError: `activation` is unknown, or the shapes don't fit.

    References:
        Lecture 001, "Nonlinearity and activation function".
    """
    if activation not in ACTIVATIONS:
        raise ValueError(f'no activation "{activation}" in {list(ACTIVATIONS)}')
    if X.shape[1] != W1.shape[0] or W1.shape[1] != W2.shape[0]:
        raise ValueError(f"X {X.shape}, W1 {W1.shape} and W2 {W2.shape} don't fit")
    Z = X @ W1 + b1
    H = ACTIVATIONS[activation](Z)
    return H @ W2 + b2, (X, Z, H)


def mlp_backward(
    out: Array,
    Y: Array,
    cache: Cache,
    W2: Array,
    activation: str = "relu",
) -> Weights:
    """Differentiate J = 1/(2m) sum (out - Y)^2 with respect to all weights and biases.

    Args:
        out: (m, k) what `mlp_forward` gave.
        Y: (m, k) targets.
        cache: X, Z and H of `mlp_forward`.
        W2: (h, k).
        activation: The hidden layer's, a key of `ACTIVATION_GRADIENTS`.

    Returns:
        dW1 (d, h), db1 (h,), dW2 (h, k), db2 (k,).

    Raises:
        ValueError: `out` and `Y` differ in shape.

    References:
        Lecture 002, "Loss Function"; Rumelhart, Hinton & Williams 1986.
    """
    if out.shape != Y.shape:
        raise ValueError(f"outputs {out.shape} and targets {Y.shape}")
    X, Z, H = cache
    dO = (out - Y) / len(out)
    dZ = (dO @ W2.T) * ACTIVATION_GRADIENTS[activation](Z)
    return X.T @ dZ, dZ.sum(axis=0), H.T @ dO, dO.sum(axis=0)


def graph_gradients(x: Any, y: Any) -> tuple[Any, Any, Any]:
    """Return d = exp(sin(x y)) / (x + y) and its partial derivatives.

    Args:
        x: Number, or array of any shape.
        y: Likewise, the same shape.

    Returns:
        d, dd/dx and dd/dy.

    Raises:
        ValueError: x + y is 0 somewhere.

    References:
        Lecture 002, "Computational Graph".
    """
    total = x + y
    if np.any(total == 0):
        raise ValueError("x + y is 0")
    product = x * y
    d = np.exp(np.sin(product)) / total
    return (
        d,
        d * (np.cos(product) * y - 1 / total),
        d * (np.cos(product) * x - 1 / total),
    )


def count_parameters(sizes: Sequence[int]) -> int:
    """Count weights and biases of a fully connected network.

    Args:
        sizes: Numbers in each layer, from the input to the output.

    Raises:
        ValueError: There are fewer than two layers, or one is empty.

    References:
        Lecture 001, "A regression example using MLP"; it counts no biases.
    """
    if len(sizes) < 2 or min(sizes) < 1:
        raise ValueError(f"invalid layer sizes: {list(sizes)}")
    return sum((inputs + 1) * outputs for inputs, outputs in pairwise(sizes))


# --- training ------------------------------------------------------------------------


def early_stopping(losses: Sequence[float] | Array, patience: int) -> tuple[int, int]:
    """Find the epoch at which to stop, and the one whose weights to restore.

    Args:
        losses: (epochs,) validation loss after each epoch, counted from 0.
        patience: Epochs in a row without a new lowest loss that end the training.

    Returns:
        The epoch after which training stops, the last one if patience never ends; and
        the epoch of the lowest loss so far, the first one on ties.

    Raises:
        ValueError: `losses` is empty or `patience` is less than 1.

    References:
        Lecture 001, "A regression example using MLP"; Prechelt 1998.
    """
    if len(losses) == 0 or patience < 1:
        raise ValueError(f"{len(losses)} losses with patience {patience}")
    best = 0
    for epoch, loss in enumerate(losses):
        if loss < losses[best]:
            best = epoch
        elif epoch - best == patience:
            return epoch, best
    return len(losses) - 1, best


def train_mlp(
    X: Array,
    Y: Array,
    weights: Weights,
    eta: float,
    epochs: int,
    batch_size: int,
    seed: int,
) -> Weights:
    """Train a network with a tanh layer by stochastic gradient descent.

    Args:
        X: (m, d).
        Y: (m, k).
        weights: The initial W1, b1, W2 and b2.
        eta: Learning rate.
        epochs: How many times each sample is seen.
        batch_size: Samples in a batch; the last batch of an epoch may be smaller.
        seed: Seed of the one generator that draws a permutation for each epoch.

    Returns:
        W1, b1, W2 and b2 at the end.

    Raises:
        ValueError: `eta` is not positive, `epochs` is negative, `batch_size` is less
            than 1, or X and Y differ in length.
    """
    if not eta > 0 or epochs < 0 or batch_size < 1 or len(X) != len(Y):
        raise ValueError(f"eta {eta}, {epochs} epochs, batches of {batch_size}")
    rng = np.random.default_rng(seed)
    W1, b1, W2, b2 = weights
    for _ in range(epochs):
        order = rng.permutation(len(X))
        for start in range(0, len(X), batch_size):
            batch = order[start : start + batch_size]
            out, cache = mlp_forward(X[batch], W1, b1, W2, b2, "tanh")
            dW1, db1, dW2, db2 = mlp_backward(out, Y[batch], cache, W2, "tanh")
            W1, b1 = W1 - eta * dW1, b1 - eta * db1
            W2, b2 = W2 - eta * dW2, b2 - eta * db2
    return W1, b1, W2, b2


def fit_sine(
    X: Array, Y: Array, X_test: Array, Y_test: Array, seed: int
) -> tuple[Weights, float]:
    """Fit a tanh network to samples of the sine on [-6, 6].

    Args:
        X: (m, 1).
        Y: (m, 1).
        X_test: (n, 1), for measuring only.
        Y_test: (n, 1), likewise.
        seed: Seed of everything random.

    Returns:
        W1, b1, W2 and b2, of X's dtype; and the mean square of their errors on the
        test data.
    """
    rng, hidden = np.random.default_rng(seed), 50
    W1 = rng.normal(size=(1, hidden))
    b1 = -W1[0] * rng.uniform(-6, 6, size=hidden)  # the units bend all over [-6, 6]
    weights = (
        W1.astype(X.dtype),
        b1.astype(X.dtype),
        np.zeros((hidden, 1), X.dtype),
        np.zeros(1, X.dtype),
    )
    weights = train_mlp(X, Y, weights, eta=0.05, epochs=250, batch_size=10, seed=seed)
    outputs, _ = mlp_forward(X_test, *weights, "tanh")
    return weights, float(np.mean((outputs - Y_test) ** 2))


# --- what networks of the two frameworks give; not asked of students -----------------


def network_outputs(
    W1: Array, b1: Array, W2: Array, b2: Array, batches: Sequence[Array]
) -> list[Array]:
    """List what a network with a ReLU layer gives for some batches."""
    return [mlp_forward(X, W1, b1, W2, b2, "relu")[0] for X in batches]


def torch_layout(W1: Array, b1: Array, W2: Array, b2: Array) -> Weights:
    """Return the weights as torch.nn.Linear keeps them: (outputs, inputs)."""
    return W1.T, b1, W2.T, b2


def keras_layout(W1: Array, b1: Array, W2: Array, b2: Array) -> Weights:
    """Return the weights as keras.layers.Dense keeps them: (inputs, outputs)."""
    return W1, b1, W2, b2
