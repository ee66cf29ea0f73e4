"""What wrong layers give, in numpy: shared by both frameworks.

`torch_layers` and `tensorflow_layers` hold the code that students write; each points to
the function here that computes the same without a framework. Those of Keras's packing
begin with `keras_`.
"""

from collections.abc import Callable

import numpy as np

from ..oracle import (
    keras_to_torch,
    lstm_cell,
    lstm_in_torch_layout,
)

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
States = tuple[np.ndarray, np.ndarray]


def _reordered(order: list[int], *arrays: np.ndarray) -> list[np.ndarray]:
    """Take four gates, packed along the first axis, for others."""
    parts = (np.split(array, 4) for array in arrays)
    return [np.concatenate([part[gate] for gate in order]) for part in parts]


def in_own_order(x: np.ndarray, *weights: np.ndarray) -> np.ndarray:
    """Read f, i, g, o where i, f, g, o stand."""
    return lstm_in_torch_layout(x, *_reordered([1, 0, 2, 3], *weights))


def in_order_of_books(x: np.ndarray, *weights: np.ndarray) -> np.ndarray:
    """Read i, f, o, g where i, f, g, o stand."""
    return lstm_in_torch_layout(x, *_reordered([0, 1, 3, 2], *weights))


def with_one_bias(
    x: np.ndarray,
    weight_ih: np.ndarray,
    weight_hh: np.ndarray,
    bias_ih: np.ndarray,
    bias_hh: np.ndarray,
) -> np.ndarray:
    """Leave the second bias out."""
    return lstm_in_torch_layout(x, weight_ih, weight_hh, bias_ih, 0 * bias_hh)


def cells(x: np.ndarray, *weights: np.ndarray) -> np.ndarray:
    """Show the cell after each step."""
    h = c = np.zeros((len(x), weights[1].shape[1]), x.dtype)
    shown = []
    for t in range(x.shape[1]):
        h, c = lstm_cell(x[:, t], h, c, *weights)
        shown.append(c)
    return np.stack(shown, axis=1)


def forgetting(x: np.ndarray, *weights: np.ndarray) -> np.ndarray:
    """Begin each step with states of zero."""
    zero = np.zeros((len(x), weights[1].shape[1]), x.dtype)
    steps = range(x.shape[1])
    states = [lstm_cell(x[:, t], zero, zero, *weights)[0] for t in steps]
    return np.stack(states, axis=1)


def time_first(x: np.ndarray, *weights: np.ndarray) -> np.ndarray:
    """Give the states of all samples, moment by moment."""
    return lstm_in_torch_layout(x, *weights).transpose(1, 0, 2)


def last_only(x: np.ndarray, *weights: np.ndarray) -> np.ndarray:
    """Give the last state."""
    return lstm_in_torch_layout(x, *weights)[:, -1]


def in_single(x: np.ndarray, *weights: np.ndarray) -> np.ndarray:
    """Compute at float32."""
    return lstm_in_torch_layout(*(array.astype(np.float32) for array in (x, *weights)))


def cell_with_states_exchanged(
    x: np.ndarray, h: np.ndarray, c: np.ndarray, *weights: np.ndarray
) -> States:
    """Give the cell first."""
    h, c = lstm_cell(x, h, c, *weights)
    return c, h


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


def keras_without_bias(
    x: np.ndarray, kernel: np.ndarray, recurrent_kernel: np.ndarray, bias: np.ndarray
) -> np.ndarray:
    """Leave the bias out."""
    return lstm_in_torch_layout(x, *keras_to_torch(kernel, recurrent_kernel, 0 * bias))
