"""Mutants of this assignment's oracle that no check can refuse, with the reasons."""

from __future__ import annotations

from tests.mutation.equivalent import Equivalent

__all__ = ["EQUIVALENT"]

EQUIVALENT = (
    Equivalent(
        "oracle.softmax",
        "The argument is an array, as the exercise says.",
        ("line 1: `scores = np.asarray(scores)` -> `nothing`",),
    ),
    Equivalent(
        "oracle.attention",
        "An exchange of two axes is the same in either order.",
        ("line 5: `np.swapaxes(k, -1, -2)` -> `np.swapaxes(k, -2, -1)`",),
    ),
    Equivalent(
        "oracle.softmax",
        "Where all is masked, no power is kept, whatever was taken off.",
        (
            "line 6: `largest = np.where(np.isfinite(largest), largest, "
            "np.zeros_like(largest))` -> `nothing`",
        ),
    ),
    Equivalent(
        "oracle.attention",
        "matmul refuses such shapes with a ValueError, too.",
        (
            "line 2: `raise ValueError(f'queries are {q.shape[-1]} wide, keys "
            "{k.shape[-1]}')` -> `nothing`",
            "line 4: `raise ValueError(f'{k.shape[-2]} keys for {v.shape[-2]} "
            "values')` -> `nothing`",
        ),
    ),
    Equivalent(
        "oracle.split_heads",
        "reshape refuses what doesn't divide with a ValueError, too.",
        ("line 2: `heads < 1 or d_model % heads` -> `heads < 1`",),
    ),
    Equivalent(
        "oracle.positional_encoding",
        "reshape refuses an odd width, and no width, with a ValueError, too.",
        (
            "line 3: `d_model < 2 or d_model % 2` -> `d_model < 2`",
            "line 3: `d_model < 2` -> `d_model < 1`",
            "line 3: `d_model % 2` -> `d_model % 1`",
        ),
    ),
)
