"""Checks of `conv2d_torch` and `conv2d_tf`, on every device of the course."""

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
from solutions.convolution import oracle

from .layers import LAYERS, Layer
from .libraries import TENSORFLOW, TORCH

pytestmark = [pytest.mark.grade("device"), pytest.mark.device]

BY_NAME = {layer.name: layer for layer in LAYERS}
FORWARD = [
    BY_NAME["three channels to five"],
    BY_NAME["strides and padding differ"],
    BY_NAME["stride leaves pixels over"],
    BY_NAME["kernel of one column"],
    # Its kernel is as wide as there are input channels: a kernel whose axes were
    # read in the other framework's order gives a result here.
    Layer("more filters than channels", 2, (3, 2), (7, 6), (2, 3), (1, 2), (1, 0)),
    # So many columns are left over that one without the step gives a result.
    Layer("stride leaves columns over", 2, (2, 3), (6, 8), (3, 3), (2, 3), (1, 0)),
]
GRADIENTS = [
    BY_NAME["strides and padding differ"],
    BY_NAME["kernel as large as the image"],
]

Arrays = Sequence[np.ndarray]


def to_torch(arrays: Arrays, device: str) -> list[Tensor]:
    """x, w, b as PyTorch wants them."""
    return [torch_tensor(array, device=device) for array in arrays]


def to_nhwc(arrays: Arrays) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """x (batch, h, w, in), w (kh, kw, in, out), b (out,)."""
    x, w, b = arrays
    return (
        np.ascontiguousarray(x.transpose(0, 2, 3, 1)),
        np.ascontiguousarray(w.transpose(2, 3, 1, 0)),
        b,
    )


def to_tf(arrays: Arrays, device: str) -> list[Tensor]:
    """x, w, b as TensorFlow wants them."""
    return [tf_tensor(array, device=device) for array in to_nhwc(arrays)]


def whole_numbers(
    rng: np.random.Generator, layer: Layer, dtype: npt.DTypeLike
) -> Arrays:
    """Arrays whose products and sums are exact, whatever the precision."""
    return [
        rng.integers(1, 9, size=array.shape).astype(dtype)
        for array in layer.arrays(rng)
    ]


@pytest.fixture
def torch_layer(submission: Submission) -> RemoteFunction:
    """The student's layer in PyTorch, which may not call the library's."""
    return submission.conv2d_torch.without(*TORCH)


@pytest.fixture
def tf_layer(submission: Submission) -> RemoteFunction:
    """The student's layer in TensorFlow, which may not call the library's."""
    return submission.conv2d_tf.without(*TENSORFLOW)


@pytest.mark.public
def test_torch_lecture_example(torch_layer: RemoteFunction, device: str) -> None:
    x = np.arange(9.0, dtype=np.float32).reshape(1, 1, 3, 3)
    w = np.arange(4.0, dtype=np.float32).reshape(1, 1, 2, 2)
    agrees(torch_layer, oracle.conv2d, *to_torch([x, w], device))


@pytest.mark.public
def test_tf_lecture_example(tf_layer: RemoteFunction, device: str) -> None:
    x = np.arange(9.0, dtype=np.float32).reshape(1, 3, 3, 1)
    w = np.arange(4.0, dtype=np.float32).reshape(2, 2, 1, 1)
    tensors = [tf_tensor(array, device=device) for array in (x, w)]
    agrees(tf_layer, oracle.conv2d_nhwc, *tensors)


@pytest.mark.parametrize("layer", FORWARD, ids=str)
def test_torch_layer(
    torch_layer: RemoteFunction, rng: np.random.Generator, device: str, layer: Layer
) -> None:
    tensors = to_torch(layer.arrays(rng, np.float32), device)
    agrees(torch_layer, oracle.conv2d, *tensors, **layer.settings)


@pytest.mark.parametrize("layer", FORWARD, ids=str)
def test_tf_layer(
    tf_layer: RemoteFunction, rng: np.random.Generator, device: str, layer: Layer
) -> None:
    tensors = to_tf(layer.arrays(rng, np.float32), device)
    agrees(tf_layer, oracle.conv2d_nhwc, *tensors, **layer.settings)


def test_torch_keeps_float64(
    torch_layer: RemoteFunction, rng: np.random.Generator, device: str
) -> None:
    layer = BY_NAME["strides and padding differ"]
    tensors = to_torch(whole_numbers(rng, layer, np.float64), device)
    agrees(torch_layer, oracle.conv2d, *tensors, **layer.settings)


def test_tf_keeps_float64(
    tf_layer: RemoteFunction, rng: np.random.Generator, device: str
) -> None:
    layer = BY_NAME["strides and padding differ"]
    tensors = to_tf(whole_numbers(rng, layer, np.float64), device)
    agrees(tf_layer, oracle.conv2d_nhwc, *tensors, **layer.settings)


@pytest.mark.parametrize("layer", GRADIENTS, ids=str)
def test_torch_gradients(
    torch_layer: RemoteFunction, rng: np.random.Generator, device: str, layer: Layer
) -> None:
    tensors = to_torch(layer.arrays(rng, np.float32), device)
    agrees(torch_layer, oracle.conv2d, *tensors, **layer.settings)
    gradients_agree(  # of a wrong result they would say nothing
        torch_layer,
        oracle.conv2d_vjp,
        *tensors,
        cotangent=layer.gradient(rng, np.float32),
        **layer.settings,
    )


@pytest.mark.parametrize("layer", GRADIENTS, ids=str)
def test_tf_gradients(
    tf_layer: RemoteFunction, rng: np.random.Generator, device: str, layer: Layer
) -> None:
    tensors = to_tf(layer.arrays(rng, np.float32), device)
    cotangent = layer.gradient(rng, np.float32).transpose(0, 2, 3, 1)
    agrees(tf_layer, oracle.conv2d_nhwc, *tensors, **layer.settings)
    gradients_agree(  # of a wrong result they would say nothing
        tf_layer,
        oracle.conv2d_nhwc_vjp,
        *tensors,
        cotangent=np.ascontiguousarray(cotangent),
        **layer.settings,
    )


def test_torch_without_bias(
    torch_layer: RemoteFunction, rng: np.random.Generator, device: str
) -> None:
    layer = BY_NAME["as many filters as channels"]
    x, w, _ = to_torch(layer.arrays(rng, np.float32), device)
    agrees(torch_layer, oracle.conv2d, x, w, **layer.settings)


def test_tf_without_bias(
    tf_layer: RemoteFunction, rng: np.random.Generator, device: str
) -> None:
    layer = BY_NAME["as many filters as channels"]
    x, w, _ = to_tf(layer.arrays(rng, np.float32), device)
    agrees(tf_layer, oracle.conv2d_nhwc, x, w, **layer.settings)
