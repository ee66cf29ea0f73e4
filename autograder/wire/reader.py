"""Frames to values.

Owns: `decode`, and the checks on which the trusted side stands. May not: believe a
size, a count or a code before it has held it against what is there.
"""

from __future__ import annotations

import math
import struct
from typing import Any, Final

import numpy as np

from autograder.arrays import DEVICES, FRAMEWORKS, Array, Tensor
from autograder.errors import WireError
from autograder.wire import values
from autograder.wire.values import (
    DEFAULT_LIMITS,
    DTYPES,
    HANDLE_KINDS,
    Handle,
    Limits,
    Value,
    require_room,
)

__all__ = ["decode", "decode_parts", "read_prefix"]

_CONSTANTS: Final[dict[bytes, Value]] = {b"N": None, b"T": True, b"F": False}
_MIN_ITEM: Final = 1  # bytes of the header that an item takes at least: its tag
_MIN_PAIR: Final = 5  # a key's size and a tag


def decode(
    data: bytes | bytearray | memoryview, *, limits: Limits = DEFAULT_LIMITS
) -> Value:
    """Read the value of one whole frame.

    Returns:
        Base types only; arrays are writable and own their memory.

    Raises:
        WireError: The bytes are not exactly one frame within `limits`.
    """
    frame = memoryview(data).cast("B")
    start = values.PREFIX.size
    if len(frame) < start:
        raise WireError(f"{len(frame)} bytes are too few for a frame")
    header, payload = read_prefix(frame[:start], limits=limits)
    if len(frame) != start + header + payload:
        said = start + header + payload
        raise WireError(f"a frame says that it has {said} bytes, but has {len(frame)}")
    middle = start + header
    return decode_parts(frame[start:middle], frame[middle:], limits=limits)


def read_prefix(
    prefix: bytes | bytearray | memoryview, *, limits: Limits
) -> tuple[int, int]:
    """Read the sizes of header and payload, in bytes; refuse those over `limits`."""
    magic, header, payload = values.PREFIX.unpack(prefix)
    if magic != values.MAGIC:
        raise WireError(f"a frame begins with {magic!r}, expected {values.MAGIC!r}")
    if header > limits.max_header:
        raise WireError(_over("a frame's header", header, limits.max_header))
    if header + payload > limits.max_bytes:
        raise WireError(_over("a frame", header + payload, limits.max_bytes))
    return header, payload


def decode_parts(header: memoryview, payload: memoryview, *, limits: Limits) -> Value:
    """Read the value of a frame's two parts; raises as `decode`."""
    reader = _Reader(header, payload, limits)
    value = reader.read(0)
    reader.finish()
    return value


class _Part:
    """A run of bytes that are taken from front to back, never past the end."""

    def __init__(self, name: str, data: memoryview) -> None:
        self._name = name
        self._data = data
        self._at = 0

    @property
    def left(self) -> int:
        return len(self._data) - self._at

    def take(self, size: int) -> memoryview:
        if size > self.left:
            raise WireError(f"a frame's {self._name} ends within a value")
        self._at += size
        return self._data[self._at - size : self._at]


