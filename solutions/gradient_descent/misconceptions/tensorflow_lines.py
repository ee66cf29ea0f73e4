"""Wrong answers to the fit of a line in TensorFlow: `fit_line_tf`.

`result` computes the same in numpy, in the process that has no framework. The one that
shows by its framework has none.
"""

from typing import Any

from autograder.checks import Misconception

from .lines import (
    accumulated,
    ascends,
    bias_stands_still,
    column,
    in_single,
    not_moved,
    one_after_the_other,
    one_step_more,
    recorded,
    summed,
    two_kept,
)

__all__ = ["MISCONCEPTIONS"]

Tensor = Any  # tensorflow ships no types


def _tf_accumulates(
    X: "Tensor", y: "Tensor", eta: float, steps: int
) -> "tuple[Tensor, Tensor]":
    import tensorflow as tf

    w = tf.Variable(tf.zeros(X.shape[1], X.dtype))
    b = tf.Variable(tf.zeros((), X.dtype))
    sums = [tf.zeros_like(w), tf.zeros_like(b)]
    for _ in range(steps):
        with tf.GradientTape() as tape:
            residuals = tf.linalg.matvec(X, w) + b - y
            loss = tf.reduce_mean(residuals**2) / 2
        dw, db = tape.gradient(loss, [w, b])
        sums = [sums[0] + dw, sums[1] + db]
        w.assign_sub(eta * sums[0])
        b.assign_sub(eta * sums[1])
    return tf.identity(w), tf.identity(b)


def _tf_records_updates(
    X: "Tensor", y: "Tensor", eta: float, steps: int
) -> "tuple[Tensor, Tensor]":
    import tensorflow as tf

    first = tf.zeros(X.shape[1], X.dtype), tf.zeros((), X.dtype)
    w, b = first
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(first)
        for _ in range(steps):
            residuals = tf.linalg.matvec(X, w) + b - y
            loss = tf.reduce_mean(residuals**2) / 2
            dw, db = tape.gradient(loss, first)
            w, b = w - eta * dw, b - eta * db
    return w, b


def _tf_update_lost(
    X: "Tensor", y: "Tensor", eta: float, steps: int
) -> "tuple[Tensor, Tensor]":
    import tensorflow as tf

    w = tf.Variable(tf.zeros(X.shape[1], X.dtype))
    b = tf.Variable(tf.zeros((), X.dtype))
    for _ in range(steps):
        with tf.GradientTape() as tape:
            residuals = tf.linalg.matvec(X, w) + b - y
            loss = tf.reduce_mean(residuals**2) / 2
        dw, db = tape.gradient(loss, [w, b])
        for parameter, slope in ((w, dw), (b, db)):
            parameter = parameter - eta * slope
    return tf.identity(w), tf.identity(b)


def _tf_loses_dtype(
    X: "Tensor", y: "Tensor", eta: float, steps: int
) -> "tuple[Tensor, Tensor]":
    import tensorflow as tf

    w = tf.Variable(tf.zeros(X.shape[1]))
    b = tf.Variable(tf.zeros(()))
    for _ in range(steps):
        with tf.GradientTape() as tape:
            residuals = (
                tf.linalg.matvec(tf.cast(X, "float32"), w) + b - tf.cast(y, "float32")
            )
            loss = tf.reduce_mean(residuals**2) / 2
        dw, db = tape.gradient(loss, [w, b])
        w.assign_sub(eta * dw)
        b.assign_sub(eta * db)
    return tf.identity(w), tf.identity(b)


def _tf_factor_two_kept(
    X: "Tensor", y: "Tensor", eta: float, steps: int
) -> "tuple[Tensor, Tensor]":
    import tensorflow as tf

    w = tf.Variable(tf.zeros(X.shape[1], X.dtype))
    b = tf.Variable(tf.zeros((), X.dtype))
    for _ in range(steps):
        with tf.GradientTape() as tape:
            residuals = tf.linalg.matvec(X, w) + b - y
            loss = tf.reduce_mean(residuals**2)
        dw, db = tape.gradient(loss, [w, b])
        w.assign_sub(eta * dw)
        b.assign_sub(eta * db)
    return tf.identity(w), tf.identity(b)


