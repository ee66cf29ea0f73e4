"""autograder.comparison.compare: what agrees, and the first reason why not."""

from __future__ import annotations

import functools
import json
import math
import sys
from dataclasses import asdict
from enum import IntEnum

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from autograder import comparison
from autograder.arrays import tf_tensor, torch_tensor
from autograder.comparison import (
    KINDS,
    Mismatch,
    Tolerance,
    compare,
    difference_of,
    wrongness,
)
from autograder.wire import Handle

EXACT = Tolerance(rtol=0.0, atol=0.0)
CLOSE = Tolerance(rtol=1e-9, atol=1e-12)
NAN, INF = math.nan, math.inf


def reason(got, expected, tolerance=CLOSE, **options) -> tuple[str, str, str, str]:
    """The four words of a mismatch; fails if there is none."""
    found = compare(got, expected, tolerance, **options)
    assert found is not None
    return found.kind, found.message, found.got, found.expected


def test_every_public_name_exists_once():
    assert sorted(set(comparison.__all__)) == sorted(comparison.__all__)
    assert all(hasattr(comparison, name) for name in comparison.__all__)


# --- what agrees ----------------------------------------------------------------------

EQUAL = {
    "none": (None, None),
    "text": ("relu", "relu"),
    "bytes": (b"ab", b"ab"),
    "bool": (True, True),
    "numpy bool": (np.bool_(False), False),
    "int": (3, 3),
    "int of another width": (np.uint8(3), 3),
    "ints of another width": (np.array([1, 2], np.int8), np.array([1, 2])),
    "unsigned above int64": (
        np.array([2**63], np.uint64),
        2**63 * np.ones(1, np.uint64),
    ),
    "long int": (2**80, 2**80),
    "float": (0.5, 0.5),
    "python float for a scalar": (0.5, np.float64(0.5)),
    "python float for a 0-d array": (0.5, np.array(0.5)),
    "python float for float32": (0.5, np.float32(0.5)),
    "python int for a float": (2, 2.0),
    "0-d array for a float": (np.array(0.5), 0.5),
    "numpy float": (np.float64(0.5), 0.5),
    "complex": (1j, np.complex128(1j)),
    "python float for complex": (1.0, 1 + 0j),
    "array": (np.ones((2, 3)), np.ones((2, 3))),
    "other byte order": (np.ones(2, ">f8"), np.ones(2)),
    "expected in other byte order": (np.ones(2), np.ones(2, ">f8")),
    "empty": (np.zeros((0, 3)), np.zeros((0, 3))),
    "empty list": ([], np.zeros(0)),
    "list for an array": ([[1.0, 2], [3, 4]], np.array([[1.0, 2.0], [3.0, 4.0]])),
    "list of ints": ([1, 2], np.array([1, 2])),
    "list of ints for floats": ([1, 2], np.array([1.0, 2.0])),
    "list of bools": ([True, False], np.array([True, False])),
    "list of rows": ([np.ones(2), np.ones(2)], np.ones((2, 2))),
    "list of float32": ([np.float32(1), 2.0], np.array([1, 2], np.float32)),
    "list for a tuple": ([3, 4], (3, 4)),
    "tuple for a list": ((3, [4]), [3, (4,)]),
    "dict in another order": ({"a": 1, "b": 2.0}, {"b": 2.0, "a": 1}),
    "nan": (np.array([NAN, 1]), np.array([NAN, 1])),
    "infinities": (np.array([INF, -INF]), np.array([INF, -INF])),
    "complex nan": (np.array([complex(NAN, 1)]), np.array([complex(NAN, 1)])),
    "negative zero": (np.array([-0.0]), np.array([0.0])),
    "tensor": (torch_tensor([1.0]), torch_tensor([1.0])),
}


@pytest.mark.parametrize(("got", "expected"), EQUAL.values(), ids=EQUAL)
def test_equal_values_agree_even_without_tolerance(got, expected):
    assert compare(got, expected, EXACT) is None


NUMBERS = hnp.arrays(
    st.sampled_from(
        [np.float32, np.float64, np.int64, np.uint8, np.complex128, np.bool_]
    ),
    hnp.array_shapes(min_dims=0, min_side=0, max_side=4),
)


@given(NUMBERS)
def test_every_array_agrees_with_its_copy(array):
    assert compare(array.copy(), array, EXACT) is None


