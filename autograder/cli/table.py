"""Tables for people: one row a submission, and what it lost and why."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from rich.text import Text

from autograder.model import ExerciseReport, GradeReport, Outcome, Status
from autograder.text import one_line, printable

if TYPE_CHECKING:
    # Starting kernels takes seconds to import, and only `doctor` needs it here.
    from autograder.doctor import Finding

__all__ = ["show_class", "show_findings"]

_WORDS = {
    Outcome.FAILED: "wrong",
    Outcome.RAISED: "stopped with an error",
    Outcome.TIMED_OUT: "took too long",
    Outcome.EXHAUSTED: "used too much memory",
    Outcome.NOT_RUN: "not written",
    Outcome.UNGRADED: "not graded: a person must look",
}

_NO_CHARACTER = "\N{REPLACEMENT CHARACTER}"


def show_class(
    console: Console, assignment: str, reports: Sequence[GradeReport]
) -> None:
    """Print a class: scores, and for every exercise that lost points the reason."""
    table = Table(
        title=Text(assignment, "table.title"), title_justify="left", pad_edge=False
    )
    table.add_column("student", no_wrap=True)
    table.add_column("score", justify="right", no_wrap=True)
    table.add_column("what was found", overflow="fold")
    for report in sorted(reports, key=lambda each: each.student):
        table.add_row(Text(one_line(report.student)), _score(report), _found(report))
    console.print(table)
    graded = [report for report in reports if report.status is Status.GRADED]
    full = sum(report.score == report.max_score for report in graded)
    console.print(
        f"{len(reports)} submissions, {len(graded)} graded, {full} with full points",
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
    style = "green" if report.score == report.max_score else ""
    return Text(f"{report.score:.4g} / {report.max_score:g}", style=style)


def _found(report: GradeReport) -> Text:
    if report.status is not Status.GRADED:
        return Text(f"{report.status}: {one_line(report.note)}", style="yellow")
    lost = [each for each in report.exercises if each.score != each.points]
    if not lost:
        return Text("all right", style="dim")
    if all(each.outcome is Outcome.NOT_RUN for each in lost) and report.score == 0:
        return Text("nothing written yet", style="dim")
    return Text("\n").join(_line(each) for each in lost)


def _line(exercise: ExerciseReport) -> Text:
    score = "?" if exercise.score is None else f"{exercise.score:.2g}"
    line = Text(f"{one_line(exercise.grade_id)} {score}/{exercise.points:g}: ")
    if exercise.misconceptions:
        names = one_line(", ".join(exercise.misconceptions)).replace("_", " ")
        return line.append(names, style="cyan")
    return line.append(_WORDS.get(exercise.outcome, str(exercise.outcome)))
