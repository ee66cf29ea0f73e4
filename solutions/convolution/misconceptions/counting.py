"""Wrong answers to the number of parameters of a layer."""

from autograder.checks import Misconception, RightAnswer

from .. import oracle
from ..variants import place_by_place

__all__ = ["MISCONCEPTIONS"]

filters = RightAnswer(place_by_place.conv_parameters)
dense = RightAnswer(place_by_place.dense_parameters)
local = RightAnswer(oracle.local_parameters)

MISCONCEPTIONS: tuple[Misconception, ...] = (
    filters.but(
        "conv_count_channels_ignored",
        {"out_channels * in_channels": "out_channels"},
        "The input channels were left out. A filter looks at all of them at once, "
        "with weights of its own for each.",
    ),
    filters.but(
        "conv_count_one_filter",
        {"out_channels * in_channels": "in_channels"},
        "The weights of a single filter were counted. How many filters make the "
        "output channels?",
    ),
    filters.but(
        "conv_count_bias_per_channel_pair",
        {"(out_channels if": "(out_channels * in_channels if"},
        "A bias was counted for each pair of input and output channel. The input "
        "channels are summed first: how many numbers can a bias still be added to?",
    ),
    filters.but(
        "conv_count_bias_per_pixel",
        {"(out_channels if": "(out_channels * kernel[0] * kernel[1] if"},
        "A bias was counted for each pixel of the kernel. It is added to the sum, not "
        "to its terms.",
    ),
    filters.but(
        "conv_count_one_bias",
        {"(out_channels if": "(1 if"},
        "One bias was counted for the whole layer. Look at the shape of b in conv2d.",
    ),
    filters.but(
        "conv_count_bias_per_input",
        {"(out_channels if": "(in_channels if"},
        "A bias was counted for each input channel. Look at the shape of b in conv2d: "
        "which channels does it belong to?",
    ),
    filters.but(
        "conv_count_without_bias",
        {" + (out_channels if bias else 0)": ""},
        "The weights are right, but a bias was never counted. Layers have one unless "
        "bias is False.",
    ),
    filters.but(
        "conv_count_bias_always",
        {"(out_channels if bias else 0)": "out_channels"},
        "The bias was counted although bias is False. Is the argument used at all?",
    ),
    filters.but(
        "conv_count_square_kernel",
        {"kernel[1]": "kernel[0]"},
        "The kernel was taken to be square. It has a height and a width.",
    ),
    dense.but(
        "dense_count_without_bias",
        {" + (outputs if bias else 0)": ""},
        "The weights are right, but a bias was never counted. Layers have one unless "
        "bias is False.",
    ),
    dense.but(
        "dense_count_bias_always",
        {"(outputs if bias else 0)": "outputs"},
        "The bias was counted although bias is False. Is the argument used at all?",
    ),
    dense.but(
        "dense_count_bias_per_input",
        {"(outputs if": "(inputs if"},
        "A bias was counted for each number that goes in. It is added to the sums "
        "that come out.",
    ),
    dense.but(
        "dense_count_one_bias",
        {"(outputs if": "(1 if"},
        "One bias was counted for the whole layer. Each output has its own.",
    ),
    dense.but(
        "dense_count_units",
        {"inputs * outputs": "inputs + outputs"},
        "Units were counted, not the connections between them. How many lines lead "
        "into one output?",
    ),
    local.but(
        "local_count_one_axis",
        {"4 * delta**2": "2 * delta"},
        "Offsets along one axis were counted. The kernel looks in two directions.",
    ),
    local.but(
        "local_count_both_ends",
        {"4 * delta**2": "(2 * delta + 1) ** 2"},
        "Both ends were counted, -delta and +delta. Read the docstring again: which "
        "is the last offset?",
    ),
    local.but(
        "local_count_one_quadrant",
        {"4 * delta**2": "delta**2"},
        "Only offsets to one side were counted. The kernel looks up and down, left "
        "and right.",
    ),
    local.but(
        "local_count_with_bias",
        {"delta**2": "delta**2 + 1"},
        "There is one parameter too many. Does the docstring ask for a bias here?",
    ),
    local.but(
        "local_count_two_axes_added",
        {"delta**2": "delta"},
        "The offsets of the two axes were added. Every vertical offset goes together "
        "with every horizontal one.",
    ),
)
