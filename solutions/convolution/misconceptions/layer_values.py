"""Wrong answers to `conv2d` in what is summed: bias, channels, filters, dtype."""

import numpy as np

from autograder.checks import Misconception

from ..oracle import output_shape

__all__ = ["MISCONCEPTIONS"]


def _conv_bias_missing(
    x: np.ndarray,
    w: np.ndarray,
    b: np.ndarray | None = None,
    stride: tuple[int, int] = (1, 1),
    padding: tuple[int, int] = (0, 0),
) -> np.ndarray:
    (sh, sw), (ph, pw), (kh, kw) = stride, padding, w.shape[2:]
    oh, ow = output_shape(x.shape[2:], (kh, kw), padding, stride)
    x = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    out = np.zeros((len(x), len(w), oh, ow), dtype=x.dtype)
    for i in range(oh):
        for j in range(ow):
            window = x[:, :, i * sh : i * sh + kh, j * sw : j * sw + kw]
            out[:, :, i, j] = np.tensordot(window, w, ([1, 2, 3], [1, 2, 3]))
    return out


def _conv_bias_per_input_channel(
    x: np.ndarray,
    w: np.ndarray,
    b: np.ndarray | None = None,
    stride: tuple[int, int] = (1, 1),
    padding: tuple[int, int] = (0, 0),
) -> np.ndarray:
    (sh, sw), (ph, pw), (kh, kw) = stride, padding, w.shape[2:]
    oh, ow = output_shape(x.shape[2:], (kh, kw), padding, stride)
    x = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    out = np.zeros((len(x), len(w), oh, ow), dtype=x.dtype)
    for i in range(oh):
        for j in range(ow):
            window = x[:, :, i * sh : i * sh + kh, j * sw : j * sw + kw]
            out[:, :, i, j] = np.tensordot(window, w, ([1, 2, 3], [1, 2, 3]))
    return out if b is None else out + x.shape[1] * b[:, None, None]


def _conv_bias_per_pixel(
    x: np.ndarray,
    w: np.ndarray,
    b: np.ndarray | None = None,
    stride: tuple[int, int] = (1, 1),
    padding: tuple[int, int] = (0, 0),
) -> np.ndarray:
    (sh, sw), (ph, pw), (kh, kw) = stride, padding, w.shape[2:]
    oh, ow = output_shape(x.shape[2:], (kh, kw), padding, stride)
    x = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    out = np.zeros((len(x), len(w), oh, ow), dtype=x.dtype)
    for i in range(oh):
        for j in range(ow):
            window = x[:, :, i * sh : i * sh + kh, j * sw : j * sw + kw]
            out[:, :, i, j] = np.tensordot(window, w, ([1, 2, 3], [1, 2, 3]))
    return out if b is None else out + w[0].size * b[:, None, None]


def _conv_bias_along_width(
    x: np.ndarray,
    w: np.ndarray,
    b: np.ndarray | None = None,
    stride: tuple[int, int] = (1, 1),
    padding: tuple[int, int] = (0, 0),
) -> np.ndarray:
    (sh, sw), (ph, pw), (kh, kw) = stride, padding, w.shape[2:]
    oh, ow = output_shape(x.shape[2:], (kh, kw), padding, stride)
    x = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    out = np.zeros((len(x), len(w), oh, ow), dtype=x.dtype)
    for i in range(oh):
        for j in range(ow):
            window = x[:, :, i * sh : i * sh + kh, j * sw : j * sw + kw]
            out[:, :, i, j] = np.tensordot(window, w, ([1, 2, 3], [1, 2, 3]))
    return out if b is None else out + b


