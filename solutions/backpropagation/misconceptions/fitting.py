"""Wrong answers to the fit of the sine: `fit_sine`.

No result is compared with a reference here. The checks measure a fit themselves and
name these by what they find; so none has a result.
"""

import numpy as np

from autograder.checks import Misconception
from solutions.backpropagation.oracle import mlp_forward, train_mlp

Weights = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]

__all__ = ["MISCONCEPTIONS"]


def _fit_without_seed(
    X: np.ndarray, Y: np.ndarray, X_test: np.ndarray, Y_test: np.ndarray, seed: int
) -> "tuple[Weights, float]":
    rng = np.random.default_rng()
    W1 = rng.normal(size=(1, 50))
    b1 = -W1[0] * rng.uniform(-6, 6, size=50)
    first = W1, b1, np.zeros((50, 1)), np.zeros(1)
    W1, b1, W2, b2 = (w.astype(X.dtype) for w in first)
    weights = train_mlp(X, Y, (W1, b1, W2, b2), 0.05, 250, 10, seed)
    out, _ = mlp_forward(X_test, *weights, "tanh")
    return weights, float(np.mean((out - Y_test) ** 2))


def _fit_learns_test_data(
    X: np.ndarray, Y: np.ndarray, X_test: np.ndarray, Y_test: np.ndarray, seed: int
) -> "tuple[Weights, float]":
    rng = np.random.default_rng(seed)
    W1 = rng.normal(size=(1, 50))
    b1 = -W1[0] * rng.uniform(-6, 6, size=50)
    first = W1, b1, np.zeros((50, 1)), np.zeros(1)
    W1, b1, W2, b2 = (w.astype(X.dtype) for w in first)
    weights = train_mlp(
        np.concatenate([X, X_test]),
        np.concatenate([Y, Y_test]),
        (W1, b1, W2, b2),
        0.05,
        250,
        10,
        seed,
    )
    out, _ = mlp_forward(X_test, *weights, "tanh")
    return weights, float(np.mean((out - Y_test) ** 2))


def _fit_measures_training_data(
    X: np.ndarray, Y: np.ndarray, X_test: np.ndarray, Y_test: np.ndarray, seed: int
) -> "tuple[Weights, float]":
    rng = np.random.default_rng(seed)
    W1 = rng.normal(size=(1, 50))
    b1 = -W1[0] * rng.uniform(-6, 6, size=50)
    first = W1, b1, np.zeros((50, 1)), np.zeros(1)
    W1, b1, W2, b2 = (w.astype(X.dtype) for w in first)
    weights = train_mlp(X, Y, (W1, b1, W2, b2), 0.05, 250, 10, seed)
    out, _ = mlp_forward(X, *weights, "tanh")
    return weights, float(np.mean((out - Y) ** 2))


def _fit_error_halved(
    X: np.ndarray, Y: np.ndarray, X_test: np.ndarray, Y_test: np.ndarray, seed: int
) -> "tuple[Weights, float]":
    rng = np.random.default_rng(seed)
    W1 = rng.normal(size=(1, 50))
    b1 = -W1[0] * rng.uniform(-6, 6, size=50)
    first = W1, b1, np.zeros((50, 1)), np.zeros(1)
    W1, b1, W2, b2 = (w.astype(X.dtype) for w in first)
    weights = train_mlp(X, Y, (W1, b1, W2, b2), 0.05, 250, 10, seed)
    out, _ = mlp_forward(X_test, *weights, "tanh")
    return weights, float(np.mean((out - Y_test) ** 2) / 2)


def _fit_error_is_a_root(
    X: np.ndarray, Y: np.ndarray, X_test: np.ndarray, Y_test: np.ndarray, seed: int
) -> "tuple[Weights, float]":
    rng = np.random.default_rng(seed)
    W1 = rng.normal(size=(1, 50))
    b1 = -W1[0] * rng.uniform(-6, 6, size=50)
    first = W1, b1, np.zeros((50, 1)), np.zeros(1)
    W1, b1, W2, b2 = (w.astype(X.dtype) for w in first)
    weights = train_mlp(X, Y, (W1, b1, W2, b2), 0.05, 250, 10, seed)
    out, _ = mlp_forward(X_test, *weights, "tanh")
    return weights, float(np.sqrt(np.mean((out - Y_test) ** 2)))


MISCONCEPTIONS: tuple[Misconception, ...] = (
    Misconception(
        name="fit_without_seed",
        of="fit_sine",
        hint=(
            "The same seed gave two different networks. Make every generator from the "
            "seed, and use no other randomness."
        ),
        code=_fit_without_seed,
        result=None,
    ),
    Misconception(
        name="fit_learns_test_data",
        of="fit_sine",
        hint=(
            "With other test data the weights are different: something of the test "
            "data has gone into them. They are for measuring only, or the error says "
            "nothing about new data."
        ),
        code=_fit_learns_test_data,
        result=None,
    ),
    Misconception(
        name="fit_measures_training_data",
        of="fit_sine",
        hint=(
            "The error is that on the training data. A network that knows its data by "
            "heart would look perfect; measure it on the test data."
        ),
        code=_fit_measures_training_data,
        result=None,
    ),
    Misconception(
        name="fit_error_halved",
        of="fit_sine",
        hint=(
            "The error is half of the mean square. The half belongs to the loss; asked "
            "for is the plain mean."
        ),
        code=_fit_error_halved,
        result=None,
    ),
    Misconception(
        name="fit_error_is_a_root",
        of="fit_sine",
        hint=(
            "The error is the root of the mean square. Asked for is the mean itself."
        ),
        code=_fit_error_is_a_root,
        result=None,
    ),
)
