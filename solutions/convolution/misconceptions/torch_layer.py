"""Wrong answers to the layer in PyTorch: `conv2d_torch`.

`result` computes the same in numpy, in the process that has no framework. Those that
show by their framework, device or broken graph have none.
"""

from typing import TYPE_CHECKING

import numpy as np

from autograder.checks import Misconception

from ..oracle import conv2d
from .layer_geometry import (
    _conv_height_and_width_swapped,
    _conv_padding_ignored,
    _conv_paddings_swapped,
    _conv_same_padding,
    _conv_stride_ignored,
    _conv_stride_of_height,
)
from .layer_values import (
    _conv_bias_along_width,
    _conv_bias_missing,
    _conv_flipped_kernel,
)

if TYPE_CHECKING:
    import torch

__all__ = ["MISCONCEPTIONS"]

Pair = tuple[int, int]


def _torch_bias_missing(
    x: "torch.Tensor",
    w: "torch.Tensor",
    b: "torch.Tensor | None" = None,
    stride: tuple[int, int] = (1, 1),
    padding: tuple[int, int] = (0, 0),
) -> "torch.Tensor":
    import torch

    (sh, sw), (ph, pw), (kh, kw) = stride, padding, w.shape[2:]
    x = torch.nn.functional.pad(x, (pw, pw, ph, ph))
    windows = x.unfold(2, kh, sh).unfold(3, kw, sw)
    return torch.einsum("nchwij,ocij->nohw", windows, w)


def _torch_bias_along_width(
    x: "torch.Tensor",
    w: "torch.Tensor",
    b: "torch.Tensor | None" = None,
    stride: tuple[int, int] = (1, 1),
    padding: tuple[int, int] = (0, 0),
) -> "torch.Tensor":
    import torch

    (sh, sw), (ph, pw), (kh, kw) = stride, padding, w.shape[2:]
    x = torch.nn.functional.pad(x, (pw, pw, ph, ph))
    windows = x.unfold(2, kh, sh).unfold(3, kw, sw)
    out = torch.einsum("nchwij,ocij->nohw", windows, w)
    return out if b is None else out + b


def _torch_flipped_kernel(
    x: "torch.Tensor",
    w: "torch.Tensor",
    b: "torch.Tensor | None" = None,
    stride: tuple[int, int] = (1, 1),
    padding: tuple[int, int] = (0, 0),
) -> "torch.Tensor":
    import torch

    (sh, sw), (ph, pw), (kh, kw) = stride, padding, w.shape[2:]
    x = torch.nn.functional.pad(x, (pw, pw, ph, ph))
    windows = x.unfold(2, kh, sh).unfold(3, kw, sw)
    out = torch.einsum("nchwij,ocij->nohw", windows, w.flip(2, 3))
    return out if b is None else out + b[:, None, None]


def _torch_padding_ignored(
    x: "torch.Tensor",
    w: "torch.Tensor",
    b: "torch.Tensor | None" = None,
    stride: tuple[int, int] = (1, 1),
    padding: tuple[int, int] = (0, 0),
) -> "torch.Tensor":
    import torch

    (sh, sw), (kh, kw) = stride, w.shape[2:]
    windows = x.unfold(2, kh, sh).unfold(3, kw, sw)
    out = torch.einsum("nchwij,ocij->nohw", windows, w)
    return out if b is None else out + b[:, None, None]


