"""Put a hand-in into submitted/ atomically.

Owns: the folder submitted/<student>/<assignment>/ and nbgrader's timestamp.txt in it.
May not: touch another student's, or a hand-in with the same content: its results are
stored by content, and it keeps its time.

A new folder is created under a hidden name in the student's folder, and exchanged with
the old one in one step if the system can do that.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import stat
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from autograder.config import Assignment, shown
from autograder.errors import CollectError, MalformedError
from autograder.files import Beside
from autograder.grading.handed import read_whole
from autograder.sandbox import remove_tree

__all__ = ["Handing", "Work", "hand_over"]

#: nbgrader's own file beside a hand-in, and its time format.
_TIMESTAMP, _TIME_FORMAT = "timestamp.txt", "%Y-%m-%d %H:%M:%S.%f UTC"

_DRAFT = ".collecting-"

#: A younger draft may belong to another run.
_ALIVE_S = 3_600.0

#: renameat2 with this flag exchanges two names (Linux 3.15).
_EXCHANGE, _HERE = 2, -100


class Handing(StrEnum):
    """The outcome of a hand-in."""

    NEW = "new"
    REPLACED = "replaced"
    UNCHANGED = "unchanged"


@dataclass(frozen=True)
class Work:
    """What a student handed in.

    Attributes:
        notebook: The notebook's bytes.
        beside: The files beside it.
        handed_in_at: The time; None if unknown.
    """

    notebook: bytes
    beside: Beside
    handed_in_at: datetime | None = None


def hand_over(assignment: Assignment, student: str, work: Work) -> Handing:
    """Put a student's work where it is graded.

    Args:
        assignment: What it is handed in for.
        student: The student's id, which passes `student_trouble`.
        work: What is handed in.

    Raises:
        CollectError: It can't be written; what was handed in before is unchanged.
    """
    place = assignment.submission(student).parent
    try:
        _require_folder(place.parent)
        is_there = os.path.lexists(place)
        if is_there and _is_same(assignment, student, work):
            return Handing.UNCHANGED
        with _draft_beside(place) as draft:
            _write(draft / "new", assignment.notebook, work)
            _swap(draft / "new", place, old=draft / "old")
    except OSError as error:
        raise CollectError(
            f"{shown(place)}: can't be written: {error.strerror or error}. What was "
            "handed in before is unchanged."
        ) from error
    return Handing.REPLACED if is_there else Handing.NEW


def _require_folder(folder: Path) -> None:
    """Create a student's folder, or check that it is one and not a link."""
    folder.mkdir(parents=True, exist_ok=True)
    if not stat.S_ISDIR(folder.lstat().st_mode):
        name = f"{folder.parent.name}/{folder.name}"
        raise CollectError(f"{name}: is a link. Put a folder in its place.")


def _is_same(assignment: Assignment, student: str, work: Work) -> bool:
    """Whether exactly this work was handed in before.

    Raises:
        UnreadableError: This machine can't read the existing one.
    """
    try:
        path = assignment.submission(student)
        below = assignment.settings.submitted_directory
        notebook, beside = read_whole(assignment, path, below=below)
    except MalformedError:
        return False
    return beside.digest(notebook) == work.beside.digest(work.notebook)


@contextlib.contextmanager
def _draft_beside(place: Path) -> Iterator[Path]:
    """A hidden folder in the same file system as `place`."""
    for left in place.parent.glob(f"{_DRAFT}*"):
        _put_back(left, place)
    draft = Path(tempfile.mkdtemp(prefix=f"{_DRAFT}{place.name}-", dir=place.parent))
    try:
        yield draft
    finally:
        remove_tree(draft)


def _put_back(left: Path, place: Path) -> None:
    """Clean up after a killed run; what it had put aside is restored."""
    if not left.name.startswith(f"{_DRAFT}{place.name}-"):
        return
    old, is_missing = left / "old", not os.path.lexists(place)
    if old.is_dir() and is_missing:
        old.rename(place)
    if is_missing or time.time() - left.stat().st_mtime > _ALIVE_S:
        remove_tree(left)


def _write(folder: Path, name: str, work: Work) -> None:
    folder.mkdir(mode=0o755)
    files = {Path(name): work.notebook, **work.beside.files}
    if work.handed_in_at:
        told = work.handed_in_at.astimezone(UTC).strftime(_TIME_FORMAT)
        files[Path(_TIMESTAMP)] = f"{told}\n".encode()
    for path, data in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())


def _swap(new: Path, place: Path, *, old: Path) -> None:
    """Put `new` in place; afterwards the old one is in one of the other two."""
    if not os.path.lexists(place):
        new.rename(place)
        return
    if _exchanged(new, place):
        return
    place.rename(old)
    try:
        new.rename(place)
    except OSError:
        old.rename(place)
        raise


def _exchanged(one: Path, other: Path) -> bool:
    """Exchange two names in one step; False if the system can't."""
    try:
        rename = ctypes.CDLL(None, use_errno=True).renameat2
    except AttributeError:
        return False
    names = os.fsencode(one), os.fsencode(other)
    done: int = rename(_HERE, names[0], _HERE, names[1], _EXCHANGE)
    return done == 0
