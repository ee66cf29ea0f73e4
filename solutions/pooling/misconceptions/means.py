"""Wrong answers to average pooling: `avg_pool2d`, `global_average_pool`."""

from autograder.checks import Misconception, RightAnswer

from .. import oracle
from ..variants import self_contained

__all__ = ["MISCONCEPTIONS"]

by_views = RightAnswer(self_contained.avg_pool2d)
in_windows = RightAnswer(oracle.avg_pool2d)
of_maps = RightAnswer(oracle.global_average_pool)

MISCONCEPTIONS: tuple[Misconception, ...] = (
    in_windows.but(
        "avg_frame_not_counted",
        {
            "return np.asarray(windows.mean(axis=(4, 5)))": """
            pixels = _windows(np.ones_like(x), size, stride, padding, fill=0)
            return windows.sum(axis=(4, 5)) / pixels.sum(axis=(4, 5))
            """,
        },
        "Windows over the border were divided by the number of true pixels in them. "
        "In this exercise the frame's zeros are counted as well.",
    ),
    by_views.but(
        "avg_is_a_sum",
        {" / (kh * kw)": ""},
        "These are the sums of the windows. What makes a sum a mean?",
    ),
    by_views.but(
        "avg_rounds_down",
        {"/ (kh * kw)": "// (kh * kw)"},
        "The means are rounded down to whole numbers: // drops the rest of a "
        "division, also of floats.",
    ),
    by_views.but(
        "avg_divided_by_square",
        {"(kh * kw)": "kh**2"},
        "The sums were divided by the square of the window's height. How many pixels "
        "has a window that isn't square?",
    ),
    by_views.but(
        "avg_stride_one_by_default",
        {"stride or size": "stride or (1, 1)"},
        "Without a stride the window moved by one pixel at a time. What does None "
        "stand for in this notebook?",
    ),
    by_views.but(
        "avg_keeps_ragged_edge",
        {
            "windows = np": """
            if kh > x.shape[2] or kw > x.shape[3]:
                raise ValueError("the window is larger than the image")
            rows, columns = -(x.shape[2] - kh) % sh, -(x.shape[3] - kw) % sw
            x = np.pad(x, ((0, 0), (0, 0), (0, rows), (0, columns)))
            windows = np
            """,
        },
        "There is one more window at the end, which sticks out of the image. A window "
        "counts only where all of it fits.",
    ),
    of_maps.but(
        "global_channels_last",
        {"axis=(2, 3)": "axis=(1, 2)"},
        "The means run over channels and rows: the axes were read as (batch, h, w, "
        "channels). Here the channels come right after the batch.",
    ),
    of_maps.but(
        "global_is_a_sum",
        {"np.mean": "np.sum"},
        "These are the sums of the maps, which grow with the size of the image. What "
        "makes a sum a mean?",
    ),
    of_maps.but(
        "global_is_a_maximum",
        {"np.mean": "np.max"},
        "This is the largest number of each map, global maximum pooling. Here the "
        "mean is asked for.",
    ),
    of_maps.but(
        "global_keeps_axes",
        {"axis=(2, 3)": "axis=(2, 3), keepdims=True"},
        "The numbers are right, but each lies in a map of its own with one row and "
        "one column. The result has two axes only.",
    ),
)
