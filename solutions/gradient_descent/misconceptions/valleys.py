"""Wrong answers to the choice among several runs: `best_run`."""

from autograder.checks import Misconception, RightAnswer

from .. import oracle

__all__ = ["MISCONCEPTIONS"]

best = RightAnswer(oracle.best_run)

LOWEST = "min(finite, key=lambda pair: pair[0])[1]"

MISCONCEPTIONS: tuple[Misconception, ...] = (
    best.but(
        "best_is_last",
        {LOWEST: "runs[-1]"},
        "This is the last run, whatever its end. Did you keep the best one while "
        "others followed?",
    ),
    best.but(
        "best_is_first",
        {LOWEST: "runs[0]"},
        "This is the first run, whatever its end. Compare it with the others.",
    ),
    best.but(
        "best_near_zero",
        {"lambda pair: pair[0]": "lambda pair: abs(pair[1][-1])"},
        "This run ends nearest to x = 0. Nearness to zero says nothing; compare the "
        "values of f.",
    ),
    best.but(
        "best_by_slope",
        {"lambda pair: pair[0]": "lambda pair: abs(gradient(pair[1][-1]))"},
        "This run ends where the slope is smallest. At the bottom of every valley the "
        "slope is zero; compare the values of f.",
    ),
    best.but(
        "best_by_signed_slope",
        {"lambda pair: pair[0]": "lambda pair: gradient(pair[1][-1])"},
        "This run ends where the slope has the lowest value. Compare the values of f, "
        "not of its derivative.",
    ),
    best.but(
        "best_leftmost",
        {"lambda pair: pair[0]": "lambda pair: pair[1][-1]"},
        "This run ends farthest to the left: you compared the points, not the values "
        "of f there.",
    ),
    best.but(
        "best_highest",
        {"min(": "max("},
        "This run ends highest. Asked for is the lowest.",
    ),
    best.but(
        "best_on_the_way",
        {"lambda pair: pair[0]": "lambda pair: min(f(x) for x in pair[1])"},
        "This run passes through the lowest point but doesn't end there. Compare the "
        "ends.",
    ),
    best.but(
        "best_by_magnitude",
        {"lambda pair: pair[0]": "lambda pair: abs(pair[0])"},
        "This run ends where f is nearest to zero. Values below zero are lower still.",
    ),
    best.but(
        "best_by_start",
        {LOWEST: "min(runs, key=lambda run: f(run[0]))"},
        "This run starts lowest. Compare the ends.",
    ),
    best.but(
        "best_by_descent",
        {"lambda pair: pair[0]": "lambda pair: pair[0] - f(pair[1][0])"},
        "This run descends most. Asked for is the one that ends lowest, from wherever "
        "it comes.",
    ),
    best.but(
        "best_without_start",
        {"[0])[1]": "[0])[1][1:]"},
        "The right run, but its start is missing.",
    ),
    best.but(
        "best_end_only",
        {"[0])[1]": "[0])[1][-1]"},
        "The right run, but only its last point. Asked for is the whole trajectory.",
    ),
    best.but(
        "best_lets_nan_win",
        {LOWEST: "runs[int(np.argmin([f(run[-1]) for run in runs]))]"},
        "A run that diverged was taken for the best: argmin takes nan for the "
        "minimum, and minus infinity is lower than all else. Leave out runs that "
        "don't end at a finite value.",
    ),
)
