"""The assignment `recurrent` once more, in TensorFlow.

Owns a third opinion: each function has the oracle's name and meaning, takes and returns
tensors, and is found by another road than the oracle's and the PyTorch twin's: Keras's
layers, scans, a GradientTape. Never imports the oracle. `learn` has no twin, for it has
no one right answer; `lstm` stands for a student's `lstm_tf` and does without Keras's
layers, as it must.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import tensorflow as tf

__all__ = [
    "extrapolate",
    "gates_to_torch",
    "gradient_norms",
    "gru_step",
    "keras_to_torch",
    "lstm",
    "lstm_backward",
    "lstm_cell",
    "lstm_forward",
    "lstm_step",
    "rnn_forward",
    "rnn_step",
    "sigmoid",
    "straight_on",
    "torch_to_keras",
    "windows",
]

Tensor: TypeAlias = Any  # tensorflow ships no types
Pair: TypeAlias = tuple[Tensor, Tensor]
Packed: TypeAlias = tuple[Tensor, Tensor, Tensor, Tensor]


# --- what the notebook gives ---------------------------------------------------------


def sigmoid(z: Tensor) -> Tensor:
    """Return 1 / (1 + exp(-z))."""
    return tf.math.sigmoid(z)


def straight_on(window: Tensor) -> Tensor:
    """Go on as a line through the last two values, (batch,)."""
    return tf.tensordot(window[:, -2:, 0], tf.constant([-1, 2], window.dtype), axes=1)


# --- sequences and plain recurrent networks ------------------------------------------


def windows(series: Tensor, length: int) -> Pair:
    """Cut a series (n,) by `tf.signal.frame`.

    Raises:
        ValueError: `length` is less than 1, or no value follows the first window.
    """
    if length < 1 or length >= len(series):
        raise ValueError(f"window length {length}, but a series of {len(series)}")
    frames = tf.signal.frame(series[:-1], length, 1)
    return frames[:, :, None], series[length:]


def rnn_step(x: Tensor, h: Tensor, W: Tensor, U: Tensor, b: Tensor) -> Tensor:
    """Run Keras's layer for one step.

    Raises:
        ValueError: `x` and `h` differ in batch.
    """
    return rnn_forward(x[:, None], h, W, U, b)[:, 0]


def rnn_forward(x: Tensor, h0: Tensor, W: Tensor, U: Tensor, b: Tensor) -> Tensor:
    """Run Keras's SimpleRNN over sequences.

    Raises:
        ValueError: `x` and `h0` differ in batch.
    """
    _require_batch(x, h0)
    layer = _layer(tf.keras.layers.SimpleRNN, x, W.shape[1], [W, U, b])
    return layer(x, initial_state=h0)


def _require_batch(*arrays: Tensor) -> None:
    sizes = {len(array) for array in arrays}
    if len(sizes) > 1:
        raise ValueError(f"inputs and states for {sorted(sizes)} samples")


def _layer(
    kind: Any, x: Tensor, hidden: int, weights: list[Tensor], **settings: Any
) -> Any:
    """Make a layer of Keras that holds the weights."""
    layer = kind(hidden, return_sequences=True, dtype=x.dtype.name, **settings)
    layer.build(x.shape)
    layer.set_weights([weight.numpy() for weight in weights])
    return layer


def gradient_norms(h: Tensor, U: Tensor) -> Tensor:
    """Multiply the Jacobians of all steps, from a tape, in a scan.

    The input of a step is computed from the states on either side of it.
    """
    one = tf.eye(h.shape[1], dtype=h.dtype)
    if len(h) == 1:
        return one[0, :1]
    before = tf.identity(h[:-1])
    drive = tf.atanh(h[1:]) - before @ U
    with tf.GradientTape() as tape:
        tape.watch(before)
        after = tf.tanh(before @ U + drive)
    factors = tape.batch_jacobian(after, before)  # (step, to, from)
    products = tf.scan(tf.matmul, factors[::-1], initializer=one)[::-1]
    products = tf.concat([products, one[None]], axis=0)
    return tf.linalg.svd(products, compute_uv=False)[:, 0]


# --- LSTM ----------------------------------------------------------------------------


def lstm_step(x: Tensor, h: Tensor, c: Tensor, W: Tensor, U: Tensor, b: Tensor) -> Pair:
    """Run Keras's layer for one step.

    Raises:
        ValueError: `x`, `h` and `c` differ in batch.
    """
    states, c = lstm_forward(x[:, None], h, c, W, U, b)
    return states[:, 0], c


def lstm_forward(
    x: Tensor, h0: Tensor, c0: Tensor, W: Tensor, U: Tensor, b: Tensor
) -> Pair:
    """Run Keras's LSTM over sequences.

    Raises:
        ValueError: `x`, `h0` and `c0` differ in batch.
    """
    _require_batch(x, h0, c0)
    weights = [_columns(W), _columns(U), _columns(b[:, None])[0]]
    layer = _layer(tf.keras.layers.LSTM, x, b.shape[1], weights, return_state=True)
    states, _, c = layer(x, initial_state=[h0, c0])
    return states, c


def _columns(gates: Tensor) -> Tensor:
    """Put f, i, g, o (4, in, hidden) side by side as Keras does: i, f, c, o."""
    f, i, g, o = tf.unstack(gates)
    return tf.concat([i, f, g, o], axis=1)


def lstm_backward(dh: Tensor, dc: Tensor, *args: Tensor) -> tuple[Tensor, ...]:
    """Differentiate one step with respect to all its arguments, by a tape."""
    leaves = [tf.identity(array) for array in args]
    with tf.GradientTape() as tape:
        tape.watch(leaves)
        x, h, c, W, U, b = leaves
        f, i, g, o = tf.unstack(tf.einsum("bi,gih->gbh", x, W) + h @ U + b[:, None])
        c_new = tf.math.sigmoid(f) * c + tf.math.sigmoid(i) * tf.tanh(g)
        h_new = tf.math.sigmoid(o) * tf.tanh(c_new)
    return tuple(tape.gradient([h_new, c_new], leaves, output_gradients=[dh, dc]))


def gru_step(
    x: Tensor, h: Tensor, W: Tensor, U: Tensor, b: Tensor, bn: Tensor
) -> Tensor:
    """Run Keras's GRU for one step; it stacks z, r, h and has two rows of biases.

    Raises:
        ValueError: `x` and `h` differ in batch.
    """
    _require_batch(x, h)
    order = [1, 0, 2]
    kernel, recurrent_kernel = (
        tf.concat([gates[at] for at in order], axis=1) for gates in (W, U)
    )
    zero = tf.zeros_like(bn)
    bias = tf.stack(
        [
            tf.concat([b[at] for at in order], axis=0),
            tf.concat([zero, zero, bn], axis=0),
        ]
    )
    weights = [kernel, recurrent_kernel, bias]
    layer = _layer(tf.keras.layers.GRU, x[:, None], len(bn), weights, reset_after=True)
    return layer(x[:, None], initial_state=h)[:, 0]


# --- predicting ----------------------------------------------------------------------


def extrapolate(
    predict: Callable[[Tensor], Tensor], known: Tensor, length: int, steps: int
) -> Tensor:
    """Predict many steps ahead, the series made longer by `tf.concat`.

    Raises:
        ValueError: `length` is less than 1 or more than n, or `steps` is negative.
    """
    if length < 1 or length > len(known) or steps < 0:
        raise ValueError(f"invalid: {steps} steps from {length} of {len(known)} values")
    series = known
    for _ in range(steps):
        value = predict(series[None, len(series) - length :, None])
        series = tf.concat([series, value], axis=0)
    return series[len(known) :]


# --- other people's layouts ----------------------------------------------------------


def gates_to_torch(W: Tensor, U: Tensor, b: Tensor) -> Packed:
    """Arrange f, i, g, o as PyTorch does."""
    weight_ih, weight_hh = (tf.transpose(_columns(gates)) for gates in (W, U))
    bias = _columns(b[:, None])[0]
    return weight_ih, weight_hh, bias, tf.zeros_like(bias)


def keras_to_torch(kernel: Tensor, recurrent_kernel: Tensor, bias: Tensor) -> Packed:
    """Arrange Keras's weights as PyTorch does, by einsum."""
    rows = [tf.einsum("ij->ji", array) for array in (kernel, recurrent_kernel)]
    return rows[0], rows[1], bias, tf.zeros_like(bias)


