"""Wrong answers to the LSTM in TensorFlow: `lstm_tf`.

`result` computes the same in numpy, in the process that has no framework. Those that
show by their framework or by a broken graph have none.
"""

from typing import TYPE_CHECKING

from autograder.checks import Misconception

from .packed_layers import (
    keras_cells,
    keras_in_order_of_books,
    keras_in_own_order,
    keras_in_single,
    keras_last_only,
    keras_time_first,
    keras_without_bias,
)

if TYPE_CHECKING:
    import tensorflow as tf

__all__ = ["MISCONCEPTIONS"]


def _tf_layer_in_own_order(
    x: "tf.Tensor",
    kernel: "tf.Tensor",
    recurrent_kernel: "tf.Tensor",
    bias: "tf.Tensor",
) -> "tf.Tensor":
    import tensorflow as tf

    h = c = tf.zeros((x.shape[0], recurrent_kernel.shape[0]), x.dtype)
    states = []
    for t in range(x.shape[1]):
        f, i, g, o = tf.split(x[:, t] @ kernel + h @ recurrent_kernel + bias, 4, axis=1)
        c = tf.sigmoid(f) * c + tf.sigmoid(i) * tf.tanh(g)
        h = tf.sigmoid(o) * tf.tanh(c)
        states.append(h)
    return tf.stack(states, axis=1)


def _tf_layer_in_order_of_books(
    x: "tf.Tensor",
    kernel: "tf.Tensor",
    recurrent_kernel: "tf.Tensor",
    bias: "tf.Tensor",
) -> "tf.Tensor":
    import tensorflow as tf

    h = c = tf.zeros((x.shape[0], recurrent_kernel.shape[0]), x.dtype)
    states = []
    for t in range(x.shape[1]):
        i, f, o, g = tf.split(x[:, t] @ kernel + h @ recurrent_kernel + bias, 4, axis=1)
        c = tf.sigmoid(f) * c + tf.sigmoid(i) * tf.tanh(g)
        h = tf.sigmoid(o) * tf.tanh(c)
        states.append(h)
    return tf.stack(states, axis=1)


def _tf_layer_without_bias(
    x: "tf.Tensor",
    kernel: "tf.Tensor",
    recurrent_kernel: "tf.Tensor",
    bias: "tf.Tensor",
) -> "tf.Tensor":
    import tensorflow as tf

    h = c = tf.zeros((x.shape[0], recurrent_kernel.shape[0]), x.dtype)
    states = []
    for t in range(x.shape[1]):
        i, f, g, o = tf.split(x[:, t] @ kernel + h @ recurrent_kernel, 4, axis=1)
        c = tf.sigmoid(f) * c + tf.sigmoid(i) * tf.tanh(g)
        h = tf.sigmoid(o) * tf.tanh(c)
        states.append(h)
    return tf.stack(states, axis=1)


def _tf_layer_shows_cells(
    x: "tf.Tensor",
    kernel: "tf.Tensor",
    recurrent_kernel: "tf.Tensor",
    bias: "tf.Tensor",
) -> "tf.Tensor":
    import tensorflow as tf

    h = c = tf.zeros((x.shape[0], recurrent_kernel.shape[0]), x.dtype)
    states = []
    for t in range(x.shape[1]):
        i, f, g, o = tf.split(x[:, t] @ kernel + h @ recurrent_kernel + bias, 4, axis=1)
        c = tf.sigmoid(f) * c + tf.sigmoid(i) * tf.tanh(g)
        h = tf.sigmoid(o) * tf.tanh(c)
        states.append(c)
    return tf.stack(states, axis=1)


def _tf_layer_time_first(
    x: "tf.Tensor",
    kernel: "tf.Tensor",
    recurrent_kernel: "tf.Tensor",
    bias: "tf.Tensor",
) -> "tf.Tensor":
    import tensorflow as tf

    h = c = tf.zeros((x.shape[0], recurrent_kernel.shape[0]), x.dtype)
    states = []
    for t in range(x.shape[1]):
        i, f, g, o = tf.split(x[:, t] @ kernel + h @ recurrent_kernel + bias, 4, axis=1)
        c = tf.sigmoid(f) * c + tf.sigmoid(i) * tf.tanh(g)
        h = tf.sigmoid(o) * tf.tanh(c)
        states.append(h)
    return tf.stack(states)


def _tf_layer_last_only(
    x: "tf.Tensor",
    kernel: "tf.Tensor",
    recurrent_kernel: "tf.Tensor",
    bias: "tf.Tensor",
) -> "tf.Tensor":
    import tensorflow as tf

    h = c = tf.zeros((x.shape[0], recurrent_kernel.shape[0]), x.dtype)
    states = []
    for t in range(x.shape[1]):
        i, f, g, o = tf.split(x[:, t] @ kernel + h @ recurrent_kernel + bias, 4, axis=1)
        c = tf.sigmoid(f) * c + tf.sigmoid(i) * tf.tanh(g)
        h = tf.sigmoid(o) * tf.tanh(c)
        states.append(h)
    return h


