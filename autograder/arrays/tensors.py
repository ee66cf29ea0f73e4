"""Any framework's array as plain numpy, without importing the framework.

Owns: the one description of a tensor that both sides of the wire share (`Tensor`), and
the reading of numpy, PyTorch and TensorFlow values. May not: import torch, tensorflow
or keras. A value's own classes say where it comes from, and a process that never loaded
a framework can't hold one of its tensors.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, TypeAlias, cast

import numpy as np
import numpy.typing as npt

__all__ = [
    "DEVICES",
    "FRAMEWORKS",
    "Array",
    "Tensor",
    "device_of",
    "framework_of",
    "tf_tensor",
    "to_numpy",
    "to_tensor",
    "torch_tensor",
    "type_name",
]

Array: TypeAlias = np.ndarray[Any, np.dtype[Any]]

FRAMEWORKS: Final = ("torch", "tensorflow")
DEVICES: Final = ("cpu", "cuda")

_CLASS: Final[Any] = type.__dict__  # descriptors that no metaclass can replace
_NUMBER_KINDS: Final = "biufc"  # numpy's letters: bool, int, unsigned, float, complex
_TF_DENSE: Final = frozenset({"EagerTensor", "ResourceVariable"})
_TF_OTHER: Final = {
    "SymbolicTensor": "a symbolic tensorflow tensor, which has no values yet; "
    "return an eager tensor (call the function outside tf.function)",
    "RaggedTensor": "a ragged tensorflow tensor; return .to_tensor() of it",
    "SparseTensor": "a sparse tensorflow tensor; return tf.sparse.to_dense of it",
    "IndexedSlices": "a sparse tensorflow gradient (IndexedSlices); "
    "return tf.convert_to_tensor of it",
}


@dataclass(frozen=True, eq=False)
class Tensor:
    """A framework's tensor as the trusted side sees it: numbers and where they lived.

    Attributes:
        array: The values.
        framework: "torch" or "tensorflow".
        device: "cpu" or "cuda".
        requires_grad: Whether torch records operations on it.

    Raises:
        TypeError: `array` is not a numpy array.
        ValueError: `framework` or `device` is unknown.
    """

    array: Array
    framework: str
    device: str = "cpu"
    requires_grad: bool = False

    def __post_init__(self) -> None:
        if not isinstance(self.array, np.ndarray):
            raise TypeError(f"got {_named(self.array)}, expected a numpy array")
        if self.framework not in FRAMEWORKS:
            raise ValueError(_unknown("framework", self.framework, FRAMEWORKS))
        if self.device not in DEVICES:
            raise ValueError(_unknown("device", self.device, DEVICES))


def torch_tensor(
    array: npt.ArrayLike, device: str = "cpu", *, requires_grad: bool = False
) -> Tensor:
    """Mark an argument for the kernel to turn into a torch tensor on `device`.

    Args:
        array: Numbers of any shape; copied, dtype kept.
        device: "cpu" or "cuda".
        requires_grad: Whether torch should record operations on it.
    """
    return Tensor(np.array(array), "torch", device, requires_grad)


def tf_tensor(array: npt.ArrayLike, device: str = "cpu") -> Tensor:
    """Mark an argument for the kernel to turn into a TensorFlow tensor.

    Args:
        array: Numbers of any shape; copied, dtype kept.
        device: "cpu" or "cuda" (which TensorFlow calls GPU).
    """
    return Tensor(np.array(array), "tensorflow", device)


def framework_of(value: object) -> str | None:
    """Say whose array `value` is: "torch", "tensorflow", "numpy", or None.

    Subclasses count (a torch Parameter is torch's); a module or an optimizer does not.
    Only class names are compared, so this never loads a framework.
    """
    for module, name in _lineage(value):
        if module == "numpy" and name in ("ndarray", "generic"):
            return "numpy"
        if module == "torch" and name == "Tensor":
            return "torch"
        if module == "tensorflow" and (name in _TF_DENSE or name in _TF_OTHER):
            return "tensorflow"
        if module == "keras" and name == "Variable":
            return framework_of(_keras_value(value))
    return None


def device_of(value: object) -> str | None:
    """Say where `value` lives: "cpu", "cuda", another device's name, or None.

    None means that `value` is not an array. TensorFlow's GPU is called "cuda" here.
    """
    framework = framework_of(value)
    if framework is None or framework == "numpy":
        return None if framework is None else "cpu"
    dense: Any = _without_keras(value)
    if framework == "torch":
        return str(dense.device.type)
    place = str(dense.device).rpartition("device:")[2].partition(":")[0].lower()
    return {"": "cpu", "gpu": "cuda"}.get(place, place)


def to_numpy(value: object) -> Array:
    """Copy an array of any framework into a plain numpy array that owns its memory.

    A torch tensor is detached, brought to the CPU, and its lazy conjugate or sign is
    applied. bfloat16 and float8, which numpy lacks, become float32, which holds each
    of their values exactly.

    Args:
        value: A numpy array or scalar, a torch tensor, a TensorFlow tensor or variable.

    Returns:
        The same shape and dtype, C-ordered, of the base class np.ndarray.

    Raises:
        TypeError: `value` is none of these; or masked, sparse, ragged, quantised or
            symbolic; or its elements are not numbers (text, objects, records).
    """
    framework = framework_of(value)
    if framework == "numpy":
        return _plain(value)
    if framework is None:
        raise TypeError(
            f"can't read {_named(value)} as an array; return a numpy array or a tensor"
        )
    try:
        if framework == "torch":
            return _plain(_from_torch(value))
        return _plain(_from_tensorflow(_without_keras(value)))
    except (_UnreadableError, MemoryError):
        raise
    except Exception as error:  # noqa: BLE001 - its class may raise anything
        raise _unreadable(value, error) from None


def to_tensor(value: object) -> Tensor:
    """Describe a torch or TensorFlow tensor: its numbers, framework and device.

    Raises:
        TypeError: `value` is not a tensor, or `to_numpy` refuses it.
        ValueError: It lives on a device other than the CPU or a CUDA GPU.
    """
    framework = framework_of(value)
    if framework not in FRAMEWORKS:
        raise TypeError(f"got {_named(value)}, expected a torch or TensorFlow tensor")
    array = to_numpy(value)  # first: it also refuses values without a device
    try:
        requires = framework == "torch" and bool(getattr(value, "requires_grad", 0))
        device = str(device_of(value))
    except Exception as error:  # noqa: BLE001 - a subclass may raise anything
        raise _unreadable(value, error) from None
    return Tensor(array, framework, device, requires)


def type_name(kind: type) -> str:
    """A class's name, whatever its metaclass says."""
    return str.__str__(_CLASS["__name__"].__get__(kind))


class _UnreadableError(TypeError):
    """A tensor of a known kind that can't be read."""


def _unreadable(value: object, error: Exception) -> TypeError:
    """An error for reading a tensor that failed in its own code."""
    try:
        told = f"{type_name(type(error))}: {error}".partition("\n")[0][:200]
    except Exception:  # noqa: BLE001 - its message may be hostile, too
        told = type_name(type(error))
    return TypeError(f"can't read the values of {_named(value)} ({told})")


def _plain(value: object) -> Array:
    """Copy a numpy value, of whatever subclass, into the base class."""
    if issubclass(type(value), np.ma.MaskedArray):
        raise TypeError("can't read a masked array; return .filled(...) of it")
    if issubclass(type(value), np.ndarray):
        # ndarray's own C method, which a subclass can't override
        array: Array = np.ndarray.view(cast("Array", value), np.ndarray)
    else:
        array = np.asarray(value)
    if array.dtype.name == "bfloat16":  # TensorFlow's, from the package ml_dtypes
        return array.astype(np.float32)
    if array.dtype.kind not in _NUMBER_KINDS:
        raise _UnreadableError(
            f"can't read an array of dtype {_dtype_name(array.dtype)}; "
            "return an array of numbers or booleans"
        )
    return np.array(array, order="C")


def _from_torch(value: Any) -> Any:
    if str(value.layout) != "torch.strided" or value.is_nested:
        raise _UnreadableError(
            "can't read a sparse or nested torch tensor; return a dense one"
        )
    if value.is_quantized:
        raise _UnreadableError(
            "can't read a quantised torch tensor; return .dequantize() of it"
        )
    if value.is_meta:
        raise _UnreadableError(
            "can't read a torch tensor on the meta device: it has no values"
        )
    plain = value.detach().resolve_conj().resolve_neg().cpu()
    if str(plain.dtype).startswith(("torch.bfloat16", "torch.float8")):
        plain = plain.float()
    return plain.numpy()


def _from_tensorflow(value: Any) -> Any:
    for _, name in _lineage(value):
        if name in _TF_OTHER:
            raise _UnreadableError(f"can't read {_TF_OTHER[name]}")
    return value.numpy()


def _without_keras(value: object) -> object:
    for module, name in _lineage(value):
        if module == "keras" and name == "Variable":
            return _keras_value(value)
    return value


def _keras_value(value: Any) -> object:
    """Return the backend's variable that a Keras variable wraps."""
    inner = value.value
    return inner() if callable(inner) else inner


def _lineage(value: object) -> list[tuple[str, str]]:
    """List (top-level package, class name) of the value's class and its bases.

    Read through `type` itself: a metaclass may return anything, or hang.
    """
    lineage = _CLASS["__mro__"].__get__(type(value))
    return [(_package(cls), type_name(cls)) for cls in lineage]


def _package(cls: type) -> str:
    module = _CLASS["__module__"].__get__(cls)
    return module.partition(".")[0] if type(module) is str else ""


def _dtype_name(dtype: np.dtype[Any]) -> str:
    return "record (structured)" if dtype.names is not None else str(dtype)


def _named(value: object) -> str:
    name = type_name(type(value))[:80]
    is_vowel = name.lower().startswith(("a", "e", "i", "o", "u", "ndarray"))
    article = "an" if is_vowel else "a"
    return "None" if value is None else f"{article} {name}"


def _unknown(what: str, got: object, known: tuple[str, ...]) -> str:
    names = ", ".join(f'"{name}"' for name in known)
    return f"unknown {what} {got!r}; use one of {names}"
