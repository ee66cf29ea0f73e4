"""Wrong answers to average pooling: `avg_pool2d`, `global_average_pool`."""

import numpy as np

from autograder.checks import Misconception

__all__ = ["MISCONCEPTIONS"]


def _avg_frame_not_counted(
    x: np.ndarray,
    size: tuple[int, int],
    stride: tuple[int, int] | None = None,
    padding: tuple[int, int] = (0, 0),
) -> np.ndarray:
    (kh, kw), (sh, sw), (ph, pw) = size, stride or size, padding
    if min(kh, kw, sh, sw) < 1 or not (0 <= ph < kh and 0 <= pw < kw):
        raise ValueError("no such window")

    frame = ((0, 0), (0, 0), (ph, ph), (pw, pw))
    pixels = np.pad(np.ones_like(x), frame)
    x = np.pad(x, frame)
    view = np.lib.stride_tricks.sliding_window_view
    total = view(x, (kh, kw), (2, 3))[:, :, ::sh, ::sw].sum(axis=(4, 5))
    count = view(pixels, (kh, kw), (2, 3))[:, :, ::sh, ::sw].sum(axis=(4, 5))
    return np.asarray(total / count)


def _avg_is_a_sum(
    x: np.ndarray,
    size: tuple[int, int],
    stride: tuple[int, int] | None = None,
    padding: tuple[int, int] = (0, 0),
) -> np.ndarray:
    (kh, kw), (sh, sw), (ph, pw) = size, stride or size, padding
    if min(kh, kw, sh, sw) < 1 or not (0 <= ph < kh and 0 <= pw < kw):
        raise ValueError("no such window")
    x = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    windows = np.lib.stride_tricks.sliding_window_view(x, (kh, kw), (2, 3))
    return np.asarray(windows[:, :, ::sh, ::sw].sum(axis=(4, 5)))


def _avg_rounds_down(
    x: np.ndarray,
    size: tuple[int, int],
    stride: tuple[int, int] | None = None,
    padding: tuple[int, int] = (0, 0),
) -> np.ndarray:
    (kh, kw), (sh, sw), (ph, pw) = size, stride or size, padding
    if min(kh, kw, sh, sw) < 1 or not (0 <= ph < kh and 0 <= pw < kw):
        raise ValueError("no such window")
    x = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    windows = np.lib.stride_tricks.sliding_window_view(x, (kh, kw), (2, 3))
    return np.asarray(windows[:, :, ::sh, ::sw].sum(axis=(4, 5)) // (kh * kw))


def _avg_divided_by_square(
    x: np.ndarray,
    size: tuple[int, int],
    stride: tuple[int, int] | None = None,
    padding: tuple[int, int] = (0, 0),
) -> np.ndarray:
    (kh, kw), (sh, sw), (ph, pw) = size, stride or size, padding
    if min(kh, kw, sh, sw) < 1 or not (0 <= ph < kh and 0 <= pw < kw):
        raise ValueError("no such window")
    x = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    windows = np.lib.stride_tricks.sliding_window_view(x, (kh, kw), (2, 3))
    return np.asarray(windows[:, :, ::sh, ::sw].sum(axis=(4, 5)) / kh**2)


def _avg_stride_one_by_default(
    x: np.ndarray,
    size: tuple[int, int],
    stride: tuple[int, int] | None = None,
    padding: tuple[int, int] = (0, 0),
) -> np.ndarray:
    (kh, kw), (sh, sw), (ph, pw) = size, stride or (1, 1), padding
    if min(kh, kw, sh, sw) < 1 or not (0 <= ph < kh and 0 <= pw < kw):
        raise ValueError("no such window")
    x = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    windows = np.lib.stride_tricks.sliding_window_view(x, (kh, kw), (2, 3))
    return np.asarray(windows[:, :, ::sh, ::sw].mean(axis=(4, 5)))


def _avg_keeps_ragged_edge(
    x: np.ndarray,
    size: tuple[int, int],
    stride: tuple[int, int] | None = None,
    padding: tuple[int, int] = (0, 0),
) -> np.ndarray:
    (kh, kw), (sh, sw), (ph, pw) = size, stride or size, padding
    if min(kh, kw, sh, sw) < 1 or not (0 <= ph < kh and 0 <= pw < kw):
        raise ValueError("no such window")
    x = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))

    if kh > x.shape[2] or kw > x.shape[3]:
        raise ValueError("the window is larger than the image")
    rows, columns = -(x.shape[2] - kh) % sh, -(x.shape[3] - kw) % sw
    x = np.pad(x, ((0, 0), (0, 0), (0, rows), (0, columns)))
    windows = np.lib.stride_tricks.sliding_window_view(x, (kh, kw), (2, 3))
    return np.asarray(windows[:, :, ::sh, ::sw].mean(axis=(4, 5)))


