"""Mutants of this assignment's oracle that no check can refuse, with the reasons."""

from __future__ import annotations

from tests.mutation.equivalent import Equivalent

__all__ = ["EQUIVALENT"]

EQUIVALENT = (
    Equivalent(
        "oracle.best_run",
        "No two runs of the checks end at the same value, of which the exercise says "
        "nothing.",
        ("line 9: `min(finite, key=lambda pair: pair[0])` -> `min(finite)`",),
    ),
    Equivalent(
        "oracle.sgd",
        "Noise of another shape can't be unpacked or added, which is a ValueError of "
        "numpy's.",
        (
            "line 2: `noise.ndim != 2 or noise.shape[1:] != start.shape` -> "
            "`noise.shape[1:] != start.shape`",
        ),
    ),
    Equivalent(
        "oracle.best_run",
        "zip refuses unequal lengths, and no run at all has no finite end: both a "
        "ValueError.",
        (
            "line 1: `len(starts) == 0 or len(starts) != len(etas)` -> `len(starts) "
            "== 0 and len(starts) != len(etas)`",
            "line 1: `len(starts) == 0 or len(starts) != len(etas)` -> `len(starts) "
            "!= len(etas)`",
            "line 1: `len(starts) == 0 or len(starts) != len(etas)` -> `len(starts) "
            "== 0`",
            "line 1: `len(starts) == 0` -> `len(starts) == -1`",
            "line 2: `raise ValueError(f'{len(starts)} starts with {len(etas)} "
            "learning rates')` -> `nothing`",
        ),
    ),
    Equivalent(
        "oracle.best_run",
        "The lengths are known to be equal there.",
        (
            "line 3: `zip(starts, etas, strict=True)` -> `zip(starts, etas, "
            "strict=False)`",
        ),
    ),
    Equivalent(
        "oracle.best_run",
        "min refuses an empty list with a ValueError, too.",
        ("line 8: `raise ValueError('no run ends at a finite value')` -> `nothing`",),
    ),
)
