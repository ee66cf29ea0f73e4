"""Wrong answers to the gradient check: `numerical_gradient` and `gradient_error`."""

from collections.abc import Callable
from typing import Any

import numpy as np

from autograder.checks import Misconception

__all__ = ["MISCONCEPTIONS"]

Function = Callable[[np.ndarray], float]


def _difference_forward(f: "Function", x: np.ndarray, h: float = 1e-5) -> np.ndarray:
    if h <= 0:
        raise ValueError("h must be positive")
    gradient = np.zeros_like(x)
    for i in range(len(x)):
        step = np.zeros_like(x)
        step[i] = h
        gradient[i] = (f(x + step) - f(x)) / h
    return gradient


def _difference_backward(f: "Function", x: np.ndarray, h: float = 1e-5) -> np.ndarray:
    if h <= 0:
        raise ValueError("h must be positive")
    gradient = np.zeros_like(x)
    for i in range(len(x)):
        step = np.zeros_like(x)
        step[i] = h
        gradient[i] = (f(x) - f(x - step)) / h
    return gradient


def _difference_divides_by_h(
    f: "Function", x: np.ndarray, h: float = 1e-5
) -> np.ndarray:
    if h <= 0:
        raise ValueError("h must be positive")
    gradient = np.zeros_like(x)
    for i in range(len(x)):
        step = np.zeros_like(x)
        step[i] = h
        gradient[i] = (f(x + step) - f(x - step)) / h
    return gradient


def _difference_half_of_forward(
    f: "Function", x: np.ndarray, h: float = 1e-5
) -> np.ndarray:
    if h <= 0:
        raise ValueError("h must be positive")
    gradient = np.zeros_like(x)
    for i in range(len(x)):
        step = np.zeros_like(x)
        step[i] = h
        gradient[i] = (f(x + step) - f(x)) / (2 * h)
    return gradient


def _difference_not_undone(f: "Function", x: np.ndarray, h: float = 1e-5) -> np.ndarray:
    if h <= 0:
        raise ValueError("h must be positive")
    gradient = np.zeros_like(x)
    x = x.copy()
    for i in range(len(x)):
        x[i] += h
        above = f(x)
        x[i] -= 2 * h
        gradient[i] = (above - f(x)) / (2 * h)
    return gradient


def _difference_all_at_once(
    f: "Function", x: np.ndarray, h: float = 1e-5
) -> np.ndarray:
    if h <= 0:
        raise ValueError("h must be positive")
    gradient = np.zeros_like(x)
    for i in range(len(x)):
        gradient[i] = (f(x + h) - f(x - h)) / (2 * h)
    return gradient


def _difference_ratio(f: "Function", x: np.ndarray, h: float = 1e-5) -> np.ndarray:
    if h <= 0:
        raise ValueError("h must be positive")
    gradient = np.zeros_like(x)
    for i in range(len(x)):
        step = np.zeros_like(x)
        step[i] = h
        gradient[i] = f(x + step) / f(x - step) - 1
    return gradient


def _difference_sign(f: "Function", x: np.ndarray, h: float = 1e-5) -> np.ndarray:
    if h <= 0:
        raise ValueError("h must be positive")
    gradient = np.zeros_like(x)
    for i in range(len(x)):
        step = np.zeros_like(x)
        step[i] = h
        gradient[i] = (f(x - step) - f(x + step)) / (2 * h)
    return gradient


def _difference_not_divided(
    f: "Function", x: np.ndarray, h: float = 1e-5
) -> np.ndarray:
    if h <= 0:
        raise ValueError("h must be positive")
    gradient = np.zeros_like(x)
    for i in range(len(x)):
        step = np.zeros_like(x)
        step[i] = h
        gradient[i] = f(x + step) - f(x - step)
    return gradient


def _difference_half_steps(f: "Function", x: np.ndarray, h: float = 1e-5) -> np.ndarray:
    if h <= 0:
        raise ValueError("h must be positive")
    gradient = np.zeros_like(x)
    for i in range(len(x)):
        step = np.zeros_like(x)
        step[i] = h
        gradient[i] = (f(x + step / 2) - f(x - step / 2)) / h
    return gradient


def _difference_h_fixed(f: "Function", x: np.ndarray, h: float = 1e-5) -> np.ndarray:
    if h <= 0:
        raise ValueError("h must be positive")
    gradient = np.zeros_like(x)
    h = 1e-5
    for i in range(len(x)):
        step = np.zeros_like(x)
        step[i] = h
        gradient[i] = (f(x + step) - f(x - step)) / (2 * h)
    return gradient


def _error_absolute(a: np.ndarray, n: np.ndarray) -> "Any":
    if a.shape != n.shape:
        raise ValueError("shapes differ")
    return np.sqrt(((a - n) ** 2).sum())


