"""The assignment `convolution` once more, in PyTorch.

Owns a second opinion: each function has the oracle's name and meaning, takes and
returns tensors, is differentiable, and is found by another road than the oracle's
(unfold, fold, padding, counting), so that the two can only agree by being right. Never
imports the oracle and never calls the library's own convolution.

Images are NCHW, kernels (out, in, kh, kw).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import torch
import torch.nn.functional as F
from torch import Tensor

__all__ = [
    "SOBEL_X",
    "SOBEL_Y",
    "box",
    "conv2d",
    "conv2d_backward",
    "conv2d_flipped",
    "conv_parameters",
    "convolution_integral",
    "corr2d",
    "dense_parameters",
    "local_parameters",
    "output_shape",
    "pad2d",
    "polynomial_product",
    "ramp",
    "sobel_edges",
    "toeplitz_matrix",
]

Function: TypeAlias = Callable[[Tensor], Tensor]
Pair: TypeAlias = tuple[int, int]

SOBEL_X = torch.outer(torch.tensor([1.0, 2.0, 1.0]), torch.tensor([-1.0, 0.0, 1.0]))
SOBEL_Y = SOBEL_X.T.clone()


def polynomial_product(alpha: Tensor, beta: Tensor) -> Tensor:
    """Multiply two polynomials: windows of the padded `beta` times `alpha` reversed.

    Args:
        alpha: (m,), lowest power first.
        beta: (n,).

    Returns:
        (m+n-1,).

    Raises:
        ValueError: `alpha` or `beta` is empty.
    """
    _require_coefficients(alpha, beta)
    margin = len(alpha) - 1
    windows = F.pad(beta, (margin, margin)).unfold(0, len(alpha), 1)  # (m+n-1, m)
    return windows @ alpha.flip(0)


def toeplitz_matrix(alpha: Tensor, n: int) -> Tensor:
    """Stack `n` copies of `alpha`, each pushed one place further down.

    Args:
        alpha: (m,).
        n: Number of columns.

    Returns:
        (m+n-1, n).

    Raises:
        ValueError: `alpha` is empty or `n` is less than 1.
    """
    _require_coefficients(alpha)
    if n < 1:
        raise ValueError(f"n must be at least 1, got {n}")
    columns = [F.pad(alpha, (j, n - 1 - j)) for j in range(n)]
    return torch.stack(columns, dim=1)  # (m+n-1, n)


def _require_coefficients(*polynomials: Tensor) -> None:
    if any(len(polynomial) == 0 for polynomial in polynomials):
        raise ValueError("a polynomial needs at least one coefficient")


def box(x: Tensor) -> Tensor:
    """Return 1 on the closed interval [-1, 1] and 0 elsewhere, elementwise."""
    return (x.abs() <= 1).to(x.dtype)


def ramp(x: Tensor) -> Tensor:
    """Fall from 1 at -1 to 0 at 1, and give 0 outside [-1, 1], elementwise."""
    return box(x) * (1 - x) / 2


def convolution_integral(f: Function, g: Function, t: Tensor, a: Tensor) -> Tensor:
    """Approximate the convolution of two functions by a matrix-vector product.

    Args:
        f: Elementwise function.
        g: Elementwise function; the one that is reversed and shifted.
        t: (points,).
        a: (samples,); evenly spaced and ascending, two at least.

    Returns:
        (points,).
    """
    reversed_and_shifted = g(t.unsqueeze(1) - a)  # (points, samples)
    return reversed_and_shifted @ f(a) * (a[1] - a[0])


def corr2d(x: Tensor, k: Tensor) -> Tensor:
    """Cross-correlate one image with one kernel.

    Args:
        x: (h, w).
        k: (kh, kw).

    Returns:
        (h-kh+1, w-kw+1).

    Raises:
        ValueError: The kernel is larger than the image on either axis.
    """
    return conv2d(x[None, None], k[None, None])[0, 0]


def conv2d_flipped(x: Tensor, k: Tensor) -> Tensor:
    """Convolve one image with one kernel where the kernel fits the image.

    Args:
        x: (h, w).
        k: (kh, kw).

    Returns:
        (h-kh+1, w-kw+1).

    Raises:
        ValueError: The kernel is larger than the image on either axis.
    """
    return corr2d(x, k.rot90(2))


def output_shape(
    size: Pair, kernel: Pair, padding: Pair = (0, 0), stride: Pair = (1, 1)
) -> Pair:
    """Count the windows that a tensor of that size really unfolds into.

    Args:
        size: (h, w).
        kernel: (kh, kw).
        padding: (ph, pw) on each side.
        stride: (sh, sw).

    Returns:
        (oh, ow).

    Raises:
        ValueError: Stride or kernel below 1, padding below 0, or a kernel larger than
            the padded image.
    """
    (h, w), (kh, kw), (ph, pw), (sh, sw) = size, kernel, padding, stride
    if min(sh, sw, kh, kw) < 1 or min(ph, pw) < 0:
        raise ValueError(f"invalid layer: {kernel=}, {padding=}, {stride=}")
    if kh > h + 2 * ph or kw > w + 2 * pw:
        raise ValueError(f"the kernel is larger than the image: {kernel=}, {size=}")
    padded = torch.empty(h + 2 * ph, w + 2 * pw, device="meta")
    windows = padded.unfold(0, kh, sh).unfold(1, kw, sw)  # (oh, ow, kh, kw)
    return windows.shape[0], windows.shape[1]


def pad2d(x: Tensor, padding: Pair) -> Tensor:
    """Frame the last two axes with zeros.

    Args:
        x: (..., h, w).
        padding: (ph, pw).

    Returns:
        (..., h+2*ph, w+2*pw).

    Raises:
        ValueError: A padding is negative.
    """
    ph, pw = padding
    if min(ph, pw) < 0:
        raise ValueError(f"padding must not be negative, got {padding}")
    return F.pad(x, (pw, pw, ph, ph))


def conv2d(
    x: Tensor,
    w: Tensor,
    b: Tensor | None = None,
    stride: Pair = (1, 1),
    padding: Pair = (0, 0),
) -> Tensor:
    """Apply a convolutional layer as one matrix product over unfolded windows.

    Args:
        x: (batch, in, h, w).
        w: (out, in, kh, kw).
        b: (out,), or None for no bias.
        stride: (sh, sw).
        padding: (ph, pw), zeros.

    Returns:
        (batch, out, oh, ow).

    Raises:
        ValueError: The channels of `x` and `w` differ, a kernel is larger than the
            padded image, stride below 1, or padding below 0.

    References:
        Chellapilla et al. 2006, "High performance convolutional neural networks".
    """
    oh, ow = _require_layer(x, w, stride, padding)
    columns = F.unfold(x, w.shape[2:], padding=padding, stride=stride)
    out = w.flatten(1) @ columns  # (batch, out, oh*ow)
    out = out.unflatten(2, (oh, ow))  # (batch, out, oh, ow)
    return out if b is None else out + b[:, None, None]


def conv2d_backward(
    dout: Tensor,
    x: Tensor,
    w: Tensor,
    stride: Pair = (1, 1),
    padding: Pair = (0, 0),
) -> tuple[Tensor, Tensor, Tensor]:
    """Carry the gradient back by folding what `conv2d` unfolded.

    Args:
        dout: (batch, out, oh, ow).
        x: (batch, in, h, w).
        w: (out, in, kh, kw).
        stride: (sh, sw).
        padding: (ph, pw).

    Returns:
        dx like `x`, dw like `w`, and db (out,).

    Raises:
        ValueError: As `conv2d`.
    """
    _require_layer(x, w, stride, padding)
    kernel = w.shape[2:]
    columns = F.unfold(x, kernel, padding=padding, stride=stride)
    flat = dout.flatten(2)  # (batch, out, oh*ow)
    dcolumns = w.flatten(1).T @ flat  # (batch, in*kh*kw, oh*ow)
    dx = F.fold(dcolumns, x.shape[2:], kernel, padding=padding, stride=stride)
    dw = (flat @ columns.mT).sum(dim=0).view_as(w)  # (out, in, kh, kw)
    return dx, dw, flat.sum(dim=(0, 2))


def _require_layer(x: Tensor, w: Tensor, stride: Pair, padding: Pair) -> Pair:
    if x.shape[1] != w.shape[1]:
        raise ValueError(f"channels differ: x has {x.shape[1]}, w has {w.shape[1]}")
    size, kernel = (x.shape[2], x.shape[3]), (w.shape[2], w.shape[3])
    return output_shape(size, kernel, padding, stride)


def conv_parameters(
    in_channels: int, out_channels: int, kernel: Pair, bias: bool = True
) -> int:
    """Count the parameters of the library's own layer, built without memory.

    Args:
        in_channels: Channels of the input.
        out_channels: Channels of the output.
        kernel: (kh, kw).
        bias: Whether the layer has a bias.

    Returns:
        The number of weights and biases.
    """
    return _learned(
        torch.nn.Conv2d(in_channels, out_channels, kernel, bias=bias, device="meta")
    )


def dense_parameters(inputs: int, outputs: int, bias: bool = True) -> int:
    """Count the parameters of the library's own layer, built without memory.

    Args:
        inputs: Numbers that go in.
        outputs: Numbers that come out.
        bias: Whether the layer has a bias.

    Returns:
        The number of weights and biases.
    """
    return _learned(torch.nn.Linear(inputs, outputs, bias=bias, device="meta"))


def _learned(layer: torch.nn.Module) -> int:
    return sum(int(parameter.numel()) for parameter in layer.parameters())


def local_parameters(delta: int) -> int:
    """Count the pairs of offsets from -delta to delta-1.

    Args:
        delta: How far the kernel looks.

    Returns:
        The number of weights in the shared kernel.
    """
    offsets = torch.arange(-delta, delta, device="meta")
    return int(offsets.numel()) ** 2


def sobel_edges(image: Tensor) -> Tensor:
    """Measure how steeply the grey values change at each pixel.

    Args:
        image: (h, w).

    Returns:
        (h-2, w-2).

    Raises:
        ValueError: The image is smaller than 3 x 3.
    """
    gx, gy = (corr2d(image, kernel.to(image)) for kernel in (SOBEL_X, SOBEL_Y))
    return torch.stack([gx, gy]).norm(dim=0)
