"""Wrong answers to the cutting of a series: `windows`."""

import numpy as np

from autograder.checks import Misconception

__all__ = ["MISCONCEPTIONS"]


def _windows_one_short(
    series: np.ndarray, length: int
) -> tuple[np.ndarray, np.ndarray]:
    if not 1 <= length < len(series):
        raise ValueError("no windows of this length")
    count = len(series) - length - 1
    X = [series[i : i + length] for i in range(count)]
    return np.reshape(X, (count, length, 1)), series[length:-1].copy()


def _windows_target_inside(
    series: np.ndarray, length: int
) -> tuple[np.ndarray, np.ndarray]:
    if not 1 <= length < len(series):
        raise ValueError("no windows of this length")
    count = len(series) - length
    X = np.stack([series[i : i + length] for i in range(count)])
    return X[:, :, None], series[length - 1 : -1].copy()


def _windows_without_overlap(
    series: np.ndarray, length: int
) -> tuple[np.ndarray, np.ndarray]:
    if not 1 <= length < len(series):
        raise ValueError("no windows of this length")
    starts = range(0, len(series) - length, length)
    X = np.stack([series[i : i + length] for i in starts])
    return X[:, :, None], np.stack([series[i + length] for i in starts])


def _windows_without_inputs(
    series: np.ndarray, length: int
) -> tuple[np.ndarray, np.ndarray]:
    if not 1 <= length < len(series):
        raise ValueError("no windows of this length")
    count = len(series) - length
    X = np.stack([series[i : i + length] for i in range(count)])
    return X, series[length:].copy()


def _windows_inputs_before_time(
    series: np.ndarray, length: int
) -> tuple[np.ndarray, np.ndarray]:
    if not 1 <= length < len(series):
        raise ValueError("no windows of this length")
    count = len(series) - length
    X = np.stack([series[i : i + length] for i in range(count)])
    return X[:, None, :], series[length:].copy()


def _windows_backwards(
    series: np.ndarray, length: int
) -> tuple[np.ndarray, np.ndarray]:
    if not 1 <= length < len(series):
        raise ValueError("no windows of this length")
    count = len(series) - length
    X = np.stack([series[i : i + length][::-1] for i in range(count)])
    return X[:, :, None], series[length:].copy()


MISCONCEPTIONS: tuple[Misconception, ...] = (
    Misconception(
        name="windows_one_short",
        of="windows",
        hint=(
            "One window is missing: the last value of the series is a target, "
            "too. Count the windows of a short series by hand."
        ),
        code=_windows_one_short,
    ),
    Misconception(
        name="windows_target_inside",
        of="windows",
        hint=(
            "Each target is the last value of its own window: there is nothing "
            "left to predict. Look at which index comes after the window."
        ),
        code=_windows_target_inside,
    ),
    Misconception(
        name="windows_without_overlap",
        of="windows",
        hint=(
            "Each window begins where the one before ended. Windows overlap: the "
            "next one begins one place on."
        ),
        code=_windows_without_overlap,
    ),
    Misconception(
        name="windows_without_inputs",
        of="windows",
        hint=(
            "The numbers are right but an axis is missing. Recurrent layers want "
            "(batch, time, inputs), even where each moment has one input."
        ),
        code=_windows_without_inputs,
    ),
    Misconception(
        name="windows_inputs_before_time",
        of="windows",
        hint=(
            "The last two axes are exchanged: this is one moment with many "
            "inputs. Time comes before inputs."
        ),
        code=_windows_inputs_before_time,
    ),
    Misconception(
        name="windows_backwards",
        of="windows",
        hint=(
            "The values within each window are in reverse. Keep them in the order "
            "of the series."
        ),
        code=_windows_backwards,
    ),
)
