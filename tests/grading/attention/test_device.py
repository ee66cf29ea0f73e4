"""Checks of `multi_head_torch` and `multi_head_tf`, on every device of the course."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any

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
from solutions.attention import oracle

from .layers import LAYERS, Layer
from .libraries import TENSORFLOW, TORCH

pytestmark = [pytest.mark.grade("device"), pytest.mark.device]

GRADIENTS = LAYERS[:2]

#: So wide that a result at float32 differs from one at float64 by its dtype alone; and
#: the usual one, by which digits that were lost on the way show, too.
TOLERANCES = [
    pytest.param(Tolerance(rtol=1e-5, atol=1e-5), id="the dtype"),
    pytest.param(None, id="all digits"),
]


def to_torch(arrays: Sequence[np.ndarray], device: str) -> list[Tensor]:
    """Arrays as PyTorch's tensors."""
    return [torch_tensor(array, device=device) for array in arrays]


def to_tf(arrays: Sequence[np.ndarray], device: str) -> list[Tensor]:
    """Arrays as TensorFlow's tensors."""
    return [tf_tensor(array, device=device) for array in arrays]


@functools.wraps(oracle.multi_head_vjp)
def vjp(cotangent: np.ndarray, *arrays: Any, mask: Tensor) -> tuple[np.ndarray, ...]:
    """`oracle.multi_head_vjp`, which takes no tensors; a mask isn't differentiated."""
    return oracle.multi_head_vjp(cotangent, *arrays, mask=mask.array)


def small(dtype: npt.DTypeLike = np.float32) -> tuple[list[np.ndarray], np.ndarray]:
    """The arrays and the mask of a public example: waves through zero."""
    x = np.round(np.sin(np.arange(1.0, 13)), 1).reshape(1, 3, 4)
    weights = np.round(np.cos(np.arange(1.0, 65)), 1).reshape(4, 4, 4)
    mask = np.array([[True, False, False], [True, True, False], [True, True, True]])
    return [array.astype(dtype) for array in (x, x, *weights)], mask


def nothing_for_some(rng: np.random.Generator, layer: Layer) -> np.ndarray:
    """A mask by which one query of a sample, and all of another, see nothing."""
    mask = layer.mask(rng)
    mask[0, 1], mask[-1] = False, False
    return mask


# --- PyTorch --------------------------------------------------------------------------


@pytest.fixture
def torch_layer(submission: Submission) -> RemoteFunction:
    """The student's layer in PyTorch, which may not call the library's."""
    return submission.multi_head_torch.without(*TORCH)


@pytest.mark.public
def test_torch_two_heads_look_back(torch_layer: RemoteFunction, device: str) -> None:
    arrays, mask = small()
    tensors = to_torch([*arrays, mask], device)
    agrees(torch_layer, oracle.multi_head, *tensors[:-1], 2, tensors[-1])


@pytest.mark.parametrize("layer", LAYERS, ids=str)
def test_torch_any_layer(
    torch_layer: RemoteFunction, rng: np.random.Generator, device: str, layer: Layer
) -> None:
    tensors = to_torch(layer.arrays(rng, np.float32), device)
    agrees(torch_layer, oracle.multi_head, *tensors, layer.heads)


@pytest.mark.parametrize("layer", LAYERS[:4], ids=str)
def test_torch_a_mask_for_each_sample(
    torch_layer: RemoteFunction, rng: np.random.Generator, device: str, layer: Layer
) -> None:
    tensors = to_torch([*layer.arrays(rng, np.float32), layer.mask(rng)], device)
    agrees(torch_layer, oracle.multi_head, *tensors[:-1], layer.heads, tensors[-1])


def test_torch_one_mask_for_the_batch(
    torch_layer: RemoteFunction, rng: np.random.Generator, device: str
) -> None:
    layer = LAYERS[0]
    mask = layer.mask(rng, is_shared=True)
    tensors = to_torch([*layer.arrays(rng, np.float32), mask], device)
    agrees(torch_layer, oracle.multi_head, *tensors[:-1], layer.heads, tensors[-1])


def test_torch_a_query_that_may_look_at_nothing(
    torch_layer: RemoteFunction, rng: np.random.Generator, device: str
) -> None:
    layer = LAYERS[1]
    mask = nothing_for_some(rng, layer)
    tensors = to_torch([*layer.arrays(rng, np.float32), mask], device)
    agrees(torch_layer, oracle.multi_head, *tensors[:-1], layer.heads, tensors[-1])


@pytest.mark.parametrize("tolerance", TOLERANCES)
def test_torch_keeps_float64(
    torch_layer: RemoteFunction,
    rng: np.random.Generator,
    device: str,
    tolerance: Tolerance | None,
) -> None:
    layer = LAYERS[0]
    mask = layer.mask(rng)
    tensors = to_torch([*layer.arrays(rng), mask], device)
    agrees(
        torch_layer,
        oracle.multi_head,
        *tensors[:-1],
        layer.heads,
        tensors[-1],
        tolerance=tolerance,
    )


