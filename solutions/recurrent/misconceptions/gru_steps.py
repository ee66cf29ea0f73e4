"""Wrong answers to one step of a GRU: `gru_step`."""

import numpy as np

from autograder.checks import Misconception

from ..oracle import sigmoid

__all__ = ["MISCONCEPTIONS"]


def _gru_z_exchanged(
    x: np.ndarray,
    h: np.ndarray,
    W: np.ndarray,
    U: np.ndarray,
    b: np.ndarray,
    bn: np.ndarray,
) -> np.ndarray:
    if len(x) != len(h):
        raise ValueError("x and h differ in batch")
    r, z = (sigmoid(x @ W[k] + h @ U[k] + b[k]) for k in range(2))
    n = np.tanh(x @ W[2] + b[2] + r * (h @ U[2] + bn))
    state: np.ndarray = z * n + (1 - z) * h
    return state


def _gru_gates_exchanged(
    x: np.ndarray,
    h: np.ndarray,
    W: np.ndarray,
    U: np.ndarray,
    b: np.ndarray,
    bn: np.ndarray,
) -> np.ndarray:
    if len(x) != len(h):
        raise ValueError("x and h differ in batch")
    z, r = (sigmoid(x @ W[k] + h @ U[k] + b[k]) for k in range(2))
    n = np.tanh(x @ W[2] + b[2] + r * (h @ U[2] + bn))
    state: np.ndarray = (1 - z) * n + z * h
    return state


def _gru_reset_before(
    x: np.ndarray,
    h: np.ndarray,
    W: np.ndarray,
    U: np.ndarray,
    b: np.ndarray,
    bn: np.ndarray,
) -> np.ndarray:
    if len(x) != len(h):
        raise ValueError("x and h differ in batch")
    r, z = (sigmoid(x @ W[k] + h @ U[k] + b[k]) for k in range(2))
    n = np.tanh(x @ W[2] + b[2] + (r * h) @ U[2] + bn)
    state: np.ndarray = (1 - z) * n + z * h
    return state


def _gru_second_bias_outside(
    x: np.ndarray,
    h: np.ndarray,
    W: np.ndarray,
    U: np.ndarray,
    b: np.ndarray,
    bn: np.ndarray,
) -> np.ndarray:
    if len(x) != len(h):
        raise ValueError("x and h differ in batch")
    r, z = (sigmoid(x @ W[k] + h @ U[k] + b[k]) for k in range(2))
    n = np.tanh(x @ W[2] + b[2] + r * (h @ U[2]) + bn)
    state: np.ndarray = (1 - z) * n + z * h
    return state


def _gru_without_second_bias(
    x: np.ndarray,
    h: np.ndarray,
    W: np.ndarray,
    U: np.ndarray,
    b: np.ndarray,
    bn: np.ndarray,
) -> np.ndarray:
    if len(x) != len(h):
        raise ValueError("x and h differ in batch")
    r, z = (sigmoid(x @ W[k] + h @ U[k] + b[k]) for k in range(2))
    n = np.tanh(x @ W[2] + b[2] + r * (h @ U[2]))
    state: np.ndarray = (1 - z) * n + z * h
    return state


def _gru_without_reset(
    x: np.ndarray,
    h: np.ndarray,
    W: np.ndarray,
    U: np.ndarray,
    b: np.ndarray,
    bn: np.ndarray,
) -> np.ndarray:
    if len(x) != len(h):
        raise ValueError("x and h differ in batch")
    z = sigmoid(x @ W[1] + h @ U[1] + b[1])
    n = np.tanh(x @ W[2] + b[2] + h @ U[2] + bn)
    state: np.ndarray = (1 - z) * n + z * h
    return state


def _gru_reset_of_everything(
    x: np.ndarray,
    h: np.ndarray,
    W: np.ndarray,
    U: np.ndarray,
    b: np.ndarray,
    bn: np.ndarray,
) -> np.ndarray:
    if len(x) != len(h):
        raise ValueError("x and h differ in batch")
    r, z = (sigmoid(x @ W[k] + h @ U[k] + b[k]) for k in range(2))
    n = np.tanh(r * (x @ W[2] + b[2] + h @ U[2] + bn))
    state: np.ndarray = (1 - z) * n + z * h
    return state


def _gru_sigmoid_of_candidate(
    x: np.ndarray,
    h: np.ndarray,
    W: np.ndarray,
    U: np.ndarray,
    b: np.ndarray,
    bn: np.ndarray,
) -> np.ndarray:
    if len(x) != len(h):
        raise ValueError("x and h differ in batch")
    r, z = (sigmoid(x @ W[k] + h @ U[k] + b[k]) for k in range(2))
    n = sigmoid(x @ W[2] + b[2] + r * (h @ U[2] + bn))
    state: np.ndarray = (1 - z) * n + z * h
    return state


def _gru_candidate_unused(
    x: np.ndarray,
    h: np.ndarray,
    W: np.ndarray,
    U: np.ndarray,
    b: np.ndarray,
    bn: np.ndarray,
) -> np.ndarray:
    if len(x) != len(h):
        raise ValueError("x and h differ in batch")
    z = sigmoid(x @ W[1] + h @ U[1] + b[1])
    state: np.ndarray = (1 - z) * h + z * h
    return state


MISCONCEPTIONS: tuple[Misconception, ...] = (
    Misconception(
        name="gru_z_exchanged",
        of="gru_step",
        hint=(
            "z and 1 - z are exchanged. Both conventions are in use; in this "
            "notebook's, the old state stays where z is 1."
        ),
        code=_gru_z_exchanged,
    ),
    Misconception(
        name="gru_gates_exchanged",
        of="gru_step",
        hint=(
            "The reset and the update gate are exchanged. The weights are stacked "
            "as r, z, n."
        ),
        code=_gru_gates_exchanged,
    ),
    Misconception(
        name="gru_reset_before",
        of="gru_step",
        hint=(
            "The state was reset before it met U, as in the paper of Cho et al. "
            "Here it meets U first; then the reset gate multiplies."
        ),
        code=_gru_reset_before,
    ),
    Misconception(
        name="gru_second_bias_outside",
        of="gru_step",
        hint=(
            "The candidate's second bias is out of the reset gate's reach. Look "
            "at the brackets."
        ),
        code=_gru_second_bias_outside,
    ),
    Misconception(
        name="gru_without_second_bias",
        of="gru_step",
        hint=("The candidate's second bias is missing."),
        code=_gru_without_second_bias,
    ),
    Misconception(
        name="gru_without_reset",
        of="gru_step",
        hint=("The reset gate was computed and not used."),
        code=_gru_without_reset,
    ),
    Misconception(
        name="gru_reset_of_everything",
        of="gru_step",
        hint=(
            "The reset gate multiplied the inputs, too. It decides about the past only."
        ),
        code=_gru_reset_of_everything,
    ),
    Misconception(
        name="gru_sigmoid_of_candidate",
        of="gru_step",
        hint=(
            "The candidate went through a sigmoid. It says what is written, and "
            "may be negative."
        ),
        code=_gru_sigmoid_of_candidate,
    ),
    Misconception(
        name="gru_candidate_unused",
        of="gru_step",
        hint=(
            "The state didn't change: the candidate doesn't appear in the new state."
        ),
        code=_gru_candidate_unused,
    ),
)
