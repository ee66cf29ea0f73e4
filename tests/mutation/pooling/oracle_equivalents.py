"""Mutants of this assignment's oracle that no check can refuse, with the reasons."""

from __future__ import annotations

from tests.mutation.equivalent import Equivalent

__all__ = ["EQUIVALENT"]

EQUIVALENT = (
    Equivalent(
        "oracle.classify_digits",
        "The exercise leaves the training free, and what is learnt is good enough.",
        (
            "default of l2: `0.0001` -> `0.0002`",
            "line 1: `np.random.default_rng(0)` -> `np.random.default_rng(1)`",
            "line 4: `range(30)` -> `range(31)`",
            "line 4: `range(30)` -> `range(29)`",
            "line 5: `train // 32` -> `train / 32`",
            "line 5: `train // 32` -> `train`",
            "line 5: `train // 32` -> `32`",
            "line 5: `train // 32` -> `train // 33`",
            "line 5: `train // 32` -> `train // 31`",
            "line 5: `max(train // 32, 1)` -> `max(train // 32, 2)`",
            "line 5: `max(train // 32, 1)` -> `max(train // 32, 0)`",
        ),
        is_free=True,
    ),
    Equivalent(
        "oracle.classify_digits",
        "A batch draws rows below `train` only.",
        ("line 3: `labels[:train]` -> `labels[:train + 1]`",),
    ),
    Equivalent(
        "oracle.classify_digits",
        "max gives the same in either order.",
        ("line 5: `max(train // 32, 1)` -> `max(1, train // 32)`",),
    ),
    Equivalent(
        "oracle._windows",
        "The argument is an array, as the exercise says.",
        ("line 1: `x = np.asarray(x)` -> `nothing`",),
    ),
    Equivalent(
        "oracle.shift_invariance",
        "The argument is an array, as the exercise says.",
        ("line 1: `x = np.asarray(x)` -> `nothing`",),
    ),
    Equivalent(
        "oracle._scatter",
        "The exercise promises no error for a dout of another shape.",
        (
            "line 2: `raise ValueError(f\"dout {dout.shape} hasn't the shape of the "
            'output")` -> `nothing`',
        ),
    ),
    Equivalent(
        "oracle._scatter",
        "What lies beyond the image is cut off afterwards.",
        (
            "line 5: `2 * ph` -> `3 * ph`",
            "line 5: `2 * pw` -> `3 * pw`",
        ),
    ),
    Equivalent(
        "oracle.avg_pool2d_backward",
        "Only the windows' shape is used, not what they hold.",
        (
            "line 1: `_windows(x, size, stride, padding, fill=0)` -> `_windows(x, "
            "size, stride, padding, fill=1)`",
            "line 1: `_windows(x, size, stride, padding, fill=0)` -> `_windows(x, "
            "size, stride, padding, fill=-1)`",
        ),
    ),
    Equivalent(
        "oracle.max_pool2d_backward",
        "numpy takes any negative number for the axis that it shall compute.",
        (
            "line 2: `windows.reshape(*windows.shape[:4], -1)` -> "
            "`windows.reshape(*windows.shape[:4], -2)`",
        ),
    ),
    Equivalent(
        "oracle._through",
        "A flat shape has one axis only.",
        ("line 9: `shape[0]` -> `shape[-1]`",),
    ),
    Equivalent(
        "oracle.shift_invariance",
        "There is one channel only.",
        (
            "line 9: `max_pool2d(np.stack(moved)[:, None], size, stride)[:, 0]` -> "
            "`max_pool2d(np.stack(moved)[:, None], size, stride)[:, -1]`",
        ),
    ),
    Equivalent(
        "oracle._steps",
        "All have the same number of items there.",
        (
            "line 2: `zip(x.shape[2:], size, (sh, sw), padding, strict=True)` -> "
            "`zip(x.shape[2:], size, (sh, sw), padding, strict=False)`",
        ),
    ),
    Equivalent(
        "oracle._steps",
        "No padding from 0 on is smaller than a window less than 1, so that condition "
        "refuses it, too.",
        (
            "line 3: `k < 1 or s < 1` -> `s < 1`",
            "line 3: `k < 1` -> `k < 0`",
        ),
    ),
    Equivalent(
        "oracle._steps",
        "A slice refuses a step of 0 with a ValueError, too.",
        ("line 3: `s < 1` -> `s < 0`",),
    ),
    Equivalent(
        "oracle._steps",
        "np.pad refuses a negative padding with a ValueError, too.",
        ("line 5: `0 <= p < k` -> `-1 <= p < k`",),
    ),
    Equivalent(
        "oracle._steps",
        "sliding_window_view refuses a window larger than the image with a "
        "ValueError, too.",
        (
            "line 7: `2 * p` -> `3 * p`",
            "line 8: `raise ValueError(f'window {k} is larger than the padded image "
            "{n + 2 * p}')` -> `nothing`",
        ),
    ),
    Equivalent(
        "oracle._scatter",
        "All have the same number of items there.",
        (
            "line 6: `zip(np.ndindex(kh, kw), shares, strict=True)` -> "
            "`zip(np.ndindex(kh, kw), shares, strict=False)`",
        ),
    ),
    Equivalent(
        "oracle._places",
        "All have the same number of items there.",
        (
            "line 1: `zip(size, window, stride, padding, strict=True)` -> `zip(size, "
            "window, stride, padding, strict=False)`",
        ),
    ),
)
