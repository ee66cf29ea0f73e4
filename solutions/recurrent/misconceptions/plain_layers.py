"""Wrong answers to the plain recurrent layer: `rnn_step` and `rnn_forward`."""

from autograder.checks import Misconception, RightAnswer

from ..variants import growing_lists

__all__ = ["MISCONCEPTIONS"]

step = RightAnswer(growing_lists.rnn_step)
forward = RightAnswer(growing_lists.rnn_forward)

MISCONCEPTIONS: tuple[Misconception, ...] = (
    step.but(
        "step_without_tanh",
        {"np.tanh(x @ W + h @ U + b)": "x @ W + h @ U + b"},
        "The sum was returned as it is. Without the tanh between them all steps "
        "together are one linear map.",
    ),
    step.but(
        "step_tanh_of_inputs_only",
        {"np.tanh(x @ W + h @ U + b)": "np.tanh(x @ W) + h @ U + b"},
        "Only the inputs' part went through tanh, so that the state can grow without "
        "bound. Look at what the brackets of tanh enclose.",
    ),
    step.but(
        "step_without_bias",
        {" + b)": ")"},
        "The bias is missing.",
    ),
    step.but(
        "step_forgets_state",
        {" + h @ U": ""},
        "The state before doesn't enter: this layer remembers nothing.",
    ),
    step.but(
        "step_weights_transposed",
        {"h @ U": "h @ U.T"},
        "U was transposed. In this notebook samples are rows, and weights are "
        "multiplied from the right as they are.",
    ),
    step.but(
        "step_sigmoid",
        {"np.tanh": "sigmoid"},
        "A sigmoid was used, so that no state is negative. This layer squashes by "
        "tanh.",
    ),
    forward.but(
        "forward_state_reset",
        {"states[-1]": "h0"},
        "Each step began with h0 again, so that no step knows of those before. Hand "
        "the new state on to the next step.",
    ),
    forward.but(
        "forward_time_first",
        {", axis=1": ""},
        "The states are right, but time is the first axis of the result. The batch "
        "comes first.",
    ),
    forward.but(
        "forward_along_batch",
        {"t in range(x.shape[1])": "moment in x", "x[:, t]": "moment", ", axis=1": ""},
        "The steps went along the first axis: samples were read as moments. Time is "
        "the second axis.",
    ),
    forward.but(
        "forward_with_start",
        {"states[1:]": "states"},
        "The state before the first step is among the results. There is one state for "
        "each step, the one after it.",
    ),
    forward.but(
        "forward_last_only",
        {"np.stack(states[1:], axis=1)": "states[-1]"},
        "Only the last state was returned. Keep the state after each step.",
    ),
    forward.but(
        "forward_from_zero",
        {"[h0]": "[np.zeros_like(h0)]"},
        "The first step began with zeros, not with h0.",
    ),
)
