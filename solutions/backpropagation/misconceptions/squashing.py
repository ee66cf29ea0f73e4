"""Wrong answers to `sigmoid`, `tanh`, `swish` and their derivatives."""

from autograder.checks import RightAnswer

from .. import oracle
from ..variants import graph_of_values

__all__ = ["MISCONCEPTIONS"]

sigmoid = RightAnswer(oracle.sigmoid)
sigmoid_by_tanh = RightAnswer(graph_of_values.sigmoid)
tanh = RightAnswer(oracle.tanh)
tanh_of_numpy = RightAnswer(graph_of_values.tanh)
swish = RightAnswer(oracle.swish)
sigmoid_gradient = RightAnswer(oracle.sigmoid_gradient)
tanh_gradient = RightAnswer(oracle.tanh_gradient)
swish_gradient = RightAnswer(oracle.swish_gradient)

MISCONCEPTIONS = (
    sigmoid_by_tanh.but(
        "sigmoid_overflows",
        {"(1 + np.tanh(x / 2)) / 2": "np.exp(x) / (1 + np.exp(x))"},
        "exp of a large number is infinite, and infinity divided by infinity is nan. "
        "Large positive and large negative x each have a form of the formula whose "
        "power stays small.",
    ),
    sigmoid.but(
        "sigmoid_mirrored",
        {"x > 0": "x < 0"},
        "This falls from 1 to 0. Look at the sign in the exponent: large x should give "
        "1.",
    ),
    sigmoid_by_tanh.but(
        "sigmoid_is_tanh",
        {"(1 + np.tanh(x / 2)) / 2": "np.tanh(x)"},
        "This goes from -1 to 1: it is tanh. The sigmoid stays between 0 and 1, and is "
        "1/2 at x = 0.",
    ),
    sigmoid_by_tanh.but(
        "sigmoid_without_one",
        {"(1 + np.tanh(x / 2)) / 2": "1 / np.exp(-x)"},
        "The 1 under the fraction is missing: what is left is a plain power of e.",
    ),
    tanh_of_numpy.but(
        "tanh_overflows",
        {"np.tanh(x)": "(np.exp(x) - np.exp(-x)) / (np.exp(x) + np.exp(-x))"},
        "exp of a large number is infinite, and infinity divided by infinity is nan. "
        "Which of the two powers can you divide by, or do without?",
    ),
    tanh.but(
        "tanh_too_flat",
        {"-2 * np.abs(x)": "-np.abs(x)"},
        "This is tanh(x/2): the curve is right but stretched to twice its width. Look "
        "at what goes into the sigmoid.",
    ),
    tanh.but(
        "tanh_from_zero_to_one",
        {"np.sign(x) * (1 - small)": "np.where(x > 0, 1, small)"},
        "The results lie between 0 and 1. tanh is odd: tanh(0) = 0, and tanh(-x) = "
        "-tanh(x).",
    ),
    swish.but(
        "swish_without_x",
        {"x * sigmoid(x)": "sigmoid(x)"},
        "This is the sigmoid alone: the factor x is missing.",
    ),
    swish.but(
        "swish_adds",
        {"x * sigmoid(x)": "x + sigmoid(x)"},
        "x and its sigmoid were added. Swish multiplies them: the sigmoid says how "
        "much of x gets through.",
    ),
    swish.but(
        "swish_squared",
        {"x * sigmoid(x)": "x**2 * sigmoid(x)"},
        "x stands twice in this product: x^2 sigmoid(x) is positive on both sides. "
        "Only one factor x is asked for.",
    ),
    sigmoid_gradient.but(
        "sigmoid_gradient_is_sigmoid",
        {" * sigmoid(-x)": ""},
        "This is the sigmoid itself, s. Its slope is a product of two factors, both "
        "made of s.",
    ),
    sigmoid_gradient.but(
        "sigmoid_gradient_at_result",
        {"sigmoid(x) * sigmoid(-x)": "x * (1 - x)"},
        "You computed x (1 - x): the formula s (1 - s) is about the sigmoid's result "
        "s, and what came in is x.",
    ),
    sigmoid_gradient.but(
        "sigmoid_gradient_overflows",
        {"sigmoid(x) * sigmoid(-x)": "np.exp(-x) / (1 + np.exp(-x)) ** 2"},
        "exp of a large number is infinite, and infinity divided by infinity is nan. "
        "The slope can be written with the sigmoid alone.",
    ),
    sigmoid_gradient.but(
        "sigmoid_gradient_factor_plus",
        {"sigmoid(-x)": "(1 + sigmoid(x))"},
        "You computed s (1 + s). Where the sigmoid has come near 1 it is flat; does "
        "your slope vanish there?",
    ),
    tanh_gradient.but(
        "tanh_gradient_not_squared",
        {"tanh(x) ** 2": "tanh(x)"},
        "You computed 1 - t; in the formula t is squared. By symmetry the slopes at x "
        "and -x must be equal.",
    ),
    tanh_gradient.but(
        "tanh_gradient_at_result",
        {"tanh(x) ** 2": "x**2"},
        "You computed 1 - x^2: the formula is about the result t = tanh(x), and what "
        "came in is x.",
    ),
    tanh_gradient.but(
        "tanh_gradient_inverse",
        {"1 - tanh(x) ** 2": "1 / (1 - tanh(x) ** 2)"},
        "This is 1 divided by the slope: it grows where tanh is flat.",
    ),
    swish_gradient.but(
        "swish_gradient_half_product",
        {"sigmoid(x) + x * sigmoid_gradient(x)": "sigmoid(x)"},
        "One half of the product rule: the sigmoid without x s'. Both factors of x "
        "s(x) depend on x.",
    ),
    swish_gradient.but(
        "swish_gradient_other_half",
        {"sigmoid(x) + x * sigmoid_gradient(x)": "x * sigmoid(x) * (1 - sigmoid(x))"},
        "One half of the product rule: x s' without the sigmoid. Both factors of x "
        "s(x) depend on x.",
    ),
    swish_gradient.but(
        "swish_gradient_product_of_slopes",
        {"sigmoid(x) + x * sigmoid_gradient(x)": "sigmoid(x) * (1 - sigmoid(x))"},
        "The slopes of the two factors, 1 and s (1 - s), were multiplied. The "
        "derivative of a product is not the product of the derivatives.",
    ),
    swish_gradient.but(
        "swish_gradient_is_swish",
        {"sigmoid(x) + x * sigmoid_gradient(x)": "x * sigmoid(x)"},
        "This is swish itself. Asked for is how fast it grows.",
    ),
)
