"""Encode values into frames.

Owns: `encode`. May not: use anything of a value that its class could fake. The class is
read with type(), the content by the base type's own C methods.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np

from autograder.arrays import (
    DEVICES,
    FRAMEWORKS,
    Array,
    Tensor,
    framework_of,
    to_tensor,
    type_name,
)
from autograder.errors import WireError
from autograder.wire import values
from autograder.wire.values import DEFAULT_LIMITS, DTYPES, Handle, Limits, require_room

__all__ = ["encode"]


def encode(message: object, *, limits: Limits = DEFAULT_LIMITS) -> bytes:
    """Write a value as one frame.

    A subclass (of float, ndarray, dict...) is written as the base type beneath it, a
    torch or TensorFlow tensor as a `Tensor`.

    Raises:
        TypeError: Something in it is not data, such as a set or an array of objects.
        ValueError: A tensor is on a device that can't be named.
        WireError: It is larger, longer or deeper than `limits` allow, or contains
            itself; a text has a lone surrogate; a dict has one key twice.
    """
    writer = _Writer(limits)
    writer.write(message, 0)
    return writer.frame()


class _Writer:
    """One value on its way into a frame."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._header = bytearray()
        self._payload: list[bytes] = []
        self._payload_size = 0
        self._items = 0
        #: The current limit of the header: header and payload together are limited,
        #: too.
        self._room = min(limits.max_header, limits.max_bytes)

    def frame(self) -> bytes:
        """Return all that was written."""
        self._require_bytes(0)
        sizes = len(self._header), self._payload_size
        prefix = values.PREFIX.pack(values.MAGIC, *sizes)
        return b"".join((prefix, self._header, *self._payload))

    def write(self, value: Any, depth: int) -> None:
        """Append one value and what it contains."""
        self._count()
        kind = type(value)
        write = _WRITE.get(id(kind))  # by id: a metaclass may override equality
        if write is not None:
            write(self, value, depth)
        elif issubclass(kind, np.generic) and not issubclass(kind, (str, bytes)):
            self._write_scalar(value, kind)
        elif issubclass(kind, (list, tuple, dict)):
            self._write_container(value, kind, depth + 1)
        elif issubclass(kind, np.ndarray):
            self._write_ndarray(value)
        elif issubclass(kind, _PLAIN):
            self._write_plain(value, kind)
        elif framework_of(value) in FRAMEWORKS:
            self._write_tensor(_read_tensor(value))
        else:
            raise TypeError(
                f"can't send {_named(kind)}; return an array, a number, text, "
                "a list, a tuple or a dict"
            )

    def _write_none(self, _value: None, _depth: int = 0) -> None:
        self._header += b"N"

    def _write_bool(self, value: bool, _depth: int = 0) -> None:
        self._header += b"T" if value else b"F"

    def _write_float(self, number: float, _depth: int = 0) -> None:
        self._header += b"f" + values.FLOAT.pack(number)

    def _write_str(self, text: str, _depth: int = 0) -> None:
        self._write_text(b"s", text)

    def _write_plain(self, value: Any, kind: type) -> None:
        if issubclass(kind, int):
            self._write_int(int.__int__(value))
        elif issubclass(kind, float):
            self._write_float(float.__float__(value))
        elif issubclass(kind, complex):
            number = complex.__complex__(value)
            self._header += b"c" + values.COMPLEX.pack(number.real, number.imag)
        elif issubclass(kind, str):
            self._write_text(b"s", str.__str__(value))
        else:
            raw = bytes.__bytes__(value)
            self._header += b"b" + values.AXIS.pack(len(raw))
            self._append(raw)

    def _write_container(self, value: Any, kind: type, depth: int) -> None:
        if depth > self._limits.max_depth:
            raise WireError(
                f"a value is nested more than {self._limits.max_depth} deep, "
                "or contains itself; return a flatter one"
            )
        if issubclass(kind, dict):
            self._write_dict(list(dict.items(value)), depth)
            return
        is_list = issubclass(kind, list)
        items = list.copy(value) if is_list else tuple.__getitem__(value, slice(None))
        self._start(b"l" if is_list else b"t", len(items))
        if len(items) >= values.MIN_RUN and self._write_run(items):
            return
        for item in items:
            self.write(item, depth)

    def _write_list(self, value: list[Any], depth: int) -> None:
        self._write_container(value, list, depth + 1)

    def _write_tuple(self, value: tuple[Any, ...], depth: int) -> None:
        self._write_container(value, tuple, depth + 1)

    def _write_mapping(self, value: dict[Any, Any], depth: int) -> None:
        self._write_container(value, dict, depth + 1)

    def _write_run(self, items: Sequence[Any]) -> bool:
        """Write numbers at once, if all are floats or all are ints of 64 bits."""
        kind = type(items[0])
        if kind not in (float, int) or any(type(item) is not kind for item in items):
            return False
        tag = ord("f" if kind is float else "i")
        run = np.empty(len(items), values.RUNS[tag])
        run["tag"] = tag
        try:
            run["number"] = np.array(items, run.dtype["number"])
        except OverflowError:
            return False
        self._items += len(items)
        self._header += run.tobytes()
        self._require_bytes(0)
        return True

    def _write_dict(self, pairs: list[tuple[Any, Any]], depth: int) -> None:
        self._start(b"d", len(pairs))
        keys: set[str] = set()
        for key, value in pairs:
            if not issubclass(type(key), str):
                raise TypeError(
                    f"can't send a dict with {_named(type(key))} as a key; "
                    "use text for its keys"
                )
            name = str.__str__(key)
            if name in keys:  # two subclasses of str can claim to be unequal
                raise WireError(f"a dict has the key {name[:80]!r} twice")
            keys.add(name)
            self._count()
            self._write_text(b"", name)
            self.write(value, depth)

    def _write_int(self, number: int, _depth: int = 0) -> None:
        if -(1 << 63) <= number < 1 << 63:
            self._header += b"i" + values.INT.pack(number)
            return
        size = (number.bit_length() + 7) // 8
        if size > values.MAX_INT_BYTES:
            raise WireError(_over("an int", size, values.MAX_INT_BYTES))
        self._header += b"I" + values.LONG_INT.pack(number < 0, size)
        self._header += abs(number).to_bytes(size, "little")

    def _write_text(self, tag: bytes, text: str) -> None:
        limit = self._limits.max_text
        if len(text) > limit:  # before encoding makes a copy of it
            raise WireError(_over("a text", len(text), limit))
        try:
            raw = text.encode("utf-8")
        except UnicodeEncodeError:
            raise WireError("a text has a lone surrogate, which no UTF-8 has") from None
        if len(raw) > limit:
            raise WireError(_over("a text", len(raw), limit))
        self._header += tag + values.SIZE.pack(len(raw))
        self._append(raw)

    def _write_scalar(self, value: Any, kind: type) -> None:
        base = next((base for base in kind.__mro__ if base in _SCALAR_CODES), None)
        if base is None:
            raise TypeError(
                f"can't send a numpy {type_name(kind)[:80]}; "
                "return a number of 64 bits or fewer"
            )
        code = _SCALAR_CODES[base]
        number = getattr(base, _CONVERSIONS[DTYPES[code].kind])(value)
        self._header += b"n" + bytes([code])
        self._append(np.array(number, DTYPES[code]).tobytes())

    def _write_ndarray(self, value: Any, _depth: int = 0) -> None:
        self._header += b"a"
        self._write_array(value)

    def _write_array(self, value: Any) -> None:
        if issubclass(type(value), np.ma.MaskedArray):
            raise TypeError("can't send a masked array; return .filled(...) of it")
        array: Array = np.ndarray.view(value, np.ndarray)
        code = _code_of(array.dtype)
        # Before the copy: np.broadcast_to makes an array of any size out of one number.
        require_room(array.shape, DTYPES[code].itemsize, self._limits)
        self._require_bytes(array.nbytes)
        self._header += bytes([code, array.ndim])
        self._header += struct.pack(f"<{array.ndim}Q", *array.shape)
        self._append(array.astype(DTYPES[code], copy=False).tobytes())

    def _write_tensor(self, tensor: Tensor, _depth: int = 0) -> None:
        framework = FRAMEWORKS.index(tensor.framework)
        device = DEVICES.index(tensor.device)
        flag = bool(tensor.requires_grad)
        self._header += b"x" + values.TENSOR.pack(framework, device, flag)
        self._write_array(tensor.array)

    def _write_handle(self, handle: Handle, _depth: int = 0) -> None:
        name = handle.type_name.encode("utf-8", "replace")[: values.MAX_NAME_BYTES]
        name = name.decode("utf-8", "ignore").encode()  # don't split a character
        kind = values.HANDLE_KINDS.index(handle.kind)
        self._header += b"h" + values.HANDLE.pack(handle.id, kind, len(name))
        self._append(name)

    def _start(self, tag: bytes, size: int) -> None:
        """Begin a container, unless its items alone are too many."""
        self._require_items(self._items + size)
        self._header += tag + values.SIZE.pack(size)

    def _append(self, raw: bytes) -> None:
        self._payload.append(raw)
        self._payload_size += len(raw)
        most = self._limits.max_bytes - self._payload_size
        if most < self._room:
            self._room = most
        if len(self._header) > self._room:
            self._require_bytes(0)

    def _count(self) -> None:
        self._items += 1
        if self._items > self._limits.max_items or len(self._header) > self._room:
            self._require_items(self._items)
            self._require_bytes(0)

    def _require_items(self, items: int) -> None:
        if items > self._limits.max_items:
            raise WireError(
                f"a value has more than {self._limits.max_items} items; "
                "return arrays in place of long lists"
            )

    def _require_bytes(self, more: int) -> None:
        """Refuse a header, or a frame with so many more bytes, that is too large."""
        header = len(self._header)
        if header > self._limits.max_header:
            raise WireError(_over("a value's outline", header, self._limits.max_header))
        size = header + self._payload_size + more
        if size > self._limits.max_bytes:
            raise WireError(_over("a value", size, self._limits.max_bytes))


