"""What the audit of `convolution` is to except, for each the reason why."""

from __future__ import annotations

from autograder.audit.exceptions import Equivalent, TrueName

__all__ = ["EXCEPTIONS"]

EXCEPTIONS = (
    # --- wrong answers that are a known mistake ---
    TrueName(
        "polynomial_product",
        "flat",
        ("product_one_power_too_many",),
        "One number more is one power more.",
    ),
    TrueName(
        "polynomial_product",
        "in_double",
        ("product_in_double",),
        "The known mistake is to compute at float64, whatever goes in.",
    ),
    TrueName(
        "toeplitz_matrix",
        "in_double",
        ("toeplitz_in_double",),
        "The known mistake is to compute at float64, whatever goes in.",
    ),
    TrueName(
        "corr2d",
        "in_double",
        ("corr2d_in_double",),
        "The known mistake is to compute at float64, whatever goes in.",
    ),
    TrueName(
        "pad2d",
        "in_double",
        ("pad_in_double",),
        "The known mistake is to compute at float64, whatever goes in.",
    ),
    TrueName(
        "conv2d",
        "in_double",
        ("conv_in_double",),
        "The known mistake is to compute at float64, whatever goes in.",
    ),
    TrueName(
        "local_parameters",
        "one_too_many",
        ("local_count_with_bias",),
        "One number more is a bias, which the known mistake counts.",
    ),
    TrueName(
        "sobel_edges",
        "in_double",
        ("edges_in_double",),
        "The known mistake is to compute at float64, whatever goes in.",
    ),
    TrueName(
        "conv2d_torch",
        "in_single",
        ("torch_loses_dtype", "torch_breaks_autograd"),
        "A new tensor of float32 numbers: its dtype is wrong, and no gradient flows.",
    ),
    TrueName(
        "conv2d_tf",
        "in_single",
        ("tf_loses_dtype", "tf_breaks_autograd"),
        "A new tensor of float32 numbers: its dtype is wrong, and no gradient flows.",
    ),
    # --- mutants of the notebook's solutions ---
    Equivalent(
        "output_shape",
        "The four arguments are pairs, so there is nothing that strict could refuse.",
        (
            "line 2: `zip(size, kernel, padding, stride, strict=True)` -> "
            "`zip(size, kernel, padding, stride, strict=False)`",
        ),
    ),
    Equivalent(
        "pad2d",
        "An image doesn't fit into a frame that is smaller than itself, which numpy "
        "refuses with a ValueError, too.",
        (
            "line 2: `ph < 0 or pw < 0` -> `ph < 0 and pw < 0`",
            "line 2: `ph < 0 or pw < 0` -> `pw < 0`",
            "line 2: `ph < 0 or pw < 0` -> `ph < 0`",
            "line 2: `ph < 0` -> `ph < -1`",
            "line 2: `pw < 0` -> `pw < -1`",
            "line 3: `raise ValueError(f'padding must not be negative, got "
            "{padding}')` -> `nothing`",
        ),
    ),
    Equivalent(
        "conv2d",
        "np.pad refuses a negative padding with a ValueError, too.",
        (
            "line 5: `min(stride) < 1 or min(padding) < 0` -> `min(stride) < 1`",
            "line 5: `min(padding) < 0` -> `min(padding) < -1`",
        ),
    ),
    Equivalent(
        "sobel_edges",
        "The batch holds one image, which is the first and the last.",
        (
            "line 2: `conv2d(image[None, None], kernels)[0]` -> "
            "`conv2d(image[None, None], kernels)[-1]`",
        ),
    ),
    # --- mutants of the oracle ---
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
