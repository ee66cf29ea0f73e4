"""Any framework's array as plain numpy, and the walk through nested values.

Owns: the one description of a tensor that both sides of the wire share (`Tensor`), the
reading of numpy, PyTorch and TensorFlow values, and what counts as nested: lists,
tuples and dicts. May not: import torch, tensorflow or keras.
"""

from autograder.arrays.nested import leaves, mapped, walked
from autograder.arrays.tensors import (
    DEVICES,
    FRAMEWORKS,
    Array,
    Tensor,
    device_of,
    framework_of,
    tf_tensor,
    to_numpy,
    to_tensor,
    torch_tensor,
    type_name,
)

__all__ = [
    "DEVICES",
    "FRAMEWORKS",
    "Array",
    "Tensor",
    "device_of",
    "framework_of",
    "leaves",
    "mapped",
    "tf_tensor",
    "to_numpy",
    "to_tensor",
    "torch_tensor",
    "type_name",
    "walked",
]
