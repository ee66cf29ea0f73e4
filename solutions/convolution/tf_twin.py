"""The assignment `convolution` once more, in TensorFlow.

Owns a third opinion: each function has the oracle's name and meaning, takes and
returns tensors, is differentiable, and is found by another road than the oracle's and
the PyTorch twin's (patches, frames of zeros, gathers, a GradientTape). Never imports
the oracle and never calls the library's own convolution.

Layers follow TensorFlow's order of axes: images NHWC, kernels (kh, kw, in, out).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import tensorflow as tf

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

Tensor: TypeAlias = Any  # tensorflow ships no types
Function: TypeAlias = Callable[[Tensor], Tensor]
Pair: TypeAlias = tuple[int, int]

SOBEL_X = ((-1.0, 0.0, 1.0), (-2.0, 0.0, 2.0), (-1.0, 0.0, 1.0))
SOBEL_Y = ((-1.0, -2.0, -1.0), (0.0, 0.0, 0.0), (1.0, 2.0, 1.0))


def polynomial_product(alpha: Tensor, beta: Tensor) -> Tensor:
    """Multiply two polynomials: every product, summed by the power it belongs to.

    Args:
        alpha: (m,), lowest power first.
        beta: (n,).

    Returns:
        (m+n-1,).

    Raises:
        ValueError: `alpha` or `beta` is empty.
    """
    _require_coefficients(alpha, beta)
    m, n = len(alpha), len(beta)
    products = alpha[:, None] * beta  # (m, n)
    powers = tf.range(m)[:, None] + tf.range(n)  # (m, n)
    return tf.math.unsorted_segment_sum(products, powers, m + n - 1)


def toeplitz_matrix(alpha: Tensor, n: int) -> Tensor:
    """Cut the matrix out of one long vector: its rows are shifted by one each.

    `n` rows of `alpha` and n zeros, read again in rows one shorter, are the columns.

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
    rows = len(alpha) + n - 1
    repeated = tf.tile(tf.pad(alpha, [[0, n]]), [n])  # (n * (rows+1),)
    return tf.transpose(tf.reshape(repeated[: n * rows], (n, rows)))


def _require_coefficients(*polynomials: Tensor) -> None:
    if any(len(polynomial) == 0 for polynomial in polynomials):
        raise ValueError("a polynomial needs at least one coefficient")


def box(x: Tensor) -> Tensor:
    """Return 1 on the closed interval [-1, 1] and 0 elsewhere, elementwise."""
    return tf.cast(tf.abs(x) <= 1, x.dtype)


def ramp(x: Tensor) -> Tensor:
    """Fall from 1 at -1 to 0 at 1, and give 0 outside [-1, 1], elementwise."""
    return tf.where(tf.abs(x) <= 1, (1 - x) / 2, tf.zeros_like(x))


def convolution_integral(f: Function, g: Function, t: Tensor, a: Tensor) -> Tensor:
    """Approximate the convolution of two functions, one point at a time.

    Args:
        f: Elementwise function.
        g: Elementwise function; the one that is reversed and shifted.
        t: (points,).
        a: (samples,); evenly spaced and ascending, two at least.

    Returns:
        (points,).
    """
    weights = f(a) * (a[1] - a[0])  # (samples,)
    points = [tf.reduce_sum(weights * g(point - a)) for point in tf.unstack(t)]
    return tf.stack(points)


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
    return conv2d(x[None, :, :, None], k[:, :, None, None])[0, :, :, 0]


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
    return corr2d(x, tf.reverse(k, axis=[0, 1]))


