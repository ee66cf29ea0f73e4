"""Bad answers of `wrong_answers` that are a known mistake of this assignment.

By function and way; all other bad answers get no name.
"""

from __future__ import annotations

__all__ = ["TRUE_NAMES"]

TRUE_NAMES: dict[tuple[str, str], tuple[str, ...]] = {
    ("fit_line_torch", "zeros"): ("torch_update_lost",),
    ("fit_line_tf", "zeros"): ("tf_update_lost",),
    ("fit_line_torch", "in_single"): ("torch_loses_dtype",),
    ("fit_line_tf", "in_single"): ("tf_loses_dtype",),
}
