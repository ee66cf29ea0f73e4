"""The reference answers of the assignment `convolution`, in numpy.

Owns what is right: values, shapes, dtypes and refusals of every exercise, and the
vector-Jacobian products by which gradients through student code are judged. Every
result has the dtype of its inputs, so the oracle at float32 against itself at float64
measures rounding. No input is modified. Never imports torch or TensorFlow.

Notation (Dumoulin & Visin 2016): a kernel of (kh, kw) slides over an image of (h, w)
padded by (ph, pw) zeros on every side, in steps of (sh, sw), and gives (oh, ow).
Images are NCHW but in the functions called `nhwc`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

__all__ = [
    "SOBEL_X",
    "SOBEL_Y",
    "box",
    "conv2d",
    "conv2d_backward",
    "conv2d_flipped",
    "conv2d_nhwc",
    "conv2d_nhwc_vjp",
    "conv2d_vjp",
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

Array: TypeAlias = npt.NDArray[Any]
Function: TypeAlias = Callable[[Array], Array]
Pair: TypeAlias = tuple[int, int]

SOBEL_X: Array = np.array([[-1.0, 0.0, 1.0], [-2.0, 0.0, 2.0], [-1.0, 0.0, 1.0]])
SOBEL_Y: Array = SOBEL_X.T.copy()


# --- one dimension -----------------------------------------------------------------


def polynomial_product(alpha: Array, beta: Array) -> Array:
    """Multiply two polynomials given by their coefficients, lowest power first.

    Args:
        alpha: (m,).
        beta: (n,).

    Returns:
        (m+n-1,); delta_l is the sum of alpha_i * beta_j over i + j = l.

    Raises:
        ValueError: `alpha` or `beta` is empty.

    References:
        Lecture 004, "Efficient Polynomial Multiplication".
    """
    alpha, beta = np.asarray(alpha), np.asarray(beta)
    if alpha.size == 0 or beta.size == 0:
        raise ValueError("a polynomial needs at least one coefficient")
    delta = np.zeros(alpha.size + beta.size - 1, np.result_type(alpha, beta))
    for power, coefficient in enumerate(alpha):
        delta[power : power + beta.size] += coefficient * beta
    return delta


def toeplitz_matrix(alpha: Array, n: int) -> Array:
    """Write "convolve with `alpha`" as a matrix for vectors of length `n`.

    Args:
        alpha: (m,).
        n: Length of the vectors that the matrix will multiply.

    Returns:
        (m+n-1, n); row l, column j holds alpha_(l-j), zero where there is none.

    Raises:
        ValueError: `alpha` is empty or `n` is less than 1.

    References:
        Lecture 004, "A more efficient way of coding the above Convolution".
    """
    alpha = np.asarray(alpha)
    if alpha.size == 0:
        raise ValueError("alpha needs at least one coefficient")
    if n < 1:
        raise ValueError(f"n must be at least 1, got {n}")
    index = np.arange(alpha.size + n - 1)[:, None] - np.arange(n)  # (m+n-1, n)
    inside = (index >= 0) & (index < alpha.size)
    entries = alpha[np.clip(index, 0, alpha.size - 1)]
    return np.where(inside, entries, np.zeros((), alpha.dtype))


def box(x: npt.ArrayLike) -> Array:
    """Return 1 on the closed interval [-1, 1] and 0 elsewhere, elementwise.

    References:
        Lecture 003, "The mathematical convolution", f.
    """
    x = _floating(x)
    return (np.abs(x) <= 1).astype(x.dtype)


def ramp(x: npt.ArrayLike) -> Array:
    """Fall from 1 at -1 to 0 at 1, and give 0 outside [-1, 1], elementwise.

    References:
        Lecture 003, "The mathematical convolution", g.
    """
    x = _floating(x)
    return np.where(np.abs(x) <= 1, 1 - (x + 1) / 2, np.zeros((), x.dtype))


def _floating(x: npt.ArrayLike) -> Array:
    values = np.asarray(x)
    floating = np.issubdtype(values.dtype, np.floating)
    return values if floating else values.astype(np.float64)


def convolution_integral(f: Function, g: Function, t: Array, a: Array) -> Array:
    """Approximate the convolution of two functions by a Riemann sum.

    Args:
        f: Elementwise function.
        g: Elementwise function; the one that is reversed and shifted.
        t: (points,); where the convolution is wanted.
        a: (samples,); evenly spaced and ascending, two at least.

    Returns:
        (points,); the sum over k of f(a_k) g(t_i - a_k) da with da = a_1 - a_0.

    References:
        Lecture 003, "The mathematical convolution".
    """
    t, a = np.asarray(t), np.asarray(a)
    spacing = a[1] - a[0]
    reversed_and_shifted = g(t[:, None] - a)  # (points, samples)
    total = np.sum(f(a) * reversed_and_shifted, axis=1) * spacing  # (points,)
    return np.asarray(total, dtype=np.result_type(t, a))


# --- one image, one kernel ---------------------------------------------------------


def corr2d(x: Array, k: Array) -> Array:
    """Slide the kernel over the image and sum the products: cross-correlation.

    Args:
        x: (h, w).
        k: (kh, kw).

    Returns:
        (h-kh+1, w-kw+1); element (i, j) is the sum of x[i+m, j+n] * k[m, n].

    Raises:
        ValueError: The kernel is larger than the image on either axis.

    References:
        Lecture 000, "Convolution"; Zhang et al. 2023, section 7.2.1.
    """
    x, k = np.asarray(x), np.asarray(k)
    output_shape((x.shape[0], x.shape[1]), (k.shape[0], k.shape[1]))
    windows = np.lib.stride_tricks.sliding_window_view(x, k.shape)  # (oh, ow, kh, kw)
    return np.tensordot(windows, k, axes=2)  # (oh, ow)


def conv2d_flipped(x: Array, k: Array) -> Array:
    """Convolve in the mathematical sense where the kernel fits the image.

    Args:
        x: (h, w).
        k: (kh, kw).

    Returns:
        (h-kh+1, w-kw+1); the part of sum x[i-m, j-n] * k[m, n] without the border.

    Raises:
        ValueError: The kernel is larger than the image on either axis.

    References:
        Lecture 003, "The mathematical convolution"; Goodfellow et al. 2016, eq. 9.5.
    """
    return corr2d(x, np.asarray(k)[::-1, ::-1])


def output_shape(
    size: Pair, kernel: Pair, padding: Pair = (0, 0), stride: Pair = (1, 1)
) -> Pair:
    """Count the positions of the kernel on each axis: floor((n + 2p - k) / s) + 1.

    Args:
        size: (h, w) of the image.
        kernel: (kh, kw).
        padding: (ph, pw), rows and columns of zeros added on *each* side.
        stride: (sh, sw).

    Returns:
        (oh, ow) as Python integers.

    Raises:
        ValueError: Stride or kernel below 1, padding below 0, or a kernel larger than
            the padded image.

    References:
        Dumoulin & Visin 2016, relationship 6.
    """
    height, width = (
        _places(n, k, p, s)
        for n, k, p, s in zip(size, kernel, padding, stride, strict=True)
    )
    return height, width


def _places(n: int, k: int, p: int, s: int) -> int:
    if s < 1:
        raise ValueError(f"stride must be at least 1, got {s}")
    if p < 0:
        raise ValueError(f"padding must not be negative, got {p}")
    if k < 1:
        raise ValueError(f"kernel must be at least 1, got {k}")
    if k > n + 2 * p:
        raise ValueError(f"kernel {k} is larger than the padded image {n + 2 * p}")
    return int((n + 2 * p - k) // s + 1)


def pad2d(x: Array, padding: Pair) -> Array:
    """Frame the last two axes with zeros.

    Args:
        x: (..., h, w).
        padding: (ph, pw).

    Returns:
        (..., h+2*ph, w+2*pw).

    Raises:
        ValueError: A padding is negative.

    References:
        Lecture 000, "Padding".
    """
    x = np.asarray(x)
    ph, pw = padding
    if ph < 0 or pw < 0:
        raise ValueError(f"padding must not be negative, got {(ph, pw)}")
    untouched = [(0, 0)] * (x.ndim - 2)
    return np.pad(x, [*untouched, (ph, ph), (pw, pw)])


# --- batches and channels ----------------------------------------------------------


def conv2d(
    x: Array,
    w: Array,
    b: Array | None = None,
    stride: Pair = (1, 1),
    padding: Pair = (0, 0),
) -> Array:
    """Apply a convolutional layer (cross-correlation, as the libraries do) to images.

    Args:
        x: (batch, in, h, w).
        w: (out, in, kh, kw).
        b: (out,), or None for no bias.
        stride: (sh, sw).
        padding: (ph, pw), zeros.

    Returns:
        (batch, out, oh, ow); every output channel sums over all input channels.

    Raises:
        ValueError: The channels of `x` and `w` differ, a kernel is larger than the
            padded image, stride below 1, or padding below 0.

    References:
        Goodfellow et al. 2016, section 9.5; LeCun et al. 1998, section II.A.
    """
    windows = _windows(x, w, stride, padding)  # (batch, in, oh, ow, kh, kw)
    out = np.tensordot(windows, w, axes=([1, 4, 5], [1, 2, 3]))  # (batch, oh, ow, out)
    out = np.ascontiguousarray(np.moveaxis(out, -1, 1))  # (batch, out, oh, ow)
    return out if b is None else out + np.asarray(b)[:, None, None]


def conv2d_backward(
    dout: Array,
    x: Array,
    w: Array,
    stride: Pair = (1, 1),
    padding: Pair = (0, 0),
) -> tuple[Array, Array, Array]:
    """Carry the gradient of the loss from the output of `conv2d` to its inputs.

    Args:
        dout: (batch, out, oh, ow); gradient of the loss at the output.
        x: (batch, in, h, w); as given to `conv2d`.
        w: (out, in, kh, kw); as given to `conv2d`.
        stride: (sh, sw).
        padding: (ph, pw).

    Returns:
        dx like `x`, dw like `w`, and db (out,).

    Raises:
        ValueError: As `conv2d`, or `dout` hasn't the shape of its output.

    References:
        Dumoulin & Visin 2016, section 4.5; Goodfellow et al. 2016, eq. 9.11-9.13.
    """
    windows = _windows(x, w, stride, padding)  # (batch, in, oh, ow, kh, kw)
    expected = (x.shape[0], w.shape[0], *windows.shape[2:4])
    if dout.shape != expected:
        raise ValueError(f"dout must have the output's shape {expected}: {dout.shape}")
    dw = np.tensordot(dout, windows, axes=([0, 2, 3], [0, 2, 3]))  # (out, in, kh, kw)
    db = dout.sum(axis=(0, 2, 3))  # (out,)
    return _scatter(dout, x, w, stride, padding), dw, db


def conv2d_vjp(
    cotangent: Array,
    x: Array,
    w: Array,
    b: Array | None = None,
    stride: Pair = (1, 1),
    padding: Pair = (0, 0),
) -> tuple[Array, ...]:
    """Differentiate sum(conv2d(...) * cotangent) for each given array.

    Args:
        cotangent: (batch, out, oh, ow).
        x: (batch, in, h, w).
        w: (out, in, kh, kw).
        b: (out,), or None for no bias.
        stride: (sh, sw).
        padding: (ph, pw).

    Returns:
        (dx, dw, db), or (dx, dw) when there is no bias.

    Raises:
        ValueError: As `conv2d_backward`.
    """
    dx, dw, db = conv2d_backward(cotangent, x, w, stride, padding)
    return (dx, dw) if b is None else (dx, dw, db)


def conv2d_nhwc(
    x: Array,
    w: Array,
    b: Array | None = None,
    stride: Pair = (1, 1),
    padding: Pair = (0, 0),
) -> Array:
    """Apply the layer of `conv2d` to arrays in TensorFlow's order of axes.

    Args:
        x: (batch, h, w, in).
        w: (kh, kw, in, out).
        b: (out,), or None for no bias.
        stride: (sh, sw).
        padding: (ph, pw), zeros.

    Returns:
        (batch, oh, ow, out).

    Raises:
        ValueError: As `conv2d`.
    """
    out = conv2d(_to_nchw(x), _to_oihw(w), b, stride, padding)
    return np.ascontiguousarray(np.moveaxis(out, 1, -1))


def conv2d_nhwc_vjp(
    cotangent: Array,
    x: Array,
    w: Array,
    b: Array | None = None,
    stride: Pair = (1, 1),
    padding: Pair = (0, 0),
) -> tuple[Array, ...]:
    """Differentiate sum(conv2d_nhwc(...) * cotangent) for each given array.

    Args:
        cotangent: (batch, oh, ow, out).
        x: (batch, h, w, in).
        w: (kh, kw, in, out).
        b: (out,), or None for no bias.
        stride: (sh, sw).
        padding: (ph, pw).

    Returns:
        (dx, dw, db), or (dx, dw) when there is no bias; in TensorFlow's order of axes.

    Raises:
        ValueError: As `conv2d_backward`.
    """
    dx, dw, *db = conv2d_vjp(
        _to_nchw(cotangent), _to_nchw(x), _to_oihw(w), b, stride, padding
    )
    dx = np.ascontiguousarray(np.moveaxis(dx, 1, -1))  # (batch, h, w, in)
    dw = np.ascontiguousarray(dw.transpose(2, 3, 1, 0))  # (kh, kw, in, out)
    return (dx, dw, *db)


def _to_nchw(x: Array) -> Array:
    return np.moveaxis(np.asarray(x), -1, 1)


def _to_oihw(w: Array) -> Array:
    return np.asarray(w).transpose(3, 2, 0, 1)


def _windows(x: Array, w: Array, stride: Pair, padding: Pair) -> Array:
    """View what the kernel covers at each of its places.

    Returns:
        (batch, in, oh, ow, kh, kw), read-only.
    """
    if x.shape[1] != w.shape[1]:
        raise ValueError(
            f"x has {x.shape[1]} channels but the kernels expect {w.shape[1]}"
        )
    kernel = (w.shape[2], w.shape[3])
    output_shape((x.shape[2], x.shape[3]), kernel, padding, stride)
    every = np.lib.stride_tricks.sliding_window_view(
        pad2d(x, padding), kernel, axis=(2, 3)
    )
    return every[:, :, :: stride[0], :: stride[1]]


def _scatter(dout: Array, x: Array, w: Array, stride: Pair, padding: Pair) -> Array:
    """Add each output's gradient to the pixels under its window.

    Returns:
        (batch, in, h, w); what falls on the padding is dropped.
    """
    (sh, sw), (ph, pw) = stride, padding
    (oh, ow), (height, width) = dout.shape[2:], x.shape[2:]
    dpadded = np.zeros_like(pad2d(x, padding))
    for i in range(w.shape[2]):
        for j in range(w.shape[3]):
            share = np.tensordot(dout, w[:, :, i, j], axes=([1], [0]))
            rows = slice(i, i + sh * oh, sh)
            columns = slice(j, j + sw * ow, sw)
            dpadded[:, :, rows, columns] += np.moveaxis(share, -1, 1)
    return dpadded[:, :, ph : ph + height, pw : pw + width].copy()


# --- counting and filtering --------------------------------------------------------


def conv_parameters(
    in_channels: int, out_channels: int, kernel: Pair, bias: bool = True
) -> int:
    """Count what a convolutional layer learns; the image's size does not matter.

    Args:
        in_channels: Channels of the input.
        out_channels: Channels of the output, one filter and one bias for each.
        kernel: (kh, kw).
        bias: Whether the layer has a bias.

    Returns:
        out_channels * (in_channels * kh * kw), and out_channels more for the bias.
    """
    weights = out_channels * in_channels * kernel[0] * kernel[1]
    return weights + out_channels * bias


def dense_parameters(inputs: int, outputs: int, bias: bool = True) -> int:
    """Count what a fully connected layer learns.

    Args:
        inputs: Numbers that go in.
        outputs: Numbers that come out.
        bias: Whether the layer has a bias.

    Returns:
        inputs * outputs, and outputs more for the bias.

    References:
        Lecture 000, "Why not MLP for 2D images?"; lecture 004, "More on
        Dimensionalities".
    """
    return inputs * outputs + outputs * bias


def local_parameters(delta: int) -> int:
    """Count the weights of one shared kernel with offsets -delta to delta-1.

    Args:
        delta: How far the kernel looks.

    Returns:
        4 * delta**2; one kernel for all places, no bias.

    References:
        Lecture 000, "Convolution".
    """
    return 4 * delta**2


def sobel_edges(image: Array) -> Array:
    """Measure how steeply the grey values change at each pixel.

    Args:
        image: (h, w).

    Returns:
        (h-2, w-2); the length of the gradient (gx, gy) by the Sobel kernels.

    Raises:
        ValueError: The image is smaller than 3 x 3.
    """
    image = np.asarray(image)
    kernels = np.stack([SOBEL_X, SOBEL_Y])[:, None].astype(image.dtype)
    gx, gy = conv2d(image[None, None], kernels)[0]  # each (h-2, w-2)
    return np.asarray(np.sqrt(gx**2 + gy**2))
