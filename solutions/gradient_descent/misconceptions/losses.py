"""Wrong answers to a loss and its gradient: `mse_loss` and `mse_gradient`."""

from autograder.checks import Misconception, RightAnswer

from .. import oracle
from ..variants import in_place

__all__ = ["MISCONCEPTIONS"]

loss = RightAnswer(in_place.mse_loss)
gradient = RightAnswer(oracle.mse_gradient)

MISCONCEPTIONS: tuple[Misconception, ...] = (
    loss.but(
        "loss_summed",
        {"(2 * r.size)": "2"},
        "The squares were summed, not averaged: 1/m is missing. Twice the data would "
        "double this loss.",
    ),
    loss.but(
        "loss_not_halved",
        {"2 * r.size": "r.size"},
        "The factor 1/2 is missing from 1/(2m).",
    ),
    loss.but(
        "loss_absolute",
        {
            "r *= r": "r = np.abs(r)",
            "2 * r.size": "r.size",
        },
        "This is the mean absolute error. Asked for is half the mean of squares.",
    ),
    loss.but(
        "loss_root",
        {"r.sum() / (2 * r.size)": "np.sqrt(r.sum() / r.size)"},
        "This is the root of the mean square. The formula has no root.",
    ),
    loss.but(
        "loss_square_of_sum",
        {
            "r *= r": "",
            "r.sum()": "r.sum() ** 2",
        },
        "The residuals were added before they were squared, so that they cancel. "
        "Square each of them first.",
    ),
    loss.but(
        "loss_without_bias",
        {"r += b": ""},
        "The bias plays no part in this loss.",
    ),
    loss.but(
        "loss_bias_subtracted",
        {"r += b": "r -= b"},
        "The bias was subtracted from the prediction. It is added.",
    ),
    gradient.but(
        "gradient_summed",
        {"/ len(y), residual.mean()": ", residual.sum()"},
        "Both derivatives are sums over the samples: 1/m is missing.",
    ),
    gradient.but(
        "gradient_two_kept",
        {
            "X.T": "2 * X.T",
            "residual.mean()": "2 * residual.mean()",
        },
        "Both derivatives are twice too large. The two of the square cancels the half "
        "of 1/(2m).",
    ),
    gradient.but(
        "gradient_halved",
        {"len(y), residual.mean()": "(2 * len(y)), residual.mean() / 2"},
        "Both derivatives are half as large as they should be. The two of the square "
        "cancels the half of 1/(2m).",
    ),
    gradient.but(
        "gradient_sign",
        {
            "X.T": "-X.T",
            "residual.mean()": "-residual.mean()",
        },
        "Both derivatives have the wrong sign: the residual is prediction minus "
        "target.",
    ),
    gradient.but(
        "gradient_bias_summed",
        {"residual.mean()": "residual.sum()"},
        "dw is right. db is a sum over the samples; it should be a mean like dw.",
    ),
    gradient.but(
        "gradient_weights_summed",
        {" / len(y)": ""},
        "db is right. dw is a sum over the samples: 1/m is missing.",
    ),
    gradient.but(
        "gradient_transposed",
        {"X.T": "X"},
        "dw was multiplied by X, not by its transpose. With as many samples as "
        "features that goes unnoticed; which axis is summed over?",
    ),
    gradient.but(
        "gradient_without_bias",
        {"_residual(w, b,": "_residual(w, 0,"},
        "The bias is missing from the predictions.",
    ),
    gradient.but(
        "gradient_over_features",
        {
            "len(y)": "len(w)",
            "residual.mean()": "residual.sum() / len(w)",
        },
        "Divided was by the number of features. m is the number of samples.",
    ),
    gradient.but(
        "gradient_one_number",
        {"X.T @ residual / len(y)": "(X * residual[:, None]).mean()"},
        "dw is a single number, averaged over features, too. Each weight has a "
        "derivative of its own.",
    ),
    gradient.but(
        "gradient_per_sample",
        {"X.T @ residual": "X * residual[:, None]"},
        "dw holds one row for each sample. Add them up.",
    ),
    gradient.but(
        "gradient_bias_like_weight",
        {"residual.mean()": "b * residual.mean()"},
        "dw is right. db was multiplied by b; the prediction contains b once, so its "
        "derivative is 1.",
    ),
    gradient.but(
        "gradient_weights_multiplied",
        {"X.T @ residual": "w * (X.T @ residual)"},
        "dw was multiplied by w. The derivative of the prediction by a weight is the "
        "sample's feature alone.",
    ),
)