def _global_channels_last(x: np.ndarray) -> np.ndarray:
    return np.asarray(x.mean(axis=(1, 2)))


def _global_is_a_sum(x: np.ndarray) -> np.ndarray:
    return np.asarray(x.sum(axis=(2, 3)))


def _global_is_a_maximum(x: np.ndarray) -> np.ndarray:
    return np.asarray(x.max(axis=(2, 3)))


def _global_keeps_axes(x: np.ndarray) -> np.ndarray:
    return np.asarray(x.mean(axis=(2, 3), keepdims=True))


MISCONCEPTIONS: tuple[Misconception, ...] = (
    Misconception(
        name="avg_frame_not_counted",
        of="avg_pool2d",
        hint=(
            "Windows over the border were divided by the number of true pixels in "
            "them. In this exercise the frame's zeros are counted as well."
        ),
        code=_avg_frame_not_counted,
    ),
    Misconception(
        name="avg_is_a_sum",
        of="avg_pool2d",
        hint=("These are the sums of the windows. What makes a sum a mean?"),
        code=_avg_is_a_sum,
    ),
    Misconception(
        name="avg_rounds_down",
        of="avg_pool2d",
        hint=(
            "The means are rounded down to whole numbers: // drops the rest of a "
            "division, also of floats."
        ),
        code=_avg_rounds_down,
    ),
    Misconception(
        name="avg_divided_by_square",
        of="avg_pool2d",
        hint=(
            "The sums were divided by the square of the window's height. How many "
            "pixels has a window that isn't square?"
        ),
        code=_avg_divided_by_square,
    ),
    Misconception(
        name="avg_stride_one_by_default",
        of="avg_pool2d",
        hint=(
            "Without a stride the window moved by one pixel at a time. What does None "
            "stand for in this notebook?"
        ),
        code=_avg_stride_one_by_default,
    ),
    Misconception(
        name="avg_keeps_ragged_edge",
        of="avg_pool2d",
        hint=(
            "There is one more window at the end, which sticks out of the image. A "
            "window counts only where all of it fits."
        ),
        code=_avg_keeps_ragged_edge,
    ),
    Misconception(
        name="global_channels_last",
        of="global_average_pool",
        hint=(
            "The means run over channels and rows: the axes were read as (batch, h, "
            "w, channels). Here the channels come right after the batch."
        ),
        code=_global_channels_last,
    ),
    Misconception(
        name="global_is_a_sum",
        of="global_average_pool",
        hint=(
            "These are the sums of the maps, which grow with the size of the image. "
            "What makes a sum a mean?"
        ),
        code=_global_is_a_sum,
    ),
    Misconception(
        name="global_is_a_maximum",
        of="global_average_pool",
        hint=(
            "This is the largest number of each map, global maximum pooling. Here the "
            "mean is asked for."
        ),
        code=_global_is_a_maximum,
    ),
    Misconception(
        name="global_keeps_axes",
        of="global_average_pool",
        hint=(
            "The numbers are right, but each lies in a map of its own with one row "
            "and one column. The result has two axes only."
        ),
        code=_global_keeps_axes,
    ),
)
