"""Wrong answers to the schedules: `exponential_decay` and `polynomial_decay`.

The checks compare what a schedule gives at a list of times, so that `result` takes the
times as one argument more than `code`.
"""

from collections.abc import Callable

import numpy as np

from autograder.checks import Misconception

__all__ = ["MISCONCEPTIONS"]

Schedule = Callable[[float], float]
Times = list[float]


def _exponential_from_one(eta0: float, k: float) -> "Schedule":
    if eta0 <= 0 or k < 0:
        raise ValueError("bad eta0 or k")
    return lambda t: eta0 * np.exp(-k * (t + 1))


def _exponential_grows(eta0: float, k: float) -> "Schedule":
    if eta0 <= 0 or k < 0:
        raise ValueError("bad eta0 or k")
    return lambda t: eta0 * np.exp(k * t)


def _exponential_divides(eta0: float, k: float) -> "Schedule":
    if eta0 <= 0 or k < 0:
        raise ValueError("bad eta0 or k")
    return lambda t: eta0 * np.exp(-t / k) if k else 0.0


def _exponential_powers_of_k(eta0: float, k: float) -> "Schedule":
    if eta0 <= 0 or k < 0:
        raise ValueError("bad eta0 or k")
    return lambda t: eta0 * k**t


def _exponential_powers_of_two(eta0: float, k: float) -> "Schedule":
    if eta0 <= 0 or k < 0:
        raise ValueError("bad eta0 or k")
    return lambda t: eta0 * 2 ** (-k * t)


def _exponential_rate_left_out(eta0: float, k: float) -> "Schedule":
    if eta0 <= 0 or k < 0:
        raise ValueError("bad eta0 or k")
    return lambda t: np.exp(-k * t)


