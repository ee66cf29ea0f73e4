"""The command that puts right and wrong answers to the checks of a course."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console

from autograder.cli.crash import told
from autograder.cli.options import (
    EXIT_ERROR,
    AsJson,
    Course,
    failed,
    print_json,
    progress_bar,
    settings_of,
    ticker,
)
from autograder.errors import AutograderError

if TYPE_CHECKING:
    from autograder.audit.findings import AssignmentAudit

__all__ = ["audit"]


def audit(
    assignments: Annotated[
        list[str] | None,
        typer.Argument(help="Default: all of the course.", show_default=False),
    ] = None,
    exercise: Annotated[
        list[str] | None,
        typer.Option(
            help="Only the exercise of this grade_id; may be given again.",
            metavar="ID",
        ),
    ] = None,
    quick: Annotated[
        bool,
        typer.Option("--quick", help="Try a sample of the mutants, always the same."),
    ] = False,
    names: Annotated[
        bool,
        typer.Option(
            "--names",
            help="Put all checks to each mutant: is it told a known mistake that it "
            "hasn't made?",
        ),
    ] = False,
    wall: Annotated[
        str | None,
        typer.Option(help="Another wall than the course's: full or process."),
    ] = None,
    as_json: AsJson = False,
    course: Course = Path(),
) -> None:
    """Prove that the checks accept right answers and refuse wrong ones.

    Puts to them the source's solution, the variants and the oracle; the blank release,
    generated wrong answers, the known mistakes; and mutants: solutions with one small
    fault each. Says what got through, as a diff, and what only hidden checks ask.
    Nothing is kept or recorded.

    Exit codes: 0 all is proven; 1 something is to be mended, or an error; 2 wrong use.

    Example: [bold]autograder audit convolution --exercise conv2d --quick[/]
    """
    from autograder.audit.run import audit as put_answers
    from autograder.cli.audittable import show_audit

    settings = settings_of(course, wall)
    if exercise and len(assignments or settings.assignments) != 1:
        raise typer.BadParameter("--exercise needs one assignment to be named.")
    documents, code = list[dict[str, Any]](), 0
    for assignment in dict.fromkeys(assignments or settings.require_assignments()):
        try:
            with progress_bar(as_json) as progress:
                made: AssignmentAudit = put_answers(
                    settings,
                    assignment,
                    exercises=exercise or (),
                    is_quick=quick,
                    with_names=names,
                    tick=ticker(progress, f"auditing {assignment}"),
                )
        except (AutograderError, OSError) as error:
            code = failed(error)
            documents.append({"assignment": assignment, "error": told(error)})
            continue
        code = code if made.is_proven else EXIT_ERROR
        documents.append(made.to_json())
        if not as_json:
            show_audit(Console(emoji=False), made)
    print_json(documents, as_json=as_json)
    if code:
        raise typer.Exit(code)
