"""Wrong answers to `softmax`."""

import numpy as np

from autograder.checks import Misconception

__all__ = ["MISCONCEPTIONS"]


def _softmax_first_axis(
    scores: np.ndarray, mask: np.ndarray | None = None
) -> np.ndarray:
    if mask is not None:
        scores = np.where(mask, scores, -np.inf)
    largest = scores.max(axis=0, keepdims=True)
    powers = np.exp(scores - np.where(np.isfinite(largest), largest, 0))
    total = powers.sum(axis=0, keepdims=True)
    return np.asarray(powers / np.where(total > 0, total, 1))


def _softmax_of_everything(
    scores: np.ndarray, mask: np.ndarray | None = None
) -> np.ndarray:
    if mask is not None:
        scores = np.where(mask, scores, -np.inf)
    powers = np.exp(scores - scores.max())
    return np.asarray(powers / powers.sum())


def _softmax_overflows(
    scores: np.ndarray, mask: np.ndarray | None = None
) -> np.ndarray:
    powers = np.exp(scores)
    if mask is not None:
        powers = np.where(mask, powers, 0)
    total = powers.sum(axis=-1, keepdims=True)
    return np.asarray(powers / np.where(total == 0, 1, total))


def _softmax_one_maximum_for_all(
    scores: np.ndarray, mask: np.ndarray | None = None
) -> np.ndarray:
    if mask is not None:
        scores = np.where(mask, scores, -np.inf)
    powers = np.exp(scores - scores.max())
    total = powers.sum(axis=-1, keepdims=True)
    allowed = np.isfinite(scores).any(axis=-1, keepdims=True)
    return np.asarray(powers / np.where(allowed, total, 1))


def _softmax_maximum_of_the_forbidden(
    scores: np.ndarray, mask: np.ndarray | None = None
) -> np.ndarray:
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    if mask is not None:
        powers = np.where(mask, powers, 0)
    total = powers.sum(axis=-1, keepdims=True)
    return np.asarray(powers / np.where(total > 0, total, 1))


def _softmax_nan_where_nothing_is_allowed(
    scores: np.ndarray, mask: np.ndarray | None = None
) -> np.ndarray:
    if mask is not None:
        scores = np.where(mask, scores, -np.inf)
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True))


def _softmax_equal_where_nothing_is_allowed(
    scores: np.ndarray, mask: np.ndarray | None = None
) -> np.ndarray:
    if mask is not None:
        scores = np.where(mask, scores, -1e9)
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True))


def _softmax_mask_multiplies_scores(
    scores: np.ndarray, mask: np.ndarray | None = None
) -> np.ndarray:
    if mask is not None:
        scores = scores * mask
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True))


def _softmax_mask_afterwards(
    scores: np.ndarray, mask: np.ndarray | None = None
) -> np.ndarray:
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    weights = powers / powers.sum(axis=-1, keepdims=True)
    return np.asarray(weights if mask is None else np.where(mask, weights, 0))


def _softmax_mask_inverted(
    scores: np.ndarray, mask: np.ndarray | None = None
) -> np.ndarray:
    if mask is not None:
        scores = np.where(mask, -np.inf, scores)
    largest = scores.max(axis=-1, keepdims=True)
    powers = np.exp(scores - np.where(np.isfinite(largest), largest, 0))
    total = powers.sum(axis=-1, keepdims=True)
    return np.asarray(powers / np.where(total > 0, total, 1))


def _softmax_mask_ignored(
    scores: np.ndarray, mask: np.ndarray | None = None
) -> np.ndarray:
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True))


def _softmax_changes_scores(
    scores: np.ndarray, mask: np.ndarray | None = None
) -> np.ndarray:
    if mask is not None:
        scores[~np.broadcast_to(mask, scores.shape)] = -np.inf
    largest = scores.max(axis=-1, keepdims=True)
    scores -= np.where(np.isfinite(largest), largest, 0)
    powers = np.exp(scores)
    total = powers.sum(axis=-1, keepdims=True)
    return np.asarray(powers / np.where(total > 0, total, 1))


MISCONCEPTIONS: tuple[Misconception, ...] = (
    Misconception(
        name="softmax_first_axis",
        of="softmax",
        hint=(
            "The weights add up to 1 along the first axis. Each row is to hand out "
            "its own weights, over the keys, and the keys are the last axis."
        ),
        code=_softmax_first_axis,
    ),
    Misconception(
        name="softmax_of_everything",
        of="softmax",
        hint=(
            "All weights together add up to 1. Each row along the last axis should; "
            "look at what the sum runs over."
        ),
        code=_softmax_of_everything,
    ),
    Misconception(
        name="softmax_overflows",
        of="softmax",
        hint=(
            "exp of a large score is infinite, and infinity over infinity is nan; of "
            "a very negative one it is 0. Only differences between a row's scores "
            "count: what may you subtract from all of them?"
        ),
        code=_softmax_overflows,
    ),
    Misconception(
        name="softmax_one_maximum_for_all",
        of="softmax",
        hint=(
            "The largest score of the whole array was subtracted. In a row far below "
            "it, every exp becomes 0. Each row has a largest score of its own."
        ),
        code=_softmax_one_maximum_for_all,
    ),
    Misconception(
        name="softmax_maximum_of_the_forbidden",
        of="softmax",
        hint=(
            "The largest score was taken among all keys, also those that the mask "
            "excludes. If one of these is far above the rest, every exp that counts "
            "becomes 0."
        ),
        code=_softmax_maximum_of_the_forbidden,
    ),
    Misconception(
        name="softmax_nan_where_nothing_is_allowed",
        of="softmax",
        hint=(
            "In a row where nothing is allowed, the weights are nan: the row's "
            "maximum is -inf, and its sum is no number. Such rows are to be zero."
        ),
        code=_softmax_nan_where_nothing_is_allowed,
    ),
    Misconception(
        name="softmax_equal_where_nothing_is_allowed",
        of="softmax",
        hint=(
            "A row where nothing is allowed gives all keys equal weights, as the same "
            "very negative number stands for each of its scores. Such rows are to be "
            "zero."
        ),
        code=_softmax_equal_where_nothing_is_allowed,
    ),
    Misconception(
        name="softmax_mask_multiplies_scores",
        of="softmax",
        hint=(
            "A forbidden key got the score 0, as if the mask had been multiplied with "
            "the scores. But exp(0) is 1 and no 0: that key still gets its share."
        ),
        code=_softmax_mask_multiplies_scores,
    ),
    Misconception(
        name="softmax_mask_afterwards",
        of="softmax",
        hint=(
            "The forbidden keys were struck out after the softmax. They still count "
            "in the sum, so that the weights of the others don't add up to 1."
        ),
        code=_softmax_mask_afterwards,
    ),
    Misconception(
        name="softmax_mask_inverted",
        of="softmax",
        hint=(
            "The mask was read the other way round: the weights lie on the keys that "
            "it forbids. Here True means that a key may be looked at."
        ),
        code=_softmax_mask_inverted,
    ),
    Misconception(
        name="softmax_mask_ignored",
        of="softmax",
        hint=("The mask plays no part in this result."),
        code=_softmax_mask_ignored,
    ),
    Misconception(
        name="softmax_changes_scores",
        of="softmax",
        hint=(
            "The weights are right, but the scores of the caller have been changed. "
            "Look for -= and for assignments to parts of `scores`."
        ),
        code=_softmax_changes_scores,
        sign="changes_input",
    ),
)
