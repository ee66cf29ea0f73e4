"""Read what the gradebook holds for a class, in one go.

Owns: that reading, and updating late penalties where the scores are right. May not:
write a score.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field

from nbgrader import api
from sqlalchemy import create_engine, func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from autograder.errors import GradebookError
from autograder.gradebook.penalties import LatePenalties

__all__ = ["Standing", "leave_the_end_to_us", "reconciled", "waiting_by_hand"]


@dataclass
class Standing:
    """How a class's rows compare with its results.

    Attributes:
        lagging: Students whose scores differ from their results, or who are missing.
        penalties: For the others, the points now taken off for being late.
    """

    lagging: set[str] = field(default_factory=set)
    penalties: dict[str, float] = field(default_factory=dict)


def reconciled(
    book: api.Notebook,
    expected: Mapping[str, Mapping[str, float | None]],
    late: LatePenalties | None,
) -> Standing:
    """Compare a notebook's rows with what results say; set penalties that changed.

    Args:
        book: The assignment's notebook.
        expected: Automatic scores by student and grade_id.
        late: What late submissions lose; nothing if None.
    """
    standing = Standing(lagging=set(expected))
    for submitted in book.submissions:
        student = submitted.student.id
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


def leave_the_end_to_us() -> None:
    """Keep drivers and pools from logging when a signal ends a command.

    They would log an interrupted query or disconnection with a traceback; the command
    itself says in one line that it was ended. Other errors are raised.
    """
    logging.getLogger("psycopg").setLevel(logging.ERROR)
    logging.getLogger("sqlalchemy.pool").setLevel(logging.CRITICAL)


def waiting_by_hand(db_url: str, assignment: str) -> dict[str, int]:
    """How many cells wait for manual grading, by student; only students with some.

    Args:
        db_url: The URL of the gradebook, which exists; nothing is created or changed.
        assignment: Name of the assignment.

    Raises:
        GradebookError: It can't be read.
    """
    waiting = (
        select(api.SubmittedAssignment.student_id, func.count(api.Grade.id))
        .join(api.SubmittedNotebook, api.Grade.notebook)
        .join(api.SubmittedAssignment, api.SubmittedNotebook.assignment)
        .join(api.Assignment, api.SubmittedAssignment.assignment)
        .where(api.Assignment.name == assignment, api.Grade.needs_manual_grade)
        .group_by(api.SubmittedAssignment.student_id)
    )
    leave_the_end_to_us()
    try:
        engine = create_engine(db_url)
        try:
            with Session(engine) as session:
                rows = session.execute(waiting).all()
        finally:
            engine.dispose()
    except SQLAlchemyError as error:
        why = " ".join(str(getattr(error, "orig", None) or error).split())
        raise GradebookError(
            f"the gradebook can't be read: {why}. Check c.CourseDirectory.db_url."
        ) from error
    return {str(student): int(number) for student, number in rows}
