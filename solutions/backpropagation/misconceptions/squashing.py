"""Wrong answers to `sigmoid`, `tanh`, `swish` and their derivatives."""

from typing import Any

import numpy as np

from autograder.checks import Misconception
from solutions.backpropagation.oracle import sigmoid, swish, tanh

__all__ = ["MISCONCEPTIONS"]


def _sigmoid_overflows(x: np.ndarray) -> "Any":
    return np.exp(x) / (1 + np.exp(x))


def _sigmoid_mirrored(x: np.ndarray) -> "Any":
    small = np.exp(-np.abs(x))
    return np.where(x < 0, 1 / (1 + small), small / (1 + small))


def _sigmoid_is_tanh(x: np.ndarray) -> "Any":
    return np.tanh(x)


def _sigmoid_without_one(x: np.ndarray) -> "Any":
    return 1 / np.exp(-x)


def _tanh_overflows(x: np.ndarray) -> "Any":
    return (np.exp(x) - np.exp(-x)) / (np.exp(x) + np.exp(-x))


def _tanh_too_flat(x: np.ndarray) -> "Any":
    return 2 * sigmoid(x) - 1


def _tanh_from_zero_to_one(x: np.ndarray) -> "Any":
    return sigmoid(2 * x)


def _swish_without_x(x: np.ndarray) -> "Any":
    return sigmoid(x)


def _swish_adds(x: np.ndarray) -> "Any":
    return x + sigmoid(x)


def _swish_squared(x: np.ndarray) -> "Any":
    return x**2 * sigmoid(x)


def _sigmoid_gradient_is_sigmoid(x: np.ndarray) -> "Any":
    return sigmoid(x)


def _sigmoid_gradient_at_result(x: np.ndarray) -> "Any":
    return x * (1 - x)


def _sigmoid_gradient_overflows(x: np.ndarray) -> "Any":
    return np.exp(-x) / (1 + np.exp(-x)) ** 2


def _sigmoid_gradient_factor_plus(x: np.ndarray) -> "Any":
    return sigmoid(x) * (1 + sigmoid(x))


def _tanh_gradient_not_squared(x: np.ndarray) -> "Any":
    return 1 - tanh(x)


def _tanh_gradient_at_result(x: np.ndarray) -> "Any":
    return 1 - x**2


def _tanh_gradient_inverse(x: np.ndarray) -> "Any":
    return 1 / (1 - tanh(x) ** 2)


def _swish_gradient_half_product(x: np.ndarray) -> "Any":
    return sigmoid(x)


def _swish_gradient_other_half(x: np.ndarray) -> "Any":
    s = sigmoid(x)
    return x * s * (1 - s)


def _swish_gradient_product_of_slopes(x: np.ndarray) -> "Any":
    s = sigmoid(x)
    return s * (1 - s)


def _swish_gradient_is_swish(x: np.ndarray) -> "Any":
    return swish(x)