def output_shape(
    size: Pair, kernel: Pair, padding: Pair = (0, 0), stride: Pair = (1, 1)
) -> Pair:
    """Count the corners at which a window may start, axis by axis.

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
    if min(*kernel, *stride) < 1 or min(padding) < 0:
        raise ValueError(f"invalid layer: {kernel=}, {padding=}, {stride=}")
    last = [n + 2 * p - k for n, k, p in zip(size, kernel, padding, strict=True)]
    if min(last) < 0:
        raise ValueError(f"the kernel is larger than the image: {kernel=}, {size=}")
    return len(range(0, last[0] + 1, stride[0])), len(range(0, last[1] + 1, stride[1]))


def pad2d(x: Tensor, padding: Pair) -> Tensor:
    """Frame the last two axes by joining bands of zeros to them.

    Args:
        x: (..., h, w).
        padding: (ph, pw).

    Returns:
        (..., h+2*ph, w+2*pw).

    Raises:
        ValueError: A padding is negative.
    """
    if min(padding) < 0:
        raise ValueError(f"padding must not be negative, got {padding}")
    for axis, thickness in zip((-2, -1), padding, strict=True):
        shape = x.shape.as_list()
        shape[axis] = thickness
        band = tf.zeros(shape, x.dtype)
        x = tf.concat([band, x, band], axis)
    return x


def conv2d(
    x: Tensor,
    w: Tensor,
    b: Tensor | None = None,
    stride: Pair = (1, 1),
    padding: Pair = (0, 0),
) -> Tensor:
    """Apply a convolutional layer to images as one product over their patches.

    Args:
        x: (batch, h, w, in).
        w: (kh, kw, in, out).
        b: (out,), or None for no bias.
        stride: (sh, sw).
        padding: (ph, pw), zeros.

    Returns:
        (batch, oh, ow, out).

    Raises:
        ValueError: The channels of `x` and `w` differ, a kernel is larger than the
            padded image, stride below 1, or padding below 0.
    """
    kh, kw, in_channels, out_channels = w.shape
    if x.shape[3] != in_channels:
        raise ValueError(f"channels differ: x has {x.shape[3]}, w has {in_channels}")
    output_shape((x.shape[1], x.shape[2]), (kh, kw), padding, stride)
    (ph, pw), (sh, sw) = padding, stride
    patches = tf.image.extract_patches(
        tf.pad(x, [[0, 0], [ph, ph], [pw, pw], [0, 0]]),
        sizes=[1, kh, kw, 1],
        strides=[1, sh, sw, 1],
        rates=[1, 1, 1, 1],
        padding="VALID",
    )  # (batch, oh, ow, kh*kw*in)
    out = tf.matmul(patches, tf.reshape(w, (-1, out_channels)))
    return out if b is None else out + b  # (batch, oh, ow, out)


def conv2d_backward(
    dout: Tensor,
    x: Tensor,
    w: Tensor,
    stride: Pair = (1, 1),
    padding: Pair = (0, 0),
) -> tuple[Tensor, Tensor, Tensor]:
    """Let a GradientTape carry the gradient back through `conv2d`.

    Args:
        dout: (batch, oh, ow, out).
        x: (batch, h, w, in).
        w: (kh, kw, in, out).
        stride: (sh, sw).
        padding: (ph, pw).

    Returns:
        dx like `x`, dw like `w`, and db (out,).

    Raises:
        ValueError: As `conv2d`.
    """
    b = tf.zeros(w.shape[3], w.dtype)
    with tf.GradientTape() as tape:
        tape.watch([x, w, b])
        out = conv2d(x, w, b, stride, padding)
    dx, dw, db = tape.gradient(out, [x, w, b], output_gradients=dout)
    return dx, dw, db


def conv_parameters(
    in_channels: int, out_channels: int, kernel: Pair, bias: bool = True
) -> int:
    """Count the elements of the kernel's and the bias's shapes.

    Args:
        in_channels: Channels of the input.
        out_channels: Channels of the output.
        kernel: (kh, kw).
        bias: Whether the layer has a bias.

    Returns:
        The number of weights and biases.
    """
    return _learned((*kernel, in_channels, out_channels), bias)


def dense_parameters(inputs: int, outputs: int, bias: bool = True) -> int:
    """Count the elements of the matrix's and the bias's shapes.

    Args:
        inputs: Numbers that go in.
        outputs: Numbers that come out.
        bias: Whether the layer has a bias.

    Returns:
        The number of weights and biases.
    """
    return _learned((inputs, outputs), bias)


def _learned(weights: tuple[int, ...], bias: bool) -> int:
    shapes = [weights, weights[-1:]] if bias else [weights]
    return sum(int(tf.TensorShape(shape).num_elements()) for shape in shapes)


def local_parameters(delta: int) -> int:
    """Count the elements of a square kernel with offsets -delta to delta-1.

    Args:
        delta: How far the kernel looks.

    Returns:
        The number of weights in the shared kernel.
    """
    width = len(range(-delta, delta))
    return _learned((width, width), bias=False)


def sobel_edges(image: Tensor) -> Tensor:
    """Measure how steeply the grey values change at each pixel.

    Args:
        image: (h, w).

    Returns:
        (h-2, w-2).

    Raises:
        ValueError: The image is smaller than 3 x 3.
    """
    gx, gy = (
        corr2d(image, tf.constant(kernel, image.dtype)) for kernel in (SOBEL_X, SOBEL_Y)
    )
    return tf.norm(tf.stack([gx, gy]), axis=0)