def _tf_layer_in_single(
    x: "tf.Tensor",
    kernel: "tf.Tensor",
    recurrent_kernel: "tf.Tensor",
    bias: "tf.Tensor",
) -> "tf.Tensor":
    import tensorflow as tf

    x, kernel = tf.cast(x, tf.float32), tf.cast(kernel, tf.float32)
    recurrent_kernel = tf.cast(recurrent_kernel, tf.float32)
    bias = tf.cast(bias, tf.float32)
    h = c = tf.zeros((x.shape[0], recurrent_kernel.shape[0]), x.dtype)
    states = []
    for t in range(x.shape[1]):
        i, f, g, o = tf.split(x[:, t] @ kernel + h @ recurrent_kernel + bias, 4, axis=1)
        c = tf.sigmoid(f) * c + tf.sigmoid(i) * tf.tanh(g)
        h = tf.sigmoid(o) * tf.tanh(c)
        states.append(h)
    return tf.stack(states, axis=1)


def _tf_layer_breaks_autograd(
    x: "tf.Tensor",
    kernel: "tf.Tensor",
    recurrent_kernel: "tf.Tensor",
    bias: "tf.Tensor",
) -> "tf.Tensor":
    import tensorflow as tf

    h = c = tf.zeros((x.shape[0], recurrent_kernel.shape[0]), x.dtype)
    states = []
    for t in range(x.shape[1]):
        i, f, g, o = tf.split(x[:, t] @ kernel + h @ recurrent_kernel + bias, 4, axis=1)
        c = tf.sigmoid(f) * c + tf.sigmoid(i) * tf.tanh(g)
        h = tf.sigmoid(o) * tf.tanh(c)
        states.append(h)
    return tf.stop_gradient(tf.stack(states, axis=1))


def _tf_layer_returns_numpy(
    x: "tf.Tensor",
    kernel: "tf.Tensor",
    recurrent_kernel: "tf.Tensor",
    bias: "tf.Tensor",
) -> "tf.Tensor":
    import tensorflow as tf

    h = c = tf.zeros((x.shape[0], recurrent_kernel.shape[0]), x.dtype)
    states = []
    for t in range(x.shape[1]):
        i, f, g, o = tf.split(x[:, t] @ kernel + h @ recurrent_kernel + bias, 4, axis=1)
        c = tf.sigmoid(f) * c + tf.sigmoid(i) * tf.tanh(g)
        h = tf.sigmoid(o) * tf.tanh(c)
        states.append(h)
    return tf.stack(states, axis=1).numpy()


MISCONCEPTIONS: tuple[Misconception, ...] = (
    Misconception(
        name="tf_layer_in_own_order",
        of="lstm_tf",
        hint=(
            "The gates were read in the order f, i, g, o. Keras packs i, f, c, o, "
            "where c is the candidate."
        ),
        code=_tf_layer_in_own_order,
        result=keras_in_own_order,
    ),
    Misconception(
        name="tf_layer_in_order_of_books",
        of="lstm_tf",
        hint=(
            "The gates were read in the order i, f, o, c. Keras packs i, f, c, o, "
            "where c is the candidate."
        ),
        code=_tf_layer_in_order_of_books,
        result=keras_in_order_of_books,
    ),
    Misconception(
        name="tf_layer_without_bias",
        of="lstm_tf",
        hint=("The bias is missing."),
        code=_tf_layer_without_bias,
        result=keras_without_bias,
    ),
    Misconception(
        name="tf_layer_shows_cells",
        of="lstm_tf",
        hint=("These are the cell states. What the layer shows is its hidden states."),
        code=_tf_layer_shows_cells,
        result=keras_cells,
    ),
    Misconception(
        name="tf_layer_time_first",
        of="lstm_tf",
        hint=(
            "The states are right, but time is the first axis. The batch comes first."
        ),
        code=_tf_layer_time_first,
        result=keras_time_first,
    ),
    Misconception(
        name="tf_layer_last_only",
        of="lstm_tf",
        hint=(
            "Only the last state was returned, as Keras does unless it is asked "
            "for sequences. Keep the state after each step."
        ),
        code=_tf_layer_last_only,
        result=keras_last_only,
    ),
    Misconception(
        name="tf_layer_in_single",
        of="lstm_tf",
        hint=(
            "float64 tensors gave a float32 result. Create new tensors with the "
            "dtype of x."
        ),
        code=_tf_layer_in_single,
        result=keras_in_single,
    ),
    Misconception(
        name="tf_layer_breaks_autograd",
        of="lstm_tf",
        hint=(
            "No gradient flows back: on its way the result left TensorFlow's "
            "record, as by numpy or tf.stop_gradient."
        ),
        code=_tf_layer_breaks_autograd,
        result=None,
        sign="broken_graph",
    ),
    Misconception(
        name="tf_layer_returns_numpy",
        of="lstm_tf",
        hint=("The states came back as a numpy array. Return a tensor."),
        code=_tf_layer_returns_numpy,
        result=None,
        sign="framework",
    ),
)
