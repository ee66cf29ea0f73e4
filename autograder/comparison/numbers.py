"""Numbers, arrays and lists of numbers, read as one thing: an array of a known kind.

Owns: which Python values are numbers, and which kind may stand for which. May not:
judge their values.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from autograder.arrays import Array

__all__ = ["Numbers", "read_numbers"]

_MAX_AXES: Final = 64  # numpy's own limit; the wire's is lower
_PYTHON: Final = (bool, int, float, complex)
_NUMPY: Final = (np.ndarray, np.generic)


@dataclass(frozen=True)
class Numbers:
    """Numbers as an array, and whether all of them were Python's own.

    Attributes:
        array: In this machine's byte order; of bools, ints, floats or complex numbers,
            or of objects, which then are ints beyond 64 bits.
        is_python: Whether they came as Python's numbers, which have no dtype.
    """

    array: Array
    is_python: bool

    @property
    def kind(self) -> str:
        """One letter: b(ool), i(nt), f(loat) or c(omplex)."""
        letter = self.array.dtype.kind
        return "i" if letter in "uO" else letter

    @property
    def is_weak(self) -> bool:
        """Whether this is one Python number, which takes any dtype of its kind."""
        return self.is_python and self.array.ndim == 0

    @property
    def dtype_name(self) -> str:
        """The dtype as numpy prints it, or Python's name where there is none."""
        if self.is_weak or self.array.dtype.kind == "O":
            return {"b": "bool", "i": "int", "f": "float", "c": "complex"}[self.kind]
        return str(self.array.dtype)

    def standing_for(self, wanted: Numbers, *, exact_ints: bool) -> Array | None:
        """Return the numbers if their kind and dtype may stand for `wanted`'s.

        Args:
            wanted: The expected numbers, of the same shape.
            exact_ints: Whether a float may not stand for an int.
        """
        pair = self.kind + wanted.kind
        if pair in ("bb", "ii"):
            return self.array
        if pair in ("if", "ic") and self.is_python:
            fits = self.is_weak or wanted.array.dtype == np.float64
            return _exact_floats(self.array) if fits else None
        if pair == "fi":
            is_big = wanted.array.dtype.kind == "O"
            return None if exact_ints or is_big else self.array
        if pair in ("ff", "fc", "cc"):
            same = self.array.dtype == wanted.array.dtype
            return self.array if same or self.is_weak else None
        return None


def read_numbers(value: object) -> Numbers | None:
    """Read a number, an array, or a list of these that is not ragged.

    Returns:
        None if `value` is none of these: text, None, a dict, a masked array, an array
        of objects, a list that mixes bools with numbers...
    """
    if isinstance(value, _NUMPY):
        return _from_numpy(value)
    if isinstance(value, _PYTHON):
        return _from_python([value], ())
    if isinstance(value, (list, tuple)):
        return _from_list(value)
    return None


def _from_numpy(value: Array | np.generic) -> Numbers | None:
    if isinstance(value, np.ma.MaskedArray):
        return None
    array = np.asarray(value)
    if array.dtype.kind not in "biufc":
        return None
    return Numbers(array.astype(array.dtype.newbyteorder("="), copy=False), False)


def _from_python(values: list[Any], shape: tuple[int, ...]) -> Numbers | None:
    kinds = {_base_of(kind) for kind in {type(value) for value in values}}
    if bool in kinds and len(kinds) > 1:
        return None
    if kinds == {int}:
        return Numbers(_int_array(values).reshape(shape), True)
    dtype = bool if bool in kinds else complex if complex in kinds else float
    try:
        array = np.array(values, dtype)
    except OverflowError:  # an int among floats that no float can hold
        return None
    return Numbers(array.reshape(shape), True)


def _base_of(kind: type) -> type:
    """The Python number that a class of numbers is, such as int for an enum of ints."""
    return next(base for base in _PYTHON if issubclass(kind, base))


def _int_array(values: list[int]) -> Array:
    """Choose the first of int64, uint64 and object that holds all values."""
    low, high = min(values), max(values)
    for dtype in (np.int64, np.uint64):
        limits = np.iinfo(dtype)
        if limits.min <= low and high <= limits.max:
            return np.array(values, dtype)
    array = np.empty(len(values), object)
    array[:] = values
    return array


def _exact_floats(ints: Array) -> Array | None:
    """Turn ints into floats if each equals its float."""
    try:
        floats = ints.astype(np.float64)
    except OverflowError:
        return None
    pairs = zip(floats.flat, ints.flat, strict=True)
    return floats if all(int(f) == int(i) for f, i in pairs) else None


def _from_list(value: list[Any] | tuple[Any, ...]) -> Numbers | None:
    try:
        shape, leaves = _flatten(value, _MAX_AXES)
    except _NotABlockError:
        return None
    if not any(isinstance(leaf, _NUMPY) for leaf in leaves):
        return _from_python(leaves, shape)
    return _join(leaves, shape)


class _NotABlockError(Exception):
    """A list is not a rectangular block of numbers."""


def _flatten(value: object, depth: int) -> tuple[tuple[int, ...], list[Any]]:
    """Return the shape of nested lists, and their leaves: numbers and arrays."""
    if isinstance(value, _NUMPY):
        return value.shape, [value]
    if isinstance(value, _PYTHON):
        return (), [value]
    if not isinstance(value, (list, tuple)) or depth == 0:
        raise _NotABlockError
    shape: tuple[int, ...] = ()
    leaves: list[Any] = []
    for n, item in enumerate(value):
        inner, more = _flatten(item, depth - 1)
        if n and inner != shape:
            raise _NotABlockError
        shape = inner
        leaves += more
    return (len(value), *shape), leaves


def _join(leaves: list[Any], shape: tuple[int, ...]) -> Numbers | None:
    """Join leaves of which some are numpy's into one array of their common dtype."""
    parts = [part.array for part in map(read_numbers, leaves) if part is not None]
    if len(parts) < len(leaves) or len({part.dtype.kind == "b" for part in parts}) > 1:
        return None
    # Python's numbers are weak beside numpy's (NEP 50), as in an expression of both.
    dtypes = [
        leaf
        if isinstance(leaf, _PYTHON) and not isinstance(leaf, _NUMPY)
        else part.dtype
        for leaf, part in zip(leaves, parts, strict=True)
    ]
    try:
        common = np.result_type(*dtypes)
        flat = [part.astype(common).ravel() for part in parts]
    except OverflowError:  # an int that the common dtype can't hold
        return None
    if common.kind == "O" or any(part.dtype.kind == "O" for part in parts):
        return None
    return Numbers(np.concatenate(flat).reshape(shape), False)
