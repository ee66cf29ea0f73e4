"""Wrong answers to `conv2d` in where windows lie: stride, padding, sizes."""

import numpy as np

from autograder.checks import Misconception

from ..oracle import output_shape

__all__ = ["MISCONCEPTIONS"]


def _conv_stride_ignored(
    x: np.ndarray,
    w: np.ndarray,
    b: np.ndarray | None = None,
    stride: tuple[int, int] = (1, 1),
    padding: tuple[int, int] = (0, 0),
) -> np.ndarray:
    (ph, pw), (kh, kw) = padding, w.shape[2:]
    output_shape(x.shape[2:], (kh, kw), padding, stride)
    x = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    oh, ow = output_shape(x.shape[2:], (kh, kw))
    out = np.zeros((len(x), len(w), oh, ow), dtype=x.dtype)
    for i in range(oh):
        for j in range(ow):
            window = x[:, :, i : i + kh, j : j + kw]
            out[:, :, i, j] = np.tensordot(window, w, ([1, 2, 3], [1, 2, 3]))
    return out if b is None else out + b[:, None, None]


def _conv_stride_not_in_window(
    x: np.ndarray,
    w: np.ndarray,
    b: np.ndarray | None = None,
    stride: tuple[int, int] = (1, 1),
    padding: tuple[int, int] = (0, 0),
) -> np.ndarray:
    (ph, pw), (kh, kw) = padding, w.shape[2:]
    oh, ow = output_shape(x.shape[2:], (kh, kw), padding, stride)
    x = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    out = np.zeros((len(x), len(w), oh, ow), dtype=x.dtype)
    for i in range(oh):
        for j in range(ow):
            window = x[:, :, i : i + kh, j : j + kw]
            out[:, :, i, j] = np.tensordot(window, w, ([1, 2, 3], [1, 2, 3]))
    return out if b is None else out + b[:, None, None]


def _conv_stride_of_height(
    x: np.ndarray,
    w: np.ndarray,
    b: np.ndarray | None = None,
    stride: tuple[int, int] = (1, 1),
    padding: tuple[int, int] = (0, 0),
) -> np.ndarray:
    sh, (ph, pw), (kh, kw) = stride[0], padding, w.shape[2:]
    oh, ow = output_shape(x.shape[2:], (kh, kw), padding, stride)
    x = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    ow = (x.shape[3] - kw) // sh + 1
    out = np.zeros((len(x), len(w), oh, ow), dtype=x.dtype)
    for i in range(oh):
        for j in range(ow):
            window = x[:, :, i * sh : i * sh + kh, j * sh : j * sh + kw]
            out[:, :, i, j] = np.tensordot(window, w, ([1, 2, 3], [1, 2, 3]))
    return out if b is None else out + b[:, None, None]


def _conv_strides_swapped(
    x: np.ndarray,
    w: np.ndarray,
    b: np.ndarray | None = None,
    stride: tuple[int, int] = (1, 1),
    padding: tuple[int, int] = (0, 0),
) -> np.ndarray:
    (sh, sw), (ph, pw), (kh, kw) = stride, padding, w.shape[2:]
    output_shape(x.shape[2:], (kh, kw), padding, stride)
    x = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    oh, ow = (x.shape[2] - kh) // sw + 1, (x.shape[3] - kw) // sh + 1
    out = np.zeros((len(x), len(w), oh, ow), dtype=x.dtype)
    for i in range(oh):
        for j in range(ow):
            window = x[:, :, i * sw : i * sw + kh, j * sh : j * sh + kw]
            out[:, :, i, j] = np.tensordot(window, w, ([1, 2, 3], [1, 2, 3]))
    return out if b is None else out + b[:, None, None]


