"""Bad answers of `wrong_answers` that are a known mistake of this assignment.

By function and way; all other bad answers get no name.
"""

from __future__ import annotations

__all__ = ["TRUE_NAMES"]

TRUE_NAMES: dict[tuple[str, str], tuple[str, ...]] = {
    ("attention", "in_double"): ("attention_in_double",),
    ("causal_mask", "as_float"): ("causal_mask_as_floats",),
    # Made a new tensor from numbers, so that no gradient flows either.
    ("multi_head_torch", "in_single"): ("torch_in_single", "torch_breaks_autograd"),
    ("multi_head_tf", "in_single"): ("tf_in_single", "tf_breaks_autograd"),
}
