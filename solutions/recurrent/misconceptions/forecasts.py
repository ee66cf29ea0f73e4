"""Wrong answers to predicting on and on: `extrapolate`."""

from autograder.checks import Misconception, RightAnswer

from ..variants import growing_lists

__all__ = ["MISCONCEPTIONS"]

on_and_on = RightAnswer(growing_lists.extrapolate)

MISCONCEPTIONS: tuple[Misconception, ...] = (
    on_and_on.but(
        "extrapolate_same_window",
        {"window = np.append(window[1:], value)": ""},
        "The window never moved on, so that every step gave the same prediction. Put "
        "the prediction in, drop the oldest value.",
    ),
    on_and_on.but(
        "extrapolate_feeds_truth",
        {
            "for _ in range(steps):": """
                for end in range(len(known) - steps + 1, len(known) + 1):
                    window = known[max(end - length, 0) : max(end, length)]
                """,
            "window = np.append(window[1:], value)": "",
        },
        "Each prediction was made from known values, the last of them for the last "
        "window: that tells how well the network predicts what is known, not what "
        "comes after.",
    ),
    on_and_on.but(
        "extrapolate_window_grows",
        {"window[1:]": "window"},
        "The prediction was put in, but the oldest value was not dropped: windows grew "
        "from step to step.",
    ),
    on_and_on.but(
        "extrapolate_newest_first",
        {"window[1:], value": "value, window[:-1]"},
        "The prediction was put at the front of the window, where the oldest value "
        "stands.",
    ),
    on_and_on.but(
        "extrapolate_first_window",
        {"known[len(known) - length :]": "known[:length]"},
        "Prediction began after the first window. It begins where the known values "
        "end.",
    ),
    on_and_on.but(
        "extrapolate_with_known",
        {"known[:0]": "known"},
        "The known values are among the results. Return the predictions only.",
    ),
)
