"""Wrong answers to `attention`."""

import numpy as np

from autograder.checks import Misconception

from ..oracle import softmax

__all__ = ["MISCONCEPTIONS"]


def _attention_no_scale(
    q: np.ndarray, k: np.ndarray, v: np.ndarray, mask: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray]:
    weights = softmax(q @ np.swapaxes(k, -1, -2), mask)
    return weights @ v, weights


def _attention_scale_without_root(
    q: np.ndarray, k: np.ndarray, v: np.ndarray, mask: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray]:
    weights = softmax(q @ np.swapaxes(k, -1, -2) / q.shape[-1], mask)
    return weights @ v, weights


def _attention_scale_of_the_number_of_keys(
    q: np.ndarray, k: np.ndarray, v: np.ndarray, mask: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray]:
    weights = softmax(q @ np.swapaxes(k, -1, -2) / k.shape[-2] ** 0.5, mask)
    return weights @ v, weights


def _attention_scale_afterwards(
    q: np.ndarray, k: np.ndarray, v: np.ndarray, mask: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray]:
    weights = softmax(q @ np.swapaxes(k, -1, -2), mask) / q.shape[-1] ** 0.5
    return weights @ v, weights


def _attention_softmax_over_queries(
    q: np.ndarray, k: np.ndarray, v: np.ndarray, mask: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray]:
    scores = q @ np.swapaxes(k, -1, -2) / q.shape[-1] ** 0.5
    if mask is not None:
        mask = np.swapaxes(np.broadcast_to(mask, scores.shape), -1, -2)
    weights = np.swapaxes(softmax(np.swapaxes(scores, -1, -2), mask), -1, -2)
    return weights @ v, weights


def _attention_keys_and_values_exchanged(
    q: np.ndarray, k: np.ndarray, v: np.ndarray, mask: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray]:
    weights = softmax(q @ np.swapaxes(v, -1, -2) / q.shape[-1] ** 0.5, mask)
    return weights @ k, weights


def _attention_mixes_keys(
    q: np.ndarray, k: np.ndarray, v: np.ndarray, mask: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray]:
    if k.shape[-2] != v.shape[-2]:
        raise ValueError("as many values as keys, please")
    weights = softmax(q @ np.swapaxes(k, -1, -2) / q.shape[-1] ** 0.5, mask)
    return weights @ k, weights


def _attention_mask_ignored(
    q: np.ndarray, k: np.ndarray, v: np.ndarray, mask: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray]:
    weights = softmax(q @ np.swapaxes(k, -1, -2) / q.shape[-1] ** 0.5)
    return weights @ v, weights


def _attention_mask_afterwards(
    q: np.ndarray, k: np.ndarray, v: np.ndarray, mask: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray]:
    weights = softmax(q @ np.swapaxes(k, -1, -2) / q.shape[-1] ** 0.5)
    if mask is not None:
        weights = np.where(mask, weights, 0)
    return weights @ v, weights


def _attention_mask_inverted(
    q: np.ndarray, k: np.ndarray, v: np.ndarray, mask: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray]:
    if mask is not None:
        mask = ~mask
    weights = softmax(q @ np.swapaxes(k, -1, -2) / q.shape[-1] ** 0.5, mask)
    return weights @ v, weights


def _attention_results_exchanged(
    q: np.ndarray, k: np.ndarray, v: np.ndarray, mask: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray]:
    weights = softmax(q @ np.swapaxes(k, -1, -2) / q.shape[-1] ** 0.5, mask)
    return weights, weights @ v


def _attention_in_double(
    q: np.ndarray, k: np.ndarray, v: np.ndarray, mask: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray]:
    weights = softmax(q @ np.swapaxes(k, -1, -2) / np.sqrt(q.shape[-1]), mask)
    return weights @ v, weights


MISCONCEPTIONS: tuple[Misconception, ...] = (
    Misconception(
        name="attention_no_scale",
        of="attention",
        hint=(
            "The scores were not divided by anything. The wider the vectors, the "
            "larger their products: look at what the formula has below QK^T."
        ),
        code=_attention_no_scale,
    ),
    Misconception(
        name="attention_scale_without_root",
        of="attention",
        hint=(
            "The scores were divided by the width d_k itself. That is too much: a sum "
            "of d_k random terms grows more slowly than d_k."
        ),
        code=_attention_scale_without_root,
    ),
    Misconception(
        name="attention_scale_of_the_number_of_keys",
        of="attention",
        hint=(
            "The scores were scaled by how many keys there are. What counts is how "
            "many terms each product adds up. Which axis is that?"
        ),
        code=_attention_scale_of_the_number_of_keys,
    ),
    Misconception(
        name="attention_scale_afterwards",
        of="attention",
        hint=(
            "The weights were divided by the root of d_k, so that they don't add up "
            "to 1. It is the scores that are to be scaled."
        ),
        code=_attention_scale_afterwards,
    ),
    Misconception(
        name="attention_softmax_over_queries",
        of="attention",
        hint=(
            "The weights of each key add up to 1 over the queries. It is each query "
            "that hands out weights, over the keys."
        ),
        code=_attention_softmax_over_queries,
    ),
    Misconception(
        name="attention_keys_and_values_exchanged",
        of="attention",
        hint=(
            "Keys and values are exchanged: the queries were compared with v, and k "
            "was mixed. Keys are for finding, values for fetching."
        ),
        code=_attention_keys_and_values_exchanged,
    ),
    Misconception(
        name="attention_mixes_keys",
        of="attention",
        hint=(
            "The weights are right, but the keys were mixed by them, not the values."
        ),
        code=_attention_mixes_keys,
    ),
    Misconception(
        name="attention_mask_ignored",
        of="attention",
        hint=("The mask plays no part in this result."),
        code=_attention_mask_ignored,
    ),
    Misconception(
        name="attention_mask_afterwards",
        of="attention",
        hint=(
            "The weights were masked after the softmax, so that they no longer add up "
            "to 1. The softmax has to know what is allowed."
        ),
        code=_attention_mask_afterwards,
    ),
    Misconception(
        name="attention_mask_inverted",
        of="attention",
        hint=(
            "Each query looks at just those keys that its mask forbids. Here True "
            "means that a key may be looked at."
        ),
        code=_attention_mask_inverted,
    ),
    Misconception(
        name="attention_results_exchanged",
        of="attention",
        hint=(
            "Both results are right, in the wrong order: first the mixtures, then the "
            "weights."
        ),
        code=_attention_results_exchanged,
    ),
    Misconception(
        name="attention_in_double",
        of="attention",
        hint=(
            "float32 went in and float64 came out. Look at what the scores are "
            "divided by: numpy's own float64 numbers, such as np.sqrt gives, turn "
            "float32 arrays into float64, Python's numbers don't."
        ),
        code=_attention_in_double,
    ),
)
