"""Wrong answers to the choice among several runs: `best_run`."""

from collections.abc import Callable
from typing import Any

import numpy as np

from autograder.checks import Misconception

from ..oracle import descend

__all__ = ["MISCONCEPTIONS"]

Function = Callable[[Any], Any]


def _best_is_last(
    f: "Function",
    gradient: "Function",
    starts: np.ndarray,
    etas: np.ndarray,
    steps: int,
) -> np.ndarray:
    if len(starts) == 0 or len(starts) != len(etas):
        raise ValueError("bad starts or etas")
    runs = [
        descend(gradient, x, eta, steps) for x, eta in zip(starts, etas, strict=True)
    ]
    finite = [r for r in runs if np.isfinite(r[-1]) and np.isfinite(f(r[-1]))]
    if not finite:
        raise ValueError("all runs diverge")
    return runs[-1]


def _best_is_first(
    f: "Function",
    gradient: "Function",
    starts: np.ndarray,
    etas: np.ndarray,
    steps: int,
) -> np.ndarray:
    if len(starts) == 0 or len(starts) != len(etas):
        raise ValueError("bad starts or etas")
    runs = [
        descend(gradient, x, eta, steps) for x, eta in zip(starts, etas, strict=True)
    ]
    finite = [r for r in runs if np.isfinite(r[-1]) and np.isfinite(f(r[-1]))]
    if not finite:
        raise ValueError("all runs diverge")
    return runs[0]


def _best_near_zero(
    f: "Function",
    gradient: "Function",
    starts: np.ndarray,
    etas: np.ndarray,
    steps: int,
) -> np.ndarray:
    if len(starts) == 0 or len(starts) != len(etas):
        raise ValueError("bad starts or etas")
    runs = [
        descend(gradient, x, eta, steps) for x, eta in zip(starts, etas, strict=True)
    ]
    finite = [r for r in runs if np.isfinite(r[-1]) and np.isfinite(f(r[-1]))]
    if not finite:
        raise ValueError("all runs diverge")
    return min(finite, key=lambda run: abs(run[-1]))


def _best_by_slope(
    f: "Function",
    gradient: "Function",
    starts: np.ndarray,
    etas: np.ndarray,
    steps: int,
) -> np.ndarray:
    if len(starts) == 0 or len(starts) != len(etas):
        raise ValueError("bad starts or etas")
    runs = [
        descend(gradient, x, eta, steps) for x, eta in zip(starts, etas, strict=True)
    ]
    finite = [r for r in runs if np.isfinite(r[-1]) and np.isfinite(f(r[-1]))]
    if not finite:
        raise ValueError("all runs diverge")
    return min(finite, key=lambda run: abs(gradient(run[-1])))


def _best_by_signed_slope(
    f: "Function",
    gradient: "Function",
    starts: np.ndarray,
    etas: np.ndarray,
    steps: int,
) -> np.ndarray:
    if len(starts) == 0 or len(starts) != len(etas):
        raise ValueError("bad starts or etas")
    runs = [
        descend(gradient, x, eta, steps) for x, eta in zip(starts, etas, strict=True)
    ]
    finite = [r for r in runs if np.isfinite(r[-1]) and np.isfinite(f(r[-1]))]
    if not finite:
        raise ValueError("all runs diverge")
    return min(finite, key=lambda run: gradient(run[-1]))


def _best_leftmost(
    f: "Function",
    gradient: "Function",
    starts: np.ndarray,
    etas: np.ndarray,
    steps: int,
) -> np.ndarray:
    if len(starts) == 0 or len(starts) != len(etas):
        raise ValueError("bad starts or etas")
    runs = [
        descend(gradient, x, eta, steps) for x, eta in zip(starts, etas, strict=True)
    ]
    finite = [r for r in runs if np.isfinite(r[-1]) and np.isfinite(f(r[-1]))]
    if not finite:
        raise ValueError("all runs diverge")
    return min(finite, key=lambda run: run[-1])


