"""What the audit of `attention` is to except, for each the reason why."""

from __future__ import annotations

from autograder.audit.exceptions import Equivalent, TrueName

__all__ = ["EXCEPTIONS"]

EXCEPTIONS = (
    # --- wrong answers that are a known mistake ---
    TrueName(
        "attention",
        "in_double",
        ("attention_in_double",),
        "The known mistake is to compute at float64, whatever goes in.",
    ),
    TrueName(
        "causal_mask",
        "as_float",
        ("causal_mask_as_floats",),
        "The known mistake is a mask of floats.",
    ),
    TrueName(
        "multi_head_torch",
        "in_single",
        ("torch_in_single", "torch_breaks_autograd"),
        "A new tensor of float32 numbers: its dtype is wrong, and no gradient flows.",
    ),
    TrueName(
        "multi_head_tf",
        "in_single",
        ("tf_in_single", "tf_breaks_autograd"),
        "A new tensor of float32 numbers: its dtype is wrong, and no gradient flows.",
    ),
    # --- mutants of the notebook's solutions ---
    Equivalent(
        "softmax",
        "Where nothing is allowed, every power is 0 whatever is subtracted.",
        (
            "line 4: `np.where(np.isfinite(largest), largest, 0)` -> "
            "`np.where(np.isfinite(largest), largest, 1)`",
            "line 4: `np.where(np.isfinite(largest), largest, 0)` -> "
            "`np.where(np.isfinite(largest), largest, -1)`",
        ),
    ),
    Equivalent(
        "softmax",
        "The largest power is 1, so a total is 0 or at least 1, and by 1 it is divided "
        "either way.",
        ("line 7: `total > 0` -> `total > 1`",),
    ),
    Equivalent(
        "softmax",
        "Where the total is 0, so is every power, whatever it is divided by.",
        ("line 7: `np.where(total > 0, total, 1)` -> `np.where(total > 0, total, 2)`",),
    ),
    Equivalent(
        "attention",
        "The matrix product refuses such shapes with a ValueError, too.",
        (
            "line 2: `raise ValueError(f'queries have {q.shape[-1]} features, keys "
            "{k.shape[-1]}')` -> `nothing`",
            "line 4: `raise ValueError(f'{k.shape[-2]} keys, but {v.shape[-2]} "
            "values')` -> `nothing`",
        ),
    ),
    Equivalent(
        "attention",
        "Two axes are swapped, in whatever order they are named.",
        ("line 5: `np.swapaxes(k, -1, -2)` -> `np.swapaxes(k, -2, -1)`",),
    ),
    Equivalent(
        "split_heads",
        "reshape refuses a rest with a ValueError, too.",
        ("line 2: `heads < 1 or d_model % heads != 0` -> `heads < 1`",),
    ),
    Equivalent(
        "split_heads",
        "Two axes are swapped, in whatever order they are named.",
        ("line 5: `runs.swapaxes(1, 2)` -> `runs.swapaxes(2, 1)`",),
    ),
    Equivalent(
        "join_heads",
        "Two axes are swapped, in whatever order they are named.",
        ("line 2: `x.swapaxes(1, 2)` -> `x.swapaxes(2, 1)`",),
    ),
    Equivalent(
        "positional_encoding",
        "With an odd d_model there is a column of cosines too many for their place, "
        "which numpy refuses with a ValueError, too.",
        (
            "line 1: `length < 1 or d_model < 2 or d_model % 2` -> `length < 1 or "
            "d_model < 2`",
            "line 1: `d_model % 2` -> `d_model % 1`",
        ),
    ),
    Equivalent(
        "positional_encoding",
        "A d_model of 1 is odd, and refused for that.",
        ("line 1: `d_model < 2` -> `d_model < 1`",),
    ),
    Equivalent(
        "positional_encoding",
        "The last column of an even number has a cosine.",
        ("line 6: `table[:, 0::2]` -> `table[:, 0:-1:2]`",),
    ),
    Equivalent(
        "multi_head_torch",
        "Two axes are swapped, in whatever order, from whichever end they are named.",
        (
            "line 3: `(rows @ W).unflatten(-1, (heads, d_head)).transpose(1, 2)` -> "
            "`(rows @ W).unflatten(-1, (heads, d_head)).transpose(2, 1)`",
            "line 6: `k.transpose(-1, -2)` -> `k.transpose(-2, -1)`",
            "line 6: `k.transpose(-1, -2)` -> `k.transpose(-1, 2)`",
            "line 13: `(weights @ v).transpose(1, 2)` -> `(weights @ v).transpose(2, "
            "1)`",
        ),
    ),
    Equivalent(
        "multi_head_torch",
        "Of four axes the second last is axis 2.",
        (
            "line 13: `(weights @ v).transpose(1, 2).flatten(-2)` -> `(weights @ "
            "v).transpose(1, 2).flatten(2)`",
        ),
    ),
    # --- mutants of the oracle ---
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
