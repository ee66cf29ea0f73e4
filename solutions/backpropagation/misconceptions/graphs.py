"""Wrong answers to the chain rule on a graph: `graph_gradients`."""

from autograder.checks import RightAnswer, times

from .. import oracle
from ..variants import masks_in_place

__all__ = ["MISCONCEPTIONS"]

factored_out = RightAnswer(oracle.graph_gradients)
in_parts = RightAnswer(masks_in_place.graph_gradients)

MISCONCEPTIONS = (
    in_parts.but(
        "graph_quotient_term_missing",
        {" - loss": times(2, "")},
        "d is right. Its gradients come through the numerator only: x and y also "
        "change the denominator x + y.",
    ),
    factored_out.but(
        "graph_inner_factor_missing",
        {
            "np.cos(product) * y": "np.cos(product)",
            "np.cos(product) * x": "np.cos(product)",
        },
        "d is right. cos(xy) was not multiplied by the derivative of what is inside: "
        "xy changes by y when x changes, and by x when y does.",
    ),
    factored_out.but(
        "graph_inner_factors_swapped",
        {
            "np.cos(product) * y": "np.cos(product) * x",
            "np.cos(product) * x": "np.cos(product) * y",
        },
        "d is right. The two gradients are swapped, or the inner factors are: the "
        "derivative of xy by x is y.",
    ),
    in_parts.but(
        "graph_denominator_only",
        {"common * y - loss": "-loss", "common * x - loss": "-loss"},
        "d is right. Only the path through the denominator was followed; x and y also "
        "reach d through sin(xy). Where paths meet, their answers are added.",
    ),
    factored_out.but(
        "graph_quotient_sign",
        {"- 1 / total": times(2, "+ 1 / total")},
        "d is right. The path through the denominator has the wrong sign: a larger "
        "denominator makes d smaller.",
    ),
    factored_out.but(
        "graph_exponential_lost",
        {"d * (": times(2, "("), "1 / total)": times(2, "d) / total")},
        "d is right. On the way back through exp its derivative, exp of sin(xy), was "
        "left out.",
    ),
)
