"""Wrong answers to the gradients of an LSTM's step: `lstm_backward`."""

from typing import Any

import numpy as np

from autograder.checks import Misconception

from ..oracle import sigmoid

__all__ = ["MISCONCEPTIONS"]

Gradients = tuple[Any, Any, np.ndarray, np.ndarray, np.ndarray, np.ndarray]


def _back_through_cell_only(
    dh: np.ndarray,
    dc: np.ndarray,
    x: np.ndarray,
    h: np.ndarray,
    c: np.ndarray,
    W: np.ndarray,
    U: np.ndarray,
    b: np.ndarray,
) -> "Gradients":
    z = x @ W + h @ U + b[:, None]
    f, i, g, o = sigmoid(z[0]), sigmoid(z[1]), np.tanh(z[2]), sigmoid(z[3])
    t = np.tanh(f * c + i * g)

    df, di = dc * c * f * (1 - f), dc * g * i * (1 - i)
    dg, do = dc * i * (1 - g**2), dh * t * o * (1 - o)
    dz = np.stack([df, di, dg, do])
    dx = sum(dz[k] @ W[k].T for k in range(4))
    dh_before = sum(dz[k] @ U[k].T for k in range(4))
    return dx, dh_before, dc * f, x.T @ dz, h.T @ dz, dz.sum(axis=1)


def _back_through_hidden_only(
    dh: np.ndarray,
    dc: np.ndarray,
    x: np.ndarray,
    h: np.ndarray,
    c: np.ndarray,
    W: np.ndarray,
    U: np.ndarray,
    b: np.ndarray,
) -> "Gradients":
    z = x @ W + h @ U + b[:, None]
    f, i, g, o = sigmoid(z[0]), sigmoid(z[1]), np.tanh(z[2]), sigmoid(z[3])
    t = np.tanh(f * c + i * g)
    dc = dh * o * (1 - t**2)
    df, di = dc * c * f * (1 - f), dc * g * i * (1 - i)
    dg, do = dc * i * (1 - g**2), dh * t * o * (1 - o)
    dz = np.stack([df, di, dg, do])
    dx = sum(dz[k] @ W[k].T for k in range(4))
    dh_before = sum(dz[k] @ U[k].T for k in range(4))
    return dx, dh_before, dc * f, x.T @ dz, h.T @ dz, dz.sum(axis=1)


def _back_without_slope_of_cell(
    dh: np.ndarray,
    dc: np.ndarray,
    x: np.ndarray,
    h: np.ndarray,
    c: np.ndarray,
    W: np.ndarray,
    U: np.ndarray,
    b: np.ndarray,
) -> "Gradients":
    z = x @ W + h @ U + b[:, None]
    f, i, g, o = sigmoid(z[0]), sigmoid(z[1]), np.tanh(z[2]), sigmoid(z[3])
    t = np.tanh(f * c + i * g)
    dc = dc + dh * o
    df, di = dc * c * f * (1 - f), dc * g * i * (1 - i)
    dg, do = dc * i * (1 - g**2), dh * t * o * (1 - o)
    dz = np.stack([df, di, dg, do])
    dx = sum(dz[k] @ W[k].T for k in range(4))
    dh_before = sum(dz[k] @ U[k].T for k in range(4))
    return dx, dh_before, dc * f, x.T @ dz, h.T @ dz, dz.sum(axis=1)


def _back_slope_at_input(
    dh: np.ndarray,
    dc: np.ndarray,
    x: np.ndarray,
    h: np.ndarray,
    c: np.ndarray,
    W: np.ndarray,
    U: np.ndarray,
    b: np.ndarray,
) -> "Gradients":
    z = x @ W + h @ U + b[:, None]
    f, i, g, o = sigmoid(z[0]), sigmoid(z[1]), np.tanh(z[2]), sigmoid(z[3])
    t = np.tanh(f * c + i * g)
    dc = dc + dh * o * (1 - t**2)
    df, di = dc * c * z[0] * (1 - z[0]), dc * g * z[1] * (1 - z[1])
    dg, do = dc * i * (1 - z[2] ** 2), dh * t * z[3] * (1 - z[3])
    dz = np.stack([df, di, dg, do])
    dx = sum(dz[k] @ W[k].T for k in range(4))
    dh_before = sum(dz[k] @ U[k].T for k in range(4))
    return dx, dh_before, dc * f, x.T @ dz, h.T @ dz, dz.sum(axis=1)