@pytest.mark.parametrize("layer", GRADIENTS, ids=str)
def test_torch_gradients(
    torch_layer: RemoteFunction, rng: np.random.Generator, device: str, layer: Layer
) -> None:
    args = *to_torch(layer.arrays(rng, np.float32), device), layer.heads
    agrees(torch_layer, oracle.multi_head, *args)
    gradients_agree(  # of a wrong result they would say nothing
        torch_layer,
        oracle.multi_head_vjp,
        *args,
        cotangent=layer.gradient(rng, np.float32),
    )


def test_torch_gradients_where_nothing_is_seen(
    torch_layer: RemoteFunction, rng: np.random.Generator, device: str
) -> None:
    layer = LAYERS[1]
    args = *to_torch(layer.arrays(rng, np.float32), device), layer.heads
    mask = torch_tensor(nothing_for_some(rng, layer), device=device)
    agrees(torch_layer, oracle.multi_head, *args, mask=mask)
    cotangent = layer.gradient(rng, np.float32)
    gradients_agree(torch_layer, vjp, *args, cotangent=cotangent, mask=mask)


# --- TensorFlow -----------------------------------------------------------------------


@pytest.fixture
def tf_layer(submission: Submission) -> RemoteFunction:
    """The student's layer in TensorFlow, which may not call the library's."""
    return submission.multi_head_tf.without(*TENSORFLOW)


@pytest.mark.public
def test_tf_two_heads_look_back(tf_layer: RemoteFunction, device: str) -> None:
    arrays, mask = small()
    tensors = to_tf([*arrays, mask], device)
    agrees(tf_layer, oracle.multi_head, *tensors[:-1], 2, tensors[-1])


@pytest.mark.parametrize("layer", LAYERS, ids=str)
def test_tf_any_layer(
    tf_layer: RemoteFunction, rng: np.random.Generator, device: str, layer: Layer
) -> None:
    tensors = to_tf(layer.arrays(rng, np.float32), device)
    agrees(tf_layer, oracle.multi_head, *tensors, layer.heads)


@pytest.mark.parametrize("layer", LAYERS[:4], ids=str)
def test_tf_a_mask_for_each_sample(
    tf_layer: RemoteFunction, rng: np.random.Generator, device: str, layer: Layer
) -> None:
    tensors = to_tf([*layer.arrays(rng, np.float32), layer.mask(rng)], device)
    agrees(tf_layer, oracle.multi_head, *tensors[:-1], layer.heads, tensors[-1])


def test_tf_one_mask_for_the_batch(
    tf_layer: RemoteFunction, rng: np.random.Generator, device: str
) -> None:
    layer = LAYERS[0]
    mask = layer.mask(rng, is_shared=True)
    tensors = to_tf([*layer.arrays(rng, np.float32), mask], device)
    agrees(tf_layer, oracle.multi_head, *tensors[:-1], layer.heads, tensors[-1])


def test_tf_a_query_that_may_look_at_nothing(
    tf_layer: RemoteFunction, rng: np.random.Generator, device: str
) -> None:
    layer = LAYERS[1]
    mask = nothing_for_some(rng, layer)
    tensors = to_tf([*layer.arrays(rng, np.float32), mask], device)
    agrees(tf_layer, oracle.multi_head, *tensors[:-1], layer.heads, tensors[-1])


@pytest.mark.parametrize("tolerance", TOLERANCES)
def test_tf_keeps_float64(
    tf_layer: RemoteFunction,
    rng: np.random.Generator,
    device: str,
    tolerance: Tolerance | None,
) -> None:
    layer = LAYERS[0]
    mask = layer.mask(rng)
    tensors = to_tf([*layer.arrays(rng), mask], device)
    agrees(
        tf_layer,
        oracle.multi_head,
        *tensors[:-1],
        layer.heads,
        tensors[-1],
        tolerance=tolerance,
    )


@pytest.mark.parametrize("layer", GRADIENTS, ids=str)
def test_tf_gradients(
    tf_layer: RemoteFunction, rng: np.random.Generator, device: str, layer: Layer
) -> None:
    args = *to_tf(layer.arrays(rng, np.float32), device), layer.heads
    agrees(tf_layer, oracle.multi_head, *args)
    gradients_agree(  # of a wrong result they would say nothing
        tf_layer,
        oracle.multi_head_vjp,
        *args,
        cotangent=layer.gradient(rng, np.float32),
    )


def test_tf_gradients_where_nothing_is_seen(
    tf_layer: RemoteFunction, rng: np.random.Generator, device: str
) -> None:
    layer = LAYERS[1]
    args = *to_tf(layer.arrays(rng, np.float32), device), layer.heads
    mask = tf_tensor(nothing_for_some(rng, layer), device=device)
    agrees(tf_layer, oracle.multi_head, *args, mask=mask)
    cotangent = layer.gradient(rng, np.float32)
    gradients_agree(tf_layer, vjp, *args, cotangent=cotangent, mask=mask)
