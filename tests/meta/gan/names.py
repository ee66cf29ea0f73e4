"""Bad answers of `wrong_answers` that are a known mistake of this assignment.

By function and way; all other bad answers get no name.
"""

from __future__ import annotations

__all__ = ["TRUE_NAMES"]

TRUE_NAMES: dict[tuple[str, str], tuple[str, ...]] = {
    ("interpolation", "in_double"): ("walk_in_double",),
    ("train_steps_torch", "in_single"): ("torch_in_single",),
    ("train_steps_tf", "in_single"): ("tf_in_single",),
}