def _conv_stride_twice(
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
    for i in range(0, oh, sh):
        for j in range(0, ow, sw):
            window = x[:, :, i * sh : i * sh + kh, j * sw : j * sw + kw]
            out[:, :, i, j] = np.tensordot(window, w, ([1, 2, 3], [1, 2, 3]))
    return out if b is None else out + b[:, None, None]


def _conv_image_strided_first(
    x: np.ndarray,
    w: np.ndarray,
    b: np.ndarray | None = None,
    stride: tuple[int, int] = (1, 1),
    padding: tuple[int, int] = (0, 0),
) -> np.ndarray:
    (sh, sw), (ph, pw), (kh, kw) = stride, padding, w.shape[2:]
    output_shape(x.shape[2:], (kh, kw), padding, stride)
    x = x[:, :, ::sh, ::sw]
    x = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    oh, ow = output_shape(x.shape[2:], (kh, kw))
    out = np.zeros((len(x), len(w), oh, ow), dtype=x.dtype)
    for i in range(oh):
        for j in range(ow):
            window = x[:, :, i : i + kh, j : j + kw]
            out[:, :, i, j] = np.tensordot(window, w, ([1, 2, 3], [1, 2, 3]))
    return out if b is None else out + b[:, None, None]


def _conv_padding_ignored(
    x: np.ndarray,
    w: np.ndarray,
    b: np.ndarray | None = None,
    stride: tuple[int, int] = (1, 1),
    padding: tuple[int, int] = (0, 0),
) -> np.ndarray:
    (sh, sw), (kh, kw) = stride, w.shape[2:]
    output_shape(x.shape[2:], (kh, kw), padding, stride)
    oh, ow = output_shape(x.shape[2:], (kh, kw), stride=stride)
    out = np.zeros((len(x), len(w), oh, ow), dtype=x.dtype)
    for i in range(oh):
        for j in range(ow):
            window = x[:, :, i * sh : i * sh + kh, j * sw : j * sw + kw]
            out[:, :, i, j] = np.tensordot(window, w, ([1, 2, 3], [1, 2, 3]))
    return out if b is None else out + b[:, None, None]


def _conv_padding_after_stride(
    x: np.ndarray,
    w: np.ndarray,
    b: np.ndarray | None = None,
    stride: tuple[int, int] = (1, 1),
    padding: tuple[int, int] = (0, 0),
) -> np.ndarray:
    (sh, sw), (ph, pw), (kh, kw) = stride, padding, w.shape[2:]
    output_shape(x.shape[2:], (kh, kw), padding, stride)
    oh, ow = output_shape(x.shape[2:], (kh, kw), stride=stride)
    out = np.zeros((len(x), len(w), oh, ow), dtype=x.dtype)
    for i in range(oh):
        for j in range(ow):
            window = x[:, :, i * sh : i * sh + kh, j * sw : j * sw + kw]
            out[:, :, i, j] = np.tensordot(window, w, ([1, 2, 3], [1, 2, 3]))
    out = np.pad(out, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    return out if b is None else out + b[:, None, None]


def _conv_padding_of_height(
    x: np.ndarray,
    w: np.ndarray,
    b: np.ndarray | None = None,
    stride: tuple[int, int] = (1, 1),
    padding: tuple[int, int] = (0, 0),
) -> np.ndarray:
    (sh, sw), ph, (kh, kw) = stride, padding[0], w.shape[2:]
    oh, ow = output_shape(x.shape[2:], (kh, kw), padding, stride)
    x = np.pad(x, ((0, 0), (0, 0), (ph, ph), (ph, ph)))
    ow = (x.shape[3] - kw) // sw + 1
    out = np.zeros((len(x), len(w), oh, ow), dtype=x.dtype)
    for i in range(oh):
        for j in range(ow):
            window = x[:, :, i * sh : i * sh + kh, j * sw : j * sw + kw]
            out[:, :, i, j] = np.tensordot(window, w, ([1, 2, 3], [1, 2, 3]))
    return out if b is None else out + b[:, None, None]


def _conv_paddings_swapped(
    x: np.ndarray,
    w: np.ndarray,
    b: np.ndarray | None = None,
    stride: tuple[int, int] = (1, 1),
    padding: tuple[int, int] = (0, 0),
) -> np.ndarray:
    (sh, sw), (ph, pw), (kh, kw) = stride, padding, w.shape[2:]
    output_shape(x.shape[2:], (kh, kw), padding, stride)
    x = np.pad(x, ((0, 0), (0, 0), (pw, pw), (ph, ph)))
    oh, ow = (x.shape[2] - kh) // sh + 1, (x.shape[3] - kw) // sw + 1
    out = np.zeros((len(x), len(w), oh, ow), dtype=x.dtype)
    for i in range(oh):
        for j in range(ow):
            window = x[:, :, i * sh : i * sh + kh, j * sw : j * sw + kw]
            out[:, :, i, j] = np.tensordot(window, w, ([1, 2, 3], [1, 2, 3]))
    return out if b is None else out + b[:, None, None]


def _conv_padding_on_one_side(
    x: np.ndarray,
    w: np.ndarray,
    b: np.ndarray | None = None,
    stride: tuple[int, int] = (1, 1),
    padding: tuple[int, int] = (0, 0),
) -> np.ndarray:
    (sh, sw), (ph, pw), (kh, kw) = stride, padding, w.shape[2:]
    oh, ow = output_shape(x.shape[2:], (kh, kw), padding, stride)
    x = np.pad(x, ((0, 0), (0, 0), (0, 2 * ph), (0, 2 * pw)))
    out = np.zeros((len(x), len(w), oh, ow), dtype=x.dtype)
    for i in range(oh):
        for j in range(ow):
            window = x[:, :, i * sh : i * sh + kh, j * sw : j * sw + kw]
            out[:, :, i, j] = np.tensordot(window, w, ([1, 2, 3], [1, 2, 3]))
    return out if b is None else out + b[:, None, None]


def _conv_padding_with_edge(
    x: np.ndarray,
    w: np.ndarray,
    b: np.ndarray | None = None,
    stride: tuple[int, int] = (1, 1),
    padding: tuple[int, int] = (0, 0),
) -> np.ndarray:
    (sh, sw), (ph, pw), (kh, kw) = stride, padding, w.shape[2:]
    oh, ow = output_shape(x.shape[2:], (kh, kw), padding, stride)
    x = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)), mode="edge")
    out = np.zeros((len(x), len(w), oh, ow), dtype=x.dtype)
    for i in range(oh):
        for j in range(ow):
            window = x[:, :, i * sh : i * sh + kh, j * sw : j * sw + kw]
            out[:, :, i, j] = np.tensordot(window, w, ([1, 2, 3], [1, 2, 3]))
    return out if b is None else out + b[:, None, None]


