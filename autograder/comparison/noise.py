"""How near is near enough: tolerances from rounding error.

Owns: the rule, which takes the oracle's own error, its numbers and their reasons. May
not: see a student's result.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from autograder.arrays import Array, Tensor, leaves
from autograder.comparison.elements import peak_of, widened
from autograder.comparison.mismatch import Tolerance
from autograder.comparison.numbers import read_numbers

__all__ = ["coarsened", "magnitude", "noise_tolerance"]

_MAX_SCALE: Final = 256.0  # an image's largest byte, and more than most inputs


@dataclass(frozen=True)
class _Floor:
    """A dtype's numbers in the rule; see `noise_tolerance`."""

    floor: float
    cap: float
    atol: float
    epsilon: float


_HALF: Final = _Floor(floor=1e-2, cap=5e-2, atol=1e-3, epsilon=2.0**-10)
_SINGLE: Final = _Floor(floor=3e-5, cap=4e-4, atol=1e-7, epsilon=2.0**-23)
_DOUBLE: Final = _Floor(floor=1e-9, cap=4e-4, atol=1e-12, epsilon=2.0**-52)


def noise_tolerance(
    oracle_at_dtype: object,
    oracle_at_float64: object,
    dtype: npt.DTypeLike,
    *,
    multiple: float = 64.0,
    scale: float | None = None,
) -> Tolerance:
    """Derive a tolerance from the oracle's rounding error at the student's dtype.

    The noise is the largest difference between the two evaluations, relative to the
    largest |element| of the same array. Accepted is `multiple` times the noise, at
    least the dtype's floor, at most its cap:

        dtype     floor  cap   atol   why
        float64   1e-9   4e-4  1e-12  other orders of summation differ by 1e-16 to
                                      1e-13, an FFT by 1e-14 to 1e-11
        float32   3e-5   4e-4  1e-7   epsilon is 1.2e-7; sums of 1e4 products and FFTs
                                      reach 1e-5
        float16   1e-2   5e-2  1e-3   epsilon is 1e-3

    64, because another order of summation or an FFT is seldom ten times worse than the
    oracle's own order, and because a maximum over few elements depends on luck. For the
    same reason the noise counts as at least epsilon of `scale`: where terms cancel in
    pairs the oracle may lose nothing, and another order of the same sum does. `scale`
    counts up to 256 only, so that a test of overflow doesn't loosen its own tolerance.

    The floor is both `rtol` and the least `peak`. So at float32 and float64 a result
    whose largest element is wrong by 1e-3 is refused: floor and cap together are less.
    There are two exceptions, both for results whose terms cancelled:

    - Where 8 times the noise is above the cap, the dtype can't do better, and 8 times
      the noise is accepted, absolutely.
    - Where no result is above 4 epsilon of `scale`, everything cancelled, as in an edge
      filter on a constant image; 16 epsilon of `scale` are accepted, absolutely.

    Args:
        oracle_at_dtype: The oracle's result for the student's inputs.
        oracle_at_float64: Its result for the same inputs as float64 (complex128).
        dtype: The student's dtype; ints and bools count as float64.
        multiple: How many times the noise is accepted.
        scale: Size of the terms that were added up; `magnitude` of the inputs will do.

    Raises:
        ValueError: The two results differ in structure or shape; or a dtype that the
            oracle is not made for.
    """
    numbers = _floor_of(np.dtype(dtype))
    pairs = _pairs(oracle_at_dtype, oracle_at_float64)
    least_noise = numbers.epsilon * min(scale or 0.0, _MAX_SCALE)
    peak, atol = numbers.floor, numbers.atol
    for rounded, exact in pairs:
        with np.errstate(over="ignore", invalid="ignore"):
            noise = peak_of(widened(rounded) - widened(exact))
        size = peak_of(exact)
        wanted = multiple * max(noise, least_noise)
        peak = max(peak, min(wanted, numbers.cap * size) / (size or 1.0))
        if 8 * noise > numbers.cap * size:
            atol = max(atol, 8 * noise)
    if all(peak_of(exact) <= 4 * least_noise for _, exact in pairs):
        atol = max(atol, 16 * least_noise)
    return Tolerance(rtol=numbers.floor, atol=atol, peak=peak)


def coarsened(tolerance: Tolerance, result: object) -> Tolerance:
    """Widen a tolerance to the floor of the dtype in which a result came.

    For a result that lost precision on its way: another order of the same sums differs
    from it by its own rounding, not by the inputs'. Floors as in `noise_tolerance`.

    Args:
        tolerance: The one for a result at the inputs' dtype.
        result: Arrays and numbers, however nested; float64 and ints widen nothing.
    """
    for leaf in _leaves(result):
        if leaf.dtype.kind in "fc" and (numbers := _floor_of(leaf.dtype)) != _DOUBLE:
            tolerance = Tolerance(
                rtol=max(tolerance.rtol, numbers.floor),
                atol=max(tolerance.atol, numbers.atol),
                peak=max(tolerance.peak, numbers.floor),
            )
    return tolerance


def magnitude(*values: object) -> float:
    """Return the largest finite |number| in `values`, however nested; 0.0 if none."""
    peaks = (peak_of(leaf) for value in values for leaf in _leaves(value))
    return max(peaks, default=0.0)


def _floor_of(dtype: np.dtype[Any]) -> _Floor:
    if dtype == np.float16:
        return _HALF
    if dtype in (np.float32, np.complex64):
        return _SINGLE
    if dtype.kind in "biufc":
        return _DOUBLE
    raise ValueError(f"no tolerance for dtype {dtype}; use a dtype of numbers")


def _pairs(rounded: object, exact: object) -> list[tuple[Array, Array]]:
    """Pair the arrays of two results of equal structure."""
    ours, theirs = list(_leaves(rounded)), list(_leaves(exact))
    if [leaf.shape for leaf in ours] != [leaf.shape for leaf in theirs]:
        raise ValueError(
            "the oracle's results at two dtypes differ in structure or shape; "
            "neither may depend on the dtype"
        )
    return list(zip(ours, theirs, strict=True))


def _leaves(value: object) -> Iterator[Array]:
    """Yield every array and number in nested lists, tuples and dicts."""
    for leaf in leaves(value):
        numbers = read_numbers(leaf.array if isinstance(leaf, Tensor) else leaf)
        if numbers is not None and numbers.array.dtype.kind != "O":
            yield numbers.array
