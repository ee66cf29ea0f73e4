"""autograded/<student>/<assignment>/: where nbgrader's feedback and formgrader read."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

from nbformat import NotebookNode

from autograder.config import shown
from autograder.errors import GradebookError
from autograder.notebook import write_notebook

__all__ = ["write_autograded"]


def write_autograded(
    directory: Path,
    *,
    student: str,
    assignment: str,
    notebook: NotebookNode,
    timestamp: datetime | None = None,
) -> Path:
    """Put an executed notebook where nbgrader's commands look for it.

    Args:
        directory: The course's autograded directory.
        student: The student's id.
        assignment: Name of the assignment.
        notebook: Cells of the release with their nbgrader metadata, executed.
        timestamp: When it was handed in; nbgrader makes feedback anew for a later one.

    Returns:
        The notebook's path. It is whole or as it was before, whatever happens.

    Raises:
        GradebookError: It can't be written.
    """
    for name in (student, assignment):
        if name in ("", ".", "..") or "/" in name or os.sep in name or "\0" in name:
            raise GradebookError(f"{name!r} can't be the name of a folder.")
    folder = directory / student / assignment
    path = folder / f"{assignment}.ipynb"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_notebook(notebook, path)
        if timestamp:
            _write_timestamp(folder / "timestamp.txt", timestamp)
    except OSError as error:
        raise GradebookError(
            f"{shown(path)}: can't be written: {error.strerror}. Mend the folder and "
            "grade again."
        ) from error
    return path


def _write_timestamp(path: Path, timestamp: datetime) -> None:
    """Write nbgrader's own form: date, time, zone."""
    text = timestamp.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f UTC")
    draft = path.with_name(f".{path.name}.{os.getpid()}.draft")
    draft.write_text(text, encoding="utf-8")
    draft.replace(path)
