"""Wrong walks between two points: `interpolation`."""

from autograder.checks import RightAnswer

from .. import oracle

__all__ = ["MISCONCEPTIONS"]

walk = RightAnswer(oracle.interpolation)

MISCONCEPTIONS = (
    walk.but(
        "walk_without_end",
        {"1, n_steps": "1, n_steps, endpoint=False"},
        "The last point is missing: the ratios stop before 1.",
    ),
    walk.but(
        "walk_without_start",
        {"1, n_steps": "1, n_steps + 1", "[:, None]": "[1:, None]"},
        "The first point is missing: the ratios begin after 0.",
    ),
    walk.but(
        "walk_reversed",
        {"0, 1": "1, 0"},
        "The walk goes from p2 to p1. At ratio 0 only p1 may count.",
    ),
    walk.but(
        "walk_one_more",
        {"1, n_steps": "1, n_steps + 1"},
        "There is a point too many: n_steps counts points, not the steps between them.",
    ),
    walk.but(
        "walk_in_double",
        {", dtype=p1.dtype": ""},
        "float32 points gave a float64 walk: the ratios are float64. Give them the "
        "dtype of the points.",
    ),
)
