"""Wrong cross-entropies: `bce_with_logits`."""

from typing import Any

import numpy as np

from autograder.checks import Misconception

__all__ = ["MISCONCEPTIONS"]


def _bce_sigmoid_then_log(logits: np.ndarray, targets: np.ndarray) -> "Any":
    if logits.shape != targets.shape:
        raise ValueError("logits and targets of different shapes")
    with np.errstate(all="ignore"):
        p = 1 / (1 + np.exp(-logits))
        losses = -targets * np.log(p) - (1 - targets) * np.log(1 - p)
    return np.mean(losses)


def _bce_exp_overflows(logits: np.ndarray, targets: np.ndarray) -> "Any":
    if logits.shape != targets.shape:
        raise ValueError("logits and targets of different shapes")
    with np.errstate(all="ignore"):
        real, fake = np.log1p(np.exp(-logits)), np.log1p(np.exp(logits))
    return np.mean(
        np.where(targets > 0, targets * real, 0)
        + np.where(targets < 1, (1 - targets) * fake, 0)
    )


def _bce_clipped(logits: np.ndarray, targets: np.ndarray) -> "Any":
    if logits.shape != targets.shape:
        raise ValueError("logits and targets of different shapes")
    with np.errstate(all="ignore"):
        p = np.clip(1 / (1 + np.exp(-logits)), 1e-7, 1 - 1e-7)
    losses = -targets * np.log(p) - (1 - targets) * np.log(1 - p)
    return np.mean(losses, dtype=logits.dtype)


def _bce_clamped_at_100(logits: np.ndarray, targets: np.ndarray) -> "Any":
    if logits.shape != targets.shape:
        raise ValueError("logits and targets of different shapes")
    real = np.minimum(np.logaddexp(0, -logits), 100)
    fake = np.minimum(np.logaddexp(0, logits), 100)
    return np.mean(targets * real + (1 - targets) * fake)


def _bce_summed(logits: np.ndarray, targets: np.ndarray) -> "Any":
    if logits.shape != targets.shape:
        raise ValueError("logits and targets of different shapes")
    small = np.log1p(np.exp(-np.abs(logits)))
    losses = np.maximum(logits, 0) - targets * logits + small
    return np.sum(losses)


def _bce_negative(logits: np.ndarray, targets: np.ndarray) -> "Any":
    if logits.shape != targets.shape:
        raise ValueError("logits and targets of different shapes")
    small = np.log1p(np.exp(-np.abs(logits)))
    losses = np.maximum(logits, 0) - targets * logits + small
    return -np.mean(losses)


def _bce_labels_swapped(logits: np.ndarray, targets: np.ndarray) -> "Any":
    if logits.shape != targets.shape:
        raise ValueError("logits and targets of different shapes")
    small = np.log1p(np.exp(-np.abs(logits)))
    losses = np.maximum(-logits, 0) + targets * logits + small
    return np.mean(losses)


def _bce_roles_swapped(logits: np.ndarray, targets: np.ndarray) -> "Any":
    if logits.shape != targets.shape:
        raise ValueError("logits and targets of different shapes")
    small = np.log1p(np.exp(-np.abs(targets)))
    losses = np.maximum(targets, 0) - logits * targets + small
    return np.mean(losses)


MISCONCEPTIONS: tuple[Misconception, ...] = (
    Misconception(
        name="bce_sigmoid_then_log",
        of="bce_with_logits",
        hint=(
            "The logits went through the sigmoid before the logarithm. From about "
            "17 on (float32) or 37 on (float64) the probability is rounded to 1, "
            "and digits are lost long before. Simplify log(sigma(s)) on paper "
            "first."
        ),
        code=_bce_sigmoid_then_log,
    ),
    Misconception(
        name="bce_exp_overflows",
        of="bce_with_logits",
        hint=(
            "The loss is infinite where e^s is larger than any float. In the "
            "softplus, which sign may the exponent have so that this can't "
            "happen?"
        ),
        code=_bce_exp_overflows,
    ),
    Misconception(
        name="bce_clipped",
        of="bce_with_logits",
        hint=(
            "The probability was clipped away from 0 and 1, so the loss stops "
            "growing at about 16 and its gradient vanishes where the answer is "
            "most wrong. Work with the logits themselves."
        ),
        code=_bce_clipped,
    ),
    Misconception(
        name="bce_clamped_at_100",
        of="bce_with_logits",
        hint=(
            "No single loss is above 100: the logarithm was clamped. A logit of "
            "1e4 on the wrong side costs 1e4."
        ),
        code=_bce_clamped_at_100,
    ),
    Misconception(
        name="bce_summed",
        of="bce_with_logits",
        hint=(
            "The losses were summed; the mean is asked for, so that the loss "
            "doesn't depend on the size of the batch."
        ),
        code=_bce_summed,
    ),
    Misconception(
        name="bce_negative",
        of="bce_with_logits",
        hint=(
            "The sign is flipped: this is the mean log-likelihood. A logarithm of "
            "a probability is negative, and a loss is its negative."
        ),
        code=_bce_negative,
    ),
    Misconception(
        name="bce_labels_swapped",
        of="bce_with_logits",
        hint=(
            "Targets 0 and 1 have changed places: t belongs to log sigma(s), and "
            "1 - t to log(1 - sigma(s))."
        ),
        code=_bce_labels_swapped,
    ),
    Misconception(
        name="bce_roles_swapped",
        of="bce_with_logits",
        hint=(
            "The logits were taken for targets and the targets for logits, as in "
            "libraries whose targets come first. Here the logits come first."
        ),
        code=_bce_roles_swapped,
    ),
)
