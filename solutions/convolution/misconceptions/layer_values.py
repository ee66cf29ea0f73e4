"""Wrong answers to `conv2d` in what is summed: bias, channels, filters, dtype."""

from autograder.checks import Misconception, RightAnswer

from ..variants import place_by_place

__all__ = ["MISCONCEPTIONS"]

layer = RightAnswer(place_by_place.conv2d)

MISCONCEPTIONS: tuple[Misconception, ...] = (
    layer.but(
        "conv_bias_missing",
        {"out if b is None else out + b[:, None, None]": "out"},
        "The bias was never added. Everything else is right.",
    ),
    layer.but(
        "conv_bias_per_input_channel",
        {"out + b": "out + x.shape[1] * b"},
        "The bias was added once for each input channel. Where does it stand with "
        "respect to the sum over the channels?",
    ),
    layer.but(
        "conv_bias_per_pixel",
        {"out + b": "out + w[0].size * b"},
        "The bias was added inside the sum, once for each weight of the kernel. Where "
        "does it stand with respect to the sum?",
    ),
    layer.but(
        "conv_bias_along_width",
        {"b[:, None, None]": "b"},
        "The bias was spread along the width: numpy lines up the last axes. Which "
        "axis of the result do the output channels lie on?",
    ),
    layer.but(
        "conv_one_bias",
        {"b[:, None, None]": "b[0]"},
        "Every output channel got the bias of the first one. Each filter has its own.",
    ),
    layer.but(
        "conv_flipped_kernel",
        {"(window, w,": "(window, w[:, :, ::-1, ::-1],"},
        "The kernels were turned around. The layers of the libraries, and this one, "
        "lay them on the image as they are.",
    ),
    layer.but(
        "conv_mean_for_sum",
        {"[1, 2, 3]))": "[1, 2, 3])) / w[0].size"},
        "The products were averaged. The formula sums them.",
    ),
    layer.but(
        "conv_last_channel_only",
        {
            "out[:, :, i, j] = np.tensordot(window, w, ([1, 2, 3], [1, 2, 3]))": """
                for c in range(x.shape[1]):
                    pixels = window[:, c]
                    out[:, :, i, j] = np.tensordot(pixels, w[:, c], ([1, 2], [1, 2]))
            """,
        },
        "Only the last input channel is left: each one replaced the result of the one "
        "before. Every output channel needs all of them.",
    ),
    layer.but(
        "conv_first_channel_only",
        {"(window, w,": "(window[:, :1], w[:, :1],"},
        "Only the first input channel was looked at. Every output channel sums over "
        "all of them.",
    ),
    layer.but(
        "conv_channels_not_summed",
        {
            "len(w), oh": "len(w), x.shape[1], oh",
            "out[:, :, i, j] = np.tensordot(window, w, ([1, 2, 3], [1, 2, 3]))": """
                out[..., i, j] = np.einsum("nchw,ochw->noc", window, w)
            """,
            "b[:, None, None]": "b[:, None, None, None]",
        },
        "There is one map for each pair of input and output channel. The input "
        "channels are still to be summed.",
    ),
    layer.but(
        "conv_filter_axes_swapped",
        {
            "len(w), oh": "w.shape[1], oh",
            "out[:, :, i, j] = np.tensordot(window, w, ([1, 2, 3], [1, 2, 3]))": """
                out[:, :, i, j] = np.einsum("nchw,cohw->no", window, w)
            """,
        },
        "The first two axes of w were exchanged. Its first axis counts the filters, "
        "the second one the input channels.",
    ),
    layer.but(
        "conv_filters_from_wrong_axis",
        {
            "len(w), oh": "w.shape[1], oh",
            "(window, w,": "(window, w[range(w.shape[1])],",
            "b[:,": "b[: w.shape[1],",
        },
        "There is an output map for each input channel. The number of filters is the "
        "length of another axis of w.",
    ),
    layer.but(
        "conv_first_image_only",
        {"(window, w,": "(window[:1], w,"},
        "Every image of the batch got the result of the first one.",
    ),
    layer.but(
        "conv_in_double",
        {", dtype=x.dtype": ""},
        "The numbers are right, but float32 images gave a float64 result. Look at the "
        "dtype of the array that you fill.",
    ),
)
