"""Checks of `extrapolate` and `learn`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from autograder.checks import RemoteObject, Submission, agrees, refuses
from solutions.recurrent import oracle

pytestmark = pytest.mark.grade("extrapolate")

Predictor = Callable[[np.ndarray], np.ndarray]

#: A predictor's mean squared error is at most this part of a lazy forecast's.
BAR = 0.1


def some_predictor(rng: np.random.Generator) -> Predictor:
    """Draw what follows a window of any length; the last value counts most."""
    decay, shift = rng.uniform(0.3, 0.7), rng.uniform(0.2, 0.6)

    def predict(X: Any) -> np.ndarray:
        X = np.asarray(X)
        weights = decay ** np.arange(X.shape[1])[::-1]
        return np.sin(X[:, :, 0] @ weights.astype(X.dtype) + X.dtype.type(shift))

    return predict


def at_rest(X: Any) -> np.ndarray:
    """Predict 0, whatever the window, so that it refuses none itself."""
    return np.zeros(len(X))


@pytest.mark.public
def test_straight_on(submission: Submission) -> None:
    # 3, 1 go on with -1, -3, -5
    args = oracle.straight_on, np.array([7.0, 5.0, 3.0, 1.0]), 2, 3
    agrees(submission.extrapolate, oracle.extrapolate, *args)


@pytest.mark.public
def test_straight_on_with_the_energies(submission: Submission) -> None:
    args = oracle.straight_on, oracle.ENERGIES[:12], 3, 5
    agrees(submission.extrapolate, oracle.extrapolate, *args)


@pytest.mark.parametrize(
    ("n", "length", "steps"),
    [
        pytest.param(9, 2, 5, id="fed with two values"),
        pytest.param(11, 4, 6, id="windows of four"),
        pytest.param(8, 1, 4, id="windows of one"),
        pytest.param(5, 5, 7, id="all that is known"),
        pytest.param(6, 3, 1, id="one step"),
        pytest.param(6, 3, 0, id="no steps"),
    ],
)
def test_any_predictor(
    submission: Submission,
    rng: np.random.Generator,
    n: int,
    length: int,
    steps: int,
) -> None:
    args = some_predictor(rng), rng.normal(size=n), length, steps
    agrees(submission.extrapolate, oracle.extrapolate, *args)


def test_float32(submission: Submission, rng: np.random.Generator) -> None:
    known = rng.normal(size=7).astype(np.float32)
    args = some_predictor(rng), known, 3, 4
    agrees(submission.extrapolate, oracle.extrapolate, *args)


@pytest.mark.parametrize(
    ("length", "steps"),
    [
        pytest.param(0, 3, id="length 0"),
        pytest.param(5, 3, id="longer than the series"),
        pytest.param(2, -1, id="steps below 0"),
    ],
)
def test_refuses(submission: Submission, length: int, steps: int) -> None:
    predict, known = at_rest, np.arange(4.0)
    submission.extrapolate(predict, known, 2, 3)  # the call without the fault
    refuses(submission.extrapolate, predict, known, length, steps)


def relaxing(rng: np.random.Generator) -> np.ndarray:
    """Draw twenty values that near their limit ever more slowly."""
    size, span, limit = rng.uniform(1.5, 3), rng.uniform(7, 12), rng.uniform(3, 6)
    return limit - size * np.exp(-np.arange(20) / span)


def falling(rng: np.random.Generator) -> np.ndarray:
    """Draw twenty values that fall like a root, faster at the start."""
    size, shift = rng.uniform(1.0, 2.0), rng.uniform(0.5, 3.0)
    return -size * np.sqrt(np.arange(20) + shift)


def energies(_rng: np.random.Generator) -> np.ndarray:
    """Give the lecture's energies."""
    return oracle.ENERGIES


def predicted(predict: RemoteObject, known: np.ndarray, steps: int) -> np.ndarray:
    """Extrapolate by a student's predictor with windows of two."""
    series = list(known)
    for _ in range(steps):
        (value,) = following(predict, np.array(series[-2:])[None, :, None])
        series.append(float(value))
    return np.array(series[len(known) :])


def following(predict: RemoteObject, X: np.ndarray) -> np.ndarray:
    """Ask a student's predictor what follows some windows, a value for each."""
    values = np.asarray(predict(X))
    assert values.dtype.kind == "f", "the predictions are not floats"
    assert values.shape == (len(X),), "windows don't give one value each, in an array"
    return values


@pytest.mark.weight(2)
@pytest.mark.parametrize(
    "kind", [energies, relaxing, falling], ids=lambda k: k.__name__
)
def test_a_learnt_predictor_is_better_than_a_lazy_one(
    submission: Submission,
    rng: np.random.Generator,
    kind: Callable[[np.random.Generator], np.ndarray],
) -> None:
    series = kind(rng)
    known, future = series[:12].copy(), series[12:]
    predict = submission.learn(known, 2)
    assert isinstance(predict, RemoteObject), "the result is not a function"
    error = np.mean((predicted(predict, known, len(future)) - future) ** 2)
    lazy = np.mean((known[-1] - future) ** 2)
    assert error <= BAR * lazy, "the mean squared error is above the bar"


def test_predictors_take_many_windows(
    submission: Submission, rng: np.random.Generator
) -> None:
    known = relaxing(rng)[:12]
    predict = submission.learn(known, 3)
    assert isinstance(predict, RemoteObject), "the result is not a function"
    X, y = oracle.windows(known, 3)
    together = following(predict, X)
    alone = [following(predict, X[row : row + 1])[0] for row in range(len(X))]
    assert np.allclose(together, alone, rtol=1e-4, atol=1e-5), (
        "windows in a batch get other values than alone"
    )
    lazy = np.mean((X[:, -1, 0] - y) ** 2)
    assert np.mean((together - y) ** 2) <= lazy, (
        "of what it has learnt from, it knows less than the last value tells"
    )


@pytest.mark.parametrize("length", [0, 12], ids=["length 0", "no value follows"])
def test_learn_refuses(submission: Submission, length: int) -> None:
    submission.learn(oracle.ENERGIES[:12], 2)  # the call without the fault
    refuses(submission.learn, oracle.ENERGIES[:12], length)
