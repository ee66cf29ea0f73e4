"""The assignment `backpropagation` once more, in TensorFlow.

Owns a third opinion: each function has the oracle's name and meaning, takes and returns
tensors, and takes the library's road (tf.nn's activations, GradientTape for each
gradient, Keras layers for counting and for the network). Never imports the oracle.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import numpy as np
import tensorflow as tf

__all__ = [
    "collapse",
    "count_parameters",
    "early_stopping",
    "graph_gradients",
    "leaky_relu",
    "leaky_relu_gradient",
    "mlp_backward",
    "mlp_forward",
    "network",
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
    "train_mlp",
]

Tensor: TypeAlias = Any  # TensorFlow has no types
Cache: TypeAlias = tuple[Tensor, Tensor, Tensor]
Function: TypeAlias = Callable[[Tensor], Tensor]
Weights: TypeAlias = tuple[Tensor, Tensor, Tensor, Tensor]


# --- activations, by the library ------------------------------------------------------


def relu(x: Tensor) -> Tensor:
    """Keep what is positive."""
    return tf.nn.relu(x)


def leaky_relu(x: Tensor, alpha: float = 0.01) -> Tensor:
    """Keep what is positive, and `alpha` times what is negative.

    Not by tf.nn.leaky_relu, which rounds its alpha to float32 whatever the dtype of x.
    """
    return tf.nn.relu(x) - alpha * tf.nn.relu(-x)


def sigmoid(x: Tensor) -> Tensor:
    """Squash into (0, 1)."""
    return tf.math.sigmoid(x)


def tanh(x: Tensor) -> Tensor:
    """Squash into (-1, 1)."""
    return tf.math.tanh(x)


def swish(x: Tensor) -> Tensor:
    """Weigh each number by its own sigmoid."""
    return tf.nn.silu(x)


def softmax(x: Tensor) -> Tensor:
    """Turn rows (..., n) of scores into rows of probabilities."""
    return tf.nn.softmax(x, axis=-1)


# --- their derivatives, by the tape ---------------------------------------------------


def relu_gradient(x: Tensor) -> Tensor:
    """Differentiate `relu` at x."""
    return _slope(relu, x)


def leaky_relu_gradient(x: Tensor, alpha: float = 0.01) -> Tensor:
    """Differentiate `leaky_relu` at x."""
    return _slope(lambda x: leaky_relu(x, alpha), x)


def sigmoid_gradient(x: Tensor) -> Tensor:
    """Differentiate `sigmoid` at x."""
    return _slope(sigmoid, x)


def tanh_gradient(x: Tensor) -> Tensor:
    """Differentiate `tanh` at x."""
    return _slope(tanh, x)


def swish_gradient(x: Tensor) -> Tensor:
    """Differentiate `swish` at x."""
    return _slope(swish, x)


def softmax_jacobian(x: Tensor) -> Tensor:
    """The derivatives of one row's probabilities: (n,) -> (n, n)."""
    with tf.GradientTape() as tape:
        tape.watch(x)
        probabilities = softmax(x)
    return tape.jacobian(probabilities, x)


def _slope(f: Function, x: Tensor) -> Tensor:
    with tf.GradientTape() as tape:
        tape.watch(x)
        value = f(x)
    return tape.gradient(value, x)


_BY_NAME: dict[str, Function] = {
    "relu": relu,
    "leaky_relu": leaky_relu,
    "sigmoid": sigmoid,
    "tanh": tanh,
    "swish": swish,
}


# --- the network ----------------------------------------------------------------------


def collapse(W1: Tensor, b1: Tensor, W2: Tensor, b2: Tensor) -> tuple[Tensor, Tensor]:
    """Carry weights and biases through the second layer together, as one matrix.

    Raises:
        ValueError: `W1` doesn't have as many columns as `W2` has rows.
    """
    if W1.shape[1] != W2.shape[0]:
        raise ValueError(f"W1 {W1.shape} and W2 {W2.shape} don't fit")
    both = tf.einsum("ih,hk->ik", tf.concat([W1, b1[None]], axis=0), W2)
    return both[:-1], both[-1] + b2


def mlp_forward(
    X: Tensor,
    W1: Tensor,
    b1: Tensor,
    W2: Tensor,
    b2: Tensor,
    activation: str = "relu",
) -> tuple[Tensor, Cache]:
    """Send a batch through two layers, one product of tensors each.

    Raises:
        ValueError: `activation` is unknown, or the shapes don't fit.
    """
    if activation not in _BY_NAME:
        raise ValueError(f"unknown activation {activation}")
    if X.shape[1] != W1.shape[0] or W1.shape[1] != W2.shape[0]:
        raise ValueError("the shapes of X, W1 and W2 don't fit")
    Z = tf.nn.bias_add(tf.tensordot(X, W1, axes=1), b1)
    H = _BY_NAME[activation](Z)
    return tf.nn.bias_add(tf.tensordot(H, W2, axes=1), b2), (X, Z, H)


