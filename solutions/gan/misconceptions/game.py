"""Wrong values of the game and wrong best discriminators."""

from autograder.checks import RightAnswer, times

from .. import oracle
from ..variants import by_hand

__all__ = ["MISCONCEPTIONS"]

value = RightAnswer(oracle.value_function)
best = RightAnswer(oracle.optimal_discriminator)
best_mended = RightAnswer(by_hand.optimal_discriminator)

MISCONCEPTIONS = (
    value.but(
        "value_base_two",
        {"np.log(d)": "np.log2(d)", "np.log1p(-d)": "np.log2(1 - d)"},
        "The logarithm has the base 2. The natural one is meant: with a perfect "
        "generator the value is -log 4 = -1.386, not -2.",
    ),
    value.but(
        "value_under_data_only",
        {"q > 0, q * np": "p > 0, p * np"},
        "Both expectations were taken over the data. The second one is over what the "
        "generator makes: weigh log(1 - d) by q.",
    ),
    value.but(
        "value_zero_times_infinity",
        {
            "np.where(p > 0, p * np.log(d), 0)": "p * np.log(d)",
            "np.where(q > 0, q * np.log1p(-d), 0)": "q * np.log(1 - d)",
        },
        "0 times infinity is nan: an outcome that never happens contributes 0, "
        "whatever d says about it. Leave such outcomes out before you multiply.",
    ),
    value.but(
        "value_negative",
        {"return np.sum(of_real) +": "return -np.sum(of_real) -"},
        "The sign is flipped: this is what the discriminator would lose. It earns "
        "logarithms of probabilities, which are negative.",
    ),
    value.but(
        "value_plain_mean",
        {
            "np.where(p > 0, p * np.log(d), 0)": "np.log(d)",
            "np.where(q > 0, q * np.log1p(-d), 0)": "np.log1p(-d)",
            "np.sum": times(2, "np.mean"),
        },
        "The logarithms were averaged over the outcomes, as if each happened equally "
        "often. An expectation weighs each outcome by its probability.",
    ),
    value.but(
        "value_expectation_inside",
        {
            "np.where(p > 0, p * np.log(d), 0)": "p * d",
            "np.where(q > 0, q * np.log1p(-d), 0)": "q * (1 - d)",
            "np.sum(of_real)": "np.log(np.sum(of_real))",
            "np.sum(of_fake)": "np.log(np.sum(of_fake))",
        },
        "The logarithm of a mean is not the mean of the logarithms. Take the logarithm "
        "of each d first, then the expectation.",
    ),
    best.but(
        "best_for_fakes",
        {"p / np": "q / np"},
        "This is q / (p + q), the probability of being fake. Where only the data go, p "
        "> 0 = q, the discriminator should say 1.",
    ),
    best.but(
        "best_ratio",
        {"p / np.where(total > 0, total, 1)": "p / q"},
        "This is the odds p / q, not a probability. A probability is a share of the "
        "whole.",
    ),
    best_mended.but(
        "best_nan",
        {"best[np.isnan(best)] = 0.5": ""},
        "An outcome that never happens gives 0/0. The docstring says what to return "
        "there.",
    ),
    best.but(
        "best_rounded",
        {"p / np.where(total > 0, total, 1)": "(1 + np.sign(p - q)) / 2"},
        "The answer was rounded to yes or no. How sure it should be depends on how "
        "much more often one of them shows the outcome.",
    ),
)
