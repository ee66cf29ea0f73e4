"""The reference answers of the assignment `pooling`, in numpy.

Owns what is right: values, shapes, dtypes and refusals of every exercise, and the
vector-Jacobian products by which gradients through student code are judged. Every
result has the dtype of its inputs, so the oracle at float32 against itself at float64
measures rounding. No input is modified. Never imports torch or TensorFlow.

Notation (Dumoulin & Visin 2016): a window of (kh, kw) slides over an image of (h, w)
padded by (ph, pw) on every side, in steps of (sh, sw), and gives (oh, ow). Images are
NCHW but in the functions called `nhwc`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import prod
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

__all__ = [
    "avg_pool2d",
    "avg_pool2d_backward",
    "classify_digits",
    "global_average_pool",
    "max_pool2d",
    "max_pool2d_backward",
    "max_pool2d_nhwc",
    "max_pool2d_nhwc_vjp",
    "max_pool2d_vjp",
    "shift_invariance",
    "told_apart",
    "trace_shapes",
]

Array: TypeAlias = npt.NDArray[Any]
Layer: TypeAlias = Mapping[str, Any]
Pair: TypeAlias = tuple[int, int]
Shape: TypeAlias = tuple[int, ...]


# --- forwards ----------------------------------------------------------------------


def max_pool2d(
    x: Array, size: Pair, stride: Pair | None = None, padding: Pair = (0, 0)
) -> Array:
    """Keep the largest pixel of each window.

    Args:
        x: (batch, channels, h, w).
        size: (kh, kw).
        stride: (sh, sw); as large as the window if None.
        padding: (ph, pw), rows and columns of minus infinity on each side.

    Returns:
        (batch, channels, oh, ow) with oh = floor((h + 2*ph - kh) / sh) + 1.

    Raises:
        ValueError: Window or stride below 1, padding negative or not smaller than the
            window, or a window larger than the padded image.

    References:
        Lecture 000, "Pooling"; Goodfellow et al. 2016, section 9.3.
    """
    windows = _windows(x, size, stride, padding, fill=-np.inf)
    return np.asarray(windows.max(axis=(4, 5)))  # (batch, channels, oh, ow)


def avg_pool2d(
    x: Array, size: Pair, stride: Pair | None = None, padding: Pair = (0, 0)
) -> Array:
    """Take the mean of each window; zeros of the padding count as pixels.

    Args:
        x: (batch, channels, h, w).
        size: (kh, kw).
        stride: (sh, sw); as large as the window if None.
        padding: (ph, pw), rows and columns of zeros on each side.

    Returns:
        (batch, channels, oh, ow).

    Raises:
        ValueError: As `max_pool2d`.

    References:
        Lecture 000, "Pooling"; LeCun et al. 1998, section II.B, "subsampling".
    """
    windows = _windows(x, size, stride, padding, fill=0)
    return np.asarray(windows.mean(axis=(4, 5)))  # (batch, channels, oh, ow)


def global_average_pool(x: Array) -> Array:
    """Take the mean of each whole feature map.

    Args:
        x: (batch, channels, h, w).

    Returns:
        (batch, channels).

    References:
        Lin et al. 2014, "Network in network", section 3.2.
    """
    return np.asarray(np.mean(x, axis=(2, 3)))


def _windows(
    x: Array, size: Pair, stride: Pair | None, padding: Pair, *, fill: float
) -> Array:
    """View what the window covers at each of its places.

    Returns:
        (batch, channels, oh, ow, kh, kw), read-only.
    """
    x = np.asarray(x)
    (sh, sw), (ph, pw) = _steps(x, size, stride, padding), padding
    frame = [(0, 0), (0, 0), (ph, ph), (pw, pw)]
    padded = np.pad(x, frame, constant_values=fill)
    every = np.lib.stride_tricks.sliding_window_view(padded, tuple(size), axis=(2, 3))
    return every[:, :, ::sh, ::sw]


def _steps(x: Array, size: Pair, stride: Pair | None, padding: Pair) -> Pair:
    """The actual stride, after checking that the layer is valid."""
    sh, sw = size if stride is None else stride
    for n, k, s, p in zip(x.shape[2:], size, (sh, sw), padding, strict=True):
        if k < 1 or s < 1:
            raise ValueError(f"window and stride must be at least 1: {k}, {s}")
        if not 0 <= p < k:
            raise ValueError(f"padding {p} is negative or not smaller than window {k}")
        if k > n + 2 * p:
            raise ValueError(f"window {k} is larger than the padded image {n + 2 * p}")
    return sh, sw


# --- backwards ---------------------------------------------------------------------


def max_pool2d_backward(
    dout: Array,
    x: Array,
    size: Pair,
    stride: Pair | None = None,
    padding: Pair = (0, 0),
) -> Array:
    """Carry the gradient of the loss from the output of `max_pool2d` to its input.

    Args:
        dout: (batch, channels, oh, ow); gradient of the loss at the output.
        x: (batch, channels, h, w); as given to `max_pool2d`.
        size: (kh, kw).
        stride: (sh, sw); as large as the window if None.
        padding: (ph, pw).

    Returns:
        dx like `x`; each window's gradient goes to the first of its largest pixels.

    Raises:
        ValueError: As `max_pool2d`, or `dout` hasn't the shape of its output.
    """
    windows = _windows(x, size, stride, padding, fill=-np.inf)
    flat = windows.reshape(*windows.shape[:4], -1)  # (batch, channels, oh, ow, kh*kw)
    place = flat.argmax(axis=-1)  # (batch, channels, oh, ow)
    shares = (place == k for k in range(flat.shape[-1]))
    return _scatter(dout, windows, x, shares, _steps(x, size, stride, padding), padding)


def avg_pool2d_backward(
    dout: Array,
    x: Array,
    size: Pair,
    stride: Pair | None = None,
    padding: Pair = (0, 0),
) -> Array:
    """Carry the gradient of the loss from the output of `avg_pool2d` to its input.

    Args:
        dout: (batch, channels, oh, ow); gradient of the loss at the output.
        x: (batch, channels, h, w); as given to `avg_pool2d`.
        size: (kh, kw).
        stride: (sh, sw); as large as the window if None.
        padding: (ph, pw).

    Returns:
        dx like `x`; each pixel of a window gets 1/(kh*kw) of the window's gradient.

    Raises:
        ValueError: As `avg_pool2d`, or `dout` hasn't the shape of its output.
    """
    windows = _windows(x, size, stride, padding, fill=0)
    pixels = size[0] * size[1]
    shares = (np.full((), 1 / pixels, windows.dtype) for _ in range(pixels))
    return _scatter(dout, windows, x, shares, _steps(x, size, stride, padding), padding)


def _scatter(
    dout: Array,
    windows: Array,
    x: Array,
    shares: Iterator[Array],
    stride: Pair,
    padding: Pair,
) -> Array:
    """Add to the pixels under each window their shares of its gradient.

    Args:
        dout: (batch, channels, oh, ow).
        windows: (batch, channels, oh, ow, kh, kw).
        x: (batch, channels, h, w).
        shares: For each place in the window, row by row, the share that it gets.
        stride: (sh, sw).
        padding: (ph, pw).

    Returns:
        (batch, channels, h, w); what falls on the padding is dropped.
    """
    if dout.shape != windows.shape[:4]:
        raise ValueError(f"dout {dout.shape} has another shape than the output")
    (sh, sw), (ph, pw), (oh, ow) = stride, padding, dout.shape[2:]
    (batch, channels, h, w), (kh, kw) = x.shape, windows.shape[4:]
    dpadded = np.zeros((batch, channels, h + 2 * ph, w + 2 * pw), dout.dtype)
    for (m, n), share in zip(np.ndindex(kh, kw), shares, strict=True):
        rows, columns = slice(m, m + sh * oh, sh), slice(n, n + sw * ow, sw)
        dpadded[:, :, rows, columns] += share * dout
    return dpadded[:, :, ph : ph + h, pw : pw + w].copy()


# --- for gradients through tensors -------------------------------------------------


def max_pool2d_vjp(
    cotangent: Array,
    x: Array,
    size: Pair,
    stride: Pair | None = None,
    padding: Pair = (0, 0),
) -> tuple[Array]:
    """Differentiate sum(max_pool2d(...) * cotangent) for x, as a tuple of one.

    Args:
        cotangent: (batch, channels, oh, ow).
        x: (batch, channels, h, w), no two pixels of a window equal.
        size: (kh, kw).
        stride: (sh, sw); as large as the window if None.
        padding: (ph, pw).

    Raises:
        ValueError: As `max_pool2d_backward`.
    """
    return (max_pool2d_backward(cotangent, x, size, stride, padding),)


def max_pool2d_nhwc(
    x: Array, size: Pair, stride: Pair | None = None, padding: Pair = (0, 0)
) -> Array:
    """Apply `max_pool2d` to an array in TensorFlow's order of axes.

    Args:
        x: (batch, h, w, channels).
        size: (kh, kw).
        stride: (sh, sw); as large as the window if None.
        padding: (ph, pw).

    Returns:
        (batch, oh, ow, channels).

    Raises:
        ValueError: As `max_pool2d`.
    """
    return _to_nhwc(max_pool2d(_to_nchw(x), size, stride, padding))


def max_pool2d_nhwc_vjp(
    cotangent: Array,
    x: Array,
    size: Pair,
    stride: Pair | None = None,
    padding: Pair = (0, 0),
) -> tuple[Array]:
    """Differentiate sum(max_pool2d_nhwc(...) * cotangent) for x, as a tuple of one.

    Args:
        cotangent: (batch, oh, ow, channels).
        x: (batch, h, w, channels), no two pixels of a window equal.
        size: (kh, kw).
        stride: (sh, sw); as large as the window if None.
        padding: (ph, pw).

    Raises:
        ValueError: As `max_pool2d_backward`.
    """
    dout, nchw = _to_nchw(cotangent), _to_nchw(x)
    return (_to_nhwc(max_pool2d_backward(dout, nchw, size, stride, padding)),)


def _to_nchw(x: Array) -> Array:
    return np.moveaxis(np.asarray(x), -1, 1)


def _to_nhwc(x: Array) -> Array:
    return np.ascontiguousarray(np.moveaxis(x, 1, -1))


# --- shapes and shifts -------------------------------------------------------------


def trace_shapes(
    layers: Sequence[Layer], input_shape: Shape
) -> tuple[tuple[Shape, int], ...]:
    """Follow the shape of one image through a network, and count what is learned.

    Args:
        layers: One mapping for each layer; "kind" names it, and the rest is

            - "conv": filters, kernel (kh, kw), stride (1, 1), padding (0, 0)
            - "relu": nothing
            - "pool": size (kh, kw), stride as large as the window
            - "global_pool": nothing
            - "flatten": nothing
            - "dense": units
        input_shape: (h, w, channels) or (features,), without the batch.

    Returns:
        For each layer its output's shape without the batch, and its parameters.

    Raises:
        ValueError: An unknown kind, a window or kernel larger than what it slides
            over, or a layer that can't follow on the shape before it.

    References:
        Lecture 004, "Layers used to build CNNs" and "Set up the model".
    """
    trace, shape = [], tuple(input_shape)
    for layer in layers:
        shape, parameters = _through(layer, shape)
        trace.append((shape, parameters))
    return tuple(trace)


def _through(layer: Layer, shape: Shape) -> tuple[Shape, int]:
    """The output shape of one layer, and its number of parameters."""
    kind = layer["kind"]
    if kind == "relu":
        return shape, 0
    if kind == "flatten":
        return (prod(shape),), 0
    if kind == "dense":
        if len(shape) != 1:
            raise ValueError(f"a dense layer needs one axis, not the shape {shape}")
        return (layer["units"],), shape[0] * layer["units"] + layer["units"]
    if kind not in ("conv", "pool", "global_pool"):
        raise ValueError(f'unknown kind of layer: "{kind}"')
    if len(shape) != 3:
        raise ValueError(f"a layer of kind {kind} needs an image, not {shape}")
    *size, channels = shape
    if kind == "global_pool":
        return (channels,), 0
    if kind == "pool":
        window = layer["size"]
        steps = layer.get("stride") or window
        return (*_places(size, window, steps, (0, 0)), channels), 0
    kernel, filters = layer["kernel"], layer["filters"]
    steps, padding = layer.get("stride", (1, 1)), layer.get("padding", (0, 0))
    parameters = filters * (channels * kernel[0] * kernel[1] + 1)
    return (*_places(size, kernel, steps, padding), filters), parameters


def _places(
    size: Sequence[int], window: Pair, stride: Pair, padding: Pair
) -> Iterator[int]:
    for n, k, s, p in zip(size, window, stride, padding, strict=True):
        if k > n + 2 * p:
            raise ValueError(f"window {k} is larger than the padded image {n + 2 * p}")
        yield (n + 2 * p - k) // s + 1


def shift_invariance(x: Array, size: Pair, stride: Pair | None = None) -> Array:
    """Measure how often a pooled maximum survives a shift by one pixel.

    Args:
        x: (h, w).
        size: (kh, kw).
        stride: (sh, sw); as large as the window if None.

    Returns:
        (oh, ow); of the eight shifts by one pixel, up, down, left, right and
        diagonally, the fraction that leaves this maximum exactly as it was. Zeros come
        in where the image moves away from its border.

    Raises:
        ValueError: As `max_pool2d`.

    References:
        Goodfellow et al. 2016, section 9.3; Zhang 2019, "Making convolutional networks
        shift-invariant again".
    """
    x = np.asarray(x)
    h, w = x.shape
    framed = np.pad(x, 1)
    moved = [
        framed[1 + down : 1 + down + h, 1 + right : 1 + right + w]
        for down in (-1, 0, 1)
        for right in (-1, 0, 1)
    ]
    pooled = max_pool2d(np.stack(moved)[:, None], size, stride)[:, 0]  # (9, oh, ow)
    unchanged = (pooled == pooled[4]).sum(axis=0) - 1  # the fifth did not move
    return np.asarray((unchanged / 8).astype(x.dtype))


# --- digits ------------------------------------------------------------------------


def told_apart(images: Array, labels: Array, train: int, l2: float = 1e-4) -> Array:
    """The output of a perfect and fully confident classifier for held-out digits.

    Args:
        images: (n, h, w).
        labels: (n,) whole numbers below 10.
        train: How many of the first images a classifier may learn from.
        l2: Not used.

    Returns:
        (n-train, 10); one in the column of each image's label, zeros elsewhere.
    """
    return np.eye(10, dtype=images.dtype)[labels[train:]]


def classify_digits(
    images: Array, labels: Array, train: int, l2: float = 1e-4
) -> Array:
    """Learn to read digits by a small convolutional network, in numpy.

    3x3 convolution with 12 filters, ReLU, 2x2 max pooling, dense layer; Adam on
    batches. Gradients are those of this module, so this also tries them in earnest.

    Args:
        images: (n, 8, 8) grey values from 0 to 1.
        labels: (n,) whole numbers below 10.
        train: How many of the first images to learn from.
        l2: Weight of the sum of squares of all weights in the loss.

    Returns:
        (n-train, 10) probabilities for the images held out.

    References:
        Lecture 004, "Running with Keras"; LeCun et al. 1998.
    """
    rng = np.random.default_rng(0)
    network = _Network(rng)
    x, targets = images[:, None].astype(np.float64), np.eye(10)[labels[:train]]
    for _ in range(30):
        for batch in np.array_split(rng.permutation(train), max(train // 32, 1)):
            network.learn(x[batch], targets[batch], l2)
    return network.probabilities(x[train:]).astype(images.dtype)


class _Network:
    """A small convolutional network with its gradients and its optimizer's state."""

    def __init__(self, rng: np.random.Generator) -> None:
        self.weights = [
            rng.normal(scale=np.sqrt(2 / 9), size=(9, 12)),
            np.zeros(12),
            rng.normal(scale=np.sqrt(1 / 192), size=(192, 10)),
            np.zeros(10),
        ]
        self._moments = [(0 * w, 0 * w) for w in self.weights]
        self._steps = 0

    def probabilities(self, x: Array) -> Array:
        """Read images (batch, 1, 8, 8): (batch, 10)."""
        return self._forward(x)[3]

    def learn(self, x: Array, targets: Array, l2: float) -> None:
        """Take one step of Adam (Kingma & Ba 2015, algorithm 1)."""
        self._steps += 1
        for k, slope in enumerate(self._gradients(x, targets, l2)):
            m, v = self._moments[k]
            m, v = 0.9 * m + 0.1 * slope, 0.999 * v + 0.001 * slope**2
            self._moments[k] = m, v
            m_hat, v_hat = m / (1 - 0.9**self._steps), v / (1 - 0.999**self._steps)
            self.weights[k] = self.weights[k] - 0.01 * m_hat / (np.sqrt(v_hat) + 1e-8)

    def _forward(self, x: Array) -> tuple[Array, Array, Array, Array]:
        kernels, b, w, c = self.weights
        windows = _windows(x, (3, 3), (1, 1), (1, 1), fill=0)[:, 0]
        windows = windows.reshape(*windows.shape[:3], 9)  # (batch, 8, 8, 9)
        hidden = np.maximum(np.moveaxis(windows @ kernels + b, -1, 1), 0)
        features = max_pool2d(hidden, (2, 2)).reshape(len(x), -1)  # (batch, 192)
        logits = features @ w + c
        odds = np.exp(logits - logits.max(axis=1, keepdims=True))
        probabilities = np.asarray(odds / odds.sum(axis=1, keepdims=True))
        return windows, hidden, features, probabilities

    def _gradients(self, x: Array, targets: Array, l2: float) -> list[Array]:
        kernels, _, w, _ = self.weights
        windows, hidden, features, probabilities = self._forward(x)
        dlogits = (probabilities - targets) / len(x)
        dpooled = (dlogits @ w.T).reshape(len(x), 12, 4, 4)
        dhidden = max_pool2d_backward(dpooled, hidden, (2, 2)) * (hidden > 0)
        dkernels = np.tensordot(windows, dhidden, axes=([0, 1, 2], [0, 2, 3]))
        return [
            dkernels + 2 * l2 * kernels,
            dhidden.sum(axis=(0, 2, 3)),
            features.T @ dlogits + 2 * l2 * w,
            dlogits.sum(axis=0),
        ]