@given(NUMBERS.filter(lambda array: array.size > 0), st.data())
def test_one_changed_element_is_found_where_it_is(array, data):
    places = st.tuples(*(st.integers(0, axis - 1) for axis in array.shape))
    index = data.draw(places)
    changed = array.copy()
    is_bool = array.dtype == np.bool_
    with np.errstate(all="ignore"):
        changed[index] = ~array[index] if is_bool else array[index] * 2 + 1
    parts = (changed.real, array.real), (changed.imag, array.imag)
    same = all(np.array_equal(*pair, equal_nan=True) for pair in parts)
    found = compare(changed, array, EXACT)
    if same:  # nan, infinite, or too large for one to count
        assert found is None
    else:
        assert found is not None
        assert found.kind in ("values", "finiteness")
        assert (found.index, found.count, found.size) == (index, 1, array.size)


# --- type -----------------------------------------------------------------------------

WRONG_TYPE = {
    "none": (None, np.ones(2), "None", "a numpy array of shape (2,)"),
    "text": ("1.0", 1.0, "the text '1.0'", "a number"),
    "arabic digits": ("١٢", 12, "the text '١٢'", "an integer"),
    "number for text": (1, "relu", "a number (int)", "text"),
    "number for none": (0.0, None, "a number (float)", "None"),
    "number for bytes": (np.float32(1), b"", "a number (float32)", "bytes"),
    "dict": ({"a": 1}, np.ones(2), "a dict of 1 item", "a numpy array of shape (2,)"),
    "array for a tuple": (
        *(np.array([3, 4]), (3, 4)),
        *("a numpy array of shape (2,)", "a tuple of 2 items"),
    ),
    "list for a dict": ([1], {"a": 1}, "a list of 1 item", "a dict of 1 item"),
    "ragged": ([[1.0], [2.0, 3.0]], np.ones(2), "a list of 2 items", None),
    "bools among numbers": ([True, 1.0], np.ones(2), "a list of 2 items", None),
    "bools among arrays": ([np.bool_(1), np.ones(())], np.ones(2), None, None),
    "text in a list": (["1", "2"], np.ones(2), "a list of 2 items", None),
    "object array": (np.array([None]), np.ones(1), "an array of dtype object", None),
    "masked": (np.ma.masked_all(2), np.ones(2), "a masked array", None),
    "endless nesting": (
        functools.reduce(lambda x, _: [x], range(99), 1.0),
        1.0,
        None,
        None,
    ),
    "int beyond floats": ([10**400, 1.0], np.ones(2), "a list of 2 items", None),
    "handle": (Handle(1, "object", "Net"), np.ones(2), "a Net", None),
    "rude handle": (Handle(1, "object", "\x1b[2J"), 1.0, "a \\x1b[2J", "a number"),
    "object": (object(), True, "an object", "True or False"),
    "array for a tensor": (
        *(np.ones(1), torch_tensor([1.0])),
        *("a numpy array of shape (1,)", "a torch tensor on cpu"),
    ),
    "other framework": (tf_tensor([1.0]), torch_tensor([1.0]), None, None),
    "other device": (
        *(torch_tensor([1.0]), torch_tensor([1.0], "cuda")),
        *("a torch tensor on cpu", "a torch tensor on cuda"),
    ),
    "tensor for an array": (torch_tensor([1.0]), np.ones(1), None, None),
    "tensor for a number": (
        torch_tensor(1.0),
        1.0,
        "a torch tensor on cpu",
        "a number",
    ),
}


@pytest.mark.parametrize(
    ("got", "expected", "words", "wanted"), WRONG_TYPE.values(), ids=WRONG_TYPE
)
def test_wrong_type_is_told_first(got, expected, words, wanted):
    kind, message, ours, theirs = reason(got, expected)
    assert kind == "type"
    missing = "the result is None; is a return missing?"
    assert message == (missing if got is None else "the result has the wrong type")
    assert words in (ours, None)
    assert wanted in (theirs, None)


# --- shape ----------------------------------------------------------------------------

