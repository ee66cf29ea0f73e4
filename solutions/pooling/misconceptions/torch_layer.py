"""Wrong answers to maximum pooling in PyTorch: `max_pool2d_torch`.

`result` computes the same in numpy, in the process that has no framework. Those that
show by their framework, device or broken graph have none.
"""

from typing import TYPE_CHECKING

import numpy as np

from autograder.checks import Misconception

from ..oracle import max_pool2d
from .maxima import (
    _max_pads_with_zero,
    _max_stride_of_height,
    _max_stride_one_by_default,
)

if TYPE_CHECKING:
    import torch

__all__ = ["MISCONCEPTIONS"]


def _torch_pads_with_zero(
    x: "torch.Tensor",
    size: tuple[int, int],
    stride: tuple[int, int] | None = None,
    padding: tuple[int, int] = (0, 0),
) -> "torch.Tensor":
    import torch

    (kh, kw), (sh, sw), (ph, pw) = size, stride or size, padding
    x = torch.nn.functional.pad(x, (pw, pw, ph, ph))
    windows = x.unfold(2, kh, sh).unfold(3, kw, sw)
    return windows.amax(dim=(4, 5))


def _torch_stride_one_by_default(
    x: "torch.Tensor",
    size: tuple[int, int],
    stride: tuple[int, int] | None = None,
    padding: tuple[int, int] = (0, 0),
) -> "torch.Tensor":
    import torch

    (kh, kw), (sh, sw), (ph, pw) = size, stride or (1, 1), padding
    x = torch.nn.functional.pad(x, (pw, pw, ph, ph), value=-torch.inf)
    windows = x.unfold(2, kh, sh).unfold(3, kw, sw)
    return windows.amax(dim=(4, 5))


def _torch_stride_of_height(
    x: "torch.Tensor",
    size: tuple[int, int],
    stride: tuple[int, int] | None = None,
    padding: tuple[int, int] = (0, 0),
) -> "torch.Tensor":
    import torch

    (kh, kw), (sh, _), (ph, pw) = size, stride or size, padding
    x = torch.nn.functional.pad(x, (pw, pw, ph, ph), value=-torch.inf)
    windows = x.unfold(2, kh, sh).unfold(3, kw, sh)
    return windows.amax(dim=(4, 5))


def _torch_paddings_swapped(
    x: "torch.Tensor",
    size: tuple[int, int],
    stride: tuple[int, int] | None = None,
    padding: tuple[int, int] = (0, 0),
) -> "torch.Tensor":
    import torch

    (kh, kw), (sh, sw), (ph, pw) = size, stride or size, padding
    x = torch.nn.functional.pad(x, (ph, ph, pw, pw), value=-torch.inf)
    windows = x.unfold(2, kh, sh).unfold(3, kw, sw)
    return windows.amax(dim=(4, 5))


def _torch_channels_mixed(
    x: "torch.Tensor",
    size: tuple[int, int],
    stride: tuple[int, int] | None = None,
    padding: tuple[int, int] = (0, 0),
) -> "torch.Tensor":
    import torch

    (kh, kw), (sh, sw), (ph, pw) = size, stride or size, padding
    x = torch.nn.functional.pad(x, (pw, pw, ph, ph), value=-torch.inf)
    oh, ow = (x.shape[2] - kh) // sh + 1, (x.shape[3] - kw) // sw + 1
    columns = torch.nn.functional.unfold(x, (kh, kw), stride=(sh, sw))
    return columns.view(len(x), kh * kw, x.shape[1], oh, ow).amax(dim=1)


def _torch_loses_dtype(
    x: "torch.Tensor",
    size: tuple[int, int],
    stride: tuple[int, int] | None = None,
    padding: tuple[int, int] = (0, 0),
) -> "torch.Tensor":
    import torch

    (kh, kw), (sh, sw), (ph, pw) = size, stride or size, padding
    x = torch.nn.functional.pad(x, (pw, pw, ph, ph), value=-torch.inf)
    windows = x.unfold(2, kh, sh).unfold(3, kw, sw)
    return windows.float().amax(dim=(4, 5))


def _torch_not_a_tensor(
    x: "torch.Tensor",
    size: tuple[int, int],
    stride: tuple[int, int] | None = None,
    padding: tuple[int, int] = (0, 0),
) -> "torch.Tensor":
    return max_pool2d(x.detach().cpu().numpy(), size, stride, padding)


def _torch_breaks_autograd(
    x: "torch.Tensor",
    size: tuple[int, int],
    stride: tuple[int, int] | None = None,
    padding: tuple[int, int] = (0, 0),
) -> "torch.Tensor":
    import torch

    out = max_pool2d(x.detach().cpu().numpy(), size, stride, padding)
    return torch.from_numpy(out).to(x.device)


