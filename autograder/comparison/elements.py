"""Arrays of equal shape and fitting dtype, element by element.

Owns: finiteness and values. Floats are compared in float64 or complex128, ints exactly.
May not: broadcast, wrap around, or warn.
"""

from __future__ import annotations

import sys
from typing import Any

import numpy as np

from autograder.arrays import Array
from autograder.comparison.mismatch import Difference, Mismatch, Tolerance
from autograder.comparison.words import number_words, place_words, told_apart

__all__ = ["float_difference", "int_difference", "peak_of", "widened", "wrongness"]

_Mask = np.ndarray[Any, np.dtype[np.bool_]]


def int_difference(got: Array, expected: Array, subject: str) -> Difference | None:
    """Compare ints or bools exactly, whatever their width."""
    wrong = np.not_equal(got, expected).astype(bool)
    if not wrong.any():
        return None
    index = _worst(got, expected, wrong)
    error = abs(int(got[index]) - int(expected[index]))
    return _value_difference(got, expected, subject, wrong, index, error)


def float_difference(
    got: Array, expected: Array, subject: str, tolerance: Tolerance
) -> Difference | None:
    """Compare finiteness, then values within `tolerance`."""
    dtype = np.complex128 if expected.dtype.kind == "c" else np.float64
    ours, theirs = got.astype(dtype), expected.astype(dtype)
    strange = _strange(ours.real, theirs.real) | _strange(ours.imag, theirs.imag)
    if strange.any():
        return _finiteness_difference(ours, theirs, subject, strange)
    with np.errstate(over="ignore", invalid="ignore"):
        errors = np.abs(ours - theirs)
        limits = tolerance.atol + tolerance.rtol * np.abs(theirs)
        limits = limits + tolerance.peak * peak_of(theirs)
        # Equal numbers agree even where |expected| overflows, as 1e308+1e308j does.
        wrong = np.isfinite(theirs) & ~(errors <= limits) & (ours != theirs)
    if not wrong.any():
        return None
    index = _worst(ours, theirs, wrong)
    return _value_difference(ours, theirs, subject, wrong, index, errors[index])


def wrongness(got: Array, expected: Array, wrong: _Mask) -> Array:
    """Return |got - expected| where `wrong`, -1 elsewhere.

    As far as float64 tells errors apart; infinite where one of the two is nan.
    """
    if "O" in got.dtype.kind + expected.dtype.kind:  # ints that float64 may not hold
        return np.where(wrong, 1.0, -1.0)
    with np.errstate(over="ignore", invalid="ignore"):
        errors = np.abs(widened(got) - widened(expected))
    return np.where(wrong, np.where(np.isnan(errors), np.inf, errors), -1.0)


def _worst(got: Array, expected: Array, wrong: _Mask) -> tuple[int, ...]:
    flat = int(np.argmax(wrongness(got, expected, wrong)))
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


def _finiteness_difference(
    got: Array, expected: Array, subject: str, strange: _Mask
) -> Difference:
    index = _index(np.argwhere(strange)[0])
    count = int(np.count_nonzero(strange))
    message = f"{subject} is not finite"
    if not np.isfinite(expected[index]):
        message = f"{subject} has the wrong nan or infinity"
    others = f", and at {count - 1} more of {got.size} elements" if count > 1 else ""
    ours = number_words(got[index]) + place_words(index) + others
    theirs = number_words(expected[index])
    mismatch = Mismatch(
        "finiteness", message, ours, theirs, index=index, count=count, size=got.size
    )
    return Difference(mismatch, (got, expected, strange))


def _value_difference(
    got: Array,
    expected: Array,
    subject: str,
    wrong: _Mask,
    index: tuple[int, ...],
    error: float,
) -> Difference:
    count = int(np.count_nonzero(wrong))
    message = f"{subject} has {'wrong values' if index else 'the wrong value'}"
    others = (
        f", and {count - 1} more of {got.size} elements differ" if count > 1 else ""
    )
    ours, theirs = told_apart(got[index], expected[index])
    mismatch = Mismatch(
        "values",
        message,
        ours + place_words(index) + others,
        theirs,
        index=index,
        count=count,
        size=got.size,
        max_error=_finite(error),
    )
    return Difference(mismatch, (got, expected, wrong))


def _index(place: Any) -> tuple[int, ...]:
    return tuple(int(axis) for axis in place)


def _finite(error: float) -> float:
    """Return the error as a float that JSON can hold."""
    try:
        return min(float(error), sys.float_info.max)
    except OverflowError:  # a difference of ints beyond any float
        return sys.float_info.max
