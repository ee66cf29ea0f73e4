"""The values kept for a submission, as they go into and come out of the store.

Owns: the values. May not: do I/O, or know about a database.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

__all__ = ["Kept", "Key", "Part"]


@dataclass(frozen=True, slots=True)
class Key:
    """What a part's verdict depends on, as digests by name.

    Two parts with equal keys have equal verdicts; where keys differ, the names say how.
    Everything but `submission` is the same for a whole class, and is stored once.

    Attributes:
        submission: Of the notebook as handed in and the files beside it; the reason if
            it can't be opened.
        skeleton: Of the release's notebook: its locked cells, their points and order.
        settings: The limits and options that can change a verdict, as JSON.
        seed: Of the course's secret.
        versions: Of Python, of the libraries and of the autograder, by name.
        exercises: By grade_id, what the exercise's verdict depends on, by name:
            "checks", "oracle", "mistakes", "hints".
    """

    submission: str
    skeleton: str
    settings: str
    seed: str
    versions: dict[str, str]
    exercises: dict[str, dict[str, str]]

    def to_json(self) -> dict[str, Any]:
        """Plain data for `json.dumps`."""
        return asdict(self)


@dataclass(frozen=True)
class Part:
    """The result of one device's run on one student's submission.

    Attributes:
        assignment: Name of the assignment.
        student: The student's id; data, never a path.
        device: Device that the checks ran on, "cpu" or "cuda".
        key: What the verdict depends on.
        report: Data of `GradeReport.to_json`.
        notebook: JSON text of the autograded notebook, or None.
        executed: JSON text of the notebook with all its outputs, for the instructor
            alone; None if the autograded one shows everything.
        graded_at: Seconds since the epoch; shown to people, never used for sorting.
    """

    assignment: str
    student: str
    device: str
    key: Key
    report: dict[str, Any]
    notebook: str | None
    executed: str | None
    graded_at: float


@dataclass(frozen=True, slots=True)
class Kept:
    """What is known about a part without reading its report.

    Attributes:
        serial: The store's counter when it was stored; it always increases.
        student: The student's id.
        device: Device that the checks ran on.
        key: What the verdict depends on.
        status: The report's: "graded", "malformed", "missing" or "ungraded".
        is_open: Whether something could not be graded, through our fault: the score is
            not final.
        graded_at: Seconds since the epoch.
    """

    serial: int
    student: str
    device: str
    key: Key
    status: str
    is_open: bool
    graded_at: float
