"""Wrong answers to the chain rule on a graph: `graph_gradients`."""

from typing import Any

import numpy as np

from autograder.checks import Misconception

__all__ = ["MISCONCEPTIONS"]


def _graph_quotient_term_missing(x: "Any", y: "Any") -> "tuple[Any, Any, Any]":
    if np.any(x + y == 0):
        raise ValueError("x + y is 0")

    d = np.exp(np.sin(x * y)) / (x + y)
    return d, d * np.cos(x * y) * y, d * np.cos(x * y) * x


def _graph_inner_factor_missing(x: "Any", y: "Any") -> "tuple[Any, Any, Any]":
    if np.any(x + y == 0):
        raise ValueError("x + y is 0")

    d = np.exp(np.sin(x * y)) / (x + y)
    return d, d * (np.cos(x * y) - 1 / (x + y)), d * (np.cos(x * y) - 1 / (x + y))


def _graph_inner_factors_swapped(x: "Any", y: "Any") -> "tuple[Any, Any, Any]":
    if np.any(x + y == 0):
        raise ValueError("x + y is 0")

    d, s = np.exp(np.sin(x * y)) / (x + y), x + y
    return d, d * (np.cos(x * y) * x - 1 / s), d * (np.cos(x * y) * y - 1 / s)


def _graph_denominator_only(x: "Any", y: "Any") -> "tuple[Any, Any, Any]":
    if np.any(x + y == 0):
        raise ValueError("x + y is 0")

    d = np.exp(np.sin(x * y)) / (x + y)
    return d, -d / (x + y), -d / (x + y)


def _graph_quotient_sign(x: "Any", y: "Any") -> "tuple[Any, Any, Any]":
    if np.any(x + y == 0):
        raise ValueError("x + y is 0")

    d, s = np.exp(np.sin(x * y)) / (x + y), x + y
    return d, d * (np.cos(x * y) * y + 1 / s), d * (np.cos(x * y) * x + 1 / s)


def _graph_exponential_lost(x: "Any", y: "Any") -> "tuple[Any, Any, Any]":
    if np.any(x + y == 0):
        raise ValueError("x + y is 0")

    d, s = np.exp(np.sin(x * y)) / (x + y), x + y
    return d, (np.cos(x * y) * y - d) / s, (np.cos(x * y) * x - d) / s


MISCONCEPTIONS: tuple[Misconception, ...] = (
    Misconception(
        name="graph_quotient_term_missing",
        of="graph_gradients",
        hint=(
            "d is right. Its gradients come through the numerator only: x and y also "
            "change the denominator x + y."
        ),
        code=_graph_quotient_term_missing,
    ),
    Misconception(
        name="graph_inner_factor_missing",
        of="graph_gradients",
        hint=(
            "d is right. cos(xy) was not multiplied by the derivative of what is "
            "inside: xy changes by y when x changes, and by x when y does."
        ),
        code=_graph_inner_factor_missing,
    ),
    Misconception(
        name="graph_inner_factors_swapped",
        of="graph_gradients",
        hint=(
            "d is right. The two gradients are swapped, or the inner factors are: the "
            "derivative of xy by x is y."
        ),
        code=_graph_inner_factors_swapped,
    ),
    Misconception(
        name="graph_denominator_only",
        of="graph_gradients",
        hint=(
            "d is right. Only the path through the denominator was followed; x and y "
            "also reach d through sin(xy). Where paths meet, their answers are added."
        ),
        code=_graph_denominator_only,
    ),
    Misconception(
        name="graph_quotient_sign",
        of="graph_gradients",
        hint=(
            "d is right. The path through the denominator has the wrong sign: a larger "
            "denominator makes d smaller."
        ),
        code=_graph_quotient_sign,
    ),
    Misconception(
        name="graph_exponential_lost",
        of="graph_gradients",
        hint=(
            "d is right. On the way back through exp its derivative, exp of sin(xy), "
            "was left out."
        ),
        code=_graph_exponential_lost,
    ),
)
