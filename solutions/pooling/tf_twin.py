"""The assignment `pooling` once more, in TensorFlow.

Owns a third opinion: each function has the oracle's name and meaning, takes and
returns tensors, is differentiable, and is found by another road than the oracle's and
the PyTorch twin's (patches, gathers of frame numbers, segment sums, Keras' symbolic
shapes). Never imports the oracle, and calls the library's own pooling nowhere but to
follow shapes and in the network that reads digits.

Images are NHWC, TensorFlow's order of axes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import tensorflow as tf

__all__ = [
    "avg_pool2d",
    "avg_pool2d_backward",
    "classify_digits",
    "global_average_pool",
    "max_pool2d",
    "max_pool2d_backward",
    "shift_invariance",
    "trace_shapes",
]

Array: TypeAlias = npt.NDArray[Any]
Layer: TypeAlias = Mapping[str, Any]
Pair: TypeAlias = tuple[int, int]
Shape: TypeAlias = tuple[int, ...]
Tensor: TypeAlias = Any  # tensorflow ships no types


def max_pool2d(
    x: Tensor, size: Pair, stride: Pair | None = None, padding: Pair = (0, 0)
) -> Tensor:
    """Keep the largest entry of each patch.

    Args:
        x: (batch, h, w, channels).
        size: (kh, kw).
        stride: (sh, sw); as large as the window if None.
        padding: (ph, pw), minus infinity on each side.

    Returns:
        (batch, oh, ow, channels).

    Raises:
        ValueError: Window or stride below 1, padding negative or not smaller than the
            window, or a window larger than the padded image.
    """
    low = tf.constant(-np.inf, x.dtype)
    return tf.reduce_max(_patches(x, size, stride, padding, fill=low), axis=3)


def avg_pool2d(
    x: Tensor, size: Pair, stride: Pair | None = None, padding: Pair = (0, 0)
) -> Tensor:
    """Take the mean of each patch, zeros of the frame included.

    Args:
        x: (batch, h, w, channels).
        size: (kh, kw).
        stride: (sh, sw); as large as the window if None.
        padding: (ph, pw), zeros on each side.

    Returns:
        (batch, oh, ow, channels).

    Raises:
        ValueError: As `max_pool2d`.
    """
    zero = tf.zeros((), x.dtype)
    return tf.reduce_mean(_patches(x, size, stride, padding, fill=zero), axis=3)


def global_average_pool(x: Tensor) -> Tensor:
    """Take the mean of each feature map: (batch, h, w, channels) to (batch, channels).

    Args:
        x: (batch, h, w, channels).
    """
    places = tf.cast(x.shape[1] * x.shape[2], x.dtype)
    return tf.einsum("bhwc->bc", x) / places


def max_pool2d_backward(
    dout: Tensor,
    x: Tensor,
    size: Pair,
    stride: Pair | None = None,
    padding: Pair = (0, 0),
) -> Tensor:
    """Carry the gradient back to the number of the pixel that won first.

    Args:
        dout: (batch, oh, ow, channels).
        x: (batch, h, w, channels).
        size: (kh, kw).
        stride: (sh, sw); as large as the window if None.
        padding: (ph, pw).

    Returns:
        (batch, h, w, channels).

    Raises:
        ValueError: As `max_pool2d`.
    """
    low = tf.constant(-np.inf, x.dtype)
    best = tf.argmax(_patches(x, size, stride, padding, fill=low), axis=3)
    numbers = _numbers(x, size, stride, padding)  # (batch, oh, ow, kh*kw, channels)
    winners = tf.gather(tf.transpose(numbers, (0, 1, 2, 4, 3)), best, batch_dims=4)
    return _summed(dout, winners, x)


def avg_pool2d_backward(
    dout: Tensor,
    x: Tensor,
    size: Pair,
    stride: Pair | None = None,
    padding: Pair = (0, 0),
) -> Tensor:
    """Carry equal shares of the gradient back to the numbers of all pixels.

    Args:
        dout: (batch, oh, ow, channels).
        x: (batch, h, w, channels).
        size: (kh, kw).
        stride: (sh, sw); as large as the window if None.
        padding: (ph, pw).

    Returns:
        (batch, h, w, channels).

    Raises:
        ValueError: As `max_pool2d`.
    """
    numbers = _numbers(x, size, stride, padding)  # (batch, oh, ow, kh*kw, channels)
    shares = dout[:, :, :, None] / tf.cast(size[0] * size[1], dout.dtype)
    return _summed(tf.broadcast_to(shares, numbers.shape), numbers, x)


def _patches(
    x: Tensor, size: Pair, stride: Pair | None, padding: Pair, *, fill: Tensor
) -> Tensor:
    """Lay each window out in a row: (batch, oh, ow, kh*kw, channels)."""
    (kh, kw), (ph, pw) = size, padding
    sh, sw = _require_window(x, size, stride, padding)
    frame = [[0, 0], [ph, ph], [pw, pw], [0, 0]]
    padded = tf.pad(x, frame, constant_values=fill)
    ones = [1, 1, 1, 1]
    patches = tf.image.extract_patches(
        padded, [1, kh, kw, 1], [1, sh, sw, 1], ones, "VALID"
    )
    return tf.reshape(patches, (*patches.shape[:3], kh * kw, x.shape[3]))


def _numbers(x: Tensor, size: Pair, stride: Pair | None, padding: Pair) -> Tensor:
    """The pixels' numbers in `_patches`, -1 in the frame."""
    count = int(np.prod(x.shape))
    numbers = tf.reshape(tf.range(count), x.shape)
    return _patches(numbers, size, stride, padding, fill=tf.constant(-1))


