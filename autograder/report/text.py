"""A verdict for a terminal and for a log: plain lines.

Owns: their layout. May not: colour them, or let untrusted text start a line: the
student's lines are indented.
"""

from __future__ import annotations

from collections.abc import Iterator

from autograder.model import CheckResult, ExerciseReport, GradeReport, Status
from autograder.report.told import (
    WORDS,
    is_lost,
    noted,
    points_told,
    score_told,
    told,
)
from autograder.text import one_line

__all__ = ["checks_told", "verdict"]


def verdict(report: GradeReport) -> Iterator[str]:
    """The lines about one submission: its score, then what lost points or is open."""
    name = f"{one_line(report.assignment)}, {one_line(report.student)}"
    yield f"{name}: {score_told(report)}"
    if report.status is not Status.GRADED:
        yield f"  {report.status}: {noted(report)}"
        return
    for exercise in report.exercises:
        head = f"{one_line(exercise.grade_id)} {points_told(exercise)}"
        yield f"  {head}: {WORDS[exercise.outcome]}"
        yield from checks_told(exercise)
    if note := noted(report):
        yield f"  noted: {note}"


def checks_told(exercise: ExerciseReport) -> Iterator[str]:
    """The lines about an exercise's checks that did not pass."""
    for check in exercise.checks:
        if is_lost(check):
            yield from _check(check)


def _check(check: CheckResult) -> Iterator[str]:
    hidden = "" if check.public else " (hidden)"
    yield f"      {one_line(check.name)}{hidden}: {WORDS[check.outcome]}"
    for line in told(check).splitlines():
        yield f"          {line}"
