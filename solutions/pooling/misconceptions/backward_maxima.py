"""Wrong answers to the gradient of maximum pooling: `max_pool2d_backward`."""

import numpy as np

from autograder.checks import Misconception

__all__ = ["MISCONCEPTIONS"]


def _max_back_to_all_equals(
    dout: np.ndarray,
    x: np.ndarray,
    size: tuple[int, int],
    stride: tuple[int, int] | None = None,
    padding: tuple[int, int] = (0, 0),
) -> np.ndarray:
    (kh, kw), (sh, sw), (ph, pw) = size, stride or size, padding
    frame = ((0, 0), (0, 0), (ph, ph), (pw, pw))
    padded = np.pad(x, frame, constant_values=-np.inf)
    dpadded = np.zeros_like(padded)
    for b, c, i, j in np.ndindex(dout.shape):
        top, left = i * sh, j * sw
        place = np.s_[b, c, top : top + kh, left : left + kw]
        dpadded[place] += (padded[place] == padded[place].max()) * dout[b, c, i, j]
    return dpadded[:, :, ph : ph + x.shape[2], pw : pw + x.shape[3]]


def _max_back_overwrites(
    dout: np.ndarray,
    x: np.ndarray,
    size: tuple[int, int],
    stride: tuple[int, int] | None = None,
    padding: tuple[int, int] = (0, 0),
) -> np.ndarray:
    (kh, kw), (sh, sw), (ph, pw) = size, stride or size, padding
    frame = ((0, 0), (0, 0), (ph, ph), (pw, pw))
    padded = np.pad(x, frame, constant_values=-np.inf)
    dpadded = np.zeros_like(padded)
    for b, c, i, j in np.ndindex(dout.shape):
        top, left = i * sh, j * sw
        place = np.s_[b, c, top : top + kh, left : left + kw]

        m, n = np.unravel_index(padded[place].argmax(), (kh, kw))
        dpadded[b, c, top + m, left + n] = dout[b, c, i, j]
    return dpadded[:, :, ph : ph + x.shape[2], pw : pw + x.shape[3]]


def _max_back_stride_forgotten(
    dout: np.ndarray,
    x: np.ndarray,
    size: tuple[int, int],
    stride: tuple[int, int] | None = None,
    padding: tuple[int, int] = (0, 0),
) -> np.ndarray:
    (kh, kw), (ph, pw) = size, padding
    frame = ((0, 0), (0, 0), (ph, ph), (pw, pw))
    padded = np.pad(x, frame, constant_values=-np.inf)
    dpadded = np.zeros_like(padded)
    for b, c, i, j in np.ndindex(dout.shape):
        place = np.s_[b, c, i : i + kh, j : j + kw]

        m, n = np.unravel_index(padded[place].argmax(), (kh, kw))
        dpadded[b, c, i + m, j + n] += dout[b, c, i, j]
    return dpadded[:, :, ph : ph + x.shape[2], pw : pw + x.shape[3]]


def _max_back_wipes_the_window(
    dout: np.ndarray,
    x: np.ndarray,
    size: tuple[int, int],
    stride: tuple[int, int] | None = None,
    padding: tuple[int, int] = (0, 0),
) -> np.ndarray:
    (kh, kw), (sh, sw), (ph, pw) = size, stride or size, padding
    frame = ((0, 0), (0, 0), (ph, ph), (pw, pw))
    padded = np.pad(x, frame, constant_values=-np.inf)
    dpadded = np.zeros_like(padded)
    for b, c, i, j in np.ndindex(dout.shape):
        top, left = i * sh, j * sw
        place = np.s_[b, c, top : top + kh, left : left + kw]
        dpadded[place] = (padded[place] == padded[place].max()) * dout[b, c, i, j]
    return dpadded[:, :, ph : ph + x.shape[2], pw : pw + x.shape[3]]


def _max_back_to_every_pixel(
    dout: np.ndarray,
    x: np.ndarray,
    size: tuple[int, int],
    stride: tuple[int, int] | None = None,
    padding: tuple[int, int] = (0, 0),
) -> np.ndarray:
    (kh, kw), (sh, sw), (ph, pw) = size, stride or size, padding
    frame = ((0, 0), (0, 0), (ph, ph), (pw, pw))
    padded = np.pad(x, frame, constant_values=-np.inf)
    dpadded = np.zeros_like(padded)
    for b, c, i, j in np.ndindex(dout.shape):
        top, left = i * sh, j * sw
        place = np.s_[b, c, top : top + kh, left : left + kw]
        dpadded[place] += dout[b, c, i, j]
    return dpadded[:, :, ph : ph + x.shape[2], pw : pw + x.shape[3]]


