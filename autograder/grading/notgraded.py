"""Reports on submissions that no check was run on, or whose scores were not recorded.

Owns: that all of these look the same. May not: find such submissions.
"""

from __future__ import annotations

from collections.abc import Collection

from autograder.config import Assignment
from autograder.model import GradeReport, Status
from autograder.results.released import released_points

__all__ = ["not_graded", "not_recorded"]


def not_graded(
    assignment: Assignment,
    student: str,
    status: Status,
    note: str,
    *,
    wanted: Collection[str] = (),
    wall: str = "",
) -> GradeReport:
    """The report on a submission that was not run, or whose run yielded nothing.

    Args:
        assignment: What is graded.
        student: The student's id.
        status: Whose fault it is.
        note: Why.
        wanted: The exercises that should have been asked; all if empty.
        wall: Name of the sandbox level that would have been used.

    Raises:
        NotebookError: The release can't be read.
    """
    points = released_points(assignment.release_notebook)
    return GradeReport.not_run(
        assignment.name,
        student,
        status=status,
        points={name: points[name] for name in points if not wanted or name in wanted},
        note=note,
        wall=wall,
        device=assignment.device,
    )


def not_recorded(report: GradeReport, reason: str) -> GradeReport:
    """The report on a submission that was graded but not yet recorded."""
    return GradeReport.not_run(
        report.assignment,
        report.student,
        status=Status.UNGRADED,
        points={each.grade_id: each.points for each in report.exercises},
        note=f"graded, but not recorded: {' '.join(reason.split())}",
        wall=report.wall,
        device=report.device,
    )
