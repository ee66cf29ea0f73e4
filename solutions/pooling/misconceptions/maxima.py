"""Wrong answers to maximum pooling: `max_pool2d`."""

import numpy as np

from autograder.checks import Misconception

__all__ = ["MISCONCEPTIONS"]


def _max_pads_with_zero(
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
    return np.asarray(windows[:, :, ::sh, ::sw].max(axis=(4, 5)))


def _max_starts_at_zero(
    x: np.ndarray,
    size: tuple[int, int],
    stride: tuple[int, int] | None = None,
    padding: tuple[int, int] = (0, 0),
) -> np.ndarray:
    (kh, kw), (sh, sw), (ph, pw) = size, stride or size, padding
    if min(kh, kw, sh, sw) < 1 or not (0 <= ph < kh and 0 <= pw < kw):
        raise ValueError("no such window")
    frame = ((0, 0), (0, 0), (ph, ph), (pw, pw))
    x = np.pad(x, frame, constant_values=-np.inf)
    windows = np.lib.stride_tricks.sliding_window_view(x, (kh, kw), (2, 3))
    largest = windows[:, :, ::sh, ::sw].max(axis=(4, 5))
    return np.asarray(np.maximum(largest, x.dtype.type(0)))


def _max_stride_one_by_default(
    x: np.ndarray,
    size: tuple[int, int],
    stride: tuple[int, int] | None = None,
    padding: tuple[int, int] = (0, 0),
) -> np.ndarray:
    (kh, kw), (sh, sw), (ph, pw) = size, stride or (1, 1), padding
    if min(kh, kw, sh, sw) < 1 or not (0 <= ph < kh and 0 <= pw < kw):
        raise ValueError("no such window")
    frame = ((0, 0), (0, 0), (ph, ph), (pw, pw))
    x = np.pad(x, frame, constant_values=-np.inf)
    windows = np.lib.stride_tricks.sliding_window_view(x, (kh, kw), (2, 3))
    return np.asarray(windows[:, :, ::sh, ::sw].max(axis=(4, 5)))


def _max_stride_ignored(
    x: np.ndarray,
    size: tuple[int, int],
    stride: tuple[int, int] | None = None,
    padding: tuple[int, int] = (0, 0),
) -> np.ndarray:
    (kh, kw), (sh, sw), (ph, pw) = size, stride or size, padding
    if min(kh, kw, sh, sw) < 1 or not (0 <= ph < kh and 0 <= pw < kw):
        raise ValueError("no such window")
    frame = ((0, 0), (0, 0), (ph, ph), (pw, pw))
    x = np.pad(x, frame, constant_values=-np.inf)
    windows = np.lib.stride_tricks.sliding_window_view(x, (kh, kw), (2, 3))
    return np.asarray(windows.max(axis=(4, 5)))


def _max_stride_is_the_window(
    x: np.ndarray,
    size: tuple[int, int],
    stride: tuple[int, int] | None = None,
    padding: tuple[int, int] = (0, 0),
) -> np.ndarray:
    (kh, kw), (sh, sw), (ph, pw) = size, stride or size, padding
    if min(kh, kw, sh, sw) < 1 or not (0 <= ph < kh and 0 <= pw < kw):
        raise ValueError("no such window")
    frame = ((0, 0), (0, 0), (ph, ph), (pw, pw))
    x = np.pad(x, frame, constant_values=-np.inf)
    windows = np.lib.stride_tricks.sliding_window_view(x, (kh, kw), (2, 3))
    return np.asarray(windows[:, :, ::kh, ::kw].max(axis=(4, 5)))


def _max_stride_of_height(
    x: np.ndarray,
    size: tuple[int, int],
    stride: tuple[int, int] | None = None,
    padding: tuple[int, int] = (0, 0),
) -> np.ndarray:
    (kh, kw), (sh, sw), (ph, pw) = size, stride or size, padding
    if min(kh, kw, sh, sw) < 1 or not (0 <= ph < kh and 0 <= pw < kw):
        raise ValueError("no such window")
    frame = ((0, 0), (0, 0), (ph, ph), (pw, pw))
    x = np.pad(x, frame, constant_values=-np.inf)
    windows = np.lib.stride_tricks.sliding_window_view(x, (kh, kw), (2, 3))
    return np.asarray(windows[:, :, ::sh, ::sh].max(axis=(4, 5)))


def _max_square_window(
    x: np.ndarray,
    size: tuple[int, int],
    stride: tuple[int, int] | None = None,
    padding: tuple[int, int] = (0, 0),
) -> np.ndarray:
    (kh, kw), (sh, sw), (ph, pw) = size, stride or size, padding
    if min(kh, kw, sh, sw) < 1 or not (0 <= ph < kh and 0 <= pw < kw):
        raise ValueError("no such window")
    frame = ((0, 0), (0, 0), (ph, ph), (pw, pw))
    x = np.pad(x, frame, constant_values=-np.inf)
    windows = np.lib.stride_tricks.sliding_window_view(x, (kh, kh), (2, 3))
    return np.asarray(windows[:, :, ::sh, ::sw].max(axis=(4, 5)))


def _max_keeps_ragged_edge(
    x: np.ndarray,
    size: tuple[int, int],
    stride: tuple[int, int] | None = None,
    padding: tuple[int, int] = (0, 0),
) -> np.ndarray:
    (kh, kw), (sh, sw), (ph, pw) = size, stride or size, padding
    if min(kh, kw, sh, sw) < 1 or not (0 <= ph < kh and 0 <= pw < kw):
        raise ValueError("no such window")
    frame = ((0, 0), (0, 0), (ph, ph), (pw, pw))
    x = np.pad(x, frame, constant_values=-np.inf)

    if kh > x.shape[2] or kw > x.shape[3]:
        raise ValueError("the window is larger than the image")
    rows, columns = -(x.shape[2] - kh) % sh, -(x.shape[3] - kw) % sw
    frame = ((0, 0), (0, 0), (0, rows), (0, columns))
    x = np.pad(x, frame, constant_values=-np.inf)
    windows = np.lib.stride_tricks.sliding_window_view(x, (kh, kw), (2, 3))
    return np.asarray(windows[:, :, ::sh, ::sw].max(axis=(4, 5)))


def _max_over_channels(
    x: np.ndarray,
    size: tuple[int, int],
    stride: tuple[int, int] | None = None,
    padding: tuple[int, int] = (0, 0),
) -> np.ndarray:
    (kh, kw), (sh, sw), (ph, pw) = size, stride or size, padding
    if min(kh, kw, sh, sw) < 1 or not (0 <= ph < kh and 0 <= pw < kw):
        raise ValueError("no such window")
    frame = ((0, 0), (0, 0), (ph, ph), (pw, pw))
    x = np.pad(x, frame, constant_values=-np.inf)
    windows = np.lib.stride_tricks.sliding_window_view(x, (kh, kw), (2, 3))
    largest = windows[:, :, ::sh, ::sw].max(axis=(1, 4, 5))
    return np.asarray(largest[:, None])


MISCONCEPTIONS: tuple[Misconception, ...] = (
    # First what the backward pass, which calls this function, does not repeat.
    Misconception(
        name="max_stride_one_by_default",
        of="max_pool2d",
        hint=(
            "Without a stride the window moved by one pixel at a time. What does None "
            "stand for in this notebook?"
        ),
        code=_max_stride_one_by_default,
    ),
    Misconception(
        name="max_pads_with_zero",
        of="max_pool2d",
        hint=(
            "The frame was made of zeros, and a zero beats every negative pixel next "
            "to it. Which number loses against all others?"
        ),
        code=_max_pads_with_zero,
    ),
    Misconception(
        name="max_starts_at_zero",
        of="max_pool2d",
        hint=(
            "No result is below zero, although there are windows with negative pixels "
            "only. From which number does the search for the largest begin?"
        ),
        code=_max_starts_at_zero,
    ),
    Misconception(
        name="max_stride_ignored",
        of="max_pool2d",
        hint=("The window moved by one pixel at a time, whatever the stride says."),
        code=_max_stride_ignored,
    ),
    Misconception(
        name="max_stride_is_the_window",
        of="max_pool2d",
        hint=(
            "The window moved by its own size, whatever the stride says. Windows may "
            "overlap, or leave gaps."
        ),
        code=_max_stride_is_the_window,
    ),
    Misconception(
        name="max_stride_of_height",
        of="max_pool2d",
        hint=("The vertical stride was used for both axes. Each axis has its own."),
        code=_max_stride_of_height,
    ),
    Misconception(
        name="max_square_window",
        of="max_pool2d",
        hint=("The window's height was used for both axes. It has a width as well."),
        code=_max_square_window,
    ),
    Misconception(
        name="max_keeps_ragged_edge",
        of="max_pool2d",
        hint=(
            "There is one more window at the end, which sticks out of the image. A "
            "window counts only where all of it fits."
        ),
        code=_max_keeps_ragged_edge,
    ),
    Misconception(
        name="max_over_channels",
        of="max_pool2d",
        hint=(
            "The maximum was taken over the channels as well. Each channel is pooled "
            "for itself."
        ),
        code=_max_over_channels,
    ),
)
