"""Wrong answers to sizes and frames: `output_shape` and `pad2d`."""

import numpy as np

from autograder.checks import Misconception

__all__ = ["MISCONCEPTIONS"]


# output_shape


def _shape_rounded_up(
    size: tuple[int, int],
    kernel: tuple[int, int],
    padding: tuple[int, int] = (0, 0),
    stride: tuple[int, int] = (1, 1),
) -> tuple[int, int]:
    for n, k, p, s in zip(size, kernel, padding, stride, strict=True):
        if s < 1 or p < 0 or k < 1 or k > n + 2 * p:
            raise ValueError("the kernel does not fit")
    oh = -((kernel[0] - size[0] - 2 * padding[0]) // stride[0]) + 1
    ow = -((kernel[1] - size[1] - 2 * padding[1]) // stride[1]) + 1
    return oh, ow


def _shape_rounded_to_nearest(
    size: tuple[int, int],
    kernel: tuple[int, int],
    padding: tuple[int, int] = (0, 0),
    stride: tuple[int, int] = (1, 1),
) -> tuple[int, int]:
    for n, k, p, s in zip(size, kernel, padding, stride, strict=True):
        if s < 1 or p < 0 or k < 1 or k > n + 2 * p:
            raise ValueError("the kernel does not fit")
    oh = round((size[0] + 2 * padding[0] - kernel[0]) / stride[0]) + 1
    ow = round((size[1] + 2 * padding[1] - kernel[1]) / stride[1]) + 1
    return oh, ow


def _shape_without_one(
    size: tuple[int, int],
    kernel: tuple[int, int],
    padding: tuple[int, int] = (0, 0),
    stride: tuple[int, int] = (1, 1),
) -> tuple[int, int]:
    for n, k, p, s in zip(size, kernel, padding, stride, strict=True):
        if s < 1 or p < 0 or k < 1 or k > n + 2 * p:
            raise ValueError("the kernel does not fit")
    oh = (size[0] + 2 * padding[0] - kernel[0]) // stride[0]
    ow = (size[1] + 2 * padding[1] - kernel[1]) // stride[1]
    return oh, ow


def _shape_one_before_division(
    size: tuple[int, int],
    kernel: tuple[int, int],
    padding: tuple[int, int] = (0, 0),
    stride: tuple[int, int] = (1, 1),
) -> tuple[int, int]:
    for n, k, p, s in zip(size, kernel, padding, stride, strict=True):
        if s < 1 or p < 0 or k < 1 or k > n + 2 * p:
            raise ValueError("the kernel does not fit")
    oh = (size[0] + 2 * padding[0] - kernel[0] + 1) // stride[0]
    ow = (size[1] + 2 * padding[1] - kernel[1] + 1) // stride[1]
    return oh, ow


def _shape_padding_once(
    size: tuple[int, int],
    kernel: tuple[int, int],
    padding: tuple[int, int] = (0, 0),
    stride: tuple[int, int] = (1, 1),
) -> tuple[int, int]:
    for n, k, p, s in zip(size, kernel, padding, stride, strict=True):
        if s < 1 or p < 0 or k < 1 or k > n + 2 * p:
            raise ValueError("the kernel does not fit")
    oh = (size[0] + padding[0] - kernel[0]) // stride[0] + 1
    ow = (size[1] + padding[1] - kernel[1]) // stride[1] + 1
    return oh, ow


def _shape_axes_swapped(
    size: tuple[int, int],
    kernel: tuple[int, int],
    padding: tuple[int, int] = (0, 0),
    stride: tuple[int, int] = (1, 1),
) -> tuple[int, int]:
    for n, k, p, s in zip(size, kernel, padding, stride, strict=True):
        if s < 1 or p < 0 or k < 1 or k > n + 2 * p:
            raise ValueError("the kernel does not fit")
    oh = (size[0] + 2 * padding[0] - kernel[0]) // stride[0] + 1
    ow = (size[1] + 2 * padding[1] - kernel[1]) // stride[1] + 1
    return ow, oh


def _shape_stride_of_height(
    size: tuple[int, int],
    kernel: tuple[int, int],
    padding: tuple[int, int] = (0, 0),
    stride: tuple[int, int] = (1, 1),
) -> tuple[int, int]:
    for n, k, p, s in zip(size, kernel, padding, stride, strict=True):
        if s < 1 or p < 0 or k < 1 or k > n + 2 * p:
            raise ValueError("the kernel does not fit")
    oh = (size[0] + 2 * padding[0] - kernel[0]) // stride[0] + 1
    ow = (size[1] + 2 * padding[1] - kernel[1]) // stride[0] + 1
    return oh, ow


def _shape_strides_swapped(
    size: tuple[int, int],
    kernel: tuple[int, int],
    padding: tuple[int, int] = (0, 0),
    stride: tuple[int, int] = (1, 1),
) -> tuple[int, int]:
    for n, k, p, s in zip(size, kernel, padding, stride, strict=True):
        if s < 1 or p < 0 or k < 1 or k > n + 2 * p:
            raise ValueError("the kernel does not fit")
    oh = (size[0] + 2 * padding[0] - kernel[0]) // stride[1] + 1
    ow = (size[1] + 2 * padding[1] - kernel[1]) // stride[0] + 1
    return oh, ow


def _shape_stride_ignored(
    size: tuple[int, int],
    kernel: tuple[int, int],
    padding: tuple[int, int] = (0, 0),
    stride: tuple[int, int] = (1, 1),
) -> tuple[int, int]:
    for n, k, p, s in zip(size, kernel, padding, stride, strict=True):
        if s < 1 or p < 0 or k < 1 or k > n + 2 * p:
            raise ValueError("the kernel does not fit")
    oh = size[0] + 2 * padding[0] - kernel[0] + 1
    ow = size[1] + 2 * padding[1] - kernel[1] + 1
    return oh, ow


def _shape_padding_of_height(
    size: tuple[int, int],
    kernel: tuple[int, int],
    padding: tuple[int, int] = (0, 0),
    stride: tuple[int, int] = (1, 1),
) -> tuple[int, int]:
    for n, k, p, s in zip(size, kernel, padding, stride, strict=True):
        if s < 1 or p < 0 or k < 1 or k > n + 2 * p:
            raise ValueError("the kernel does not fit")
    oh = (size[0] + 2 * padding[0] - kernel[0]) // stride[0] + 1
    ow = (size[1] + 2 * padding[0] - kernel[1]) // stride[1] + 1
    return oh, ow


def _shape_paddings_swapped(
    size: tuple[int, int],
    kernel: tuple[int, int],
    padding: tuple[int, int] = (0, 0),
    stride: tuple[int, int] = (1, 1),
) -> tuple[int, int]:
    for n, k, p, s in zip(size, kernel, padding, stride, strict=True):
        if s < 1 or p < 0 or k < 1 or k > n + 2 * p:
            raise ValueError("the kernel does not fit")
    oh = (size[0] + 2 * padding[1] - kernel[0]) // stride[0] + 1
    ow = (size[1] + 2 * padding[0] - kernel[1]) // stride[1] + 1
    return oh, ow


def _shape_square_kernel(
    size: tuple[int, int],
    kernel: tuple[int, int],
    padding: tuple[int, int] = (0, 0),
    stride: tuple[int, int] = (1, 1),
) -> tuple[int, int]:
    for n, k, p, s in zip(size, kernel, padding, stride, strict=True):
        if s < 1 or p < 0 or k < 1 or k > n + 2 * p:
            raise ValueError("the kernel does not fit")
    oh = (size[0] + 2 * padding[0] - kernel[0]) // stride[0] + 1
    ow = (size[1] + 2 * padding[1] - kernel[0]) // stride[1] + 1
    return oh, ow


def _shape_half_kernel(
    size: tuple[int, int],
    kernel: tuple[int, int],
    padding: tuple[int, int] = (0, 0),
    stride: tuple[int, int] = (1, 1),
) -> tuple[int, int]:
    for n, k, p, s in zip(size, kernel, padding, stride, strict=True):
        if s < 1 or p < 0 or k < 1 or k > n + 2 * p:
            raise ValueError("the kernel does not fit")
    oh = (size[0] + 2 * padding[0] - 2 * (kernel[0] // 2) - 1) // stride[0] + 1
    ow = (size[1] + 2 * padding[1] - 2 * (kernel[1] // 2) - 1) // stride[1] + 1
    return oh, ow


def _shape_same_padding(
    size: tuple[int, int],
    kernel: tuple[int, int],
    padding: tuple[int, int] = (0, 0),
    stride: tuple[int, int] = (1, 1),
) -> tuple[int, int]:
    for n, k, p, s in zip(size, kernel, padding, stride, strict=True):
        if s < 1 or p < 0 or k < 1 or k > n + 2 * p:
            raise ValueError("the kernel does not fit")
    return -(-size[0] // stride[0]), -(-size[1] // stride[1])


def _shape_not_whole(
    size: tuple[int, int],
    kernel: tuple[int, int],
    padding: tuple[int, int] = (0, 0),
    stride: tuple[int, int] = (1, 1),
) -> tuple[float, float]:
    for n, k, p, s in zip(size, kernel, padding, stride, strict=True):
        if s < 1 or p < 0 or k < 1 or k > n + 2 * p:
            raise ValueError("the kernel does not fit")
    oh = (size[0] + 2 * padding[0] - kernel[0]) / stride[0] + 1
    ow = (size[1] + 2 * padding[1] - kernel[1]) / stride[1] + 1
    return oh, ow


# pad2d


def _pad_at_the_end_only(x: np.ndarray, padding: tuple[int, int]) -> np.ndarray:
    ph, pw = padding
    if ph < 0 or pw < 0:
        raise ValueError("the padding must not be negative")
    rest = [(0, 0)] * (x.ndim - 2)
    return np.pad(x, [*rest, (0, ph), (0, pw)])


def _pad_at_the_start_only(x: np.ndarray, padding: tuple[int, int]) -> np.ndarray:
    ph, pw = padding
    if ph < 0 or pw < 0:
        raise ValueError("the padding must not be negative")
    rest = [(0, 0)] * (x.ndim - 2)
    return np.pad(x, [*rest, (ph, 0), (pw, 0)])


def _pad_split_over_sides(x: np.ndarray, padding: tuple[int, int]) -> np.ndarray:
    ph, pw = padding
    if ph < 0 or pw < 0:
        raise ValueError("the padding must not be negative")
    rest = [(0, 0)] * (x.ndim - 2)
    rows, columns = (ph // 2, ph - ph // 2), (pw // 2, pw - pw // 2)
    return np.pad(x, [*rest, rows, columns])


def _pad_before_and_after(x: np.ndarray, padding: tuple[int, int]) -> np.ndarray:
    ph, pw = padding
    if ph < 0 or pw < 0:
        raise ValueError("the padding must not be negative")
    return np.pad(x, (ph, pw))


def _pad_every_axis(x: np.ndarray, padding: tuple[int, int]) -> np.ndarray:
    ph, pw = padding
    if ph < 0 or pw < 0:
        raise ValueError("the padding must not be negative")
    frame = [(ph, ph)] * (x.ndim - 1)
    return np.pad(x, [*frame, (pw, pw)])


def _pad_first_axes(x: np.ndarray, padding: tuple[int, int]) -> np.ndarray:
    ph, pw = padding
    if ph < 0 or pw < 0:
        raise ValueError("the padding must not be negative")
    rest = [(0, 0)] * (x.ndim - 2)
    return np.pad(x, [(ph, ph), (pw, pw), *rest])


def _pad_axes_swapped(x: np.ndarray, padding: tuple[int, int]) -> np.ndarray:
    ph, pw = padding
    if ph < 0 or pw < 0:
        raise ValueError("the padding must not be negative")
    rest = [(0, 0)] * (x.ndim - 2)
    return np.pad(x, [*rest, (pw, pw), (ph, ph)])


def _pad_height_for_both(x: np.ndarray, padding: tuple[int, int]) -> np.ndarray:
    ph, pw = padding
    if ph < 0 or pw < 0:
        raise ValueError("the padding must not be negative")
    rest = [(0, 0)] * (x.ndim - 2)
    return np.pad(x, [*rest, (ph, ph), (ph, ph)])


def _pad_with_edge(x: np.ndarray, padding: tuple[int, int]) -> np.ndarray:
    ph, pw = padding
    if ph < 0 or pw < 0:
        raise ValueError("the padding must not be negative")
    rest = [(0, 0)] * (x.ndim - 2)
    return np.pad(x, [*rest, (ph, ph), (pw, pw)], mode="edge")


def _pad_with_reflection(x: np.ndarray, padding: tuple[int, int]) -> np.ndarray:
    ph, pw = padding
    if ph < 0 or pw < 0:
        raise ValueError("the padding must not be negative")
    rest = [(0, 0)] * (x.ndim - 2)
    return np.pad(x, [*rest, (ph, ph), (pw, pw)], mode="reflect")


def _pad_over_the_border(x: np.ndarray, padding: tuple[int, int]) -> np.ndarray:
    ph, pw = padding
    if ph < 0 or pw < 0:
        raise ValueError("the padding must not be negative")
    h, w = x.shape[-2:]
    out = np.zeros_like(x)
    out[..., ph : h - ph, pw : w - pw] = x[..., ph : h - ph, pw : w - pw]
    return out


def _pad_in_double(x: np.ndarray, padding: tuple[int, int]) -> np.ndarray:
    ph, pw = padding
    if ph < 0 or pw < 0:
        raise ValueError("the padding must not be negative")
    h, w = x.shape[-2:]
    out = np.zeros((*x.shape[:-2], h + 2 * ph, w + 2 * pw))
    out[..., ph : ph + h, pw : pw + w] = x
    return out


def _pad_cropped_by_slice(x: np.ndarray, padding: tuple[int, int]) -> np.ndarray:
    ph, pw = padding
    if ph < 0 or pw < 0:
        raise ValueError("the padding must not be negative")
    h, w = x.shape[-2:]
    out = np.zeros((*x.shape[:-2], h + 2 * ph, w + 2 * pw), dtype=x.dtype)
    if ph > 0 and pw > 0:
        out[..., ph:-ph, pw:-pw] = x
    return out


MISCONCEPTIONS: tuple[Misconception, ...] = (
    Misconception(
        name="shape_rounded_up",
        of="output_shape",
        hint=(
            "The division was rounded up. Where the stride does not divide evenly, "
            "the last place would stick out of the image."
        ),
        code=_shape_rounded_up,
    ),
    Misconception(
        name="shape_rounded_to_nearest",
        of="output_shape",
        hint=(
            "The division was rounded to the nearest whole number. A step that does "
            "not fit any more does not count, however little is missing."
        ),
        code=_shape_rounded_to_nearest,
    ),
    Misconception(
        name="shape_half_kernel",
        of="output_shape",
        hint=(
            "Half a kernel was taken off each side, which is right for odd kernels "
            "only. Try a kernel of width 2 on two pixels."
        ),
        code=_shape_half_kernel,
    ),
    Misconception(
        name="shape_without_one",
        of="output_shape",
        hint=(
            "These are the steps that the kernel makes, which is one less than the "
            "places where it stands. Try a kernel as large as the image."
        ),
        code=_shape_without_one,
    ),
    Misconception(
        name="shape_one_before_division",
        of="output_shape",
        hint=(
            "The 1 was added before the division by the stride, which is right for "
            "stride 1 only. Is the first place of the kernel a step?"
        ),
        code=_shape_one_before_division,
    ),
    Misconception(
        name="shape_padding_once",
        of="output_shape",
        hint=("The padding was counted once. It is added on both sides of each axis."),
        code=_shape_padding_once,
    ),
    Misconception(
        name="shape_axes_swapped",
        of="output_shape",
        hint=(
            "Height and width of the result are exchanged. Height comes first, "
            "everywhere in this notebook."
        ),
        code=_shape_axes_swapped,
    ),
    Misconception(
        name="shape_stride_of_height",
        of="output_shape",
        hint=("The vertical stride was used for both axes. Each axis has its own."),
        code=_shape_stride_of_height,
    ),
    Misconception(
        name="shape_strides_swapped",
        of="output_shape",
        hint=("The two strides are exchanged. The first one belongs to the height."),
        code=_shape_strides_swapped,
    ),
    Misconception(
        name="shape_stride_ignored",
        of="output_shape",
        hint=(
            "The stride plays no part in this result. With larger steps the kernel "
            "stands at fewer places."
        ),
        code=_shape_stride_ignored,
    ),
    Misconception(
        name="shape_padding_of_height",
        of="output_shape",
        hint=("The vertical padding was used for both axes. Each axis has its own."),
        code=_shape_padding_of_height,
    ),
    Misconception(
        name="shape_paddings_swapped",
        of="output_shape",
        hint=(
            "The two paddings are exchanged. The first one is for the rows above and "
            "below."
        ),
        code=_shape_paddings_swapped,
    ),
    Misconception(
        name="shape_square_kernel",
        of="output_shape",
        hint=("The kernel's height was used for both axes. It has a width as well."),
        code=_shape_square_kernel,
    ),
    Misconception(
        name="shape_same_padding",
        of="output_shape",
        hint=(
            "This is the size with the padding that the libraries call 'same'. Here "
            "the padding is given, and may be any."
        ),
        code=_shape_same_padding,
    ),
    Misconception(
        name="shape_not_whole",
        of="output_shape",
        hint=(
            "These are not whole numbers: / divides exactly and always gives a float. "
            "How many places of the kernel are complete?"
        ),
        code=_shape_not_whole,
    ),
    Misconception(
        name="pad_at_the_end_only",
        of="pad2d",
        hint=("Zeros were added below and on the right only. A frame has four sides."),
        code=_pad_at_the_end_only,
    ),
    Misconception(
        name="pad_at_the_start_only",
        of="pad2d",
        hint=("Zeros were added above and on the left only. A frame has four sides."),
        code=_pad_at_the_start_only,
    ),
    Misconception(
        name="pad_split_over_sides",
        of="pad2d",
        hint=(
            "The padding was shared out between the two sides of an axis. Each side "
            "gets all of it."
        ),
        code=_pad_split_over_sides,
    ),
    Misconception(
        name="pad_before_and_after",
        of="pad2d",
        hint=(
            "np.pad read the pair as (before, after) for every axis. Which pairs does "
            "it want, one for each axis?"
        ),
        code=_pad_before_and_after,
    ),
    Misconception(
        name="pad_every_axis",
        of="pad2d",
        hint=(
            "Axes before the last two were padded as well: the batch has grown by "
            "images of zeros. Only height and width get a frame."
        ),
        code=_pad_every_axis,
    ),
    Misconception(
        name="pad_first_axes",
        of="pad2d",
        hint=(
            "The first two axes were padded. Height and width are the last two here."
        ),
        code=_pad_first_axes,
    ),
    Misconception(
        name="pad_axes_swapped",
        of="pad2d",
        hint=(
            "The two paddings are exchanged. The first one is the number of rows "
            "above and below."
        ),
        code=_pad_axes_swapped,
    ),
    Misconception(
        name="pad_height_for_both",
        of="pad2d",
        hint=(
            "The padding of the height was used for the width too. Each axis has its "
            "own."
        ),
        code=_pad_height_for_both,
    ),
    Misconception(
        name="pad_with_edge",
        of="pad2d",
        hint=("The border pixels were repeated outwards. This frame is made of zeros."),
        code=_pad_with_edge,
    ),
    Misconception(
        name="pad_with_reflection",
        of="pad2d",
        hint=("The image was mirrored at its border. This frame is made of zeros."),
        code=_pad_with_reflection,
    ),
    Misconception(
        name="pad_over_the_border",
        of="pad2d",
        hint=(
            "The frame was painted over the image, whose border pixels are lost. It "
            "goes around the image, which makes the array larger."
        ),
        code=_pad_over_the_border,
    ),
    Misconception(
        name="pad_in_double",
        of="pad2d",
        hint=(
            "The numbers are right, but a float32 image gave a float64 result. Look "
            "at the dtype of the array that you fill."
        ),
        code=_pad_in_double,
    ),
    Misconception(
        name="pad_cropped_by_slice",
        of="pad2d",
        hint=(
            "Without padding on one of the axes the image is lost. What does the "
            "slice p:-p select when p is 0?"
        ),
        code=_pad_cropped_by_slice,
    ),
)
