"""Wrong answers to the network's backward pass: `mlp_backward`."""

from autograder.checks import RightAnswer, times

from .. import oracle

__all__ = ["MISCONCEPTIONS"]

backward = RightAnswer(oracle.mlp_backward)

MISCONCEPTIONS = (
    backward.but(
        "backward_summed",
        {"(out - Y) / len(out)": "out - Y"},
        "All gradients are m times too large: the 1/m of the loss is missing. Twice "
        "the data would double your steps.",
    ),
    backward.but(
        "backward_two_kept",
        {"(out - Y) / len(out)": "2 * (out - Y) / len(out)"},
        "All gradients are twice too large. The two of the square cancels the half of "
        "1/(2m).",
    ),
    backward.but(
        "backward_of_summed_squares",
        {"(out - Y) / len(out)": "2 * (out - Y)"},
        "These are the gradients of a plain sum of squares. Here the loss is half of "
        "that, averaged over the m samples.",
    ),
    backward.but(
        "backward_of_mean_squares",
        {"(out - Y) / len(out)": "2 * (out - Y) / out.size"},
        "These are the gradients of the mean over all squares, outputs too. Here the "
        "loss is half their sum, divided by the m samples alone.",
    ),
    backward.but(
        "backward_sign",
        {"(out - Y)": "(Y - out)"},
        "All gradients have the wrong sign: the loss grows with out - Y, not with Y - "
        "out.",
    ),
    backward.but(
        "backward_mean_over_all",
        {"/ len(out)": "/ out.size"},
        "The squares were averaged over the outputs as well. m counts samples; the "
        "errors of a sample's outputs are added.",
    ),
    backward.but(
        "backward_slope_at_result",
        {"[activation](Z)": "[activation](H)"},
        "dW2 and db2 are right. The slope of the activation was taken at H, which left "
        "it; take it where the sums entered.",
    ),
    backward.but(
        "backward_slope_forgotten",
        {"(dO @ W2.T) * ACTIVATION_GRADIENTS[activation](Z)": "dO @ W2.T"},
        "dW2 and db2 are right. On the way through the hidden layer the slope of the "
        "activation was left out.",
    ),
    backward.but(
        "backward_biases_not_summed",
        {".sum(axis=0)": times(2, "")},
        "dW1 and dW2 are right. Each bias got one gradient for each sample: a bias is "
        "added to every row, so its gradients from all rows are added, too.",
    ),
    backward.but(
        "backward_biases_one_number",
        {".sum(axis=0)": times(2, ".sum()")},
        "db1 and db2 are one number each: everything was added up. Each unit has a "
        "bias of its own; only the samples are summed over.",
    ),
    backward.but(
        "backward_biases_averaged",
        {".sum(axis=0)": times(2, ".mean(axis=0)")},
        "dW1 and dW2 are right. The bias gradients were averaged over the batch, but "
        "1/m is in them already.",
    ),
    backward.but(
        "backward_biases_with_two_axes",
        {"axis=0": times(2, "axis=0, keepdims=True")},
        "The bias gradients are right but for an axis of length 1 in front: each "
        "gradient has the shape of what it belongs to.",
    ),
    backward.but(
        "backward_not_transposed",
        {"W2.T": "W2"},
        "dW2 and db2 are right. The errors went back through W2, not through its "
        "transpose; with a square W2 no shape warns you.",
    ),
    backward.but(
        "backward_order_swapped",
        {"X.T @ dZ, dZ": "H.T @ dO, dO", "H.T @ dO, dO": "X.T @ dZ, dZ"},
        "All numbers are right but out of order: the tuple asked for is (dW1, db1, "
        "dW2, db2), the hidden layer first.",
    ),
    backward.but(
        "backward_updates_weights",
        {
            "return": "W2 -= 0.1 * (H.T @ dO)\nreturn",
        },
        "The gradients are right, but W2 was changed. Steps are taken elsewhere: this "
        "function only says where they lead.",
        sign="changes_input",
    ),
)
