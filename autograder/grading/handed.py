"""What one student handed in, as bytes: the notebook and the files beside it.

Owns: the limits of that reading, the same for collecting, planning and grading. May
not: parse anything.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from autograder.config import Assignment
from autograder.files import Beside, read_beside, read_bytes

__all__ = ["read_handed_in", "read_whole"]


def read_handed_in(assignment: Assignment, path: Path) -> tuple[bytes, Beside]:
    """Read a notebook and the files beside it, within the course's limits.

    If the release has a file of the same name, the course's wins.

    Args:
        assignment: What was handed in.
        path: The notebook's.

    Raises:
        MalformedError: It can't be graded; the reason is for the student.
        UnreadableError: This machine can't read it.
    """
    below = assignment.settings.submitted_directory
    return _read(assignment, path, below=below, given=assignment.release)


def read_whole(
    assignment: Assignment,
    path: Path,
    *,
    below: Path,
    leave_out: Collection[Path] = (),
) -> tuple[bytes, Beside]:
    """Like `read_handed_in`, for any path, with the course's own files as well.

    Args:
        assignment: What it is.
        path: The notebook's.
        below: No folder on the way from here may be a link.
        leave_out: Files and folders to skip, relative to the notebook's folder.
    """
    return _read(assignment, path, below=below, given=None, leave_out=leave_out)


def _read(
    assignment: Assignment,
    path: Path,
    *,
    below: Path,
    given: Path | None,
    leave_out: Collection[Path] = (),
) -> tuple[bytes, Beside]:
    limits = assignment.limits
    data = read_bytes(path, max_mib=limits.submission_max_mib, below=below)
    left = limits.submission_max_mib * 2**20 - len(data)
    beside = read_beside(
        path,
        below=below,
        given=given,
        max_bytes=int(min(left, limits.disk_mib / 2 * 2**20)),
        leave_out=leave_out,
    )
    return data, beside