#: How to write values of exactly this class, by the class's id.
_WRITE: Final[dict[int, Callable[[_Writer, Any, int], None]]] = {
    id(kind): write
    for kind, write in (
        (type(None), _Writer._write_none),
        (bool, _Writer._write_bool),
        (int, _Writer._write_int),
        (float, _Writer._write_float),
        (str, _Writer._write_str),
        (list, _Writer._write_list),
        (tuple, _Writer._write_tuple),
        (dict, _Writer._write_mapping),
        (np.ndarray, _Writer._write_ndarray),
        (Tensor, _Writer._write_tensor),
        (Handle, _Writer._write_handle),
    )
}
_PLAIN: Final = (int, float, complex, str, bytes)
_SCALAR_CODES: Final[dict[type, int]] = {
    scalar: DTYPES.index(np.dtype(scalar).newbyteorder("<"))
    for scalar in set(np.sctypeDict.values())  # more types than dtypes: also long long
    if np.dtype(scalar).newbyteorder("<") in DTYPES
}
_CODES: Final = {
    each: code
    for code, dtype in enumerate(DTYPES)
    for each in (dtype, dtype.newbyteorder(">"))
}
_CONVERSIONS: Final = {
    "b": "__bool__",
    "i": "__int__",
    "u": "__int__",
    "f": "__float__",
    "c": "__complex__",
}


def _code_of(dtype: np.dtype[Any]) -> int:
    code = _CODES.get(dtype)
    if code is not None:
        return code
    name = str(dtype) if dtype.names is None else "record (structured)"
    raise TypeError(
        f"can't send an array of dtype {name[:80]}; "
        "return an array of numbers or booleans"
    )


def _read_tensor(value: object) -> Tensor:
    try:
        return to_tensor(value)
    except MemoryError:  # tensor.expand makes a tensor of any size out of one number
        raise WireError(
            "a tensor is larger than memory; return a smaller one"
        ) from None


def _over(what: str, size: int, limit: int) -> str:
    return f"{what} takes {size} bytes, over the limit of {limit}; return less"


def _named(kind: type) -> str:
    name = type_name(kind)[:80]
    return f"{'an' if name[:1].lower() in tuple('aeiou') else 'a'} {name}"
