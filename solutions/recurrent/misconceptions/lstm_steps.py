"""Wrong answers to one step of an LSTM: `lstm_step`."""

from autograder.checks import Misconception, RightAnswer, times

from ..variants import growing_lists

__all__ = ["MISCONCEPTIONS"]

step = RightAnswer(growing_lists.lstm_step)

MISCONCEPTIONS: tuple[Misconception, ...] = (
    step.but(
        "lstm_f_and_i_exchanged",
        {"f, i, g, o = (": "i, f, g, o = ("},
        "The forget and the input gate are exchanged. Look at the order of the stacked "
        "weights: f, i, g, o.",
    ),
    step.but(
        "lstm_i_and_o_exchanged",
        {"f, i, g, o = (": "f, o, g, i = ("},
        "The input and the output gate are exchanged. Look at the order of the stacked "
        "weights: f, i, g, o.",
    ),
    step.but(
        "lstm_i_and_g_exchanged",
        {"f, i, g, o = (": "f, g, i, o = ("},
        "The input gate and the candidate are exchanged. Look at the order of the "
        "stacked weights: f, i, g, o.",
    ),
    step.but(
        "lstm_gates_first",
        {"f, i, g, o = (": "i, f, o, g = ("},
        "The weights were read as i, f, o, g: the three gates first, as some courses "
        "stack them. Here the order is f, i, g, o.",
    ),
    step.but(
        "lstm_g_and_o_exchanged",
        {"f, i, g, o = (": "f, i, o, g = ("},
        "The candidate and the output gate are exchanged. Some books stack f, i, o, g; "
        "here it is f, i, g, o.",
    ),
    step.but(
        "lstm_sigmoid_of_candidate",
        {"np.tanh(g)": "sigmoid(g)"},
        "The candidate went through a sigmoid, so that nothing negative can be "
        "written. It says what is written, not how much: which function has both "
        "signs?",
    ),
    step.but(
        "lstm_tanh_of_output_gate",
        {"sigmoid(o)": "np.tanh(o)"},
        "The output gate went through tanh, so it may be negative. A gate says how "
        "much, between 0 and 1.",
    ),
    step.but(
        "lstm_tanh_of_all",
        {"sigmoid": times(3, "np.tanh")},
        "All four went through tanh. A gate says how much, between 0 and 1; only the "
        "candidate has both signs.",
    ),
    step.but(
        "lstm_h_without_tanh",
        {"o * np.tanh(c)": "o * c"},
        "The cell was shown without its tanh, so that the hidden state has no bound. "
        "Look at the formula of h'.",
    ),
    step.but(
        "lstm_without_input_gate",
        {"i * g": "g"},
        "The candidate was added in full. The input gate says how much of it enters.",
    ),
    step.but(
        "lstm_coupled_gates",
        {"i * g": "(1 - f) * g"},
        "The candidate was multiplied by 1 - f. That is a variant with coupled gates; "
        "here the input gate has weights of its own.",
    ),
    step.but(
        "lstm_without_forgetting",
        {"f * c": "c"},
        "The old cell stayed in full. The forget gate says how much of it does.",
    ),
    step.but(
        "lstm_concatenated_in_the_other_order",
        {
            "f, i, g, o = (x @ w + h @ u + bias for w, u, bias in zip(W, U, b))": """
                both, weights = np.hstack([h, x]), np.hstack([W, U])
                f, i, g, o = both @ weights + b[:, None]
                """
        },
        "States met the weights of the inputs: [h, x] was multiplied by W above U. "
        "What stands on top must match what comes first.",
    ),
    step.but(
        "lstm_forget_bias_added",
        {"sigmoid(f)": "sigmoid(f + 1)"},
        "1 was added before the sigmoid of the forget gate, as some libraries do when "
        "they set up a layer. Here b holds every bias.",
    ),
    step.but(
        "lstm_without_bias",
        {" + bias": ""},
        "The biases are missing.",
    ),
    step.but(
        "lstm_bias_of_candidate_in_output_gate",
        {"zip(W, U, b)": "zip(W, U, b[[0, 1, 2, 2]])"},
        "The output gate has the candidate's bias. Each of the four has its own.",
    ),
    step.but(
        "lstm_shows_old_cell",
        {"c = f * c": "new = f * c", "np.tanh(c), c": "np.tanh(c), new"},
        "The hidden state shows the cell as it was before the step. Use the new one.",
    ),
    step.but(
        "lstm_states_exchanged",
        {"o * np.tanh(c), c": "c, o * np.tanh(c)"},
        "Both states are right but exchanged: first h, then c.",
    ),
)