def _exponential_whole(eta0: float, k: float) -> "Schedule":
    if eta0 <= 0 or k < 0:
        raise ValueError("bad eta0 or k")
    return lambda t: float(eta0 // np.exp(k * t))


def _polynomial_from_one(eta0: float, k: float, alpha: float) -> "Schedule":
    if eta0 <= 0 or k < 0:
        raise ValueError("bad eta0 or k")
    return lambda t: eta0 / (1 + k * (t + 1)) ** alpha


def _polynomial_grows(eta0: float, k: float, alpha: float) -> "Schedule":
    if eta0 <= 0 or k < 0:
        raise ValueError("bad eta0 or k")
    return lambda t: eta0 * float(1 + k * t) ** alpha


def _polynomial_multiplies(eta0: float, k: float, alpha: float) -> "Schedule":
    if eta0 <= 0 or k < 0:
        raise ValueError("bad eta0 or k")
    return lambda t: eta0 * k / (1 + t) ** alpha


def _polynomial_alpha_factor(eta0: float, k: float, alpha: float) -> "Schedule":
    if eta0 <= 0 or k < 0:
        raise ValueError("bad eta0 or k")
    return lambda t: eta0 / (1 + alpha * k * t)


def _polynomial_power_of_t(eta0: float, k: float, alpha: float) -> "Schedule":
    if eta0 <= 0 or k < 0:
        raise ValueError("bad eta0 or k")
    return lambda t: eta0 / (1 + k * t**alpha)


def _polynomial_one_left_out(eta0: float, k: float, alpha: float) -> "Schedule":
    if eta0 <= 0 or k < 0:
        raise ValueError("bad eta0 or k")
    return lambda t: eta0 / float(k * t) ** alpha if k * t else float("inf")


def _polynomial_whole(eta0: float, k: float, alpha: float) -> "Schedule":
    if eta0 <= 0 or k < 0:
        raise ValueError("bad eta0 or k")
    return lambda t: float(eta0 // (1 + k * t) ** alpha)


def _listing(make: Callable[..., Schedule]) -> Callable[..., np.ndarray]:
    """What the schedules of a wrong maker give, as `oracle.exponential_rates` does."""

    def rates(*numbers_and_times: float | Times) -> np.ndarray:
        *numbers, times = numbers_and_times
        schedule = make(*numbers)
        return np.array([schedule(t) for t in times])  # type: ignore[union-attr]

    return rates


MISCONCEPTIONS: tuple[Misconception, ...] = (
    Misconception(
        name="exponential_from_one",
        of="exponential_decay",
        hint=(
            "This schedule is one step ahead: it has fallen before the first step. "
            "Steps are counted from 0."
        ),
        code=_exponential_from_one,
        result=_listing(_exponential_from_one),
    ),
    Misconception(
        name="exponential_grows",
        of="exponential_decay",
        hint="This learning rate grows. Look at the sign in the exponent.",
        code=_exponential_grows,
        result=_listing(_exponential_grows),
    ),
    Misconception(
        name="exponential_divides",
        of="exponential_decay",
        hint=(
            "Here t is divided by k. In this formula k is a speed, not a time: a "
            "larger k must fall faster."
        ),
        code=_exponential_divides,
        result=_listing(_exponential_divides),
    ),
    Misconception(
        name="exponential_powers_of_k",
        of="exponential_decay",
        hint=(
            "These are powers of k. In the formula k stands in the exponent; what is "
            "the base?"
        ),
        code=_exponential_powers_of_k,
        result=_listing(_exponential_powers_of_k),
    ),
    Misconception(
        name="exponential_powers_of_two",
        of="exponential_decay",
        hint="These are powers of 2. Which number is the base of the formula?",
        code=_exponential_powers_of_two,
        result=_listing(_exponential_powers_of_two),
    ),
    Misconception(
        name="exponential_rate_left_out",
        of="exponential_decay",
        hint=(
            "eta0 plays no part in this schedule: it always begins at 1. At t = 0 the "
            "learning rate should be eta0."
        ),
        code=_exponential_rate_left_out,
        result=_listing(_exponential_rate_left_out),
    ),
    Misconception(
        name="exponential_whole",
        of="exponential_decay",
        hint=(
            "All these learning rates are whole numbers: // and int cut off the "
            "fraction."
        ),
        code=_exponential_whole,
        result=_listing(_exponential_whole),
    ),
    Misconception(
        name="polynomial_from_one",
        of="polynomial_decay",
        hint=(
            "This schedule is one step ahead: it has fallen before the first step. "
            "Steps are counted from 0."
        ),
        code=_polynomial_from_one,
        result=_listing(_polynomial_from_one),
    ),
    Misconception(
        name="polynomial_grows",
        of="polynomial_decay",
        hint=(
            "This learning rate grows: eta0 is multiplied by the power of 1 + k t. "
            "Look at where the power stands in the formula."
        ),
        code=_polynomial_grows,
        result=_listing(_polynomial_grows),
    ),
    Misconception(
        name="polynomial_multiplies",
        of="polynomial_decay",
        hint=(
            "Here k multiplies the whole learning rate. It belongs to t: it says how "
            "fast the rate falls, not how high it begins."
        ),
        code=_polynomial_multiplies,
        result=_listing(_polynomial_multiplies),
    ),
    Misconception(
        name="polynomial_alpha_factor",
        of="polynomial_decay",
        hint="Here alpha is a factor. In the formula it is a power.",
        code=_polynomial_alpha_factor,
        result=_listing(_polynomial_alpha_factor),
    ),
    Misconception(
        name="polynomial_power_of_t",
        of="polynomial_decay",
        hint=(
            "Here only t is raised to the power alpha. What do the parentheses of the "
            "formula enclose?"
        ),
        code=_polynomial_power_of_t,
        result=_listing(_polynomial_power_of_t),
    ),
    Misconception(
        name="polynomial_one_left_out",
        of="polynomial_decay",
        hint=(
            "The 1 is missing under the fraction. Without it the rate is infinite at "
            "t = 0, where it should be eta0."
        ),
        code=_polynomial_one_left_out,
        result=_listing(_polynomial_one_left_out),
    ),
    Misconception(
        name="polynomial_whole",
        of="polynomial_decay",
        hint=(
            "All these learning rates are whole numbers: // and int cut off the "
            "fraction."
        ),
        code=_polynomial_whole,
        result=_listing(_polynomial_whole),
    ),
)
