"""results.json as Gradescope reads it: one submission, a test for each check.

Owns: this format. May not: show more of a hidden check than its name, outcome and share
of the points, or turn what could not be graded into a zero.

Gradescope's specification: https://gradescope-autograders.readthedocs.io/en/latest/specs/
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from typing import Any, Protocol

from autograder.errors import AutograderError
from autograder.model import CheckResult, ExerciseReport, GradeReport, Outcome
from autograder.text import one_line, printable

__all__ = ["VISIBILITIES", "document", "results"]

#: When students see a test; Gradescope's own words.
VISIBILITIES = ("visible", "after_due_date", "after_published", "hidden")

#: The longest text of one test, in characters; there may be hundreds of tests.
MOST_TEXT = 4_000


class _Class(Protocol):
    """One assignment's outcome."""

    @property
    def reports(self) -> Sequence[GradeReport]:
        """The reports, one for each submission."""


def document(classes: Sequence[_Class]) -> bytes:
    """The report on the one submission that was graded.

    Raises:
        AutograderError: There are several, or none, or it is not graded.
    """
    reports = [report for each in classes for report in each.reports]
    if len(reports) != 1:
        raise AutograderError(
            f"Gradescope's results.json is about one submission, and there are "
            f"{len(reports)}. Name one assignment, and one student with --student."
        )
    text = json.dumps(results(reports[0]), indent=1, allow_nan=False)
    return f"{text}\n".encode()


def results(report: GradeReport, *, hidden_checks: str = "visible") -> dict[str, Any]:
    """What Gradescope shows for a submission, as plain data.

    Args:
        report: Its report.
        hidden_checks: When students see hidden checks, by name; one of `VISIBILITIES`.
            With anything but "visible", Gradescope hides the total until then.

    Raises:
        AutograderError: It is not graded, through our fault: it has no score, and
            results without one would count as zero.
    """
    if hidden_checks not in VISIBILITIES:
        known = ", ".join(VISIBILITIES)
        raise AutograderError(
            f'hidden checks can\'t be "{one_line(hidden_checks)}" on Gradescope. '
            f"There are: {known}."
        )
    if report.score is None:
        reason = one_line(report.note) or _open_reason(report)
        raise AutograderError(f"{report.assignment}: not graded: {reason}")
    return {
        "score": _rounded(report.score),
        "execution_time": round(report.seconds, 2),
        "output": one_line(report.note),
        "output_format": "text",
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "extra_data": {
            "status": str(report.status),
            "wall": report.wall,
            "device": report.device,
            "digest": report.digest,
        },
        "tests": [
            test
            for number, exercise in enumerate(report.exercises, start=1)
            for test in _tests(exercise, number, hidden_checks)
        ],
    }


def _tests(
    exercise: ExerciseReport, number: int, hidden_checks: str
) -> Iterator[dict[str, Any]]:
    """An exercise's checks; their points add up to the exercise's own."""
    total = math.fsum(check.weight for check in exercise.checks)
    for at, check in enumerate(exercise.checks, start=1):
        most = exercise.points * (check.weight / total)
        is_right = check.outcome is Outcome.PASSED
        yield {
            "name": f"{one_line(exercise.grade_id)}: {one_line(check.name)}",
            "name_format": "text",
            "number": f"{number}.{at}",
            "score": _rounded(most) if is_right else 0.0,
            "max_score": _rounded(most),
            "status": "passed" if is_right else "failed",
            "output": _told(check),
            "output_format": "text",
            "tags": ["public" if check.public else "hidden"],
            "visibility": "visible" if check.public else hidden_checks,
        }


def _told(check: CheckResult) -> str:
    """What a student reads about a check; nothing for a hidden one."""
    if not check.public:
        return ""
    text = printable(check.message[: 2 * MOST_TEXT], keep="\n").strip("\n")
    return text if len(text) <= MOST_TEXT else f"{text[: MOST_TEXT - 4]} ..."


def _open_reason(report: GradeReport) -> str:
    """The first message of a check that has no verdict."""
    for exercise in report.exercises:
        for check in exercise.checks:
            if check.outcome is Outcome.UNGRADED:
                return one_line(f"{exercise.grade_id}: {check.message}")
    return "a part of it is missing"


def _rounded(points: float) -> float:
    """Points without rounding noise."""
    return round(points, 6)
