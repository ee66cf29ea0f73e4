"""What one student handed in, as bytes: the notebook and the files beside it.

Owns: the limits of that reading, equal for whoever plans a run and whoever grades. May
not: parse anything.
"""

from __future__ import annotations

from pathlib import Path

from autograder.config import Assignment
from autograder.files import Beside, read_beside, read_bytes

__all__ = ["read_handed_in"]


def read_handed_in(assignment: Assignment, path: Path) -> tuple[bytes, Beside]:
    """Read a notebook and what lies beside it, within the course's limits.

    Args:
        assignment: What was handed in.
        path: The notebook's.

    Raises:
        MalformedError: It can't be graded; the reason is for the student.
        UnreadableError: This machine fails to read it.
    """
    limits, submitted = assignment.limits, assignment.settings.submitted_directory
    data = read_bytes(path, max_mib=limits.submission_max_mib, below=submitted)
    left = limits.submission_max_mib * 2**20 - len(data)
    beside = read_beside(
        path,
        below=submitted,
        given=assignment.release,
        max_bytes=int(min(left, limits.disk_mib / 2 * 2**20)),
    )
    return data, beside