def _conv_one_bias(
    x: np.ndarray,
    w: np.ndarray,
    b: np.ndarray | None = None,
    stride: tuple[int, int] = (1, 1),
    padding: tuple[int, int] = (0, 0),
) -> np.ndarray:
    (sh, sw), (ph, pw), (kh, kw) = stride, padding, w.shape[2:]
    oh, ow = output_shape(x.shape[2:], (kh, kw), padding, stride)
    x = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    out = np.zeros((len(x), len(w), oh, ow), dtype=x.dtype)
    for i in range(oh):
        for j in range(ow):
            window = x[:, :, i * sh : i * sh + kh, j * sw : j * sw + kw]
            out[:, :, i, j] = np.tensordot(window, w, ([1, 2, 3], [1, 2, 3]))
    return out if b is None else out + b[0]


def _conv_flipped_kernel(
    x: np.ndarray,
    w: np.ndarray,
    b: np.ndarray | None = None,
    stride: tuple[int, int] = (1, 1),
    padding: tuple[int, int] = (0, 0),
) -> np.ndarray:
    (sh, sw), (ph, pw), (kh, kw) = stride, padding, w.shape[2:]
    oh, ow = output_shape(x.shape[2:], (kh, kw), padding, stride)
    turned = w[:, :, ::-1, ::-1]
    x = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    out = np.zeros((len(x), len(w), oh, ow), dtype=x.dtype)
    for i in range(oh):
        for j in range(ow):
            window = x[:, :, i * sh : i * sh + kh, j * sw : j * sw + kw]
            out[:, :, i, j] = np.tensordot(window, turned, ([1, 2, 3], [1, 2, 3]))
    return out if b is None else out + b[:, None, None]


def _conv_mean_for_sum(
    x: np.ndarray,
    w: np.ndarray,
    b: np.ndarray | None = None,
    stride: tuple[int, int] = (1, 1),
    padding: tuple[int, int] = (0, 0),
) -> np.ndarray:
    (sh, sw), (ph, pw), (kh, kw) = stride, padding, w.shape[2:]
    if x.shape[1] != w.shape[1]:
        raise ValueError("the channels of x and w differ")
    oh, ow = output_shape(x.shape[2:], (kh, kw), padding, stride)
    x = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    out = np.zeros((len(x), len(w), oh, ow), dtype=x.dtype)
    for i in range(oh):
        for j in range(ow):
            window = x[:, :, i * sh : i * sh + kh, j * sw : j * sw + kw]
            products = window[:, None] * w
            out[:, :, i, j] = products.mean(axis=(2, 3, 4))
    return out if b is None else out + b[:, None, None]


def _conv_last_channel_only(
    x: np.ndarray,
    w: np.ndarray,
    b: np.ndarray | None = None,
    stride: tuple[int, int] = (1, 1),
    padding: tuple[int, int] = (0, 0),
) -> np.ndarray:
    (sh, sw), (ph, pw), (kh, kw) = stride, padding, w.shape[2:]
    if x.shape[1] != w.shape[1]:
        raise ValueError("the channels of x and w differ")
    oh, ow = output_shape(x.shape[2:], (kh, kw), padding, stride)
    x = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    out = np.zeros((len(x), len(w), oh, ow), dtype=x.dtype)
    for i in range(oh):
        for j in range(ow):
            window = x[:, :, i * sh : i * sh + kh, j * sw : j * sw + kw]
            for c in range(x.shape[1]):
                out[:, :, i, j] = np.einsum("nhw,ohw->no", window[:, c], w[:, c])
    return out if b is None else out + b[:, None, None]


def _conv_first_channel_only(
    x: np.ndarray,
    w: np.ndarray,
    b: np.ndarray | None = None,
    stride: tuple[int, int] = (1, 1),
    padding: tuple[int, int] = (0, 0),
) -> np.ndarray:
    (sh, sw), (ph, pw), (kh, kw) = stride, padding, w.shape[2:]
    if x.shape[1] != w.shape[1]:
        raise ValueError("the channels of x and w differ")
    oh, ow = output_shape(x.shape[2:], (kh, kw), padding, stride)
    x = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    out = np.zeros((len(x), len(w), oh, ow), dtype=x.dtype)
    for i in range(oh):
        for j in range(ow):
            window = x[:, :, i * sh : i * sh + kh, j * sw : j * sw + kw]
            out[:, :, i, j] = np.einsum("nhw,ohw->no", window[:, 0], w[:, 0])
    return out if b is None else out + b[:, None, None]


