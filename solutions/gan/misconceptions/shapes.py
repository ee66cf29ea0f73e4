"""Wrong shapes: `convolution_shape` and `transposed_shape`."""

from autograder.checks import Misconception

__all__ = ["MISCONCEPTIONS"]


def _conv_same_floor(
    shape: tuple[int, int, int],
    filters: int,
    kernel: tuple[int, int],
    stride: tuple[int, int],
    padding: str,
) -> tuple[int, int, int]:
    if min(*shape, filters, *kernel, *stride) < 1 or padding not in ("same", "valid"):
        raise ValueError("no such layer")
    if padding == "valid" and (kernel[0] > shape[0] or kernel[1] > shape[1]):
        raise ValueError("the kernel doesn't fit")
    sizes = []
    for n, k, s in zip(shape, kernel, stride, strict=False):
        sizes.append(n // s if padding == "same" else (n - k) // s + 1)
    h, w = sizes
    return h, w, filters


def _conv_one_forgotten(
    shape: tuple[int, int, int],
    filters: int,
    kernel: tuple[int, int],
    stride: tuple[int, int],
    padding: str,
) -> tuple[int, int, int]:
    if min(*shape, filters, *kernel, *stride) < 1 or padding not in ("same", "valid"):
        raise ValueError("no such layer")
    if padding == "valid" and (kernel[0] > shape[0] or kernel[1] > shape[1]):
        raise ValueError("the kernel doesn't fit")
    sizes = []
    for n, k, s in zip(shape, kernel, stride, strict=False):
        sizes.append(-(-n // s) if padding == "same" else (n - k) // s)
    h, w = sizes
    return h, w, filters


def _conv_stride_ignored(
    shape: tuple[int, int, int],
    filters: int,
    kernel: tuple[int, int],
    stride: tuple[int, int],
    padding: str,
) -> tuple[int, int, int]:
    if min(*shape, filters, *kernel, *stride) < 1 or padding not in ("same", "valid"):
        raise ValueError("no such layer")
    if padding == "valid" and (kernel[0] > shape[0] or kernel[1] > shape[1]):
        raise ValueError("the kernel doesn't fit")
    if padding == "same":
        return shape[0], shape[1], filters
    return shape[0] - kernel[0] + 1, shape[1] - kernel[1] + 1, filters


def _conv_channels_kept(
    shape: tuple[int, int, int],
    filters: int,
    kernel: tuple[int, int],
    stride: tuple[int, int],
    padding: str,
) -> tuple[int, int, int]:
    if min(*shape, filters, *kernel, *stride) < 1 or padding not in ("same", "valid"):
        raise ValueError("no such layer")
    if padding == "valid" and (kernel[0] > shape[0] or kernel[1] > shape[1]):
        raise ValueError("the kernel doesn't fit")
    sizes = []
    for n, k, s in zip(shape, kernel, stride, strict=False):
        sizes.append(-(-n // s) if padding == "same" else (n - k) // s + 1)
    h, w = sizes
    return h, w, shape[2]


def _transposed_as_convolution(
    shape: tuple[int, int, int],
    filters: int,
    kernel: tuple[int, int],
    stride: tuple[int, int],
    padding: str,
) -> tuple[int, int, int]:
    if min(*shape, filters, *kernel, *stride) < 1 or padding not in ("same", "valid"):
        raise ValueError("no such layer")
    sizes = []
    for n, k, s in zip(shape, kernel, stride, strict=False):
        sizes.append(-(-n // s) if padding == "same" else (n - k) // s + 1)
    h, w = sizes
    return h, w, filters


def _transposed_stride_ignored(
    shape: tuple[int, int, int],
    filters: int,
    kernel: tuple[int, int],
    stride: tuple[int, int],
    padding: str,
) -> tuple[int, int, int]:
    if min(*shape, filters, *kernel, *stride) < 1 or padding not in ("same", "valid"):
        raise ValueError("no such layer")
    if padding == "same":
        return shape[0], shape[1], filters
    return shape[0] + kernel[0] - 1, shape[1] + kernel[1] - 1, filters


def _transposed_padding_ignored(
    shape: tuple[int, int, int],
    filters: int,
    kernel: tuple[int, int],
    stride: tuple[int, int],
    padding: str,
) -> tuple[int, int, int]:
    if min(*shape, filters, *kernel, *stride) < 1 or padding not in ("same", "valid"):
        raise ValueError("no such layer")
    h, w = (
        (n - 1) * s + max(k, s) for n, k, s in zip(shape, kernel, stride, strict=False)
    )
    return h, w, filters


def _transposed_small_kernel(
    shape: tuple[int, int, int],
    filters: int,
    kernel: tuple[int, int],
    stride: tuple[int, int],
    padding: str,
) -> tuple[int, int, int]:
    if min(*shape, filters, *kernel, *stride) < 1 or padding not in ("same", "valid"):
        raise ValueError("no such layer")
    sizes = []
    for n, k, s in zip(shape, kernel, stride, strict=False):
        sizes.append(n * s if padding == "same" else (n - 1) * s + k)
    h, w = sizes
    return h, w, filters


def _transposed_pair_reversed(
    shape: tuple[int, int, int],
    filters: int,
    kernel: tuple[int, int],
    stride: tuple[int, int],
    padding: str,
) -> tuple[int, int, int]:
    if min(*shape, filters, *kernel, *stride) < 1 or padding not in ("same", "valid"):
        raise ValueError("no such layer")
    sizes = []
    for n, k, s in zip(shape, kernel[::-1], stride[::-1], strict=False):
        sizes.append(n * s if padding == "same" else (n - 1) * s + max(k, s))
    h, w = sizes
    return h, w, filters


def _transposed_channels_kept(
    shape: tuple[int, int, int],
    filters: int,
    kernel: tuple[int, int],
    stride: tuple[int, int],
    padding: str,
) -> tuple[int, int, int]:
    if min(*shape, filters, *kernel, *stride) < 1 or padding not in ("same", "valid"):
        raise ValueError("no such layer")
    sizes = []
    for n, k, s in zip(shape, kernel, stride, strict=False):
        sizes.append(n * s if padding == "same" else (n - 1) * s + max(k, s))
    h, w = sizes
    return h, w, shape[2]


MISCONCEPTIONS: tuple[Misconception, ...] = (
    Misconception(
        name="conv_same_floor",
        of="convolution_shape",
        hint=(
            "With 'same' the last, incomplete step counts as well: n/s is rounded "
            "up, not down."
        ),
        code=_conv_same_floor,
    ),
    Misconception(
        name="conv_one_forgotten",
        of="convolution_shape",
        hint=(
            "The first position of the kernel is missing in the count: it can "
            "stand at 0, s, 2s, ... up to n - k, ends included."
        ),
        code=_conv_one_forgotten,
    ),
    Misconception(
        name="conv_stride_ignored",
        of="convolution_shape",
        hint="The stride has no part in this size.",
        code=_conv_stride_ignored,
    ),
    Misconception(
        name="conv_channels_kept",
        of="convolution_shape",
        hint=(
            "The channels of the input came out. As many come out as there are filters."
        ),
        code=_conv_channels_kept,
    ),
    Misconception(
        name="transposed_as_convolution",
        of="transposed_shape",
        hint=(
            "This is the size after a convolution, which gets smaller. A "
            "transposed one goes the other way."
        ),
        code=_transposed_as_convolution,
    ),
    Misconception(
        name="transposed_stride_ignored",
        of="transposed_shape",
        hint=(
            "The stride has no part in this size. It says how far apart the "
            "stamps of neighbouring pixels are."
        ),
        code=_transposed_stride_ignored,
    ),
    Misconception(
        name="transposed_padding_ignored",
        of="transposed_shape",
        hint=(
            "This is the canvas that holds all stamps, 'valid'. With 'same' it is "
            "cut to n s, whatever the kernel."
        ),
        code=_transposed_padding_ignored,
    ),
    Misconception(
        name="transposed_small_kernel",
        of="transposed_shape",
        hint=(
            "Right, unless a kernel is smaller than the stride: look at the max "
            "in the table."
        ),
        code=_transposed_small_kernel,
    ),
    Misconception(
        name="transposed_pair_reversed",
        of="transposed_shape",
        hint=(
            "Kernel or stride were read as (horizontal, vertical). The first of "
            "each belongs to h."
        ),
        code=_transposed_pair_reversed,
    ),
    Misconception(
        name="transposed_channels_kept",
        of="transposed_shape",
        hint=(
            "The channels of the input came out. As many come out as there are filters."
        ),
        code=_transposed_channels_kept,
    ),
)
