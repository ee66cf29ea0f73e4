"""Wrong answers to `relu`, `leaky_relu` and their derivatives."""

from autograder.checks import RightAnswer

from .. import oracle
from ..variants import masks_in_place

__all__ = ["MISCONCEPTIONS"]

relu = RightAnswer(oracle.relu)
relu_in_place = RightAnswer(masks_in_place.relu)
leaky_relu = RightAnswer(oracle.leaky_relu)
relu_gradient = RightAnswer(oracle.relu_gradient)
leaky_relu_gradient = RightAnswer(oracle.leaky_relu_gradient)

MISCONCEPTIONS = (
    relu_in_place.but(
        "relu_changes_input",
        {"x.copy()": "x"},
        "The result is right, but the caller's x was overwritten: x[x < 0] = 0 changes "
        "the array that you were given.",
        sign="changes_input",
    ),
    relu.but(
        "relu_is_its_slope",
        {"np.maximum(x, 0)": "(x > 0).astype(x.dtype)"},
        "This gives 1 for positive x: the slope of ReLU, not ReLU. What should it give "
        "at x = 2?",
    ),
    relu.but(
        "relu_absolute",
        {"np.maximum(x, 0)": "np.abs(x)"},
        "Negative numbers came back positive: this is the absolute value. ReLU has "
        "nothing to say about negative numbers.",
    ),
    relu.but(
        "relu_keeps_negative",
        {"maximum": "minimum"},
        "What is negative was kept and what is positive thrown away. Which of the two "
        "did you want, the smaller or the larger of 0 and x?",
    ),
    leaky_relu.but(
        "leaky_relu_does_not_leak",
        {"alpha * x": "0"},
        "Negative x gives 0: this is the plain ReLU. The leaky one has a slope there, "
        "too.",
    ),
    leaky_relu.but(
        "leaky_relu_slope_fixed",
        {"alpha * x": "0.01 * x"},
        "The slope is always 0.01, whatever alpha was given. Use the argument.",
    ),
    leaky_relu.but(
        "leaky_relu_leaks_upwards",
        {"alpha * x": "alpha * np.abs(x)"},
        "Negative x gives positive results. To the left of 0 a leaky ReLU goes on "
        "falling, only more slowly.",
    ),
    leaky_relu.but(
        "leaky_relu_constant",
        {"alpha * x": "alpha"},
        "All negative x give the same number. alpha is a slope, not a value.",
    ),
    relu_gradient.but(
        "relu_gradient_is_relu",
        {"(x > 0).astype(x.dtype)": "np.maximum(x, 0)"},
        "This is ReLU itself. How fast does it grow where x is positive?",
    ),
    relu_gradient.but(
        "relu_gradient_is_sign",
        {"(x > 0).astype(x.dtype)": "np.sign(x)"},
        "Negative x gives -1. To the left of 0 ReLU is flat: it neither rises nor "
        "falls.",
    ),
    leaky_relu_gradient.but(
        "leaky_relu_gradient_flat",
        {"1, alpha": "1, 0"},
        "Negative x gives 0: that is the slope of the plain ReLU.",
    ),
    leaky_relu_gradient.but(
        "leaky_relu_gradient_times_x",
        {"1, alpha": "x, alpha * x"},
        "This is leaky ReLU itself, not its slope: x should not appear in the result.",
    ),
    leaky_relu_gradient.but(
        "leaky_relu_gradient_negative",
        {"1, alpha": "1, -alpha"},
        "Where x is negative the slope came out as -alpha. Leaky ReLU rises "
        "everywhere.",
    ),
    leaky_relu_gradient.but(
        "leaky_relu_gradient_slope_fixed",
        {"1, alpha": "1, 0.01"},
        "The slope is always 0.01, whatever alpha was given. Use the argument.",
    ),
)
