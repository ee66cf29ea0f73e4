"""The input of every report, and what a student may see of it.

Owns: the wording, and the rule that a hidden check shows only its name, outcome and
hint. May not: read `CheckResult.detail`, which is for the instructor: reports end up in
logs, artifacts and pages that students open.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from autograder.model import CheckResult, ExerciseReport, GradeReport, Outcome, Status
from autograder.text import one_line, printable

__all__ = [
    "REFUSED",
    "WORDS",
    "ClassReport",
    "is_final",
    "is_lost",
    "noted",
    "points_told",
    "score_told",
    "told",
]

#: An outcome in words.
WORDS = {
    Outcome.PASSED: "right",
    Outcome.FAILED: "wrong",
    Outcome.RAISED: "stopped with an error",
    Outcome.TIMED_OUT: "took too long",
    Outcome.EXHAUSTED: "used too much memory",
    Outcome.NOT_RUN: "not run",
    Outcome.UNGRADED: "not graded yet",
}

#: The text for an assignment of which nothing was graded.
REFUSED = "nothing was graded; the output of the command says why"

#: The longest text of one check, in characters; a report holds hundreds.
MOST_TEXT = 4_000


@dataclass(frozen=True)
class ClassReport:
    """One assignment's outcome.

    Attributes:
        assignment: Its name.
        reports: One for each submission, sorted by student.
        is_refused: Nothing could be graded; the command's output says why.
    """

    assignment: str
    reports: Sequence[GradeReport] = ()
    is_refused: bool = False


def is_final(report: GradeReport) -> bool:
    """Whether no later run will change the score by itself."""
    return not report.is_open


def is_lost(check: CheckResult) -> bool:
    """Whether there is something to say about a check."""
    return check.outcome is not Outcome.PASSED


def told(check: CheckResult) -> str:
    """What a student reads about a check, in one line or more; "" for nothing.

    For a hidden check that is the hint of the recognised mistake. If a check is open,
    its message says what is missing.
    """
    is_shown = check.public or check.outcome is Outcome.UNGRADED
    hint = f"hint: {check.hint}" if check.hint else ""
    text = check.message if is_shown else hint
    shown = printable(text[: 2 * MOST_TEXT], keep="\n").strip("\n")
    return shown if len(shown) <= MOST_TEXT else f"{shown[: MOST_TEXT - 4]} ..."


def noted(report: GradeReport) -> str:
    """The remark on a submission as a whole, in one line; "" for none."""
    return one_line(report.note)


def score_told(report: GradeReport) -> str:
    """A submission's score in words, which say what is final and what is open."""
    if report.status is Status.UNGRADED or not (
        report.points_so_far or is_final(report)
    ):
        return f"not graded yet; {report.max_score:g} automatic points are open"
    if is_final(report):
        score, most = report.score or 0.0, report.max_score
        return f"{score:.4g} of {most:g} automatic points"
    left = report.max_score - report.points_so_far
    return (
        f"{report.score_so_far:.4g} of {report.points_so_far:g} automatic points so "
        f"far; {left:g} more are open"
    )


def points_told(exercise: ExerciseReport) -> str:
    """An exercise's score in a table's cell."""
    score = "open" if exercise.score is None else f"{exercise.score:.3g}"
    return f"{score} / {exercise.points:g}"
