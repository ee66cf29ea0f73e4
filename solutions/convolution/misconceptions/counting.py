"""Wrong answers to the number of parameters of a layer."""

from autograder.checks import Misconception

__all__ = ["MISCONCEPTIONS"]


# conv_parameters


def _conv_count_channels_ignored(
    in_channels: int, out_channels: int, kernel: tuple[int, int], bias: bool = True
) -> int:
    return out_channels * kernel[0] * kernel[1] + (out_channels if bias else 0)


def _conv_count_one_filter(
    in_channels: int, out_channels: int, kernel: tuple[int, int], bias: bool = True
) -> int:
    return in_channels * kernel[0] * kernel[1] + (out_channels if bias else 0)


def _conv_count_bias_per_channel_pair(
    in_channels: int, out_channels: int, kernel: tuple[int, int], bias: bool = True
) -> int:
    per_kernel = kernel[0] * kernel[1] + (1 if bias else 0)
    return out_channels * in_channels * per_kernel


def _conv_count_bias_per_pixel(
    in_channels: int, out_channels: int, kernel: tuple[int, int], bias: bool = True
) -> int:
    pixels = kernel[0] * kernel[1]
    weights = out_channels * in_channels * pixels
    return weights + (out_channels * pixels if bias else 0)


def _conv_count_one_bias(
    in_channels: int, out_channels: int, kernel: tuple[int, int], bias: bool = True
) -> int:
    weights = out_channels * in_channels * kernel[0] * kernel[1]
    return weights + (1 if bias else 0)


def _conv_count_bias_per_input(
    in_channels: int, out_channels: int, kernel: tuple[int, int], bias: bool = True
) -> int:
    weights = out_channels * in_channels * kernel[0] * kernel[1]
    return weights + (in_channels if bias else 0)


def _conv_count_without_bias(
    in_channels: int, out_channels: int, kernel: tuple[int, int], bias: bool = True
) -> int:
    return out_channels * in_channels * kernel[0] * kernel[1]


def _conv_count_bias_always(
    in_channels: int, out_channels: int, kernel: tuple[int, int], bias: bool = True
) -> int:
    return out_channels * in_channels * kernel[0] * kernel[1] + out_channels


def _conv_count_square_kernel(
    in_channels: int, out_channels: int, kernel: tuple[int, int], bias: bool = True
) -> int:
    weights = out_channels * in_channels * kernel[0] ** 2
    return weights + (out_channels if bias else 0)


# dense_parameters


def _dense_count_without_bias(inputs: int, outputs: int, bias: bool = True) -> int:
    return inputs * outputs


def _dense_count_bias_always(inputs: int, outputs: int, bias: bool = True) -> int:
    return inputs * outputs + outputs


def _dense_count_bias_per_input(inputs: int, outputs: int, bias: bool = True) -> int:
    return inputs * outputs + (inputs if bias else 0)


def _dense_count_one_bias(inputs: int, outputs: int, bias: bool = True) -> int:
    return inputs * outputs + (1 if bias else 0)


def _dense_count_units(inputs: int, outputs: int, bias: bool = True) -> int:
    return inputs + outputs + (outputs if bias else 0)


# local_parameters


def _local_count_one_axis(delta: int) -> int:
    return 2 * delta


def _local_count_both_ends(delta: int) -> int:
    return (2 * delta + 1) ** 2


def _local_count_one_quadrant(delta: int) -> int:
    return delta**2


def _local_count_with_bias(delta: int) -> int:
    return 4 * delta**2 + 1


def _local_count_two_axes_added(delta: int) -> int:
    return 4 * delta


