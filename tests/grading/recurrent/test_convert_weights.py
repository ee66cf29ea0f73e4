"""Checks of the repacking of weights, of `LSTMCell`, `lstm_torch` and `lstm_tf`."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pytest

from autograder.checks import (
    RemoteFunction,
    Submission,
    Tensor,
    agrees,
    gradients_agree,
    tf_tensor,
    torch_tensor,
)
from autograder.comparison import Tolerance
from solutions.recurrent import oracle

from .cells import step_of
from .layers import LAYERS, Layer
from .libraries import TENSORFLOW, TORCH

pytestmark = pytest.mark.grade("convert_weights")

Arrays = Sequence[np.ndarray]

SIZES = [
    LAYERS[0],
    LAYERS[1],
    # Weights whose axes are exchanged have the right shape only here.
    LAYERS[2],
    # So does an input kernel that is taken for one of the hidden state.
    Layer("four times as many inputs", 2, 3, 8, 2),
    # And five equal parts of so few as sixteen rows are four.
    Layer("six hidden units", 2, 3, 4, 6),
]
GRADIENTS = LAYERS[:2]

#: So wide that a result at float32 differs from one at float64 by its dtype alone; and
#: the usual one, by which digits that were lost on the way show, too.
TOLERANCES = [
    pytest.param(Tolerance(rtol=1e-5, atol=1e-5), id="the dtype"),
    pytest.param(None, id="all digits"),
]


def in_torch(
    rng: np.random.Generator, layer: Layer, dtype: npt.DTypeLike = np.float32
) -> tuple[np.ndarray, ...]:
    """Draw weight_ih, weight_hh, bias_ih and bias_hh; neither bias is near zero."""
    W, U, b = layer.weights(rng, 4)
    *weights, bias, _ = oracle.gates_to_torch(W, U, b)
    other = rng.uniform(-1.5, -0.5, size=bias.shape)
    return tuple(array.astype(dtype) for array in (*weights, bias, other))


def in_keras(
    rng: np.random.Generator, layer: Layer, dtype: npt.DTypeLike = np.float32
) -> tuple[np.ndarray, ...]:
    """Draw kernel, recurrent kernel and bias."""
    return oracle.torch_to_keras(*in_torch(rng, layer, dtype))


def to_torch(arrays: Arrays, device: str = "cpu") -> list[Tensor]:
    """Arrays as PyTorch's tensors."""
    return [torch_tensor(array, device=device) for array in arrays]


def to_tf(arrays: Arrays, device: str) -> list[Tensor]:
    """Arrays as TensorFlow's tensors."""
    return [tf_tensor(array, device=device) for array in arrays]


def numbered(*shapes: tuple[int, ...]) -> list[np.ndarray]:
    """Whole numbers from 1 on, so that each can be told from all others."""
    ends = np.cumsum([0] + [int(np.prod(shape)) for shape in shapes])
    return [
        np.arange(1.0 + start, 1.0 + end).reshape(shape)
        for shape, start, end in zip(shapes, ends[:-1], ends[1:], strict=True)
    ]


def small(*shapes: tuple[int, ...]) -> list[np.ndarray]:
    """Weights and inputs of a public example: a wave through zero."""
    return [np.sin(array).astype(np.float32) for array in numbered(*shapes)]


# --- repacking ------------------------------------------------------------------------


@pytest.mark.public
def test_yours_to_torch(submission: Submission) -> None:
    args = numbered((4, 1, 2), (4, 2, 2), (4, 2))
    agrees(submission.gates_to_torch, oracle.gates_to_torch, *args)


@pytest.mark.public
def test_keras_to_torch(submission: Submission) -> None:
    args = numbered((1, 8), (2, 8), (8,))
    agrees(submission.keras_to_torch, oracle.keras_to_torch, *args)


@pytest.mark.public
def test_torch_to_keras(submission: Submission) -> None:
    args = numbered((8, 1), (8, 2), (8,), (8,))
    agrees(submission.torch_to_keras, oracle.torch_to_keras, *args)


@pytest.mark.parametrize("layer", SIZES, ids=str)
def test_any_weights(
    submission: Submission, rng: np.random.Generator, layer: Layer
) -> None:
    args = layer.weights(rng, 4)
    agrees(submission.gates_to_torch, oracle.gates_to_torch, *args)


@pytest.mark.parametrize("layer", SIZES, ids=str)
def test_any_weights_of_keras(
    submission: Submission, rng: np.random.Generator, layer: Layer
) -> None:
    args = in_keras(rng, layer, np.float64)
    agrees(submission.keras_to_torch, oracle.keras_to_torch, *args)


@pytest.mark.parametrize("layer", SIZES, ids=str)
def test_any_weights_of_torch(
    submission: Submission, rng: np.random.Generator, layer: Layer
) -> None:
    args = in_torch(rng, layer, np.float64)
    agrees(submission.torch_to_keras, oracle.torch_to_keras, *args)


def test_repacking_keeps_float32(
    submission: Submission, rng: np.random.Generator
) -> None:
    layer = LAYERS[0]
    args = layer.weights(rng, 4, np.float32)
    agrees(submission.gates_to_torch, oracle.gates_to_torch, *args)
    agrees(submission.keras_to_torch, oracle.keras_to_torch, *in_keras(rng, layer))
    agrees(submission.torch_to_keras, oracle.torch_to_keras, *in_torch(rng, layer))


