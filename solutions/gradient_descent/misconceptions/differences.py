"""Wrong answers to the gradient check: `numerical_gradient` and `gradient_error`."""

from autograder.checks import Misconception, RightAnswer, times

from .. import oracle
from ..variants import functional, plain_loops

__all__ = ["MISCONCEPTIONS"]

difference = RightAnswer(oracle.numerical_gradient)
in_one_copy = RightAnswer(plain_loops.numerical_gradient)
by_sums = RightAnswer(oracle.gradient_error)
by_norm = RightAnswer(functional.gradient_error)

LENGTHS = "np.sqrt((a**2).sum()) + np.sqrt((n**2).sum())"
ERROR = "np.sqrt(((a - n) ** 2).sum()) / scale if scale else scale"

MISCONCEPTIONS: tuple[Misconception, ...] = (
    difference.but(
        "difference_forward",
        {"(f(x + step) - f(x - step)) / (2 * h)": "(f(x + step) - f(x)) / h"},
        "These are forward differences: one way only. Central differences go up and "
        "down by h.",
    ),
    difference.but(
        "difference_backward",
        {"(f(x + step) - f(x - step)) / (2 * h)": "(f(x) - f(x - step)) / h"},
        "These are backward differences: one way only. Central differences go up and "
        "down by h.",
    ),
    difference.but(
        "difference_divides_by_h",
        {"(2 * h)": "h"},
        "The difference was divided by h. How far apart are the two points?",
    ),
    difference.but(
        "difference_half_of_forward",
        {"f(x - step)": "f(x)"},
        "The difference between x + h and x itself was divided by 2h. From where to "
        "where is it 2h?",
    ),
    in_one_copy.but(
        "difference_not_undone",
        {
            "old - h": "x[i] - 2 * h",
            """
            below = f(x)
            x[i] = old
            """: "below = f(x)",
        },
        "A coordinate that was moved stayed moved while the next ones were tried. Put "
        "each back before you go on.",
    ),
    difference.but(
        "difference_all_at_once",
        {"step[i] = h": "step[:] = h"},
        "All coordinates were moved together, so that each place holds the sum of all "
        "slopes. Move one and leave the others alone.",
    ),
    difference.but(
        "difference_ratio",
        {"(f(x + step) - f(x - step)) / (2 * h)": "f(x + step) / f(x - step) - 1"},
        "This is a ratio of two values. Asked for is their difference, divided by the "
        "distance.",
    ),
    difference.but(
        "difference_sign",
        {
            "x + step": "x - step",
            "x - step": "x + step",
        },
        "The sign is wrong: subtract the lower point's value from the upper one's.",
    ),
    difference.but(
        "difference_not_divided",
        {" / (2 * h)": ""},
        "The difference was not divided by the distance of the two points.",
    ),
    difference.but(
        "difference_half_steps",
        {
            "step[i] = h": "step[i] = h / 2",
            "(2 * h)": "h",
        },
        "The points are half a step away. The formula goes a whole h up and a whole h "
        "down; with a large h that gives another number.",
    ),
    difference.but(
        "difference_h_fixed",
        {
            "for i in range(len(x)):": """
            h = 1e-5
            for i in range(len(x)):
            """,
        },
        "The argument h plays no part: you always use 1e-5.",
    ),
    by_sums.but(
        "error_absolute",
        {" / scale if scale else scale": ""},
        "This is the length of the difference alone. Divide by how long the gradients "
        "are.",
    ),
    by_sums.but(
        "error_of_first_norm",
        {" + np.sqrt((n**2).sum())": ""},
        "Divided was by the length of the first gradient only. The formula has the "
        "sum of both.",
    ),
    by_sums.but(
        "error_of_second_norm",
        {"np.sqrt((a**2).sum()) + ": ""},
        "Divided was by the length of the second gradient only. The formula has the "
        "sum of both.",
    ),
    by_norm.but(
        "error_of_largest_norm",
        {"(norm(a) + norm(n))": "max(norm(a), norm(n))"},
        "Divided was by the longer of the two lengths. The formula has their sum.",
    ),
    by_norm.but(
        "error_norm_of_sum",
        {"(norm(a) + norm(n))": "norm(a + n)"},
        "Divided was by the length of the sum. The formula has the sum of the "
        "lengths; opposite gradients show the difference.",
    ),
    by_sums.but(
        "error_squared",
        {"np.sqrt": times(3, "")},
        "These are squared lengths: the roots are missing.",
    ),
    by_sums.but(
        "error_zero_by_zero",
        {" if scale else scale": ""},
        "Two zero gradients give 0/0, which is nan. They are equal: the error is 0.",
    ),
    by_sums.but(
        "error_ones_for_zeros",
        {"else scale": "else scale + 1"},
        "Two zero gradients are equal: their error is 0, not 1.",
    ),
    by_norm.but(
        "error_largest_element",
        {"axis=None": "ord=np.inf"},
        "This compares the largest elements. Asked for are Euclidean norms: roots of "
        "sums of squares.",
    ),
    by_norm.but(
        "error_sums",
        {"axis=None": "ord=1"},
        "These norms are sums of absolute values. Euclidean norms are roots of sums "
        "of squares.",
    ),
    by_norm.but(
        "error_matrix_norm",
        {
            "axis=None": "ord=2",
            "a.reshape(-1), n.reshape(-1)": "np.atleast_2d(a), np.atleast_2d(n)",
        },
        "For a matrix this is the spectral norm. Asked for is the root of the sum of "
        "all squares.",
    ),
    by_sums.but(
        "error_elementwise",
        {
            LENGTHS: "np.abs(a) + np.abs(n)",
            ERROR: "(np.abs(a - n) / np.where(scale, scale, 1)).mean()",
        },
        "This is the mean of the elements' own errors. Take the norms of the whole "
        "gradients first.",
    ),
    by_sums.but(
        "error_worst_element",
        {
            LENGTHS: "np.maximum(np.abs(a) + np.abs(n), 1e-8)",
            ERROR: "(np.abs(a - n) / scale).max()",
        },
        "This is the largest of the elements' own errors, as some courses measure it. "
        "Here the norms of the whole gradients are compared.",
    ),
    by_sums.but(
        "error_small_constant",
        {"/ scale if scale else scale": "/ (scale + 1e-3)"},
        "A constant was added under the fraction. Small gradients then look more "
        "alike than they are; treat the case of two zeros by itself.",
    ),
)
