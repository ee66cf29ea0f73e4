"""Wrong answers to the cutting of a series: `windows`."""

from autograder.checks import Misconception, RightAnswer

from ..variants import growing_lists

__all__ = ["MISCONCEPTIONS"]

cut = RightAnswer(growing_lists.windows)

MISCONCEPTIONS: tuple[Misconception, ...] = (
    cut.but(
        "windows_one_short",
        {"- length)": "- length - 1)", "series[length:]": "series[length:-1]"},
        "One window is missing: the last value of the series is a target, too. Count "
        "the windows of a short series by hand.",
    ),
    cut.but(
        "windows_target_inside",
        {"series[length:]": "series[length - 1 : -1]"},
        "Each target is the last value of its own window: there is nothing left to "
        "predict. Look at which index comes after the window.",
    ),
    cut.but(
        "windows_without_overlap",
        {
            "range(len(series) - length)": "range(0, len(series) - length, length)",
            "series[length:]": "series[length::length]",
        },
        "Each window begins where the one before ended. Windows overlap: the next one "
        "begins one place on.",
    ),
    cut.but(
        "windows_without_inputs",
        {"(-1, length, 1)": "(-1, length)"},
        "The numbers are right but an axis is missing. Recurrent layers want (batch, "
        "time, inputs), even where each moment has one input.",
    ),
    cut.but(
        "windows_inputs_before_time",
        {"(-1, length, 1)": "(-1, 1, length)"},
        "The last two axes are exchanged: this is one moment with many inputs. Time "
        "comes before inputs.",
    ),
    cut.but(
        "windows_backwards",
        {"i + length]": "i + length][::-1]"},
        "The values within each window are in reverse. Keep them in the order of the "
        "series.",
    ),
)
