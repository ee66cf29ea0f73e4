"""Wrong answers to the fit of a line in TensorFlow: `fit_line_tf`.

`result` computes the same in numpy, in the process that has no framework. The one that
shows by its framework has none.
"""

from autograder.checks import Misconception, RightAnswer, times

from .. import oracle
from ..variants import in_place, modules_and_layers
from .lines import ACCUMULATED, IN_SINGLE, MOVES, recorded

__all__ = ["MISCONCEPTIONS"]

by_tensors = RightAnswer(in_place.fit_line_tf)
by_variables = RightAnswer(modules_and_layers.fit_line_tf)
in_numpy = RightAnswer(oracle.fit_line, of="fit_line_tf")

MISCONCEPTIONS: tuple[Misconception, ...] = (
    by_tensors.but(
        "tf_accumulates",
        {
            "for _ in range(steps):": """
            sums = 0, 0
            for _ in range(steps):
            """,
            """
            w -= eta * dw
            b -= eta * db
            """: """
            sums = sums[0] + dw, sums[1] + db
            w -= eta * sums[0]
            b -= eta * sums[1]
            """,
        },
        "Each step used the sum of all gradients so far. A tape returns the gradient "
        "of now; there is nothing to add it to.",
        result=in_numpy.edited(ACCUMULATED),
    ),
    by_tensors.but(
        "tf_records_updates",
        {
            """
            for _ in range(steps):
                with tf.GradientTape() as tape:
                    tape.watch([w, b])
            """: """
            first = [w, b]
            with tf.GradientTape(persistent=True) as tape:
                tape.watch(first)
                for _ in range(steps):
            """,
            " / len(X)": """
             / len(X)
            dw, db = tape.gradient(half, first)
            w -= eta * dw
            b -= eta * db
            """,
            """
            dw, db = tape.gradient(half, [w, b])
            w -= eta * dw
            b -= eta * db
            """: "",
        },
        "The tape recorded the updates, too, and the gradient is that by the very "
        "first weights, through all steps since. Open a new tape for each step, and "
        "update outside of it.",
        result=recorded,
    ),
    by_variables.but(
        "tf_update_lost",
        {"variable.assign_sub(": "variable = variable - ("},
        "The weights are still zero: p = p - ... gives the name p to a new tensor and "
        "leaves the variable as it was. Assign to the variable.",
        result=in_numpy.edited({MOVES: ""}),
    ),
    by_tensors.but(
        "tf_loses_dtype",
        {
            "w = tf.zeros_like(X[0])": """
            X, y = tf.cast(X, "float32"), tf.cast(y, "float32")
            w = tf.zeros_like(X[0])
            """,
        },
        "float64 data gave float32 weights. Create the weights with the dtype of X.",
        result=in_numpy.edited(IN_SINGLE),
    ),
    by_variables.but(
        "tf_factor_two_kept",
        {"0.5 * ": ""},
        "The loss is the mean of squares; its half is missing, so each step is twice "
        "as long.",
        result=in_numpy.edited({"eta * d": times(2, "2 * eta * d")}),
    ),
    by_tensors.but(
        "tf_loss_summed",
        {" / len(X)": ""},
        "The loss was summed over the samples, not averaged. Steps then grow with the "
        "amount of data.",
        result=in_numpy.edited({"eta * d": times(2, "eta * len(y) * d")}),
    ),
    by_variables.but(
        "tf_targets_broadcast",
        {"axis=1": "axis=1, keepdims=True"},
        "Each prediction was compared with every target: predictions (m, 1) minus "
        "targets (m,) is (m, m) by broadcasting. Print the shape of the residuals.",
        result=in_numpy.edited({"b, X, y)": "b, X, np.full_like(y, y.mean()))"}),
    ),
    by_tensors.but(
        "tf_bias_stands_still",
        {"b -= eta * db": ""},
        "The bias is still zero: only the weights were moved.",
        result=in_numpy.edited({"np.asarray(b - eta * db)": "b"}),
    ),
    by_tensors.but(
        "tf_ascends",
        {"-= eta": times(2, "+= eta")},
        "The weights moved uphill. Look at the sign of the step.",
        result=in_numpy.edited({"- eta": times(2, "+ eta")}),
    ),
    by_tensors.but(
        "tf_one_after_the_other",
        {
            "for _ in range(steps):": "for turn in range(2 * steps):",
            """
            w -= eta * dw
            b -= eta * db
            """: """
            if turn % 2:
                b -= eta * db
            else:
                w -= eta * dw
            """,
        },
        "The bias was moved by a gradient that already saw the new weights. One step "
        "takes all gradients at the same point.",
        result=in_numpy.edited(
            {
                MOVES: """
                w = w - eta * dw
                b = np.asarray(b - eta * mse_gradient(w, b, X, y)[1])
                """
            }
        ),
    ),
    by_tensors.but(
        "tf_one_step_more",
        {"range(steps)": "range(steps + 1)"},
        "One step too many was taken.",
        result=in_numpy.edited({"range(steps)": "range(steps + 1)"}),
    ),
    by_tensors.but(
        "tf_returns_numpy",
        {"return [w, b]": "return [w.numpy(), b.numpy()]"},
        "The weights came back as numpy arrays. Return tensors or variables.",
        result=None,
        sign="framework",
    ),
)