def _back_slope_of_value(
    dh: np.ndarray,
    dc: np.ndarray,
    x: np.ndarray,
    h: np.ndarray,
    c: np.ndarray,
    W: np.ndarray,
    U: np.ndarray,
    b: np.ndarray,
) -> "Gradients":
    z = x @ W + h @ U + b[:, None]
    f, i, g, o = sigmoid(z[0]), sigmoid(z[1]), np.tanh(z[2]), sigmoid(z[3])
    t = np.tanh(f * c + i * g)
    dc = dc + dh * o * (1 - t**2)
    df, di = dc * c * sigmoid(f), dc * g * sigmoid(i)
    dg, do = dc * i * (1 - g**2), dh * t * sigmoid(o)
    dz = np.stack([df, di, dg, do])
    dx = sum(dz[k] @ W[k].T for k in range(4))
    dh_before = sum(dz[k] @ U[k].T for k in range(4))
    return dx, dh_before, dc * f, x.T @ dz, h.T @ dz, dz.sum(axis=1)


def _back_without_slopes(
    dh: np.ndarray,
    dc: np.ndarray,
    x: np.ndarray,
    h: np.ndarray,
    c: np.ndarray,
    W: np.ndarray,
    U: np.ndarray,
    b: np.ndarray,
) -> "Gradients":
    z = x @ W + h @ U + b[:, None]
    f, i, g, o = sigmoid(z[0]), sigmoid(z[1]), np.tanh(z[2]), sigmoid(z[3])
    t = np.tanh(f * c + i * g)
    dc = dc + dh * o * (1 - t**2)
    df, di = dc * c, dc * g
    dg, do = dc * i, dh * t
    dz = np.stack([df, di, dg, do])
    dx = sum(dz[k] @ W[k].T for k in range(4))
    dh_before = sum(dz[k] @ U[k].T for k in range(4))
    return dx, dh_before, dc * f, x.T @ dz, h.T @ dz, dz.sum(axis=1)


def _back_candidate_as_gate(
    dh: np.ndarray,
    dc: np.ndarray,
    x: np.ndarray,
    h: np.ndarray,
    c: np.ndarray,
    W: np.ndarray,
    U: np.ndarray,
    b: np.ndarray,
) -> "Gradients":
    z = x @ W + h @ U + b[:, None]
    f, i, g, o = sigmoid(z[0]), sigmoid(z[1]), np.tanh(z[2]), sigmoid(z[3])
    t = np.tanh(f * c + i * g)
    dc = dc + dh * o * (1 - t**2)
    df, di = dc * c * f * (1 - f), dc * g * i * (1 - i)
    dg, do = dc * i * g * (1 - g), dh * t * o * (1 - o)
    dz = np.stack([df, di, dg, do])
    dx = sum(dz[k] @ W[k].T for k in range(4))
    dh_before = sum(dz[k] @ U[k].T for k in range(4))
    return dx, dh_before, dc * f, x.T @ dz, h.T @ dz, dz.sum(axis=1)


def _back_cell_without_forget_gate(
    dh: np.ndarray,
    dc: np.ndarray,
    x: np.ndarray,
    h: np.ndarray,
    c: np.ndarray,
    W: np.ndarray,
    U: np.ndarray,
    b: np.ndarray,
) -> "Gradients":
    z = x @ W + h @ U + b[:, None]
    f, i, g, o = sigmoid(z[0]), sigmoid(z[1]), np.tanh(z[2]), sigmoid(z[3])
    t = np.tanh(f * c + i * g)
    dc = dc + dh * o * (1 - t**2)
    df, di = dc * c * f * (1 - f), dc * g * i * (1 - i)
    dg, do = dc * i * (1 - g**2), dh * t * o * (1 - o)
    dz = np.stack([df, di, dg, do])
    dx = sum(dz[k] @ W[k].T for k in range(4))
    dh_before = sum(dz[k] @ U[k].T for k in range(4))
    return dx, dh_before, dc, x.T @ dz, h.T @ dz, dz.sum(axis=1)


def _back_old_cell_from_dc_alone(
    dh: np.ndarray,
    dc: np.ndarray,
    x: np.ndarray,
    h: np.ndarray,
    c: np.ndarray,
    W: np.ndarray,
    U: np.ndarray,
    b: np.ndarray,
) -> "Gradients":
    z = x @ W + h @ U + b[:, None]
    f, i, g, o = sigmoid(z[0]), sigmoid(z[1]), np.tanh(z[2]), sigmoid(z[3])
    t = np.tanh(f * c + i * g)
    total = dc + dh * o * (1 - t**2)
    df, di = total * c * f * (1 - f), total * g * i * (1 - i)
    dg, do = total * i * (1 - g**2), dh * t * o * (1 - o)
    dz = np.stack([df, di, dg, do])
    dx = sum(dz[k] @ W[k].T for k in range(4))
    dh_before = sum(dz[k] @ U[k].T for k in range(4))
    return dx, dh_before, dc * f, x.T @ dz, h.T @ dz, dz.sum(axis=1)


