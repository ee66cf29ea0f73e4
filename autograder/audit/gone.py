"""Declared exceptions of what is not there any more.

Owns: which exceptions name nothing. May not: run anything.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from autograder.audit.exceptions import (
    Accepted,
    Equivalent,
    Exceptions,
    OneProperty,
    Slow,
    TrueName,
)
from autograder.audit.findings import Finding, Kind
from autograder.audit.jury import solution_cases
from autograder.audit.lesson import Lesson
from autograder.audit.oracles import oracle_cases
from autograder.audit.wrong_answers import WAYS

__all__ = ["gone"]


def gone(
    lesson: Lesson, *, checks: Collection[str], mistakes: Collection[str]
) -> Iterator[Finding]:
    """Name each declared exception of what an assignment hasn't, or has declared twice.

    Args:
        lesson: The assignment.
        checks: Names of its test functions.
        mistakes: Names of its known mistakes.
    """
    cases = (*solution_cases(lesson), *oracle_cases(lesson))
    mutants = {(x.mutant.function, x.mutant.description) for x in cases}
    mutated = {function for function, _ in mutants}
    asked = {name for each in lesson.points for name in lesson.functions(each)}
    for each in lesson.exceptions.declared:
        match each:
            case Equivalent():
                missing = [
                    f"mutant {change}"
                    for change in each.changes
                    if (each.function, change) not in mutants
                ]
            case TrueName():
                missing = [*_way(each, asked)]
                missing += [f"mistake {x}" for x in each.names if x not in mistakes]
            case Accepted():
                missing = [*_way(each, asked)]
            case OneProperty():
                missing = [] if each.check in checks else [f"check {each.check}"]
            case Slow():
                missing = [] if each.function in mutated else ["mutant of it"]
        for what in missing:
            yield Finding(Kind.EXCEPTION_GONE, str(each), f"there is no {what}")
    yield from _twice(lesson.exceptions)


def _way(each: TrueName | Accepted, functions: Collection[str]) -> Iterator[str]:
    if each.function not in functions:
        yield f"function {each.function}"
    if each.way not in WAYS:
        yield f"way {each.way}"


def _twice(exceptions: Exceptions) -> Iterator[Finding]:
    """Mutants that more than one entry excepts."""
    seen = set()
    entries = (each for each in exceptions.declared if isinstance(each, Equivalent))
    for entry in entries:
        for change in entry.changes:
            if (entry.function, change) in seen:
                detail = f"declared twice: {change}"
                yield Finding(Kind.EXCEPTION_GONE, str(entry), detail)
            seen.add((entry.function, change))
