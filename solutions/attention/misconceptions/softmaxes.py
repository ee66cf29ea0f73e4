"""Wrong answers to `softmax`."""

from autograder.checks import Misconception, RightAnswer, times

from ..variants import always_masked

__all__ = ["MISCONCEPTIONS"]

masked = RightAnswer(always_masked.softmax)

MISCONCEPTIONS: tuple[Misconception, ...] = (
    masked.but(
        "softmax_first_axis",
        {"axis=-1": times(2, "axis=0")},
        "The weights add up to 1 along the first axis. Each row is to hand out its own "
        "weights, over the keys, and the keys are the last axis.",
    ),
    masked.but(
        "softmax_of_everything",
        {"axis=-1, keepdims=True": times(2, "")},
        "All weights together add up to 1. Each row along the last axis should; look "
        "at what the sum runs over.",
    ),
    masked.but(
        "softmax_overflows",
        {
            "largest = kept.max(axis=-1, keepdims=True)": "",
            " - np.where(np.isfinite(largest), largest, 0)": "",
        },
        "exp of a large score is infinite, and infinity over infinity is nan; of a "
        "very negative one it is 0. Only differences between a row's scores count: "
        "what may you subtract from all of them?",
    ),
    masked.but(
        "softmax_one_maximum_for_all",
        {
            "kept.max(axis=-1, keepdims=True)": "kept.max()",
            "total > 0": "np.any(seen, axis=-1, keepdims=True)",
        },
        "The largest score of the whole array was subtracted. In a row far below it, "
        "every exp becomes 0. Each row has a largest score of its own.",
    ),
    masked.but(
        "softmax_maximum_of_the_forbidden",
        {"kept.max": "scores.max"},
        "The largest score was taken among all keys, also those that the mask "
        "excludes. If one of these is far above the rest, every exp that counts "
        "becomes 0.",
    ),
    masked.but(
        "softmax_nan_where_nothing_is_allowed",
        {
            "np.where(np.isfinite(largest), largest, 0)": "largest",
            "np.where(total > 0, total, 1)": "total",
        },
        "In a row where nothing is allowed, the weights are nan: the row's maximum is "
        "-inf, and its sum is no number. Such rows are to be zero.",
    ),
    masked.but(
        "softmax_equal_where_nothing_is_allowed",
        {"-np.inf": "-1e9"},
        "A row where nothing is allowed gives all keys equal weights, as the same very "
        "negative number stands for each of its scores. Such rows are to be zero.",
    ),
    masked.but(
        "softmax_mask_multiplies_scores",
        {"np.where(seen, scores, -np.inf)": "scores * seen"},
        "A forbidden key got the score 0, as if the mask had been multiplied with the "
        "scores. But exp(0) is 1 and no 0: that key still gets its share.",
    ),
    masked.but(
        "softmax_mask_afterwards",
        {
            "np.where(seen, scores, -np.inf)": "scores",
            "np.where(total > 0, total, 1)": "total * seen",
        },
        "The forbidden keys were struck out after the softmax. They still count in the "
        "sum, so that the weights of the others don't add up to 1.",
    ),
    masked.but(
        "softmax_mask_inverted",
        {"else mask": "else ~mask"},
        "The mask was read the other way round: the weights lie on the keys that it "
        "forbids. Here True means that a key may be looked at.",
    ),
    masked.but(
        "softmax_mask_ignored",
        {" if mask is None else mask": ""},
        "The mask plays no part in this result.",
    ),
    masked.but(
        "softmax_changes_scores",
        {
            "kept = np.where(seen, scores, -np.inf)": """
                kept = scores
                kept[~np.broadcast_to(seen, scores.shape)] = -np.inf
                """,
            "powers = np.exp(kept - np.where(np.isfinite(largest), largest, 0))": """
                kept -= np.where(np.isfinite(largest), largest, 0)
                powers = np.exp(kept)
                """,
        },
        "The weights are right, but the scores of the caller have been changed. Look "
        "for -= and for assignments to parts of `scores`.",
        sign="changes_input",
    ),
)
