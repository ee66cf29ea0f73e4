"""Wrong answers to the plain recurrent layer: `rnn_step` and `rnn_forward`."""

import numpy as np

from autograder.checks import Misconception

from ..oracle import rnn_step, sigmoid

__all__ = ["MISCONCEPTIONS"]


def _step_without_tanh(
    x: np.ndarray, h: np.ndarray, W: np.ndarray, U: np.ndarray, b: np.ndarray
) -> np.ndarray:
    if len(x) != len(h):
        raise ValueError("x and h differ in batch")
    state: np.ndarray = x @ W + h @ U + b
    return state


def _step_tanh_of_inputs_only(
    x: np.ndarray, h: np.ndarray, W: np.ndarray, U: np.ndarray, b: np.ndarray
) -> np.ndarray:
    if len(x) != len(h):
        raise ValueError("x and h differ in batch")
    state: np.ndarray = np.tanh(x @ W) + h @ U + b
    return state


def _step_without_bias(
    x: np.ndarray, h: np.ndarray, W: np.ndarray, U: np.ndarray, b: np.ndarray
) -> np.ndarray:
    if len(x) != len(h):
        raise ValueError("x and h differ in batch")
    state: np.ndarray = np.tanh(x @ W + h @ U)
    return state


def _step_forgets_state(
    x: np.ndarray, h: np.ndarray, W: np.ndarray, U: np.ndarray, b: np.ndarray
) -> np.ndarray:
    if len(x) != len(h):
        raise ValueError("x and h differ in batch")
    state: np.ndarray = np.tanh(x @ W + b)
    return state


def _step_weights_transposed(
    x: np.ndarray, h: np.ndarray, W: np.ndarray, U: np.ndarray, b: np.ndarray
) -> np.ndarray:
    if len(x) != len(h):
        raise ValueError("x and h differ in batch")
    state: np.ndarray = np.tanh(x @ W + h @ U.T + b)
    return state


def _step_sigmoid(
    x: np.ndarray, h: np.ndarray, W: np.ndarray, U: np.ndarray, b: np.ndarray
) -> np.ndarray:
    if len(x) != len(h):
        raise ValueError("x and h differ in batch")
    state: np.ndarray = sigmoid(x @ W + h @ U + b)
    return state


def _forward_state_reset(
    x: np.ndarray, h0: np.ndarray, W: np.ndarray, U: np.ndarray, b: np.ndarray
) -> np.ndarray:
    if len(x) != len(h0):
        raise ValueError("x and h0 differ in batch")
    states = [rnn_step(x[:, t], h0, W, U, b) for t in range(x.shape[1])]
    return np.stack(states, axis=1)


def _forward_time_first(
    x: np.ndarray, h0: np.ndarray, W: np.ndarray, U: np.ndarray, b: np.ndarray
) -> np.ndarray:
    if len(x) != len(h0):
        raise ValueError("x and h0 differ in batch")
    h, states = h0, []
    for t in range(x.shape[1]):
        h = rnn_step(x[:, t], h, W, U, b)
        states.append(h)
    return np.stack(states)


def _forward_along_batch(
    x: np.ndarray, h0: np.ndarray, W: np.ndarray, U: np.ndarray, b: np.ndarray
) -> np.ndarray:
    if len(x) != len(h0):
        raise ValueError("x and h0 differ in batch")
    h, states = h0, []
    for moment in x:
        h = rnn_step(moment, h, W, U, b)
        states.append(h)
    return np.stack(states)


def _forward_with_start(
    x: np.ndarray, h0: np.ndarray, W: np.ndarray, U: np.ndarray, b: np.ndarray
) -> np.ndarray:
    if len(x) != len(h0):
        raise ValueError("x and h0 differ in batch")
    h, states = h0, [h0]
    for t in range(x.shape[1]):
        h = rnn_step(x[:, t], h, W, U, b)
        states.append(h)
    return np.stack(states, axis=1)


def _forward_last_only(
    x: np.ndarray, h0: np.ndarray, W: np.ndarray, U: np.ndarray, b: np.ndarray
) -> np.ndarray:
    if len(x) != len(h0):
        raise ValueError("x and h0 differ in batch")
    h = h0
    for t in range(x.shape[1]):
        h = rnn_step(x[:, t], h, W, U, b)
    return h


def _forward_from_zero(
    x: np.ndarray, h0: np.ndarray, W: np.ndarray, U: np.ndarray, b: np.ndarray
) -> np.ndarray:
    if len(x) != len(h0):
        raise ValueError("x and h0 differ in batch")
    h, states = np.zeros_like(h0), []
    for t in range(x.shape[1]):
        h = rnn_step(x[:, t], h, W, U, b)
        states.append(h)
    return np.stack(states, axis=1)


MISCONCEPTIONS: tuple[Misconception, ...] = (
    Misconception(
        name="step_without_tanh",
        of="rnn_step",
        hint=(
            "The sum was returned as it is. Without the tanh between them all "
            "steps together are one linear map."
        ),
        code=_step_without_tanh,
    ),
    Misconception(
        name="step_tanh_of_inputs_only",
        of="rnn_step",
        hint=(
            "Only the inputs' part went through tanh, so that the state can grow "
            "without bound. Look at what the brackets of tanh enclose."
        ),
        code=_step_tanh_of_inputs_only,
    ),
    Misconception(
        name="step_without_bias",
        of="rnn_step",
        hint=("The bias is missing."),
        code=_step_without_bias,
    ),
    Misconception(
        name="step_forgets_state",
        of="rnn_step",
        hint=("The state before doesn't enter: this layer remembers nothing."),
        code=_step_forgets_state,
    ),
    Misconception(
        name="step_weights_transposed",
        of="rnn_step",
        hint=(
            "U was transposed. In this notebook samples are rows, and weights are "
            "multiplied from the right as they are."
        ),
        code=_step_weights_transposed,
    ),
    Misconception(
        name="step_sigmoid",
        of="rnn_step",
        hint=(
            "A sigmoid was used, so that no state is negative. This layer "
            "squashes by tanh."
        ),
        code=_step_sigmoid,
    ),
    Misconception(
        name="forward_state_reset",
        of="rnn_forward",
        hint=(
            "Each step began with h0 again, so that no step knows of those "
            "before. Hand the new state on to the next step."
        ),
        code=_forward_state_reset,
    ),
    Misconception(
        name="forward_time_first",
        of="rnn_forward",
        hint=(
            "The states are right, but time is the first axis of the result. The "
            "batch comes first."
        ),
        code=_forward_time_first,
    ),
    Misconception(
        name="forward_along_batch",
        of="rnn_forward",
        hint=(
            "The steps went along the first axis: samples were read as moments. "
            "Time is the second axis."
        ),
        code=_forward_along_batch,
    ),
    Misconception(
        name="forward_with_start",
        of="rnn_forward",
        hint=(
            "The state before the first step is among the results. There is one "
            "state for each step, the one after it."
        ),
        code=_forward_with_start,
    ),
    Misconception(
        name="forward_last_only",
        of="rnn_forward",
        hint=("Only the last state was returned. Keep the state after each step."),
        code=_forward_last_only,
    ),
    Misconception(
        name="forward_from_zero",
        of="rnn_forward",
        hint=("The first step began with zeros, not with h0."),
        code=_forward_from_zero,
    ),
)
