"""Layers that the checks of `conv2d`, its gradients and its twins are put with."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = ["LAYERS", "Layer"]

Pair = tuple[int, int]


@dataclass(frozen=True)
class Layer:
    """The sizes of one call; its arrays are drawn by a check's generator.

    Attributes:
        name: What is special about it; part of the check's name.
        batch: Images.
        channels: (in, out).
        size: (h, w).
        kernel: (kh, kw).
        stride: (sh, sw).
        padding: (ph, pw).
    """

    name: str
    batch: int
    channels: Pair
    size: Pair
    kernel: Pair
    stride: Pair = (1, 1)
    padding: Pair = (0, 0)

    def __str__(self) -> str:
        """Name the check."""
        return self.name

    @property
    def output(self) -> Pair:
        """(oh, ow)."""
        height, width = (
            (n + 2 * p - k) // s + 1
            for n, k, s, p in zip(
                self.size, self.kernel, self.stride, self.padding, strict=True
            )
        )
        return height, width

    @property
    def settings(self) -> dict[str, Pair]:
        """The keyword arguments of the call."""
        return {"stride": self.stride, "padding": self.padding}

    def arrays(
        self, rng: np.random.Generator, dtype: npt.DTypeLike = np.float64
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Draw x (batch, in, h, w), w (out, in, kh, kw) and b (out,)."""
        inputs, outputs = self.channels
        x = rng.normal(size=(self.batch, inputs, *self.size))
        w = rng.normal(size=(outputs, inputs, *self.kernel))
        b = rng.uniform(1, 2, size=outputs)  # no bias near zero
        return x.astype(dtype), w.astype(dtype), b.astype(dtype)

    def gradient(
        self, rng: np.random.Generator, dtype: npt.DTypeLike = np.float64
    ) -> np.ndarray:
        """Draw the loss's gradient at the output, (batch, out, oh, ow)."""
        shape = (self.batch, self.channels[1], *self.output)
        return rng.normal(size=shape).astype(dtype)


LAYERS = (
    # Here the result is as wide as there are output channels, so that a bias along
    # the wrong axis gives a result at all.
    Layer("three channels to five", 2, (3, 5), (7, 6), (3, 2)),
    Layer("strides and padding differ", 2, (4, 2), (6, 9), (2, 3), (2, 3), (1, 2)),
    # Equal channels on purpose: exchanged filter axes give a result only here.
    Layer("as many filters as channels", 3, (3, 3), (5, 8), (2, 3), (1, 2), (0, 1)),
    Layer("stride leaves pixels over", 3, (2, 4), (8, 7), (3, 2), (3, 4), (0, 1)),
    Layer("kernel of one pixel", 2, (3, 4), (7, 5), (1, 1), (3, 2), (0, 0)),
    Layer("kernel of one column", 3, (2, 3), (6, 4), (4, 1), (2, 1), (2, 0)),
    Layer("kernel as large as the image", 3, (2, 4), (4, 5), (4, 5)),
    Layer(
        "kernel as large as the padded image", 2, (1, 3), (4, 3), (6, 7), (2, 1), (1, 2)
    ),
)
