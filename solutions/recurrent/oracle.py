"""The reference answers of the assignment `recurrent`, in numpy.

Owns what is right: values, shapes, dtypes and refusals of every exercise. Every result
has the dtype of its inputs, so the oracle at float32 against itself at float64 measures
rounding. No input is modified. Never imports torch or TensorFlow.

Notation (lectures 000 and 004): x are inputs, h hidden states, c cell states; W acts on
inputs, U on hidden states, b is a bias. Samples are rows, so a layer is x @ W + h @ U +
b. Gates are stacked along the first axis: f, i, g, o in an LSTM, r, z, n in a GRU.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

__all__ = [
    "ENERGIES",
    "extrapolate",
    "gates_to_torch",
    "gradient_norms",
    "gru_step",
    "keras_to_torch",
    "learn",
    "lstm_backward",
    "lstm_cell",
    "lstm_forward",
    "lstm_in_keras_layout",
    "lstm_in_keras_layout_vjp",
    "lstm_in_torch_layout",
    "lstm_in_torch_layout_vjp",
    "lstm_step",
    "rnn_forward",
    "rnn_step",
    "sigmoid",
    "straight_on",
    "torch_to_keras",
    "windows",
]

Array: TypeAlias = npt.NDArray[Any]
Pair: TypeAlias = tuple[Array, Array]
Predictor: TypeAlias = Callable[[Array], Any]

_TORCH_ORDER = [1, 0, 2, 3]  # where f, i, g, o stand in i, f, g, o; its own inverse


# --- what the notebook gives ---------------------------------------------------------

#: Ground-state energies of 2, 4, ..., 40 particles (lecture 004, "An extrapolation
#: example").
ENERGIES: Array = np.array(
    [
        *(-0.03077640549, -0.08336233266, -0.1446729567, -0.2116753732, -0.2830637392),
        *(-0.3581341341, -0.436462435, -0.5177783846, -0.6019067271, -0.6887363571),
        *(-0.7782028952, -0.8702784034, -0.9649652536, -1.062292565, -1.16231451),
        *(-1.265109911, -1.370782966, -1.479465113, -1.591317992, -1.70653767),
    ]
)


def sigmoid(z: Any) -> Any:
    """Return 1 / (1 + exp(-z)), elementwise, without overflow."""
    return 0.5 + 0.5 * np.tanh(0.5 * z)


def straight_on(window: Array) -> Array:
    """Go on as a line through the last two values: a predictor to try things with.

    Args:
        window: (batch, length, 1), length 2 at least.

    Returns:
        (batch,).
    """
    value: Array = 2 * window[:, -1, 0] - window[:, -2, 0]
    return value


# --- sequences and plain recurrent networks ------------------------------------------


def windows(series: Array, length: int) -> Pair:
    """Cut a series into overlapping windows and the values that follow them.

    Args:
        series: (n,).
        length: Values in a window.

    Returns:
        X (n-length, length, 1) and y (n-length,).

    Raises:
        ValueError: `length` is less than 1, or no value follows the first window.

    References:
        Lecture 004, "Formatting the Data".
    """
    if not 1 <= length < len(series):
        raise ValueError(f"window length {length}, but a series of {len(series)}")
    starts = np.arange(len(series) - length)
    inside = starts[:, None] + np.arange(length)  # (window, length)
    return series[inside][:, :, None], series[length:].copy()


def rnn_step(x: Array, h: Array, W: Array, U: Array, b: Array) -> Array:
    """Take one step of a plain recurrent layer: tanh(x W + h U + b).

    Args:
        x: (batch, inputs).
        h: (batch, hidden), the state before.
        W: (inputs, hidden).
        U: (hidden, hidden).
        b: (hidden,).

    Returns:
        (batch, hidden), the state after.

    Raises:
        ValueError: `x` and `h` differ in batch.

    References:
        Elman 1990; Goodfellow et al. 2016, eq. 10.8 and 10.9.
    """
    _require_batch(x, h)
    state: Array = np.tanh(x @ W + h @ U + b)
    return state


def rnn_forward(x: Array, h0: Array, W: Array, U: Array, b: Array) -> Array:
    """Run a plain recurrent layer over sequences.

    Args:
        x: (batch, time, inputs).
        h0: (batch, hidden), the state before the first step.
        W: (inputs, hidden).
        U: (hidden, hidden).
        b: (hidden,).

    Returns:
        (batch, time, hidden), the state after each step.

    Raises:
        ValueError: `x` and `h0` differ in batch.
    """
    _require_batch(x, h0)
    states = np.zeros((*x.shape[:2], len(b)), x.dtype)
    h = h0
    for t in range(x.shape[1]):
        h = states[:, t] = rnn_step(x[:, t], h, W, U, b)
    return states


def _require_batch(x: Array, *states: Array) -> None:
    sizes = [len(array) for array in (x, *states)]
    if len(set(sizes)) > 1:
        raise ValueError(f"inputs and states for {sizes} samples")


def gradient_norms(h: Array, U: Array) -> Array:
    """Measure how much the last state still depends on each earlier state.

    dh_T/dh_t = D_T U^T ... D_{t+1} U^T with D_k = diag(1 - h_k^2).

    Args:
        h: (time, hidden), the states of one sequence.
        U: (hidden, hidden).

    Returns:
        (time,): the spectral norms of dh_T/dh_1, ..., dh_T/dh_T. The last is 1.

    References:
        Pascanu, Mikolov & Bengio 2013, eq. 5.
    """
    steps, hidden = h.shape
    norms = np.ones(steps, h.dtype)
    jacobian = np.eye(hidden, dtype=h.dtype)
    for t in range(steps - 1, 0, -1):
        jacobian = jacobian @ ((1 - h[t] ** 2)[:, None] * U.T)
        norms[t - 1] = np.linalg.norm(jacobian, 2)
    return norms


# --- LSTM ----------------------------------------------------------------------------


def lstm_step(x: Array, h: Array, c: Array, W: Array, U: Array, b: Array) -> Pair:
    """Take one step of an LSTM layer.

    Args:
        x: (batch, inputs).
        h: (batch, hidden), the hidden state before.
        c: (batch, hidden), the cell state before.
        W: (4, inputs, hidden), the gates in the order f, i, g, o.
        U: (4, hidden, hidden).
        b: (4, hidden).

    Returns:
        The hidden and the cell state after, both (batch, hidden).

    Raises:
        ValueError: `x`, `h` and `c` differ in batch.

    References:
        Hochreiter & Schmidhuber 1997, with the forget gate of Gers et al. 2000; lecture
        000, "Long-short term memory (LSTM) Networks".
    """
    *_, o, c_new = _gates(x, h, c, W, U, b)
    return o * np.tanh(c_new), c_new


def _gates(
    x: Array, h: Array, c: Array, W: Array, U: Array, b: Array
) -> tuple[Array, Array, Array, Array, Array]:
    """The gates f, i, g, o and the cell state after, (batch, hidden) each."""
    _require_batch(x, h, c)
    z = x @ W + h @ U + b[:, None]  # (gate, batch, hidden)
    f, i, o = sigmoid(z[0]), sigmoid(z[1]), sigmoid(z[3])
    g = np.tanh(z[2])
    return f, i, g, o, f * c + i * g


def lstm_forward(x: Array, h0: Array, c0: Array, W: Array, U: Array, b: Array) -> Pair:
    """Run an LSTM layer over sequences.

    Args:
        x: (batch, time, inputs).
        h0: (batch, hidden).
        c0: (batch, hidden).
        W: (4, inputs, hidden), the gates in the order f, i, g, o.
        U: (4, hidden, hidden).
        b: (4, hidden).

    Returns:
        The hidden states after each step (batch, time, hidden), and the cell state
        after the last (batch, hidden).

    Raises:
        ValueError: `x`, `h0` and `c0` differ in batch.
    """
    _require_batch(x, h0, c0)
    states = np.zeros((*x.shape[:2], b.shape[1]), x.dtype)
    h, c = h0, c0
    for t in range(x.shape[1]):
        h, c = lstm_step(x[:, t], h, c, W, U, b)
        states[:, t] = h
    return states, c.copy()


def lstm_backward(
    dh: Array,
    dc: Array,
    x: Array,
    h: Array,
    c: Array,
    W: Array,
    U: Array,
    b: Array,
) -> tuple[Array, Array, Array, Array, Array, Array]:
    """Differentiate a loss through one step of an LSTM layer.

    Args:
        dh: (batch, hidden), the loss's gradient by the hidden state after.
        dc: (batch, hidden), by the cell state after, on all paths but through that h.
        x: (batch, inputs), as given to `lstm_step`, like all that follow.
        h: (batch, hidden).
        c: (batch, hidden).
        W: (4, inputs, hidden).
        U: (4, hidden, hidden).
        b: (4, hidden).

    Returns:
        Gradients by x, h, c, W, U and b, each of its shape.
    """
    f, i, g, o, c_new = _gates(x, h, c, W, U, b)
    squashed = np.tanh(c_new)
    dc = dc + dh * o * (1 - squashed**2)
    dz = np.stack(
        [
            dc * c * f * (1 - f),
            dc * g * i * (1 - i),
            dc * i * (1 - g**2),
            dh * squashed * o * (1 - o),
        ]
    )  # (gate, batch, hidden)
    dx = (dz @ W.transpose(0, 2, 1)).sum(axis=0)
    dh_before = (dz @ U.transpose(0, 2, 1)).sum(axis=0)
    return dx, dh_before, dc * f, x.T @ dz, h.T @ dz, dz.sum(axis=1)


def gru_step(x: Array, h: Array, W: Array, U: Array, b: Array, bn: Array) -> Array:
    """Take one step of a GRU layer, the reset gate applied as PyTorch and Keras do.

    n = tanh(x W_n + b_n + r (h U_n + bn)); the new state is (1 - z) n + z h.

    Args:
        x: (batch, inputs).
        h: (batch, hidden), the state before.
        W: (3, inputs, hidden), in the order r, z, n.
        U: (3, hidden, hidden).
        b: (3, hidden).
        bn: (hidden,).

    Returns:
        (batch, hidden), the state after.

    Raises:
        ValueError: `x` and `h` differ in batch.

    References:
        Cho et al. 2014; torch.nn.GRU for the place of the reset gate and of z.
    """
    _require_batch(x, h)
    r = sigmoid(x @ W[0] + h @ U[0] + b[0])
    z = sigmoid(x @ W[1] + h @ U[1] + b[1])
    n = np.tanh(x @ W[2] + b[2] + r * (h @ U[2] + bn))
    state: Array = (1 - z) * n + z * h
    return state


# --- predicting ----------------------------------------------------------------------


def extrapolate(predict: Predictor, known: Array, length: int, steps: int) -> Array:
    """Predict many steps ahead from a predictor's own predictions.

    Args:
        predict: From windows (batch, length, 1) to the values that follow, (batch,).
        known: (n,), the series so far.
        length: Values in a window.
        steps: How many values to predict.

    Returns:
        (steps,), the predictions.

    Raises:
        ValueError: `length` is less than 1 or more than n, or `steps` is negative.

    References:
        Lecture 004, "Predicting New Points With A Trained Recurrent Neural Network".
    """
    if not 1 <= length <= len(known) or steps < 0:
        raise ValueError(f"invalid: {steps} steps from {length} of {len(known)} values")
    series = np.concatenate([known, np.zeros(steps, known.dtype)])
    for end in range(len(known), len(series)):
        window = series[end - length : end]
        series[end] = np.asarray(predict(window[None, :, None])).item()
    return series[len(known) :]


def learn(series: Array, length: int) -> Predictor:
    """Learn what follows a window by a random recurrent layer and least squares.

    Args:
        series: (n,).
        length: Values in a window.

    Returns:
        From windows (batch, length, 1) to the values that follow, (batch,).

    Raises:
        ValueError: As `windows`.

    References:
        Jaeger 2001 (echo state networks).
    """
    hidden, penalty = 20, 1e-4
    rng = np.random.default_rng(0)
    W = 0.3 * rng.normal(size=(1, hidden))
    U = 0.6 * rng.normal(size=(hidden, hidden)) / np.sqrt(hidden)
    b = 0.3 * rng.normal(size=hidden)
    mean, spread = series.mean(), series.std()

    def features(X: Array) -> Array:
        states = rnn_forward(X, np.zeros((len(X), hidden)), W, U, b)
        return np.column_stack([states[:, -1], np.ones(len(X))])

    X, y = windows((series - mean) / spread, length)
    A = features(X)
    change = y - X[:, -1, 0]
    readout = np.linalg.solve(A.T @ A + penalty * np.eye(hidden + 1), A.T @ change)

    def predict(X: Array) -> Array:
        X = (X - mean) / spread
        value: Array = mean + spread * (X[:, -1, 0] + features(X) @ readout)
        return value

    return predict


# --- other people's layouts ----------------------------------------------------------


def gates_to_torch(W: Array, U: Array, b: Array) -> tuple[Array, Array, Array, Array]:
    """Arrange an LSTM's weights as PyTorch does.

    Args:
        W: (4, inputs, hidden), the gates in the order f, i, g, o.
        U: (4, hidden, hidden).
        b: (4, hidden).

    Returns:
        weight_ih (4 hidden, inputs), weight_hh (4 hidden, hidden), bias_ih and bias_hh
        (4 hidden,) in the order i, f, g, o; bias_hh is zero.

    References:
        torch.nn.LSTM, section "Variables".
    """
    bias = b[_TORCH_ORDER].ravel()
    return _rows_of(W), _rows_of(U), bias, np.zeros_like(bias)


def _rows_of(gates: Array) -> Array:
    """Stack f, i, g, o (4, in, hidden) as PyTorch's rows (4 hidden, in)."""
    return np.concatenate([gates[at].T for at in _TORCH_ORDER])


