"""Wrong answers to the repacking of weights, from and to either library."""

from autograder.checks import Misconception, RightAnswer, times

from ..variants import growing_lists

__all__ = ["MISCONCEPTIONS"]

own = RightAnswer(growing_lists.gates_to_torch)
from_keras = RightAnswer(growing_lists.keras_to_torch)
to_keras = RightAnswer(growing_lists.torch_to_keras)

MISCONCEPTIONS: tuple[Misconception, ...] = (
    own.but(
        "gates_in_own_order",
        {"[1, 0, 2, 3]": "[0, 1, 2, 3]"},
        "The gates are still in the order f, i, g, o. PyTorch reads i, f, g, o.",
    ),
    own.but(
        "gates_in_order_of_books",
        {"[1, 0, 2, 3]": "[1, 0, 3, 2]"},
        "The gates are in the order i, f, o, g, which some books use. PyTorch reads i, "
        "f, g, o.",
    ),
    own.but(
        "gates_reshaped",
        {".transpose(0, 2, 1)": times(2, "")},
        "The shape is right and the numbers are in wrong places: a reshape doesn't "
        "exchange axes. Transpose each gate.",
    ),
    own.but(
        "gates_units_first",
        {"b[order]": "b[order].T", "(0, 2, 1)": times(2, "(2, 0, 1)")},
        "The four gates of each unit stand together. PyTorch wants all units of a gate "
        "together.",
    ),
    own.but(
        "gates_bias_in_own_order",
        {"b[order]": "b"},
        "The weights are in PyTorch's order, the bias is not.",
    ),
    own.but(
        "gates_bias_twice",
        {"np.zeros_like(bias)": "bias.copy()"},
        "The bias stands in bias_ih and in bias_hh. PyTorch adds the two.",
    ),
    from_keras.but(
        "keras_order_changed",
        {"[i, f, c, o]": "[f, i, c, o]"},
        "The first two gates were exchanged. Compare the orders: Keras's i, f, c, o "
        "and PyTorch's i, f, g, o, where c and g are names for the candidate.",
    ),
    from_keras.but(
        "keras_reshaped",
        {
            "(kernel.T, recurrent_kernel.T, bias):": """
                (kernel, recurrent_kernel, bias):
                    part = part.reshape(part.shape[::-1])
                """
        },
        "The shapes are right and the numbers are in wrong places: a reshape doesn't "
        "exchange axes.",
    ),
    from_keras.but(
        "keras_not_transposed",
        {"*rows": "kernel, recurrent_kernel, bias"},
        "The kernels are as Keras has them. PyTorch multiplies from the other side.",
    ),
    from_keras.but(
        "keras_bias_twice",
        {"np.zeros_like(bias)": "bias.copy()"},
        "The bias stands in bias_ih and in bias_hh. PyTorch adds the two.",
    ),
    to_keras.but(
        "torch_order_changed",
        {"[i, f, g, o]": "[f, i, g, o]"},
        "The first two gates were exchanged. Compare the orders: PyTorch's i, f, g, o "
        "and Keras's i, f, c, o, where g and c are names for the candidate.",
    ),
    to_keras.but(
        "torch_reshaped",
        {"np.concatenate([i, f, g, o]).T": "part.reshape(part.shape[::-1])"},
        "The shapes are right and the numbers are in wrong places: a reshape doesn't "
        "exchange axes.",
    ),
    to_keras.but(
        "torch_one_bias",
        {" + bias_hh": ""},
        "Only bias_ih was taken. PyTorch adds two biases; Keras has one.",
    ),
    to_keras.but(
        "torch_biases_averaged",
        {"bias_ih + bias_hh": "(bias_ih + bias_hh) / 2"},
        "The two biases were averaged. PyTorch adds them.",
    ),
)
