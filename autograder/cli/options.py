"""What several commands share: options, the progress bar, JSON, exit codes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
)
from rich.text import Text

from autograder.cli.crash import told
from autograder.config import Settings, load_settings
from autograder.errors import WallError
from autograder.model import GradeReport
from autograder.sandbox import LEVELS
from autograder.text import one_line

__all__ = [
    "EXIT_ATTENTION",
    "EXIT_ERROR",
    "EXIT_INTERRUPTED",
    "AsJson",
    "Course",
    "Reports",
    "document_of",
    "failed",
    "finish",
    "near",
    "print_json",
    "progress_bar",
    "settings_of",
    "tell",
    "ticker",
]

EXIT_ERROR = 1
EXIT_ATTENTION = 3
EXIT_INTERRUPTED = 130  # typer's, for Ctrl-C

Course = Annotated[
    Path,
    typer.Option(
        "--course", help="The course's folder, or its course_config.py.", metavar="DIR"
    ),
]
AsJson = Annotated[
    bool, typer.Option("--json", help="Print one JSON document instead of a table.")
]
Reports = Annotated[
    list[str] | None,
    typer.Option(
        "--report",
        help="Write a report as well: junit, results, markdown, html; may be given "
        "again.",
        metavar="KIND=PATH",
    ),
]


def settings_of(course: Path, wall: str | None = None) -> Settings:
    """The course's settings, with another wall if one is named."""
    settings = load_settings(course)
    if wall is None:
        return settings
    if wall not in LEVELS:
        raise WallError(f'there is no wall "{wall}". There are: {", ".join(LEVELS)}.')
    return settings.model_copy(update={"wall": wall})


def near(path: Path) -> Path:
    """A path relative to the working directory, if that is shorter."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path


def progress_bar(quiet: bool) -> Progress:
    """A progress bar on stderr, for interactive use."""
    console = Console(stderr=True, emoji=False)
    return Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[last]}", style="dim", markup=False),
        console=console,
        transient=True,
        # Outside a terminal it would only leave an empty line.
        disable=quiet or not console.is_terminal,
    )


def ticker(progress: Progress, description: str) -> Any:
    """A function that is called for each submission and moves a progress bar."""
    task = progress.add_task(description, total=None, last="starting")

    def tick(done: int, total: int, student: str) -> None:
        progress.update(task, completed=done, total=total, last=one_line(student, 60))

    return tick


def document_of(assignment: str, reports: Sequence[GradeReport]) -> dict[str, Any]:
    """The `--json` output for one assignment."""
    submissions = [report.to_json() for report in reports]
    return {"assignment": assignment, "submissions": submissions}


def print_json(documents: list[dict[str, Any]], *, as_json: bool) -> None:
    """Print one document, or a list if there are several assignments."""
    if as_json:
        document = documents[0] if len(documents) == 1 else documents
        typer.echo(json.dumps(document, allow_nan=False))


def finish(code: int, looks: Iterable[bool]) -> None:
    """Exit with an error's code, otherwise with 3 if a person has to look."""
    if code or any(looks):
        raise typer.Exit(code or EXIT_ATTENTION)


def failed(error: Exception) -> int:
    """Report an error in one line; keep the traceback of an unexpected one."""
    tell(Text.assemble(("error", "bold red"), " ", told(error)))
    return EXIT_ERROR


def tell(line: str | Text) -> None:
    """Print one line on stderr."""
    console = Console(stderr=True, soft_wrap=True, emoji=False)
    console.print(line, highlight=False)