def _gates_of(rows: Array) -> Array:
    """Split PyTorch's rows (4 hidden, in) into f, i, g, o (4, in, hidden)."""
    gates = rows.reshape(4, -1, rows.shape[1])[_TORCH_ORDER]
    return np.ascontiguousarray(gates.transpose(0, 2, 1))


def keras_to_torch(
    kernel: Array, recurrent_kernel: Array, bias: Array
) -> tuple[Array, Array, Array, Array]:
    """Arrange a Keras LSTM's weights as PyTorch does.

    Keras's i, f, c, o are PyTorch's i, f, g, o.

    Args:
        kernel: (inputs, 4 hidden).
        recurrent_kernel: (hidden, 4 hidden).
        bias: (4 hidden,).

    Returns:
        weight_ih (4 hidden, inputs), weight_hh (4 hidden, hidden), bias_ih and bias_hh
        (4 hidden,); bias_hh is zero.
    """
    return (
        np.ascontiguousarray(kernel.T),
        np.ascontiguousarray(recurrent_kernel.T),
        bias.copy(),
        np.zeros_like(bias),
    )


def torch_to_keras(
    weight_ih: Array, weight_hh: Array, bias_ih: Array, bias_hh: Array
) -> tuple[Array, Array, Array]:
    """Arrange a PyTorch LSTM's weights as Keras does.

    Args:
        weight_ih: (4 hidden, inputs).
        weight_hh: (4 hidden, hidden).
        bias_ih: (4 hidden,).
        bias_hh: (4 hidden,).

    Returns:
        kernel (inputs, 4 hidden), recurrent kernel (hidden, 4 hidden), bias
        (4 hidden,).
    """
    kernel, recurrent = weight_ih.T, weight_hh.T
    return (
        np.ascontiguousarray(kernel),
        np.ascontiguousarray(recurrent),
        bias_ih + bias_hh,
    )


