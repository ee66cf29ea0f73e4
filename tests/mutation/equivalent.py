"""Mutants that no check can refuse, for each the reason why.

A mutant is equivalent where its function gives right results for everything that the
exercise allows. One that merely gets through is none: it is a hole in the checks. The
mutants themselves stand beside: `<assignment>/equivalents.py` has those of the
notebook's solutions, `<assignment>/oracle_equivalents.py` those of the oracle.
"""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

__all__ = ["Equivalent", "equivalent_to", "equivalents"]


@dataclass(frozen=True)
class Equivalent:
    """Mutants of one function that are right for one reason.

    Attributes:
        function: The function, or the class and its method; of an oracle's function
            `oracle.` and its name.
        reason: Why every result is right, in one sentence.
        changes: The mutants' descriptions.
        is_free: Whether these are other choices that the exercise leaves free. What is
            learnt with them is good enough, but another draw may fall below the bar.
    """

    function: str
    reason: str
    changes: tuple[str, ...]
    is_free: bool = False


@cache
def equivalents(assignment: str) -> tuple[Equivalent, ...]:
    """The known equivalent mutants of an assignment's solutions and of its oracle."""
    folder = Path(__file__).parent / assignment
    return tuple(
        entry
        for path in sorted(folder.glob("*equivalents.py"))
        for entry in importlib.import_module(
            f"tests.mutation.{assignment}.{path.stem}"
        ).EQUIVALENT
    )


def equivalent_to(assignment: str, function: str, change: str) -> Equivalent | None:
    """The entry of a mutant that is equivalent, or None."""
    for each in equivalents(assignment):
        if each.function == function and change in each.changes:
            return each
    return None
