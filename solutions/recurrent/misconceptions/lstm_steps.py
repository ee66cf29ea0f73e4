"""Wrong answers to one step of an LSTM: `lstm_step`."""

import numpy as np

from autograder.checks import Misconception

from ..oracle import sigmoid

__all__ = ["MISCONCEPTIONS"]


def _lstm_f_and_i_exchanged(
    x: np.ndarray,
    h: np.ndarray,
    c: np.ndarray,
    W: np.ndarray,
    U: np.ndarray,
    b: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    if not len(x) == len(h) == len(c):
        raise ValueError("x, h and c differ in batch")
    i, f, g, o = (x @ W[k] + h @ U[k] + b[k] for k in range(4))
    f, i, g, o = sigmoid(f), sigmoid(i), np.tanh(g), sigmoid(o)
    c = f * c + i * g
    return o * np.tanh(c), c


def _lstm_i_and_o_exchanged(
    x: np.ndarray,
    h: np.ndarray,
    c: np.ndarray,
    W: np.ndarray,
    U: np.ndarray,
    b: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    if not len(x) == len(h) == len(c):
        raise ValueError("x, h and c differ in batch")
    f, o, g, i = (x @ W[k] + h @ U[k] + b[k] for k in range(4))
    f, i, g, o = sigmoid(f), sigmoid(i), np.tanh(g), sigmoid(o)
    c = f * c + i * g
    return o * np.tanh(c), c


def _lstm_i_and_g_exchanged(
    x: np.ndarray,
    h: np.ndarray,
    c: np.ndarray,
    W: np.ndarray,
    U: np.ndarray,
    b: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    if not len(x) == len(h) == len(c):
        raise ValueError("x, h and c differ in batch")
    f, g, i, o = (x @ W[k] + h @ U[k] + b[k] for k in range(4))
    f, i, g, o = sigmoid(f), sigmoid(i), np.tanh(g), sigmoid(o)
    c = f * c + i * g
    return o * np.tanh(c), c


def _lstm_gates_first(
    x: np.ndarray,
    h: np.ndarray,
    c: np.ndarray,
    W: np.ndarray,
    U: np.ndarray,
    b: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    if not len(x) == len(h) == len(c):
        raise ValueError("x, h and c differ in batch")
    i, f, o, g = (x @ W[k] + h @ U[k] + b[k] for k in range(4))
    f, i, g, o = sigmoid(f), sigmoid(i), np.tanh(g), sigmoid(o)
    c = f * c + i * g
    return o * np.tanh(c), c


def _lstm_g_and_o_exchanged(
    x: np.ndarray,
    h: np.ndarray,
    c: np.ndarray,
    W: np.ndarray,
    U: np.ndarray,
    b: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    if not len(x) == len(h) == len(c):
        raise ValueError("x, h and c differ in batch")
    f, i, o, g = (x @ W[k] + h @ U[k] + b[k] for k in range(4))
    f, i, g, o = sigmoid(f), sigmoid(i), np.tanh(g), sigmoid(o)
    c = f * c + i * g
    return o * np.tanh(c), c


def _lstm_sigmoid_of_candidate(
    x: np.ndarray,
    h: np.ndarray,
    c: np.ndarray,
    W: np.ndarray,
    U: np.ndarray,
    b: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    if not len(x) == len(h) == len(c):
        raise ValueError("x, h and c differ in batch")
    f, i, g, o = (x @ W[k] + h @ U[k] + b[k] for k in range(4))
    f, i, g, o = sigmoid(f), sigmoid(i), sigmoid(g), sigmoid(o)
    c = f * c + i * g
    return o * np.tanh(c), c


def _lstm_tanh_of_output_gate(
    x: np.ndarray,
    h: np.ndarray,
    c: np.ndarray,
    W: np.ndarray,
    U: np.ndarray,
    b: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    if not len(x) == len(h) == len(c):
        raise ValueError("x, h and c differ in batch")
    f, i, g, o = (x @ W[k] + h @ U[k] + b[k] for k in range(4))
    f, i, g, o = sigmoid(f), sigmoid(i), np.tanh(g), np.tanh(o)
    c = f * c + i * g
    return o * np.tanh(c), c


def _lstm_tanh_of_all(
    x: np.ndarray,
    h: np.ndarray,
    c: np.ndarray,
    W: np.ndarray,
    U: np.ndarray,
    b: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    if not len(x) == len(h) == len(c):
        raise ValueError("x, h and c differ in batch")
    f, i, g, o = (x @ W[k] + h @ U[k] + b[k] for k in range(4))
    f, i, g, o = np.tanh(f), np.tanh(i), np.tanh(g), np.tanh(o)
    c = f * c + i * g
    return o * np.tanh(c), c


def _lstm_h_without_tanh(
    x: np.ndarray,
    h: np.ndarray,
    c: np.ndarray,
    W: np.ndarray,
    U: np.ndarray,
    b: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    if not len(x) == len(h) == len(c):
        raise ValueError("x, h and c differ in batch")
    f, i, g, o = (x @ W[k] + h @ U[k] + b[k] for k in range(4))
    f, i, g, o = sigmoid(f), sigmoid(i), np.tanh(g), sigmoid(o)
    c = f * c + i * g
    return o * c, c


def _lstm_without_input_gate(
    x: np.ndarray,
    h: np.ndarray,
    c: np.ndarray,
    W: np.ndarray,
    U: np.ndarray,
    b: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    if not len(x) == len(h) == len(c):
        raise ValueError("x, h and c differ in batch")
    f, i, g, o = (x @ W[k] + h @ U[k] + b[k] for k in range(4))
    f, i, g, o = sigmoid(f), sigmoid(i), np.tanh(g), sigmoid(o)
    c = f * c + g
    return o * np.tanh(c), c


def _lstm_coupled_gates(
    x: np.ndarray,
    h: np.ndarray,
    c: np.ndarray,
    W: np.ndarray,
    U: np.ndarray,
    b: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    if not len(x) == len(h) == len(c):
        raise ValueError("x, h and c differ in batch")
    f, i, g, o = (x @ W[k] + h @ U[k] + b[k] for k in range(4))
    f, i, g, o = sigmoid(f), sigmoid(i), np.tanh(g), sigmoid(o)
    c = f * c + (1 - f) * g
    return o * np.tanh(c), c


def _lstm_without_forgetting(
    x: np.ndarray,
    h: np.ndarray,
    c: np.ndarray,
    W: np.ndarray,
    U: np.ndarray,
    b: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    if not len(x) == len(h) == len(c):
        raise ValueError("x, h and c differ in batch")
    f, i, g, o = (x @ W[k] + h @ U[k] + b[k] for k in range(4))
    f, i, g, o = sigmoid(f), sigmoid(i), np.tanh(g), sigmoid(o)
    c = c + i * g
    return o * np.tanh(c), c


def _lstm_concatenated_in_the_other_order(
    x: np.ndarray,
    h: np.ndarray,
    c: np.ndarray,
    W: np.ndarray,
    U: np.ndarray,
    b: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    if not len(x) == len(h) == len(c):
        raise ValueError("x, h and c differ in batch")
    both = np.concatenate([h, x], axis=1)
    weights = np.concatenate([W, U], axis=1)
    f, i, g, o = both @ weights + b[:, None]
    f, i, g, o = sigmoid(f), sigmoid(i), np.tanh(g), sigmoid(o)
    c = f * c + i * g
    return o * np.tanh(c), c


def _lstm_forget_bias_added(
    x: np.ndarray,
    h: np.ndarray,
    c: np.ndarray,
    W: np.ndarray,
    U: np.ndarray,
    b: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    if not len(x) == len(h) == len(c):
        raise ValueError("x, h and c differ in batch")
    f, i, g, o = (x @ W[k] + h @ U[k] + b[k] for k in range(4))
    f, i, g, o = sigmoid(f + 1), sigmoid(i), np.tanh(g), sigmoid(o)
    c = f * c + i * g
    return o * np.tanh(c), c


def _lstm_without_bias(
    x: np.ndarray,
    h: np.ndarray,
    c: np.ndarray,
    W: np.ndarray,
    U: np.ndarray,
    b: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    if not len(x) == len(h) == len(c):
        raise ValueError("x, h and c differ in batch")
    f, i, g, o = (x @ W[k] + h @ U[k] for k in range(4))
    f, i, g, o = sigmoid(f), sigmoid(i), np.tanh(g), sigmoid(o)
    c = f * c + i * g
    return o * np.tanh(c), c


def _lstm_bias_of_candidate_in_output_gate(
    x: np.ndarray,
    h: np.ndarray,
    c: np.ndarray,
    W: np.ndarray,
    U: np.ndarray,
    b: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    if not len(x) == len(h) == len(c):
        raise ValueError("x, h and c differ in batch")
    f, i, g, o = (x @ W[k] + h @ U[k] + b[min(k, 2)] for k in range(4))
    f, i, g, o = sigmoid(f), sigmoid(i), np.tanh(g), sigmoid(o)
    c = f * c + i * g
    return o * np.tanh(c), c


def _lstm_shows_old_cell(
    x: np.ndarray,
    h: np.ndarray,
    c: np.ndarray,
    W: np.ndarray,
    U: np.ndarray,
    b: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    if not len(x) == len(h) == len(c):
        raise ValueError("x, h and c differ in batch")
    f, i, g, o = (x @ W[k] + h @ U[k] + b[k] for k in range(4))
    f, i, g, o = sigmoid(f), sigmoid(i), np.tanh(g), sigmoid(o)
    new = f * c + i * g
    return o * np.tanh(c), new


def _lstm_states_exchanged(
    x: np.ndarray,
    h: np.ndarray,
    c: np.ndarray,
    W: np.ndarray,
    U: np.ndarray,
    b: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    if not len(x) == len(h) == len(c):
        raise ValueError("x, h and c differ in batch")
    f, i, g, o = (x @ W[k] + h @ U[k] + b[k] for k in range(4))
    f, i, g, o = sigmoid(f), sigmoid(i), np.tanh(g), sigmoid(o)
    c = f * c + i * g
    return c, o * np.tanh(c)


MISCONCEPTIONS: tuple[Misconception, ...] = (
    Misconception(
        name="lstm_f_and_i_exchanged",
        of="lstm_step",
        hint=(
            "The forget and the input gate are exchanged. Look at the order of "
            "the stacked weights: f, i, g, o."
        ),
        code=_lstm_f_and_i_exchanged,
    ),
    Misconception(
        name="lstm_i_and_o_exchanged",
        of="lstm_step",
        hint=(
            "The input and the output gate are exchanged. Look at the order of "
            "the stacked weights: f, i, g, o."
        ),
        code=_lstm_i_and_o_exchanged,
    ),
    Misconception(
        name="lstm_i_and_g_exchanged",
        of="lstm_step",
        hint=(
            "The input gate and the candidate are exchanged. Look at the order of "
            "the stacked weights: f, i, g, o."
        ),
        code=_lstm_i_and_g_exchanged,
    ),
    Misconception(
        name="lstm_gates_first",
        of="lstm_step",
        hint=(
            "The weights were read as i, f, o, g: the three gates first, as some "
            "courses stack them. Here the order is f, i, g, o."
        ),
        code=_lstm_gates_first,
    ),
    Misconception(
        name="lstm_g_and_o_exchanged",
        of="lstm_step",
        hint=(
            "The candidate and the output gate are exchanged. Some books stack f, "
            "i, o, g; here it is f, i, g, o."
        ),
        code=_lstm_g_and_o_exchanged,
    ),
    Misconception(
        name="lstm_sigmoid_of_candidate",
        of="lstm_step",
        hint=(
            "The candidate went through a sigmoid, so that nothing negative can "
            "be written. It says what is written, not how much: which function "
            "has both signs?"
        ),
        code=_lstm_sigmoid_of_candidate,
    ),
    Misconception(
        name="lstm_tanh_of_output_gate",
        of="lstm_step",
        hint=(
            "The output gate went through tanh, so it may be negative. A gate "
            "says how much, between 0 and 1."
        ),
        code=_lstm_tanh_of_output_gate,
    ),
    Misconception(
        name="lstm_tanh_of_all",
        of="lstm_step",
        hint=(
            "All four went through tanh. A gate says how much, between 0 and 1; "
            "only the candidate has both signs."
        ),
        code=_lstm_tanh_of_all,
    ),
    Misconception(
        name="lstm_h_without_tanh",
        of="lstm_step",
        hint=(
            "The cell was shown without its tanh, so that the hidden state has no "
            "bound. Look at the formula of h'."
        ),
        code=_lstm_h_without_tanh,
    ),
    Misconception(
        name="lstm_without_input_gate",
        of="lstm_step",
        hint=(
            "The candidate was added in full. The input gate says how much of it "
            "enters."
        ),
        code=_lstm_without_input_gate,
    ),
    Misconception(
        name="lstm_coupled_gates",
        of="lstm_step",
        hint=(
            "The candidate was multiplied by 1 - f. That is a variant with "
            "coupled gates; here the input gate has weights of its own."
        ),
        code=_lstm_coupled_gates,
    ),
    Misconception(
        name="lstm_without_forgetting",
        of="lstm_step",
        hint=("The old cell stayed in full. The forget gate says how much of it does."),
        code=_lstm_without_forgetting,
    ),
    Misconception(
        name="lstm_concatenated_in_the_other_order",
        of="lstm_step",
        hint=(
            "States met the weights of the inputs: [h, x] was multiplied by W "
            "above U. What stands on top must match what comes first."
        ),
        code=_lstm_concatenated_in_the_other_order,
    ),
    Misconception(
        name="lstm_forget_bias_added",
        of="lstm_step",
        hint=(
            "1 was added before the sigmoid of the forget gate, as some libraries do "
            "when they set up a layer. Here b holds every bias."
        ),
        code=_lstm_forget_bias_added,
    ),
    Misconception(
        name="lstm_without_bias",
        of="lstm_step",
        hint=("The biases are missing."),
        code=_lstm_without_bias,
    ),
    Misconception(
        name="lstm_bias_of_candidate_in_output_gate",
        of="lstm_step",
        hint=(
            "The output gate has the candidate's bias. Each of the four has its own."
        ),
        code=_lstm_bias_of_candidate_in_output_gate,
    ),
    Misconception(
        name="lstm_shows_old_cell",
        of="lstm_step",
        hint=(
            "The hidden state shows the cell as it was before the step. Use the "
            "new one."
        ),
        code=_lstm_shows_old_cell,
    ),
    Misconception(
        name="lstm_states_exchanged",
        of="lstm_step",
        hint=("Both states are right but exchanged: first h, then c."),
        code=_lstm_states_exchanged,
    ),
)
