"""`autograder grade --ci`: the command that a runner calls for pushed submissions."""

from __future__ import annotations

import os
import secrets
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import typer
from rich.text import Text

from autograder.cli.options import EXIT_ERROR, failed, tell
from autograder.config import Settings
from autograder.model import GradeReport
from autograder.report import document
from autograder.report.destinations import Destination, write_reports
from autograder.report.text import verdict
from autograder.runner.delivery import deliver
from autograder.runner.github import notices, resumed, stopped, unspoken
from autograder.runner.pushed import Pushed, collected
from autograder.runner.surroundings import Service, Surroundings
from autograder.text import one_line

if TYPE_CHECKING:
    from autograder.collect import Collected

__all__ = ["Wanted", "grade_pushed"]


@dataclass(frozen=True)
class Wanted:
    """The options of the command.

    Attributes:
        assignments: Only these; all of the course if empty.
        checkouts: Where to look; the runner's checkout if empty.
        student: The student whose checkout it is, or None.
        fail_under: The share that each submission needs, or None.
        reports: Further reports to write.
        as_json: Print one JSON document.
    """

    assignments: Sequence[str]
    checkouts: Sequence[Path]
    student: str | None
    fail_under: float | None
    reports: Sequence[Destination]
    as_json: bool


def grade_pushed(
    settings: Settings,
    wanted: Wanted,
    grade: Callable[[str, Sequence[str]], Sequence[GradeReport]],
) -> int:
    """Collect, grade, print and write; return the exit code.

    Args:
        settings: The course's.
        wanted: The options of the command.
        grade: Grades some students' submissions of an assignment.
    """
    surroundings = Surroundings.of(os.environ, Path.cwd())
    streams = [sys.stderr] if wanted.as_json else [sys.stdout, sys.stderr]
    with _no_commands_in(streams, surroundings):
        found = collected(
            settings,
            surroundings,
            checkouts=wanted.checkouts,
            student=wanted.student,
            assignments=wanted.assignments,
        )
        for each in found:
            for line in _lines(each):
                tell(Text(line))
        pushed, code = Pushed(found), 0
        for _, error in pushed.grade(grade):
            code = failed(error) if error else code
        _print(pushed, as_json=wanted.as_json)
        for unwritten in deliver(surroundings, pushed.classes):
            code = failed(unwritten)
        for unwritten in write_reports(wanted.reports, pushed.classes):
            code = failed(unwritten)
    if surroundings.service is Service.GITHUB:
        for line in notices(pushed.classes):
            typer.echo(line, err=wanted.as_json)
    return EXIT_ERROR if code else pushed.exit_code(fail_under=wanted.fail_under)


def _print(pushed: Pushed, *, as_json: bool) -> None:
    if as_json:
        made = document("results", pushed.classes).decode()
        typer.echo(unspoken(made), nl=False)
        return
    for each in pushed.classes:
        for report in each.reports:
            for line in verdict(report):
                typer.echo(line)


def _lines(found: Collected) -> Iterator[str]:
    """Remarks on a checkout before anything is graded."""
    for note in (*found.notes, found.trouble):
        if note:
            yield f"{one_line(found.student)}: {note}"


@contextmanager
def _no_commands_in(
    streams: Sequence[TextIO], surroundings: Surroundings
) -> Iterator[None]:
    """Keep GitHub from treating any line of the block as a command."""
    if surroundings.service is not Service.GITHUB:
        yield
        return
    token = secrets.token_hex(16)
    for stream in streams:
        typer.echo(stopped(token), file=stream)
    try:
        yield
    finally:
        for stream in streams:
            typer.echo(resumed(token), file=stream)
