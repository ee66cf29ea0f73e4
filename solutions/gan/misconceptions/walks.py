"""Wrong walks between two points: `interpolation`."""

import numpy as np

from autograder.checks import Misconception

__all__ = ["MISCONCEPTIONS"]


def _walk_without_end(p1: np.ndarray, p2: np.ndarray, n_steps: int) -> np.ndarray:
    if p1.shape != p2.shape or n_steps < 2:
        raise ValueError("no such walk")
    ratios = np.linspace(0, 1, n_steps, endpoint=False, dtype=p1.dtype)
    return np.asarray(np.outer(1 - ratios, p1) + np.outer(ratios, p2))


def _walk_without_start(p1: np.ndarray, p2: np.ndarray, n_steps: int) -> np.ndarray:
    if p1.shape != p2.shape or n_steps < 2:
        raise ValueError("no such walk")
    ratios = np.linspace(0, 1, n_steps + 1, dtype=p1.dtype)[1:]
    return np.asarray(np.outer(1 - ratios, p1) + np.outer(ratios, p2))


def _walk_reversed(p1: np.ndarray, p2: np.ndarray, n_steps: int) -> np.ndarray:
    if p1.shape != p2.shape or n_steps < 2:
        raise ValueError("no such walk")
    ratios = np.linspace(1, 0, n_steps, dtype=p1.dtype)
    return np.asarray(np.outer(1 - ratios, p1) + np.outer(ratios, p2))


def _walk_one_more(p1: np.ndarray, p2: np.ndarray, n_steps: int) -> np.ndarray:
    if p1.shape != p2.shape or n_steps < 2:
        raise ValueError("no such walk")
    ratios = np.linspace(0, 1, n_steps + 1, dtype=p1.dtype)
    return np.asarray(np.outer(1 - ratios, p1) + np.outer(ratios, p2))


def _walk_in_double(p1: np.ndarray, p2: np.ndarray, n_steps: int) -> np.ndarray:
    if p1.shape != p2.shape or n_steps < 2:
        raise ValueError("no such walk")
    ratios = np.linspace(0, 1, n_steps)
    return np.asarray(np.outer(1 - ratios, p1) + np.outer(ratios, p2))


MISCONCEPTIONS: tuple[Misconception, ...] = (
    Misconception(
        name="walk_without_end",
        of="interpolation",
        hint="The last point is missing: the ratios stop before 1.",
        code=_walk_without_end,
    ),
    Misconception(
        name="walk_without_start",
        of="interpolation",
        hint="The first point is missing: the ratios begin after 0.",
        code=_walk_without_start,
    ),
    Misconception(
        name="walk_reversed",
        of="interpolation",
        hint="The walk goes from p2 to p1. At ratio 0 only p1 may count.",
        code=_walk_reversed,
    ),
    Misconception(
        name="walk_one_more",
        of="interpolation",
        hint=(
            "There is a point too many: n_steps counts points, not the steps "
            "between them."
        ),
        code=_walk_one_more,
    ),
    Misconception(
        name="walk_in_double",
        of="interpolation",
        hint=(
            "float32 points gave a float64 walk: the ratios are float64. Give "
            "them the dtype of the points."
        ),
        code=_walk_in_double,
    ),
)