def torch_to_keras(
    weight_ih: Tensor, weight_hh: Tensor, bias_ih: Tensor, bias_hh: Tensor
) -> tuple[Tensor, Tensor, Tensor]:
    """Arrange PyTorch's weights as Keras does, by einsum."""
    columns = [tf.einsum("ij->ji", array) for array in (weight_ih, weight_hh)]
    return columns[0], columns[1], tf.add_n([bias_ih, bias_hh])


def lstm_cell(x: Tensor, h: Tensor, c: Tensor, *weights: Tensor) -> Pair:
    """Run Keras's layer for one step, its weights arranged as PyTorch does."""
    layer = _layer(
        tf.keras.layers.LSTM,
        x[:, None],
        h.shape[1],
        list(torch_to_keras(*weights)),
        return_state=True,
    )
    _, h, c = layer(x[:, None], initial_state=[h, c])
    return h, c


def lstm(x: Tensor, kernel: Tensor, recurrent_kernel: Tensor, bias: Tensor) -> Tensor:
    """Run an LSTM over sequences from states of zero, by a scan."""
    driven = tf.transpose(x @ kernel + bias, (1, 0, 2))  # (time, batch, 4 hidden)
    zero = tf.zeros_like(driven[0, :, : recurrent_kernel.shape[0]])

    def step(states: Pair, now: Tensor) -> Pair:
        h, c = states
        i, f, g, o = tf.split(now + h @ recurrent_kernel, 4, axis=1)
        c = tf.math.sigmoid(f) * c + tf.math.sigmoid(i) * tf.tanh(g)
        return tf.math.sigmoid(o) * tf.tanh(c), c

    states, _ = tf.scan(step, driven, initializer=(zero, zero))
    return tf.transpose(states, (1, 0, 2))