MISCONCEPTIONS: tuple[Misconception, ...] = (
    Misconception(
        name="sigmoid_overflows",
        of="sigmoid",
        hint=(
            "exp of a large number is infinite, and infinity divided by infinity is "
            "nan. Large positive and large negative x each have a form of the formula "
            "whose power stays small."
        ),
        code=_sigmoid_overflows,
    ),
    Misconception(
        name="sigmoid_mirrored",
        of="sigmoid",
        hint=(
            "This falls from 1 to 0. Look at the sign in the exponent: large x should "
            "give 1."
        ),
        code=_sigmoid_mirrored,
    ),
    Misconception(
        name="sigmoid_is_tanh",
        of="sigmoid",
        hint=(
            "This goes from -1 to 1: it is tanh. The sigmoid stays between 0 and 1, "
            "and is 1/2 at x = 0."
        ),
        code=_sigmoid_is_tanh,
    ),
    Misconception(
        name="sigmoid_without_one",
        of="sigmoid",
        hint=(
            "The 1 under the fraction is missing: what is left is a plain power of e."
        ),
        code=_sigmoid_without_one,
    ),
    Misconception(
        name="tanh_overflows",
        of="tanh",
        hint=(
            "exp of a large number is infinite, and infinity divided by infinity is "
            "nan. Which of the two powers can you divide by, or do without?"
        ),
        code=_tanh_overflows,
    ),
    Misconception(
        name="tanh_too_flat",
        of="tanh",
        hint=(
            "This is tanh(x/2): the curve is right but stretched to twice its width. "
            "Look at what goes into the sigmoid."
        ),
        code=_tanh_too_flat,
    ),
    Misconception(
        name="tanh_from_zero_to_one",
        of="tanh",
        hint=(
            "The results lie between 0 and 1. tanh is odd: tanh(0) = 0, and tanh(-x) = "
            "-tanh(x)."
        ),
        code=_tanh_from_zero_to_one,
    ),
    Misconception(
        name="swish_without_x",
        of="swish",
        hint=("This is the sigmoid alone: the factor x is missing."),
        code=_swish_without_x,
    ),
    Misconception(
        name="swish_adds",
        of="swish",
        hint=(
            "x and its sigmoid were added. Swish multiplies them: the sigmoid says how "
            "much of x gets through."
        ),
        code=_swish_adds,
    ),
    Misconception(
        name="swish_squared",
        of="swish",
        hint=(
            "x stands twice in this product: x^2 sigmoid(x) is positive on both sides. "
            "Only one factor x is asked for."
        ),
        code=_swish_squared,
    ),
    Misconception(
        name="sigmoid_gradient_is_sigmoid",
        of="sigmoid_gradient",
        hint=(
            "This is the sigmoid itself, s. Its slope is a product of two factors, "
            "both made of s."
        ),
        code=_sigmoid_gradient_is_sigmoid,
    ),
    Misconception(
        name="sigmoid_gradient_at_result",
        of="sigmoid_gradient",
        hint=(
            "You computed x (1 - x): the formula s (1 - s) is about the sigmoid's "
            "result s, and what came in is x."
        ),
        code=_sigmoid_gradient_at_result,
    ),
    Misconception(
        name="sigmoid_gradient_overflows",
        of="sigmoid_gradient",
        hint=(
            "exp of a large number is infinite, and infinity divided by infinity is "
            "nan. The slope can be written with the sigmoid alone."
        ),
        code=_sigmoid_gradient_overflows,
    ),
    Misconception(
        name="sigmoid_gradient_factor_plus",
        of="sigmoid_gradient",
        hint=(
            "You computed s (1 + s). Where the sigmoid has come near 1 it is flat; "
            "does your slope vanish there?"
        ),
        code=_sigmoid_gradient_factor_plus,
    ),
    Misconception(
        name="tanh_gradient_not_squared",
        of="tanh_gradient",
        hint=(
            "You computed 1 - t; in the formula t is squared. By symmetry the slopes "
            "at x and -x must be equal."
        ),
        code=_tanh_gradient_not_squared,
    ),
    Misconception(
        name="tanh_gradient_at_result",
        of="tanh_gradient",
        hint=(
            "You computed 1 - x^2: the formula is about the result t = tanh(x), and "
            "what came in is x."
        ),
        code=_tanh_gradient_at_result,
    ),
    Misconception(
        name="tanh_gradient_inverse",
        of="tanh_gradient",
        hint=("This is 1 divided by the slope: it grows where tanh is flat."),
        code=_tanh_gradient_inverse,
    ),
    Misconception(
        name="swish_gradient_half_product",
        of="swish_gradient",
        hint=(
            "One half of the product rule: the sigmoid without x s'. Both factors of x "
            "s(x) depend on x."
        ),
        code=_swish_gradient_half_product,
    ),
    Misconception(
        name="swish_gradient_other_half",
        of="swish_gradient",
        hint=(
            "One half of the product rule: x s' without the sigmoid. Both factors of x "
            "s(x) depend on x."
        ),
        code=_swish_gradient_other_half,
    ),
    Misconception(
        name="swish_gradient_product_of_slopes",
        of="swish_gradient",
        hint=(
            "The slopes of the two factors, 1 and s (1 - s), were multiplied. The "
            "derivative of a product is not the product of the derivatives."
        ),
        code=_swish_gradient_product_of_slopes,
    ),
    Misconception(
        name="swish_gradient_is_swish",
        of="swish_gradient",
        hint=("This is swish itself. Asked for is how fast it grows."),
        code=_swish_gradient_is_swish,
    ),
)
