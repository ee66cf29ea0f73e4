"""Wrong values of the game and wrong best discriminators."""

from typing import Any

import numpy as np

from autograder.checks import Misconception

__all__ = ["MISCONCEPTIONS"]


def _value_base_two(d: np.ndarray, p: np.ndarray, q: np.ndarray) -> "Any":
    if not d.shape == p.shape == q.shape:
        raise ValueError("shapes differ")
    if np.any((d < 0) | (d > 1)):
        raise ValueError("no probability")
    with np.errstate(all="ignore"):
        of_real = np.where(p > 0, p * np.log(d), 0)
        of_fake = np.where(q > 0, q * np.log1p(-d), 0)
    return (np.sum(of_real) + np.sum(of_fake)) / np.log(p.dtype.type(2))


def _value_under_data_only(d: np.ndarray, p: np.ndarray, q: np.ndarray) -> "Any":
    if not d.shape == p.shape == q.shape:
        raise ValueError("shapes differ")
    if np.any((d < 0) | (d > 1)):
        raise ValueError("no probability")
    with np.errstate(all="ignore"):
        of_real = np.where(p > 0, p * np.log(d), 0)
        of_fake = np.where(p > 0, p * np.log1p(-d), 0)
    return np.sum(of_real) + np.sum(of_fake)


def _value_zero_times_infinity(d: np.ndarray, p: np.ndarray, q: np.ndarray) -> "Any":
    if not d.shape == p.shape == q.shape:
        raise ValueError("shapes differ")
    if np.any((d < 0) | (d > 1)):
        raise ValueError("no probability")
    with np.errstate(all="ignore"):
        return np.sum(p * np.log(d) + q * np.log(1 - d))


def _value_negative(d: np.ndarray, p: np.ndarray, q: np.ndarray) -> "Any":
    if not d.shape == p.shape == q.shape:
        raise ValueError("shapes differ")
    if np.any((d < 0) | (d > 1)):
        raise ValueError("no probability")
    with np.errstate(all="ignore"):
        of_real = np.where(p > 0, p * np.log(d), 0)
        of_fake = np.where(q > 0, q * np.log1p(-d), 0)
    return -(np.sum(of_real) + np.sum(of_fake))


def _value_plain_mean(d: np.ndarray, p: np.ndarray, q: np.ndarray) -> "Any":
    if not d.shape == p.shape == q.shape:
        raise ValueError("shapes differ")
    if np.any((d < 0) | (d > 1)):
        raise ValueError("no probability")
    with np.errstate(all="ignore"):
        return np.mean(np.log(d)) + np.mean(np.log1p(-d))


def _value_expectation_inside(d: np.ndarray, p: np.ndarray, q: np.ndarray) -> "Any":
    if not d.shape == p.shape == q.shape:
        raise ValueError("shapes differ")
    if np.any((d < 0) | (d > 1)):
        raise ValueError("no probability")
    with np.errstate(all="ignore"):
        return np.log(np.sum(p * d)) + np.log(np.sum(q * (1 - d)))


def _best_for_fakes(p: np.ndarray, q: np.ndarray) -> np.ndarray:
    if p.shape != q.shape:
        raise ValueError("shapes differ")
    total = p + q
    best = np.where(total > 0, q / np.where(total > 0, total, 1), 0.5)
    return np.asarray(best, dtype=p.dtype)


def _best_ratio(p: np.ndarray, q: np.ndarray) -> np.ndarray:
    if p.shape != q.shape:
        raise ValueError("shapes differ")
    with np.errstate(all="ignore"):
        return np.asarray(np.where(p + q > 0, p / q, p.dtype.type(0.5)))


def _best_nan(p: np.ndarray, q: np.ndarray) -> np.ndarray:
    if p.shape != q.shape:
        raise ValueError("shapes differ")
    with np.errstate(all="ignore"):
        return np.asarray(p / (p + q))


def _best_rounded(p: np.ndarray, q: np.ndarray) -> np.ndarray:
    if p.shape != q.shape:
        raise ValueError("shapes differ")
    best = np.where(p > q, 1, np.where(p < q, 0, 0.5))
    return np.asarray(best, dtype=p.dtype)


MISCONCEPTIONS: tuple[Misconception, ...] = (
    Misconception(
        name="value_base_two",
        of="value_function",
        hint=(
            "The logarithm has the base 2. The natural one is meant: with a "
            "perfect generator the value is -log 4 = -1.386, not -2."
        ),
        code=_value_base_two,
    ),
    Misconception(
        name="value_under_data_only",
        of="value_function",
        hint=(
            "Both expectations were taken over the data. The second one is over "
            "what the generator makes: weigh log(1 - d) by q."
        ),
        code=_value_under_data_only,
    ),
    Misconception(
        name="value_zero_times_infinity",
        of="value_function",
        hint=(
            "0 times infinity is nan: an outcome that never happens contributes "
            "0, whatever d says about it. Leave such outcomes out before you "
            "multiply."
        ),
        code=_value_zero_times_infinity,
    ),
    Misconception(
        name="value_negative",
        of="value_function",
        hint=(
            "The sign is flipped: this is what the discriminator would lose. It "
            "earns logarithms of probabilities, which are negative."
        ),
        code=_value_negative,
    ),
    Misconception(
        name="value_plain_mean",
        of="value_function",
        hint=(
            "The logarithms were averaged over the outcomes, as if each happened "
            "equally often. An expectation weighs each outcome by its "
            "probability."
        ),
        code=_value_plain_mean,
    ),
    Misconception(
        name="value_expectation_inside",
        of="value_function",
        hint=(
            "The logarithm of a mean is not the mean of the logarithms. Take the "
            "logarithm of each d first, then the expectation."
        ),
        code=_value_expectation_inside,
    ),
    Misconception(
        name="best_for_fakes",
        of="optimal_discriminator",
        hint=(
            "This is q / (p + q), the probability of being fake. Where only the "
            "data go, p > 0 = q, the discriminator should say 1."
        ),
        code=_best_for_fakes,
    ),
    Misconception(
        name="best_ratio",
        of="optimal_discriminator",
        hint=(
            "This is the odds p / q, not a probability. A probability is a share "
            "of the whole."
        ),
        code=_best_ratio,
    ),
    Misconception(
        name="best_nan",
        of="optimal_discriminator",
        hint=(
            "An outcome that never happens gives 0/0. The docstring says what to "
            "return there."
        ),
        code=_best_nan,
    ),
    Misconception(
        name="best_rounded",
        of="optimal_discriminator",
        hint=(
            "The answer was rounded to yes or no. How sure it should be depends "
            "on how much more often one of them shows the outcome."
        ),
        code=_best_rounded,
    ),
)
