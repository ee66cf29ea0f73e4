"""Wrong answers to the gradient through time: `gradient_norms`."""

from autograder.checks import Misconception, RightAnswer

from ..variants import growing_lists

__all__ = ["MISCONCEPTIONS"]

products = RightAnswer(growing_lists.gradient_norms)

MISCONCEPTIONS: tuple[Misconception, ...] = (
    products.but(
        "norms_product_reversed",
        {"products[-1] @ ": "", "U.T)": "U.T @ products[-1])"},
        "The factors were multiplied in the reverse order. Matrices don't commute: the "
        "factor of the last step stands on the left.",
    ),
    products.but(
        "norms_tanh_twice",
        {"state**2": "np.tanh(state) ** 2"},
        "The slope was taken as 1 - tanh(h)**2. A state is the tanh of something "
        "already, so the slope there is had from the state itself.",
    ),
    products.but(
        "norms_without_slope",
        {" @ np.diag(1 - state**2)": ""},
        "The slope of tanh is missing: these are the norms of powers of U.",
    ),
    products.but(
        "norms_slope_inverted",
        {"1 - state**2": "1 / (1 - state**2)"},
        "The slope was divided by. 1 / (1 - h**2) is the derivative of the inverse "
        "function.",
    ),
    products.but(
        "norms_weights_not_transposed",
        {"U.T": "U"},
        "U stands in the product as it is. Ask which unit of the old state the entry "
        "U[i, j] comes from, and which it goes to.",
    ),
    products.but(
        "norms_slope_of_state_before",
        {"h[:0:-1]": "h[-2::-1]"},
        "Each factor has the slope at the state before its step. The tanh of a step is "
        "evaluated at what the step results in.",
    ),
    products.but(
        "norms_forwards",
        {
            "h[:0:-1]": "h[1:]",
            "products[-1] @ ": "",
            "U.T)": "U.T @ products[-1])",
            "reversed(products)": "products",
        },
        "These are the norms of dh_t/dh_1, from the start on. Asked for is the last "
        "state by each one before.",
    ),
    products.but(
        "norms_in_reverse",
        {"reversed(products)": "products"},
        "The norms are right but in reverse: the first one belongs to h_1, the last "
        "one is 1.",
    ),
    products.but(
        "norms_frobenius",
        {"(each, 2)": "(each)"},
        "These are Frobenius norms, the root of the sum of all squares. Asked for is "
        "the spectral norm: tell np.linalg.norm which one.",
    ),
    products.but(
        "norms_product_of_norms",
        {
            "products[-1] @ np.diag": "np.diag",
            "np.array": "np.cumprod",
            "reversed(products)])": "products])[::-1]",
        },
        "Norms of the factors were multiplied. The norm of a product is smaller than "
        "that, as a rule: multiply the matrices first.",
    ),
)
