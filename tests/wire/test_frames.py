"""autograder.wire: what crosses, what is refused, and that bytes can't do harm."""

from __future__ import annotations

import enum
import math
import re
import struct
import threading
from collections import OrderedDict, namedtuple
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from autograder import wire
from autograder.arrays import Tensor, torch_tensor
from autograder.errors import WireError
from autograder.wire import DTYPES, Handle, Limits, decode, encode
from autograder.wire.values import MAX_INT_BYTES, MAX_NAME_BYTES, PREFIX


def crossed(value: object) -> Any:
    return decode(encode(value))


def same(left: object, right: object) -> bool:
    """Equal in type, dtype and every bit; nan too."""
    if type(left) is not type(right):
        return False
    if isinstance(left, (list, tuple)):
        return len(left) == len(right) and all(map(same, left, right))
    if isinstance(left, dict):
        return list(left) == list(right) and all(
            same(value, right[key]) for key, value in left.items()
        )
    if isinstance(left, Tensor):
        homes = [(t.framework, t.device, t.requires_grad) for t in (left, right)]
        return homes[0] == homes[1] and same(left.array, right.array)
    if isinstance(left, (np.ndarray, np.generic)):
        is_alike = (left.shape, left.dtype) == (right.shape, right.dtype)
        return is_alike and left.tobytes() == right.tobytes()
    if isinstance(left, float):
        return struct.pack("<d", left) == struct.pack("<d", right)
    if isinstance(left, complex):
        return same(left.real, right.real) and same(left.imag, right.imag)
    return left == right


def frame(header: bytes, payload: bytes = b"") -> bytes:
    """A frame with a header that nobody checked."""
    return PREFIX.pack(b"AGW1", len(header), len(payload)) + header + payload


def test_every_public_name_exists_once():
    assert sorted(set(wire.__all__)) == sorted(wire.__all__)
    assert all(hasattr(wire, name) for name in wire.__all__)


# --- round trips ----------------------------------------------------------------------

ARRAYS = hnp.arrays(
    st.sampled_from([dtype.newbyteorder("=") for dtype in DTYPES]),
    hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=3),
)
TENSORS = st.builds(
    Tensor,
    ARRAYS,
    st.sampled_from(["torch", "tensorflow"]),
    st.sampled_from(["cpu", "cuda"]),
    st.booleans(),
)
HANDLES = st.builds(
    Handle,
    st.integers(0, 2**64 - 1),
    st.sampled_from(["object", "callable"]),
    st.text(max_size=20),
)
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(-(2**200), 2**200)
    | st.floats()
    | st.complex_numbers()
    | st.text()
    | st.binary()
    | ARRAYS
    | ARRAYS.filter(lambda a: a.size > 0).map(lambda a: a.reshape(-1)[0])
    | TENSORS
    | HANDLES
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=4).map(tuple)
        | st.dictionaries(st.text(max_size=5), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(VALUES)
def test_every_value_comes_back_as_it_went(value):
    assert same(crossed(value), value)


@given(VALUES)
def test_equal_values_make_equal_frames(value):
    assert encode(crossed(value)) == encode(value)


@pytest.mark.parametrize("edge", [2**63 - 1, 2**63, -(2**63), -(2**63) - 1, 2**64])
def test_ints_cross_exactly_at_the_edge_of_64_bits(edge):
    assert crossed(edge) == edge


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf, -0.0, 5e-324])
def test_every_float_keeps_its_bits(number):
    assert struct.pack("<d", crossed(number)) == struct.pack("<d", number)


def test_arrays_come_back_writable_and_own_their_memory():
    for source in (np.arange(6.0).reshape(2, 3).T, np.array(1.0), np.zeros((0, 3))):
        source.flags.writeable = False
        got = crossed(source)
        assert got.flags.writeable
        assert got.flags.owndata
        assert got.flags.c_contiguous
        assert type(got) is np.ndarray


def test_decoded_array_is_apart_from_the_bytes_it_came_in():
    data = bytearray(encode(np.zeros(2)))
    got = decode(data)
    data[-16:] = b"\xff" * 16
    assert got.tolist() == [0.0, 0.0]