def lstm_cell(
    x: Array,
    h: Array,
    c: Array,
    weight_ih: Array,
    weight_hh: Array,
    bias_ih: Array,
    bias_hh: Array,
) -> Pair:
    """Take one step of an LSTM layer whose weights PyTorch has arranged.

    Args:
        x: (batch, inputs).
        h: (batch, hidden).
        c: (batch, hidden).
        weight_ih: (4 hidden, inputs).
        weight_hh: (4 hidden, hidden).
        bias_ih: (4 hidden,).
        bias_hh: (4 hidden,).

    Returns:
        The hidden and the cell state after, both (batch, hidden).

    References:
        torch.nn.LSTMCell.
    """
    return lstm_step(x, h, c, *_from_torch(weight_ih, weight_hh, bias_ih, bias_hh))


def _from_torch(
    weight_ih: Array, weight_hh: Array, bias_ih: Array, bias_hh: Array
) -> tuple[Array, Array, Array]:
    """W, U and b in the order f, i, g, o."""
    bias = (bias_ih + bias_hh).reshape(4, -1)[_TORCH_ORDER]
    return _gates_of(weight_ih), _gates_of(weight_hh), bias


def lstm_in_torch_layout(
    x: Array, weight_ih: Array, weight_hh: Array, bias_ih: Array, bias_hh: Array
) -> Array:
    """Run PyTorch's LSTM over sequences, from states of zero.

    Args:
        x: (batch, time, inputs).
        weight_ih: (4 hidden, inputs).
        weight_hh: (4 hidden, hidden).
        bias_ih: (4 hidden,).
        bias_hh: (4 hidden,).

    Returns:
        (batch, time, hidden), the hidden state after each step.
    """
    W, U, b = _from_torch(weight_ih, weight_hh, bias_ih, bias_hh)
    zero = np.zeros((len(x), b.shape[1]), x.dtype)
    return lstm_forward(x, zero, zero, W, U, b)[0]


