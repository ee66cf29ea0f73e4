"""Wrong answers to maximum pooling: `max_pool2d`."""

from autograder.checks import Misconception, RightAnswer

from ..variants import self_contained

__all__ = ["MISCONCEPTIONS"]

by_views = RightAnswer(self_contained.max_pool2d)

MISCONCEPTIONS: tuple[Misconception, ...] = (
    # First what the backward pass, which calls this function, does not repeat.
    by_views.but(
        "max_stride_one_by_default",
        {"stride or size": "stride or (1, 1)"},
        "Without a stride the window moved by one pixel at a time. What does None "
        "stand for in this notebook?",
    ),
    by_views.but(
        "max_pads_with_zero",
        {", constant_values=-np.inf": ""},
        "The frame was made of zeros, and a zero beats every negative pixel next to "
        "it. Which number loses against all others?",
    ),
    by_views.but(
        "max_starts_at_zero",
        {"axis=(4, 5)": "axis=(4, 5), initial=0"},
        "No result is below zero, although there are windows with negative pixels "
        "only. From which number does the search for the largest begin?",
    ),
    by_views.but(
        "max_stride_ignored",
        {"[:, :, ::sh, ::sw]": ""},
        "The window moved by one pixel at a time, whatever the stride says.",
    ),
    by_views.but(
        "max_stride_is_the_window",
        {"::sh, ::sw": "::kh, ::kw"},
        "The window moved by its own size, whatever the stride says. Windows may "
        "overlap, or leave gaps.",
    ),
    by_views.but(
        "max_stride_of_height",
        {"::sw": "::sh"},
        "The vertical stride was used for both axes. Each axis has its own.",
    ),
    by_views.but(
        "max_square_window",
        {"(x, (kh, kw)": "(x, (kh, kh)"},
        "The window's height was used for both axes. It has a width as well.",
    ),
    by_views.but(
        "max_keeps_ragged_edge",
        {
            "x = np.pad(x, frame, constant_values=-np.inf)": """
            x = np.pad(x, frame, constant_values=-np.inf)
            if kh > x.shape[2] or kw > x.shape[3]:
                raise ValueError("the window is larger than the image")
            rows, columns = -(x.shape[2] - kh) % sh, -(x.shape[3] - kw) % sw
            frame = ((0, 0), (0, 0), (0, rows), (0, columns))
            x = np.pad(x, frame, constant_values=-np.inf)
            """,
        },
        "There is one more window at the end, which sticks out of the image. A window "
        "counts only where all of it fits.",
    ),
    by_views.but(
        "max_over_channels",
        {"max(axis=(4, 5))": "max(axis=(1, 4, 5))[:, None]"},
        "The maximum was taken over the channels as well. Each channel is pooled for "
        "itself.",
    ),
)
