"""Wrong answers to the gradient of average pooling: `avg_pool2d_backward`."""

import numpy as np

from autograder.checks import Misconception

__all__ = ["MISCONCEPTIONS"]


def _avg_back_not_divided(
    dout: np.ndarray,
    x: np.ndarray,
    size: tuple[int, int],
    stride: tuple[int, int] | None = None,
    padding: tuple[int, int] = (0, 0),
) -> np.ndarray:
    (kh, kw), (sh, sw), (ph, pw) = size, stride or size, padding
    frame = ((0, 0), (0, 0), (ph, ph), (pw, pw))
    padded = np.pad(x, frame)
    dpadded = np.zeros_like(padded)
    for b, c, i, j in np.ndindex(dout.shape):
        top, left = i * sh, j * sw
        place = np.s_[b, c, top : top + kh, left : left + kw]
        dpadded[place] += dout[b, c, i, j]
    return dpadded[:, :, ph : ph + x.shape[2], pw : pw + x.shape[3]]


def _avg_back_overwrites(
    dout: np.ndarray,
    x: np.ndarray,
    size: tuple[int, int],
    stride: tuple[int, int] | None = None,
    padding: tuple[int, int] = (0, 0),
) -> np.ndarray:
    (kh, kw), (sh, sw), (ph, pw) = size, stride or size, padding
    frame = ((0, 0), (0, 0), (ph, ph), (pw, pw))
    padded = np.pad(x, frame)
    dpadded = np.zeros_like(padded)
    for b, c, i, j in np.ndindex(dout.shape):
        top, left = i * sh, j * sw
        place = np.s_[b, c, top : top + kh, left : left + kw]
        dpadded[place] = dout[b, c, i, j] / (kh * kw)
    return dpadded[:, :, ph : ph + x.shape[2], pw : pw + x.shape[3]]


def _avg_back_stride_forgotten(
    dout: np.ndarray,
    x: np.ndarray,
    size: tuple[int, int],
    stride: tuple[int, int] | None = None,
    padding: tuple[int, int] = (0, 0),
) -> np.ndarray:
    (kh, kw), (ph, pw) = size, padding
    frame = ((0, 0), (0, 0), (ph, ph), (pw, pw))
    padded = np.pad(x, frame)
    dpadded = np.zeros_like(padded)
    for b, c, i, j in np.ndindex(dout.shape):
        place = np.s_[b, c, i : i + kh, j : j + kw]
        dpadded[place] += dout[b, c, i, j] / (kh * kw)
    return dpadded[:, :, ph : ph + x.shape[2], pw : pw + x.shape[3]]


def _avg_back_divided_by_square(
    dout: np.ndarray,
    x: np.ndarray,
    size: tuple[int, int],
    stride: tuple[int, int] | None = None,
    padding: tuple[int, int] = (0, 0),
) -> np.ndarray:
    (kh, kw), (sh, sw), (ph, pw) = size, stride or size, padding
    frame = ((0, 0), (0, 0), (ph, ph), (pw, pw))
    padded = np.pad(x, frame)
    dpadded = np.zeros_like(padded)
    for b, c, i, j in np.ndindex(dout.shape):
        top, left = i * sh, j * sw
        place = np.s_[b, c, top : top + kh, left : left + kw]
        dpadded[place] += dout[b, c, i, j] / kw**2
    return dpadded[:, :, ph : ph + x.shape[2], pw : pw + x.shape[3]]


def _avg_back_frame_not_counted(
    dout: np.ndarray,
    x: np.ndarray,
    size: tuple[int, int],
    stride: tuple[int, int] | None = None,
    padding: tuple[int, int] = (0, 0),
) -> np.ndarray:
    (kh, kw), (sh, sw), (ph, pw) = size, stride or size, padding
    frame = ((0, 0), (0, 0), (ph, ph), (pw, pw))
    inside = np.pad(np.ones_like(x), frame)
    dpadded = np.zeros_like(inside)
    for b, c, i, j in np.ndindex(dout.shape):
        top, left = i * sh, j * sw
        place = np.s_[b, c, top : top + kh, left : left + kw]
        dpadded[place] += dout[b, c, i, j] / inside[place].sum()
    return dpadded[:, :, ph : ph + x.shape[2], pw : pw + x.shape[3]]


def _avg_back_to_the_winner(
    dout: np.ndarray,
    x: np.ndarray,
    size: tuple[int, int],
    stride: tuple[int, int] | None = None,
    padding: tuple[int, int] = (0, 0),
) -> np.ndarray:
    (kh, kw), (sh, sw), (ph, pw) = size, stride or size, padding
    frame = ((0, 0), (0, 0), (ph, ph), (pw, pw))
    padded = np.pad(x, frame)
    dpadded = np.zeros_like(padded)
    for b, c, i, j in np.ndindex(dout.shape):
        top, left = i * sh, j * sw
        place = np.s_[b, c, top : top + kh, left : left + kw]

        m, n = np.unravel_index(padded[place].argmax(), (kh, kw))
        dpadded[b, c, top + m, left + n] += dout[b, c, i, j]
    return dpadded[:, :, ph : ph + x.shape[2], pw : pw + x.shape[3]]


MISCONCEPTIONS: tuple[Misconception, ...] = (
    Misconception(
        name="avg_back_not_divided",
        of="avg_pool2d_backward",
        hint=(
            "Each pixel of a window got its whole gradient. By how much does a mean "
            "grow when one of its pixels grows by 1?"
        ),
        code=_avg_back_not_divided,
    ),
    Misconception(
        name="avg_back_overwrites",
        of="avg_pool2d_backward",
        hint=(
            "Where windows overlap, only the last one's share is left. What happens "
            "to gradients that meet?"
        ),
        code=_avg_back_overwrites,
    ),
    Misconception(
        name="avg_back_stride_forgotten",
        of="avg_pool2d_backward",
        hint=(
            "The windows stand side by side at steps of one pixel, whatever the "
            "stride is. Where did window (i, j) begin on the way forwards?"
        ),
        code=_avg_back_stride_forgotten,
    ),
    Misconception(
        name="avg_back_divided_by_square",
        of="avg_pool2d_backward",
        hint=(
            "The shares are those of a square window. How many pixels share the "
            "gradient of a window that isn't square?"
        ),
        code=_avg_back_divided_by_square,
    ),
    Misconception(
        name="avg_back_frame_not_counted",
        of="avg_pool2d_backward",
        hint=(
            "Windows over the border share their gradient among the true pixels only. "
            "Forwards they were divided by all of them, the frame's zeros too."
        ),
        code=_avg_back_frame_not_counted,
    ),
    Misconception(
        name="avg_back_to_the_winner",
        of="avg_pool2d_backward",
        hint=(
            "The whole gradient went to the largest pixel, as for a maximum. All "
            "pixels of a window have a part in its mean."
        ),
        code=_avg_back_to_the_winner,
    ),
)
