"""Bad answers of `wrong_answers` that are a known mistake of this assignment.

By function and way; all other bad answers get no name.
"""

from __future__ import annotations

__all__ = ["TRUE_NAMES"]

TRUE_NAMES: dict[tuple[str, str], tuple[str, ...]] = {
    # Made a new tensor from numbers, so that no gradient flows either.
    ("max_pool2d_torch", "in_single"): ("torch_loses_dtype", "torch_breaks_autograd"),
    ("max_pool2d_tf", "in_single"): ("tf_loses_dtype", "tf_breaks_autograd"),
}
