"""Whether release/ is what `autograder release` would make of source/ today.

Owns: that question, answered by content, and the notes that cache the answer. What
affects scores must be equal; other differences are only logged. May not: change the
release.

Comparing cell by cell takes nbgrader, and seconds. So where nothing differs, the digest
of the compared bytes is noted. The self-check is made from the grading tests and the
known mistakes, which takes seconds too; so a release notes what it was made from, and
so does the first run in a new copy of the course.
"""

from __future__ import annotations

import contextlib
import hashlib
import logging
from collections.abc import Iterable
from pathlib import Path

from autograder.config import Assignment, shown
from autograder.errors import AssignmentError
from autograder.files import write_whole

__all__ = ["note_inputs", "require_fresh"]

_log = logging.getLogger(__name__)


def require_fresh(assignment: Assignment) -> None:
    """Refuse a release that would give other scores than its source.

    Outdated texts, files or self-checks are only logged, in one line.

    Raises:
        AssignmentError: Points, cells or given code differ.
        NotebookError: One of the notebooks can't be read.
    """
    remedy = f"Run `autograder release {assignment.name}`."
    compared = _digest_of_files(
        (*_files_below(assignment.source), *_files_below(assignment.release)),
        repr(assignment.settings.nbgrader_options),
    )
    if _noted(_note(assignment, "compared")) != compared:
        _compare(assignment, remedy, compared)
    made_from = _noted(_note(assignment, "inputs"))
    if not made_from:
        with contextlib.suppress(OSError):  # the next run checks again
            note_inputs(assignment)
    elif made_from != _inputs(assignment):
        _log.warning(
            "the checks or known mistakes of %s have changed since it was released: "
            "the self-check that students have may be out of date. %s",
            assignment.name,
            remedy,
        )


def _compare(assignment: Assignment, remedy: str, compared: str) -> None:
    """Compare cell by cell; note it if nothing differs."""
    from autograder.grading.draft import differences

    grave, slight = differences(assignment)
    old = f"{shown(assignment.release)} is older than {shown(assignment.source)}"
    if grave:
        raise AssignmentError(f"{old}: {grave[0]}. {remedy}")
    if slight:
        more = f" and {len(slight) - 1} more" if len(slight) > 1 else ""
        _log.warning("%s: %s%s. %s", old, slight[0], more, remedy)
        return
    with contextlib.suppress(OSError):  # the next run compares again
        _write(_note(assignment, "compared"), compared)


def note_inputs(assignment: Assignment) -> None:
    """Note what an assignment's self-check is made from; called by a release."""
    _write(_note(assignment, "inputs"), _inputs(assignment))


def _inputs(assignment: Assignment) -> str:
    """The digest of the tests and solutions that a self-check is made from."""
    folders = (assignment.tests, assignment.solutions)
    return _digest_of_files(
        path for folder in folders for path in sorted(folder.rglob("*.py"))
    )


def _note(assignment: Assignment, what: str) -> Path:
    name = f"{assignment.name}.{what}"
    return assignment.settings.state_directory / "released" / name


def _noted(path: Path) -> str:
    """What a note says; nothing if it is missing or can't be read."""
    try:
        return path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        return ""


def _write(path: Path, digest: str) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_whole(path, f"{digest}\n".encode())


def _files_below(folder: Path) -> list[Path]:
    found = sorted(folder.rglob("*"))
    return [
        path for path in found if path.is_file() and "__pycache__" not in path.parts
    ]


def _digest_of_files(paths: Iterable[Path], more: str = "") -> str:
    """SHA-256 of the paths and bytes of files, and of a text."""
    digest = hashlib.sha256(more.encode())
    for path in paths:
        data = path.read_bytes()
        name = "/".join(path.parts[-3:])  # the same wherever the course is
        digest.update(f"{name}\0{len(data)}\0".encode())
        digest.update(data)
    return digest.hexdigest()
