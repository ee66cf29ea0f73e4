"""What stands in the gradebook for a class, read in one go.

Owns: that reading, and late penalties brought up to date where scores are as they
should be. May not: write a score.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from nbgrader import api

from autograder.gradebook.penalties import LatePenalties

__all__ = ["Standing", "reconciled"]


@dataclass
class Standing:
    """How a class's rows compare with its results.

    Attributes:
        lagging: Students whose scores are others than those of their results, or who
            are not there at all.
        penalties: Of the others, what is now taken off for being late.
        to_grade: By student, how many cells wait for a person.
    """

    lagging: set[str] = field(default_factory=set)
    penalties: dict[str, float] = field(default_factory=dict)
    to_grade: dict[str, int] = field(default_factory=dict)


def reconciled(
    book: api.Notebook,
    expected: Mapping[str, Mapping[str, float | None]],
    late: LatePenalties | None,
) -> Standing:
    """Compare a notebook's rows with what results say; set penalties that changed.

    Args:
        book: The assignment's notebook.
        expected: Automatic scores by student and grade_id.
        late: What late submissions lose; nothing when None.
    """
    standing = Standing(lagging=set(expected))
    for submitted in book.submissions:
        student = submitted.student.id
        standing.to_grade[student] = sum(
            bool(grade.needs_manual_grade) for grade in submitted.grades
        )
        if student not in expected:
            continue
        there = {grade.name: grade.auto_score for grade in submitted.grades}
        scores = expected[student]
        if any(there.get(name, "no row") != scores[name] for name in scores):
            continue
        standing.lagging.discard(student)
        penalty = late.of(submitted.assignment, submitted) if late else None
        if penalty != submitted.late_submission_penalty:
            submitted.late_submission_penalty = penalty
        standing.penalties[student] = penalty or 0.0
    return standing
