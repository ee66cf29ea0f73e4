"""autograded/<student>/<assignment>/: where nbgrader's feedback and formgrader read."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

from nbformat import NotebookNode
from nbgrader.utils import parse_utc

from autograder.config import shown
from autograder.errors import GradebookError, MalformedError
from autograder.notebook import read_bytes, write_notebook

__all__ = ["timestamp_of", "write_autograded", "write_executed"]

#: nbgrader's file beside a submission, written when it is collected.
_TIMESTAMP = "timestamp.txt"


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
        timestamp: When it was handed in, from `timestamp_of`; nbgrader makes feedback
            anew for a later one.

    Returns:
        The notebook's path. It is whole or as it was before, whatever happens.

    Raises:
        GradebookError: It can't be written.
    """
    for name in (student, assignment):
        _require_folder_name(name)
    folder = directory / student / assignment
    path = folder / f"{assignment}.ipynb"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_notebook(notebook, path)
        _write_timestamp(folder / _TIMESTAMP, timestamp)
    except OSError as error:
        raise _not_written(path, error) from error
    return path


def write_executed(
    folder: Path, *, student: str, notebook: NotebookNode | None
) -> None:
    """Keep a notebook with all that it showed, for the instructor alone.

    Args:
        folder: The assignment's, out of what nbgrader reads.
        student: The student's id.
        notebook: None where the autograded one shows it all; an older one then goes.

    Raises:
        GradebookError: It can't be written.
    """
    _require_folder_name(student)
    path = folder / f"{student}.ipynb"
    try:
        if notebook is None:
            path.unlink(missing_ok=True)
            return
        folder.mkdir(parents=True, exist_ok=True)
        write_notebook(notebook, path)
    except OSError as error:
        raise _not_written(path, error) from error


def _require_folder_name(name: str) -> None:
    if name in ("", ".", "..") or "/" in name or os.sep in name or "\0" in name:
        raise GradebookError(f"{name!r} can't be the name of a folder.")


def _not_written(path: Path, error: OSError) -> GradebookError:
    return GradebookError(
        f"{shown(path)}: can't be written: {error.strerror}. Mend the folder and "
        "grade again."
    )


def timestamp_of(folder: Path) -> datetime | None:
    """When a submission was handed in, as nbgrader's timestamp.txt in its folder says.

    None without such a file, and if what it says is no time: the folder is the
    student's.
    """
    try:
        text = read_bytes(folder / _TIMESTAMP, max_mib=2**-10).decode("utf-8").strip()
        moment = parse_utc(text)
    except (MalformedError, ValueError, OverflowError):
        return None
    return moment.replace(tzinfo=UTC) if isinstance(moment, datetime) else None


def _write_timestamp(path: Path, timestamp: datetime | None) -> None:
    """Write nbgrader's own form, date, time and zone; no file if there is no time."""
    if timestamp is None:
        path.unlink(missing_ok=True)
        return
    text = timestamp.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f UTC")
    draft = path.with_name(f".{path.name}.{os.getpid()}.draft")
    draft.write_text(text, encoding="utf-8")
    draft.replace(path)
