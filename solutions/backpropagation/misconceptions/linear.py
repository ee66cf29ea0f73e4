"""Wrong answers to two linear layers that are one: `collapse`."""

from autograder.checks import RightAnswer

from .. import oracle

__all__ = ["MISCONCEPTIONS"]

collapse = RightAnswer(oracle.collapse)

MISCONCEPTIONS = (
    collapse.but(
        "collapse_order_swapped",
        {"return W1 @ W2": "return W2 @ W1"},
        "The two matrices were multiplied in the wrong order. X meets W1 first: (X W1) "
        "W2. With square matrices no shape warns you.",
    ),
    collapse.but(
        "collapse_first_bias_dropped",
        {"b1 @ W2 + b2": "b2"},
        "b1 is missing. It is added to the hidden layer, so it must arrive at the "
        "output, too.",
    ),
    collapse.but(
        "collapse_first_bias_not_carried",
        {"b1 @ W2 + b2": "b1 + b2"},
        "b1 and b2 were just added. b1 goes through the second layer before it reaches "
        "the output.",
    ),
    collapse.but(
        "collapse_second_bias_dropped",
        {"b1 @ W2 + b2": "b1 @ W2"},
        "b2 is missing from the bias.",
    ),
    collapse.but(
        "collapse_bias_transposed",
        {"b1 @ W2": "W2 @ b1"},
        "W is right. The bias was multiplied by W2 from the wrong side: W2 b1 in place "
        "of b1 W2.",
    ),
)
