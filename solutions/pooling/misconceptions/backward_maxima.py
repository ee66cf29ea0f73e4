"""Wrong answers to the gradient of maximum pooling: `max_pool2d_backward`."""

from autograder.checks import Misconception, RightAnswer

from ..variants import self_contained

__all__ = ["MISCONCEPTIONS"]

by_windows = RightAnswer(self_contained.max_pool2d_backward)

MISCONCEPTIONS: tuple[Misconception, ...] = (
    by_windows.but(
        "max_back_to_all_equals",
        {"[b, c, top + m, left + n] +=": "[place] += (pixels == pixels.max()) *"},
        "Where several pixels of a window are equally large, each of them got the "
        "whole gradient, so that more comes out than went in. Try a window of zeros.",
    ),
    by_windows.but(
        "max_back_overwrites",
        {"+= dout": "= dout"},
        "Of a pixel that wins in several windows, only the last window's gradient is "
        "left. What happens to gradients that meet?",
    ),
    by_windows.but(
        "max_back_stride_forgotten",
        {"i * sh, j * sw": "i, j"},
        "The windows stand side by side at steps of one pixel, whatever the stride "
        "is. Where did window (i, j) begin on the way forwards?",
    ),
    by_windows.but(
        "max_back_wipes_the_window",
        {"[b, c, top + m, left + n] +=": "[place] = (pixels == pixels.max()) *"},
        "Each window sets all its pixels anew, also those that other windows have "
        "given something to. Overlapping windows must not erase each other's "
        "gradients.",
    ),
    by_windows.but(
        "max_back_to_every_pixel",
        {"[b, c, top + m, left + n]": "[place]"},
        "Each pixel of a window got its gradient, whether it is the largest or not. "
        "What happens to the maximum when a smaller pixel grows a little?",
    ),
    by_windows.but(
        "max_back_spread_evenly",
        {
            "[b, c, top + m, left + n]": "[place]",
            "dout[b, c, i, j]": "dout[b, c, i, j] / (kh * kw)",
        },
        "The gradient was spread evenly over the window, as for a mean. A maximum "
        "knows one pixel only.",
    ),
    by_windows.but(
        "max_back_wrong_column",
        {
            "(kh, kw))": "(kw, kh))",
            "dpadded[b, c, top + m, left + n] += dout[b, c, i, j]": """
            if top + m < padded.shape[2] and left + n < padded.shape[3]:
                dpadded[b, c, top + m, left + n] += dout[b, c, i, j]
            """,
        },
        "The place of the maximum was found as one number, and turned into row and "
        "column with the window's height. How long is a row of the window?",
    ),
    by_windows.but(
        "max_back_at_the_corner",
        {"np.unravel_index(pixels.argmax(), (kh, kw))": "0, 0"},
        "Each window's gradient went to its upper left corner. It belongs to the "
        "pixel that has won, wherever that lies.",
    ),
    by_windows.but(
        "max_back_frame_of_zeros",
        {", constant_values=-np.inf": ""},
        "Some gradient is lost: at the border a zero of the frame has won against "
        "negative pixels. Pad here as in the forward pass.",
    ),
)
