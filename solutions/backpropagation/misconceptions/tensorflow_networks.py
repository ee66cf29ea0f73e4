"""Wrong answers to the network in Keras: `network_tf`.

`result` computes what the network gives in numpy, in the process that has no
framework; it takes the batches as one argument more than `code`.
"""

from typing import TYPE_CHECKING

from autograder.checks import Misconception

from .networks import (
    in_single,
    relu_after_output,
    reshaped_back,
    with_sigmoid,
    without_biases,
    without_relu,
)

if TYPE_CHECKING:
    import tensorflow as tf

__all__ = ["MISCONCEPTIONS"]


def _tf_weights_reshaped(
    W1: "tf.Tensor", b1: "tf.Tensor", W2: "tf.Tensor", b2: "tf.Tensor"
) -> "tf.keras.Model":
    import tensorflow as tf

    dtype = W1.dtype.name
    with tf.device(W1.device):
        model = tf.keras.Sequential(
            [
                tf.keras.Input((W1.shape[0],), dtype=dtype),
                tf.keras.layers.Dense(
                    W1.shape[1], activation="relu", dtype=dtype, name="hidden_layer"
                ),
                tf.keras.layers.Dense(W2.shape[1], dtype=dtype, name="output_layer"),
            ]
        )
        model.set_weights(
            [
                tf.reshape(tf.transpose(W1), W1.shape),
                b1,
                tf.reshape(tf.transpose(W2), W2.shape),
                b2,
            ]
        )
    return model


def _tf_without_relu(
    W1: "tf.Tensor", b1: "tf.Tensor", W2: "tf.Tensor", b2: "tf.Tensor"
) -> "tf.keras.Model":
    import tensorflow as tf

    dtype = W1.dtype.name
    with tf.device(W1.device):
        model = tf.keras.Sequential(
            [
                tf.keras.Input((W1.shape[0],), dtype=dtype),
                tf.keras.layers.Dense(W1.shape[1], dtype=dtype, name="hidden_layer"),
                tf.keras.layers.Dense(W2.shape[1], dtype=dtype, name="output_layer"),
            ]
        )
        model.set_weights([W1, b1, W2, b2])
    return model


def _tf_relu_after_output(
    W1: "tf.Tensor", b1: "tf.Tensor", W2: "tf.Tensor", b2: "tf.Tensor"
) -> "tf.keras.Model":
    import tensorflow as tf

    dtype = W1.dtype.name
    with tf.device(W1.device):
        model = tf.keras.Sequential(
            [
                tf.keras.Input((W1.shape[0],), dtype=dtype),
                tf.keras.layers.Dense(
                    W1.shape[1], activation="relu", dtype=dtype, name="hidden_layer"
                ),
                tf.keras.layers.Dense(
                    W2.shape[1], activation="relu", dtype=dtype, name="output_layer"
                ),
            ]
        )
        model.set_weights([W1, b1, W2, b2])
    return model


def _tf_with_sigmoid(
    W1: "tf.Tensor", b1: "tf.Tensor", W2: "tf.Tensor", b2: "tf.Tensor"
) -> "tf.keras.Model":
    import tensorflow as tf

    dtype = W1.dtype.name
    with tf.device(W1.device):
        model = tf.keras.Sequential(
            [
                tf.keras.Input((W1.shape[0],), dtype=dtype),
                tf.keras.layers.Dense(
                    W1.shape[1], activation="sigmoid", dtype=dtype, name="hidden_layer"
                ),
                tf.keras.layers.Dense(W2.shape[1], dtype=dtype, name="output_layer"),
            ]
        )
        model.set_weights([W1, b1, W2, b2])
    return model


def _tf_without_biases(
    W1: "tf.Tensor", b1: "tf.Tensor", W2: "tf.Tensor", b2: "tf.Tensor"
) -> "tf.keras.Model":
    import tensorflow as tf

    dtype = W1.dtype.name
    with tf.device(W1.device):
        model = tf.keras.Sequential(
            [
                tf.keras.Input((W1.shape[0],), dtype=dtype),
                tf.keras.layers.Dense(
                    W1.shape[1],
                    activation="relu",
                    use_bias=False,
                    dtype=dtype,
                    name="hidden_layer",
                ),
                tf.keras.layers.Dense(
                    W2.shape[1], use_bias=False, dtype=dtype, name="output_layer"
                ),
            ]
        )
        model.set_weights([W1, W2])
    return model


def _tf_loses_dtype(
    W1: "tf.Tensor", b1: "tf.Tensor", W2: "tf.Tensor", b2: "tf.Tensor"
) -> "tf.keras.Model":
    import tensorflow as tf

    dtype = "float32"
    with tf.device(W1.device):
        model = tf.keras.Sequential(
            [
                tf.keras.Input((W1.shape[0],), dtype=dtype),
                tf.keras.layers.Dense(
                    W1.shape[1], activation="relu", dtype=dtype, name="hidden_layer"
                ),
                tf.keras.layers.Dense(W2.shape[1], dtype=dtype, name="output_layer"),
            ]
        )
        model.set_weights([W1, b1, W2, b2])
    return model


MISCONCEPTIONS: tuple[Misconception, ...] = (
    Misconception(
        name="tf_weights_reshaped",
        of="network_tf",
        hint=(
            "Rows and columns of the weights were exchanged, as PyTorch wants it. "
            "Keras keeps them as (inputs, outputs), the way they came."
        ),
        code=_tf_weights_reshaped,
        result=reshaped_back,
    ),
    Misconception(
        name="tf_without_relu",
        of="network_tf",
        hint=(
            "There is no ReLU between the layers, so that both are one. A Dense layer "
            "is linear unless you say otherwise."
        ),
        code=_tf_without_relu,
        result=without_relu,
    ),
    Misconception(
        name="tf_relu_after_output",
        of="network_tf",
        hint=("The ReLU was applied to the output, too. The output layer is linear."),
        code=_tf_relu_after_output,
        result=relu_after_output,
    ),
    Misconception(
        name="tf_with_sigmoid",
        of="network_tf",
        hint=("The hidden layer has a sigmoid. Asked for is a ReLU."),
        code=_tf_with_sigmoid,
        result=with_sigmoid,
    ),
    Misconception(
        name="tf_without_biases",
        of="network_tf",
        hint=("The layers have no biases, or these were left at zero."),
        code=_tf_without_biases,
        result=without_biases,
    ),
    Misconception(
        name="tf_loses_dtype",
        of="network_tf",
        hint=(
            "float64 weights gave float32 results. Keras makes float32 layers unless "
            "you tell it a dtype."
        ),
        code=_tf_loses_dtype,
        result=in_single,
    ),
)
