"""Wrong answers to the network's backward pass: `mlp_backward`."""

import numpy as np

from autograder.checks import Misconception
from solutions.backpropagation.oracle import ACTIVATION_GRADIENTS

Cache = tuple[np.ndarray, np.ndarray, np.ndarray]
Weights = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]

__all__ = ["MISCONCEPTIONS"]


def _backward_summed(
    out: np.ndarray,
    Y: np.ndarray,
    cache: "Cache",
    W2: np.ndarray,
    activation: str = "relu",
) -> "Weights":
    if out.shape != Y.shape:
        raise ValueError("outputs and targets differ in shape")
    X, Z, H = cache

    dO = out - Y
    dZ = (dO @ W2.T) * ACTIVATION_GRADIENTS[activation](Z)
    return X.T @ dZ, dZ.sum(axis=0), H.T @ dO, dO.sum(axis=0)


def _backward_two_kept(
    out: np.ndarray,
    Y: np.ndarray,
    cache: "Cache",
    W2: np.ndarray,
    activation: str = "relu",
) -> "Weights":
    if out.shape != Y.shape:
        raise ValueError("outputs and targets differ in shape")
    X, Z, H = cache

    dO = 2 * (out - Y) / len(out)
    dZ = (dO @ W2.T) * ACTIVATION_GRADIENTS[activation](Z)
    return X.T @ dZ, dZ.sum(axis=0), H.T @ dO, dO.sum(axis=0)


def _backward_of_summed_squares(
    out: np.ndarray,
    Y: np.ndarray,
    cache: "Cache",
    W2: np.ndarray,
    activation: str = "relu",
) -> "Weights":
    if out.shape != Y.shape:
        raise ValueError("outputs and targets differ in shape")
    X, Z, H = cache

    dO = 2 * (out - Y)
    dZ = (dO @ W2.T) * ACTIVATION_GRADIENTS[activation](Z)
    return X.T @ dZ, dZ.sum(axis=0), H.T @ dO, dO.sum(axis=0)


def _backward_of_mean_squares(
    out: np.ndarray,
    Y: np.ndarray,
    cache: "Cache",
    W2: np.ndarray,
    activation: str = "relu",
) -> "Weights":
    if out.shape != Y.shape:
        raise ValueError("outputs and targets differ in shape")
    X, Z, H = cache

    dO = 2 * (out - Y) / out.size
    dZ = (dO @ W2.T) * ACTIVATION_GRADIENTS[activation](Z)
    return X.T @ dZ, dZ.sum(axis=0), H.T @ dO, dO.sum(axis=0)


def _backward_sign(
    out: np.ndarray,
    Y: np.ndarray,
    cache: "Cache",
    W2: np.ndarray,
    activation: str = "relu",
) -> "Weights":
    if out.shape != Y.shape:
        raise ValueError("outputs and targets differ in shape")
    X, Z, H = cache

    dO = (Y - out) / len(out)
    dZ = (dO @ W2.T) * ACTIVATION_GRADIENTS[activation](Z)
    return X.T @ dZ, dZ.sum(axis=0), H.T @ dO, dO.sum(axis=0)


def _backward_mean_over_all(
    out: np.ndarray,
    Y: np.ndarray,
    cache: "Cache",
    W2: np.ndarray,
    activation: str = "relu",
) -> "Weights":
    if out.shape != Y.shape:
        raise ValueError("outputs and targets differ in shape")
    X, Z, H = cache

    dO = (out - Y) / out.size
    dZ = (dO @ W2.T) * ACTIVATION_GRADIENTS[activation](Z)
    return X.T @ dZ, dZ.sum(axis=0), H.T @ dO, dO.sum(axis=0)


def _backward_slope_at_result(
    out: np.ndarray,
    Y: np.ndarray,
    cache: "Cache",
    W2: np.ndarray,
    activation: str = "relu",
) -> "Weights":
    if out.shape != Y.shape:
        raise ValueError("outputs and targets differ in shape")
    X, _, H = cache

    dO = (out - Y) / len(out)
    dZ = (dO @ W2.T) * ACTIVATION_GRADIENTS[activation](H)
    return X.T @ dZ, dZ.sum(axis=0), H.T @ dO, dO.sum(axis=0)


