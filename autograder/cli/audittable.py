"""What an audit says to people: a table of the exercises, then what is to be mended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from autograder.text import one_line, printable

if TYPE_CHECKING:
    from autograder.audit.findings import AssignmentAudit, ExerciseAudit, Finding, Part

__all__ = ["show_audit"]

_COLUMNS = (
    "right",
    "wrong",
    "mistakes",
    "mutants",
    "checks",
    "mend",
    "unasked",
    "s",
)

#: How many rules that no public case asks are printed for an exercise.
_MOST_UNASKED = 5


def show_audit(console: Console, audit: AssignmentAudit) -> None:
    """Print an assignment's audit.

    Args:
        console: Where to.
        audit: What is to be said.
    """
    for grade_id, finding in audit.findings:
        _show_finding(console, grade_id, finding)
    for exercise in audit.exercises:
        _show_unasked(console, exercise)
    console.print(_table(audit))
    found = sum(1 for _ in audit.findings)
    console.print(
        f"{audit.seconds:.0f} s; " + (f"{found} to be mended" if found else "proven"),
        style="" if found else "green",
        highlight=False,
    )


def _table(audit: AssignmentAudit) -> Table:
    title = audit.assignment + (", a sample of the mutants" if audit.is_quick else "")
    table = Table(
        title=Text(one_line(title), "table.title"),
        title_justify="left",
        box=SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
        pad_edge=False,
    )
    table.add_column("exercise", overflow="fold")
    for column in _COLUMNS:
        table.add_column(column, justify="right", no_wrap=True)
    for exercise in audit.exercises:
        parts = (
            exercise.right,
            exercise.wrong,
            exercise.mistakes,
            exercise.mutants,
            exercise.checks,
        )
        found = len(exercise.whole.findings)
        table.add_row(
            Text(one_line(exercise.grade_id)),
            *map(_share, parts),
            Text(str(found), style="bold red" if found else ""),
            str(len(exercise.whole.unasked)),
            f"{exercise.seconds:.0f}",
        )
    return table


def _share(part: Part) -> Text:
    style = "" if part.good == part.tried else "bold red"
    return Text(f"{part.good}/{part.tried}", style=style)


def _show_finding(console: Console, grade_id: str, finding: Finding) -> None:
    """One thing to be mended; a diff keeps its lines."""
    place = f"{grade_id}: " if grade_id else ""
    console.print(
        Text.assemble((printable(f"{place}{finding}"), "bold")),
        soft_wrap=True,
    )
    for line in printable(finding.detail, keep="\n").splitlines():
        console.print(Text(f"    {line}", style=_style(line)), soft_wrap=True)


def _style(line: str) -> str:
    return {"+": "green", "-": "red"}.get(line[:1], "dim")


def _show_unasked(console: Console, exercise: ExerciseAudit) -> None:
    """The rules of an exercise that hidden checks alone ask, the first of them."""
    rules = exercise.whole.unasked
    for rule in rules[:_MOST_UNASKED]:
        told = printable(f"{exercise.grade_id}: no public case asks: {rule}")
        console.print(Text(told, style="yellow"), soft_wrap=True)
    if (more := len(rules) - _MOST_UNASKED) > 0:
        told = f"{exercise.grade_id}: and {more} more, which --json lists"
        console.print(Text(printable(told), style="yellow"), soft_wrap=True)