def _max_back_spread_evenly(
    dout: np.ndarray,
    x: np.ndarray,
    size: tuple[int, int],
    stride: tuple[int, int] | None = None,
    padding: tuple[int, int] = (0, 0),
) -> np.ndarray:
    (kh, kw), (sh, sw), (ph, pw) = size, stride or size, padding
    frame = ((0, 0), (0, 0), (ph, ph), (pw, pw))
    padded = np.pad(x, frame, constant_values=-np.inf)
    dpadded = np.zeros_like(padded)
    for b, c, i, j in np.ndindex(dout.shape):
        top, left = i * sh, j * sw
        place = np.s_[b, c, top : top + kh, left : left + kw]
        dpadded[place] += dout[b, c, i, j] / (kh * kw)
    return dpadded[:, :, ph : ph + x.shape[2], pw : pw + x.shape[3]]


def _max_back_wrong_column(
    dout: np.ndarray,
    x: np.ndarray,
    size: tuple[int, int],
    stride: tuple[int, int] | None = None,
    padding: tuple[int, int] = (0, 0),
) -> np.ndarray:
    (kh, kw), (sh, sw), (ph, pw) = size, stride or size, padding
    frame = ((0, 0), (0, 0), (ph, ph), (pw, pw))
    padded = np.pad(x, frame, constant_values=-np.inf)
    dpadded = np.zeros_like(padded)
    for b, c, i, j in np.ndindex(dout.shape):
        top, left = i * sh, j * sw
        place = np.s_[b, c, top : top + kh, left : left + kw]

        m, n = divmod(int(padded[place].argmax()), kh)
        if top + m < padded.shape[2] and left + n < padded.shape[3]:
            dpadded[b, c, top + m, left + n] += dout[b, c, i, j]
    return dpadded[:, :, ph : ph + x.shape[2], pw : pw + x.shape[3]]


def _max_back_at_the_corner(
    dout: np.ndarray,
    x: np.ndarray,
    size: tuple[int, int],
    stride: tuple[int, int] | None = None,
    padding: tuple[int, int] = (0, 0),
) -> np.ndarray:
    (sh, sw), (ph, pw) = stride or size, padding
    frame = ((0, 0), (0, 0), (ph, ph), (pw, pw))
    dpadded = np.pad(np.zeros_like(x), frame)
    for b, c, i, j in np.ndindex(dout.shape):
        top, left = i * sh, j * sw
        dpadded[b, c, top, left] += dout[b, c, i, j]
    return dpadded[:, :, ph : ph + x.shape[2], pw : pw + x.shape[3]]


def _max_back_frame_of_zeros(
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
        name="max_back_to_all_equals",
        of="max_pool2d_backward",
        hint=(
            "Where several pixels of a window are equally large, each of them got the "
            "whole gradient, so that more comes out than went in. Try a window of "
            "zeros."
        ),
        code=_max_back_to_all_equals,
    ),
    Misconception(
        name="max_back_overwrites",
        of="max_pool2d_backward",
        hint=(
            "Of a pixel that wins in several windows, only the last window's gradient "
            "is left. What happens to gradients that meet?"
        ),
        code=_max_back_overwrites,
    ),
    Misconception(
        name="max_back_stride_forgotten",
        of="max_pool2d_backward",
        hint=(
            "The windows stand side by side at steps of one pixel, whatever the "
            "stride is. Where did window (i, j) begin on the way forwards?"
        ),
        code=_max_back_stride_forgotten,
    ),
    Misconception(
        name="max_back_wipes_the_window",
        of="max_pool2d_backward",
        hint=(
            "Each window sets all its pixels anew, also those that other windows have "
            "given something to. Overlapping windows must not erase each other's "
            "gradients."
        ),
        code=_max_back_wipes_the_window,
    ),
    Misconception(
        name="max_back_to_every_pixel",
        of="max_pool2d_backward",
        hint=(
            "Each pixel of a window got its gradient, whether it is the largest or "
            "not. What happens to the maximum when a smaller pixel grows a little?"
        ),
        code=_max_back_to_every_pixel,
    ),
    Misconception(
        name="max_back_spread_evenly",
        of="max_pool2d_backward",
        hint=(
            "The gradient was spread evenly over the window, as for a mean. A maximum "
            "knows one pixel only."
        ),
        code=_max_back_spread_evenly,
    ),
    Misconception(
        name="max_back_wrong_column",
        of="max_pool2d_backward",
        hint=(
            "The place of the maximum was found as one number, and turned into row "
            "and column with the window's height. How long is a row of the window?"
        ),
        code=_max_back_wrong_column,
    ),
    Misconception(
        name="max_back_at_the_corner",
        of="max_pool2d_backward",
        hint=(
            "Each window's gradient went to its upper left corner. It belongs to the "
            "pixel that has won, wherever that lies."
        ),
        code=_max_back_at_the_corner,
    ),
    Misconception(
        name="max_back_frame_of_zeros",
        of="max_pool2d_backward",
        hint=(
            "Some gradient is lost: at the border a zero of the frame has won against "
            "negative pixels. Pad here as in the forward pass."
        ),
        code=_max_back_frame_of_zeros,
    ),
)
