"""Bad answers of `wrong_answers` that are a known mistake of this assignment.

By function and way; all other bad answers get no name.
"""

from __future__ import annotations

__all__ = ["TRUE_NAMES"]

TRUE_NAMES: dict[tuple[str, str], tuple[str, ...]] = {
    ("early_stopping", "one_too_many"): ("stopping_counts_from_one",),
}
