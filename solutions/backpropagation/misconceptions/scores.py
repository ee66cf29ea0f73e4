"""Wrong answers to `softmax` and `softmax_jacobian`."""

from typing import Any

import numpy as np

from autograder.checks import Misconception
from solutions.backpropagation.oracle import softmax

__all__ = ["MISCONCEPTIONS"]


def _softmax_down_the_columns(x: np.ndarray) -> "Any":
    powers = np.exp(x - x.max(axis=0, keepdims=True))
    return powers / powers.sum(axis=0, keepdims=True)


def _softmax_over_everything(x: np.ndarray) -> "Any":
    powers = np.exp(x - x.max())
    return powers / powers.sum()


def _softmax_overflows(x: np.ndarray) -> "Any":
    powers = np.exp(x)
    return powers / powers.sum(axis=-1, keepdims=True)


def _softmax_one_maximum_for_all(x: np.ndarray) -> "Any":
    powers = np.exp(x - x.max())
    return powers / powers.sum(axis=-1, keepdims=True)


def _softmax_not_divided(x: np.ndarray) -> "Any":
    return np.exp(x - x.max(axis=-1, keepdims=True))


def _jacobian_diagonal_only(x: np.ndarray) -> "Any":
    p = softmax(x)
    return np.diag(p * (1 - p))


def _jacobian_as_a_row(x: np.ndarray) -> "Any":
    p = softmax(x)
    return p * (1 - p)


def _jacobian_sign(x: np.ndarray) -> "Any":
    p = softmax(x)
    return np.outer(p, p) - np.diag(p)


def _jacobian_identity(x: np.ndarray) -> "Any":
    p = softmax(x)
    return np.eye(len(x), dtype=x.dtype) - np.outer(p, p)


MISCONCEPTIONS: tuple[Misconception, ...] = (
    Misconception(
        name="softmax_down_the_columns",
        of="softmax",
        hint=(
            "The columns add up to 1. Each sample is a row, and the numbers of a row "
            "should."
        ),
        code=_softmax_down_the_columns,
    ),
    Misconception(
        name="softmax_over_everything",
        of="softmax",
        hint=(
            "All numbers together add up to 1. Each row is a sample of its own and "
            "should add up to 1."
        ),
        code=_softmax_over_everything,
    ),
    Misconception(
        name="softmax_overflows",
        of="softmax",
        hint=(
            "exp of a large score is infinite, and infinity divided by infinity is "
            "nan. Subtract something from each row first that makes all powers "
            "harmless."
        ),
        code=_softmax_overflows,
    ),
    Misconception(
        name="softmax_one_maximum_for_all",
        of="softmax",
        hint=(
            "The largest score of the whole batch was subtracted everywhere. In a row "
            "far below it all powers become 0, and 0/0 is nan. Each row needs a "
            "maximum of its own."
        ),
        code=_softmax_one_maximum_for_all,
    ),
    Misconception(
        name="softmax_not_divided",
        of="softmax",
        hint=("These powers don't add up to 1: the division by their sum is missing."),
        code=_softmax_not_divided,
    ),
    Misconception(
        name="jacobian_diagonal_only",
        of="softmax_jacobian",
        hint=(
            "Only the diagonal is filled. Raising one score lowers all the other "
            "probabilities, too."
        ),
        code=_jacobian_diagonal_only,
    ),
    Misconception(
        name="jacobian_as_a_row",
        of="softmax_jacobian",
        hint=(
            "These are the derivatives of each probability by its own score. By each "
            "of the n scores, each of the n probabilities has a derivative."
        ),
        code=_jacobian_as_a_row,
    ),
    Misconception(
        name="jacobian_sign",
        of="softmax_jacobian",
        hint=(
            "All entries have the wrong sign. Raising a score raises its own "
            "probability."
        ),
        code=_jacobian_sign,
    ),
    Misconception(
        name="jacobian_identity",
        of="softmax_jacobian",
        hint=(
            "The delta stands alone here, without the p in front of the parentheses: "
            "p_i multiplies both terms."
        ),
        code=_jacobian_identity,
    ),
)