def _summed(gradients: Tensor, numbers: Tensor, x: Tensor) -> Tensor:
    """Add up gradients by the number of their pixel; what has none is dropped."""
    count = int(np.prod(x.shape))
    flat = tf.reshape(gradients, (-1,)), tf.reshape(numbers, (-1,))
    return tf.reshape(tf.math.unsorted_segment_sum(*flat, count), x.shape)


def _require_window(x: Tensor, size: Pair, stride: Pair | None, padding: Pair) -> Pair:
    steps = size if stride is None else stride
    if min(*size, *steps) < 1:
        raise ValueError(f"invalid layer: {size=}, {stride=}")
    if any(not 0 <= p < k for p, k in zip(padding, size, strict=True)):
        raise ValueError(f"invalid frame: {padding=} with {size=}")
    if any(k > n + 2 * p for k, n, p in zip(size, x.shape[1:3], padding, strict=True)):
        raise ValueError(f"the window {size} is larger than the padded image")
    return steps


def trace_shapes(
    layers: Sequence[Layer], input_shape: Shape
) -> tuple[tuple[Shape, int], ...]:
    """Send a symbolic image through Keras' own layers.

    Args:
        layers: One mapping for each layer, as the oracle wants them.
        input_shape: (h, w, channels) or (features,).

    Returns:
        For each layer its output's shape without the batch, and its parameters.

    Raises:
        ValueError: An unknown kind, or a layer that can't follow on the shape before.
    """
    x, trace = tf.keras.Input(input_shape), []
    for layer in layers:
        if layer["kind"] == "dense" and len(x.shape) != 2:
            raise ValueError(f"dense can't follow on {x.shape[1:]}")
        learned = 0
        for module in _modules(layer):
            x = module(x)
            learned += module.count_params()
        trace.append((tuple(x.shape[1:]), learned))
    return tuple(trace)


def _modules(layer: Layer) -> list[Any]:
    keras, kind = tf.keras.layers, layer["kind"]
    if kind == "relu":
        return [keras.ReLU()]
    if kind == "flatten":
        return [keras.Flatten()]
    if kind == "dense":
        return [keras.Dense(layer["units"])]
    if kind == "global_pool":
        return [keras.GlobalAveragePooling2D()]
    if kind == "pool":
        return [keras.MaxPooling2D(layer["size"], layer.get("stride"))]
    if kind != "conv":
        raise ValueError(f"unknown layer {kind}")
    return [
        keras.ZeroPadding2D(layer.get("padding", (0, 0))),
        keras.Conv2D(layer["filters"], layer["kernel"], layer.get("stride", (1, 1))),
    ]


def shift_invariance(x: Tensor, size: Pair, stride: Pair | None = None) -> Tensor:
    """Measure how often a pooled maximum survives a shift by one pixel.

    The nine images are the patches of the framed one.

    Args:
        x: (h, w).
        size: (kh, kw).
        stride: (sh, sw); as large as the window if None.

    Returns:
        (oh, ow), eighths.

    Raises:
        ValueError: As `max_pool2d`.
    """
    nine = _patches(
        x[None, :, :, None], (3, 3), (1, 1), (1, 1), fill=tf.zeros((), x.dtype)
    )
    pooled = max_pool2d(nine[..., 0], size, stride)[0]  # (oh, ow, 9)
    same = tf.cast(pooled == pooled[..., 4:5], x.dtype)
    return (tf.reduce_sum(same, axis=-1) - 1) / 8


def classify_digits(
    images: Array, labels: Array, train: int, l2: float = 1e-4
) -> Array:
    """Learn to read digits with Keras' layers, a tape, and all images at each step.

    Args:
        images: (n, 8, 8) grey values from 0 to 1.
        labels: (n,) whole numbers below 10.
        train: How many of the first images to learn from.
        l2: Weight of the sum of squares of all weights in the loss.

    Returns:
        (n-train, 10) probabilities for the images held out.
    """
    tf.keras.utils.set_random_seed(0)
    penalty = tf.keras.regularizers.L2(l2)
    network = tf.keras.Sequential(
        [
            tf.keras.Input((8, 8, 1)),
            tf.keras.layers.Conv2D(
                12, 3, padding="same", activation="relu", kernel_regularizer=penalty
            ),
            tf.keras.layers.MaxPooling2D(),
            tf.keras.layers.Flatten(),
            tf.keras.layers.Dense(10, kernel_regularizer=penalty),
        ]
    )
    loss_of = tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    optimizer = tf.keras.optimizers.Adam(0.02)
    x = tf.constant(images[..., None], tf.float32)
    y = tf.constant(labels[:train])

    @tf.function  # type: ignore[untyped-decorator]
    def step() -> None:
        with tf.GradientTape() as tape:
            loss = loss_of(y, network(x[:train])) + tf.add_n(network.losses)
        weights = network.trainable_variables
        optimizer.apply(tape.gradient(loss, weights), weights)

    for _ in range(150):
        step()
    return np.asarray(tf.nn.softmax(network(x[train:])), images.dtype)