def _conv_channels_not_summed(
    x: np.ndarray,
    w: np.ndarray,
    b: np.ndarray | None = None,
    stride: tuple[int, int] = (1, 1),
    padding: tuple[int, int] = (0, 0),
) -> np.ndarray:
    (sh, sw), (ph, pw), (kh, kw) = stride, padding, w.shape[2:]
    if x.shape[1] != w.shape[1]:
        raise ValueError("the channels of x and w differ")
    oh, ow = output_shape(x.shape[2:], (kh, kw), padding, stride)
    x = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    out = np.zeros((len(x), len(w), x.shape[1], oh, ow), dtype=x.dtype)
    for i in range(oh):
        for j in range(ow):
            window = x[:, :, i * sh : i * sh + kh, j * sw : j * sw + kw]
            out[:, :, :, i, j] = np.einsum("nchw,ochw->noc", window, w)
    return out if b is None else out + b[:, None, None, None]


def _conv_filter_axes_swapped(
    x: np.ndarray,
    w: np.ndarray,
    b: np.ndarray | None = None,
    stride: tuple[int, int] = (1, 1),
    padding: tuple[int, int] = (0, 0),
) -> np.ndarray:
    (sh, sw), (ph, pw), (kh, kw) = stride, padding, w.shape[2:]
    oh, ow = output_shape(x.shape[2:], (kh, kw), padding, stride)
    x = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    out = np.zeros((len(x), w.shape[1], oh, ow), dtype=x.dtype)
    for i in range(oh):
        for j in range(ow):
            window = x[:, :, i * sh : i * sh + kh, j * sw : j * sw + kw]
            out[:, :, i, j] = np.einsum("nchw,cohw->no", window, w)
    return out if b is None else out + b[:, None, None]


def _conv_filters_from_wrong_axis(
    x: np.ndarray,
    w: np.ndarray,
    b: np.ndarray | None = None,
    stride: tuple[int, int] = (1, 1),
    padding: tuple[int, int] = (0, 0),
) -> np.ndarray:
    (sh, sw), (ph, pw), (kh, kw) = stride, padding, w.shape[2:]
    if x.shape[1] != w.shape[1]:
        raise ValueError("the channels of x and w differ")
    oh, ow = output_shape(x.shape[2:], (kh, kw), padding, stride)
    x = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    out = np.zeros((len(x), w.shape[1], oh, ow), dtype=x.dtype)
    for i in range(oh):
        for j in range(ow):
            window = x[:, :, i * sh : i * sh + kh, j * sw : j * sw + kw]
            for o in range(w.shape[1]):
                out[:, o, i, j] = np.sum(window * w[o], axis=(1, 2, 3))
    return out if b is None else out + b[: w.shape[1], None, None]


def _conv_first_image_only(
    x: np.ndarray,
    w: np.ndarray,
    b: np.ndarray | None = None,
    stride: tuple[int, int] = (1, 1),
    padding: tuple[int, int] = (0, 0),
) -> np.ndarray:
    (sh, sw), (ph, pw), (kh, kw) = stride, padding, w.shape[2:]
    oh, ow = output_shape(x.shape[2:], (kh, kw), padding, stride)
    x = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    out = np.zeros((len(x), len(w), oh, ow), dtype=x.dtype)
    for i in range(oh):
        for j in range(ow):
            window = x[:, :, i * sh : i * sh + kh, j * sw : j * sw + kw]
            out[:, :, i, j] = np.tensordot(window[:1], w, ([1, 2, 3], [1, 2, 3]))
    return out if b is None else out + b[:, None, None]


