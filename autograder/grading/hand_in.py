"""Who handed in, and what is there in place of a missing notebook.

Owns: the list of hand-ins, from the folders' names alone, and the messages for a
misnamed or misplaced notebook. May not: open a student's file. Names are data: they are
shown and compared, and no link is followed.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from autograder.config import Assignment, shown
from autograder.errors import AssignmentError
from autograder.model import Status
from autograder.text import printable

__all__ = ["HandIn", "found_hand_ins", "hand_ins"]

#: nbgrader's gradebook has room for 128 characters.
MAX_ID_BYTES = 128

#: How many entries of a student's folder are examined, how deep, and how many named.
_MOST_ENTRIES, _MOST_FOLDERS, _MOST_NAMED = 2_000, 4, 3

#: How downloads, mail programs and editors change the name of a notebook.
_NOTEBOOK = re.compile(r"\.(ipynb|ipynb\.\w+|json)$", re.IGNORECASE)

_IGNORED = ("__pycache__", "timestamp.txt")


@dataclass(frozen=True, slots=True)
class HandIn:
    """One student's folder for an assignment.

    Attributes:
        student: The student's id: the folder's name; if that can't be an id, its
            printable part.
        path: Where the notebook should be.
        objection: Why the folder's name can't be an id, or "".
        trouble: Why the folder can't be read, or "".
        note: What else is there, and what to do about it, or "".
    """

    student: str
    path: Path
    objection: str = ""
    trouble: str = ""
    note: str = ""

    @classmethod
    def in_folder(cls, folder: Path) -> HandIn:
        """The hand-in of `submitted/<student>/<assignment>`."""
        name, path = folder.parent.name, folder / f"{folder.name}.ipynb"
        if name.isprintable() and len(name.encode()) <= MAX_ID_BYTES:
            return cls(name, path)
        digest = hashlib.sha256(os.fsencode(name)).hexdigest()[:8]
        return cls(
            f"{printable(name)[:40]} ({digest})",
            path,
            "the folder's name can't be a student's id: that is at most "
            f"{MAX_ID_BYTES} bytes of printable text. Rename the folder.",
        )

    @property
    def is_there(self) -> bool:
        """Whether the notebook exists, whatever kind of file it is."""
        return os.path.lexists(self.path)

    @property
    def verdict(self) -> tuple[Status, str] | None:
        """The verdict before the notebook is opened; None if it should be graded."""
        if self.objection:
            return Status.MALFORMED, self.objection
        if self.trouble:
            return Status.UNGRADED, self.trouble
        if self.is_there:
            return None
        instead = f"; there is {self.note}" if self.note else ""
        return (
            Status.MISSING,
            f"no {self.path.name} in the student's folder{instead}",
        )


def hand_ins(assignment: Assignment, students: Sequence[str] = ()) -> list[HandIn]:
    """Who has handed something in for the assignment, sorted by student.

    A student with a misnamed or misplaced notebook is listed, with a note that says how
    to rename it.

    Args:
        assignment: What was handed in.
        students: Only these, each of which must have handed in.

    Raises:
        AssignmentError: A student named has no notebook there, or nobody has.
    """
    found = found_hand_ins(assignment)
    if not students:
        if not found:
            raise AssignmentError(
                f"no submissions for {assignment.name}: looked for "
                f"{shown(assignment.submission('<student>'))}."
            )
        return found
    by_student = {each.student: each for each in found}
    for student in students:
        _require_there(assignment, student, by_student.get(student))
    return [by_student[student] for student in dict.fromkeys(students)]


def found_hand_ins(assignment: Assignment) -> list[HandIn]:
    """Like `hand_ins`, for everybody; empty if nobody has handed in.

    Raises:
        AssignmentError: The folder of submissions can't be listed.
    """
    return _Search(assignment).hand_ins()


def _require_there(assignment: Assignment, student: str, found: HandIn | None) -> None:
    if found and (found.is_there or found.trouble):
        return
    instead = f" There is {found.note}." if found and found.note else ""
    raise AssignmentError(
        f'student "{student}" has not handed in {assignment.name}: '
        f"{shown(assignment.submission(student))} is missing.{instead}"
    )


class _Search:
    """Looks through submitted/ for one assignment's notebooks."""

    def __init__(self, assignment: Assignment) -> None:
        self._root = assignment.settings.submitted_directory
        self._assignment = assignment.name
        self._assignments = assignment.settings.assignments
        released = _listed(assignment.release, missing_ok=True)
        self._released = {entry.name for entry in released}

    def hand_ins(self) -> list[HandIn]:
        """All that was found, one per student; a notebook in the right place wins."""
        by_student: dict[str, HandIn] = {}
        try:
            entries = _listed(self._root, missing_ok=True)
        except OSError as error:
            raise AssignmentError(
                f"{shown(self._root)}: can't be listed: {error.strerror}."
            ) from error
        in_place = [each for entry in entries for each in self._in_place(entry)]
        off = [each for entry in entries for each in self._elsewhere(entry)]
        for each in (*in_place, *off):
            by_student.setdefault(each.student, each)
        return sorted(by_student.values(), key=lambda each: each.path.parts)

    def _in_place(self, entry: os.DirEntry[str]) -> Iterator[HandIn]:
        """The hand-in of a student who has the assignment's folder."""
        folder = Path(entry.path, self._assignment)
        try:
            if not entry.is_dir():
                return
            names = {each.name for each in _listed(folder.parent)}
            if self._assignment not in names or not folder.is_dir():
                return
            hand_in = HandIn.in_folder(folder)
            with contextlib.suppress(FileNotFoundError, NotADirectoryError):
                hand_in.path.lstat()  # `is_there` would call a forbidden one missing
            yield replace(hand_in, note=self._note(hand_in))
        except OSError as error:
            where = shown(Path(error.filename or folder))
            trouble = f"{where} can't be read: {error.strerror}"
            yield replace(HandIn.in_folder(folder), trouble=trouble)

    def _elsewhere(self, entry: os.DirEntry[str]) -> Iterator[HandIn]:
        """Hand-ins whose notebook has a known name but is in the wrong place."""
        path = Path(entry.path)
        if not entry.is_dir(follow_symlinks=False):
            if not entry.is_symlink() and self._is_ours(entry.name):
                yield self._loose(path)
            return
        if entry.name == self._assignment:  # submitted/<assignment>/<student>
            owners = [each for each in _or_none(path) if each.name != entry.name]
            folders = [Path(each.path) for each in owners if each.is_dir()]
        else:
            folders = [path]
        for folder in folders:
            hand_in = HandIn.in_folder(self._root / folder.name / self._assignment)
            if note := self._strays_note(folder, hand_in):
                yield replace(hand_in, note=note)

    def _loose(self, path: Path) -> HandIn:
        """A notebook in submitted/ itself, which belongs to nobody yet."""
        name = printable(path.name)[:80]
        wanted = f"<student>/{self._assignment}/{self._assignment}.ipynb"
        return HandIn(
            name,
            self._root / path.name / self._assignment / f"{self._assignment}.ipynb",
            note=f'"{name}", in no student\'s folder: rename it to "{wanted}"',
        )

    def _note(self, hand_in: HandIn) -> str:
        """What is in the assignment's folder besides, or instead of, the notebook."""
        folder = hand_in.path.parent
        if folder.is_symlink() or folder.parent.is_symlink():
            return ""
        files = [
            entry.name
            for entry in _visible(_listed(folder))
            if entry.is_file(follow_symlinks=False)
            and entry.name not in {hand_in.path.name, *self._released}
        ]
        notebooks = list(filter(_NOTEBOOK.search, files))
        if hand_in.is_there:
            others = [name for name in notebooks if not name.lower().endswith(".json")]
            return f"{_quoted(others)} beside it was not graded" if others else ""
        if ours := [name for name in notebooks if self._may_be_ours(name)]:
            return _advice(ours, hand_in.path.name)
        strays = self._strays_note(folder.parent, hand_in)
        return strays or (f"{_quoted(files)} instead" if files else "")

    def _strays_note(self, folder: Path, hand_in: HandIn) -> str:
        """A message about notebooks of the right name below a student's folder."""
        strays = [
            str(path.relative_to(self._root))
            for path in islice(_files(folder), _MOST_ENTRIES)
            if self._is_ours(path.name) or self._is_our_folder(path, folder)
        ]
        wanted = str(hand_in.path.relative_to(self._root))
        return _advice(strays, wanted) if strays else ""

    def _is_our_folder(self, path: Path, folder: Path) -> bool:
        """Whether a notebook of any name is in a folder with the assignment's name."""
        inner = path.relative_to(folder).parts[:-1]
        return self._may_be_ours(path.name) and any(
            _words(name) == _words(self._assignment) for name in inner
        )

    def _is_ours(self, name: str) -> bool:
        """Whether a file's name suggests a notebook of this assignment."""
        return self._may_be_ours(name) and self._owner(name) == self._assignment

    def _may_be_ours(self, name: str) -> bool:
        """Whether a file is a notebook that is not named after another assignment."""
        owners = ("", self._assignment)
        return bool(_NOTEBOOK.search(name)) and self._owner(name) in owners

    def _owner(self, name: str) -> str:
        """The assignment that a file is named after, or ""."""
        stem = _NOTEBOOK.sub("", name)
        named = [each for each in self._assignments if _names(stem, each)]
        return max(named, key=len, default="")