def _tf_loss_summed(
    X: "Tensor", y: "Tensor", eta: float, steps: int
) -> "tuple[Tensor, Tensor]":
    import tensorflow as tf

    w = tf.Variable(tf.zeros(X.shape[1], X.dtype))
    b = tf.Variable(tf.zeros((), X.dtype))
    for _ in range(steps):
        with tf.GradientTape() as tape:
            residuals = tf.linalg.matvec(X, w) + b - y
            loss = tf.reduce_sum(residuals**2) / 2
        dw, db = tape.gradient(loss, [w, b])
        w.assign_sub(eta * dw)
        b.assign_sub(eta * db)
    return tf.identity(w), tf.identity(b)


def _tf_targets_broadcast(
    X: "Tensor", y: "Tensor", eta: float, steps: int
) -> "tuple[Tensor, Tensor]":
    import tensorflow as tf

    w = tf.Variable(tf.zeros((X.shape[1], 1), X.dtype))
    b = tf.Variable(tf.zeros((), X.dtype))
    for _ in range(steps):
        with tf.GradientTape() as tape:
            residuals = X @ w + b - y
            loss = tf.reduce_mean(residuals**2) / 2
        dw, db = tape.gradient(loss, [w, b])
        w.assign_sub(eta * dw)
        b.assign_sub(eta * db)
    return tf.identity(w)[:, 0], tf.identity(b)


def _tf_bias_stands_still(
    X: "Tensor", y: "Tensor", eta: float, steps: int
) -> "tuple[Tensor, Tensor]":
    import tensorflow as tf

    w = tf.Variable(tf.zeros(X.shape[1], X.dtype))
    b = tf.Variable(tf.zeros((), X.dtype))
    for _ in range(steps):
        with tf.GradientTape() as tape:
            residuals = tf.linalg.matvec(X, w) + b - y
            loss = tf.reduce_mean(residuals**2) / 2
        dw, _ = tape.gradient(loss, [w, b])
        w.assign_sub(eta * dw)
    return tf.identity(w), tf.identity(b)


def _tf_ascends(
    X: "Tensor", y: "Tensor", eta: float, steps: int
) -> "tuple[Tensor, Tensor]":
    import tensorflow as tf

    w = tf.Variable(tf.zeros(X.shape[1], X.dtype))
    b = tf.Variable(tf.zeros((), X.dtype))
    for _ in range(steps):
        with tf.GradientTape() as tape:
            residuals = tf.linalg.matvec(X, w) + b - y
            loss = tf.reduce_mean(residuals**2) / 2
        dw, db = tape.gradient(loss, [w, b])
        w.assign_add(eta * dw)
        b.assign_add(eta * db)
    return tf.identity(w), tf.identity(b)


def _tf_one_after_the_other(
    X: "Tensor", y: "Tensor", eta: float, steps: int
) -> "tuple[Tensor, Tensor]":
    import tensorflow as tf

    w = tf.Variable(tf.zeros(X.shape[1], X.dtype))
    b = tf.Variable(tf.zeros((), X.dtype))
    for _ in range(steps):
        for parameter in (w, b):
            with tf.GradientTape() as tape:
                residuals = tf.linalg.matvec(X, w) + b - y
                loss = tf.reduce_mean(residuals**2) / 2
            parameter.assign_sub(eta * tape.gradient(loss, parameter))
    return tf.identity(w), tf.identity(b)


def _tf_one_step_more(
    X: "Tensor", y: "Tensor", eta: float, steps: int
) -> "tuple[Tensor, Tensor]":
    import tensorflow as tf

    w = tf.Variable(tf.zeros(X.shape[1], X.dtype))
    b = tf.Variable(tf.zeros((), X.dtype))
    for _ in range(steps + 1):
        with tf.GradientTape() as tape:
            residuals = tf.linalg.matvec(X, w) + b - y
            loss = tf.reduce_mean(residuals**2) / 2
        dw, db = tape.gradient(loss, [w, b])
        w.assign_sub(eta * dw)
        b.assign_sub(eta * db)
    return tf.identity(w), tf.identity(b)


