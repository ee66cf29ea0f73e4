"""Mutants of this assignment's oracle that no check can refuse, with the reasons."""

from __future__ import annotations

from tests.mutation.equivalent import Equivalent

__all__ = ["EQUIVALENT"]

EQUIVALENT = (
    Equivalent(
        "oracle.polynomial_product",
        "The argument is an array, as the exercise says.",
        ("line 1: `alpha, beta = (np.asarray(alpha), np.asarray(beta))` -> `nothing`",),
    ),
    Equivalent(
        "oracle.toeplitz_matrix",
        "The argument is an array, as the exercise says.",
        ("line 1: `alpha = np.asarray(alpha)` -> `nothing`",),
    ),
    Equivalent(
        "oracle.convolution_integral",
        "The argument is an array, as the exercise says.",
        ("line 1: `t, a = (np.asarray(t), np.asarray(a))` -> `nothing`",),
    ),
    Equivalent(
        "oracle.convolution_integral",
        "A sum of products of t's and a's dtypes has their common dtype already.",
        (
            "line 5: `np.asarray(total, dtype=np.result_type(t, a))` -> "
            "`np.asarray(total)`",
        ),
    ),
    Equivalent(
        "oracle.corr2d",
        "The argument is an array, as the exercise says.",
        ("line 1: `x, k = (np.asarray(x), np.asarray(k))` -> `nothing`",),
    ),
    Equivalent(
        "oracle.pad2d",
        "The argument is an array, as the exercise says.",
        ("line 1: `x = np.asarray(x)` -> `nothing`",),
    ),
    Equivalent(
        "oracle.sobel_edges",
        "The argument is an array, as the exercise says.",
        ("line 1: `image = np.asarray(image)` -> `nothing`",),
    ),
    Equivalent(
        "oracle.conv2d_backward",
        "The exercise promises no error for a dout of another shape.",
        (
            "line 4: `raise ValueError(f\"dout must have the output's shape "
            '{expected}: {dout.shape}")` -> `nothing`',
        ),
    ),
    Equivalent(
        "oracle.toeplitz_matrix",
        "What is clipped to another place is replaced by zero afterwards.",
        (
            "line 8: `np.clip(index, 0, alpha.size - 1)` -> `np.clip(0, index, "
            "alpha.size - 1)`",
            "line 8: `np.clip(index, 0, alpha.size - 1)` -> `np.clip(index, -1, "
            "alpha.size - 1)`",
        ),
    ),
    Equivalent(
        "oracle.corr2d",
        "Two axes are tensordot's default.",
        ("line 4: `np.tensordot(windows, k, axes=2)` -> `np.tensordot(windows, k)`",),
    ),
    Equivalent(
        "oracle._places",
        "int cuts off the fraction, and no count is negative.",
        ("line 9: `(n + 2 * p - k) // s` -> `(n + 2 * p - k) / s`",),
    ),
    Equivalent(
        "oracle.sobel_edges",
        "The batch holds one image only.",
        (
            "line 3: `conv2d(image[None, None], kernels)[0]` -> `conv2d(image[None, "
            "None], kernels)[-1]`",
        ),
    ),
    Equivalent(
        "oracle.corr2d",
        "sliding_window_view refuses a window larger than the image with a "
        "ValueError, too.",
        (
            "line 2: `output_shape((x.shape[0], x.shape[1]), (k.shape[0], "
            "k.shape[1]))` -> `nothing`",
        ),
    ),
    Equivalent(
        "oracle.output_shape",
        "All have the same number of items there.",
        (
            "line 3: `zip(size, kernel, padding, stride, strict=True)` -> `zip(size, "
            "kernel, padding, stride, strict=False)`",
        ),
    ),
    Equivalent(
        "oracle.pad2d",
        "np.pad refuses a negative padding with a ValueError, too.",
        (
            "line 3: `ph < 0 or pw < 0` -> `ph < 0 and pw < 0`",
            "line 3: `ph < 0 or pw < 0` -> `pw < 0`",
            "line 3: `ph < 0 or pw < 0` -> `ph < 0`",
            "line 3: `ph < 0` -> `ph < -1`",
            "line 3: `pw < 0` -> `pw < -1`",
            "line 4: `raise ValueError(f'padding must not be negative, got {(ph, "
            "pw)}')` -> `nothing`",
        ),
    ),
    Equivalent(
        "oracle._windows",
        "tensordot refuses unequal axes with a ValueError, too.",
        (
            "line 2: `raise ValueError(f'x has {x.shape[1]} channels but the kernels "
            "expect {w.shape[1]}')` -> `nothing`",
        ),
    ),
    Equivalent(
        "oracle._windows",
        "sliding_window_view and the slice's step refuse with a ValueError, too.",
        (
            "line 6: `output_shape((x.shape[2], x.shape[3]), kernel, padding, "
            "stride)` -> `nothing`",
        ),
    ),
)