def _best_highest(
    f: "Function",
    gradient: "Function",
    starts: np.ndarray,
    etas: np.ndarray,
    steps: int,
) -> np.ndarray:
    if len(starts) == 0 or len(starts) != len(etas):
        raise ValueError("bad starts or etas")
    runs = [
        descend(gradient, x, eta, steps) for x, eta in zip(starts, etas, strict=True)
    ]
    finite = [r for r in runs if np.isfinite(r[-1]) and np.isfinite(f(r[-1]))]
    if not finite:
        raise ValueError("all runs diverge")
    return max(finite, key=lambda run: f(run[-1]))


def _best_on_the_way(
    f: "Function",
    gradient: "Function",
    starts: np.ndarray,
    etas: np.ndarray,
    steps: int,
) -> np.ndarray:
    if len(starts) == 0 or len(starts) != len(etas):
        raise ValueError("bad starts or etas")
    runs = [
        descend(gradient, x, eta, steps) for x, eta in zip(starts, etas, strict=True)
    ]
    finite = [r for r in runs if np.isfinite(r[-1]) and np.isfinite(f(r[-1]))]
    if not finite:
        raise ValueError("all runs diverge")
    return min(finite, key=lambda run: min(f(x) for x in run))


def _best_by_magnitude(
    f: "Function",
    gradient: "Function",
    starts: np.ndarray,
    etas: np.ndarray,
    steps: int,
) -> np.ndarray:
    if len(starts) == 0 or len(starts) != len(etas):
        raise ValueError("bad starts or etas")
    runs = [
        descend(gradient, x, eta, steps) for x, eta in zip(starts, etas, strict=True)
    ]
    finite = [r for r in runs if np.isfinite(r[-1]) and np.isfinite(f(r[-1]))]
    if not finite:
        raise ValueError("all runs diverge")
    return min(finite, key=lambda run: abs(f(run[-1])))


def _best_by_start(
    f: "Function",
    gradient: "Function",
    starts: np.ndarray,
    etas: np.ndarray,
    steps: int,
) -> np.ndarray:
    if len(starts) == 0 or len(starts) != len(etas):
        raise ValueError("bad starts or etas")
    runs = [
        descend(gradient, x, eta, steps) for x, eta in zip(starts, etas, strict=True)
    ]
    finite = [r for r in runs if np.isfinite(r[-1]) and np.isfinite(f(r[-1]))]
    if not finite:
        raise ValueError("all runs diverge")
    return min(runs, key=lambda run: f(run[0]))


def _best_by_descent(
    f: "Function",
    gradient: "Function",
    starts: np.ndarray,
    etas: np.ndarray,
    steps: int,
) -> np.ndarray:
    if len(starts) == 0 or len(starts) != len(etas):
        raise ValueError("bad starts or etas")
    runs = [
        descend(gradient, x, eta, steps) for x, eta in zip(starts, etas, strict=True)
    ]
    finite = [r for r in runs if np.isfinite(r[-1]) and np.isfinite(f(r[-1]))]
    if not finite:
        raise ValueError("all runs diverge")
    return min(finite, key=lambda run: f(run[-1]) - f(run[0]))


def _best_without_start(
    f: "Function",
    gradient: "Function",
    starts: np.ndarray,
    etas: np.ndarray,
    steps: int,
) -> np.ndarray:
    if len(starts) == 0 or len(starts) != len(etas):
        raise ValueError("bad starts or etas")
    runs = [
        descend(gradient, x, eta, steps) for x, eta in zip(starts, etas, strict=True)
    ]
    finite = [r for r in runs if np.isfinite(r[-1]) and np.isfinite(f(r[-1]))]
    if not finite:
        raise ValueError("all runs diverge")
    return min(finite, key=lambda run: f(run[-1]))[1:]


