"""Wrong answers to `causal_mask`."""

import numpy as np

from autograder.checks import Misconception

__all__ = ["MISCONCEPTIONS"]


def _causal_mask_strict(length: int) -> np.ndarray:
    if length < 1:
        raise ValueError("at least one position, please")
    return np.tri(length, k=-1, dtype=bool)


def _causal_mask_upper(length: int) -> np.ndarray:
    if length < 1:
        raise ValueError("at least one position, please")
    return np.tri(length, dtype=bool).T


def _causal_mask_of_the_forbidden(length: int) -> np.ndarray:
    if length < 1:
        raise ValueError("at least one position, please")
    return ~np.tri(length, dtype=bool)


def _causal_mask_as_floats(length: int) -> np.ndarray:
    if length < 1:
        raise ValueError("at least one position, please")
    return np.tri(length)


def _causal_mask_as_scores(length: int) -> np.ndarray:
    if length < 1:
        raise ValueError("at least one position, please")
    return np.where(np.tri(length), 0.0, -np.inf)


MISCONCEPTIONS: tuple[Misconception, ...] = (
    Misconception(
        name="causal_mask_strict",
        of="causal_mask",
        hint=(
            "No position may look at itself here, and the first one at nothing at "
            "all. A position knows what stands at its own place."
        ),
        code=_causal_mask_strict,
    ),
    Misconception(
        name="causal_mask_upper",
        of="causal_mask",
        hint=(
            "Each position looks at itself and at the future. Rows are queries, "
            "columns are keys: which keys come before the first query?"
        ),
        code=_causal_mask_upper,
    ),
    Misconception(
        name="causal_mask_of_the_forbidden",
        of="causal_mask",
        hint=(
            "This mask is True where looking is forbidden. In this notebook True "
            "means allowed."
        ),
        code=_causal_mask_of_the_forbidden,
    ),
    Misconception(
        name="causal_mask_as_floats",
        of="causal_mask",
        hint=(
            "The pattern is right, but it is made of floats. A mask holds booleans; "
            "the maker of your array has an argument for that."
        ),
        code=_causal_mask_as_floats,
    ),
    Misconception(
        name="causal_mask_as_scores",
        of="causal_mask",
        hint=(
            "These are numbers to be added to scores, 0 and -inf. Here a mask holds "
            "booleans, and the softmax knows what to do with them."
        ),
        code=_causal_mask_as_scores,
    ),
)
