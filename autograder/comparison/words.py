"""The words of a mismatch: short, printable, of a bounded length.

Owns: how values, types and places read to a person. May not: decide anything.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from autograder.arrays import Tensor

__all__ = [
    "clipped",
    "count_words",
    "describe",
    "describe_kind",
    "key_words",
    "number_words",
    "place_words",
    "shape_words",
    "subject_of",
    "told_apart",
]

_MAX_TEXT: Final = 60  # characters
_MAX_KEYS: Final = 8
_MAX_DIGITS: Final = 24  # of an int; float64 has 17
_DIGITS: Final = (6, 9, 12)  # significant digits to try; 17 tells any two floats apart
_KIND_WORDS: Final[tuple[tuple[type, str], ...]] = (
    (str, "text"),
    (bytes, "bytes"),
    (bool, "True or False"),  # before int, its base
    (np.bool_, "True or False"),
    (int, "an integer"),
    (np.integer, "an integer"),
    (complex, "a complex number"),
    (np.complexfloating, "a complex number"),
    (float, "a number"),
    (np.floating, "a number"),
)


def subject_of(path: tuple[str, ...]) -> str:
    """Name what a message is about: the whole result, or an item of it."""
    return ", ".join(path) if path else "the result"


def describe(value: object) -> str:
    """Say in a few words what a value is."""
    if isinstance(value, Tensor):
        return f"a {value.framework} tensor on {value.device}"
    if isinstance(value, np.ndarray):
        return _describe_array(value)
    if isinstance(value, (list, tuple, dict)):
        name = next(kind for kind in (list, tuple, dict) if isinstance(value, kind))
        return f"a {name.__name__} of {count_words(len(value))}"
    if isinstance(value, (str, bytes)):
        noun = "text" if isinstance(value, str) else "bytes"
        return f"the {noun} {clipped(repr(value))}"
    if value is None or isinstance(value, (bool, np.bool_)):
        return str(value)
    if isinstance(value, (int, float, complex, np.generic)):
        return f"a number ({type(value).__name__})"
    # A handle of the wire stands for an object of a class that only the kernel knows.
    name_of_class = getattr(value, "type_name", "") or type(value).__name__
    return _with_article(clipped(ascii(name_of_class).strip("'\"")))


def describe_kind(expected: object) -> str:
    """Say what kind of value is expected, without telling the value."""
    matches = (text for kind, text in _KIND_WORDS if isinstance(expected, kind))
    return next(matches, None) or describe(expected)


def shape_words(axes: tuple[int, ...]) -> str:
    """Format a shape; that of a scalar with a word beside it."""
    return str(axes) if axes else "() (a single number)"


def count_words(number_of: int) -> str:
    """Format a number of items."""
    return "1 item" if number_of == 1 else f"{number_of} items"


def key_words(value: dict[Any, Any]) -> str:
    """List a dict's keys, the first few."""
    if not value:
        return "no keys"
    names = ", ".join(clipped(repr(key)) for key in list(value)[:_MAX_KEYS])
    more = len(value) - _MAX_KEYS
    return f"keys {names}" + (f" and {more} more" if more > 0 else "")


def clipped(text: str) -> str:
    """Cut a text to a bounded length."""
    return text if len(text) <= _MAX_TEXT else f"{text[: _MAX_TEXT - 3]}..."


def place_words(index: tuple[int, ...]) -> str:
    """Format an element's place; nothing for a scalar."""
    return f" at {index}" if index else ""


def told_apart(got: Any, expected: Any) -> tuple[str, str]:
    """Format two unequal numbers with so many digits that they look unequal."""
    for digits in _DIGITS:
        pair = number_words(got, digits), number_words(expected, digits)
        if pair[0] != pair[1]:
            return pair
    return number_words(got, 17), number_words(expected, 17)


def number_words(value: Any, digits: int = _DIGITS[0]) -> str:
    """Format one number with so many significant digits."""
    if isinstance(value, (bool, np.bool_)):
        return str(bool(value))
    if isinstance(value, (int, np.integer)):
        text = str(int(value))
        if len(text) <= _MAX_DIGITS:
            return text
        return f"{text[:8]}...{text[-8:]} ({len(text.lstrip('-'))} digits)"
    if isinstance(value, (complex, np.complexfloating)):
        return f"{value.real:.{digits}g}{value.imag:+.{digits}g}j"
    return f"{float(value):.{digits}g}"


def _describe_array(array: np.ndarray[Any, Any]) -> str:
    if isinstance(array, np.ma.MaskedArray):
        return "a masked array"
    if array.dtype.kind not in "biufc":
        return f"an array of dtype {clipped(str(array.dtype))}"
    return f"a numpy array of shape {array.shape}"


def _with_article(name: str) -> str:
    return f"{'an' if name[:1].lower() in tuple('aeiou') else 'a'} {name}"
