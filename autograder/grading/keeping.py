"""Keep a result: first in the store, then in notebooks and gradebook.

Owns: that order, and that a failure to keep or write affects one student only and is
reported. May not: choose what to do, or run anything.
"""

from __future__ import annotations

import os
import time
from collections.abc import Collection, Iterator
from dataclasses import replace
from pathlib import Path

from autograder.config import Assignment, shown
from autograder.errors import AutograderError
from autograder.grading.joining import Joiner, Result
from autograder.grading.notgraded import not_graded, not_recorded
from autograder.grading.projection import PROJECTIONS, Projection, with_note
from autograder.model import GradeReport, Status
from autograder.results import Part

__all__ = ["CHANGED", "DAMAGED", "Keeper"]

DAMAGED = "its earlier result is damaged. Grade again."

CHANGED = "the submission was changed while it was graded. Grade again."


class Keeper:
    """Keeps an assignment's results and writes their outputs.

    Args:
        assignment: What is graded.
        joiner: The assignment's results.
        projection: Their outputs.
    """

    def __init__(
        self, assignment: Assignment, joiner: Joiner, projection: Projection
    ) -> None:
        self._assignment = assignment
        self._joiner = joiner
        self._projection = projection

    def keep(self, part: Part, *, names: Collection[str] = PROJECTIONS) -> GradeReport:
        """Put a part into the store, then write the joined result's outputs.

        Args:
            part: One device's.
            names: What to write: see `Projection.write`.
        """
        report = GradeReport.from_json(part.assignment, part.report)
        try:
            self._joiner.put(part)
        except (AutograderError, ValueError) as error:
            return not_recorded(report, str(error))
        is_from_here = self._assignment.on(part.device).is_here
        if is_from_here and report.status is Status.UNGRADED:
            return report  # what is in the gradebook stays
        here = part if is_from_here else None
        return self._write(self._joiner.result(part.student, here=here), names)

    def write_again(self, student: str, names: Collection[str]) -> GradeReport:
        """Write a stored result that was never written, or was changed since."""
        result = self._joiner.result(student)
        if result.part is None:
            return not_graded(self._assignment, student, Status.UNGRADED, DAMAGED)
        again = replace(result.report, is_reused=True)
        return self._write(replace(result, report=again), names)

    def reused(self, students: Collection[str]) -> Iterator[GradeReport]:
        """The existing reports of some students, unchanged."""
        left = set(students)
        for student, report in self._joiner.reports(students):
            left.discard(student)
            note = self._projection.note_of(student)
            yield with_note(replace(report, is_reused=True), note)
        for student in sorted(left):
            yield self._joiner.result(student).report

    def unwritten(self, student: str) -> set[str]:
        """What has not been written of a student's current result."""
        marks = self._joiner.marks([student])
        return self._projection.unwritten(marks).get(student, set())

    def _write(self, result: Result, names: Collection[str]) -> GradeReport:
        """Write notebooks and scores, or leave everything as it was and say why."""
        started = time.monotonic()
        try:
            return self._projection.write(result, names=names)
        except Exception as error:  # noqa: BLE001 - whatever it is affects this student only
            self._projection.note_wait(time.monotonic() - started)
            told = (_reason(error), *getattr(error, "__notes__", ()))
            return not_recorded(result.report, " ".join(told))


def _reason(error: Exception) -> str:
    """One line for a person; foreign errors are named by their class."""
    if isinstance(error, AutograderError):
        return str(error)
    if isinstance(error, OSError) and error.strerror:
        name = error.filename
        where = f"{shown(Path(os.fsdecode(name)))}: " if name else ""
        return f"{where}{error.strerror}. Fix that and grade again."
    return f"{type(error).__name__}: {error}"