def _conv_in_double(
    x: np.ndarray,
    w: np.ndarray,
    b: np.ndarray | None = None,
    stride: tuple[int, int] = (1, 1),
    padding: tuple[int, int] = (0, 0),
) -> np.ndarray:
    (sh, sw), (ph, pw), (kh, kw) = stride, padding, w.shape[2:]
    oh, ow = output_shape(x.shape[2:], (kh, kw), padding, stride)
    x = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    out = np.zeros((len(x), len(w), oh, ow))
    for i in range(oh):
        for j in range(ow):
            window = x[:, :, i * sh : i * sh + kh, j * sw : j * sw + kw]
            out[:, :, i, j] = np.tensordot(window, w, ([1, 2, 3], [1, 2, 3]))
    return out if b is None else out + b[:, None, None]


MISCONCEPTIONS: tuple[Misconception, ...] = (
    Misconception(
        name="conv_bias_missing",
        of="conv2d",
        hint=("The bias was never added. Everything else is right."),
        code=_conv_bias_missing,
    ),
    Misconception(
        name="conv_bias_per_input_channel",
        of="conv2d",
        hint=(
            "The bias was added once for each input channel. Where does it stand with "
            "respect to the sum over the channels?"
        ),
        code=_conv_bias_per_input_channel,
    ),
    Misconception(
        name="conv_bias_per_pixel",
        of="conv2d",
        hint=(
            "The bias was added inside the sum, once for each weight of the kernel. "
            "Where does it stand with respect to the sum?"
        ),
        code=_conv_bias_per_pixel,
    ),
    Misconception(
        name="conv_bias_along_width",
        of="conv2d",
        hint=(
            "The bias was spread along the width: numpy lines up the last axes. Which "
            "axis of the result do the output channels lie on?"
        ),
        code=_conv_bias_along_width,
    ),
    Misconception(
        name="conv_one_bias",
        of="conv2d",
        hint=(
            "Every output channel got the bias of the first one. Each filter has its "
            "own."
        ),
        code=_conv_one_bias,
    ),
    Misconception(
        name="conv_flipped_kernel",
        of="conv2d",
        hint=(
            "The kernels were turned around. The layers of the libraries, and this "
            "one, lay them on the image as they are."
        ),
        code=_conv_flipped_kernel,
    ),
    Misconception(
        name="conv_mean_for_sum",
        of="conv2d",
        hint=("The products were averaged. The formula sums them."),
        code=_conv_mean_for_sum,
    ),
    Misconception(
        name="conv_last_channel_only",
        of="conv2d",
        hint=(
            "Only the last input channel is left: each one replaced the result of the "
            "one before. Every output channel needs all of them."
        ),
        code=_conv_last_channel_only,
    ),
    Misconception(
        name="conv_first_channel_only",
        of="conv2d",
        hint=(
            "Only the first input channel was looked at. Every output channel sums "
            "over all of them."
        ),
        code=_conv_first_channel_only,
    ),
    Misconception(
        name="conv_channels_not_summed",
        of="conv2d",
        hint=(
            "There is one map for each pair of input and output channel. The input "
            "channels are still to be summed."
        ),
        code=_conv_channels_not_summed,
    ),
    Misconception(
        name="conv_filter_axes_swapped",
        of="conv2d",
        hint=(
            "The first two axes of w were exchanged. Its first axis counts the "
            "filters, the second one the input channels."
        ),
        code=_conv_filter_axes_swapped,
    ),
    Misconception(
        name="conv_filters_from_wrong_axis",
        of="conv2d",
        hint=(
            "There is an output map for each input channel. The number of filters is "
            "the length of another axis of w."
        ),
        code=_conv_filters_from_wrong_axis,
    ),
    Misconception(
        name="conv_first_image_only",
        of="conv2d",
        hint=("Every image of the batch got the result of the first one."),
        code=_conv_first_image_only,
    ),
    Misconception(
        name="conv_in_double",
        of="conv2d",
        hint=(
            "The numbers are right, but float32 images gave a float64 result. Look at "
            "the dtype of the array that you fill."
        ),
        code=_conv_in_double,
    ),
)
