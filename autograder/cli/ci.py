"""Commands for CI services: workflows to start with, and what their jobs call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from autograder.cli.options import Course, finish, near, settings_of
from autograder.config import Settings
from autograder.text import one_line, printable

__all__ = ["ci"]

ci = typer.Typer(
    name="ci",
    help="Workflows for GitHub, GitLab and Gradescope.",
    no_args_is_help=True,
    rich_markup_mode="rich",
)
init = typer.Typer(
    name="init",
    help="Write the files a CI service needs to grade a class.",
    no_args_is_help=True,
    rich_markup_mode="rich",
)
ci.add_typer(init)

Roster = Annotated[
    str, typer.Option(help="The roster, a CSV file in the course.", metavar="FILE")
]
Organisation = Annotated[
    str,
    typer.Option(
        help="Instead: grade all repositories of an organisation or GitLab group.",
        metavar="NAME",
    ),
]
Pattern = Annotated[str, typer.Option(help="Which ones: a name with {student} in it.")]
Assignments = Annotated[
    list[str] | None,
    typer.Option(
        "--assignment",
        help="Grade this one; may be repeated. Default: all that were handed in.",
        metavar="NAME",
    ),
]
Python = Annotated[str, typer.Option(help="The version of Python.", metavar="3.x")]
Statuses = Annotated[
    bool,
    typer.Option("--statuses", help="Show each student the score at their commit."),
]
Student = Annotated[
    bool,
    typer.Option(
        "--student",
        help="Instead: files for a student's repository, with the public self-check; "
        "nothing in them is secret and nothing counts.",
    ),
]
Force = Annotated[
    bool, typer.Option("--force", help="Replace existing files that differ.")
]
TorchIndex = Annotated[
    str,
    typer.Option(
        help="Where PyTorch's builds for CPUs are, a tenth of the ordinary ones: the "
        "address that its page on installing it names.",
        metavar="URL",
    ),
]
Into = Annotated[
    Path | None,
    typer.Option(help="Another folder than the course's.", metavar="DIR"),
]


@init.command()
def github(
    student: Student = False,
    roster: Roster = "roster.csv",
    organisation: Organisation = "",
    pattern: Pattern = "{student}",
    assignment: Assignments = None,
    python: Python = "3.11",
    cron: Annotated[
        str, typer.Option(help="When to grade, in UTC.", metavar="CRON")
    ] = "0 2 * * *",
    statuses: Statuses = False,
    torch_index: TorchIndex = "",
    into: Into = None,
    force: Force = False,
    course: Course = Path(),
) -> None:
    """Write the workflow by which GitHub Actions grades the class.

    It belongs in the course's private repository. With --student, write the other kind,
    for students' repositories. docs/ci.md explains both.

    Example: [bold]autograder ci init github --roster roster.csv[/]
    """
    from autograder.ci.course import Wishes, course_files, next_steps

    settings = settings_of(course)
    if student:
        _write_students(settings, "github", into, torch_index, force=force)
        return
    wishes = Wishes(
        roster=roster,
        organisation=organisation,
        pattern=pattern,
        assignments=tuple(assignment or ()),
        python=python,
        cron=cron,
        statuses=statuses,
    )
    files = course_files(settings, "github", wishes)
    steps = next_steps(settings, "github", wishes)
    _write(files, into or settings.course_root, force, steps)


@init.command()
def gitlab(
    student: Student = False,
    roster: Roster = "roster.csv",
    organisation: Organisation = "",
    pattern: Pattern = "{student}",
    assignment: Assignments = None,
    image: Annotated[
        str,
        typer.Option(
            help="The image for its jobs: containers/ builds one; pin it by digest.",
            metavar="IMAGE",
        ),
    ] = "python:3.11-bookworm",
    torch_index: TorchIndex = "",
    into: Into = None,
    force: Force = False,
    course: Course = Path(),
) -> None:
    """Write the pipeline by which GitLab grades the class.

    It belongs in the course's private project. With --student, write the other kind,
    for students' projects.

    Example: [bold]autograder ci init gitlab --organisation course-2026[/]
    """
    from autograder.ci.course import Wishes, course_files, next_steps

    settings = settings_of(course)
    if student:
        _write_students(settings, "gitlab", into, torch_index, force=force)
        return
    wishes = Wishes(
        roster=roster,
        organisation=organisation,
        pattern=pattern,
        assignments=tuple(assignment or ()),
        image=image,
    )
    files = course_files(settings, "gitlab", wishes)
    steps = next_steps(settings, "gitlab", wishes)
    _write(files, into or settings.course_root, force, steps)


@init.command()
def gradescope(
    assignment: Annotated[str, typer.Argument(help="The assignment.")],
    into: Annotated[
        Path | None,
        typer.Option(help="Where the zip goes: a file or a folder; by default, here."),
    ] = None,
    hidden_checks: Annotated[
        str,
        typer.Option(
            help="When students see hidden checks, by name and hint: visible, "
            "after_due_date, after_published or hidden.",
            metavar="WHEN",
        ),
    ] = "visible",
    torch_index: TorchIndex = "",
    course: Course = Path(),
) -> None:
    """Make the zip with which Gradescope grades an assignment.

    Example: [bold]autograder ci init gradescope convolution[/]
    """
    from autograder.ci.gradescope import gradescope_zip

    path = gradescope_zip(
        settings_of(course),
        assignment,
        into or Path(),
        hidden_checks=hidden_checks,
        torch_index=torch_index,
    )
    typer.echo(printable(f"wrote {near(path)}"))


@ci.command()
def statuses(
    results: Annotated[
        Path, typer.Option(help="What grading reported.", metavar="FILE")
    ] = Path("results.json"),
    collected: Annotated[
        Path, typer.Option(help="What was collected.", metavar="FILE")
    ] = Path("checkouts/collected.json"),
    server: Annotated[
        str, typer.Option(help="Where the repositories are.", metavar="URL")
    ] = "https://github.com",
) -> None:
    """Write each student's score next to the graded commit on GitHub.

    AUTOGRADER_STATUS_TOKEN holds a token that can write commit statuses. Nothing hidden
    is revealed: only the score and the points.

    Exit codes: 0 all is well; 1 an error; 2 wrong use; 3 some could not be written.

    Example: [bold]autograder ci statuses --results reports/results.json[/]
    """
    from autograder.ci import statuses as writing

    console, problems = Console(emoji=False, soft_wrap=True), []
    for status, problem in writing.post(
        writing.statuses(results, collected), server=server
    ):
        line = f"{status.student} {status.assignment}: {problem or status.told}"
        console.print(Text(one_line(line), "yellow" if problem else ""))
        problems.append(bool(problem))
    finish(0, problems)


def _write_students(
    settings: Settings,
    host: str,
    into: Path | None,
    torch_index: str,
    *,
    force: bool,
) -> None:
    """Write the files of a student's repository."""
    from autograder.ci.student import student_files

    texts = student_files(settings, host=host, torch_index=torch_index)
    files = {path: text.encode() for path, text in texts.items()}
    folder = into or settings.course_root / "student-repository"
    steps = [f"put the content of {near(folder)} into each student's repository"]
    _write(files, folder, force, steps)


def _write(
    files: Mapping[str, bytes], folder: Path, force: bool, steps: Sequence[str]
) -> None:
    """Write files, and print the next steps."""
    from autograder.ci.writing import write_files

    written = write_files(files, folder, force=force)
    for path in written:
        typer.echo(printable(f"wrote {near(path)}"))
    if not written:
        typer.echo("nothing to write: everything is there already")
    for number, step in enumerate(steps, 1):
        typer.echo(printable(f"{number}. {step}"))