def mlp_backward(
    out: Tensor,
    Y: Tensor,
    cache: Cache,
    W2: Tensor,
    activation: str = "relu",
) -> Weights:
    """Differentiate the loss by a tape, at weights for which the batch gives `out`.

    The hidden layer's weights enter as what is added to Z, so W1 needn't be known.

    Raises:
        ValueError: `out` and `Y` differ in shape.
    """
    if out.shape != Y.shape:
        raise ValueError(f"outputs {out.shape} and targets {Y.shape}")
    X, Z, _ = cache
    W1 = tf.zeros((X.shape[1], Z.shape[1]), X.dtype)
    b1, b2 = tf.zeros_like(Z[0]), tf.zeros_like(out[0])
    with tf.GradientTape() as tape:
        tape.watch([W1, b1, W2, b2])
        again = _BY_NAME[activation](Z + X @ W1 + b1) @ W2 + b2
        shifted = again + tf.stop_gradient(out - again)  # whatever bias there was
        loss = tf.nn.l2_loss(shifted - Y) / X.shape[0]
    dW1, db1, dW2, db2 = tape.gradient(loss, [W1, b1, W2, b2])
    return dW1, db1, dW2, db2


def graph_gradients(x: Tensor, y: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Return d = exp(sin(x y)) / (x + y) and its partial derivatives by a tape.

    Raises:
        ValueError: x + y is 0 somewhere.
    """
    if tf.reduce_any(x + y == 0):
        raise ValueError("x + y is 0")
    with tf.GradientTape() as tape:
        tape.watch([x, y])
        d = tf.exp(tf.sin(x * y)) / (x + y)
    dx, dy = tape.gradient(d, [x, y])
    return d, dx, dy


def count_parameters(sizes: Sequence[int]) -> int:
    """Count the parameters of a Keras model.

    Raises:
        ValueError: There are fewer than two layers, or one is empty.
    """
    if len(sizes) < 2 or any(size < 1 for size in sizes):
        raise ValueError(f"invalid layer sizes: {list(sizes)}")
    layers = [tf.keras.layers.Dense(size) for size in sizes[1:]]
    model = tf.keras.Sequential([tf.keras.Input((sizes[0],)), *layers])
    return int(model.count_params())


# --- training -------------------------------------------------------------------------


def early_stopping(losses: Sequence[float] | Tensor, patience: int) -> tuple[int, int]:
    """Run Keras' own callback on losses that are known already.

    Raises:
        ValueError: `losses` is empty or `patience` is less than 1.
    """
    if len(losses) == 0 or patience < 1:
        raise ValueError("no losses, or no patience")
    callback = tf.keras.callbacks.EarlyStopping(
        monitor="loss", patience=patience, mode="min"
    )
    model = tf.keras.Sequential()
    model.stop_training = False  # as fit() does
    callback.set_model(model)
    callback.on_train_begin()
    for epoch, loss in enumerate(np.asarray(losses, dtype=np.float64)):
        callback.on_epoch_end(epoch, {"loss": float(loss)})
        if model.stop_training:
            return epoch, int(callback.best_epoch)
    return len(losses) - 1, int(callback.best_epoch)


def train_mlp(
    X: Tensor,
    Y: Tensor,
    weights: Weights,
    eta: float,
    epochs: int,
    batch_size: int,
    seed: int,
) -> Weights:
    """Train by a tape, in the order of numpy's generator.

    Raises:
        ValueError: `eta` is not positive, `epochs` is negative, `batch_size` is less
            than 1, or X and Y differ in length.
    """
    if not eta > 0 or epochs < 0 or batch_size < 1 or len(X) != len(Y):
        raise ValueError("can't train with these settings")
    rng = np.random.default_rng(seed)
    variables = [tf.Variable(w) for w in weights]
    W1, b1, W2, b2 = variables
    for _ in range(epochs):
        order = rng.permutation(len(X))
        for start in range(0, len(X), batch_size):
            batch = order[start : start + batch_size]
            inputs, targets = tf.gather(X, batch), tf.gather(Y, batch)
            with tf.GradientTape() as tape:
                out = tf.tanh(inputs @ W1 + b1) @ W2 + b2
                loss = tf.nn.l2_loss(out - targets) / len(batch)
            gradients = tape.gradient(loss, variables)
            for variable, gradient in zip(variables, gradients, strict=True):
                variable.assign_sub(eta * gradient)
    return tf.identity(W1), tf.identity(b1), tf.identity(W2), tf.identity(b2)


class _Network(tf.keras.Model):
    """Two dense layers, the first with a ReLU."""

    def __init__(self, hidden: int, outputs: int, dtype: str) -> None:
        super().__init__(dtype=dtype)
        dense = tf.keras.layers.Dense
        self.hidden_layer = dense(hidden, name="hidden_layer", dtype=dtype)
        self.output_layer = dense(outputs, name="output_layer", dtype=dtype)

    def call(self, x: Tensor) -> Tensor:
        """Run a batch; called by Keras."""
        return self.output_layer(tf.nn.relu(self.hidden_layer(x)))


def network(W1: Tensor, b1: Tensor, W2: Tensor, b2: Tensor) -> Any:
    """Build a network with a ReLU layer as a subclass of Keras' model.

    Returns:
        A model with the layers `hidden_layer` and `output_layer`.
    """
    model = _Network(W1.shape[1], W2.shape[1], W1.dtype.name)
    with tf.device(W1.device):
        model(tf.zeros((1, W1.shape[0]), W1.dtype))
    model.hidden_layer.set_weights([W1, b1])
    model.output_layer.set_weights([W2, b2])
    return model
