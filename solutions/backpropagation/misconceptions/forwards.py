"""Wrong answers to the network's forward pass: `mlp_forward`."""

from autograder.checks import RightAnswer

from .. import oracle

__all__ = ["MISCONCEPTIONS"]

forward = RightAnswer(oracle.mlp_forward)

MISCONCEPTIONS = (
    forward.but(
        "forward_output_activated",
        {"return H @ W2 + b2": "return ACTIVATIONS[activation](H @ W2 + b2)"},
        "The activation was applied to the output as well. The output layer is linear, "
        "so that it can give any number.",
    ),
    forward.but(
        "forward_without_biases",
        {"X @ W1 + b1": "X @ W1", "H @ W2 + b2": "H @ W2"},
        "Neither layer has its bias.",
    ),
    forward.but(
        "forward_bias_after_activation",
        {"X @ W1 + b1": "X @ W1", "[activation](Z)": "[activation](Z) + b1"},
        "b1 was added after the activation. It belongs to the sum Z, which the "
        "activation gets.",
    ),
    forward.but(
        "forward_second_bias_missing",
        {"H @ W2 + b2": "H @ W2"},
        "The cache is right; the output lacks b2.",
    ),
    forward.but(
        "forward_in_columns",
        {"H @ W2 + b2, (X, Z, H)": "(H @ W2 + b2).T, (X.T, Z.T, H.T)"},
        "The results have one sample in each column. Here samples are rows: X is (m, "
        "d), and the output (m, k).",
    ),
    forward.but(
        "forward_cache_without_sums",
        {"(X, Z, H)": "(X, H, H)"},
        "The output is right. In the cache Z is the same as H: it should be what goes "
        "into the activation.",
    ),
    forward.but(
        "forward_linear",
        {"ACTIVATIONS[activation](Z)": "Z"},
        "The activation was left out, so that both layers are one.",
    ),
)