def _conv_same_padding(
    x: np.ndarray,
    w: np.ndarray,
    b: np.ndarray | None = None,
    stride: tuple[int, int] = (1, 1),
    padding: tuple[int, int] = (0, 0),
) -> np.ndarray:
    (sh, sw), (ph, pw), (kh, kw) = stride, padding, w.shape[2:]
    output_shape(x.shape[2:], (kh, kw), padding, stride)
    ph, pw = kh // 2, kw // 2
    x = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    oh, ow = output_shape(x.shape[2:], (kh, kw), stride=stride)
    out = np.zeros((len(x), len(w), oh, ow), dtype=x.dtype)
    for i in range(oh):
        for j in range(ow):
            window = x[:, :, i * sh : i * sh + kh, j * sw : j * sw + kw]
            out[:, :, i, j] = np.tensordot(window, w, ([1, 2, 3], [1, 2, 3]))
    return out if b is None else out + b[:, None, None]


def _conv_size_without_one(
    x: np.ndarray,
    w: np.ndarray,
    b: np.ndarray | None = None,
    stride: tuple[int, int] = (1, 1),
    padding: tuple[int, int] = (0, 0),
) -> np.ndarray:
    (sh, sw), (ph, pw), (kh, kw) = stride, padding, w.shape[2:]
    output_shape(x.shape[2:], (kh, kw), padding, stride)
    x = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    oh, ow = (x.shape[2] - kh) // sh, (x.shape[3] - kw) // sw
    out = np.zeros((len(x), len(w), oh, ow), dtype=x.dtype)
    for i in range(oh):
        for j in range(ow):
            window = x[:, :, i * sh : i * sh + kh, j * sw : j * sw + kw]
            out[:, :, i, j] = np.tensordot(window, w, ([1, 2, 3], [1, 2, 3]))
    return out if b is None else out + b[:, None, None]


