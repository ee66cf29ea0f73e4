"""Wrong answers to the assignment `pooling` that have a name and a hint.

One module for each exercise, in the notebook's order. Each is a right answer, the
oracle's or a variant's, with the slip that a student would make in it.
"""

from __future__ import annotations

from autograder.checks import Misconception

from . import (
    backward_maxima,
    backward_means,
    digits,
    maxima,
    means,
    shapes,
    shifts,
    tensorflow_layer,
    torch_layer,
)

__all__ = ["MISCONCEPTIONS"]

MISCONCEPTIONS: tuple[Misconception, ...] = (
    *maxima.MISCONCEPTIONS,
    *means.MISCONCEPTIONS,
    *backward_maxima.MISCONCEPTIONS,
    *backward_means.MISCONCEPTIONS,
    *shapes.MISCONCEPTIONS,
    *shifts.MISCONCEPTIONS,
    *digits.MISCONCEPTIONS,
    *torch_layer.MISCONCEPTIONS,
    *tensorflow_layer.MISCONCEPTIONS,
)
