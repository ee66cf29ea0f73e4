"""What may cross, how much of it, and the numbers that both directions share.

Owns: the values, the limits and the layout of a frame. May not: read or write one.
"""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np

from autograder.arrays import Array, Tensor
from autograder.errors import WireError

__all__ = [
    "AXIS",
    "COMPLEX",
    "DEFAULT_LIMITS",
    "DTYPES",
    "FLOAT",
    "HANDLE",
    "HANDLE_KINDS",
    "INT",
    "LONG_INT",
    "MAGIC",
    "MAX_INT_BYTES",
    "MAX_NAME_BYTES",
    "MIN_RUN",
    "PREFIX",
    "RUNS",
    "SIZE",
    "TENSOR",
    "Handle",
    "Limits",
    "Value",
    "require_room",
]

Value: TypeAlias = (
    "bool | int | float | complex | str | bytes | list[Value] | tuple[Value, ...] "
    "| dict[str, Value] | Array | np.generic | Tensor | Handle | None"
)

DTYPES: Final = tuple(
    np.dtype(name).newbyteorder("<")
    for name in (
        "bool",
        *("int8", "int16", "int32", "int64"),
        *("uint8", "uint16", "uint32", "uint64"),
        *("float16", "float32", "float64"),
        *("complex64", "complex128"),
    )
)
"""The dtypes that may cross; their positions are part of the format."""

HANDLE_KINDS: Final = ("object", "callable")

MAX_INT_BYTES: Final = 1024
"""Of one int: 2466 digits. Python prints 4300, so that an error message can't fail."""

MAX_NAME_BYTES: Final = 200
"""Of a handle's type name."""

MAGIC: Final = b"AGW1"
PREFIX: Final = struct.Struct("<4sIQ")  # magic, size of header, size of payload
INT: Final = struct.Struct("<q")
LONG_INT: Final = struct.Struct("<BI")  # is negative, size
FLOAT: Final = struct.Struct("<d")
COMPLEX: Final = struct.Struct("<dd")
SIZE: Final = struct.Struct("<I")
AXIS: Final = struct.Struct("<Q")
TENSOR: Final = struct.Struct("<BBB")  # framework, device, requires_grad
HANDLE: Final = struct.Struct("<QBI")  # id, kind, size of name

RUNS: Final = {
    tag: np.dtype([("tag", "u1"), ("number", number)])
    for tag, number in ((ord("i"), "<i8"), (ord("f"), "<f8"))
}
"""The layout of numbers in the header, for moving many of one kind at once."""

MIN_RUN: Final = 16
"""From this many numbers on, it is faster to move them at once."""


@dataclass(frozen=True)
class Handle:
    """A remote object or function: a number that only its own side can resolve.

    Attributes:
        id: The number, 0 or more.
        kind: "object" or "callable".
        type_name: What to call it in a message; cut to 200 bytes on its way.

    Raises:
        ValueError: `id` or `kind` is none of these.
    """

    id: int
    kind: str
    type_name: str = ""

    def __post_init__(self) -> None:
        if not 0 <= self.id < 1 << 64:
            raise ValueError(f"handle id {self.id} is not between 0 and 2**64 - 1")
        if self.kind not in HANDLE_KINDS:
            raise ValueError(f'handle kind {self.kind!r} is not "object" or "callable"')


@dataclass(frozen=True)
class Limits:
    """The most that one frame may hold.

    Attributes:
        max_bytes: Header and payload together.
        max_header: The header alone: everything but texts and arrays.
        max_depth: Containers inside one another.
        max_items: Values in all; containers and keys of dicts count too.
        max_ndim: Axes of one array.
        max_text: UTF-8 bytes of one text.
    """

    max_bytes: int = 64 << 20
    max_header: int = 4 << 20
    max_depth: int = 32
    max_items: int = 100_000
    max_ndim: int = 16
    max_text: int = 1 << 20


DEFAULT_LIMITS: Final = Limits()


def require_room(shape: tuple[int, ...], itemsize: int, limits: Limits) -> None:
    """Refuse an array that is too large.

    An axis of 0 counts as 1, for it would hide the size of the others.
    """
    if len(shape) > limits.max_ndim:
        raise WireError(
            f"an array of {len(shape)} axes is over the limit of {limits.max_ndim}"
        )
    size = itemsize * math.prod(max(axis, 1) for axis in shape)
    if size > limits.max_bytes:
        raise WireError(
            f"an array of shape {shape} takes {size} bytes, "
            f"over the limit of {limits.max_bytes}"
        )
