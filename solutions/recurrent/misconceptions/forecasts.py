"""Wrong answers to predicting on and on: `extrapolate`."""

from collections.abc import Callable

import numpy as np

from autograder.checks import Misconception

__all__ = ["MISCONCEPTIONS"]

Predictor = Callable[[np.ndarray], np.ndarray]


def _extrapolate_same_window(
    predict: "Predictor", known: np.ndarray, length: int, steps: int
) -> np.ndarray:
    if not 1 <= length <= len(known) or steps < 0:
        raise ValueError("bad length or steps")
    window = known[len(known) - length :]
    values = [predict(window[None, :, None])[0] for _ in range(steps)]
    return np.array(values, known.dtype)


def _extrapolate_feeds_truth(
    predict: "Predictor", known: np.ndarray, length: int, steps: int
) -> np.ndarray:
    if not 1 <= length <= len(known) or steps < 0:
        raise ValueError("bad length or steps")
    values = []
    for step in range(steps):
        start = max(len(known) - length - steps + 1 + step, 0)
        window = known[start : start + length]
        values.append(predict(window[None, :, None])[0])
    return np.array(values, known.dtype)


def _extrapolate_window_grows(
    predict: "Predictor", known: np.ndarray, length: int, steps: int
) -> np.ndarray:
    if not 1 <= length <= len(known) or steps < 0:
        raise ValueError("bad length or steps")
    window, values = known[len(known) - length :], known[:0]
    for _ in range(steps):
        value = predict(window[None, :, None])[:1]
        window, values = np.append(window, value), np.append(values, value)
    return values.astype(known.dtype)


def _extrapolate_newest_first(
    predict: "Predictor", known: np.ndarray, length: int, steps: int
) -> np.ndarray:
    if not 1 <= length <= len(known) or steps < 0:
        raise ValueError("bad length or steps")
    window, values = known[len(known) - length :], known[:0]
    for _ in range(steps):
        value = predict(window[None, :, None])[:1]
        window = np.append(value, window)[:length]
        values = np.append(values, value)
    return values.astype(known.dtype)


def _extrapolate_first_window(
    predict: "Predictor", known: np.ndarray, length: int, steps: int
) -> np.ndarray:
    if not 1 <= length <= len(known) or steps < 0:
        raise ValueError("bad length or steps")
    window, values = known[:length], known[:0]
    for _ in range(steps):
        value = predict(window[None, :, None])[:1]
        window = np.append(window, value)[1:]
        values = np.append(values, value)
    return values.astype(known.dtype)


def _extrapolate_with_known(
    predict: "Predictor", known: np.ndarray, length: int, steps: int
) -> np.ndarray:
    if not 1 <= length <= len(known) or steps < 0:
        raise ValueError("bad length or steps")
    series = known.copy()
    for _ in range(steps):
        window = series[len(series) - length :]
        series = np.append(series, predict(window[None, :, None])[:1])
    return series.astype(known.dtype)


MISCONCEPTIONS: tuple[Misconception, ...] = (
    Misconception(
        name="extrapolate_same_window",
        of="extrapolate",
        hint=(
            "The window never moved on, so that every step gave the same "
            "prediction. Put the prediction in, drop the oldest value."
        ),
        code=_extrapolate_same_window,
    ),
    Misconception(
        name="extrapolate_feeds_truth",
        of="extrapolate",
        hint=(
            "Each prediction was made from known values, the last of them for the "
            "last window: that tells how well the network predicts what is known, "
            "not what comes after."
        ),
        code=_extrapolate_feeds_truth,
    ),
    Misconception(
        name="extrapolate_window_grows",
        of="extrapolate",
        hint=(
            "The prediction was put in, but the oldest value was not dropped: "
            "windows grew from step to step."
        ),
        code=_extrapolate_window_grows,
    ),
    Misconception(
        name="extrapolate_newest_first",
        of="extrapolate",
        hint=(
            "The prediction was put at the front of the window, where the oldest "
            "value stands."
        ),
        code=_extrapolate_newest_first,
    ),
    Misconception(
        name="extrapolate_first_window",
        of="extrapolate",
        hint=(
            "Prediction began after the first window. It begins where the known "
            "values end."
        ),
        code=_extrapolate_first_window,
    ),
    Misconception(
        name="extrapolate_with_known",
        of="extrapolate",
        hint=("The known values are among the results. Return the predictions only."),
        code=_extrapolate_with_known,
    ),
)