WRONG_SHAPE = {
    "empty": (np.zeros(0), np.zeros(2), "(0,)", "(2,)"),
    "empty of rows": (np.zeros((0, 3)), np.zeros((2, 3)), "(0, 3)", "(2, 3)"),
    "would broadcast": (np.ones(1), np.ones(5), "(1,)", "(5,)"),
    "scalar would broadcast": (1.0, np.ones(5), "() (a single number)", "(5,)"),
    "one more axis": (np.ones((5, 1)), np.ones(5), "(5, 1)", "(5,)"),
    "transposed": (np.ones((2, 3)), np.ones((3, 2)), "(2, 3)", "(3, 2)"),
    "array for a number": (np.ones(1), 1.0, "(1,)", "() (a single number)"),
    "list for a number": ([1.0], 1.0, "(1,)", "() (a single number)"),
    "empty lists": ([[], []], np.zeros(0), "(2, 0)", "(0,)"),
    "empty against empty": (np.zeros((0, 2)), np.zeros((0, 3)), "(0, 2)", "(0, 3)"),
}


@pytest.mark.parametrize(
    ("got", "expected", "ours", "theirs"), WRONG_SHAPE.values(), ids=WRONG_SHAPE
)
def test_shapes_are_never_broadcast(got, expected, ours, theirs):
    message = "the result has the wrong shape"
    assert reason(got, expected) == ("shape", message, ours, theirs)


def test_number_of_items_and_keys_are_a_shape():
    assert reason((1, 2), (1,)) == (
        *("shape", "the result has the wrong number of items"),
        *("2 items", "1 item"),
    )
    assert reason({"a": 1, "b": 2}, {"a": 1}) == (
        *("shape", "the result has the wrong keys"),
        *("keys 'a', 'b'", "keys 'a'"),
    )
    assert reason({}, {"a": 1})[2] == "no keys"
    eight = "keys 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'"
    assert reason({}, dict.fromkeys("abcdefgh", 1))[3] == eight
    assert reason({}, dict.fromkeys("abcdefghi", 1))[3] == f"{eight} and 1 more"


# --- dtype ----------------------------------------------------------------------------

WRONG_DTYPE = {
    "True for 1": (True, 1, "bool", "an integer"),
    "True for 1.0": (True, 1.0, "bool", "float64"),
    "1 for True": (1, True, "int", "bool"),
    "1.0 for True": (np.float64(1), True, "float64", "bool"),
    "bools for numbers": (np.ones(2, bool), np.ones(2), "bool", "float64"),
    "numbers for bools": (np.ones(2, int), np.ones(2, bool), "int64", "bool"),
    "4.0 for 4": (4.0, 4, "float", "an integer"),
    "floats for ints": (np.ones(2), np.ones(2, int), "float64", "an integer"),
    "ints for floats": (np.ones(2, int), np.ones(2), "int64", "float64"),
    "numpy int for a float": (np.int64(2), 2.0, "int64", "float64"),
    "int that no float equals": (2**53 + 1, 2.0**53, "int", "float64"),
    "int beyond floats": (10**400, INF, "int", "float64"),
    "float64 for float32": (np.ones(2), np.ones(2, "f4"), "float64", "float32"),
    "float32 for float64": (np.ones(2, "f4"), np.ones(2), "float32", "float64"),
    "float16 for float32": (np.ones(2, "f2"), np.ones(2, "f4"), "float16", "float32"),
    "numpy float32 for a float": (np.float32(1), 1.0, "float32", "float64"),
    "list for float32": ([1.0, 2.0], np.ones(2, "f4"), "float64", "float32"),
    "list of floats for ints": ([1.0], np.ones(1, int), "float64", "an integer"),
    "complex for real": (np.ones(1, complex), np.ones(1), "complex128", "float64"),
    "complex number for real": (1 + 0j, 1.0, "complex", "float64"),
    "real for complex": (np.ones(1), np.ones(1, complex), "float64", "complex128"),
    "complex64": (np.ones(1, "c8"), np.ones(1, "c16"), "complex64", "complex128"),
    "tensor": (torch_tensor([1]), torch_tensor([1.0]), "int64", "float64"),
}


@pytest.mark.parametrize(
    ("got", "expected", "ours", "theirs"), WRONG_DTYPE.values(), ids=WRONG_DTYPE
)
def test_a_kind_of_number_stands_only_for_itself(got, expected, ours, theirs):
    message = "the result has the wrong dtype"
    assert reason(got, expected) == ("dtype", message, ours, theirs)


