"""Wrong answers to the network in both frameworks: `network_torch`, `network_tf`.

What a wrong network gives is computed in numpy, in the process that has no framework;
that takes the batches as one argument more than the code that builds it.
"""

from autograder.checks import RightAnswer

from .. import oracle
from ..variants import graph_of_values, plain_loops

__all__ = ["MISCONCEPTIONS"]

outputs = RightAnswer(oracle.network_outputs)
in_torch = RightAnswer(graph_of_values.network_torch)
in_torch_by_class = RightAnswer(plain_loops.network_torch)
in_keras = RightAnswer(plain_loops.network_tf)
in_keras_by_calls = RightAnswer(graph_of_values.network_tf)

WEIGHTS = "W1, b1, W2, b2,"
OUTPUT = f'mlp_forward(X, {WEIGHTS} "relu")[0]'

reshaped = outputs.edited(
    {WEIGHTS: "W1.reshape(W1.T.shape).T, b1, W2.reshape(W2.T.shape).T, b2,"},
    label="reshaped",
)
reshaped_back = outputs.edited(
    {WEIGHTS: "W1.T.reshape(W1.shape), b1, W2.T.reshape(W2.shape), b2,"},
    label="reshaped_back",
)
without_relu = outputs.edited({OUTPUT: "(X @ W1 + b1) @ W2 + b2"}, label="without_relu")
relu_after_output = outputs.edited(
    {OUTPUT: f"relu({OUTPUT})"}, label="relu_after_output"
)
with_sigmoid = outputs.edited({"relu": "sigmoid"}, label="with_sigmoid")
without_biases = outputs.edited(
    {WEIGHTS: "W1, 0 * b1, W2, 0 * b2,"}, label="without_biases"
)
in_single = outputs.edited(
    {f"X, {WEIGHTS}": "*(a.astype(np.float32) for a in (X, W1, b1, W2, b2)),"},
    label="in_single",
)

MISCONCEPTIONS = (
    in_torch.but(
        "torch_weights_reshaped",
        {"given.T if given.ndim == 2 else given": "given.reshape(parameter.shape)"},
        "The weights got their shape by reshape or view, or were left as they are "
        "where they are square. PyTorch wants (outputs, inputs): rows and columns must "
        "change places, not just the shape.",
        result=reshaped,
    ),
    in_torch.but(
        "torch_without_relu",
        {"relu=torch.nn.ReLU(),": ""},
        "There is no ReLU between the layers, so that both are one.",
        result=without_relu,
    ),
    in_torch.but(
        "torch_relu_after_output",
        {
            "make(*W2.shape),": "make(*W2.shape),\nrelu_again=torch.nn.ReLU(),",
        },
        "The ReLU was applied to the output, too. The output layer is linear.",
        result=relu_after_output,
    ),
    in_torch.but(
        "torch_with_sigmoid",
        {"relu=torch.nn.ReLU()": "sigmoid=torch.nn.Sigmoid()"},
        "The hidden layer has a sigmoid. Asked for is a ReLU.",
        result=with_sigmoid,
    ),
    in_torch.but(
        "torch_without_biases",
        {
            "torch.nn.Linear,": "torch.nn.Linear, bias=False,",
            "parameters(), (W1, b1, W2, b2)": "parameters(), (W1, W2)",
        },
        "The layers have no biases, or these were left at zero.",
        result=without_biases,
    ),
    in_torch_by_class.but(
        "torch_loses_dtype",
        {
            "dtype=W1.dtype": "dtype=torch.float32",
            "self.hidden_layer(x)": "self.hidden_layer(x.float())",
        },
        "float64 weights gave float32 results. Make the layers with the dtype of the "
        "weights.",
        result=in_single,
    ),
    in_keras_by_calls.but(
        "tf_weights_reshaped",
        {"[W, b]": "[tf.reshape(tf.transpose(W), W.shape), b]"},
        "Rows and columns of the weights were exchanged, as PyTorch wants it. Keras "
        "keeps them as (inputs, outputs), the way they came.",
        result=reshaped_back,
    ),
    in_keras.but(
        "tf_without_relu",
        {"activation=tf.nn.relu, ": ""},
        "There is no ReLU between the layers, so that both are one. A Dense layer is "
        "linear unless you say otherwise.",
        result=without_relu,
    ),
    in_keras.but(
        "tf_relu_after_output",
        {"W2.shape[1],": "W2.shape[1], activation=tf.nn.relu,"},
        "The ReLU was applied to the output, too. The output layer is linear.",
        result=relu_after_output,
    ),
    in_keras.but(
        "tf_with_sigmoid",
        {"tf.nn.relu": "tf.nn.sigmoid"},
        "The hidden layer has a sigmoid. Asked for is a ReLU.",
        result=with_sigmoid,
    ),
    in_keras_by_calls.but(
        "tf_without_biases",
        {"layers.Dense,": "layers.Dense, use_bias=False,", "[W, b]": "[W]"},
        "The layers have no biases, or these were left at zero.",
        result=without_biases,
    ),
    in_keras.but(
        "tf_loses_dtype",
        {"W1.dtype.name": '"float32"'},
        "float64 weights gave float32 results. Keras makes float32 layers unless you "
        "tell it a dtype.",
        result=in_single,
    ),
)
