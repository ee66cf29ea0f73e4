"""Wrong answers to the training loop: `train_mlp`."""

import numpy as np

from autograder.checks import Misconception
from solutions.backpropagation.oracle import mlp_backward, mlp_forward

Weights = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]

__all__ = ["MISCONCEPTIONS"]


def _train_without_shuffling(
    X: np.ndarray,
    Y: np.ndarray,
    weights: "Weights",
    eta: float,
    epochs: int,
    batch_size: int,
    seed: int,
) -> "Weights":
    if eta <= 0 or epochs < 0 or batch_size < 1 or len(X) != len(Y):
        raise ValueError("can't train")
    order = np.arange(len(X))
    W = list(weights)
    for _ in range(epochs):
        order = order.copy()
        for start in range(0, len(X), batch_size):
            batch = order[start : start + batch_size]
            out, cache = mlp_forward(X[batch], W[0], W[1], W[2], W[3], "tanh")
            gradients = mlp_backward(out, Y[batch], cache, W[2], "tanh")
            W = [w - eta * g for w, g in zip(W, gradients, strict=True)]
    return W[0], W[1], W[2], W[3]


def _train_shuffled_once(
    X: np.ndarray,
    Y: np.ndarray,
    weights: "Weights",
    eta: float,
    epochs: int,
    batch_size: int,
    seed: int,
) -> "Weights":
    if eta <= 0 or epochs < 0 or batch_size < 1 or len(X) != len(Y):
        raise ValueError("can't train")
    fixed = np.random.default_rng(seed).permutation(len(X))
    W = list(weights)
    for _ in range(epochs):
        order = fixed
        for start in range(0, len(X), batch_size):
            batch = order[start : start + batch_size]
            out, cache = mlp_forward(X[batch], W[0], W[1], W[2], W[3], "tanh")
            gradients = mlp_backward(out, Y[batch], cache, W[2], "tanh")
            W = [w - eta * g for w, g in zip(W, gradients, strict=True)]
    return W[0], W[1], W[2], W[3]


def _train_targets_not_shuffled(
    X: np.ndarray,
    Y: np.ndarray,
    weights: "Weights",
    eta: float,
    epochs: int,
    batch_size: int,
    seed: int,
) -> "Weights":
    if eta <= 0 or epochs < 0 or batch_size < 1 or len(X) != len(Y):
        raise ValueError("can't train")
    rng = np.random.default_rng(seed)
    W = list(weights)
    for _ in range(epochs):
        order = rng.permutation(len(X))
        for start in range(0, len(X), batch_size):
            batch = order[start : start + batch_size]
            out, cache = mlp_forward(X[batch], W[0], W[1], W[2], W[3], "tanh")
            gradients = mlp_backward(
                out, Y[start : start + batch_size], cache, W[2], "tanh"
            )
            W = [w - eta * g for w, g in zip(W, gradients, strict=True)]
    return W[0], W[1], W[2], W[3]


def _train_last_batch_dropped(
    X: np.ndarray,
    Y: np.ndarray,
    weights: "Weights",
    eta: float,
    epochs: int,
    batch_size: int,
    seed: int,
) -> "Weights":
    if eta <= 0 or epochs < 0 or batch_size < 1 or len(X) != len(Y):
        raise ValueError("can't train")
    rng = np.random.default_rng(seed)
    W = list(weights)
    for _ in range(epochs):
        order = rng.permutation(len(X))
        for start in range(0, len(X) - batch_size + 1, batch_size):
            batch = order[start : start + batch_size]
            out, cache = mlp_forward(X[batch], W[0], W[1], W[2], W[3], "tanh")
            gradients = mlp_backward(out, Y[batch], cache, W[2], "tanh")
            W = [w - eta * g for w, g in zip(W, gradients, strict=True)]
    return W[0], W[1], W[2], W[3]


def _train_ascends(
    X: np.ndarray,
    Y: np.ndarray,
    weights: "Weights",
    eta: float,
    epochs: int,
    batch_size: int,
    seed: int,
) -> "Weights":
    if eta <= 0 or epochs < 0 or batch_size < 1 or len(X) != len(Y):
        raise ValueError("can't train")
    rng = np.random.default_rng(seed)
    W = list(weights)
    for _ in range(epochs):
        order = rng.permutation(len(X))
        for start in range(0, len(X), batch_size):
            batch = order[start : start + batch_size]
            out, cache = mlp_forward(X[batch], W[0], W[1], W[2], W[3], "tanh")
            gradients = mlp_backward(out, Y[batch], cache, W[2], "tanh")
            W = [w + eta * g for w, g in zip(W, gradients, strict=True)]
    return W[0], W[1], W[2], W[3]


def _train_full_batches(
    X: np.ndarray,
    Y: np.ndarray,
    weights: "Weights",
    eta: float,
    epochs: int,
    batch_size: int,
    seed: int,
) -> "Weights":
    if eta <= 0 or epochs < 0 or batch_size < 1 or len(X) != len(Y):
        raise ValueError("can't train")
    rng = np.random.default_rng(seed)
    W = list(weights)
    for _ in range(epochs):
        order, batch_size = rng.permutation(len(X)), max(len(X), 1)
        for start in range(0, len(X), batch_size):
            batch = order[start : start + batch_size]
            out, cache = mlp_forward(X[batch], W[0], W[1], W[2], W[3], "tanh")
            gradients = mlp_backward(out, Y[batch], cache, W[2], "tanh")
            W = [w - eta * g for w, g in zip(W, gradients, strict=True)]
    return W[0], W[1], W[2], W[3]