def test_floats_may_stand_for_ints_when_asked():
    assert compare(4.0, 4, CLOSE, exact_ints=False) is None
    assert compare(np.ones(2, "f4"), np.ones(2, int), CLOSE, exact_ints=False) is None
    assert reason(4.1, 4, exact_ints=False)[0] == "values"
    assert reason(NAN, 4, exact_ints=False)[0] == "finiteness"
    assert reason(True, 1, exact_ints=False)[0] == "dtype"
    assert reason(5, 4, Tolerance(1.0, 1.0), exact_ints=False)[0] == "values"
    assert reason(1e30, 10**30, exact_ints=False)[0] == "dtype"


# --- finiteness -----------------------------------------------------------------------


def test_example_of_the_style_guide_reads_as_it_does():
    got = np.ones((3, 3))
    got[1, 0] = got[1, 2] = got[2, 2] = NAN
    expected = np.full((3, 3), 0.09003057317038046)
    assert compare(got, expected, CLOSE) == Mismatch(
        kind="finiteness",
        message="the result is not finite",
        got="nan at (1, 0), and at 2 more of 9 elements",
        expected="0.0900306",
        index=(1, 0),
        count=3,
        size=9,
    )


NOT_FINITE = {
    "nan": (NAN, 1.0, "the result is not finite"),
    "infinity": (INF, 1.0, "the result is not finite"),
    "nan for infinity": (NAN, INF, "the result has the wrong nan or infinity"),
    "infinity for nan": (INF, NAN, "the result has the wrong nan or infinity"),
    "other sign": (-INF, INF, "the result has the wrong nan or infinity"),
    "number for nan": (1.0, NAN, "the result has the wrong nan or infinity"),
    "largest for infinity": (
        *(sys.float_info.max, INF),
        "the result has the wrong nan or infinity",
    ),
    "imaginary nan": (complex(1, NAN), 1 + 1j, "the result is not finite"),
    "imaginary sign": (
        *(complex(0, INF), complex(0, -INF)),
        "the result has the wrong nan or infinity",
    ),
}


@pytest.mark.parametrize(
    ("got", "expected", "message"), NOT_FINITE.values(), ids=NOT_FINITE
)
def test_nan_and_infinity_agree_only_with_themselves(got, expected, message):
    anything = Tolerance(rtol=1e300, atol=1e300)
    assert reason(got, expected, anything)[:2] == ("finiteness", message)
    arrays = np.array([got]), np.array([expected])
    assert reason(*arrays, anything)[:2] == ("finiteness", message)


def test_all_nan_never_agrees_with_numbers():
    assert reason(np.full(4, NAN), np.zeros(4))[2] == (
        "nan at (0,), and at 3 more of 4 elements"
    )


# --- values ---------------------------------------------------------------------------


def test_largest_error_is_shown_with_its_place():
    expected = np.array([[1.0, 2.0], [3.0, 4.0]])
    got = np.array([[1.0, 2.5], [5.0, 4.0]])
    found = compare(got, expected, CLOSE)
    assert found == Mismatch(
        kind="values",
        message="the result has wrong values",
        got="5 at (1, 0), and 1 more of 4 elements differ",
        expected="3",
        index=(1, 0),
        count=2,
        size=4,
        max_error=2.0,
    )


def test_largest_error_of_ints_is_shown_whatever_its_sign():
    found = compare(np.array([1, -9, 3]), np.array([1, 2, 2]), EXACT)
    assert found is not None
    assert (found.index, found.count, found.max_error) == ((1,), 2, 11.0)
    found = compare([2**70, 1], np.array([2**70, 2], object).tolist(), EXACT)
    assert found is not None
    assert found.message == "item 2 of 2 has the wrong value"


WRONG_VALUES = {
    "one of several": (np.array([1.0, 2.0]), np.array([1.0, 3.0]), "2 at (1,)", "3"),
    "more digits": (1.0000001, 1.0, "1.0000001", "1"),
    "all digits": (0.1 + 0.2, 0.3, "0.30000000000000004", "0.29999999999999999"),
    "complex": (1 + 2j, 1 - 2j, "1+2j", "1-2j"),
    "bool": (False, True, "False", "True"),
    "ints": ([1, 2], np.array([1, 9]), "2 at (1,)", "9"),
    "long ints": (2**70, 2**70 + 1, str(2**70), str(2**70 + 1)),
    "longer ints": (10**40, 10**40 + 1, None, "10000000...00000001 (41 digits)"),
    "uint8 that would wrap": (np.uint8(255), -1, "255", "-1"),
    "uint64 beside int64": (np.uint64(2**63), np.int64(-(2**63)), None, None),
    "neighbours above 2**53": (np.int64(2**53 + 1), np.int64(2**53), None, None),
    "opposite of the largest": (-1.7e308, 1.7e308, "-1.7e+308", "1.7e+308"),
}