MISCONCEPTIONS: tuple[Misconception, ...] = (
    Misconception(
        name="conv_count_channels_ignored",
        of="conv_parameters",
        hint=(
            "The input channels were left out. A filter looks at all of them at once, "
            "with weights of its own for each."
        ),
        code=_conv_count_channels_ignored,
    ),
    Misconception(
        name="conv_count_one_filter",
        of="conv_parameters",
        hint=(
            "The weights of a single filter were counted. How many filters make the "
            "output channels?"
        ),
        code=_conv_count_one_filter,
    ),
    Misconception(
        name="conv_count_bias_per_channel_pair",
        of="conv_parameters",
        hint=(
            "A bias was counted for each pair of input and output channel. The input "
            "channels are summed first: how many numbers can a bias still be added to?"
        ),
        code=_conv_count_bias_per_channel_pair,
    ),
    Misconception(
        name="conv_count_bias_per_pixel",
        of="conv_parameters",
        hint=(
            "A bias was counted for each pixel of the kernel. It is added to the sum, "
            "not to its terms."
        ),
        code=_conv_count_bias_per_pixel,
    ),
    Misconception(
        name="conv_count_one_bias",
        of="conv_parameters",
        hint=(
            "One bias was counted for the whole layer. Look at the shape of b in "
            "conv2d."
        ),
        code=_conv_count_one_bias,
    ),
    Misconception(
        name="conv_count_bias_per_input",
        of="conv_parameters",
        hint=(
            "A bias was counted for each input channel. Look at the shape of b in "
            "conv2d: which channels does it belong to?"
        ),
        code=_conv_count_bias_per_input,
    ),
    Misconception(
        name="conv_count_without_bias",
        of="conv_parameters",
        hint=(
            "The weights are right, but a bias was never counted. Layers have one "
            "unless bias is False."
        ),
        code=_conv_count_without_bias,
    ),
    Misconception(
        name="conv_count_bias_always",
        of="conv_parameters",
        hint=(
            "The bias was counted although bias is False. Is the argument used at all?"
        ),
        code=_conv_count_bias_always,
    ),
    Misconception(
        name="conv_count_square_kernel",
        of="conv_parameters",
        hint=("The kernel was taken to be square. It has a height and a width."),
        code=_conv_count_square_kernel,
    ),
    Misconception(
        name="dense_count_without_bias",
        of="dense_parameters",
        hint=(
            "The weights are right, but a bias was never counted. Layers have one "
            "unless bias is False."
        ),
        code=_dense_count_without_bias,
    ),
    Misconception(
        name="dense_count_bias_always",
        of="dense_parameters",
        hint=(
            "The bias was counted although bias is False. Is the argument used at all?"
        ),
        code=_dense_count_bias_always,
    ),
    Misconception(
        name="dense_count_bias_per_input",
        of="dense_parameters",
        hint=(
            "A bias was counted for each number that goes in. It is added to the sums "
            "that come out."
        ),
        code=_dense_count_bias_per_input,
    ),
    Misconception(
        name="dense_count_one_bias",
        of="dense_parameters",
        hint=("One bias was counted for the whole layer. Each output has its own."),
        code=_dense_count_one_bias,
    ),
    Misconception(
        name="dense_count_units",
        of="dense_parameters",
        hint=(
            "Units were counted, not the connections between them. How many lines "
            "lead into one output?"
        ),
        code=_dense_count_units,
    ),
    Misconception(
        name="local_count_one_axis",
        of="local_parameters",
        hint=(
            "Offsets along one axis were counted. The kernel looks in two directions."
        ),
        code=_local_count_one_axis,
    ),
    Misconception(
        name="local_count_both_ends",
        of="local_parameters",
        hint=(
            "Both ends were counted, -delta and +delta. Read the docstring again: "
            "which is the last offset?"
        ),
        code=_local_count_both_ends,
    ),
    Misconception(
        name="local_count_one_quadrant",
        of="local_parameters",
        hint=(
            "Only offsets to one side were counted. The kernel looks up and down, left "
            "and right."
        ),
        code=_local_count_one_quadrant,
    ),
    Misconception(
        name="local_count_with_bias",
        of="local_parameters",
        hint=(
            "There is one parameter too many. Does the docstring ask for a bias here?"
        ),
        code=_local_count_with_bias,
    ),
    Misconception(
        name="local_count_two_axes_added",
        of="local_parameters",
        hint=(
            "The offsets of the two axes were added. Every vertical offset goes "
            "together with every horizontal one."
        ),
        code=_local_count_two_axes_added,
    ),
)
