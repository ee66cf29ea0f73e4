"""Wrong answers to the convolution of two functions by a Riemann sum."""

from collections.abc import Callable

import numpy as np

from autograder.checks import Misconception

__all__ = ["MISCONCEPTIONS"]

Function = Callable[[np.ndarray], np.ndarray]


def _integral_mirrored(
    f: "Function", g: "Function", t: np.ndarray, a: np.ndarray
) -> np.ndarray:
    da = a[1] - a[0]
    return np.array([np.sum(f(a) * g(a - point)) * da for point in t])


def _integral_plus(
    f: "Function", g: "Function", t: np.ndarray, a: np.ndarray
) -> np.ndarray:
    da = a[1] - a[0]
    return np.array([np.sum(f(a) * g(point + a)) * da for point in t])


def _integral_step_forgotten(
    f: "Function", g: "Function", t: np.ndarray, a: np.ndarray
) -> np.ndarray:
    return np.array([np.sum(f(a) * g(point - a)) for point in t])


def _integral_both_shifted(
    f: "Function", g: "Function", t: np.ndarray, a: np.ndarray
) -> np.ndarray:
    da = a[1] - a[0]
    return np.array([np.sum(f(point - a) * g(point - a)) * da for point in t])


def _integral_neither_shifted(
    f: "Function", g: "Function", t: np.ndarray, a: np.ndarray
) -> np.ndarray:
    da = a[1] - a[0]
    return np.array([np.sum(f(a) * g(a)) * da for point in t])


def _integral_trapezoid(
    f: "Function", g: "Function", t: np.ndarray, a: np.ndarray
) -> np.ndarray:
    return np.array([np.trapezoid(f(a) * g(point - a), a) for point in t])


def _integral_last_sample_missing(
    f: "Function", g: "Function", t: np.ndarray, a: np.ndarray
) -> np.ndarray:
    da = a[1] - a[0]
    return np.array([np.sum(f(a[:-1]) * g(point - a[:-1])) * da for point in t])


def _integral_step_from_count(
    f: "Function", g: "Function", t: np.ndarray, a: np.ndarray
) -> np.ndarray:
    da = (a[-1] - a[0]) / len(a)
    return np.array([np.sum(f(a) * g(point - a)) * da for point in t])


def _integral_fixed_step(
    f: "Function", g: "Function", t: np.ndarray, a: np.ndarray
) -> np.ndarray:
    da = 0.01
    return np.array([np.sum(f(a) * g(point - a)) * da for point in t])


def _integral_on_own_grid(
    f: "Function", g: "Function", t: np.ndarray, a: np.ndarray
) -> np.ndarray:
    da = a[1] - a[0]
    return np.asarray(np.convolve(f(a), g(a), mode="same") * da)


def _integral_rounded(
    f: "Function", g: "Function", t: np.ndarray, a: np.ndarray
) -> np.ndarray:
    da = a[1] - a[0]
    return np.round([np.sum(f(a) * g(point - a)) * da for point in t], 2)


MISCONCEPTIONS: tuple[Misconception, ...] = (
    Misconception(
        name="integral_mirrored",
        of="convolution_integral",
        hint=(
            "This is the sum over f(a) g(a - t): g was not turned around. Equal for "
            "an even g only."
        ),
        code=_integral_mirrored,
    ),
    Misconception(
        name="integral_plus",
        of="convolution_integral",
        hint=(
            "This is the sum over f(a) g(t + a), a correlation. Compare the sign in "
            "the argument of g with the formula."
        ),
        code=_integral_plus,
    ),
    Misconception(
        name="integral_step_forgotten",
        of="convolution_integral",
        hint=(
            "This sum grows when the grid gets finer. A Riemann sum adds areas of "
            "strips, and a strip has a width too."
        ),
        code=_integral_step_forgotten,
    ),
    Misconception(
        name="integral_both_shifted",
        of="convolution_integral",
        hint=(
            "f and g were both shifted by t, so they never move against each other. "
            "Which of the two depends on t in the formula?"
        ),
        code=_integral_both_shifted,
    ),
    Misconception(
        name="integral_neither_shifted",
        of="convolution_integral",
        hint=(
            "Every point got the same value: t does not enter the sum. Compare the "
            "argument of g with the formula."
        ),
        code=_integral_neither_shifted,
    ),
    Misconception(
        name="integral_trapezoid",
        of="convolution_integral",
        hint=(
            "This is the trapezoidal rule, which halves the two ends. The exercise "
            "asks for the plain sum, where every sample counts the same."
        ),
        code=_integral_trapezoid,
    ),
    Misconception(
        name="integral_last_sample_missing",
        of="convolution_integral",
        hint=(
            "The last sample of a is missing from the sum. The sum runs over all "
            "samples."
        ),
        code=_integral_last_sample_missing,
    ),
    Misconception(
        name="integral_step_from_count",
        of="convolution_integral",
        hint=(
            "The step is a little too small: it was taken as the length of the grid "
            "over the number of its points. How many gaps lie between n points?"
        ),
        code=_integral_step_from_count,
    ),
    Misconception(
        name="integral_fixed_step",
        of="convolution_integral",
        hint=("The step was taken as 0.01 whatever the grid. It must follow from a."),
        code=_integral_fixed_step,
    ),
    Misconception(
        name="integral_on_own_grid",
        of="convolution_integral",
        hint=(
            "This convolves the samples on the grid a and never looks at t. The "
            "result needs one value for each point of t."
        ),
        code=_integral_on_own_grid,
    ),
    Misconception(
        name="integral_rounded",
        of="convolution_integral",
        hint=(
            "The values are rounded to two decimals. Round what you print, not what "
            "you return."
        ),
        code=_integral_rounded,
    ),
)
