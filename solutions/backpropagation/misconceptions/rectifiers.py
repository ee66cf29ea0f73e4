"""Wrong answers to `relu`, `leaky_relu` and their derivatives."""

from typing import Any

import numpy as np

from autograder.checks import Misconception

__all__ = ["MISCONCEPTIONS"]


def _relu_changes_input(x: np.ndarray) -> "Any":
    x[x < 0] = 0
    return x


def _relu_is_its_slope(x: np.ndarray) -> "Any":
    return (x > 0).astype(x.dtype)


def _relu_absolute(x: np.ndarray) -> "Any":
    return np.abs(x)


def _relu_keeps_negative(x: np.ndarray) -> "Any":
    return np.minimum(x, 0)


def _leaky_relu_does_not_leak(x: np.ndarray, alpha: float = 0.01) -> "Any":
    return np.maximum(x, 0)


def _leaky_relu_slope_fixed(x: np.ndarray, alpha: float = 0.01) -> "Any":
    return np.where(x > 0, x, 0.01 * x).astype(x.dtype)


def _leaky_relu_leaks_upwards(x: np.ndarray, alpha: float = 0.01) -> "Any":
    return np.where(x > 0, x, alpha * np.abs(x))


def _leaky_relu_constant(x: np.ndarray, alpha: float = 0.01) -> "Any":
    return np.where(x > 0, x, alpha).astype(x.dtype)


def _relu_gradient_is_relu(x: np.ndarray) -> "Any":
    return np.maximum(x, 0)


def _relu_gradient_is_sign(x: np.ndarray) -> "Any":
    return np.sign(x)


def _leaky_relu_gradient_flat(x: np.ndarray, alpha: float = 0.01) -> "Any":
    return (x > 0).astype(x.dtype)


def _leaky_relu_gradient_times_x(x: np.ndarray, alpha: float = 0.01) -> "Any":
    return np.where(x > 0, x, alpha * x)


def _leaky_relu_gradient_negative(x: np.ndarray, alpha: float = 0.01) -> "Any":
    return np.where(x > 0, 1, -alpha).astype(x.dtype)


def _leaky_relu_gradient_slope_fixed(x: np.ndarray, alpha: float = 0.01) -> "Any":
    return np.where(x > 0, 1, 0.01).astype(x.dtype)


MISCONCEPTIONS: tuple[Misconception, ...] = (
    Misconception(
        name="relu_changes_input",
        of="relu",
        hint=(
            "The result is right, but the caller's x was overwritten: x[x < 0] = 0 "
            "changes the array that you were given."
        ),
        code=_relu_changes_input,
        sign="changes_input",
    ),
    Misconception(
        name="relu_is_its_slope",
        of="relu",
        hint=(
            "This gives 1 for positive x: the slope of ReLU, not ReLU. What should it "
            "give at x = 2?"
        ),
        code=_relu_is_its_slope,
    ),
    Misconception(
        name="relu_absolute",
        of="relu",
        hint=(
            "Negative numbers came back positive: this is the absolute value. ReLU has "
            "nothing to say about negative numbers."
        ),
        code=_relu_absolute,
    ),
    Misconception(
        name="relu_keeps_negative",
        of="relu",
        hint=(
            "What is negative was kept and what is positive thrown away. Which of the "
            "two did you want, the smaller or the larger of 0 and x?"
        ),
        code=_relu_keeps_negative,
    ),
    Misconception(
        name="leaky_relu_does_not_leak",
        of="leaky_relu",
        hint=(
            "Negative x gives 0: this is the plain ReLU. The leaky one has a slope "
            "there, too."
        ),
        code=_leaky_relu_does_not_leak,
    ),
    Misconception(
        name="leaky_relu_slope_fixed",
        of="leaky_relu",
        hint=("The slope is always 0.01, whatever alpha was given. Use the argument."),
        code=_leaky_relu_slope_fixed,
    ),
    Misconception(
        name="leaky_relu_leaks_upwards",
        of="leaky_relu",
        hint=(
            "Negative x gives positive results. To the left of 0 a leaky ReLU goes on "
            "falling, only more slowly."
        ),
        code=_leaky_relu_leaks_upwards,
    ),
    Misconception(
        name="leaky_relu_constant",
        of="leaky_relu",
        hint=("All negative x give the same number. alpha is a slope, not a value."),
        code=_leaky_relu_constant,
    ),
    Misconception(
        name="relu_gradient_is_relu",
        of="relu_gradient",
        hint=("This is ReLU itself. How fast does it grow where x is positive?"),
        code=_relu_gradient_is_relu,
    ),
    Misconception(
        name="relu_gradient_is_sign",
        of="relu_gradient",
        hint=(
            "Negative x gives -1. To the left of 0 ReLU is flat: it neither rises nor "
            "falls."
        ),
        code=_relu_gradient_is_sign,
    ),
    Misconception(
        name="leaky_relu_gradient_flat",
        of="leaky_relu_gradient",
        hint=("Negative x gives 0: that is the slope of the plain ReLU."),
        code=_leaky_relu_gradient_flat,
    ),
    Misconception(
        name="leaky_relu_gradient_times_x",
        of="leaky_relu_gradient",
        hint=(
            "This is leaky ReLU itself, not its slope: x should not appear in the "
            "result."
        ),
        code=_leaky_relu_gradient_times_x,
    ),
    Misconception(
        name="leaky_relu_gradient_negative",
        of="leaky_relu_gradient",
        hint=(
            "Where x is negative the slope came out as -alpha. Leaky ReLU rises "
            "everywhere."
        ),
        code=_leaky_relu_gradient_negative,
    ),
    Misconception(
        name="leaky_relu_gradient_slope_fixed",
        of="leaky_relu_gradient",
        hint=("The slope is always 0.01, whatever alpha was given. Use the argument."),
        code=_leaky_relu_gradient_slope_fixed,
    ),
)