def _backward_slope_forgotten(
    out: np.ndarray,
    Y: np.ndarray,
    cache: "Cache",
    W2: np.ndarray,
    activation: str = "relu",
) -> "Weights":
    if out.shape != Y.shape:
        raise ValueError("outputs and targets differ in shape")
    X, _, H = cache

    dO = (out - Y) / len(out)
    dZ = dO @ W2.T
    return X.T @ dZ, dZ.sum(axis=0), H.T @ dO, dO.sum(axis=0)


def _backward_biases_not_summed(
    out: np.ndarray,
    Y: np.ndarray,
    cache: "Cache",
    W2: np.ndarray,
    activation: str = "relu",
) -> "Weights":
    if out.shape != Y.shape:
        raise ValueError("outputs and targets differ in shape")
    X, Z, H = cache

    dO = (out - Y) / len(out)
    dZ = (dO @ W2.T) * ACTIVATION_GRADIENTS[activation](Z)
    return X.T @ dZ, dZ, H.T @ dO, dO


def _backward_biases_one_number(
    out: np.ndarray,
    Y: np.ndarray,
    cache: "Cache",
    W2: np.ndarray,
    activation: str = "relu",
) -> "Weights":
    if out.shape != Y.shape:
        raise ValueError("outputs and targets differ in shape")
    X, Z, H = cache

    dO = (out - Y) / len(out)
    dZ = (dO @ W2.T) * ACTIVATION_GRADIENTS[activation](Z)
    return X.T @ dZ, dZ.sum(), H.T @ dO, dO.sum()


def _backward_biases_averaged(
    out: np.ndarray,
    Y: np.ndarray,
    cache: "Cache",
    W2: np.ndarray,
    activation: str = "relu",
) -> "Weights":
    if out.shape != Y.shape:
        raise ValueError("outputs and targets differ in shape")
    X, Z, H = cache

    dO = (out - Y) / len(out)
    dZ = (dO @ W2.T) * ACTIVATION_GRADIENTS[activation](Z)
    return X.T @ dZ, dZ.mean(axis=0), H.T @ dO, dO.mean(axis=0)


def _backward_biases_with_two_axes(
    out: np.ndarray,
    Y: np.ndarray,
    cache: "Cache",
    W2: np.ndarray,
    activation: str = "relu",
) -> "Weights":
    if out.shape != Y.shape:
        raise ValueError("outputs and targets differ in shape")
    X, Z, H = cache

    dO = (out - Y) / len(out)
    dZ = (dO @ W2.T) * ACTIVATION_GRADIENTS[activation](Z)
    return (
        X.T @ dZ,
        dZ.sum(axis=0, keepdims=True),
        H.T @ dO,
        dO.sum(axis=0, keepdims=True),
    )


def _backward_not_transposed(
    out: np.ndarray,
    Y: np.ndarray,
    cache: "Cache",
    W2: np.ndarray,
    activation: str = "relu",
) -> "Weights":
    if out.shape != Y.shape:
        raise ValueError("outputs and targets differ in shape")
    X, Z, H = cache

    dO = (out - Y) / len(out)
    dZ = (dO @ W2) * ACTIVATION_GRADIENTS[activation](Z)
    return X.T @ dZ, dZ.sum(axis=0), H.T @ dO, dO.sum(axis=0)


def _backward_order_swapped(
    out: np.ndarray,
    Y: np.ndarray,
    cache: "Cache",
    W2: np.ndarray,
    activation: str = "relu",
) -> "Weights":
    if out.shape != Y.shape:
        raise ValueError("outputs and targets differ in shape")
    X, Z, H = cache

    dO = (out - Y) / len(out)
    dZ = (dO @ W2.T) * ACTIVATION_GRADIENTS[activation](Z)
    return H.T @ dO, dO.sum(axis=0), X.T @ dZ, dZ.sum(axis=0)


def _backward_updates_weights(
    out: np.ndarray,
    Y: np.ndarray,
    cache: "Cache",
    W2: np.ndarray,
    activation: str = "relu",
) -> "Weights":
    if out.shape != Y.shape:
        raise ValueError("outputs and targets differ in shape")
    X, Z, H = cache

    dO = (out - Y) / len(out)
    dZ = (dO @ W2.T) * ACTIVATION_GRADIENTS[activation](Z)
    dW2 = H.T @ dO
    W2 -= 0.1 * dW2
    return X.T @ dZ, dZ.sum(axis=0), dW2, dO.sum(axis=0)