def _torch_same_padding(
    x: "torch.Tensor",
    w: "torch.Tensor",
    b: "torch.Tensor | None" = None,
    stride: tuple[int, int] = (1, 1),
    padding: tuple[int, int] = (0, 0),
) -> "torch.Tensor":
    import torch

    (sh, sw), (kh, kw) = stride, w.shape[2:]
    x = torch.nn.functional.pad(x, (kw // 2, kw // 2, kh // 2, kh // 2))
    windows = x.unfold(2, kh, sh).unfold(3, kw, sw)
    out = torch.einsum("nchwij,ocij->nohw", windows, w)
    return out if b is None else out + b[:, None, None]


def _torch_paddings_swapped(
    x: "torch.Tensor",
    w: "torch.Tensor",
    b: "torch.Tensor | None" = None,
    stride: tuple[int, int] = (1, 1),
    padding: tuple[int, int] = (0, 0),
) -> "torch.Tensor":
    import torch

    (sh, sw), (ph, pw), (kh, kw) = stride, padding, w.shape[2:]
    x = torch.nn.functional.pad(x, (ph, ph, pw, pw))
    windows = x.unfold(2, kh, sh).unfold(3, kw, sw)
    out = torch.einsum("nchwij,ocij->nohw", windows, w)
    return out if b is None else out + b[:, None, None]


def _torch_stride_of_height(
    x: "torch.Tensor",
    w: "torch.Tensor",
    b: "torch.Tensor | None" = None,
    stride: tuple[int, int] = (1, 1),
    padding: tuple[int, int] = (0, 0),
) -> "torch.Tensor":
    import torch

    (ph, pw), (kh, kw) = padding, w.shape[2:]
    sh = sw = stride[0]
    x = torch.nn.functional.pad(x, (pw, pw, ph, ph))
    windows = x.unfold(2, kh, sh).unfold(3, kw, sw)
    out = torch.einsum("nchwij,ocij->nohw", windows, w)
    return out if b is None else out + b[:, None, None]


def _torch_stride_ignored(
    x: "torch.Tensor",
    w: "torch.Tensor",
    b: "torch.Tensor | None" = None,
    stride: tuple[int, int] = (1, 1),
    padding: tuple[int, int] = (0, 0),
) -> "torch.Tensor":
    import torch

    (ph, pw), (kh, kw) = padding, w.shape[2:]
    x = torch.nn.functional.pad(x, (pw, pw, ph, ph))
    windows = x.unfold(2, kh, 1).unfold(3, kw, 1)
    out = torch.einsum("nchwij,ocij->nohw", windows, w)
    return out if b is None else out + b[:, None, None]


def _torch_channels_last(
    x: "torch.Tensor",
    w: "torch.Tensor",
    b: "torch.Tensor | None" = None,
    stride: tuple[int, int] = (1, 1),
    padding: tuple[int, int] = (0, 0),
) -> "torch.Tensor":
    import torch

    (sh, sw), (ph, pw), (kh, kw) = stride, padding, w.shape[2:]
    x = torch.nn.functional.pad(x, (pw, pw, ph, ph))
    windows = x.unfold(2, kh, sh).unfold(3, kw, sw)
    out = torch.einsum("nchwij,ocij->nohw", windows, w)
    out = out if b is None else out + b[:, None, None]
    return out.permute(0, 2, 3, 1)


def _torch_height_and_width_swapped(
    x: "torch.Tensor",
    w: "torch.Tensor",
    b: "torch.Tensor | None" = None,
    stride: tuple[int, int] = (1, 1),
    padding: tuple[int, int] = (0, 0),
) -> "torch.Tensor":
    import torch

    (sh, sw), (ph, pw), (kh, kw) = stride, padding, w.shape[2:]
    x = torch.nn.functional.pad(x, (pw, pw, ph, ph))
    windows = x.unfold(2, kh, sh).unfold(3, kw, sw)
    out = torch.einsum("nchwij,ocij->nowh", windows, w)
    return out if b is None else out + b[:, None, None]


def _torch_places_reshaped(
    x: "torch.Tensor",
    w: "torch.Tensor",
    b: "torch.Tensor | None" = None,
    stride: tuple[int, int] = (1, 1),
    padding: tuple[int, int] = (0, 0),
) -> "torch.Tensor":
    import torch

    (sh, sw), (ph, pw), (kh, kw) = stride, padding, w.shape[2:]
    x = torch.nn.functional.pad(x, (pw, pw, ph, ph))
    windows = x.unfold(2, kh, sh).unfold(3, kw, sw)
    out = torch.einsum("nchwij,ocij->nhwo", windows, w)
    out = out.reshape(len(x), len(w), out.shape[1], out.shape[2])
    return out if b is None else out + b[:, None, None]


def _torch_kernels_reshaped(
    x: "torch.Tensor",
    w: "torch.Tensor",
    b: "torch.Tensor | None" = None,
    stride: tuple[int, int] = (1, 1),
    padding: tuple[int, int] = (0, 0),
) -> "torch.Tensor":
    import torch

    (sh, sw), (ph, pw), (kh, kw) = stride, padding, w.shape[2:]
    x = torch.nn.functional.pad(x, (pw, pw, ph, ph))
    columns = torch.nn.functional.unfold(x, (kh, kw), stride=(sh, sw))
    weights = w.reshape(-1, len(w)).T
    oh, ow = (x.shape[2] - kh) // sh + 1, (x.shape[3] - kw) // sw + 1
    out = (weights @ columns).reshape(len(x), len(w), oh, ow)
    return out if b is None else out + b[:, None, None]


def _torch_loses_dtype(
    x: "torch.Tensor",
    w: "torch.Tensor",
    b: "torch.Tensor | None" = None,
    stride: tuple[int, int] = (1, 1),
    padding: tuple[int, int] = (0, 0),
) -> "torch.Tensor":
    import torch

    (sh, sw), (ph, pw), (kh, kw) = stride, padding, w.shape[2:]
    x = torch.nn.functional.pad(x, (pw, pw, ph, ph))
    windows = x.unfold(2, kh, sh).unfold(3, kw, sw)
    out = torch.einsum("nchwij,ocij->nohw", windows.float(), w.float())
    return out if b is None else out + b.float()[:, None, None]


def _torch_not_a_tensor(
    x: "torch.Tensor",
    w: "torch.Tensor",
    b: "torch.Tensor | None" = None,
    stride: tuple[int, int] = (1, 1),
    padding: tuple[int, int] = (0, 0),
) -> "torch.Tensor":
    return conv2d(
        x.detach().cpu().numpy(),
        w.detach().cpu().numpy(),
        None if b is None else b.detach().cpu().numpy(),
        stride,
        padding,
    )


def _torch_breaks_autograd(
    x: "torch.Tensor",
    w: "torch.Tensor",
    b: "torch.Tensor | None" = None,
    stride: tuple[int, int] = (1, 1),
    padding: tuple[int, int] = (0, 0),
) -> "torch.Tensor":
    import torch

    out = conv2d(
        x.detach().cpu().numpy(),
        w.detach().cpu().numpy(),
        None if b is None else b.detach().cpu().numpy(),
        stride,
        padding,
    )
    return torch.from_numpy(out).to(x.device)


def _torch_result_on_cpu(
    x: "torch.Tensor",
    w: "torch.Tensor",
    b: "torch.Tensor | None" = None,
    stride: tuple[int, int] = (1, 1),
    padding: tuple[int, int] = (0, 0),
) -> "torch.Tensor":
    import torch

    (sh, sw), (ph, pw), (kh, kw) = stride, padding, w.shape[2:]
    x = torch.nn.functional.pad(x, (pw, pw, ph, ph))
    windows = x.unfold(2, kh, sh).unfold(3, kw, sw)
    out = torch.einsum("nchwij,ocij->nohw", windows, w)
    out = out if b is None else out + b[:, None, None]
    return out.cpu()


# the same results in numpy


def _channels_last(
    x: np.ndarray,
    w: np.ndarray,
    b: np.ndarray | None = None,
    stride: Pair = (1, 1),
    padding: Pair = (0, 0),
) -> np.ndarray:
    return np.moveaxis(conv2d(x, w, b, stride, padding), 1, -1)


def _places_reshaped(
    x: np.ndarray,
    w: np.ndarray,
    b: np.ndarray | None = None,
    stride: Pair = (1, 1),
    padding: Pair = (0, 0),
) -> np.ndarray:
    out = conv2d(x, w, None, stride, padding)
    out = np.moveaxis(out, 1, -1).reshape(out.shape)
    return out if b is None else out + b[:, None, None]


def _kernels_reshaped(
    x: np.ndarray,
    w: np.ndarray,
    b: np.ndarray | None = None,
    stride: Pair = (1, 1),
    padding: Pair = (0, 0),
) -> np.ndarray:
    mixed = w.reshape(-1, len(w)).T.reshape(w.shape)
    return conv2d(x, mixed, b, stride, padding)


def _in_single(
    x: np.ndarray,
    w: np.ndarray,
    b: np.ndarray | None = None,
    stride: Pair = (1, 1),
    padding: Pair = (0, 0),
) -> np.ndarray:
    return conv2d(x, w, b, stride, padding).astype(np.float32)


MISCONCEPTIONS: tuple[Misconception, ...] = (
    Misconception(
        name="torch_bias_missing",
        of="conv2d_torch",
        hint=("The bias was never added. Everything else is right."),
        code=_torch_bias_missing,
        result=_conv_bias_missing,
    ),
    Misconception(
        name="torch_bias_along_width",
        of="conv2d_torch",
        hint=(
            "The bias was spread along the width: torch lines up the last axes. Which "
            "axis of the result do the output channels lie on?"
        ),
        code=_torch_bias_along_width,
        result=_conv_bias_along_width,
    ),
    Misconception(
        name="torch_flipped_kernel",
        of="conv2d_torch",
        hint=(
            "The kernels were turned around. This layer lays them on the image as "
            "they are."
        ),
        code=_torch_flipped_kernel,
        result=_conv_flipped_kernel,
    ),
    Misconception(
        name="torch_padding_ignored",
        of="conv2d_torch",
        hint=("The padding plays no part in this result."),
        code=_torch_padding_ignored,
        result=_conv_padding_ignored,
    ),
    Misconception(
        name="torch_same_padding",
        of="conv2d_torch",
        hint=(
            "The image was padded by half a kernel, whatever the argument says. Use "
            "the padding that is given."
        ),
        code=_torch_same_padding,
        result=_conv_same_padding,
    ),
    Misconception(
        name="torch_paddings_swapped",
        of="conv2d_torch",
        hint=(
            "The two paddings are exchanged. torch's pad counts the axes from the "
            "last one: which pair does it want first?"
        ),
        code=_torch_paddings_swapped,
        result=_conv_paddings_swapped,
    ),
    Misconception(
        name="torch_stride_of_height",
        of="conv2d_torch",
        hint=("The vertical stride was used for both axes. Each axis has its own."),
        code=_torch_stride_of_height,
        result=_conv_stride_of_height,
    ),
    Misconception(
        name="torch_stride_ignored",
        of="conv2d_torch",
        hint=(
            "The stride plays no part in this result: the kernel moved by one pixel "
            "at a time."
        ),
        code=_torch_stride_ignored,
        result=_conv_stride_ignored,
    ),
    Misconception(
        name="torch_channels_last",
        of="conv2d_torch",
        hint=(
            "The channels come last in this result, as in TensorFlow. In PyTorch they "
            "follow the batch."
        ),
        code=_torch_channels_last,
        result=_channels_last,
    ),
    Misconception(
        name="torch_height_and_width_swapped",
        of="conv2d_torch",
        hint=("Height and width of the result are exchanged. Height comes first."),
        code=_torch_height_and_width_swapped,
        result=_conv_height_and_width_swapped,
    ),
    Misconception(
        name="torch_places_reshaped",
        of="conv2d_torch",
        hint=(
            "The shape is right, but the numbers are in the wrong places: a reshape "
            "does not move axes, it reads the numbers in their old order."
        ),
        code=_torch_places_reshaped,
        result=_places_reshaped,
    ),
    Misconception(
        name="torch_kernels_reshaped",
        of="conv2d_torch",
        hint=(
            "The weights of the filters are mixed up: w was reshaped so that one row "
            "holds pieces of several filters. On which axis of w do the filters lie?"
        ),
        code=_torch_kernels_reshaped,
        result=_kernels_reshaped,
    ),
    Misconception(
        name="torch_loses_dtype",
        of="conv2d_torch",
        hint=(
            "float64 images gave a float32 result. Keep the dtype of x in all that "
            "you create or convert."
        ),
        code=_torch_loses_dtype,
        result=_in_single,
    ),
    Misconception(
        name="torch_not_a_tensor",
        of="conv2d_torch",
        hint=(
            "What comes back is no PyTorch tensor, so no gradient can flow "
            "through it. Stay in the library from x to the result: no numpy() on "
            "the way, and no path without a return."
        ),
        code=_torch_not_a_tensor,
        result=None,
        sign="framework",
    ),
    Misconception(
        name="torch_breaks_autograd",
        of="conv2d_torch",
        hint=(
            "The values are right, but the result has forgotten how it was made. Look "
            "for detach, numpy, item, .data or torch.tensor(...) on the way from x to "
            "the result."
        ),
        code=_torch_breaks_autograd,
        result=None,
        sign="broken_graph",
    ),
    Misconception(
        name="torch_result_on_cpu",
        of="conv2d_torch",
        hint=(
            "The result lies on the CPU, whatever the device of x. Create and keep "
            "everything where x is."
        ),
        code=_torch_result_on_cpu,
        result=None,
        sign="device",
    ),
)