def _conv_last_row_and_column_zero(
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
            if i * sh + kh < x.shape[2] and j * sw + kw < x.shape[3]:
                window = x[:, :, i * sh : i * sh + kh, j * sw : j * sw + kw]
                out[:, :, i, j] = np.tensordot(window, w, ([1, 2, 3], [1, 2, 3]))
    return out if b is None else out + b[:, None, None]


def _conv_height_and_width_swapped(
    x: np.ndarray,
    w: np.ndarray,
    b: np.ndarray | None = None,
    stride: tuple[int, int] = (1, 1),
    padding: tuple[int, int] = (0, 0),
) -> np.ndarray:
    (sh, sw), (ph, pw), (kh, kw) = stride, padding, w.shape[2:]
    oh, ow = output_shape(x.shape[2:], (kh, kw), padding, stride)
    x = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    out = np.zeros((len(x), len(w), ow, oh), dtype=x.dtype)
    for i in range(oh):
        for j in range(ow):
            window = x[:, :, i * sh : i * sh + kh, j * sw : j * sw + kw]
            out[:, :, j, i] = np.tensordot(window, w, ([1, 2, 3], [1, 2, 3]))
    return out if b is None else out + b[:, None, None]


MISCONCEPTIONS: tuple[Misconception, ...] = (
    Misconception(
        name="conv_stride_ignored",
        of="conv2d",
        hint=(
            "The stride plays no part in this result: the kernel moved by one pixel "
            "at a time."
        ),
        code=_conv_stride_ignored,
    ),
    Misconception(
        name="conv_stride_not_in_window",
        of="conv2d",
        hint=(
            "The result has the right size, but holds the top left corner of the one "
            "with stride 1. Where does the window of output (i, j) begin?"
        ),
        code=_conv_stride_not_in_window,
    ),
    Misconception(
        name="conv_stride_of_height",
        of="conv2d",
        hint=("The vertical stride was used for both axes. Each axis has its own."),
        code=_conv_stride_of_height,
    ),
    Misconception(
        name="conv_strides_swapped",
        of="conv2d",
        hint=("The two strides are exchanged. The first one belongs to the height."),
        code=_conv_strides_swapped,
    ),
    Misconception(
        name="conv_stride_twice",
        of="conv2d",
        hint=(
            "Most of the result was left at zero: the stride is in the range of the "
            "loops and in the window. Which outputs do your loops visit?"
        ),
        code=_conv_stride_twice,
    ),
    Misconception(
        name="conv_image_strided_first",
        of="conv2d",
        hint=(
            "Pixels were left out of the image before the kernel saw them. The stride "
            "moves the window; within it every pixel counts."
        ),
        code=_conv_image_strided_first,
    ),
    Misconception(
        name="conv_padding_ignored",
        of="conv2d",
        hint=("The padding plays no part in this result."),
        code=_conv_padding_ignored,
    ),
    Misconception(
        name="conv_padding_after_stride",
        of="conv2d",
        hint=(
            "The zeros were put around the result. Padding enlarges the image, before "
            "the kernel slides over it."
        ),
        code=_conv_padding_after_stride,
    ),
    Misconception(
        name="conv_padding_of_height",
        of="conv2d",
        hint=("The vertical padding was used for both axes. Each axis has its own."),
        code=_conv_padding_of_height,
    ),
    Misconception(
        name="conv_paddings_swapped",
        of="conv2d",
        hint=(
            "The two paddings are exchanged. The first one is for the rows above and "
            "below."
        ),
        code=_conv_paddings_swapped,
    ),
    Misconception(
        name="conv_padding_on_one_side",
        of="conv2d",
        hint=(
            "All zeros were put below and on the right. Each side of the image gets "
            "its share."
        ),
        code=_conv_padding_on_one_side,
    ),
    Misconception(
        name="conv_padding_with_edge",
        of="conv2d",
        hint=(
            "The border pixels were repeated outwards. The padding of this layer is "
            "zero."
        ),
        code=_conv_padding_with_edge,
    ),
    Misconception(
        name="conv_same_padding",
        of="conv2d",
        hint=(
            "The image was padded by half a kernel, whatever the argument says. Use "
            "the padding that is given."
        ),
        code=_conv_same_padding,
    ),
    Misconception(
        name="conv_size_without_one",
        of="conv2d",
        hint=(
            "The last row and the last column of the result are missing. Compare with "
            "your output_shape."
        ),
        code=_conv_size_without_one,
    ),
    Misconception(
        name="conv_last_row_and_column_zero",
        of="conv2d",
        hint=(
            "Windows that end exactly at the edge of the padded image were left out. "
            "Look at your comparison."
        ),
        code=_conv_last_row_and_column_zero,
    ),
    Misconception(
        name="conv_height_and_width_swapped",
        of="conv2d",
        hint=(
            "Height and width of the result are exchanged. Which of your indices "
            "walks down the image?"
        ),
        code=_conv_height_and_width_swapped,
    ),
)
