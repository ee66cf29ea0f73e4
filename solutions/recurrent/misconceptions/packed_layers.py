"""What wrong layers give, in numpy: shared by both frameworks.

`torch_layers` and `tensorflow_layers` hold the code that students write; each points to
the function here that computes the same without a framework. Those of Keras's packing
begin with `keras_`.
"""

from collections.abc import Callable

import numpy as np

from autograder.checks import RightAnswer

from .. import oracle
from ..oracle import keras_to_torch

__all__ = [
    "cell_with_states_exchanged",
    "cells",
    "forgetting",
    "in_order_of_books",
    "in_own_order",
    "in_single",
    "keras_cells",
    "keras_in_order_of_books",
    "keras_in_own_order",
    "keras_in_single",
    "keras_last_only",
    "keras_time_first",
    "keras_without_bias",
    "last_only",
    "time_first",
    "with_one_bias",
]

Layer = Callable[..., np.ndarray]

step = RightAnswer(oracle.lstm_cell)
layer = RightAnswer(oracle.lstm_in_torch_layout)
keras_layer = RightAnswer(oracle.lstm_in_keras_layout)

in_own_order = layer.edited(
    {"zero =": "W, U, b = (gates[[1, 0, 2, 3]] for gates in (W, U, b))\nzero ="},
    label="in_own_order",
)
in_order_of_books = layer.edited(
    {"zero =": "W, U, b = (gates[[0, 1, 3, 2]] for gates in (W, U, b))\nzero ="},
    label="in_order_of_books",
)
with_one_bias = layer.edited(
    {"bias_ih, bias_hh)": "bias_ih, 0 * bias_hh)"}, label="with_one_bias"
)
cells = layer.edited(
    {
        "return lstm_forward(x, zero, zero, W, U, b)[0]": """
            states = [(zero, zero)]
            for t in range(x.shape[1]):
                states.append(lstm_step(x[:, t], *states[-1], W, U, b))
            return np.stack([c for h, c in states[1:]], axis=1)
            """
    },
    label="cells",
)
forgetting = layer.edited(
    {
        "return lstm_forward(x, zero, zero, W, U, b)[0]": """
            steps = x.swapaxes(0, 1)
            states = [lstm_step(now, zero, zero, W, U, b)[0] for now in steps]
            return np.stack(states, axis=1)
            """
    },
    label="forgetting",
)
time_first = layer.edited({"[0]": "[0].transpose(1, 0, 2)"}, label="time_first")
last_only = layer.edited({"[0]": "[0][:, -1]"}, label="last_only")
cell_with_states_exchanged = step.edited(
    {"return lstm_step": "h, c = lstm_step", "bias_hh))": "bias_hh))\nreturn c, h"},
    label="cell_with_states_exchanged",
)


def in_single(x: np.ndarray, *weights: np.ndarray) -> np.ndarray:
    """Compute at float32."""
    arrays = (array.astype(np.float32) for array in (x, *weights))
    return oracle.lstm_in_torch_layout(*arrays)


def _of_keras(layer: Layer) -> Layer:
    """Let a layer of PyTorch's packing take Keras's weights."""

    def packed(
        x: np.ndarray,
        kernel: np.ndarray,
        recurrent_kernel: np.ndarray,
        bias: np.ndarray,
    ) -> np.ndarray:
        return layer(x, *keras_to_torch(kernel, recurrent_kernel, bias))

    return packed


keras_cells = _of_keras(cells)
keras_in_order_of_books = _of_keras(in_order_of_books)
keras_in_own_order = _of_keras(in_own_order)
keras_in_single = _of_keras(in_single)
keras_last_only = _of_keras(last_only)
keras_time_first = _of_keras(time_first)
keras_without_bias = keras_layer.edited(
    {"bias)": "0 * bias)"}, label="keras_without_bias"
)
