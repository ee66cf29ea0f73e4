"""Wrong answers to the schedules: `exponential_decay` and `polynomial_decay`.

The checks compare what a schedule gives at a list of times, so that `result` takes the
times as one argument more than `code`.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from autograder.checks import Misconception, RightAnswer

from .. import oracle

__all__ = ["MISCONCEPTIONS"]

exponential = RightAnswer(oracle.exponential_decay)
polynomial = RightAnswer(oracle.polynomial_decay)


def _exponential(name: str, pieces: dict[str, str], hint: str) -> Misconception:
    code = exponential.edited(pieces, label=name)
    return Misconception(name, "exponential_decay", hint, code, _listing(code))


def _polynomial(name: str, pieces: dict[str, str], hint: str) -> Misconception:
    code = polynomial.edited(pieces, label=name)
    return Misconception(name, "polynomial_decay", hint, code, _listing(code))


def _listing(make: Callable[..., Any]) -> Callable[..., np.ndarray]:
    """What the schedules of a wrong maker give, as `oracle.exponential_rates` does."""

    def rates(*numbers_and_times: Any) -> np.ndarray:
        *numbers, times = numbers_and_times
        schedule = make(*numbers)
        return np.array([schedule(t) for t in times])

    return rates


MISCONCEPTIONS: tuple[Misconception, ...] = (
    _exponential(
        "exponential_from_one",
        {"-k * t": "-k * (t + 1)"},
        "This schedule is one step ahead: it has fallen before the first step. Steps "
        "are counted from 0.",
    ),
    _exponential(
        "exponential_grows",
        {"-k * t": "k * t"},
        "This learning rate grows. Look at the sign in the exponent.",
    ),
    _exponential(
        "exponential_divides",
        {"eta0 * np.exp(-k * t)": "eta0 * np.exp(-t / k) if k else 0.0"},
        "Here t is divided by k. In this formula k is a speed, not a time: a larger k "
        "must fall faster.",
    ),
    _exponential(
        "exponential_powers_of_k",
        {"np.exp(-k * t)": "k**t"},
        "These are powers of k. In the formula k stands in the exponent; what is the "
        "base?",
    ),
    _exponential(
        "exponential_powers_of_two",
        {"np.exp(-k * t)": "2 ** (-k * t)"},
        "These are powers of 2. Which number is the base of the formula?",
    ),
    _exponential(
        "exponential_rate_left_out",
        {"eta0 * np.exp": "np.exp"},
        "eta0 plays no part in this schedule: it always begins at 1. At t = 0 the "
        "learning rate should be eta0.",
    ),
    _exponential(
        "exponential_whole",
        {"eta0 * np.exp(-k * t)": "eta0 // np.exp(k * t)"},
        "All these learning rates are whole numbers: // and int cut off the fraction.",
    ),
    _polynomial(
        "polynomial_from_one",
        {"k * t": "k * (t + 1)"},
        "This schedule is one step ahead: it has fallen before the first step. Steps "
        "are counted from 0.",
    ),
    _polynomial(
        "polynomial_grows",
        {"eta0 / (": "eta0 * float("},
        "This learning rate grows: eta0 is multiplied by the power of 1 + k t. Look "
        "at where the power stands in the formula.",
    ),
    _polynomial(
        "polynomial_multiplies",
        {"eta0 / (1 + k * t)": "eta0 * k / (1 + t)"},
        "Here k multiplies the whole learning rate. It belongs to t: it says how fast "
        "the rate falls, not how high it begins.",
    ),
    _polynomial(
        "polynomial_alpha_factor",
        {"k * t) ** alpha": "alpha * k * t)"},
        "Here alpha is a factor. In the formula it is a power.",
    ),
    _polynomial(
        "polynomial_power_of_t",
        {"k * t) ** alpha": "k * t**alpha)"},
        "Here only t is raised to the power alpha. What do the parentheses of the "
        "formula enclose?",
    ),
    _polynomial(
        "polynomial_one_left_out",
        {"(1 + k * t) ** alpha": "float(k * t) ** alpha if k * t else np.inf"},
        "The 1 is missing under the fraction. Without it the rate is infinite at t = "
        "0, where it should be eta0.",
    ),
    _polynomial(
        "polynomial_whole",
        {"eta0 / (": "eta0 // ("},
        "All these learning rates are whole numbers: // and int cut off the fraction.",
    ),
)
