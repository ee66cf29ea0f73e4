"""Wrong answers to the convolution of two functions by a Riemann sum."""

from autograder.checks import Misconception, RightAnswer

from ..variants import place_by_place

__all__ = ["MISCONCEPTIONS"]

sums = RightAnswer(place_by_place.convolution_integral)

MISCONCEPTIONS: tuple[Misconception, ...] = (
    sums.but(
        "integral_mirrored",
        {"point - a": "a - point"},
        "This is the sum over f(a) g(a - t): g was not turned around. Equal for an "
        "even g only.",
    ),
    sums.but(
        "integral_plus",
        {"point - a": "point + a"},
        "This is the sum over f(a) g(t + a), a correlation. Compare the sign in the "
        "argument of g with the formula.",
    ),
    sums.but(
        "integral_step_forgotten",
        {" * da": ""},
        "This sum grows when the grid gets finer. A Riemann sum adds areas of strips, "
        "and a strip has a width too.",
    ),
    sums.but(
        "integral_both_shifted",
        {"f(a)": "f(point - a)"},
        "f and g were both shifted by t, so they never move against each other. Which "
        "of the two depends on t in the formula?",
    ),
    sums.but(
        "integral_neither_shifted",
        {"g(point - a)": "g(a)"},
        "Every point got the same value: t does not enter the sum. Compare the "
        "argument of g with the formula.",
    ),
    sums.but(
        "integral_trapezoid",
        {"np.sum(f(a) * g(point - a)) * da": "np.trapezoid(f(a) * g(point - a), a)"},
        "This is the trapezoidal rule, which halves the two ends. The exercise asks "
        "for the plain sum, where every sample counts the same.",
    ),
    sums.but(
        "integral_last_sample_missing",
        {"da = a[1] - a[0]": "da, a = a[1] - a[0], a[:-1]"},
        "The last sample of a is missing from the sum. The sum runs over all samples.",
    ),
    sums.but(
        "integral_step_from_count",
        {"a[1] - a[0]": "(a[-1] - a[0]) / len(a)"},
        "The step is a little too small: it was taken as the length of the grid over "
        "the number of its points. How many gaps lie between n points?",
    ),
    sums.but(
        "integral_fixed_step",
        {"a[1] - a[0]": "0.01"},
        "The step was taken as 0.01 whatever the grid. It must follow from a.",
    ),
    sums.but(
        "integral_on_own_grid",
        {
            "np.array([np.sum(f(a) * g(point - a)) * da for point in t])": """
                np.convolve(f(a), g(a), mode="same") * da
            """,
        },
        "This convolves the samples on the grid a and never looks at t. The result "
        "needs one value for each point of t.",
    ),
    sums.but(
        "integral_rounded",
        {"np.array(": "np.round(", "in t]": "in t], 2"},
        "The values are rounded to two decimals. Round what you print, not what you "
        "return.",
    ),
)
