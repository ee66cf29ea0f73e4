"""autograder.arrays.nested: one walk, and what each container is copied as."""

from __future__ import annotations

from collections import OrderedDict, namedtuple
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.arrays import leaves, mapped, walked

Pair = namedtuple("Pair", "left right")

NESTED = st.recursive(
    st.integers() | st.text(max_size=3) | st.none(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.lists(inner, max_size=3).map(tuple)
        | st.builds(Pair, inner, inner)
        | st.dictionaries(st.text(max_size=2), inner, max_size=3)
    ),
    max_leaves=8,
)


class Shouting(list):
    """A list that nobody can make from its items."""

    def __init__(self, *items: Any) -> None:
        super().__init__(items)


@given(NESTED)
def test_a_copy_with_the_same_leaves_is_equal_and_of_the_same_types(value):
    copy = mapped(value, lambda leaf: leaf)
    assert copy == value
    assert [type(each) for each in walked(copy)] == [
        type(each) for each in walked(value)
    ]


@given(NESTED)
def test_leaves_come_in_the_order_in_which_they_are_mapped(value):
    seen: list[Any] = []
    mapped(value, seen.append)
    assert list(leaves(value)) == seen


@given(NESTED)
def test_containers_of_a_copy_are_new_ones(value):
    ours = {id(each) for each in walked(value) if isinstance(each, list | dict)}
    copy = mapped(value, lambda leaf: leaf)
    assert ours.isdisjoint(id(each) for each in walked(copy))


def test_a_container_is_walked_before_its_items():
    value = {"a": [1, (2,)], "b": Pair(3, None)}
    first, *rest = walked(value)
    assert first is value
    assert rest == [[1, (2,)], 1, (2,), 2, Pair(3, None), 3, None]


def test_a_named_tuple_stays_one():
    copy = mapped([Pair(1, (2, 3))], lambda leaf: leaf + 1)
    assert copy == [Pair(2, (3, 4))]
    assert copy[0].right == (3, 4)


@pytest.mark.parametrize(
    ("value", "expected"),
    [(Shouting(1, 2), [1, 2]), (OrderedDict(a=1), {"a": 1})],
    ids=["list", "dict"],
)
def test_another_subclass_becomes_its_base(value, expected):
    copy = mapped(value, lambda leaf: leaf)
    assert copy == expected
    assert type(copy) is type(expected)