def _train_one_epoch_more(
    X: np.ndarray,
    Y: np.ndarray,
    weights: "Weights",
    eta: float,
    epochs: int,
    batch_size: int,
    seed: int,
) -> "Weights":
    if eta <= 0 or epochs < 0 or batch_size < 1 or len(X) != len(Y):
        raise ValueError("can't train")
    rng = np.random.default_rng(seed)
    W = list(weights)
    for _ in range(epochs + 1):
        order = rng.permutation(len(X))
        for start in range(0, len(X), batch_size):
            batch = order[start : start + batch_size]
            out, cache = mlp_forward(X[batch], W[0], W[1], W[2], W[3], "tanh")
            gradients = mlp_backward(out, Y[batch], cache, W[2], "tanh")
            W = [w - eta * g for w, g in zip(W, gradients, strict=True)]
    return W[0], W[1], W[2], W[3]


def _train_biases_stand_still(
    X: np.ndarray,
    Y: np.ndarray,
    weights: "Weights",
    eta: float,
    epochs: int,
    batch_size: int,
    seed: int,
) -> "Weights":
    if eta <= 0 or epochs < 0 or batch_size < 1 or len(X) != len(Y):
        raise ValueError("can't train")
    rng = np.random.default_rng(seed)
    W = list(weights)
    for _ in range(epochs):
        order = rng.permutation(len(X))
        for start in range(0, len(X), batch_size):
            batch = order[start : start + batch_size]
            out, cache = mlp_forward(X[batch], W[0], W[1], W[2], W[3], "tanh")
            gradients = mlp_backward(out, Y[batch], cache, W[2], "tanh")
            W = [
                w - eta * g if w.ndim == 2 else w
                for w, g in zip(W, gradients, strict=True)
            ]
    return W[0], W[1], W[2], W[3]


def _train_moves_the_callers_weights(
    X: np.ndarray,
    Y: np.ndarray,
    weights: "Weights",
    eta: float,
    epochs: int,
    batch_size: int,
    seed: int,
) -> "Weights":
    if eta <= 0 or epochs < 0 or batch_size < 1 or len(X) != len(Y):
        raise ValueError("can't train")
    rng = np.random.default_rng(seed)
    for _ in range(epochs):
        order = rng.permutation(len(X))
        for start in range(0, len(X), batch_size):
            batch = order[start : start + batch_size]
            W1, b1, W2, b2 = weights
            H = np.tanh(X[batch] @ W1 + b1)
            error = (H @ W2 + b2 - Y[batch]) / len(batch)
            inner = error @ W2.T * (1 - H**2)
            W1 -= eta * X[batch].T @ inner
            b1 -= eta * inner.sum(axis=0)
            W2 -= eta * H.T @ error
            b2 -= eta * error.sum(axis=0)
    return weights


MISCONCEPTIONS: tuple[Misconception, ...] = (
    Misconception(
        name="train_without_shuffling",
        of="train_mlp",
        hint=(
            "The samples were never shuffled: each epoch saw them in the order of the "
            "data."
        ),
        code=_train_without_shuffling,
    ),
    Misconception(
        name="train_shuffled_once",
        of="train_mlp",
        hint=(
            "All epochs had the same order. Either it was drawn once, or the generator "
            "was made anew, with the same seed, in each epoch."
        ),
        code=_train_shuffled_once,
    ),
    Misconception(
        name="train_targets_not_shuffled",
        of="train_mlp",
        hint=(
            "The inputs were shuffled and the targets were not, so that samples were "
            "trained on each other's targets."
        ),
        code=_train_targets_not_shuffled,
    ),
    Misconception(
        name="train_last_batch_dropped",
        of="train_mlp",
        hint=(
            "The smaller batch at the end of each epoch was left out. All samples are "
            "used in each epoch."
        ),
        code=_train_last_batch_dropped,
    ),
    Misconception(
        name="train_ascends",
        of="train_mlp",
        hint=("The weights moved uphill. Look at the sign of the step."),
        code=_train_ascends,
    ),
    Misconception(
        name="train_full_batches",
        of="train_mlp",
        hint=(
            "Each epoch took a single step over all samples. batch_size says how many "
            "samples a step uses."
        ),
        code=_train_full_batches,
    ),
    Misconception(
        name="train_one_epoch_more",
        of="train_mlp",
        hint=("One epoch too many was trained."),
        code=_train_one_epoch_more,
    ),
    Misconception(
        name="train_biases_stand_still",
        of="train_mlp",
        hint=("The biases are those of the beginning. They learn like the weights."),
        code=_train_biases_stand_still,
    ),
    Misconception(
        name="train_moves_the_callers_weights",
        of="train_mlp",
        hint=(
            "The result is right, but the caller's arrays have moved along with it: -= "
            "changes an array in place, and yours are the ones that you were given."
        ),
        code=_train_moves_the_callers_weights,
        sign="changes_input",
    ),
)
