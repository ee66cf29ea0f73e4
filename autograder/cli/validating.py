"""The command that runs a notebook's public checks and keeps nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from autograder.cli.options import (
    EXIT_ATTENTION,
    EXIT_ERROR,
    AsJson,
    Course,
    print_json,
    settings_of,
)
from autograder.text import one_line

if TYPE_CHECKING:
    from autograder.grading.validation import Validation

__all__ = ["validate"]


def validate(
    notebooks: Annotated[
        list[Path],
        typer.Argument(help="Notebooks, wherever they are.", metavar="NOTEBOOK..."),
    ],
    wall: Annotated[
        str | None,
        typer.Option(help="A wall other than the course's: full or process."),
    ] = None,
    workers: Annotated[
        int | None,
        typer.Option(min=1, help="Notebooks run at once.", metavar="N"),
    ] = None,
    as_json: AsJson = False,
    course: Course = Path(),
) -> None:
    """Run the public checks on a notebook; nothing is kept or recorded.

    The assignment is recognised by the notebook's cells, whatever its name is. It is
    run as in grading, behind the same wall, but without hidden checks.

    Exit codes: 0 all public checks passed; 1 some did not, or an error; 2 wrong use; 3
    a person has to look: a notebook could not be read, or a check could not be run.

    Example: [bold]autograder validate convolution.ipynb[/]
    """
    from autograder.grading.validation import validate as put_public_checks

    made = put_public_checks(settings_of(course, wall), notebooks, workers=workers)
    if as_json:
        print_json([_document(each) for each in made], as_json=True)
    else:
        for each in made:
            typer.echo("\n".join(_lines(each)))
    code = _code(made)
    if code:
        raise typer.Exit(code)


def _code(made: Sequence[Validation]) -> int:
    if any(each.needs_attention for each in made):
        return EXIT_ATTENTION
    return 0 if all(each.has_passed for each in made) else EXIT_ERROR


def _lines(made: Validation) -> Iterator[str]:
    """A verdict for people."""
    from autograder.report.text import checks_told
    from autograder.report.told import WORDS, noted

    name = one_line(str(made.notebook))
    if made.report is None or made.trouble:
        yield f"{name}: {made.trouble}"
        return
    if made.report.status != "graded":
        yield f"{name}: {made.report.status}: {noted(made.report)}"
        return
    asked = made.asked
    right = sum(each.outcome == "passed" for each in asked)
    yield (
        f"{name}: {made.report.assignment}, {right} of {len(asked)} exercises pass "
        "their public checks"
    )
    for exercise in made.report.exercises:
        word = WORDS[exercise.outcome] if exercise.checks else "has no public check"
        yield f"  {one_line(exercise.grade_id)}: {word}"
        yield from checks_told(exercise)
    if note := noted(made.report):
        yield f"  noted: {note}"


def _document(made: Validation) -> dict[str, Any]:
    """The `--json` output for one notebook."""
    from autograder.report.results import exercise_of

    report = made.report
    return {
        "notebook": str(made.notebook),
        "assignment": report.assignment if report else None,
        "status": str(report.status) if report else "malformed",
        "passed": made.has_passed,
        "needs_attention": made.needs_attention,
        "note": one_line(report.note) if report else made.trouble,
        "exercises": [exercise_of(each).model_dump(mode="json") for each in made.asked],
    }