def _error_of_first_norm(a: np.ndarray, n: np.ndarray) -> "Any":
    if a.shape != n.shape:
        raise ValueError("shapes differ")
    first = np.sqrt((a**2).sum())
    return np.sqrt(((a - n) ** 2).sum()) / first if first else first


def _error_of_second_norm(a: np.ndarray, n: np.ndarray) -> "Any":
    if a.shape != n.shape:
        raise ValueError("shapes differ")
    second = np.sqrt((n**2).sum())
    return np.sqrt(((a - n) ** 2).sum()) / second if second else second


def _error_of_largest_norm(a: np.ndarray, n: np.ndarray) -> "Any":
    if a.shape != n.shape:
        raise ValueError("shapes differ")
    top = np.sqrt(((a - n) ** 2).sum())
    scale = np.sqrt((a**2).sum()) + np.sqrt((n**2).sum())
    longer = np.sqrt(max((a**2).sum(), (n**2).sum()))
    return top / longer if longer else scale


def _error_norm_of_sum(a: np.ndarray, n: np.ndarray) -> "Any":
    if a.shape != n.shape:
        raise ValueError("shapes differ")
    top = np.sqrt(((a - n) ** 2).sum())
    scale = np.sqrt((a**2).sum()) + np.sqrt((n**2).sum())
    total = np.sqrt(((a + n) ** 2).sum())
    return top / total if total or top else scale


def _error_squared(a: np.ndarray, n: np.ndarray) -> "Any":
    if a.shape != n.shape:
        raise ValueError("shapes differ")
    top = np.sqrt(((a - n) ** 2).sum())
    total = (a**2).sum() + (n**2).sum()
    return top**2 / total if total else total


def _error_zero_by_zero(a: np.ndarray, n: np.ndarray) -> "Any":
    if a.shape != n.shape:
        raise ValueError("shapes differ")
    top = np.sqrt(((a - n) ** 2).sum())
    scale = np.sqrt((a**2).sum()) + np.sqrt((n**2).sum())
    return top / scale


def _error_ones_for_zeros(a: np.ndarray, n: np.ndarray) -> "Any":
    if a.shape != n.shape:
        raise ValueError("shapes differ")
    top = np.sqrt(((a - n) ** 2).sum())
    scale = np.sqrt((a**2).sum()) + np.sqrt((n**2).sum())
    return top / scale if scale else scale + 1


def _error_largest_element(a: np.ndarray, n: np.ndarray) -> "Any":
    if a.shape != n.shape:
        raise ValueError("shapes differ")
    peak = np.abs(a).max() + np.abs(n).max()
    return np.abs(a - n).max() / peak if peak else peak


def _error_sums(a: np.ndarray, n: np.ndarray) -> "Any":
    if a.shape != n.shape:
        raise ValueError("shapes differ")
    total = np.abs(a).sum() + np.abs(n).sum()
    return np.abs(a - n).sum() / total if total else total


def _error_matrix_norm(a: np.ndarray, n: np.ndarray) -> "Any":
    if a.shape != n.shape:
        raise ValueError("shapes differ")
    a, n = np.atleast_2d(a), np.atleast_2d(n)
    total = np.linalg.norm(a, 2) + np.linalg.norm(n, 2)
    return np.linalg.norm(a - n, 2) / total if total else total


def _error_elementwise(a: np.ndarray, n: np.ndarray) -> "Any":
    if a.shape != n.shape:
        raise ValueError("shapes differ")
    total = np.abs(a) + np.abs(n)
    return (np.abs(a - n) / np.where(total, total, 1)).mean()


def _error_worst_element(a: np.ndarray, n: np.ndarray) -> "Any":
    if a.shape != n.shape:
        raise ValueError("shapes differ")
    total = np.maximum(np.abs(a) + np.abs(n), 1e-8)
    return (np.abs(a - n) / total).max()


def _error_small_constant(a: np.ndarray, n: np.ndarray) -> "Any":
    if a.shape != n.shape:
        raise ValueError("shapes differ")
    top = np.sqrt(((a - n) ** 2).sum())
    scale = np.sqrt((a**2).sum()) + np.sqrt((n**2).sum())
    return top / (scale + 1e-3)


