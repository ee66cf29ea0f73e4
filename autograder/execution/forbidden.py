"""Watch for library routines that an exercise asks students to write themselves.

Owns: guards that replace the named functions while a student's function runs. May not:
count as proof: a routine under an existing alias, or one called through a library's
internals, goes unnoticed.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import Any

__all__ = ["ForbiddenCallError", "forbidden"]


class ForbiddenCallError(RuntimeError):
    """A library routine was called that the exercise asks students to write."""


@contextlib.contextmanager
def forbidden(names: Sequence[str], namespace: dict[str, Any]) -> Iterator[None]:
    """Refuse calls of the named functions while inside, however they are caught.

    A function is replaced where it is defined and where the notebook has imported it.
    Modules that are not loaded yet can't be patched.

    Args:
        names: Full dotted names, such as "torch.nn.functional.conv2d".
        namespace: The notebook's globals.

    Raises:
        ForbiddenCallError: One was called, even if the exception was caught.
    """
    calls: list[str] = []
    with contextlib.ExitStack() as undo:
        guards: dict[int, tuple[Any, Callable[..., Any]]] = {}
        for name in names:
            owner, attribute = _owner_of(name)
            # A module that isn't loaded has no owner; None has its own __init__.
            original = None if owner is None else getattr(owner, attribute, None)
            if original is None:
                continue
            guard = _guard(name, calls)
            undo.callback(setattr, owner, attribute, original)
            setattr(owner, attribute, guard)
            guards.setdefault(id(original), (original, guard))
        # One pass over all of the notebook's names, not one per routine.
        found = [(key, id(value)) for key, value in namespace.items()]
        for key, place in found:
            if place in guards:
                original, guard = guards[place]
                undo.callback(namespace.__setitem__, key, original)
                namespace[key] = guard
        try:
            yield
        except BaseException:
            if calls:
                raise ForbiddenCallError(calls[0]) from None
            raise
    if calls:
        raise ForbiddenCallError(calls[0])


def _owner_of(name: str) -> tuple[Any, str]:
    """The loaded module or class that holds a dotted name, or None."""
    parts = name.split(".")
    for split in range(len(parts) - 1, 0, -1):
        owner: Any = sys.modules.get(".".join(parts[:split]))
        if owner is not None:
            for part in parts[split:-1]:
                owner = getattr(owner, part, None)
            return owner, parts[-1]
    return None, parts[-1]


def _guard(name: str, calls: list[str]) -> Callable[..., Any]:
    def refuse(*_args: Any, **_kwargs: Any) -> Any:
        calls.append(name)
        raise ForbiddenCallError(name)

    return refuse