def _back_forget_gate_with_new_cell(
    dh: np.ndarray,
    dc: np.ndarray,
    x: np.ndarray,
    h: np.ndarray,
    c: np.ndarray,
    W: np.ndarray,
    U: np.ndarray,
    b: np.ndarray,
) -> "Gradients":
    z = x @ W + h @ U + b[:, None]
    f, i, g, o = sigmoid(z[0]), sigmoid(z[1]), np.tanh(z[2]), sigmoid(z[3])
    t = np.tanh(f * c + i * g)
    dc = dc + dh * o * (1 - t**2)
    df, di = dc * (f * c + i * g) * f * (1 - f), dc * g * i * (1 - i)
    dg, do = dc * i * (1 - g**2), dh * t * o * (1 - o)
    dz = np.stack([df, di, dg, do])
    dx = sum(dz[k] @ W[k].T for k in range(4))
    dh_before = sum(dz[k] @ U[k].T for k in range(4))
    return dx, dh_before, dc * f, x.T @ dz, h.T @ dz, dz.sum(axis=1)


def _back_averaged(
    dh: np.ndarray,
    dc: np.ndarray,
    x: np.ndarray,
    h: np.ndarray,
    c: np.ndarray,
    W: np.ndarray,
    U: np.ndarray,
    b: np.ndarray,
) -> "Gradients":
    z = x @ W + h @ U + b[:, None]
    f, i, g, o = sigmoid(z[0]), sigmoid(z[1]), np.tanh(z[2]), sigmoid(z[3])
    t = np.tanh(f * c + i * g)
    dc = dc + dh * o * (1 - t**2)
    df, di = dc * c * f * (1 - f), dc * g * i * (1 - i)
    dg, do = dc * i * (1 - g**2), dh * t * o * (1 - o)
    dz = np.stack([df, di, dg, do])
    dx = sum(dz[k] @ W[k].T for k in range(4))
    dh_before = sum(dz[k] @ U[k].T for k in range(4))
    m = len(x)
    return dx, dh_before, dc * f, x.T @ dz / m, h.T @ dz / m, dz.mean(axis=1)


def _back_bias_copied(
    dh: np.ndarray,
    dc: np.ndarray,
    x: np.ndarray,
    h: np.ndarray,
    c: np.ndarray,
    W: np.ndarray,
    U: np.ndarray,
    b: np.ndarray,
) -> "Gradients":
    z = x @ W + h @ U + b[:, None]
    f, i, g, o = sigmoid(z[0]), sigmoid(z[1]), np.tanh(z[2]), sigmoid(z[3])
    t = np.tanh(f * c + i * g)
    dc = dc + dh * o * (1 - t**2)
    df, di = dc * c * f * (1 - f), dc * g * i * (1 - i)
    dg, do = dc * i * (1 - g**2), dh * t * o * (1 - o)
    dz = np.stack([df, di, dg, do])
    dx = sum(dz[k] @ W[k].T for k in range(4))
    dh_before = sum(dz[k] @ U[k].T for k in range(4))
    db = np.stack([dz[0].sum(axis=0)] * 4)
    return dx, dh_before, dc * f, x.T @ dz, h.T @ dz, db


def _back_changes_dc(
    dh: np.ndarray,
    dc: np.ndarray,
    x: np.ndarray,
    h: np.ndarray,
    c: np.ndarray,
    W: np.ndarray,
    U: np.ndarray,
    b: np.ndarray,
) -> "Gradients":
    z = x @ W + h @ U + b[:, None]
    f, i, g, o = sigmoid(z[0]), sigmoid(z[1]), np.tanh(z[2]), sigmoid(z[3])
    t = np.tanh(f * c + i * g)
    dc += dh * o * (1 - t**2)
    df, di = dc * c * f * (1 - f), dc * g * i * (1 - i)
    dg, do = dc * i * (1 - g**2), dh * t * o * (1 - o)
    dz = np.stack([df, di, dg, do])
    dx = sum(dz[k] @ W[k].T for k in range(4))
    dh_before = sum(dz[k] @ U[k].T for k in range(4))
    return dx, dh_before, dc * f, x.T @ dz, h.T @ dz, dz.sum(axis=1)


