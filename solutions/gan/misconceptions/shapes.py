"""Wrong shapes: `convolution_shape` and `transposed_shape`."""

from autograder.checks import RightAnswer, times

from .. import oracle

__all__ = ["MISCONCEPTIONS"]

convolved = RightAnswer(oracle.convolution_shape)
transposed = RightAnswer(oracle.transposed_shape)

MISCONCEPTIONS = (
    convolved.but(
        "conv_same_floor",
        {"-(-n // s)": "n // s"},
        "With 'same' the last, incomplete step counts as well: n/s is rounded up, not "
        "down.",
    ),
    convolved.but(
        "conv_one_forgotten",
        {"// s + 1": "// s"},
        "The first position of the kernel is missing in the count: it can stand at 0, "
        "s, 2s, ... up to n - k, ends included.",
    ),
    convolved.but(
        "conv_stride_ignored",
        {"-(-n // s)": "n", "(n - k) // s + 1": "n - k + 1"},
        "The stride has no part in this size.",
    ),
    convolved.but(
        "conv_channels_kept",
        {"h, w, filters": times(2, "h, w, shape[2]")},
        "The channels of the input came out. As many come out as there are filters.",
    ),
    transposed.but(
        "transposed_as_convolution",
        {"n * s for": "-(-n // s) for", "(n - 1) * s + max(k, s)": "(n - k) // s + 1"},
        "This is the size after a convolution, which gets smaller. A transposed one "
        "goes the other way.",
    ),
    transposed.but(
        "transposed_stride_ignored",
        {"n * s for": "n for", "(n - 1) * s + max(k, s)": "n + k - 1"},
        "The stride has no part in this size. It says how far apart the stamps of "
        "neighbouring pixels are.",
    ),
    transposed.but(
        "transposed_padding_ignored",
        {"n * s for n, _, s": "(n - 1) * s + max(k, s) for n, k, s"},
        "This is the canvas that holds all stamps, 'valid'. With 'same' it is cut to n "
        "s, whatever the kernel.",
    ),
    transposed.but(
        "transposed_small_kernel",
        {"max(k, s)": "k"},
        "Right, unless a kernel is smaller than the stride: look at the max in the "
        "table.",
    ),
    transposed.but(
        "transposed_pair_reversed",
        {"kernel, stride, strict": "kernel[::-1], stride[::-1], strict"},
        "Kernel or stride were read as (horizontal, vertical). The first of each "
        "belongs to h.",
    ),
    transposed.but(
        "transposed_channels_kept",
        {"h, w, filters": "h, w, shape[2]"},
        "The channels of the input came out. As many come out as there are filters.",
    ),
)
