"""Wrong answers to the gradients of an LSTM's step: `lstm_backward`."""

from autograder.checks import Misconception, RightAnswer

from ..variants import growing_lists

__all__ = ["MISCONCEPTIONS"]

backward = RightAnswer(growing_lists.lstm_backward)

MISCONCEPTIONS: tuple[Misconception, ...] = (
    backward.but(
        "back_through_cell_only",
        {" + dh * o * (1 - t**2)": ""},
        "The new cell got only the gradient that came by the cell. It acts on the loss "
        "through h', too: add that path.",
    ),
    backward.but(
        "back_through_hidden_only",
        {"dc + dh": "dh"},
        "The gradient that came by the cell was dropped: dc counts as well as what "
        "comes through h'.",
    ),
    backward.but(
        "back_without_slope_of_cell",
        {" * (1 - t**2)": ""},
        "On the way from h' to the cell the slope of tanh is missing.",
    ),
    backward.but(
        "back_slope_at_input",
        {
            "f * (1 - f)": "z[0] * (1 - z[0])",
            "i * (1 - i)": "z[1] * (1 - z[1])",
            "1 - g**2": "1 - z[2] ** 2",
            "o * (1 - o)": "z[3] * (1 - z[3])",
        },
        "A gate's slope was taken as z (1 - z) with what stands inside of the sigmoid. "
        "The short formula holds for the gate's value.",
    ),
    backward.but(
        "back_slope_of_value",
        {
            "f * (1 - f)": "sigmoid(f)",
            "i * (1 - i)": "sigmoid(i)",
            "o * (1 - o)": "sigmoid(o)",
        },
        "A gate's slope was taken as sigma(value): the sigmoid of something that is "
        "one already, and not its derivative.",
    ),
    backward.but(
        "back_without_slopes",
        {
            " * f * (1 - f)": "",
            " * i * (1 - i)": "",
            " * (1 - g**2)": "",
            " * o * (1 - o)": "",
        },
        "These are gradients by the values of gates and candidate. To go on inside, "
        "multiply by the slopes of sigmoid and tanh.",
    ),
    backward.but(
        "back_candidate_as_gate",
        {"(1 - g**2)": "g * (1 - g)"},
        "The candidate got a sigmoid's slope, g (1 - g). It is a tanh.",
    ),
    backward.but(
        "back_cell_without_forget_gate",
        {"total * f,": "total,"},
        "The old cell got the new cell's gradient in full. Look at what multiplies c "
        "in the formula of c'.",
    ),
    backward.but(
        "back_old_cell_from_dc_alone",
        {"total * f,": "dc * f,"},
        "The old cell got the gradient that came by the cell, times f, without what "
        "comes through h'.",
    ),
    backward.but(
        "back_forget_gate_with_new_cell",
        {"total * c": "total * (f * c + i * g)"},
        "The forget gate was credited with the new cell. It multiplies the old one.",
    ),
    backward.but(
        "back_averaged",
        {
            "x.T @ dz": "x.T @ dz / len(x)",
            "h.T @ dz": "h.T @ dz / len(x)",
            "dz.sum": "dz.mean",
        },
        "Gradients of the weights were divided by the batch. The loss is a sum over "
        "samples.",
    ),
    backward.but(
        "back_bias_copied",
        {"dz.sum(axis=1)": "np.stack([df.sum(axis=0)] * 4)"},
        "All four biases have the forget gate's gradient. Each has its own.",
    ),
    backward.but(
        "back_changes_dc",
        {
            "total = dc + dh * o * (1 - t**2)": """
                dc += dh * o * (1 - t**2)
                total = dc
                """
        },
        "The gradient that came in was changed in place: += does that to an array. "
        "Whoever called still needs it.",
        sign="changes_input",
    ),
    backward.but(
        "back_weights_not_transposed",
        {"U[k].T": "U[k]"},
        "On the way to h the weights U stand as they do forwards. Backwards they are "
        "transposed.",
    ),
)