# --- PyTorch --------------------------------------------------------------------------


@pytest.fixture
def torch_layer(submission: Submission) -> RemoteFunction:
    """The student's layer in PyTorch, which may not call the library's."""
    return submission.lstm_torch.without(*TORCH)


@pytest.mark.public
@pytest.mark.device
def test_torch_three_steps(torch_layer: RemoteFunction, device: str) -> None:
    args = small((1, 3, 1), (8, 1), (8, 2), (8,), (8,))
    agrees(torch_layer, oracle.lstm_in_torch_layout, *to_torch(args, device))


@pytest.mark.device
@pytest.mark.parametrize("layer", LAYERS[:4], ids=str)
def test_torch_any_sequences(
    torch_layer: RemoteFunction, rng: np.random.Generator, device: str, layer: Layer
) -> None:
    args = layer.sequences(rng, np.float32), *in_torch(rng, layer)
    agrees(torch_layer, oracle.lstm_in_torch_layout, *to_torch(args, device))


@pytest.mark.device
@pytest.mark.parametrize("tolerance", TOLERANCES)
def test_torch_keeps_float64(
    torch_layer: RemoteFunction,
    rng: np.random.Generator,
    device: str,
    tolerance: Tolerance | None,
) -> None:
    layer = LAYERS[0]
    args = layer.sequences(rng), *in_torch(rng, layer, np.float64)
    agrees(
        torch_layer,
        oracle.lstm_in_torch_layout,
        *to_torch(args, device),
        tolerance=tolerance,
    )


@pytest.mark.device
@pytest.mark.parametrize("layer", GRADIENTS, ids=str)
def test_torch_gradients(
    torch_layer: RemoteFunction, rng: np.random.Generator, device: str, layer: Layer
) -> None:
    x = layer.sequences(rng, np.float32)
    args = to_torch([x, *in_torch(rng, layer)], device)
    agrees(torch_layer, oracle.lstm_in_torch_layout, *args)
    cotangent = rng.normal(size=(layer.batch, layer.time, layer.hidden))
    gradients_agree(  # of a wrong result they would say nothing
        torch_layer,
        oracle.lstm_in_torch_layout_vjp,
        *args,
        cotangent=cotangent.astype(np.float32),
    )


@pytest.mark.device
@pytest.mark.parametrize("layer", SIZES, ids=str)
def test_cell_loads_weights_of_torch(
    submission: Submission, rng: np.random.Generator, device: str, layer: Layer
) -> None:
    cell = step_of(submission.LSTMCell.without(*TORCH))
    states = layer.state(rng, np.float32), 2 * layer.state(rng, np.float32)
    args = layer.step_input(rng, np.float32), *states, *in_torch(rng, layer)
    agrees(cell, oracle.lstm_cell, *to_torch(args, device))


@pytest.mark.device
def test_cell_in_float64(
    submission: Submission, rng: np.random.Generator, device: str
) -> None:
    cell, layer = step_of(submission.LSTMCell.without(*TORCH)), LAYERS[1]
    args = layer.step_input(rng), layer.state(rng), layer.state(rng)
    weights = in_torch(rng, layer, np.float64)
    agrees(cell, oracle.lstm_cell, *to_torch([*args, *weights], device))


# --- TensorFlow -----------------------------------------------------------------------


@pytest.fixture
def tf_layer(submission: Submission) -> RemoteFunction:
    """The student's layer in TensorFlow, which may not call the library's."""
    return submission.lstm_tf.without(*TENSORFLOW)


@pytest.mark.public
@pytest.mark.device
def test_tf_three_steps(tf_layer: RemoteFunction, device: str) -> None:
    args = small((1, 3, 1), (1, 8), (2, 8), (8,))
    agrees(tf_layer, oracle.lstm_in_keras_layout, *to_tf(args, device))


@pytest.mark.device
@pytest.mark.parametrize("layer", LAYERS[:4], ids=str)
def test_tf_any_sequences(
    tf_layer: RemoteFunction, rng: np.random.Generator, device: str, layer: Layer
) -> None:
    args = layer.sequences(rng, np.float32), *in_keras(rng, layer)
    agrees(tf_layer, oracle.lstm_in_keras_layout, *to_tf(args, device))


@pytest.mark.device
@pytest.mark.parametrize("tolerance", TOLERANCES)
def test_tf_keeps_float64(
    tf_layer: RemoteFunction,
    rng: np.random.Generator,
    device: str,
    tolerance: Tolerance | None,
) -> None:
    layer = LAYERS[0]
    args = layer.sequences(rng), *in_keras(rng, layer, np.float64)
    agrees(
        tf_layer, oracle.lstm_in_keras_layout, *to_tf(args, device), tolerance=tolerance
    )


@pytest.mark.device
@pytest.mark.parametrize("layer", GRADIENTS, ids=str)
def test_tf_gradients(
    tf_layer: RemoteFunction, rng: np.random.Generator, device: str, layer: Layer
) -> None:
    x = layer.sequences(rng, np.float32)
    args = to_tf([x, *in_keras(rng, layer)], device)
    agrees(tf_layer, oracle.lstm_in_keras_layout, *args)
    cotangent = rng.normal(size=(layer.batch, layer.time, layer.hidden))
    gradients_agree(  # of a wrong result they would say nothing
        tf_layer,
        oracle.lstm_in_keras_layout_vjp,
        *args,
        cotangent=cotangent.astype(np.float32),
    )
