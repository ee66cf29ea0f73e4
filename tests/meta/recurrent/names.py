"""Bad answers of `wrong_answers` that are a known mistake of this assignment.

By function and way; all other bad answers get no name.
"""

from __future__ import annotations

__all__ = ["TRUE_NAMES"]

TRUE_NAMES: dict[tuple[str, str], tuple[str, ...]] = {
    # Made a new tensor from numbers, so that no gradient flows either.
    ("lstm_torch", "in_single"): (
        "torch_layer_in_single",
        "torch_layer_breaks_autograd",
    ),
    ("lstm_tf", "in_single"): ("tf_layer_in_single", "tf_layer_breaks_autograd"),
}
