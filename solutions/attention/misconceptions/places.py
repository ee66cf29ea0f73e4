"""Wrong answers to `positional_encoding`."""

from autograder.checks import Misconception, RightAnswer

from ..variants import always_masked

__all__ = ["MISCONCEPTIONS"]

encoding = RightAnswer(always_masked.positional_encoding)

MISCONCEPTIONS: tuple[Misconception, ...] = (
    encoding.but(
        "encoding_in_halves",
        {
            "return np.where(columns % 2, np.cos(angles), np.sin(angles))": """
                angles = angles[:, ::2]
                return np.hstack([np.sin(angles), np.cos(angles)])
                """
        },
        "All sines came first, then all cosines. Here they take turns: even columns "
        "hold sines, odd columns cosines.",
    ),
    encoding.but(
        "encoding_rate_for_each_column",
        {"columns - columns % 2": "columns"},
        "Every column turns at a rate of its own. A sine and the cosine beside it "
        "belong to the same hand: they share one rate. What is i in column 2i+1?",
    ),
    encoding.but(
        "encoding_twice_for_each_column",
        {"columns - columns % 2": "2 * columns"},
        "Every column turns at a rate of its own, and twice as slow as it may be: i "
        "counted columns. In the formula it counts pairs of them.",
    ),
    encoding.but(
        "encoding_half_the_exponent",
        {"columns - columns % 2": "columns // 2"},
        "The hands slow down too little from pair to pair: the exponent is i/d where "
        "the formula says 2i/d.",
    ),
    encoding.but(
        "encoding_twice_the_exponent",
        {"columns - columns % 2": "4 * (columns // 2)"},
        "The hands slow down too fast: the exponent is 4i/d where the formula says "
        "2i/d. If your index runs over 0, 2, 4, ..., the 2 is in it already.",
    ),
    encoding.but(
        "encoding_cosine_first",
        {"np.cos(angles), np.sin(angles)": "np.sin(angles), np.cos(angles)"},
        "Sines and cosines are exchanged: even columns are to hold the sines.",
    ),
    encoding.but(
        "encoding_from_one",
        {"np.arange(length)": "np.arange(1, length + 1)"},
        "The first row is that of position 1. Positions count from 0, where every sine "
        "is 0 and every cosine 1.",
    ),
    encoding.but(
        "encoding_grows_faster",
        {"(-(": "(("},
        "The hands turn faster from pair to pair, not slower: the position was "
        "multiplied by the power of 10000.",
    ),
)
