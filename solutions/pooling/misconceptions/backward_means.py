"""Wrong answers to the gradient of average pooling: `avg_pool2d_backward`."""

from autograder.checks import Misconception, RightAnswer

from ..variants import self_contained

__all__ = ["MISCONCEPTIONS"]

by_windows = RightAnswer(self_contained.avg_pool2d_backward)

MISCONCEPTIONS: tuple[Misconception, ...] = (
    by_windows.but(
        "avg_back_not_divided",
        {" / (kh * kw)": ""},
        "Each pixel of a window got its whole gradient. By how much does a mean grow "
        "when one of its pixels grows by 1?",
    ),
    by_windows.but(
        "avg_back_overwrites",
        {"+= dout": "= dout"},
        "Where windows overlap, only the last one's share is left. What happens to "
        "gradients that meet?",
    ),
    by_windows.but(
        "avg_back_stride_forgotten",
        {"i * sh, j * sw": "i, j"},
        "The windows stand side by side at steps of one pixel, whatever the stride "
        "is. Where did window (i, j) begin on the way forwards?",
    ),
    by_windows.but(
        "avg_back_divided_by_square",
        {"(kh * kw)": "kw**2"},
        "The shares are those of a square window. How many pixels share the gradient "
        "of a window that isn't square?",
    ),
    by_windows.but(
        "avg_back_frame_not_counted",
        {
            "np.pad(x,": "np.pad(np.ones_like(x),",
            "(kh * kw)": "padded[place].sum()",
        },
        "Windows over the border share their gradient among the true pixels only. "
        "Forwards they were divided by all of them, the frame's zeros too.",
    ),
    by_windows.but(
        "avg_back_to_the_winner",
        {
            "dpadded[place] += dout[b, c, i, j] / (kh * kw)": """
            m, n = np.unravel_index(padded[place].argmax(), (kh, kw))
            dpadded[b, c, top + m, left + n] += dout[b, c, i, j]
            """,
        },
        "The whole gradient went to the largest pixel, as for a maximum. All pixels "
        "of a window have a part in its mean.",
    ),
)
