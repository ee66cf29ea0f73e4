"""Commands that make things for others: releases, kernels for other programs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from autograder.cli.options import Course, near, settings_of
from autograder.text import printable

__all__ = ["kernelspec", "release"]


def release(
    assignments: Annotated[
        list[str] | None,
        typer.Argument(help="Assignments to release; all of the course if none."),
    ] = None,
    course: Course = Path(),
) -> None:
    """Make release/ from source/: what students get, without solutions.

    Example: [bold]autograder release convolution[/]
    """
    from autograder.release import release as make_release

    settings = settings_of(course)
    for assignment in assignments or settings.require_assignments():
        folder = make_release(settings, assignment)
        typer.echo(printable(f"released {assignment}: {near(folder)}"))


def kernelspec() -> None:
    """Let other Jupyter programs of this environment use the walled kernel.

    For example [bold]papermill -k autograder in.ipynb out.ipynb[/], or
    [bold]c.Execute.kernel_name = "autograder"[/] for stock nbgrader autograde.
    """
    from autograder.execution.provisioner import install_kernel_spec

    typer.echo(f"kernel autograder: {near(install_kernel_spec())}")