@pytest.mark.parametrize(
    ("got", "expected", "ours", "theirs"), WRONG_VALUES.values(), ids=WRONG_VALUES
)
def test_wrong_values_are_shown_so_that_they_look_unequal(got, expected, ours, theirs):
    kind, message, shown, wanted = reason(got, expected, EXACT)
    is_scalar = np.ndim(expected) == 0
    expectation = "the wrong value" if is_scalar else "wrong values"
    assert (kind, message) == ("values", f"the result has {expectation}")
    assert shown != wanted
    assert ours in (shown, None)
    assert theirs in (wanted, None)


def test_text_is_compared_exactly_and_shown_shortly():
    long = "x" * 99
    assert reason("Relu", "relu") == (
        *("values", "the result is the wrong text"),
        *("'Relu'", "'relu'"),
    )
    assert reason(long, "relu")[2] == "'" + "x" * 56 + "..."
    assert reason(b"a", b"b")[1] == "the result is the wrong bytes"


def test_tolerances_never_loosen_ints():
    anything = Tolerance(rtol=1.0, atol=100.0, peak=1.0)
    assert reason(5, 4, anything)[0] == "values"
    assert reason(np.array([5]), np.array([4]), anything)[0] == "values"


def test_each_part_of_the_tolerance_counts_as_stated():
    expected = np.array([0.0, 1.0, 100.0])
    limits = {
        Tolerance(0.0, 0.5): [0.5, 0.5, 0.5],
        Tolerance(0.01, 0.0): [0.0, 0.01, 1.0],
        Tolerance(0.0, 0.0, 0.01): [1.0, 1.0, 1.0],
        Tolerance(0.01, 0.5, 0.01): [1.5, 1.51, 2.5],
    }
    for tolerance, errors in limits.items():
        inside = expected + 0.999 * np.array(errors)
        outside = expected - 1.001 * np.array(errors) - 1e-15
        assert compare(inside, expected, tolerance) is None
        found = compare(outside, expected, tolerance)
        assert found is not None
        assert found.count == 3


def test_peak_is_of_the_same_array_and_of_finite_elements():
    small, large = np.array([1.0, INF]), np.array([1e6])
    tolerance = Tolerance(0.0, 0.0, peak=1e-3)
    got = (np.array([1.01, INF]), large)
    assert reason(got, (small, large), tolerance)[1] == "item 1 of 2 has wrong values"


@pytest.mark.parametrize("bad", [-1.0, NAN, INF])
@pytest.mark.parametrize("name", ["rtol", "atol", "peak"])
def test_tolerance_that_would_accept_all_or_nothing_is_refused(name, bad):
    with pytest.raises(ValueError, match=f"{name} is {bad}; use a finite number"):
        Tolerance(**{"rtol": 0.0, "atol": 0.0, name: bad})


def test_huge_values_give_no_warning_and_a_finite_error(recwarn):
    found = compare(np.array([-1.7e308]), np.array([1.7e308]), CLOSE)
    assert found is not None
    assert found.max_error == sys.float_info.max
    assert len(recwarn) == 0
    found = compare(10**1000, 1, CLOSE)
    assert found is not None
    json.dumps(asdict(found), allow_nan=False)


# --- the arrays to draw ---------------------------------------------------------------


def test_a_difference_has_both_arrays_and_where_they_differ():
    got, expected = [[1, 2]], np.array([[1.0, 3.0]])
    found = difference_of(("text", got), ("text", expected), CLOSE)
    assert found is not None
    assert found.mismatch == compare(("text", got), ("text", expected), CLOSE)
    assert [each.tolist() for each in found.arrays] == [
        [[1.0, 2.0]],
        [[1.0, 3.0]],
        [[False, True]],
    ]


def test_a_difference_of_shapes_has_both_arrays():
    found = difference_of(np.ones(2), np.ones(3), CLOSE)
    assert found is not None
    assert [each.shape for each in found.arrays] == [(2,), (3,)]


@pytest.mark.parametrize("got", ["text", None, {}, object()])
def test_a_difference_of_types_has_none(got):
    found = difference_of(got, np.ones(3), CLOSE)
    assert found is not None
    assert found.arrays == ()


