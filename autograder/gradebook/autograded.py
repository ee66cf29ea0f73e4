"""autograded/<student>/<assignment>/, which nbgrader's feedback and formgrader read."""

from __future__ import annotations

import copy
import errno
import os
import re
import stat
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote, unquote

from nbformat import NotebookNode
from nbgrader.utils import parse_utc

from autograder.config import shown
from autograder.errors import GradebookError
from autograder.files import write_whole
from autograder.notebook import write_notebook
from autograder.text import printable

__all__ = ["timestamp_of", "write_autograded", "write_executed"]

#: nbgrader's file beside a submission, written when it is collected.
_TIMESTAMP = "timestamp.txt"

#: A time takes fewer than 40.
_TIMESTAMP_BYTES = 1024


def _in_any_spelling(text: str) -> str:
    """A pattern for text in Markdown, in which any character may be an HTML entity."""
    named = {":": r"\\:|&colon;"}
    return "".join(
        rf"(?:{named.get(char, char)}|{char}|&#0*{ord(char)};|(?i:&#x0*{ord(char):x};))"
        for char in text
    )


#: How the address of an attached picture begins.
_PICTURE = re.compile(
    r"(?P<before>\](?:\(|:)\s*<?)"
    + _in_any_spelling("attachment:")
    + r"(?P<name>(?<=<attachment:)[^>\n]*|(?:[^\s()<>]|\([^\s()]*\))*)"
)

#: Characters that mistune, nbconvert's Markdown parser, leaves alone in an address.
_SAFE = ":/?#@!$&()*+,;=%"


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
        timestamp: When it was handed in, from `timestamp_of`; nbgrader regenerates
            feedback for a later one.

    Returns:
        The notebook's path. It is written atomically.

    Raises:
        GradebookError: It can't be written.
    """
    for name in (student, assignment):
        _require_folder_name(name)
    folder = directory / student / assignment
    path = folder / f"{assignment}.ipynb"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_notebook(_without_lost_pictures(notebook), path)
        _write_timestamp(folder / _TIMESTAMP, timestamp)
    except OSError as error:
        raise _not_written(path, error) from error
    return path


def write_executed(
    folder: Path, *, student: str, notebook: NotebookNode | None
) -> None:
    """Keep a notebook with all its outputs, for the instructor alone.

    Args:
        folder: The assignment's, outside the folders that nbgrader reads.
        student: The student's id.
        notebook: None if the autograded one shows everything; an older one is then
            removed.

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
        f"{shown(path)}: can't be written: {error.strerror}. Fix the folder and "
        "grade again."
    )


def _without_lost_pictures(notebook: NotebookNode) -> NotebookNode:
    """Text with the names of missing attached pictures removed.

    nbconvert, and so feedback and formgrader, fails at such a name. A student may write
    one, and an attached picture may have been left out.
    """
    made = copy.copy(notebook)
    made.cells = [_renamed(cell) for cell in notebook.cells]
    return made


def _renamed(cell: NotebookNode) -> NotebookNode:
    if cell.cell_type != "markdown":
        return cell
    attached = dict(cell.get("attachments", {}))

    def rename(found: re.Match[str]) -> str:
        # As nbconvert looks for it, which never finds a name with a blank.
        name = quote(found["name"], safe=_SAFE)
        if unquote(name) in attached:
            attached.setdefault(name, attached[unquote(name)])
        kind = "attachment" if name in attached else "lost-attachment"
        return f"{found['before']}{kind}:{found['name']}"

    source = _PICTURE.sub(rename, cell.source)
    if source == cell.source and len(attached) == len(cell.get("attachments", {})):
        return cell
    changed = copy.copy(cell)
    changed.source = source
    if attached:
        changed.attachments = NotebookNode(attached)
    return changed


def timestamp_of(folder: Path) -> tuple[datetime | None, str]:
    """When a submission was handed in, as nbgrader's timestamp.txt in its folder says.

    Returns:
        The time, or None without such a file; and what is wrong with an unusable file,
        or "". The submission then counts as on time.

    Raises:
        GradebookError: The file exists but this machine can't read it.
    """
    path = folder / _TIMESTAMP
    try:
        data = _read(path)
    except FileNotFoundError:
        return None, ""
    except OSError as error:
        raise GradebookError(
            f"{shown(path)}: can't be read: {error.strerror}. It says when the "
            "submission was handed in; fix it and grade again."
        ) from error
    if data is None:
        return None, f"{_TIMESTAMP} is not a regular file, so no time is known"
    text = data.decode("utf-8", "replace").strip()
    try:
        moment = parse_utc(text) if text else None
    except (ValueError, OverflowError):
        moment = None
    if not isinstance(moment, datetime):
        return None, f"{_TIMESTAMP} does not contain a time: {_quoted(text)}"
    return moment.replace(tzinfo=UTC), ""


def _read(path: Path) -> bytes | None:
    """The first bytes of a file; None for a folder, a link or a pipe.

    The folder is the student's: no link is followed and no pipe is read.
    """
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    try:
        descriptor = os.open(path, flags)
    except OSError as error:
        if error.errno in (errno.ELOOP, errno.ENXIO, errno.ENOTDIR):
            return None
        raise
    try:
        is_file = stat.S_ISREG(os.fstat(descriptor).st_mode)
        return os.read(descriptor, _TIMESTAMP_BYTES) if is_file else None
    finally:
        os.close(descriptor)


def _quoted(text: str) -> str:
    """The beginning of the text, in one displayable line."""
    return f'"{printable(text)[:40]}"' if text else "it is empty"


def _write_timestamp(path: Path, timestamp: datetime | None) -> None:
    """Write date, time and zone as nbgrader does; no file if there is no time."""
    if timestamp is None:
        path.unlink(missing_ok=True)
        return
    text = timestamp.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f UTC")
    write_whole(path, text.encode())
