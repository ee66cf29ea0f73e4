"""PyTorch and TensorFlow inside the student's kernel, imported on demand.

Owns: building tensors from arrays and differentiating through a student's function.
May not: be imported by the trusted side.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from autograder.arrays import Tensor

__all__ = [
    "BrokenGraphError",
    "DeviceMissingError",
    "tensor_of",
    "tf_gradients",
    "torch_gradients",
]

#: numpy's arrays of any shape and number.
Array = np.ndarray[Any, Any]


class DeviceMissingError(RuntimeError):
    """The requested device is not available on this machine."""


class BrokenGraphError(RuntimeError):
    """No gradient flows from the result to the arguments."""


def tensor_of(tensor: Tensor) -> Any:
    """Build the tensor for a wrapped array, on its device.

    Raises:
        DeviceMissingError: This machine does not have it.
    """
    if tensor.framework == "torch":
        import torch

        if tensor.device == "cuda" and not torch.cuda.is_available():
            raise DeviceMissingError("PyTorch sees no CUDA device")
        return torch.from_numpy(tensor.array.copy()).to(tensor.device)
    import tensorflow as tf

    if tensor.device == "cuda" and not tf.config.list_physical_devices("GPU"):
        raise DeviceMissingError("TensorFlow sees no CUDA device")
    with tf.device("/GPU:0" if tensor.device == "cuda" else "/CPU:0"):
        return tf.constant(tensor.array)


def torch_gradients(
    function: Callable[..., Any],
    args: tuple[Any, ...],
    kwargs: Mapping[str, Any],
    cotangent: Array | None,
) -> list[Any]:
    """Gradients of sum(cotangent * function(*args)) for each tensor, by autograd.

    Raises:
        BrokenGraphError: No gradient reaches one of them.
    """
    import torch

    leaves = [
        arg.detach().clone().requires_grad_() if isinstance(arg, torch.Tensor) else arg
        for arg in args
    ]
    wanted = [leaf for leaf in leaves if isinstance(leaf, torch.Tensor)]
    result = function(*leaves, **kwargs)
    if not isinstance(result, torch.Tensor) or not result.requires_grad:
        raise BrokenGraphError("the result does not remember how it was computed")
    weights = torch.ones_like(result)
    if cotangent is not None:
        weights = torch.from_numpy(cotangent.copy()).to(result)
        weights = weights.reshape(result.shape)
    grads = torch.autograd.grad(result, wanted, weights, allow_unused=True)
    if any(grad is None for grad in grads):
        raise BrokenGraphError("no gradient reaches one of the arguments")
    return list(grads)


def tf_gradients(
    function: Callable[..., Any],
    args: tuple[Any, ...],
    kwargs: Mapping[str, Any],
    cotangent: Array | None,
) -> list[Any]:
    """The same as `torch_gradients`, by a GradientTape."""
    import tensorflow as tf

    wanted = [arg for arg in args if isinstance(arg, tf.Tensor)]
    with tf.GradientTape() as tape:
        for tensor in wanted:
            tape.watch(tensor)
        result = function(*args, **kwargs)
    if not isinstance(result, tf.Tensor):
        raise BrokenGraphError("the result does not remember how it was computed")
    weights = None if cotangent is None else tf.cast(cotangent, result.dtype)
    grads = tape.gradient(result, wanted, output_gradients=weights)
    if any(grad is None for grad in grads):
        raise BrokenGraphError("no gradient reaches one of the arguments")
    return [tf.convert_to_tensor(grad) for grad in grads]