def lstm_in_torch_layout_vjp(
    cotangent: Array,
    x: Array,
    weight_ih: Array,
    weight_hh: Array,
    bias_ih: Array,
    bias_hh: Array,
) -> tuple[Array, Array, Array, Array, Array]:
    """Differentiate sum(cotangent * lstm_in_torch_layout(...)) for all arguments."""
    W, U, b = _from_torch(weight_ih, weight_hh, bias_ih, bias_hh)
    dx, dW, dU, db = _through_time(cotangent, x, W, U, b)
    bias = db[_TORCH_ORDER].ravel()
    return dx, _rows_of(dW), _rows_of(dU), bias, bias.copy()


def lstm_in_keras_layout(
    x: Array, kernel: Array, recurrent_kernel: Array, bias: Array
) -> Array:
    """Run Keras's LSTM over sequences, from states of zero.

    Args:
        x: (batch, time, inputs).
        kernel: (inputs, 4 hidden).
        recurrent_kernel: (hidden, 4 hidden).
        bias: (4 hidden,).

    Returns:
        (batch, time, hidden), the hidden state after each step.
    """
    return lstm_in_torch_layout(x, *keras_to_torch(kernel, recurrent_kernel, bias))


def lstm_in_keras_layout_vjp(
    cotangent: Array, x: Array, kernel: Array, recurrent_kernel: Array, bias: Array
) -> tuple[Array, Array, Array, Array]:
    """Differentiate sum(cotangent * lstm_in_keras_layout(...)) for all arguments."""
    weights = keras_to_torch(kernel, recurrent_kernel, bias)
    dx, d_ih, d_hh, db, _ = lstm_in_torch_layout_vjp(cotangent, x, *weights)
    return dx, d_ih.T, d_hh.T, db


def _through_time(
    cotangent: Array, x: Array, W: Array, U: Array, b: Array
) -> tuple[Array, Array, Array, Array]:
    """Gradients of x, W, U and b: one `lstm_backward` per step, the last first."""
    zero = np.zeros((len(x), b.shape[1]), x.dtype)
    before = [(zero, zero)]
    for t in range(x.shape[1]):
        before.append(lstm_step(x[:, t], *before[-1], W, U, b))
    dx, dW, dU, db = np.zeros_like(x), np.zeros_like(W), np.zeros_like(U), 0 * b
    dh, dc = zero, zero
    for t in range(x.shape[1] - 1, -1, -1):
        dx[:, t], dh, dc, *weights = lstm_backward(
            dh + cotangent[:, t], dc, x[:, t], *before[t], W, U, b
        )
        dW, dU, db = (
            total + part for total, part in zip((dW, dU, db), weights, strict=True)
        )
    return dx, dW, dU, db
