"""What the audit of `pooling` is to except, for each the reason why."""

from __future__ import annotations

from autograder.audit.exceptions import Equivalent, Slow, TrueName

__all__ = ["EXCEPTIONS"]

EXCEPTIONS = (
    # --- wrong answers that are a known mistake ---
    TrueName(
        "max_pool2d_torch",
        "in_single",
        ("torch_loses_dtype", "torch_breaks_autograd"),
        "A new tensor of float32 numbers: its dtype is wrong, and no gradient flows.",
    ),
    TrueName(
        "max_pool2d_tf",
        "in_single",
        ("tf_loses_dtype", "tf_breaks_autograd"),
        "A new tensor of float32 numbers: its dtype is wrong, and no gradient flows.",
    ),
    # --- what takes long ---
    Slow("classify_digits", 6, "Every call trains a network."),
    # --- mutants of the notebook's solutions ---
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
    # --- mutants of the oracle ---
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
            "line 2: `raise ValueError(f'dout {dout.shape} has another shape than the "
            "output')` -> `nothing`",
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
