"""Arrays of equal shape and fitting dtype, element by element.

Owns: finiteness and values. Floats are compared in float64 or complex128, ints exactly.
May not: broadcast, wrap around, or warn.
"""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
import numpy.typing as npt

from autograder.arrays import Array
from autograder.comparison import words
from autograder.comparison.mismatch import Mismatch, Tolerance

__all__ = ["float_mismatch", "int_mismatch", "peak_of", "widened"]

_Mask = npt.NDArray[np.bool_]


def int_mismatch(got: Array, expected: Array, subject: str) -> Mismatch | None:
    """Compare ints or bools exactly, whatever their width."""
    wrong = np.not_equal(got, expected).astype(bool)
    if not wrong.any():
        return None
    index = _worst_int(got, expected, wrong)
    error = abs(int(got[index]) - int(expected[index]))
    count = int(np.count_nonzero(wrong))
    return _value_mismatch(got, expected, subject, index, count, error)


def float_mismatch(
    got: Array, expected: Array, subject: str, tolerance: Tolerance
) -> Mismatch | None:
    """Compare finiteness, then values within `tolerance`."""
    dtype = np.complex128 if expected.dtype.kind == "c" else np.float64
    ours, theirs = got.astype(dtype), expected.astype(dtype)
    strange = _strange(ours.real, theirs.real) | _strange(ours.imag, theirs.imag)
    if strange.any():
        return _finiteness_mismatch(ours, theirs, subject, strange)
    with np.errstate(over="ignore", invalid="ignore"):
        errors = np.abs(ours - theirs)
        limits = tolerance.atol + tolerance.rtol * np.abs(theirs)
        limits = limits + tolerance.peak * peak_of(theirs)
        # Equal numbers agree even where |expected| overflows, as 1e308+1e308j does.
        wrong = np.isfinite(theirs) & ~(errors <= limits) & (ours != theirs)
    if not wrong.any():
        return None
    index = _largest(errors, wrong)
    count = int(np.count_nonzero(wrong))
    return _value_mismatch(ours, theirs, subject, index, count, errors[index])


def _worst_int(got: Array, expected: Array, wrong: _Mask) -> tuple[int, ...]:
    """Return the place of the largest error, as far as float64 tells errors apart."""
    if "O" in got.dtype.kind + expected.dtype.kind:  # ints that float64 may not hold
        return _index(np.argwhere(wrong)[0])
    errors = np.abs(got.astype(np.float64) - expected.astype(np.float64))
    return _largest(errors, wrong)


def _largest(errors: Array, wrong: _Mask) -> tuple[int, ...]:
    flat = int(np.argmax(np.where(wrong, errors, -1.0)))
    return _index(np.unravel_index(flat, wrong.shape))


def peak_of(array: Array) -> float:
    """Return the largest finite |element|; 0.0 if there is none."""
    with np.errstate(over="ignore", invalid="ignore"):
        size = np.abs(widened(array))
    return float(np.max(size, initial=0.0, where=np.isfinite(size)))


def widened(array: Array) -> Array:
    """Return the numbers as float64 or complex128."""
    return array.astype(np.complex128 if array.dtype.kind == "c" else np.float64)


def _strange(got: Array, expected: Array) -> _Mask:
    """Mark where one is nan and the other isn't, or where infinities differ."""
    nan = np.isnan(got) != np.isnan(expected)
    infinite = np.isinf(got) | np.isinf(expected)
    mask: _Mask = nan | (infinite & (got != expected))
    return mask


def _finiteness_mismatch(
    got: Array, expected: Array, subject: str, strange: _Mask
) -> Mismatch:
    index = _index(np.argwhere(strange)[0])
    count = int(np.count_nonzero(strange))
    message = f"{subject} is not finite"
    if not np.isfinite(expected[index]):
        message = f"{subject} has the wrong nan or infinity"
    others = f", and at {count - 1} more of {got.size} elements" if count > 1 else ""
    ours = words.number(got[index]) + words.place(index) + others
    theirs = words.number(expected[index])
    return Mismatch(
        "finiteness", message, ours, theirs, index=index, count=count, size=got.size
    )


def _value_mismatch(
    got: Array,
    expected: Array,
    subject: str,
    index: tuple[int, ...],
    count: int,
    error: float,
) -> Mismatch:
    message = f"{subject} has {'wrong values' if index else 'the wrong value'}"
    others = (
        f", and {count - 1} more of {got.size} elements differ" if count > 1 else ""
    )
    ours, theirs = words.apart(got[index], expected[index])
    return Mismatch(
        "values",
        message,
        ours + words.place(index) + others,
        theirs,
        index=index,
        count=count,
        size=got.size,
        max_error=_finite(error),
    )


def _index(place: Any) -> tuple[int, ...]:
    return tuple(int(axis) for axis in place)


def _finite(error: float) -> float:
    """Return the error as a float that JSON can hold."""
    try:
        return min(float(error), sys.float_info.max)
    except OverflowError:  # a difference of ints beyond any float
        return sys.float_info.max