def _back_weights_not_transposed(
    dh: np.ndarray,
    dc: np.ndarray,
    x: np.ndarray,
    h: np.ndarray,
    c: np.ndarray,
    W: np.ndarray,
    U: np.ndarray,
    b: np.ndarray,
) -> "Gradients":
    z = x @ W + h @ U + b[:, None]
    f, i, g, o = sigmoid(z[0]), sigmoid(z[1]), np.tanh(z[2]), sigmoid(z[3])
    t = np.tanh(f * c + i * g)
    dc = dc + dh * o * (1 - t**2)
    df, di = dc * c * f * (1 - f), dc * g * i * (1 - i)
    dg, do = dc * i * (1 - g**2), dh * t * o * (1 - o)
    dz = np.stack([df, di, dg, do])
    dx = sum(dz[k] @ W[k].T for k in range(4))
    dh_before = sum(dz[k] @ U[k] for k in range(4))
    return dx, dh_before, dc * f, x.T @ dz, h.T @ dz, dz.sum(axis=1)


MISCONCEPTIONS: tuple[Misconception, ...] = (
    Misconception(
        name="back_through_cell_only",
        of="lstm_backward",
        hint=(
            "The new cell got only the gradient that came by the cell. It acts on "
            "the loss through h', too: add that path."
        ),
        code=_back_through_cell_only,
    ),
    Misconception(
        name="back_through_hidden_only",
        of="lstm_backward",
        hint=(
            "The gradient that came by the cell was dropped: dc counts as well as "
            "what comes through h'."
        ),
        code=_back_through_hidden_only,
    ),
    Misconception(
        name="back_without_slope_of_cell",
        of="lstm_backward",
        hint=("On the way from h' to the cell the slope of tanh is missing."),
        code=_back_without_slope_of_cell,
    ),
    Misconception(
        name="back_slope_at_input",
        of="lstm_backward",
        hint=(
            "A gate's slope was taken as z (1 - z) with what stands inside of the "
            "sigmoid. The short formula holds for the gate's value."
        ),
        code=_back_slope_at_input,
    ),
    Misconception(
        name="back_slope_of_value",
        of="lstm_backward",
        hint=(
            "A gate's slope was taken as sigma(value): the sigmoid of something "
            "that is one already, and not its derivative."
        ),
        code=_back_slope_of_value,
    ),
    Misconception(
        name="back_without_slopes",
        of="lstm_backward",
        hint=(
            "These are gradients by the values of gates and candidate. To go on "
            "inside, multiply by the slopes of sigmoid and tanh."
        ),
        code=_back_without_slopes,
    ),
    Misconception(
        name="back_candidate_as_gate",
        of="lstm_backward",
        hint=("The candidate got a sigmoid's slope, g (1 - g). It is a tanh."),
        code=_back_candidate_as_gate,
    ),
    Misconception(
        name="back_cell_without_forget_gate",
        of="lstm_backward",
        hint=(
            "The old cell got the new cell's gradient in full. Look at what "
            "multiplies c in the formula of c'."
        ),
        code=_back_cell_without_forget_gate,
    ),
    Misconception(
        name="back_old_cell_from_dc_alone",
        of="lstm_backward",
        hint=(
            "The old cell got the gradient that came by the cell, times f, "
            "without what comes through h'."
        ),
        code=_back_old_cell_from_dc_alone,
    ),
    Misconception(
        name="back_forget_gate_with_new_cell",
        of="lstm_backward",
        hint=(
            "The forget gate was credited with the new cell. It multiplies the old one."
        ),
        code=_back_forget_gate_with_new_cell,
    ),
    Misconception(
        name="back_averaged",
        of="lstm_backward",
        hint=(
            "Gradients of the weights were divided by the batch. The loss is a "
            "sum over samples."
        ),
        code=_back_averaged,
    ),
    Misconception(
        name="back_bias_copied",
        of="lstm_backward",
        hint=("All four biases have the forget gate's gradient. Each has its own."),
        code=_back_bias_copied,
    ),
    Misconception(
        name="back_changes_dc",
        of="lstm_backward",
        hint=(
            "The gradient that came in was changed in place: += does that to an "
            "array. Whoever called still needs it."
        ),
        code=_back_changes_dc,
        sign="changes_input",
    ),
    Misconception(
        name="back_weights_not_transposed",
        of="lstm_backward",
        hint=(
            "On the way to h the weights U stand as they do forwards. Backwards "
            "they are transposed."
        ),
        code=_back_weights_not_transposed,
    ),
)
