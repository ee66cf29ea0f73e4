"""The assignment `pooling` once more, in PyTorch.

Owns a second opinion: each function has the oracle's name and meaning, takes and
returns tensors, is differentiable, and is found by another road than the oracle's
(unfold and fold, real modules without memory, rolled frames), so that the two can only
agree by being right. Never imports the oracle, and calls the library's own pooling
nowhere but to follow shapes and in the network that reads digits.

Images are NCHW.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import torch
import torch.nn.functional as F
from torch import Tensor, nn

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


def max_pool2d(
    x: Tensor, size: Pair, stride: Pair | None = None, padding: Pair = (0, 0)
) -> Tensor:
    """Keep the largest entry of each unfolded window.

    Args:
        x: (batch, channels, h, w).
        size: (kh, kw).
        stride: (sh, sw); as large as the window if None.
        padding: (ph, pw), minus infinity on each side.

    Returns:
        (batch, channels, oh, ow).

    Raises:
        ValueError: Window or stride below 1, padding negative or not smaller than the
            window, or a window larger than the padded image.
    """
    return _columns(x, size, stride, padding, fill=-torch.inf).amax(dim=2)


def avg_pool2d(
    x: Tensor, size: Pair, stride: Pair | None = None, padding: Pair = (0, 0)
) -> Tensor:
    """Take the mean of each unfolded window, zeros of the frame included.

    Args:
        x: (batch, channels, h, w).
        size: (kh, kw).
        stride: (sh, sw); as large as the window if None.
        padding: (ph, pw), zeros on each side.

    Returns:
        (batch, channels, oh, ow).

    Raises:
        ValueError: As `max_pool2d`.
    """
    return _columns(x, size, stride, padding, fill=0).mean(dim=2)


def global_average_pool(x: Tensor) -> Tensor:
    """Take the mean of each feature map: (batch, channels, h, w) to (batch, channels).

    Args:
        x: (batch, channels, h, w).
    """
    return x.flatten(2).mean(dim=2)


def max_pool2d_backward(
    dout: Tensor,
    x: Tensor,
    size: Pair,
    stride: Pair | None = None,
    padding: Pair = (0, 0),
) -> Tensor:
    """Carry the gradient back by folding a column that holds it at the first winner.

    Args:
        dout: (batch, channels, oh, ow).
        x: (batch, channels, h, w).
        size: (kh, kw).
        stride: (sh, sw); as large as the window if None.
        padding: (ph, pw).

    Returns:
        (batch, channels, h, w).

    Raises:
        ValueError: As `max_pool2d`.
    """
    columns = _columns(x, size, stride, padding, fill=-torch.inf)
    winner = F.one_hot(columns.argmax(dim=2), columns.shape[2])  # (..., oh, ow, kh*kw)
    shares = winner.movedim(-1, 2) * dout[:, :, None]  # (batch, c, kh*kw, oh, ow)
    return _folded(shares, x, size, stride, padding)


def avg_pool2d_backward(
    dout: Tensor,
    x: Tensor,
    size: Pair,
    stride: Pair | None = None,
    padding: Pair = (0, 0),
) -> Tensor:
    """Carry the gradient back by folding columns that hold equal shares of it.

    Args:
        dout: (batch, channels, oh, ow).
        x: (batch, channels, h, w).
        size: (kh, kw).
        stride: (sh, sw); as large as the window if None.
        padding: (ph, pw).

    Returns:
        (batch, channels, h, w).

    Raises:
        ValueError: As `max_pool2d`.
    """
    columns = _columns(x, size, stride, padding, fill=0)
    shares = (dout / columns.shape[2])[:, :, None].expand_as(columns)
    return _folded(shares, x, size, stride, padding)


def _columns(
    x: Tensor, size: Pair, stride: Pair | None, padding: Pair, *, fill: float
) -> Tensor:
    """Lay each window out as a column: (batch, channels, kh*kw, oh, ow)."""
    (sh, sw), (ph, pw) = _require_window(x, size, stride, padding), padding
    padded = F.pad(x, (pw, pw, ph, ph), value=fill)
    columns = F.unfold(padded, size, stride=(sh, sw))  # (batch, c*kh*kw, oh*ow)
    oh, ow = (
        (n - k) // s + 1
        for n, k, s in zip(padded.shape[2:], size, (sh, sw), strict=True)
    )
    return columns.view(len(x), x.shape[1], size[0] * size[1], oh, ow)


def _folded(
    shares: Tensor, x: Tensor, size: Pair, stride: Pair | None, padding: Pair
) -> Tensor:
    """Add up columns (batch, channels, kh*kw, oh, ow) where their windows meet."""
    steps = size if stride is None else stride
    flat = shares.flatten(3).flatten(1, 2)  # (batch, c*kh*kw, oh*ow)
    return F.fold(flat, x.shape[2:], size, padding=padding, stride=steps)


def _require_window(x: Tensor, size: Pair, stride: Pair | None, padding: Pair) -> Pair:
    steps = size if stride is None else stride
    if min(*size, *steps) < 1:
        raise ValueError(f"invalid layer: {size=}, {stride=}")
    if any(not 0 <= p < k for p, k in zip(padding, size, strict=True)):
        raise ValueError(f"invalid frame: {padding=} with {size=}")
    height, width = x.shape[2] + 2 * padding[0], x.shape[3] + 2 * padding[1]
    if size[0] > height or size[1] > width:
        raise ValueError(f"the window {size} is larger than {(height, width)}")
    return steps


def trace_shapes(
    layers: Sequence[Layer], input_shape: Shape
) -> tuple[tuple[Shape, int], ...]:
    """Send an image without memory through the library's own modules.

    Args:
        layers: One mapping for each layer, as the oracle wants them.
        input_shape: (h, w, channels) or (features,).

    Returns:
        For each layer its output's shape without the batch, channels last, and its
        parameters.

    Raises:
        ValueError: An unknown kind, or a layer that can't follow on the shape before.
    """
    channels_first = (*input_shape[-1:], *input_shape[:-1])
    x, trace = torch.empty(1, *channels_first, device="meta"), []
    for layer in layers:
        module = _module(layer, x)
        learned = sum(int(p.numel()) for p in module.parameters())
        try:
            x = module(x)
        except RuntimeError as error:
            raise ValueError(f"can't follow on {tuple(x.shape[1:])}") from error
        shape = tuple(int(n) for n in x.shape[1:])
        trace.append(((*shape[1:], shape[0]), learned))
    return tuple(trace)


def _module(layer: Layer, x: Tensor) -> nn.Module:
    kind = layer["kind"]
    if kind == "relu":
        return nn.ReLU()
    if kind == "flatten":
        return nn.Flatten()
    axes = {"conv": 4, "pool": 4, "global_pool": 4, "dense": 2}.get(kind)
    if axes != x.ndim:
        raise ValueError(f"{kind} can't follow on {tuple(x.shape[1:])}")
    if kind == "dense":
        return nn.Linear(x.shape[1], layer["units"], device="meta")
    if kind == "global_pool":
        return nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten())
    if kind == "pool":
        return nn.MaxPool2d(layer["size"], layer.get("stride"))
    return nn.Conv2d(
        x.shape[1],
        layer["filters"],
        layer["kernel"],
        stride=layer.get("stride", (1, 1)),
        padding=layer.get("padding", (0, 0)),
        device="meta",
    )


def shift_invariance(x: Tensor, size: Pair, stride: Pair | None = None) -> Tensor:
    """Measure how often a pooled maximum survives a shift by one pixel.

    The image is in a wide frame of zeros, which is rolled around.

    Args:
        x: (h, w).
        size: (kh, kw).
        stride: (sh, sw); as large as the window if None.

    Returns:
        (oh, ow), eighths.

    Raises:
        ValueError: As `max_pool2d`.
    """
    still = max_pool2d(x[None, None], size, stride)[0, 0]
    framed, survived = F.pad(x, (2, 2, 2, 2)), torch.zeros_like(still)
    for down in (-1, 0, 1):
        for right in (-1, 0, 1):
            rolled = framed.roll((down, right), dims=(0, 1))[2:-2, 2:-2]
            pooled = max_pool2d(rolled[None, None], size, stride)[0, 0]
            survived += pooled == still
    return (survived - 1) / 8


def classify_digits(
    images: Array, labels: Array, train: int, l2: float = 1e-4
) -> Array:
    """Learn to read digits with the library's modules and optimizer.

    Args:
        images: (n, 8, 8) grey values from 0 to 1.
        labels: (n,) whole numbers below 10.
        train: How many of the first images to learn from.
        l2: Weight of the sum of squares of all weights in the loss.

    Returns:
        (n-train, 10) probabilities for the images held out.
    """
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        network = nn.Sequential(
            nn.Conv2d(1, 12, 3, padding=1),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Flatten(),
            nn.Linear(192, 10),
        )
        x = torch.tensor(images[:, None], dtype=torch.float32)
        y = torch.tensor(labels[:train])
        # Its decay adds weight_decay * w to the gradient: that of half the square.
        optimizer = torch.optim.Adam(network.parameters(), 0.01, weight_decay=2 * l2)
        for _ in range(30):
            for batch in torch.randperm(train).split(32):
                optimizer.zero_grad()
                F.cross_entropy(network(x[batch]), y[batch]).backward()
                optimizer.step()
    with torch.no_grad():
        probabilities: Array = network(x[train:]).softmax(dim=1).numpy()
    return np.asarray(probabilities, images.dtype)