def _tf_returns_numpy(
    X: "Tensor", y: "Tensor", eta: float, steps: int
) -> "tuple[Tensor, Tensor]":
    import tensorflow as tf

    w = tf.Variable(tf.zeros(X.shape[1], X.dtype))
    b = tf.Variable(tf.zeros((), X.dtype))
    for _ in range(steps):
        with tf.GradientTape() as tape:
            residuals = tf.linalg.matvec(X, w) + b - y
            loss = tf.reduce_mean(residuals**2) / 2
        dw, db = tape.gradient(loss, [w, b])
        w.assign_sub(eta * dw)
        b.assign_sub(eta * db)
    return w.numpy(), b.numpy()


MISCONCEPTIONS: tuple[Misconception, ...] = (
    Misconception(
        name="tf_accumulates",
        of="fit_line_tf",
        hint=(
            "Each step used the sum of all gradients so far. A tape returns the "
            "gradient of now; there is nothing to add it to."
        ),
        code=_tf_accumulates,
        result=accumulated,
    ),
    Misconception(
        name="tf_records_updates",
        of="fit_line_tf",
        hint=(
            "The tape recorded the updates, too, and the gradient is that by the "
            "very first weights, through all steps since. Open a new tape for each "
            "step, and update outside of it."
        ),
        code=_tf_records_updates,
        result=recorded,
    ),
    Misconception(
        name="tf_update_lost",
        of="fit_line_tf",
        hint=(
            "The weights are still zero: p = p - ... gives the name p to a new "
            "tensor and leaves the variable as it was. Assign to the variable."
        ),
        code=_tf_update_lost,
        result=not_moved,
    ),
    Misconception(
        name="tf_loses_dtype",
        of="fit_line_tf",
        hint=(
            "float64 data gave float32 weights. Create the weights with the dtype of X."
        ),
        code=_tf_loses_dtype,
        result=in_single,
    ),
    Misconception(
        name="tf_factor_two_kept",
        of="fit_line_tf",
        hint=(
            "The loss is the mean of squares; its half is missing, so each step is "
            "twice as long."
        ),
        code=_tf_factor_two_kept,
        result=two_kept,
    ),
    Misconception(
        name="tf_loss_summed",
        of="fit_line_tf",
        hint=(
            "The loss was summed over the samples, not averaged. Steps then grow "
            "with the amount of data."
        ),
        code=_tf_loss_summed,
        result=summed,
    ),
    Misconception(
        name="tf_targets_broadcast",
        of="fit_line_tf",
        hint=(
            "Each prediction was compared with every target: predictions (m, 1) "
            "minus targets (m,) is (m, m) by broadcasting. Print the shape of the "
            "residuals."
        ),
        code=_tf_targets_broadcast,
        result=column,
    ),
    Misconception(
        name="tf_bias_stands_still",
        of="fit_line_tf",
        hint=("The bias is still zero: only the weights were moved."),
        code=_tf_bias_stands_still,
        result=bias_stands_still,
    ),
    Misconception(
        name="tf_ascends",
        of="fit_line_tf",
        hint=("The weights moved uphill. Look at the sign of the step."),
        code=_tf_ascends,
        result=ascends,
    ),
    Misconception(
        name="tf_one_after_the_other",
        of="fit_line_tf",
        hint=(
            "The bias was moved by a gradient that already saw the new weights. One "
            "step takes all gradients at the same point."
        ),
        code=_tf_one_after_the_other,
        result=one_after_the_other,
    ),
    Misconception(
        name="tf_one_step_more",
        of="fit_line_tf",
        hint=("One step too many was taken."),
        code=_tf_one_step_more,
        result=one_step_more,
    ),
    Misconception(
        name="tf_returns_numpy",
        of="fit_line_tf",
        hint=("The weights came back as numpy arrays. Return tensors or variables."),
        code=_tf_returns_numpy,
        result=None,
        sign="framework",
    ),
)
