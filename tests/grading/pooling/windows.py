"""Windows that the checks of pooling and of its gradients are put with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["BAD_WINDOWS", "WINDOWS", "Window"]

Pair = tuple[int, int]


@dataclass(frozen=True)
class Window:
    """The sizes of one call; its arrays are drawn by a check's generator.

    Attributes:
        name: What is special about it; part of the check's name.
        shape: (batch, channels, h, w).
        size: (kh, kw).
        stride: (sh, sw), or None for a call without one.
        padding: (ph, pw).
    """

    name: str
    shape: tuple[int, int, int, int]
    size: Pair
    stride: Pair | None = None
    padding: Pair = (0, 0)

    def __str__(self) -> str:
        """Name the check."""
        return self.name

    @property
    def settings(self) -> dict[str, Any]:
        """The keyword arguments of the call."""
        stride = {} if self.stride is None else {"stride": self.stride}
        return {"size": self.size, **stride, "padding": self.padding}

    def images(
        self, rng: np.random.Generator, dtype: npt.DTypeLike = np.float64
    ) -> np.ndarray:
        """Draw (batch, channels, h, w); most pixels are negative, no two are equal."""
        count = int(np.prod(self.shape))
        pixels = rng.permutation(count) - 0.8 * count + rng.uniform(0, 0.5, count)
        return (pixels / count).reshape(self.shape).astype(dtype)

    def gradient(
        self, rng: np.random.Generator, dtype: npt.DTypeLike = np.float64
    ) -> np.ndarray:
        """Draw the loss's gradient at the output, (batch, channels, oh, ow)."""
        steps = self.stride or self.size
        places = (
            (n + 2 * p - k) // s + 1
            for n, k, s, p in zip(
                self.shape[2:], self.size, steps, self.padding, strict=True
            )
        )
        return rng.normal(size=(*self.shape[:2], *places)).astype(dtype)


WINDOWS = (
    Window("windows side by side", (2, 3, 6, 8), (3, 2)),
    Window("windows overlap", (3, 2, 6, 7), (3, 2), (1, 1)),
    Window("strides and padding differ", (2, 4, 7, 8), (2, 3), (1, 2), (0, 1)),
    Window("padding above and below", (3, 2, 5, 6), (4, 2), (2, 1), (2, 0)),
    Window("rows and columns left over", (2, 3, 8, 9), (3, 4)),
    Window("stride beyond the window", (2, 2, 9, 8), (2, 1), (4, 3)),
    Window("window of one row", (3, 2, 4, 7), (1, 4), (2, 1), (0, 2)),
    Window("window as large as the image", (2, 3, 4, 5), (4, 5)),
    Window("taller than the image alone", (3, 2, 2, 7), (5, 2), (1, 2), (2, 0)),
)

BAD_WINDOWS = {
    "window of height 0": {"size": (0, 2)},
    "window of width -1": {"size": (2, -1)},
    "vertical stride 0": {"size": (2, 3), "stride": (0, 1)},
    "horizontal stride -2": {"size": (2, 3), "stride": (1, -2)},
    "padding -1 above": {"size": (2, 3), "padding": (-1, 0)},
    "padding -1 on the left": {"size": (2, 3), "padding": (0, -1)},
    "padding as high as the window": {"size": (2, 3), "padding": (2, 0)},
    "padding as wide as the window": {"size": (2, 3), "padding": (0, 3)},
    "window taller than the padded image": {"size": (8, 2), "padding": (1, 0)},
    "window wider than the image": {"size": (2, 7)},
}
