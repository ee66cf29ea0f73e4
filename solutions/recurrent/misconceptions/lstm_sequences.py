"""Wrong answers to an LSTM over sequences: `lstm_forward`."""

import numpy as np

from autograder.checks import Misconception

from ..oracle import lstm_step

__all__ = ["MISCONCEPTIONS"]


def _lstm_states_reset(
    x: np.ndarray,
    h0: np.ndarray,
    c0: np.ndarray,
    W: np.ndarray,
    U: np.ndarray,
    b: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    if not len(x) == len(h0) == len(c0):
        raise ValueError("x, h0 and c0 differ in batch")
    h, c, states = h0, c0, []
    for t in range(x.shape[1]):
        h, c = lstm_step(x[:, t], h0, c0, W, U, b)
        states.append(h)
    return np.stack(states, axis=1), c


def _lstm_cell_not_carried(
    x: np.ndarray,
    h0: np.ndarray,
    c0: np.ndarray,
    W: np.ndarray,
    U: np.ndarray,
    b: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    if not len(x) == len(h0) == len(c0):
        raise ValueError("x, h0 and c0 differ in batch")
    h, c, states = h0, c0, []
    for t in range(x.shape[1]):
        h, c = lstm_step(x[:, t], h, c0, W, U, b)
        states.append(h)
    return np.stack(states, axis=1), c


def _lstm_hidden_not_carried(
    x: np.ndarray,
    h0: np.ndarray,
    c0: np.ndarray,
    W: np.ndarray,
    U: np.ndarray,
    b: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    if not len(x) == len(h0) == len(c0):
        raise ValueError("x, h0 and c0 differ in batch")
    h, c, states = h0, c0, []
    for t in range(x.shape[1]):
        h, c = lstm_step(x[:, t], h0, c, W, U, b)
        states.append(h)
    return np.stack(states, axis=1), c


def _lstm_shows_cells(
    x: np.ndarray,
    h0: np.ndarray,
    c0: np.ndarray,
    W: np.ndarray,
    U: np.ndarray,
    b: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    if not len(x) == len(h0) == len(c0):
        raise ValueError("x, h0 and c0 differ in batch")
    h, c, states = h0, c0, []
    for t in range(x.shape[1]):
        h, c = lstm_step(x[:, t], h, c, W, U, b)
        states.append(c)
    return np.stack(states, axis=1), c


def _lstm_time_first(
    x: np.ndarray,
    h0: np.ndarray,
    c0: np.ndarray,
    W: np.ndarray,
    U: np.ndarray,
    b: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    if not len(x) == len(h0) == len(c0):
        raise ValueError("x, h0 and c0 differ in batch")
    h, c, states = h0, c0, []
    for t in range(x.shape[1]):
        h, c = lstm_step(x[:, t], h, c, W, U, b)
        states.append(h)
    return np.stack(states), c


def _lstm_along_batch(
    x: np.ndarray,
    h0: np.ndarray,
    c0: np.ndarray,
    W: np.ndarray,
    U: np.ndarray,
    b: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    if not len(x) == len(h0) == len(c0):
        raise ValueError("x, h0 and c0 differ in batch")
    h, c, states = h0, c0, []
    for moment in x:
        h, c = lstm_step(moment, h, c, W, U, b)
        states.append(h)
    return np.stack(states), c


def _lstm_returns_last_hidden(
    x: np.ndarray,
    h0: np.ndarray,
    c0: np.ndarray,
    W: np.ndarray,
    U: np.ndarray,
    b: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    if not len(x) == len(h0) == len(c0):
        raise ValueError("x, h0 and c0 differ in batch")
    h, c, states = h0, c0, []
    for t in range(x.shape[1]):
        h, c = lstm_step(x[:, t], h, c, W, U, b)
        states.append(h)
    return np.stack(states, axis=1), h


def _lstm_from_zero(
    x: np.ndarray,
    h0: np.ndarray,
    c0: np.ndarray,
    W: np.ndarray,
    U: np.ndarray,
    b: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    if not len(x) == len(h0) == len(c0):
        raise ValueError("x, h0 and c0 differ in batch")
    h, c, states = np.zeros_like(h0), np.zeros_like(c0), []
    for t in range(x.shape[1]):
        h, c = lstm_step(x[:, t], h, c, W, U, b)
        states.append(h)
    return np.stack(states, axis=1), c


def _lstm_cell_from_zero(
    x: np.ndarray,
    h0: np.ndarray,
    c0: np.ndarray,
    W: np.ndarray,
    U: np.ndarray,
    b: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    if not len(x) == len(h0) == len(c0):
        raise ValueError("x, h0 and c0 differ in batch")
    h, c, states = h0, np.zeros_like(c0), []
    for t in range(x.shape[1]):
        h, c = lstm_step(x[:, t], h, c, W, U, b)
        states.append(h)
    return np.stack(states, axis=1), c


MISCONCEPTIONS: tuple[Misconception, ...] = (
    Misconception(
        name="lstm_states_reset",
        of="lstm_forward",
        hint=(
            "Each step began with h0 and c0 again. Hand both new states on to the "
            "next step."
        ),
        code=_lstm_states_reset,
    ),
    Misconception(
        name="lstm_cell_not_carried",
        of="lstm_forward",
        hint=(
            "The hidden state was handed on, the cell wasn't: each step began with c0."
        ),
        code=_lstm_cell_not_carried,
    ),
    Misconception(
        name="lstm_hidden_not_carried",
        of="lstm_forward",
        hint=(
            "The cell was handed on, the hidden state wasn't: each step began with h0."
        ),
        code=_lstm_hidden_not_carried,
    ),
    Misconception(
        name="lstm_shows_cells",
        of="lstm_forward",
        hint=(
            "These are the cell states of each step. What the layer shows is its "
            "hidden states."
        ),
        code=_lstm_shows_cells,
    ),
    Misconception(
        name="lstm_time_first",
        of="lstm_forward",
        hint=(
            "The states are right, but time is the first axis. The batch comes first."
        ),
        code=_lstm_time_first,
    ),
    Misconception(
        name="lstm_along_batch",
        of="lstm_forward",
        hint=(
            "The steps went along the first axis: samples were read as moments. "
            "Time is the second axis."
        ),
        code=_lstm_along_batch,
    ),
    Misconception(
        name="lstm_returns_last_hidden",
        of="lstm_forward",
        hint=(
            "The second result is the last hidden state, which is among the first "
            "ones already. Return the last cell state."
        ),
        code=_lstm_returns_last_hidden,
    ),
    Misconception(
        name="lstm_from_zero",
        of="lstm_forward",
        hint=("The first step began with states of zero, not with h0 and c0."),
        code=_lstm_from_zero,
    ),
    Misconception(
        name="lstm_cell_from_zero",
        of="lstm_forward",
        hint=(
            "The first step began with h0, but with a cell state of zero. It begins "
            "with c0."
        ),
        code=_lstm_cell_from_zero,
    ),
)
