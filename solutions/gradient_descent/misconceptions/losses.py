"""Wrong answers to a loss and its gradient: `mse_loss` and `mse_gradient`."""

from typing import Any

import numpy as np

from autograder.checks import Misconception

__all__ = ["MISCONCEPTIONS"]


def _loss_summed(w: np.ndarray, b: float, X: np.ndarray, y: np.ndarray) -> "Any":
    if X.shape != (len(y), len(w)):
        raise ValueError("shapes don't fit")
    r = X @ w + b - y
    return (r**2).sum() / 2


def _loss_not_halved(w: np.ndarray, b: float, X: np.ndarray, y: np.ndarray) -> "Any":
    if X.shape != (len(y), len(w)):
        raise ValueError("shapes don't fit")
    r = X @ w + b - y
    return (r**2).mean()


def _loss_absolute(w: np.ndarray, b: float, X: np.ndarray, y: np.ndarray) -> "Any":
    if X.shape != (len(y), len(w)):
        raise ValueError("shapes don't fit")
    r = X @ w + b - y
    return np.abs(r).mean()


def _loss_root(w: np.ndarray, b: float, X: np.ndarray, y: np.ndarray) -> "Any":
    if X.shape != (len(y), len(w)):
        raise ValueError("shapes don't fit")
    r = X @ w + b - y
    return np.sqrt((r**2).mean())


def _loss_square_of_sum(w: np.ndarray, b: float, X: np.ndarray, y: np.ndarray) -> "Any":
    if X.shape != (len(y), len(w)):
        raise ValueError("shapes don't fit")
    r = X @ w + b - y
    return r.sum() ** 2 / (2 * len(y))


def _loss_without_bias(w: np.ndarray, b: float, X: np.ndarray, y: np.ndarray) -> "Any":
    if X.shape != (len(y), len(w)):
        raise ValueError("shapes don't fit")
    r = X @ w + b - y
    return ((r - b) ** 2).mean() / 2


def _loss_bias_subtracted(
    w: np.ndarray, b: float, X: np.ndarray, y: np.ndarray
) -> "Any":
    if X.shape != (len(y), len(w)):
        raise ValueError("shapes don't fit")
    r = X @ w + b - y
    return ((r - 2 * b) ** 2).mean() / 2


def _gradient_summed(
    w: np.ndarray, b: float, X: np.ndarray, y: np.ndarray
) -> tuple[np.ndarray, "Any"]:
    if X.shape != (len(y), len(w)):
        raise ValueError("shapes don't fit")
    r = X @ w + b - y
    return X.T @ r, r.sum()


def _gradient_two_kept(
    w: np.ndarray, b: float, X: np.ndarray, y: np.ndarray
) -> tuple[np.ndarray, "Any"]:
    if X.shape != (len(y), len(w)):
        raise ValueError("shapes don't fit")
    r = X @ w + b - y
    return 2 * X.T @ r / len(y), 2 * r.mean()


def _gradient_halved(
    w: np.ndarray, b: float, X: np.ndarray, y: np.ndarray
) -> tuple[np.ndarray, "Any"]:
    if X.shape != (len(y), len(w)):
        raise ValueError("shapes don't fit")
    r = X @ w + b - y
    return X.T @ r / (2 * len(y)), r.mean() / 2


def _gradient_sign(
    w: np.ndarray, b: float, X: np.ndarray, y: np.ndarray
) -> tuple[np.ndarray, "Any"]:
    if X.shape != (len(y), len(w)):
        raise ValueError("shapes don't fit")
    r = X @ w + b - y
    return -X.T @ r / len(y), -r.mean()


def _gradient_bias_summed(
    w: np.ndarray, b: float, X: np.ndarray, y: np.ndarray
) -> tuple[np.ndarray, "Any"]:
    if X.shape != (len(y), len(w)):
        raise ValueError("shapes don't fit")
    r = X @ w + b - y
    return X.T @ r / len(y), r.sum()


def _gradient_weights_summed(
    w: np.ndarray, b: float, X: np.ndarray, y: np.ndarray
) -> tuple[np.ndarray, "Any"]:
    if X.shape != (len(y), len(w)):
        raise ValueError("shapes don't fit")
    r = X @ w + b - y
    return X.T @ r, r.mean()


def _gradient_transposed(
    w: np.ndarray, b: float, X: np.ndarray, y: np.ndarray
) -> tuple[np.ndarray, "Any"]:
    if X.shape != (len(y), len(w)):
        raise ValueError("shapes don't fit")
    r = X @ w + b - y
    return X @ r / len(y), r.mean()


def _gradient_without_bias(
    w: np.ndarray, b: float, X: np.ndarray, y: np.ndarray
) -> tuple[np.ndarray, "Any"]:
    if X.shape != (len(y), len(w)):
        raise ValueError("shapes don't fit")
    r = X @ w + b - y
    r = r - b
    return X.T @ r / len(y), r.mean()


def _gradient_over_features(
    w: np.ndarray, b: float, X: np.ndarray, y: np.ndarray
) -> tuple[np.ndarray, "Any"]:
    if X.shape != (len(y), len(w)):
        raise ValueError("shapes don't fit")
    r = X @ w + b - y
    return X.T @ r / len(w), r.sum() / len(w)


def _gradient_one_number(
    w: np.ndarray, b: float, X: np.ndarray, y: np.ndarray
) -> tuple[np.ndarray, "Any"]:
    if X.shape != (len(y), len(w)):
        raise ValueError("shapes don't fit")
    r = X @ w + b - y
    return (X * r[:, None]).mean(), r.mean()