@pytest.mark.parametrize(
    ("got", "expected", "away"),
    [
        ([1.0, 5.0], [1.0, 2.0], [-1.0, 3.0]),
        ([NAN, 5.0], [1.0, 5.0], [INF, -1.0]),
        ([3j, 0j], [4.0, 0.0], [5.0, -1.0]),
        (np.array([2**70, 1], object), [1, 1], [1.0, -1.0]),
        ([True, False], [False, False], [1.0, -1.0]),
    ],
    ids=["floats", "nan", "complex", "ints beyond 64 bits", "bools"],
)
def test_wrongness_is_the_distance_where_something_is_wrong(got, expected, away):
    ours, theirs = np.asarray(got), np.asarray(expected)
    assert wrongness(ours, theirs, ours != theirs).tolist() == away


# --- subclasses of Python's numbers ---------------------------------------------------


class Level(IntEnum):
    ONE = 1


@pytest.mark.parametrize(
    ("got", "expected"),
    [(Level.ONE, 1), ([Level.ONE, 2], np.array([1, 2])), (Level.ONE, 1.0)],
    ids=["one", "in a list", "for a float"],
)
def test_an_enum_of_ints_is_an_int(got, expected):
    assert compare(got, expected, CLOSE) is None


# --- order and nesting ----------------------------------------------------------------


def test_earliest_kind_of_reason_is_told_then_the_first_item():
    expected = (np.ones(2), np.ones(2), np.ones(2), np.ones(2), np.ones(2))
    got = [
        np.zeros(2),  # values
        np.array([NAN, 1.0]),  # finiteness
        np.ones(2, np.float32),  # dtype
        np.ones(3),  # shape
        None,  # type
    ]
    kinds = [reason(got[:n], expected[:n])[0] for n in range(len(got), 0, -1)]
    assert kinds == list(KINDS)
    assert reason([np.zeros(2), np.zeros(2)], expected[:2])[1].startswith("item 1 of 2")


def test_one_value_is_judged_in_the_same_order():
    wrong = np.full((2, 2), NAN, np.float32)
    assert reason(wrong, np.ones(4))[0] == "shape"
    assert reason(wrong.reshape(4), np.ones(4))[0] == "dtype"
    assert reason(wrong.reshape(4).astype(float), np.ones(4))[0] == "finiteness"


def test_nested_items_are_told_by_their_path():
    expected = {"grads": (1.0, [2.0, 3.0])}
    got = {"grads": (1.0, [2.0, 4.0])}
    message = "key 'grads', item 2 of 2, item 2 of 2 has the wrong value"
    assert reason(got, expected)[1] == message


def test_message_never_holds_an_expected_value():
    secret = 12345.0
    wrong = [None, "x", np.ones(2), 3, True, NAN, 1.0, [secret], {}, ()]
    messages = [reason(got, secret)[1] for got in wrong]
    messages += [reason([got, 1], [secret, 1])[1] for got in wrong]
    assert all("12345" not in message for message in messages)


@pytest.mark.parametrize(
    ("expected", "what"),
    [
        ({1}, "a set"),
        (np.array(["a"]), "an array of dtype <U1"),
        (Handle(1, "object", "Net"), "a Net"),
    ],
    ids=["set", "text array", "handle"],
)
def test_oracle_that_returns_what_cannot_be_compared_is_our_fault(expected, what):
    with pytest.raises(TypeError) as fault:
        compare(1.0, expected, CLOSE)
    message = f"can't compare with {what}; expected numbers or text"
    assert str(fault.value) == message


ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.complex_numbers()
    | st.text(max_size=4)
    | st.binary(max_size=4)
    | hnp.arrays(st.sampled_from(["f4", "f8", "i2", "?", "c16"]), st.just((2,))),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.lists(inner, max_size=3).map(tuple)
        | st.dictionaries(st.text(max_size=2), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(ANYTHING)
@example(complex(1e308, 1.7e308))
def test_everything_agrees_with_itself(value):
    assert compare(value, value, EXACT) is None


@given(ANYTHING, ANYTHING)
def test_any_two_values_give_a_verdict_that_a_report_can_hold(got, expected):
    found = compare(got, expected, CLOSE)
    if found is not None:
        assert found.kind in KINDS
        assert found.message
        assert len(found.got) < 300
        json.dumps(asdict(found), allow_nan=False)
