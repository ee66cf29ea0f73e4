"""Functions to descend, drawn by a check's generator.

The student's code calls them back, with a number or an array of its own making. They
answer at the dtype that they are asked in.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

__all__ = ["Function", "some_function", "some_gradient", "some_schedule"]

Function = Callable[[Any], Any]


def some_gradient(rng: np.random.Generator, size: int) -> Function:
    """Draw a gradient of points with `size` numbers, in any shape.

    It couples all coordinates, is neither even nor odd, and has no zero at the origin.
    """
    root, shift = rng.normal(size=(size, size)) / size, rng.uniform(1, 2, size=size)

    def gradient(x: Any) -> np.ndarray:
        x = np.asarray(x)
        flat = x.ravel().astype(np.float64)
        slope = root.T @ (root @ flat) + np.tanh(flat) + shift
        return slope.reshape(x.shape).astype(x.dtype if x.dtype.kind == "f" else float)

    return gradient


def some_function(rng: np.random.Generator, size: int) -> Function:
    """Draw a smooth function of points (size,); no difference of it is exact."""
    mix = rng.normal(size=(size, size)) / size
    cubic, slope = rng.uniform(0.5, 1.5, size=(2, size))

    def function(x: Any) -> float:
        x = np.asarray(x, dtype=np.float64)
        return float(np.sin(mix @ x).sum() + cubic @ x**3 + slope @ x)

    return function


def some_schedule(rng: np.random.Generator) -> Function:
    """Draw a schedule that goes up and down, so that a wrong t is a wrong rate."""
    phase = rng.uniform(0, 2)

    def schedule(t: float) -> float:
        return float(0.2 + 0.1 * np.sin(2 * t + phase))

    return schedule
