"""Wrong answers to what a shift changes: `shift_invariance`."""

from autograder.checks import Misconception, RightAnswer, times

from ..variants import self_contained

__all__ = ["MISCONCEPTIONS"]

framed = RightAnswer(self_contained.shift_invariance)

MISCONCEPTIONS: tuple[Misconception, ...] = (
    framed.but(
        "shift_wraps_around",
        {"np.pad(x, 1)": 'np.pad(x, 1, mode="wrap")'},
        "What left the image on one side came back on the other. Which numbers come "
        "in at the border?",
    ),
    framed.but(
        "shift_compares_means",
        {"max_pool2d": times(2, "avg_pool2d")},
        "The means of the windows were compared. The question is about their maxima.",
    ),
    framed.but(
        "shift_repeats_the_border",
        {"np.pad(x, 1)": 'np.pad(x, 1, mode="edge")'},
        "The border's own pixels were repeated where the image has moved away. Which "
        "numbers come in there?",
    ),
    framed.but(
        "shift_counts_standing_still",
        {
            """
            if (top, left) == (1, 1):
                continue
            """: "",
            "/ 8": "/ 9",
        },
        "These are ninths: the image that stands still was counted as a ninth shift.",
    ),
    framed.but(
        "shift_in_four_directions",
        {
            "np.ndindex(3, 3)": "((0, 1), (1, 0), (1, 2), (2, 1))",
            "/ 8": "/ 4",
        },
        "These are quarters: up, down, left and right. There are four more "
        "directions, the diagonals.",
    ),
)