def _gradient_per_sample(
    w: np.ndarray, b: float, X: np.ndarray, y: np.ndarray
) -> tuple[np.ndarray, "Any"]:
    if X.shape != (len(y), len(w)):
        raise ValueError("shapes don't fit")
    r = X @ w + b - y
    return X * r[:, None] / len(y), r.mean()


def _gradient_bias_like_weight(
    w: np.ndarray, b: float, X: np.ndarray, y: np.ndarray
) -> tuple[np.ndarray, "Any"]:
    if X.shape != (len(y), len(w)):
        raise ValueError("shapes don't fit")
    r = X @ w + b - y
    return X.T @ r / len(y), b * r.mean()


def _gradient_weights_multiplied(
    w: np.ndarray, b: float, X: np.ndarray, y: np.ndarray
) -> tuple[np.ndarray, "Any"]:
    if X.shape != (len(y), len(w)):
        raise ValueError("shapes don't fit")
    r = X @ w + b - y
    return w * (X.T @ r) / len(y), r.mean()


MISCONCEPTIONS: tuple[Misconception, ...] = (
    Misconception(
        name="loss_summed",
        of="mse_loss",
        hint=(
            "The squares were summed, not averaged: 1/m is missing. Twice the data "
            "would double this loss."
        ),
        code=_loss_summed,
    ),
    Misconception(
        name="loss_not_halved",
        of="mse_loss",
        hint=("The factor 1/2 is missing from 1/(2m)."),
        code=_loss_not_halved,
    ),
    Misconception(
        name="loss_absolute",
        of="mse_loss",
        hint=(
            "This is the mean absolute error. Asked for is half the mean of squares."
        ),
        code=_loss_absolute,
    ),
    Misconception(
        name="loss_root",
        of="mse_loss",
        hint=("This is the root of the mean square. The formula has no root."),
        code=_loss_root,
    ),
    Misconception(
        name="loss_square_of_sum",
        of="mse_loss",
        hint=(
            "The residuals were added before they were squared, so that they "
            "cancel. Square each of them first."
        ),
        code=_loss_square_of_sum,
    ),
    Misconception(
        name="loss_without_bias",
        of="mse_loss",
        hint=("The bias plays no part in this loss."),
        code=_loss_without_bias,
    ),
    Misconception(
        name="loss_bias_subtracted",
        of="mse_loss",
        hint=("The bias was subtracted from the prediction. It is added."),
        code=_loss_bias_subtracted,
    ),
    Misconception(
        name="gradient_summed",
        of="mse_gradient",
        hint=("Both derivatives are sums over the samples: 1/m is missing."),
        code=_gradient_summed,
    ),
    Misconception(
        name="gradient_two_kept",
        of="mse_gradient",
        hint=(
            "Both derivatives are twice too large. The two of the square cancels "
            "the half of 1/(2m)."
        ),
        code=_gradient_two_kept,
    ),
    Misconception(
        name="gradient_halved",
        of="mse_gradient",
        hint=(
            "Both derivatives are half as large as they should be. The two of the "
            "square cancels the half of 1/(2m)."
        ),
        code=_gradient_halved,
    ),
    Misconception(
        name="gradient_sign",
        of="mse_gradient",
        hint=(
            "Both derivatives have the wrong sign: the residual is prediction minus "
            "target."
        ),
        code=_gradient_sign,
    ),
    Misconception(
        name="gradient_bias_summed",
        of="mse_gradient",
        hint=(
            "dw is right. db is a sum over the samples; it should be a mean like dw."
        ),
        code=_gradient_bias_summed,
    ),
    Misconception(
        name="gradient_weights_summed",
        of="mse_gradient",
        hint=("db is right. dw is a sum over the samples: 1/m is missing."),
        code=_gradient_weights_summed,
    ),
    Misconception(
        name="gradient_transposed",
        of="mse_gradient",
        hint=(
            "dw was multiplied by X, not by its transpose. With as many samples as "
            "features that goes unnoticed; which axis is summed over?"
        ),
        code=_gradient_transposed,
    ),
    Misconception(
        name="gradient_without_bias",
        of="mse_gradient",
        hint=("The bias is missing from the predictions."),
        code=_gradient_without_bias,
    ),
    Misconception(
        name="gradient_over_features",
        of="mse_gradient",
        hint=("Divided was by the number of features. m is the number of samples."),
        code=_gradient_over_features,
    ),
    Misconception(
        name="gradient_one_number",
        of="mse_gradient",
        hint=(
            "dw is a single number, averaged over features, too. Each weight has a "
            "derivative of its own."
        ),
        code=_gradient_one_number,
    ),
    Misconception(
        name="gradient_per_sample",
        of="mse_gradient",
        hint=("dw holds one row for each sample. Add them up."),
        code=_gradient_per_sample,
    ),
    Misconception(
        name="gradient_bias_like_weight",
        of="mse_gradient",
        hint=(
            "dw is right. db was multiplied by b; the prediction contains b once, "
            "so its derivative is 1."
        ),
        code=_gradient_bias_like_weight,
    ),
    Misconception(
        name="gradient_weights_multiplied",
        of="mse_gradient",
        hint=(
            "dw was multiplied by w. The derivative of the prediction by a weight "
            "is the sample's feature alone."
        ),
        code=_gradient_weights_multiplied,
    ),
)