MISCONCEPTIONS: tuple[Misconception, ...] = (
    Misconception(
        name="backward_summed",
        of="mlp_backward",
        hint=(
            "All gradients are m times too large: the 1/m of the loss is missing. "
            "Twice the data would double your steps."
        ),
        code=_backward_summed,
    ),
    Misconception(
        name="backward_two_kept",
        of="mlp_backward",
        hint=(
            "All gradients are twice too large. The two of the square cancels the half "
            "of 1/(2m)."
        ),
        code=_backward_two_kept,
    ),
    Misconception(
        name="backward_of_summed_squares",
        of="mlp_backward",
        hint=(
            "These are the gradients of a plain sum of squares. Here the loss is half "
            "of that, averaged over the m samples."
        ),
        code=_backward_of_summed_squares,
    ),
    Misconception(
        name="backward_of_mean_squares",
        of="mlp_backward",
        hint=(
            "These are the gradients of the mean over all squares, outputs too. "
            "Here the loss is half their sum, divided by the m samples alone."
        ),
        code=_backward_of_mean_squares,
    ),
    Misconception(
        name="backward_sign",
        of="mlp_backward",
        hint=(
            "All gradients have the wrong sign: the loss grows with out - Y, not with "
            "Y - out."
        ),
        code=_backward_sign,
    ),
    Misconception(
        name="backward_mean_over_all",
        of="mlp_backward",
        hint=(
            "The squares were averaged over the outputs as well. m counts samples; the "
            "errors of a sample's outputs are added."
        ),
        code=_backward_mean_over_all,
    ),
    Misconception(
        name="backward_slope_at_result",
        of="mlp_backward",
        hint=(
            "dW2 and db2 are right. The slope of the activation was taken at H, which "
            "left it; take it where the sums entered."
        ),
        code=_backward_slope_at_result,
    ),
    Misconception(
        name="backward_slope_forgotten",
        of="mlp_backward",
        hint=(
            "dW2 and db2 are right. On the way through the hidden layer the slope of "
            "the activation was left out."
        ),
        code=_backward_slope_forgotten,
    ),
    Misconception(
        name="backward_biases_not_summed",
        of="mlp_backward",
        hint=(
            "dW1 and dW2 are right. Each bias got one gradient for each sample: a bias "
            "is added to every row, so its gradients from all rows are added, too."
        ),
        code=_backward_biases_not_summed,
    ),
    Misconception(
        name="backward_biases_one_number",
        of="mlp_backward",
        hint=(
            "db1 and db2 are one number each: everything was added up. Each unit has "
            "a bias of its own; only the samples are summed over."
        ),
        code=_backward_biases_one_number,
    ),
    Misconception(
        name="backward_biases_averaged",
        of="mlp_backward",
        hint=(
            "dW1 and dW2 are right. The bias gradients were averaged over the batch, "
            "but 1/m is in them already."
        ),
        code=_backward_biases_averaged,
    ),
    Misconception(
        name="backward_biases_with_two_axes",
        of="mlp_backward",
        hint=(
            "The bias gradients are right but for an axis of length 1 in front: each "
            "gradient has the shape of what it belongs to."
        ),
        code=_backward_biases_with_two_axes,
    ),
    Misconception(
        name="backward_not_transposed",
        of="mlp_backward",
        hint=(
            "dW2 and db2 are right. The errors went back through W2, not through its "
            "transpose; with a square W2 no shape warns you."
        ),
        code=_backward_not_transposed,
    ),
    Misconception(
        name="backward_order_swapped",
        of="mlp_backward",
        hint=(
            "All numbers are right but out of order: the tuple asked for is "
            "(dW1, db1, dW2, db2), the hidden layer first."
        ),
        code=_backward_order_swapped,
    ),
    Misconception(
        name="backward_updates_weights",
        of="mlp_backward",
        hint=(
            "The gradients are right, but W2 was changed. Steps are taken elsewhere: "
            "this function only says where they lead."
        ),
        code=_backward_updates_weights,
        sign="changes_input",
    ),
)