def _best_end_only(
    f: "Function",
    gradient: "Function",
    starts: np.ndarray,
    etas: np.ndarray,
    steps: int,
) -> np.ndarray:
    if len(starts) == 0 or len(starts) != len(etas):
        raise ValueError("bad starts or etas")
    runs = [
        descend(gradient, x, eta, steps) for x, eta in zip(starts, etas, strict=True)
    ]
    finite = [r for r in runs if np.isfinite(r[-1]) and np.isfinite(f(r[-1]))]
    if not finite:
        raise ValueError("all runs diverge")
    return np.asarray(min(finite, key=lambda run: f(run[-1]))[-1])


def _best_lets_nan_win(
    f: "Function",
    gradient: "Function",
    starts: np.ndarray,
    etas: np.ndarray,
    steps: int,
) -> np.ndarray:
    if len(starts) == 0 or len(starts) != len(etas):
        raise ValueError("bad starts or etas")
    runs = [
        descend(gradient, x, eta, steps) for x, eta in zip(starts, etas, strict=True)
    ]
    finite = [r for r in runs if np.isfinite(r[-1]) and np.isfinite(f(r[-1]))]
    if not finite:
        raise ValueError("all runs diverge")
    return runs[int(np.argmin([f(run[-1]) for run in runs]))]


MISCONCEPTIONS: tuple[Misconception, ...] = (
    Misconception(
        name="best_is_last",
        of="best_run",
        hint=(
            "This is the last run, whatever its end. Did you keep the best one "
            "while others followed?"
        ),
        code=_best_is_last,
    ),
    Misconception(
        name="best_is_first",
        of="best_run",
        hint=("This is the first run, whatever its end. Compare it with the others."),
        code=_best_is_first,
    ),
    Misconception(
        name="best_near_zero",
        of="best_run",
        hint=(
            "This run ends nearest to x = 0. Nearness to zero says nothing; compare "
            "the values of f."
        ),
        code=_best_near_zero,
    ),
    Misconception(
        name="best_by_slope",
        of="best_run",
        hint=(
            "This run ends where the slope is smallest. At the bottom of every "
            "valley the slope is zero; compare the values of f."
        ),
        code=_best_by_slope,
    ),
    Misconception(
        name="best_by_signed_slope",
        of="best_run",
        hint=(
            "This run ends where the slope has the lowest value. Compare the values "
            "of f, not of its derivative."
        ),
        code=_best_by_signed_slope,
    ),
    Misconception(
        name="best_leftmost",
        of="best_run",
        hint=(
            "This run ends farthest to the left: you compared the points, not the "
            "values of f there."
        ),
        code=_best_leftmost,
    ),
    Misconception(
        name="best_highest",
        of="best_run",
        hint=("This run ends highest. Asked for is the lowest."),
        code=_best_highest,
    ),
    Misconception(
        name="best_on_the_way",
        of="best_run",
        hint=(
            "This run passes through the lowest point but doesn't end there. "
            "Compare the ends."
        ),
        code=_best_on_the_way,
    ),
    Misconception(
        name="best_by_magnitude",
        of="best_run",
        hint=(
            "This run ends where f is nearest to zero. Values below zero are lower "
            "still."
        ),
        code=_best_by_magnitude,
    ),
    Misconception(
        name="best_by_start",
        of="best_run",
        hint=("This run starts lowest. Compare the ends."),
        code=_best_by_start,
    ),
    Misconception(
        name="best_by_descent",
        of="best_run",
        hint=(
            "This run descends most. Asked for is the one that ends lowest, from "
            "wherever it comes."
        ),
        code=_best_by_descent,
    ),
    Misconception(
        name="best_without_start",
        of="best_run",
        hint=("The right run, but its start is missing."),
        code=_best_without_start,
    ),
    Misconception(
        name="best_end_only",
        of="best_run",
        hint=(
            "The right run, but only its last point. Asked for is the whole trajectory."
        ),
        code=_best_end_only,
    ),
    Misconception(
        name="best_lets_nan_win",
        of="best_run",
        hint=(
            "A run that diverged was taken for the best: argmin takes nan for the "
            "minimum, and minus infinity is lower than all else. Leave out runs "
            "that don't end at a finite value."
        ),
        code=_best_lets_nan_win,
    ),
)
