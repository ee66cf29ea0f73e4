"""Wrong answers to the network's forward pass: `mlp_forward`."""

from typing import Any

import numpy as np

from autograder.checks import Misconception
from solutions.backpropagation.oracle import ACTIVATIONS

Forward = tuple[np.ndarray, Any]

__all__ = ["MISCONCEPTIONS"]


def _forward_output_activated(
    X: np.ndarray,
    W1: np.ndarray,
    b1: np.ndarray,
    W2: np.ndarray,
    b2: np.ndarray,
    activation: str = "relu",
) -> "Forward":
    if activation not in ACTIVATIONS:
        raise ValueError("no such activation")
    if X.shape[1] != W1.shape[0] or W1.shape[1] != W2.shape[0]:
        raise ValueError("the shapes don't fit")

    Z = X @ W1 + b1
    H = ACTIVATIONS[activation](Z)
    return ACTIVATIONS[activation](H @ W2 + b2), (X, Z, H)


def _forward_without_biases(
    X: np.ndarray,
    W1: np.ndarray,
    b1: np.ndarray,
    W2: np.ndarray,
    b2: np.ndarray,
    activation: str = "relu",
) -> "Forward":
    if activation not in ACTIVATIONS:
        raise ValueError("no such activation")
    if X.shape[1] != W1.shape[0] or W1.shape[1] != W2.shape[0]:
        raise ValueError("the shapes don't fit")

    Z = X @ W1
    H = ACTIVATIONS[activation](Z)
    return H @ W2, (X, Z, H)


def _forward_bias_after_activation(
    X: np.ndarray,
    W1: np.ndarray,
    b1: np.ndarray,
    W2: np.ndarray,
    b2: np.ndarray,
    activation: str = "relu",
) -> "Forward":
    if activation not in ACTIVATIONS:
        raise ValueError("no such activation")
    if X.shape[1] != W1.shape[0] or W1.shape[1] != W2.shape[0]:
        raise ValueError("the shapes don't fit")

    Z = X @ W1
    H = ACTIVATIONS[activation](Z) + b1
    return H @ W2 + b2, (X, Z, H)


def _forward_second_bias_missing(
    X: np.ndarray,
    W1: np.ndarray,
    b1: np.ndarray,
    W2: np.ndarray,
    b2: np.ndarray,
    activation: str = "relu",
) -> "Forward":
    if activation not in ACTIVATIONS:
        raise ValueError("no such activation")
    if X.shape[1] != W1.shape[0] or W1.shape[1] != W2.shape[0]:
        raise ValueError("the shapes don't fit")

    Z = X @ W1 + b1
    H = ACTIVATIONS[activation](Z)
    return H @ W2, (X, Z, H)


def _forward_in_columns(
    X: np.ndarray,
    W1: np.ndarray,
    b1: np.ndarray,
    W2: np.ndarray,
    b2: np.ndarray,
    activation: str = "relu",
) -> "Forward":
    if activation not in ACTIVATIONS:
        raise ValueError("no such activation")
    if X.shape[1] != W1.shape[0] or W1.shape[1] != W2.shape[0]:
        raise ValueError("the shapes don't fit")

    Z = X @ W1 + b1
    H = ACTIVATIONS[activation](Z)
    return (H @ W2 + b2).T, (X.T, Z.T, H.T)


def _forward_cache_without_sums(
    X: np.ndarray,
    W1: np.ndarray,
    b1: np.ndarray,
    W2: np.ndarray,
    b2: np.ndarray,
    activation: str = "relu",
) -> "Forward":
    if activation not in ACTIVATIONS:
        raise ValueError("no such activation")
    if X.shape[1] != W1.shape[0] or W1.shape[1] != W2.shape[0]:
        raise ValueError("the shapes don't fit")

    H = ACTIVATIONS[activation](X @ W1 + b1)
    return H @ W2 + b2, (X, H, H)


def _forward_linear(
    X: np.ndarray,
    W1: np.ndarray,
    b1: np.ndarray,
    W2: np.ndarray,
    b2: np.ndarray,
    activation: str = "relu",
) -> "Forward":
    if activation not in ACTIVATIONS:
        raise ValueError("no such activation")
    if X.shape[1] != W1.shape[0] or W1.shape[1] != W2.shape[0]:
        raise ValueError("the shapes don't fit")

    Z = X @ W1 + b1
    return Z @ W2 + b2, (X, Z, Z)


MISCONCEPTIONS: tuple[Misconception, ...] = (
    Misconception(
        name="forward_output_activated",
        of="mlp_forward",
        hint=(
            "The activation was applied to the output as well. The output layer is "
            "linear, so that it can give any number."
        ),
        code=_forward_output_activated,
    ),
    Misconception(
        name="forward_without_biases",
        of="mlp_forward",
        hint=("Neither layer has its bias."),
        code=_forward_without_biases,
    ),
    Misconception(
        name="forward_bias_after_activation",
        of="mlp_forward",
        hint=(
            "b1 was added after the activation. It belongs to the sum Z, which the "
            "activation gets."
        ),
        code=_forward_bias_after_activation,
    ),
    Misconception(
        name="forward_second_bias_missing",
        of="mlp_forward",
        hint=("The cache is right; the output lacks b2."),
        code=_forward_second_bias_missing,
    ),
    Misconception(
        name="forward_in_columns",
        of="mlp_forward",
        hint=(
            "The results have one sample in each column. Here samples are rows: X is "
            "(m, d), and the output (m, k)."
        ),
        code=_forward_in_columns,
    ),
    Misconception(
        name="forward_cache_without_sums",
        of="mlp_forward",
        hint=(
            "The output is right. In the cache Z is the same as H: it should be what "
            "goes into the activation."
        ),
        code=_forward_cache_without_sums,
    ),
    Misconception(
        name="forward_linear",
        of="mlp_forward",
        hint=("The activation was left out, so that both layers are one."),
        code=_forward_linear,
    ),
)
