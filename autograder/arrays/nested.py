"""The walk through nested values: lists, tuples and dicts, and what they hold.

Owns: the order of the walk, and what a copy of each container is. May not: look at
what is no container.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

__all__ = ["leaves", "mapped", "walked"]


def walked(value: Any) -> Iterator[Any]:
    """Yield a value and all that it holds: a container before its items, in order.

    A dict holds its values; its keys are not walked through.
    """
    yield value
    if isinstance(value, (list, tuple, dict)):
        for item in value.values() if isinstance(value, dict) else value:
            yield from walked(item)


def leaves(value: Any) -> Iterator[Any]:
    """Yield what a nested value holds that is no list, tuple or dict, in order."""
    return (each for each in walked(value) if not isinstance(each, (list, tuple, dict)))


def mapped(value: Any, of_leaf: Callable[[Any], Any]) -> Any:
    """Copy a nested value, with `of_leaf` of each leaf in the leaf's place.

    A list gives a list, a dict a dict with the same keys, a tuple a tuple; a named
    tuple stays one. Of any other subclass the copy is of the base class, for nobody
    knows how to make another.
    """
    if isinstance(value, list):
        return [mapped(item, of_leaf) for item in value]
    if isinstance(value, dict):
        return {key: mapped(item, of_leaf) for key, item in value.items()}
    if not isinstance(value, tuple):
        return of_leaf(value)
    items = [mapped(item, of_leaf) for item in value]
    is_named = hasattr(type(value), "_make")
    return type(value)._make(items) if is_named else tuple(items)  # type: ignore[attr-defined]