MISCONCEPTIONS: tuple[Misconception, ...] = (
    Misconception(
        name="difference_forward",
        of="numerical_gradient",
        hint=(
            "These are forward differences: one way only. Central differences go up "
            "and down by h."
        ),
        code=_difference_forward,
    ),
    Misconception(
        name="difference_backward",
        of="numerical_gradient",
        hint=(
            "These are backward differences: one way only. Central differences go "
            "up and down by h."
        ),
        code=_difference_backward,
    ),
    Misconception(
        name="difference_divides_by_h",
        of="numerical_gradient",
        hint=("The difference was divided by h. How far apart are the two points?"),
        code=_difference_divides_by_h,
    ),
    Misconception(
        name="difference_half_of_forward",
        of="numerical_gradient",
        hint=(
            "The difference between x + h and x itself was divided by 2h. From where "
            "to where is it 2h?"
        ),
        code=_difference_half_of_forward,
    ),
    Misconception(
        name="difference_not_undone",
        of="numerical_gradient",
        hint=(
            "A coordinate that was moved stayed moved while the next ones were "
            "tried. Put each back before you go on."
        ),
        code=_difference_not_undone,
    ),
    Misconception(
        name="difference_all_at_once",
        of="numerical_gradient",
        hint=(
            "All coordinates were moved together, so that each place holds the sum "
            "of all slopes. Move one and leave the others alone."
        ),
        code=_difference_all_at_once,
    ),
    Misconception(
        name="difference_ratio",
        of="numerical_gradient",
        hint=(
            "This is a ratio of two values. Asked for is their difference, divided "
            "by the distance."
        ),
        code=_difference_ratio,
    ),
    Misconception(
        name="difference_sign",
        of="numerical_gradient",
        hint=(
            "The sign is wrong: subtract the lower point's value from the upper one's."
        ),
        code=_difference_sign,
    ),
    Misconception(
        name="difference_not_divided",
        of="numerical_gradient",
        hint=("The difference was not divided by the distance of the two points."),
        code=_difference_not_divided,
    ),
    Misconception(
        name="difference_half_steps",
        of="numerical_gradient",
        hint=(
            "The points are half a step away. The formula goes a whole h up and a "
            "whole h down; with a large h that gives another number."
        ),
        code=_difference_half_steps,
    ),
    Misconception(
        name="difference_h_fixed",
        of="numerical_gradient",
        hint=("The argument h plays no part: you always use 1e-5."),
        code=_difference_h_fixed,
    ),
    Misconception(
        name="error_absolute",
        of="gradient_error",
        hint=(
            "This is the length of the difference alone. Divide by how long the "
            "gradients are."
        ),
        code=_error_absolute,
    ),
    Misconception(
        name="error_of_first_norm",
        of="gradient_error",
        hint=(
            "Divided was by the length of the first gradient only. The formula has "
            "the sum of both."
        ),
        code=_error_of_first_norm,
    ),
    Misconception(
        name="error_of_second_norm",
        of="gradient_error",
        hint=(
            "Divided was by the length of the second gradient only. The formula has "
            "the sum of both."
        ),
        code=_error_of_second_norm,
    ),
    Misconception(
        name="error_of_largest_norm",
        of="gradient_error",
        hint=(
            "Divided was by the longer of the two lengths. The formula has their sum."
        ),
        code=_error_of_largest_norm,
    ),
    Misconception(
        name="error_norm_of_sum",
        of="gradient_error",
        hint=(
            "Divided was by the length of the sum. The formula has the sum of the "
            "lengths; opposite gradients show the difference."
        ),
        code=_error_norm_of_sum,
    ),
    Misconception(
        name="error_squared",
        of="gradient_error",
        hint=("These are squared lengths: the roots are missing."),
        code=_error_squared,
    ),
    Misconception(
        name="error_zero_by_zero",
        of="gradient_error",
        hint=(
            "Two zero gradients give 0/0, which is nan. They are equal: the error is 0."
        ),
        code=_error_zero_by_zero,
    ),
    Misconception(
        name="error_ones_for_zeros",
        of="gradient_error",
        hint=("Two zero gradients are equal: their error is 0, not 1."),
        code=_error_ones_for_zeros,
    ),
    Misconception(
        name="error_largest_element",
        of="gradient_error",
        hint=(
            "This compares the largest elements. Asked for are Euclidean norms: "
            "roots of sums of squares."
        ),
        code=_error_largest_element,
    ),
    Misconception(
        name="error_sums",
        of="gradient_error",
        hint=(
            "These norms are sums of absolute values. Euclidean norms are roots of "
            "sums of squares."
        ),
        code=_error_sums,
    ),
    Misconception(
        name="error_matrix_norm",
        of="gradient_error",
        hint=(
            "For a matrix this is the spectral norm. Asked for is the root of the "
            "sum of all squares."
        ),
        code=_error_matrix_norm,
    ),
    Misconception(
        name="error_elementwise",
        of="gradient_error",
        hint=(
            "This is the mean of the elements' own errors. Take the norms of the "
            "whole gradients first."
        ),
        code=_error_elementwise,
    ),
    Misconception(
        name="error_worst_element",
        of="gradient_error",
        hint=(
            "This is the largest of the elements' own errors, as some courses "
            "measure it. Here the norms of the whole gradients are compared."
        ),
        code=_error_worst_element,
    ),
    Misconception(
        name="error_small_constant",
        of="gradient_error",
        hint=(
            "A constant was added under the fraction. Small gradients then look "
            "more alike than they are; treat the case of two zeros by itself."
        ),
        code=_error_small_constant,
    ),
)