def _names(stem: str, assignment: str) -> bool:
    """Whether a file's name contains an assignment's, as words or run together."""
    words, wanted = _words(stem), _words(assignment)
    places = range(len(words) - len(wanted) + 1)
    if any(words[at : at + len(wanted)] == wanted for at in places):
        return True
    return "".join(words).rstrip("0123456789") == "".join(wanted)


def _words(name: str) -> list[str]:
    return re.findall(r"[^\W_]+", name.casefold())


def _advice(found: Sequence[str], wanted: str) -> str:
    which = "it" if len(found) == 1 else "the one that counts"
    return f'{_quoted(found)}: rename {which} to "{printable(wanted)}"'


def _quoted(names: Sequence[str]) -> str:
    shown_names = [f'"{printable(name)[:120]}"' for name in names[:_MOST_NAMED]]
    more = len(names) - _MOST_NAMED
    return ", ".join(shown_names) + (f" and {more} more" if more > 0 else "")


def _listed(folder: Path, *, missing_ok: bool = False) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return sorted(entries, key=lambda entry: entry.name)
    except FileNotFoundError:
        if missing_ok:
            return []
        raise


def _or_none(folder: Path) -> list[os.DirEntry[str]]:
    """What is in a folder; nothing if it can't be listed, as reported elsewhere."""
    try:
        return _listed(folder)
    except OSError:
        return []


def _visible(entries: Iterable[os.DirEntry[str]]) -> Iterator[os.DirEntry[str]]:
    for entry in entries:
        if not entry.name.startswith(".") and entry.name not in _IGNORED:
            yield entry


def _files(folder: Path, depth: int = 0) -> Iterator[Path]:
    """Regular files below a folder, to a limited depth; no link is followed."""
    for entry in _visible(_or_none(folder)):
        if entry.is_file(follow_symlinks=False):
            yield Path(entry.path)
        elif entry.is_dir(follow_symlinks=False) and depth < _MOST_FOLDERS:
            yield from _files(Path(entry.path), depth + 1)
