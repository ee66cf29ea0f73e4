"""Bad answers of `wrong_answers` that are a known mistake of this assignment.

By function and way; all other bad answers get no name.
"""

from __future__ import annotations

__all__ = ["TRUE_NAMES"]

TRUE_NAMES: dict[tuple[str, str], tuple[str, ...]] = {
    ("polynomial_product", "flat"): ("product_one_power_too_many",),
    ("polynomial_product", "in_double"): ("product_in_double",),
    ("toeplitz_matrix", "in_double"): ("toeplitz_in_double",),
    ("corr2d", "in_double"): ("corr2d_in_double",),
    ("pad2d", "in_double"): ("pad_in_double",),
    ("conv2d", "in_double"): ("conv_in_double",),
    ("local_parameters", "one_too_many"): ("local_count_with_bias",),
    ("sobel_edges", "in_double"): ("edges_in_double",),
    # Made a new tensor from numbers, so that no gradient flows either.
    ("conv2d_torch", "in_single"): ("torch_loses_dtype", "torch_breaks_autograd"),
    ("conv2d_tf", "in_single"): ("tf_loses_dtype", "tf_breaks_autograd"),
}
