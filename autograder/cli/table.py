"""Tables for people: one row per submission, with what it lost and why.

A score is a number only if it is final. If some exercises were not graded, through our
fault, the row shows the score so far; if none was, it says "not graded".
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from rich.text import Text

from autograder.model import ExerciseReport, GradeReport, Outcome, Status
from autograder.text import one_line, printable

if TYPE_CHECKING:
    # The modules that start kernels take seconds to import, and only `doctor` needs
    # them here.
    from autograder.doctor import Finding

__all__ = ["show_class", "show_findings"]

_WORDS = {
    Outcome.FAILED: "wrong",
    Outcome.RAISED: "stopped with an error",
    Outcome.TIMED_OUT: "took too long",
    Outcome.EXHAUSTED: "used too much memory",
    Outcome.NOT_RUN: "not written",
}

#: How many characters of a reason a table shows.
_MOST_REASON = 300


def show_class(
    console: Console, assignment: str, reports: Sequence[GradeReport]
) -> None:
    """Print a class: its scores, and the reason for every exercise that lost points.

    Args:
        console: Where to.
        assignment: Name of the assignment.
        reports: A list or tuple in any order; those of a large class are sorted by
            student.
    """
    if isinstance(reports, list | tuple):
        reports = sorted(reports, key=lambda each: each.student)
    table = Table(
        title=Text(assignment, "table.title"), title_justify="left", pad_edge=False
    )
    table.add_column("student", no_wrap=True)
    table.add_column("score", justify="right", no_wrap=True)
    table.add_column("what was found", overflow="fold")
    graded = full = looks = reused = 0
    for report in reports:
        is_graded = report.status is Status.GRADED
        graded += is_graded
        full += is_graded and report.score == report.max_score
        looks += report.needs_attention
        reused += report.is_reused
        table.add_row(Text(one_line(report.student)), _score(report), _found(report))
    console.print(table)
    verb = "needs" if looks == 1 else "need"
    console.print(
        f"{len(reports)} submissions, {graded} graded, {full} with full points"
        + (f"; {reused} as kept from an earlier run" if reused else "")
        + (f"; {looks} {verb} a person to look" if looks else ""),
        highlight=False,
    )


def show_findings(console: Console, findings: Sequence[Finding]) -> None:
    """Print what `doctor` found."""
    table = Table(show_header=False, box=None, pad_edge=False)
    for finding in findings:
        mark = Text("ok", style="green") if finding.is_well else Text("!!", "bold red")
        told = Text(printable(finding.told, keep="\n"))
        table.add_row(mark, Text(printable(finding.subject)), told)
    console.print(table)


def _score(report: GradeReport) -> Text:
    if report.score is not None:
        style = "green" if report.score == report.max_score else ""
        return Text(f"{report.score:.4g} / {report.max_score:g}", style=style)
    if not report.points_so_far:
        return Text("not graded", style="yellow")
    so_far = f"{report.score_so_far:.4g} / {report.points_so_far:g}"
    return Text(f"{so_far} so far", style="yellow")


def _found(report: GradeReport) -> Text:
    if report.status is not Status.GRADED:
        return Text(f"{report.status}: {one_line(report.note)}", style="yellow")
    found = _lost(report)
    if note := one_line(report.note):
        cut = note if len(note) <= _MOST_REASON else f"{note[: _MOST_REASON - 3]}..."
        found.append(f"\n{cut}", style="dim")
    return found


def _lost(report: GradeReport) -> Text:
    """What a graded submission lost points for, one line per exercise."""
    lost = [each for each in report.exercises if each.score != each.points]
    if not lost:
        return Text("all right", style="dim")
    if all(each.outcome is Outcome.NOT_RUN for each in lost) and report.score == 0:
        return Text("nothing written yet", style="dim")
    return Text("\n").join(_line(each) for each in lost)


def _line(exercise: ExerciseReport) -> Text:
    score = "?" if exercise.score is None else f"{exercise.score:.2g}"
    line = Text(f"{one_line(exercise.grade_id)} {score}/{exercise.points:g}: ")
    if exercise.outcome is Outcome.UNGRADED:
        return line.append(f"not graded: {_why_ungraded(exercise)}", style="yellow")
    if exercise.misconceptions:
        names = one_line(", ".join(exercise.misconceptions)).replace("_", " ")
        return line.append(names, style="cyan")
    return line.append(_WORDS.get(exercise.outcome, str(exercise.outcome)))


def _why_ungraded(exercise: ExerciseReport) -> str:
    """Why an exercise could not be graded: for the instructor, in one line."""
    for check in exercise.checks:
        if check.outcome is Outcome.UNGRADED and (
            told := " ".join(check.detail.split())
        ):
            named = told if check.is_elsewhere else f"{check.name}: {told}"
            return printable(named)[:_MOST_REASON]
    return "a person must look"
