"""Decode frames into values.

Owns: `decode`, and the checks that the trusted side relies on. May not: trust a size, a
count or a code before comparing it with the actual bytes.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable
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

_MIN_ITEM: Final = 1  # the fewest header bytes of an item: its tag
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


class _Reader:
    """One frame on its way to a value.

    Header and payload are taken from front to back, never past their ends.
    """

    def __init__(self, header: memoryview, payload: memoryview, limits: Limits) -> None:
        self._header = bytes(header)
        self._payload = payload
        self._at = 0  # in the header
        self._end = len(self._header)
        self._payload_at = 0
        self._payload_end = len(payload)
        self._limits = limits
        self._max_items = limits.max_items
        self._items = 0

    def finish(self) -> None:
        """Refuse bytes that belong to no value."""
        spare = self._end - self._at + self._payload_end - self._payload_at
        if spare:
            raise WireError(f"a frame has {spare} bytes that belong to no value")

    def read(self, depth: int) -> Value:
        """Take one value and what it contains."""
        self._items += 1
        if self._items > self._max_items:
            self._count(0)
        tag = self._header[self._take(1)]
        read = _READ.get(tag)
        if read is None:
            raise WireError(f"a frame has an unknown tag {bytes((tag,))!r}")
        return read(self, depth)

    def _read_none(self, _depth: int) -> None:
        return None

    def _read_true(self, _depth: int) -> bool:
        return True

    def _read_false(self, _depth: int) -> bool:
        return False

    def _read_int(self, _depth: int) -> int:
        return int(values.INT.unpack_from(self._header, self._take(8))[0])

    def _read_float(self, _depth: int) -> float:
        return float(values.FLOAT.unpack_from(self._header, self._take(8))[0])

    def _read_complex(self, _depth: int) -> complex:
        return complex(*self._numbers(values.COMPLEX))

    def _read_long_int(self, _depth: int) -> int:
        is_negative, size = self._numbers(values.LONG_INT)
        if size > values.MAX_INT_BYTES:
            raise WireError(_over("an int", size, values.MAX_INT_BYTES))
        at = self._take(size)
        number = int.from_bytes(self._header[at : at + size], "little")
        return -number if _flag(is_negative) else number

    def _read_text(self, _depth: int = 0) -> str:
        (size,) = values.SIZE.unpack_from(self._header, self._take(4))
        if size > self._limits.max_text:
            raise WireError(_over("a text", size, self._limits.max_text))
        return _text(self._take_payload(size))

    def _read_bytes(self, _depth: int) -> bytes:
        return bytes(self._take_payload(*self._numbers(values.AXIS)))

    def _read_list(self, depth: int) -> list[Value]:
        size = self._enter(depth + 1, _MIN_ITEM)
        if size >= values.MIN_RUN and (run := self._read_run(size)) is not None:
            return run
        return [self.read(depth + 1) for _ in range(size)]

    def _read_tuple(self, depth: int) -> tuple[Value, ...]:
        return tuple(self._read_list(depth))

    def _read_run(self, size: int) -> list[Value] | None:
        """Take `size` numbers at once, if all of them are floats or all are ints."""
        tag = self._header[self._at]
        form = values.RUNS.get(tag)
        if form is None or size * form.itemsize > self._end - self._at:
            return None
        run = np.frombuffer(self._header, form, size, self._at)
        if not np.all(run["tag"] == tag):
            return None
        self._count(size)
        self._take(size * form.itemsize)
        numbers: list[Value] = run["number"].tolist()
        return numbers

    def _read_dict(self, depth: int) -> dict[str, Value]:
        result: dict[str, Value] = {}
        for _ in range(self._enter(depth + 1, _MIN_PAIR)):
            self._count(1)
            key = self._read_text()
            if key in result:
                raise WireError(f"a dict has the key {key[:80]!r} twice")
            result[key] = self.read(depth + 1)
        return result

    def _read_scalar(self, _depth: int) -> np.generic:
        dtype = _dtype_at(self._header[self._take(1)])
        raw = self._take_payload(dtype.itemsize)
        scalar: np.generic = _elements(raw, dtype)[0]
        return scalar

    def _read_array(self, _depth: int = 0) -> Array:
        at = self._take(2)
        code, ndim = self._header[at], self._header[at + 1]
        dtype = _dtype_at(code)
        at = self._take(ndim * values.AXIS.size)
        shape = struct.unpack_from(f"<{ndim}Q", self._header, at)
        require_room(shape, dtype.itemsize, self._limits)
        raw = self._take_payload(math.prod(shape) * dtype.itemsize)
        array: Array = _elements(raw, dtype).reshape(shape)
        return array.astype(dtype.newbyteorder("="))

    def _read_tensor(self, _depth: int) -> Tensor:
        framework, device, requires_grad = self._numbers(values.TENSOR)
        if framework >= len(FRAMEWORKS) or device >= len(DEVICES):
            raise WireError("a tensor is of an unknown framework or device")
        home = FRAMEWORKS[framework], DEVICES[device]
        return Tensor(self._read_array(), *home, _flag(requires_grad))

    def _read_handle(self, _depth: int) -> Handle:
        number, kind, size = self._numbers(values.HANDLE)
        if kind >= len(HANDLE_KINDS):
            raise WireError(f"a handle is of an unknown kind {kind}")
        if size > values.MAX_NAME_BYTES:
            raise WireError(_over("a handle's name", size, values.MAX_NAME_BYTES))
        return Handle(number, HANDLE_KINDS[kind], _text(self._take_payload(size)))

    def _enter(self, depth: int, item_size: int) -> int:
        """Begin a container; return its count, if the header has room for that many."""
        if depth > self._limits.max_depth:
            raise WireError(f"a value is nested over {self._limits.max_depth} deep")
        (count,) = values.SIZE.unpack_from(self._header, self._take(4))
        if count * item_size > self._end - self._at:
            raise WireError(f"a container says {count} items, but its frame ends first")
        return int(count)

    def _count(self, more: int) -> None:
        self._items += more
        if self._items > self._max_items:
            raise WireError(f"a value has more than {self._max_items} items")

    def _numbers(self, form: struct.Struct) -> tuple[Any, ...]:
        return form.unpack_from(self._header, self._take(form.size))

    def _take(self, size: int) -> int:
        """Skip this many bytes of the header, if they exist; return their position."""
        at = self._at
        if size > self._end - at:
            raise WireError("a frame's header ends within a value")
        self._at = at + size
        return at

    def _take_payload(self, size: int) -> memoryview:
        at = self._payload_at
        if size > self._payload_end - at:
            raise WireError("a frame's payload ends within a value")
        self._payload_at = at + size
        return self._payload[at : at + size]


#: How to read what follows a tag.
_READ: Final[dict[int, Callable[[_Reader, int], Value]]] = {
    ord("N"): _Reader._read_none,
    ord("T"): _Reader._read_true,
    ord("F"): _Reader._read_false,
    ord("i"): _Reader._read_int,
    ord("I"): _Reader._read_long_int,
    ord("f"): _Reader._read_float,
    ord("c"): _Reader._read_complex,
    ord("s"): _Reader._read_text,
    ord("b"): _Reader._read_bytes,
    ord("l"): _Reader._read_list,
    ord("t"): _Reader._read_tuple,
    ord("d"): _Reader._read_dict,
    ord("n"): _Reader._read_scalar,
    ord("a"): _Reader._read_array,
    ord("x"): _Reader._read_tensor,
    ord("h"): _Reader._read_handle,
}


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