class _Reader:
    """One frame on its way to a value."""

    def __init__(self, header: memoryview, payload: memoryview, limits: Limits) -> None:
        self._header = _Part("header", header)
        self._payload = _Part("payload", payload)
        self._limits = limits
        self._items = 0

    def finish(self) -> None:
        """Refuse bytes that belong to no value."""
        spare = self._header.left + self._payload.left
        if spare:
            raise WireError(f"a frame has {spare} bytes that belong to no value")

    def read(self, depth: int) -> Value:
        """Take one value and what it contains."""
        self._count()
        tag = bytes(self._header.take(1))
        if tag in _CONSTANTS:
            return _CONSTANTS[tag]
        match tag:
            case b"i":
                return int(self._numbers(values.INT)[0])
            case b"I":
                return self._read_int()
            case b"f":
                return float(self._numbers(values.FLOAT)[0])
            case b"c":
                return complex(*self._numbers(values.COMPLEX))
            case b"s":
                return self._read_text()
            case b"b":
                return bytes(self._payload.take(*self._numbers(values.AXIS)))
            case b"l":
                return self._read_items(depth + 1)
            case b"t":
                return tuple(self._read_items(depth + 1))
            case b"d":
                return self._read_dict(depth + 1)
        return self._read_special(tag)

    def _read_special(self, tag: bytes) -> Value:
        match tag:
            case b"n":
                return self._read_scalar()
            case b"a":
                return self._read_array()
            case b"x":
                return self._read_tensor()
            case b"h":
                return self._read_handle()
        raise WireError(f"a frame has an unknown tag {tag!r}")

    def _read_int(self) -> int:
        is_negative, size = self._numbers(values.LONG_INT)
        if size > values.MAX_INT_BYTES:
            raise WireError(_over("an int", size, values.MAX_INT_BYTES))
        number = int.from_bytes(self._header.take(size), "little")
        return -number if _flag(is_negative) else number

    def _read_text(self) -> str:
        (size,) = self._numbers(values.SIZE)
        if size > self._limits.max_text:
            raise WireError(_over("a text", size, self._limits.max_text))
        return _text(self._payload.take(size))

    def _read_items(self, depth: int) -> list[Value]:
        size = self._enter(depth, _MIN_ITEM)
        return [self.read(depth) for _ in range(size)]

    def _read_dict(self, depth: int) -> dict[str, Value]:
        result: dict[str, Value] = {}
        for _ in range(self._enter(depth, _MIN_PAIR)):
            self._count()
            key = self._read_text()
            if key in result:
                raise WireError(f"a dict has the key {key[:80]!r} twice")
            result[key] = self.read(depth)
        return result

    def _read_scalar(self) -> np.generic:
        dtype = _dtype_at(self._header.take(1)[0])
        scalar: np.generic = _elements(self._payload.take(dtype.itemsize), dtype)[0]
        return scalar

    def _read_array(self) -> Array:
        code, ndim = self._header.take(2)
        dtype = _dtype_at(code)
        shape = struct.unpack(f"<{ndim}Q", self._header.take(ndim * values.AXIS.size))
        require_room(shape, dtype.itemsize, self._limits)
        raw = self._payload.take(math.prod(shape) * dtype.itemsize)
        array = np.empty(shape, dtype.newbyteorder("="))
        array.reshape(-1)[:] = _elements(raw, dtype)
        return array

    def _read_tensor(self) -> Tensor:
        framework, device, requires_grad = self._numbers(values.TENSOR)
        if framework >= len(FRAMEWORKS) or device >= len(DEVICES):
            raise WireError("a tensor is of an unknown framework or device")
        home = FRAMEWORKS[framework], DEVICES[device]
        return Tensor(self._read_array(), *home, _flag(requires_grad))

    def _read_handle(self) -> Handle:
        number, kind, size = self._numbers(values.HANDLE)
        if kind >= len(HANDLE_KINDS):
            raise WireError(f"a handle is of an unknown kind {kind}")
        if size > values.MAX_NAME_BYTES:
            raise WireError(_over("a handle's name", size, values.MAX_NAME_BYTES))
        return Handle(number, HANDLE_KINDS[kind], _text(self._payload.take(size)))

    def _enter(self, depth: int, item_size: int) -> int:
        """Begin a container: return its count, if the header has room for so many."""
        if depth > self._limits.max_depth:
            raise WireError(f"a value is nested over {self._limits.max_depth} deep")
        (count,) = self._numbers(values.SIZE)
        if count * item_size > self._header.left:
            raise WireError(f"a container says {count} items, but its frame ends first")
        return int(count)

    def _count(self) -> None:
        self._items += 1
        if self._items > self._limits.max_items:
            raise WireError(f"a value has more than {self._limits.max_items} items")

    def _numbers(self, form: struct.Struct) -> tuple[Any, ...]:
        return form.unpack(self._header.take(form.size))


def _dtype_at(code: int) -> np.dtype[Any]:
    if code >= len(DTYPES):
        raise WireError(f"an array has an unknown dtype {code}")
    return DTYPES[code]


def _elements(raw: memoryview, dtype: np.dtype[Any]) -> Array:
    """View raw bytes as elements."""
    if dtype == np.bool_ and np.any(np.frombuffer(raw, np.uint8) > 1):
        raise WireError("a boolean is neither 0 nor 1")
    elements: Array = np.frombuffer(raw, dtype)
    return elements


def _flag(byte: int) -> bool:
    if byte > 1:
        raise WireError(f"a flag is {byte}, neither 0 nor 1")
    return byte == 1


def _text(raw: memoryview) -> str:
    try:
        return str(raw, "utf-8")
    except UnicodeDecodeError:
        raise WireError("a text is not UTF-8") from None


def _over(what: str, size: int, limit: int) -> str:
    return f"{what} takes {size} bytes, over the limit of {limit}"
