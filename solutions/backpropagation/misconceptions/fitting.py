"""Wrong answers to the fit of the sine: `fit_sine`.

No result is compared with a reference here. The checks measure a fit themselves and
name these by what they find; so none has a result.
"""

from autograder.checks import RightAnswer

from .. import oracle

__all__ = ["MISCONCEPTIONS"]

fit = RightAnswer(oracle.fit_sine)

MISCONCEPTIONS = (
    fit.but(
        "fit_without_seed",
        {"default_rng(seed)": "default_rng()"},
        "The same seed gave two different networks. Make every generator from the "
        "seed, and use no other randomness.",
        result=None,
    ),
    fit.but(
        "fit_learns_test_data",
        {"(X, Y,": "(np.append(X, X_test, 0), np.append(Y, Y_test, 0),"},
        "With other test data the weights are different: something of the test data "
        "has gone into them. They are for measuring only, or the error says nothing "
        "about new data.",
        result=None,
    ),
    fit.but(
        "fit_measures_training_data",
        {"mlp_forward(X_test,": "mlp_forward(X,", "outputs - Y_test": "outputs - Y"},
        "The error is that on the training data. A network that knows its data by "
        "heart would look perfect; measure it on the test data.",
        result=None,
    ),
    fit.but(
        "fit_error_halved",
        {"** 2))": "** 2) / 2)"},
        "The error is half of the mean square. The half belongs to the loss; asked for "
        "is the plain mean.",
        result=None,
    ),
    fit.but(
        "fit_error_is_a_root",
        {"** 2))": "** 2) ** 0.5)"},
        "The error is the root of the mean square. Asked for is the mean itself.",
        result=None,
    ),
)
