"""Pairs of results to compare, of everything that a student's function may give.

Owns: hypothesis' strategies for them. May not: know which verdict is right.
"""

from __future__ import annotations

import warnings
from collections import OrderedDict, namedtuple
from enum import IntEnum
from typing import Any

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

__all__ = ["PAIRS", "Pair"]

Pair = namedtuple("Pair", "left right")
Few = IntEnum("Few", ["ONE"])


class Odd(np.ndarray):
    """A subclass, as np.matrix is one."""


#: Few values, so that two of a pair are often equal, or nearly.
_INTS = st.sampled_from(
    [0, 1, 2, -1, 3, 255, 2**53 + 1, 2**60 + 1, 2**63, -(2**63), 2**64, 10**30, 10**400]
)
_FLOATS = st.sampled_from(
    [
        *(0.0, -0.0, 1.0, 1.0 + 1e-12, 1.001, 2.0, 3.0, -1.0, 2.0**60, 1e308, -1e308),
        *(5e-324, float("nan"), float("inf"), float("-inf")),
    ]
)
_COMPLEX = st.builds(complex, _FLOATS, _FLOATS)
_PYTHON = st.booleans() | _INTS | _FLOATS | _COMPLEX
_DTYPES = st.sampled_from(
    ["?", "i1", "i4", "i8", "u1", "u8", "f2", "f4", "f8", "c8", "c16", ">f4", ">i4"]
)


def _cast(number: Any, dtype: str) -> Any:
    """The numbers at a dtype, or zeros where it can't hold them."""
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return np.array(number).astype(dtype)[()]
        except (OverflowError, TypeError, ValueError):
            return np.zeros((), dtype)[()]


_SCALARS = st.builds(_cast, st.booleans() | _FLOATS | st.integers(-3, 300), _DTYPES)
_SHAPES = st.sampled_from([(), (0,), (1,), (2,), (1, 2), (2, 1), (2, 2), (0, 2), (3,)])


@st.composite
def _arrays(draw: st.DrawFn) -> np.ndarray:
    dtype, shape = draw(_DTYPES), draw(_SHAPES)
    numbers = st.booleans() | _FLOATS | st.integers(-3, 300)
    array = np.zeros(shape, dtype)
    for index in np.ndindex(*shape):
        array[index] = _cast(draw(numbers), dtype)
    return array


_ODD = st.sampled_from(
    [
        *(None, "", "a", "b", "a" * 70, b"", b"a", Ellipsis, {1}, range(2), Few.ONE),
        *(np.array("a"), np.str_("a"), np.array([None, 1]), np.array([1, 2], object)),
        *(np.datetime64("2020-01-01"), np.zeros(2, "f4,i4"), np.ma.array([1.0, 2.0])),
        *(np.zeros((1, 2)).view(Odd), np.longdouble(1), np.ones(2, np.longdouble)),
        *(np.float64, int, len, bytearray(b"a"), np.bytes_(b"a")),
    ]
)


def _nested(leaves: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.recursive(
        leaves,
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.lists(inner, max_size=3).map(tuple)
            | st.builds(Pair, inner, inner)
            | st.dictionaries(st.sampled_from(["a", "b", "c" * 70]), inner, max_size=2)
            | st.builds(lambda item: OrderedDict(b=item), inner)
        ),
        max_leaves=5,
    )


_NUMBERS = _PYTHON | _SCALARS | _arrays() | hnp.from_dtype(np.dtype("f4"))
_EXPECTED = _nested(_NUMBERS | st.sampled_from([None, "a", "b", "", b"a"]))
_ANY = _nested(_NUMBERS | _ODD)


@st.composite
def _changed(draw: st.DrawFn) -> tuple[Any, Any]:
    """An expected result, and the same with a container, a kind or a leaf changed."""
    expected = draw(_EXPECTED)
    return _like(draw, expected), expected


def _like(draw: st.DrawFn, value: Any) -> Any:
    if draw(st.integers(0, 9)) == 0:
        return draw(_ANY)
    if isinstance(value, dict):
        return {key: _like(draw, item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        items = [_like(draw, item) for item in value]
        return draw(st.sampled_from([list, tuple]))(items)
    if isinstance(value, (np.ndarray, np.generic)):
        ways: list[Any] = [
            *(lambda x: x, lambda x: x, np.asarray, lambda x: x.tolist()),
            *(lambda x, to=to: _cast(x, to) for to in ("f2", "f4", "f8")),
            *(lambda x, to=to: _cast(x, to) for to in ("i8", "c16", "?")),
            *(lambda x: np.atleast_1d(x), lambda x: list(np.atleast_1d(x))),
        ]
        return draw(st.sampled_from(ways))(value)
    if isinstance(value, (bool, int, float, complex)):
        kinds: list[Any] = [lambda x: x, np.array, lambda x: [x], lambda x: x + 1]
        kinds += [lambda x, to=to: _cast(x, to) for to in ("f4", "f8", "i8", "c8")]
        return draw(st.sampled_from(kinds))(value)
    return value


PAIRS = _changed() | st.tuples(_ANY, _EXPECTED)
