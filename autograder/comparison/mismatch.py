"""What a comparison is given and what it gives back: plain values.

Owns: `Tolerance`, `Mismatch` and `Difference`. May not: compare.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from autograder.arrays import Array

__all__ = ["KINDS", "Difference", "Kind", "Mismatch", "Tolerance"]

Kind: TypeAlias = Literal["type", "shape", "dtype", "finiteness", "values"]

KINDS: Final[tuple[Kind, ...]] = ("type", "shape", "dtype", "finiteness", "values")
"""The reasons, in the order in which they are looked for."""


@dataclass(frozen=True)
class Tolerance:
    """How far a number may be from the expected one.

    An element agrees if

        |got - expected| <= atol + rtol |expected| + peak max |expected|

    with the maximum over the finite elements of the same array. The last term lets an
    element that is small because large terms cancelled carry the large ones' rounding
    error; in a nested result each array has its own maximum.

    Attributes:
        rtol: Relative to the element.
        atol: Absolute.
        peak: Relative to the largest element of the array.

    Raises:
        ValueError: One of them is negative, infinite or nan.
    """

    rtol: float
    atol: float
    peak: float = 0.0

    def __post_init__(self) -> None:
        for name in ("rtol", "atol", "peak"):
            number = getattr(self, name)
            if not (math.isfinite(number) and number >= 0):
                raise ValueError(f"{name} is {number}; use a finite number, 0 or more")


@dataclass(frozen=True)
class Mismatch:
    """The first reason why a result is not the expected one.

    Attributes:
        kind: What differs.
        message: One line for a person. It never holds an expected value, so it may be
            shown for a hidden check; `got` and `expected` may not.
        got: What came: the worst element, or the shape, dtype or type.
        expected: What should have come.
        index: Where in the array, if an element is at fault.
        count: How many elements are at fault; 0 if the whole is.
        size: How many elements the expected array has; 0 if the whole is at fault.
        max_error: Largest |got - expected| of the elements at fault, finite; None
            unless numbers were compared by value.
    """

    kind: Kind
    message: str
    got: str
    expected: str
    index: tuple[int, ...] | None = None
    count: int = 0
    size: int = 0
    max_error: float | None = None


@dataclass(frozen=True, eq=False)
class Difference:
    """A mismatch and the arrays that it is about, for whoever draws them.

    Attributes:
        mismatch: What is told.
        arrays: What came, what should have come, and True where an element is at
            fault; without the last where shapes differ, empty where the item is no
            array.
    """

    mismatch: Mismatch
    arrays: tuple[Array, ...] = ()
