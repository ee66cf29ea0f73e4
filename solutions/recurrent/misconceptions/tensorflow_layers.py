"""Wrong answers to the LSTM in TensorFlow: `lstm_tf`.

`result` computes the same in numpy, in the process that has no framework. Those that
show by their framework or by a broken graph have none.
"""

from autograder.checks import Misconception, RightAnswer

from ..variants import growing_lists
from . import packed_layers

__all__ = ["MISCONCEPTIONS"]

layer = RightAnswer(growing_lists.lstm_tf)

MISCONCEPTIONS: tuple[Misconception, ...] = (
    layer.but(
        "tf_layer_in_own_order",
        {"i, f, g, o =": "f, i, g, o ="},
        "The gates were read in the order f, i, g, o. Keras packs i, f, c, o, where c "
        "is the candidate.",
        result=packed_layers.keras_in_own_order,
    ),
    layer.but(
        "tf_layer_in_order_of_books",
        {"i, f, g, o =": "i, f, o, g ="},
        "The gates were read in the order i, f, o, c. Keras packs i, f, c, o, where c "
        "is the candidate.",
        result=packed_layers.keras_in_order_of_books,
    ),
    layer.but(
        "tf_layer_without_bias",
        {" + bias": ""},
        "The bias is missing.",
        result=packed_layers.keras_without_bias,
    ),
    layer.but(
        "tf_layer_shows_cells",
        {"append(h)": "append(c)"},
        "These are the cell states. What the layer shows is its hidden states.",
        result=packed_layers.keras_cells,
    ),
    layer.but(
        "tf_layer_time_first",
        {"states, axis=1": "states"},
        "The states are right, but time is the first axis. The batch comes first.",
        result=packed_layers.keras_time_first,
    ),
    layer.but(
        "tf_layer_last_only",
        {"tf.stack(states, axis=1)": "h"},
        "Only the last state was returned, as Keras does unless it is asked for "
        "sequences. Keep the state after each step.",
        result=packed_layers.keras_last_only,
    ),
    layer.but(
        "tf_layer_in_single",
        {
            "h = c = tf": """
                x, kernel = tf.cast(x, tf.float32), tf.cast(kernel, tf.float32)
                recurrent_kernel = tf.cast(recurrent_kernel, tf.float32)
                bias = tf.cast(bias, tf.float32)
                h = c = tf
                """
        },
        "float64 tensors gave a float32 result. Create new tensors with the dtype of "
        "x.",
        result=packed_layers.keras_in_single,
    ),
    layer.but(
        "tf_layer_breaks_autograd",
        {"tf.stack(states, axis=1)": "tf.stop_gradient(tf.stack(states, axis=1))"},
        "No gradient flows back: on its way the result left TensorFlow's record, as by "
        "numpy or tf.stop_gradient.",
        result=None,
        sign="broken_graph",
    ),
    layer.but(
        "tf_layer_returns_numpy",
        {"states, axis=1)": "states, axis=1).numpy()"},
        "The states came back as a numpy array. Return a tensor.",
        result=None,
        sign="framework",
    ),
)