def _torch_result_on_cpu(
    x: "torch.Tensor",
    size: tuple[int, int],
    stride: tuple[int, int] | None = None,
    padding: tuple[int, int] = (0, 0),
) -> "torch.Tensor":
    import torch

    (kh, kw), (sh, sw), (ph, pw) = size, stride or size, padding
    x = torch.nn.functional.pad(x, (pw, pw, ph, ph), value=-torch.inf)
    windows = x.unfold(2, kh, sh).unfold(3, kw, sw)
    return windows.amax(dim=(4, 5)).cpu()


# the same results in numpy


def _paddings_swapped(
    x: np.ndarray,
    size: tuple[int, int],
    stride: tuple[int, int] | None = None,
    padding: tuple[int, int] = (0, 0),
) -> np.ndarray:
    ph, pw = padding
    frame = ((0, 0), (0, 0), (pw, pw), (ph, ph))
    x = np.pad(x, frame, constant_values=-np.inf)
    return max_pool2d(x, size, stride)


def _channels_mixed(
    x: np.ndarray,
    size: tuple[int, int],
    stride: tuple[int, int] | None = None,
    padding: tuple[int, int] = (0, 0),
) -> np.ndarray:
    (kh, kw), (sh, sw), (ph, pw) = size, stride or size, padding
    frame = ((0, 0), (0, 0), (ph, ph), (pw, pw))
    x = np.pad(x, frame, constant_values=-np.inf)
    windows = np.lib.stride_tricks.sliding_window_view(x, (kh, kw), (2, 3))
    windows = windows[:, :, ::sh, ::sw]  # (batch, channels, oh, ow, kh, kw)
    batch, channels, oh, ow = windows.shape[:4]
    columns = windows.transpose(0, 1, 4, 5, 2, 3)
    return np.asarray(columns.reshape(batch, kh * kw, channels, oh, ow).max(axis=1))


def _in_single(
    x: np.ndarray,
    size: tuple[int, int],
    stride: tuple[int, int] | None = None,
    padding: tuple[int, int] = (0, 0),
) -> np.ndarray:
    return max_pool2d(x, size, stride, padding).astype(np.float32)


MISCONCEPTIONS: tuple[Misconception, ...] = (
    Misconception(
        name="torch_pads_with_zero",
        of="max_pool2d_torch",
        hint=(
            "The frame was made of zeros, which beat negative pixels. Both pad and "
            "unfold take zeros unless they are told otherwise."
        ),
        code=_torch_pads_with_zero,
        result=_max_pads_with_zero,
    ),
    Misconception(
        name="torch_stride_one_by_default",
        of="max_pool2d_torch",
        hint=(
            "Without a stride the window moved by one pixel at a time. What does None "
            "stand for in this notebook?"
        ),
        code=_torch_stride_one_by_default,
        result=_max_stride_one_by_default,
    ),
    Misconception(
        name="torch_stride_of_height",
        of="max_pool2d_torch",
        hint=("The vertical stride was used for both axes. Each axis has its own."),
        code=_torch_stride_of_height,
        result=_max_stride_of_height,
    ),
    Misconception(
        name="torch_paddings_swapped",
        of="max_pool2d_torch",
        hint=(
            "The two paddings are exchanged. torch's pad counts the axes from the "
            "last one: which pair does it want first?"
        ),
        code=_torch_paddings_swapped,
        result=_paddings_swapped,
    ),
    Misconception(
        name="torch_channels_mixed",
        of="max_pool2d_torch",
        hint=(
            "Maxima were taken over pixels of different channels: the rows of unfold "
            "were split the wrong way round. What runs faster in them, the channel or "
            "the place in the window?"
        ),
        code=_torch_channels_mixed,
        result=_channels_mixed,
    ),
    Misconception(
        name="torch_loses_dtype",
        of="max_pool2d_torch",
        hint=(
            "float64 images gave a float32 result. Keep the dtype of x in all that "
            "you create or convert."
        ),
        code=_torch_loses_dtype,
        result=_in_single,
    ),
    Misconception(
        name="torch_not_a_tensor",
        of="max_pool2d_torch",
        hint=(
            "What comes back is no PyTorch tensor, so no gradient can flow through "
            "it. Stay in the library from x to the result."
        ),
        code=_torch_not_a_tensor,
        result=None,
        sign="framework",
    ),
    Misconception(
        name="torch_breaks_autograd",
        of="max_pool2d_torch",
        hint=(
            "The values are right, but PyTorch has lost track of how they were made. "
            "Look for detach(), data, item() or a detour through numpy on the way "
            "from x to the result."
        ),
        code=_torch_breaks_autograd,
        result=None,
        sign="broken_graph",
    ),
    Misconception(
        name="torch_result_on_cpu",
        of="max_pool2d_torch",
        hint=(
            "The result lies on the CPU, whatever the device of x. Create and keep "
            "everything where x is."
        ),
        code=_torch_result_on_cpu,
        result=None,
        sign="device",
    ),
)
