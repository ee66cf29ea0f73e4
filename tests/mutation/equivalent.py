"""Mutants that no check can refuse, for each the reason why.

A mutant is equivalent where its function gives right results for everything that the
exercise allows. One that merely gets through is none: it is a hole in the checks.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["EQUIVALENT", "Equivalent", "reason_for"]


@dataclass(frozen=True)
class Equivalent:
    """Mutants of one function that are right for one reason.

    Attributes:
        assignment: Name of the assignment.
        function: The function.
        reason: Why every result is right, in one sentence.
        changes: The mutants' descriptions.
    """

    assignment: str
    function: str
    reason: str
    changes: tuple[str, ...]


EQUIVALENT: tuple[Equivalent, ...] = ()

_REASONS = {
    (each.assignment, each.function, change): each.reason
    for each in EQUIVALENT
    for change in each.changes
}


def reason_for(assignment: str, function: str, change: str) -> str:
    """Why a mutant is equivalent, or "" for one that is not."""
    return _REASONS.get((assignment, function, change), "")