@pytest.mark.parametrize("dtype", [">f8", ">i4", ">c8"])
def test_other_byte_order_is_turned(dtype):
    got = crossed(np.array([1, 2], dtype))
    assert got.dtype == np.dtype(dtype).newbyteorder("=")
    assert got.tolist() == [1, 2]


def test_every_number_of_numpys_own_crosses_as_its_width():
    scalars = [
        np.longlong(4),
        np.ulonglong(4),
        np.intc(4),
        np.str_("a"),
        np.bytes_(b"a"),
    ]
    got = [crossed(scalar) for scalar in scalars]
    assert [type(value) for value in got] == [np.int64, np.uint64, np.int32, str, bytes]


def test_strided_and_broadcast_views_cross_as_what_they_show():
    view = np.broadcast_to(np.arange(4.0)[::-2], (3, 2))
    assert crossed(view).tolist() == [[3, 1]] * 3


def test_handle_keeps_its_number_and_a_bounded_name():
    got = crossed(Handle(2**64 - 1, "callable", "é" * 500))
    assert got.id == 2**64 - 1
    assert got.type_name == "é" * (MAX_NAME_BYTES // 2)
    assert crossed(Handle(0, "object", "a" + "é" * 500)).type_name.endswith("é")


@pytest.mark.parametrize(
    ("number", "kind", "message"),
    [
        (-1, "object", "handle id -1 is not between 0 and 2**64 - 1"),
        (2**64, "object", f"handle id {2**64} is not between 0 and 2**64 - 1"),
        (0, "class", 'handle kind \'class\' is not "object" or "callable"'),
    ],
)
def test_handle_that_cannot_cross_cannot_be_made(number, kind, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        Handle(number, kind)


# --- subclasses tell nothing but their data -------------------------------------------


def never(*_args: object, **_options: object) -> Any:
    raise AssertionError("a hook of the student's was called")


HOOKS = (
    *("__float__", "__int__", "__index__", "__complex__", "__bool__", "__bytes__"),
    *("__str__", "__repr__", "__format__", "__len__", "__iter__", "__getitem__"),
    *("__eq__", "__ne__", "__lt__", "__abs__", "__sub__", "__rsub__", "__reduce__"),
    *("__array__", "__array_interface__", "__array_struct__", "__array_ufunc__"),
    *("__array_function__", "__buffer__", "__contains__", "__neg__", "__getstate__"),
    *("items", "keys", "values", "copy", "encode", "tobytes", "astype", "view"),
    *("dtype", "shape", "nbytes", "ndim", "real", "imag", "bit_length", "__reversed__"),
)


TRAPS = ("dtype", "shape", "nbytes", "ndim", "real", "imag", "__array_interface__")


def evil(base: type) -> type:
    """A subclass whose every hook is a trap."""
    hooks = {name: property(never) if name in TRAPS else never for name in HOOKS}
    lies = {"__class__": property(lambda _: int), "__hash__": base.__hash__}
    return type("Evil", (base,), {**hooks, **lies})


DISGUISED = {
    "float": (float, (1.5,), 1.5),
    "int": (int, (3,), 3),
    "long int": (int, (2**90,), 2**90),
    "complex": (complex, (1, 2), 1 + 2j),
    "str": (str, ("a",), "a"),
    "bytes": (bytes, (b"a",), b"a"),
    "list": (list, ([1, 2],), [1, 2]),
    "tuple": (tuple, ((1, 2),), (1, 2)),
    "dict": (dict, ({"a": 1},), {"a": 1}),
    "float64": (np.float64, (1.5,), np.float64(1.5)),
    "float32": (np.float32, (1.5,), np.float32(1.5)),
    "float16": (np.float16, (1.5,), np.float16(1.5)),
    "int64": (np.int64, (-3,), np.int64(-3)),
    "uint8": (np.uint8, (3,), np.uint8(3)),
    "complex128": (np.complex128, (1j,), np.complex128(1j)),
}


@pytest.mark.parametrize(("base", "args", "plain"), DISGUISED.values(), ids=DISGUISED)
def test_subclass_crosses_as_its_base_and_no_hook_is_called(base, args, plain):
    assert same(crossed(evil(base)(*args)), plain)


def test_subclass_of_ndarray_crosses_as_its_memory():
    disguised = np.array([1.0, 2.0]).view(evil(np.ndarray))
    assert same(crossed([disguised]), [np.array([1.0, 2.0])])


def test_keys_that_are_subclasses_of_text_become_text():
    class Key(str):
        def __str__(self) -> str:
            return "b"

    assert same(crossed({Key("a"): 1}), {"a": 1})


def test_two_keys_that_only_say_they_differ_are_refused():
    class Key(str):
        __hash__ = object.__hash__

        def __eq__(self, other: object) -> bool:
            return self is other

    with pytest.raises(WireError, match="a dict has the key 'a' twice"):
        encode({Key("a"): 1, Key("a"): 2})


@pytest.mark.filterwarnings("ignore:the matrix subclass")
def test_python_containers_and_enums_become_what_they_are_made_of():
    pair = namedtuple("pair", "left right")
    level = enum.IntEnum("level", "low high")
    value = [pair(1, 2), OrderedDict(a=1), level.high, np.matrix([[1.0]])]
    assert same(crossed(value), [(1, 2), {"a": 1}, 2, np.array([[1.0]])])


REFUSED = {
    "set": ({1}, "can't send a set; return an array, a number, text, a list"),
    "object": (object(), "can't send an object; return an array"),
    "class": (int, "can't send a type; return an array"),
    "bytearray": (bytearray(1), "can't send a bytearray; return an array"),
    "int key": ({1: 2}, "can't send a dict with an int as a key; use text"),
    "masked": (np.ma.masked_all(1), "can't send a masked array; return .filled"),
    "objects": (np.array([None]), "can't send an array of dtype object; return an"),
    "text array": (np.array(["a"]), "can't send an array of dtype <U1; return an"),
    "record": (
        np.zeros(1, "i4,i4"),
        "can't send an array of dtype record (structured)",
    ),
    "long double": (np.longdouble(1), "can't send a numpy longdouble; return a number"),
    "long doubles": (np.ones(1, "g"), "can't send an array of dtype float128; return"),
    "date": (np.datetime64("2024-01-01"), "can't send a numpy datetime64; return a"),
}


@pytest.mark.parametrize(("value", "message"), REFUSED.values(), ids=REFUSED)
def test_what_is_not_data_is_refused_by_name(value, message):
    with pytest.raises(TypeError) as refusal:
        encode([value])
    assert str(refusal.value).startswith(message)


@pytest.mark.slow
def test_framework_tensors_cross_with_their_place():
    torch = pytest.importorskip("torch")
    value = {"y": torch.ones(2, requires_grad=True), "w": [torch.tensor(3)]}
    expected = {
        "y": torch_tensor(np.ones(2, np.float32), requires_grad=True),
        "w": [torch_tensor(np.array(3))],
    }
    assert same(crossed(value), expected)
    with pytest.raises(TypeError, match="can't read a sparse or nested torch tensor"):
        encode(torch.eye(2).to_sparse())


@pytest.mark.slow
def test_tensor_expanded_beyond_memory_is_refused():
    torch = pytest.importorskip("torch")
    with pytest.raises(WireError, match="a tensor is larger than memory"):
        encode(torch.ones(1).expand(10**15))


# --- limits, on the way out and on the way in -----------------------------------------

SMALL = Limits(
    max_bytes=399, max_header=200, max_depth=3, max_items=10, max_ndim=2, max_text=8
)

TOO_MUCH = {
    "bytes": (np.zeros(25) + 0j, "an array of shape (25,) takes 400 bytes, over the"),
    "bytes in all": ([np.zeros(25), np.zeros(25)], "a value takes 4"),
    "raw bytes": (b"x" * 500, "a value takes 509 bytes, over the limit of 399"),
    "text": ("x" * 9, "a text takes 9 bytes, over the limit of 8; return less"),
    "text of wide characters": ("é" * 5, "a text takes 10 bytes, over the limit of 8"),
    "key": ({"x" * 9: 1}, "a text takes 9 bytes, over the limit of 8; return less"),
    "depth": ([[[[]]]], "a value is nested more than 3 deep, or contains itself"),
    "depth of dicts": ({"a": {"a": {"a": {}}}}, "a value is nested more than 3 deep"),
    "depth of tuples": (((((),),),), "a value is nested more than 3 deep"),
    "items": ([None] * 10, "a value has more than 10 items; return arrays in place"),
    "items in all": ([[None] * 5, [None] * 5], "a value has more than 10 items"),
    "pairs": ({str(n): n for n in range(5)}, "a value has more than 10 items"),
    "axes": (np.zeros((1, 1, 1)), "an array of 3 axes is over the limit of 2"),
    "outline": ([2**400] * 4, "a value's outline takes 233 bytes, over the limit of"),
}


@pytest.mark.parametrize(("value", "message"), TOO_MUCH.values(), ids=TOO_MUCH)
def test_every_limit_holds_in_both_directions(value, message):
    with pytest.raises(WireError) as refusal:
        encode(value, limits=SMALL)
    assert str(refusal.value).startswith(message)
    data = encode(value)
    with pytest.raises(WireError):
        decode(data, limits=SMALL)


AT_THE_LIMIT = {
    "bytes": b"x" * (399 - 9),  # a tag and a size before it
    "array": (np.zeros((1, 399), np.uint8), Limits(max_bytes=399 + 19)),
    "array's own bytes": (np.zeros((0, 50)), Limits(max_bytes=400)),
    "text": "é" * 4,
    "depth": [[[0.5]]],
    "depth of dicts": {"a": {"b": ()}},
    "items": [None] * 9,
    "pairs": dict.fromkeys("abcd", True),
    "axes": np.zeros((2, 3)),
    "outline": (0, Limits(max_header=9)),
}


@pytest.mark.parametrize("case", AT_THE_LIMIT.values(), ids=AT_THE_LIMIT)
def test_every_limit_may_be_reached_in_both_directions(case):
    value, limits = case if isinstance(case, tuple) else (case, SMALL)
    assert same(decode(encode(value, limits=limits), limits=limits), value)


@pytest.mark.parametrize("limit", ["max_bytes", "max_header"])
def test_last_value_counts_against_the_limit_too(limit):
    few = Limits(**{limit: 8})
    with pytest.raises(WireError, match="takes 9 bytes, over the limit of 8"):
        encode(0, limits=few)
    with pytest.raises(WireError, match="takes 9 bytes, over the limit of 8"):
        decode(encode(0), limits=few)


def test_value_that_contains_itself_is_refused():
    loop: list[Any] = []
    loop.append(loop)
    with pytest.raises(WireError, match="nested more than 32 deep, or contains itself"):
        encode(loop)


def test_billion_laughs_are_counted_not_built():
    laugh: list[Any] = ["ha"] * 10
    for _ in range(20):
        laugh = [laugh] * 10
    with pytest.raises(WireError, match="more than 100000 items"):
        encode(laugh)


def test_long_list_is_refused_before_it_is_walked():
    with pytest.raises(WireError, match="return arrays in place of long lists"):
        encode([None] * 10**6)


def test_view_of_any_size_is_refused_before_it_is_copied():
    view = np.broadcast_to(np.float64(1), (10**6, 10**6))
    with pytest.raises(WireError, match="takes 8000000000000 bytes, over the limit"):
        encode(view)


def test_int_is_limited_so_that_python_can_print_it():
    largest = 2 ** (8 * MAX_INT_BYTES) - 1
    assert len(str(crossed(-largest))) < 4300
    with pytest.raises(WireError, match="an int takes 1025 bytes, over the limit of"):
        encode(largest + 1)
    with pytest.raises(WireError, match="an int takes 1025 bytes"):
        decode(frame(b"I" + struct.pack("<BI", 0, 1025) + b"\xff" * 1025))


def test_lone_surrogate_is_refused():
    with pytest.raises(WireError, match="a text has a lone surrogate"):
        encode("\ud800")


# --- lies -----------------------------------------------------------------------------

U32, U64 = struct.Struct("<I").pack, struct.Struct("<Q").pack
F8 = DTYPES.index(np.dtype("<f8"))
BOOL = DTYPES.index(np.dtype("bool"))

LIES = {
    "nothing": (b"", "0 bytes are too few for a frame"),
    "half a prefix": (b"AGW1\0\0", "6 bytes are too few for a frame"),
    "pickle": (b"\x80\x04" + b"." * 20, "a frame begins with b'\\x80\\x04..'"),
    "http": (b"GET / HTTP/1.1\r\n\r\n", "a frame begins with b'GET '"),
    "huge header": (
        *(PREFIX.pack(b"AGW1", 2**32 - 1, 0),),
        "a frame's header takes 4294967295 bytes, over the limit of 4194304",
    ),
    "huge payload": (
        *(PREFIX.pack(b"AGW1", 1, 2**64 - 1),),
        "a frame takes 18446744073709551616 bytes, over the limit of 67108864",
    ),
    "short": (frame(b"N")[:-1], "a frame says that it has 17 bytes, but has 16"),
    "long": (frame(b"N") + b"N", "a frame says that it has 17 bytes, but has 18"),
    "two values": (frame(b"NN"), "a frame has 1 bytes that belong to no value"),
    "spare payload": (frame(b"N", b"xy"), "a frame has 2 bytes that belong to no"),
    "no value": (frame(b""), "a frame's header ends within a value"),
    "unknown tag": (frame(b"Z"), "a frame has an unknown tag b'Z'"),
    "half an int": (frame(b"i\0\0"), "a frame's header ends within a value"),
    "sign": (frame(b"I" + struct.pack("<BI", 2, 1) + b"1"), "a flag is 2, neither"),
    "text past the end": (frame(b"s" + U32(9), b"x"), "a frame's payload ends"),
    "huge text": (frame(b"s" + U32(2**32 - 1), b"x"), "a text takes 4294967295 bytes"),
    "bytes past the end": (
        frame(b"b" + U64(2**64 - 1), b"x"),
        "a frame's payload ends",
    ),
    "not UTF-8": (frame(b"s" + U32(1), b"\xff"), "a text is not UTF-8"),
    "surrogate": (frame(b"s" + U32(3), b"\xed\xa0\x80"), "a text is not UTF-8"),
    "overlong": (frame(b"s" + U32(2), b"\xc0\x80"), "a text is not UTF-8"),
    "many items": (frame(b"l" + U32(2**32 - 1)), "a container says 4294967295 items"),
    "many pairs": (frame(b"d" + U32(5) + b"\0" * 9), "a container says 5 items, but"),
    "same key": (
        frame(b"d" + U32(2) + (U32(1) + b"N") * 2, b"aa"),
        "a dict has the key 'a' twice",
    ),
    "deep": (frame((b"l" + U32(1)) * 33 + b"N"), "a value is nested over 32 deep"),
    "very deep": (frame((b"l" + U32(1)) * 10**5), "a value is nested over 32 deep"),
    "unknown dtype": (frame(bytes([*b"a", 99, 0])), "an array has an unknown dtype 99"),
    "first unknown dtype": (
        frame(bytes([*b"a", len(DTYPES), 0])),
        f"an array has an unknown dtype {len(DTYPES)}",
    ),
    "unknown scalar": (frame(b"n\xff"), "an array has an unknown dtype 255"),
    "axes": (
        frame(bytes([*b"a", F8, 17]) + U64(1) * 17, b"\0" * 8),
        "an array of 17 axes is over the limit of 16",
    ),
    "header bomb": (
        frame(bytes([*b"a", F8, 1]) + U64(10**12)),
        "an array of shape (1000000000000,) takes 8000000000000 bytes",
    ),
    "overflowing product": (
        frame(bytes([*b"a", F8, 2]) + U64(2**63) * 2),
        "an array of shape (9223372036854775808, 9223372036854775808) takes",
    ),
    "product that wraps to 0": (
        frame(bytes([*b"a", F8, 2]) + U64(2**32) * 2),
        "an array of shape (4294967296, 4294967296) takes",
    ),
    "huge axis beside 0": (
        frame(bytes([*b"a", F8, 2]) + U64(0) + U64(2**62)),
        "an array of shape (0, 4611686018427387904) takes",
    ),
    "fewer bytes": (
        frame(bytes([*b"a", F8, 1]) + U64(2), b"\0" * 15),
        "a frame's payload ends within a value",
    ),
    "more bytes": (
        frame(bytes([*b"a", F8, 1]) + U64(2), b"\0" * 17),
        "a frame has 1 bytes that belong to no value",
    ),
    "boolean of 2": (
        frame(bytes([*b"a", BOOL, 1]) + U64(2), b"\1\2"),
        "a boolean is neither 0 nor 1",
    ),
    "framework": (frame(b"x\2\0\0"), "a tensor is of an unknown framework or device"),
    "device": (frame(b"x\0\2\0"), "a tensor is of an unknown framework or device"),
    "gradient": (frame(bytes([*b"x\0\0\2", F8, 0]), b"\0" * 8), "a flag is 2, neither"),
    "handle's kind": (
        frame(b"h" + struct.pack("<QBI", 1, 2, 0)),
        "a handle is of an unknown kind 2",
    ),
    "handle's name": (
        frame(b"h" + struct.pack("<QBI", 1, 0, 201), b"x" * 201),
        "a handle's name takes 201 bytes, over the limit of 200",
    ),
}


@pytest.mark.parametrize(("data", "message"), LIES.values(), ids=LIES)
def test_every_lie_is_told_by_what_is_wrong(data, message):
    with pytest.raises(WireError) as refusal:
        decode(data)
    assert str(refusal.value).startswith(message)


def harmless(data: bytes) -> None:
    """Decode, and let nothing but WireError out."""
    try:
        value = decode(data)
    except WireError:
        return
    encode(value)  # what is accepted is a value that could have been sent


@given(st.binary(max_size=200))
def test_random_bytes_are_a_wire_error_or_a_value(data):
    harmless(data)


@given(st.binary(max_size=100), st.binary(max_size=50))
def test_random_header_and_payload_are_a_wire_error_or_a_value(header, payload):
    harmless(frame(header, payload))


TAGS = st.sampled_from([bytes([tag]) for tag in b"NTFiIfcsbltdnaxh"])
PLAUSIBLE = st.lists(TAGS | st.binary(max_size=3) | st.integers(0, 9).map(U32))


@settings(max_examples=300)
@given(PLAUSIBLE.map(b"".join), st.binary(max_size=50))
def test_plausible_header_is_a_wire_error_or_a_value(header, payload):
    harmless(frame(header, payload))


@settings(max_examples=300)
@given(VALUES, st.data())
def test_altered_frame_is_a_wire_error_or_a_value(value, data):
    altered = bytearray(encode(value))
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(altered) - 1))
        altered[place] = data.draw(st.integers(0, 255))
    harmless(bytes(altered))


@given(VALUES, st.data())
def test_truncated_frame_is_a_wire_error(value, data):
    whole = encode(value)
    cut = data.draw(st.integers(0, len(whole) - 1))
    with pytest.raises(WireError):
        decode(whole[:cut])


def test_lies_about_sizes_allocate_nothing():
    tracemalloc = pytest.importorskip("tracemalloc")
    bombs = [
        data for name, (data, _) in LIES.items() if "huge" in name or "bomb" in name
    ]
    tracemalloc.start()
    try:
        for data in bombs:
            with pytest.raises(WireError):
                decode(data)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(bombs) >= 4
    assert peak < 1 << 20


def test_array_that_changes_while_it_is_sent_gives_one_whole_frame():
    array, is_done = np.zeros(10_000), threading.Event()

    def change() -> None:
        while not is_done.is_set():
            array[:] += 1

    thread = threading.Thread(target=change)
    thread.start()
    try:
        got = crossed([array, array])
    finally:
        is_done.set()
        thread.join()
    assert [part.shape for part in got] == [(10_000,)] * 2
    assert not np.shares_memory(got[0], array)
