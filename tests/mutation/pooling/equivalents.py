"""Mutants of `pooling` that no check can refuse, with the reasons."""

from __future__ import annotations

from tests.mutation.equivalent import Equivalent

__all__ = ["EQUIVALENT"]

EQUIVALENT = (
    Equivalent(
        "max_pool2d",
        "The pairs have two items each, as the exercise says.",
        (
            "line 2: `zip(x.shape[2:], size, stride, padding, strict=True)` -> "
            "`zip(x.shape[2:], size, stride, padding, strict=False)`",
        ),
    ),
    Equivalent(
        "max_pool2d",
        "No padding from 0 on is smaller than a window less than 1, so the condition "
        "on the padding refuses that window, too.",
        (
            "line 3: `k < 1 or s < 1 or (not 0 <= p < k)` -> `s < 1 or not 0 <= p < k`",
            "line 3: `k < 1` -> `k < 0`",
        ),
    ),
    Equivalent(
        "max_pool2d",
        "np.pad refuses a negative padding with a ValueError, too.",
        ("line 3: `0 <= p < k` -> `-1 <= p < k`",),
    ),
    Equivalent(
        "max_pool2d",
        "np.maximum broadcasts, and so brings the batch back.",
        ("line 11: `x.shape[:2]` -> `x.shape[1:2]`",),
    ),
    Equivalent(
        "avg_pool2d",
        "The pairs have two items each, as the exercise says.",
        (
            "line 2: `zip(x.shape[2:], size, stride, padding, strict=True)` -> "
            "`zip(x.shape[2:], size, stride, padding, strict=False)`",
        ),
    ),
    Equivalent(
        "avg_pool2d",
        "No padding from 0 on is smaller than a window less than 1, so the condition "
        "on the padding refuses that window, too.",
        (
            "line 3: `k < 1 or s < 1 or (not 0 <= p < k)` -> `s < 1 or not 0 <= p < k`",
            "line 3: `k < 1` -> `k < 0`",
        ),
    ),
    Equivalent(
        "avg_pool2d",
        "np.pad refuses a negative padding with a ValueError, too.",
        ("line 3: `0 <= p < k` -> `-1 <= p < k`",),
    ),
    Equivalent(
        "max_pool2d_backward",
        "No largest pixel is infinite, so a frame of infinity never wins.",
        (
            "line 4: `np.pad(x, frame, constant_values=-np.inf)` -> `np.pad(x, frame, "
            "constant_values=np.inf)`",
        ),
    ),
    Equivalent(
        "avg_pool2d_backward",
        "Rows and columns beyond the frame stay zero, and are cut off.",
        ("line 3: `2 * ph` -> `3 * ph`", "line 3: `2 * pw` -> `3 * pw`"),
    ),
    Equivalent(
        "trace_shapes",
        "The pairs have two items each, as the exercise says.",
        (
            "line 14: `zip(shape[:2], window, stride, padding, strict=True)` -> "
            "`zip(shape[:2], window, stride, padding, strict=False)`",
        ),
    ),
    Equivalent(
        "trace_shapes",
        "There the shape has one item, which is the first and the last.",
        ("line 28: `shape[0]` -> `shape[-1]`",),
    ),
    Equivalent(
        "shift_invariance",
        "There is one image of one channel, which is the first and the last.",
        (
            "line 2: `max_pool2d(x[None, None], size, stride)[0, 0]` -> "
            "`max_pool2d(x[None, None], size, stride)[-1, 0]`",
            "line 2: `max_pool2d(x[None, None], size, stride)[0, 0]` -> "
            "`max_pool2d(x[None, None], size, stride)[0, -1]`",
            "line 9: `max_pool2d(shifted[None, None], size, stride)[0, 0]` -> "
            "`max_pool2d(shifted[None, None], size, stride)[-1, 0]`",
            "line 9: `max_pool2d(shifted[None, None], size, stride)[0, 0]` -> "
            "`max_pool2d(shifted[None, None], size, stride)[0, -1]`",
        ),
    ),
    Equivalent(
        "classify_digits",
        "The exercise leaves the training free, and what is learnt is good enough with "
        "these, too.",
        (
            "default of l2: `0.0001` -> `0.0002`",
            "line 12: `torch.optim.Adam(network.parameters(), lr=0.01)` -> "
            "`torch.optim.Adam(network.parameters(), lr=0.02)`",
            "line 14: `torch.randperm(train).split(32)` -> "
            "`torch.randperm(train).split(31)`",
        ),
        is_free=True,
    ),
)
