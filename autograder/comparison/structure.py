"""The walk through nested results, and the order of reasons: `compare`.

Owns: type, shape and dtype of every item. May not: look at elements, which is the part
of `elements`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from autograder.arrays import Tensor
from autograder.comparison.elements import float_difference, int_difference
from autograder.comparison.mismatch import KINDS, Difference, Mismatch, Tolerance
from autograder.comparison.numbers import Numbers, read_numbers
from autograder.comparison.words import (
    clipped,
    count_words,
    describe,
    describe_kind,
    key_words,
    shape_words,
    subject_of,
)

__all__ = ["compare", "difference_of"]

_Path = tuple[str, ...]


def compare(
    got: object, expected: object, tolerance: Tolerance, *, exact_ints: bool = True
) -> Mismatch | None:
    """Find the first reason why `got` is not `expected`.

    Lists, tuples and dicts are compared item by item; a list may stand for a tuple and
    the reverse. Of several items at fault the one with the earliest kind of reason is
    told, then the first. Messages count items from 1 ("item 2 of 3") and elements of
    arrays from 0, as numpy does.

    Numbers must be of the expected kind: a bool is no number, a float no int, a complex
    number no real one. Ints of any width agree if they are equal, exactly. Floats and
    complex numbers must have the expected dtype. Python's own numbers have none: one
    float may stand for a scalar of any float dtype, an int for a float that it equals.
    A list of numbers may stand for an array, as float64, if it is not ragged.

    Shapes are never broadcast. nan agrees with nan only, an infinity with the same
    infinity only.

    Args:
        got: What the student's code returned, as the wire delivers it.
        expected: What is right: numbers, numpy arrays, `Tensor`s, text, bytes, None;
            and lists, tuples or dicts of these.
        tolerance: For floats and complex numbers.
        exact_ints: Whether a float is refused where an int is expected; if not, it is
            compared within `tolerance`.

    Returns:
        None if they agree.

    Raises:
        TypeError: `expected` holds something that can't be compared: our fault.
    """
    found = difference_of(got, expected, tolerance, exact_ints=exact_ints)
    return found.mismatch if found else None


def difference_of(
    got: object, expected: object, tolerance: Tolerance, *, exact_ints: bool = True
) -> Difference | None:
    """Find what `compare` finds, with the arrays that it is about."""
    found = _Walk(tolerance, exact_ints).differences(got, expected, ())
    return min(found, key=lambda each: KINDS.index(each.mismatch.kind), default=None)


@dataclass(frozen=True)
class _Walk:
    """One call of `compare`: its rules, applied to every pair of items."""

    tolerance: Tolerance
    exact_ints: bool

    def differences(
        self, got: object, expected: object, path: _Path
    ) -> Iterator[Difference]:
        """Yield the first difference of every item that has one."""
        if isinstance(expected, (list, tuple)):
            yield from self._of_sequence(got, expected, path)
        elif isinstance(expected, dict):
            yield from self._of_dict(got, expected, path)
        else:
            found = self._of_item(got, expected, subject_of(path))
            if found is not None:
                yield found

    def _of_sequence(
        self, got: object, expected: list[Any] | tuple[Any, ...], path: _Path
    ) -> Iterator[Difference]:
        if not isinstance(got, (list, tuple)):
            yield _type_difference(got, expected, subject_of(path))
        elif len(got) != len(expected):
            message = f"{subject_of(path)} has the wrong number of items"
            ours, theirs = count_words(len(got)), count_words(len(expected))
            yield Difference(Mismatch("shape", message, ours, theirs))
        else:
            for n, pair in enumerate(zip(got, expected, strict=True), start=1):
                step = f"item {n} of {len(expected)}"
                yield from self.differences(*pair, (*path, step))

    def _of_dict(
        self, got: object, expected: dict[Any, Any], path: _Path
    ) -> Iterator[Difference]:
        if not isinstance(got, dict):
            yield _type_difference(got, expected, subject_of(path))
        elif got.keys() != expected.keys():
            message = f"{subject_of(path)} has the wrong keys"
            ours, theirs = key_words(got), key_words(expected)
            yield Difference(Mismatch("shape", message, ours, theirs))
        else:
            for key, value in expected.items():
                step = f"key {clipped(repr(key))}"
                yield from self.differences(got[key], value, (*path, step))

    def _of_item(
        self, got: object, expected: object, subject: str
    ) -> Difference | None:
        if expected is None:
            return None if got is None else _type_difference(got, expected, subject)
        if isinstance(expected, (str, bytes)):
            return _text_difference(got, expected, subject)
        if isinstance(expected, Tensor):
            return self._of_tensor(got, expected, subject)
        return self._of_numbers(got, expected, subject)

    def _of_tensor(
        self, got: object, expected: Tensor, subject: str
    ) -> Difference | None:
        home = (expected.framework, expected.device)
        if not isinstance(got, Tensor) or (got.framework, got.device) != home:
            return _type_difference(got, expected, subject)
        return self._of_numbers(got.array, expected.array, subject)

    def _of_numbers(
        self, got: object, expected: object, subject: str
    ) -> Difference | None:
        theirs = read_numbers(expected)
        if theirs is None:
            what = describe(expected)
            raise TypeError(f"can't compare with {what}; expected numbers or text")
        ours = read_numbers(got)
        if ours is None:
            return _type_difference(got, expected, subject)
        if ours.array.shape != theirs.array.shape:
            shapes = shape_words(ours.array.shape), shape_words(theirs.array.shape)
            mismatch = Mismatch("shape", f"{subject} has the wrong shape", *shapes)
            return Difference(mismatch, (ours.array, theirs.array))
        return self._of_elements(ours, theirs, subject)

    def _of_elements(
        self, ours: Numbers, theirs: Numbers, subject: str
    ) -> Difference | None:
        array = ours.standing_for(theirs, exact_ints=self.exact_ints)
        if array is None:
            wanted = "an integer" if theirs.kind == "i" else str(theirs.array.dtype)
            message = f"{subject} has the wrong dtype"
            return Difference(Mismatch("dtype", message, ours.dtype_name, wanted))
        if ours.kind in "bi" and theirs.kind in "bi":
            return int_difference(array, theirs.array, subject)
        return float_difference(array, theirs.array, subject, self.tolerance)


def _type_difference(got: object, expected: object, subject: str) -> Difference:
    if got is None:
        message = f"{subject} is None; is a return missing?"
    else:
        message = f"{subject} has the wrong type"
    ours, theirs = describe(got), describe_kind(expected)
    return Difference(Mismatch("type", message, ours, theirs))


def _text_difference(
    got: object, expected: str | bytes, subject: str
) -> Difference | None:
    kind, noun = (str, "text") if isinstance(expected, str) else (bytes, "bytes")
    if not isinstance(got, kind):
        return _type_difference(got, expected, subject)
    if got == expected:
        return None
    shown = clipped(repr(got)), clipped(repr(expected))
    return Difference(Mismatch("values", f"{subject} is the wrong {noun}", *shown))
