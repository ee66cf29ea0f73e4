"""What is kept of a submission: the values that go into the store and come out of it.

Owns: the values. May not: do I/O, know a database.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

__all__ = ["Kept", "Key", "Part"]


@dataclass(frozen=True, slots=True)
class Key:
    """What a part's verdict depends on, as digests by name.

    Two parts with equal keys have equal verdicts; where keys differ, the names say in
    what. All but `submission` is equal throughout a class, and stored once for it.

    Attributes:
        submission: Of the notebook as handed in and of the files beside it; where it
            can't be opened, why.
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
    """What one device's run made of one student's submission.

    Attributes:
        assignment: Name of the assignment.
        student: The student's id; data, never a path.
        device: Device that the checks ran on, "cpu" or "cuda".
        key: What the verdict depends on.
        report: Data of `GradeReport.to_json`.
        notebook: JSON text of the autograded notebook, None where there is none.
        executed: JSON text of the notebook with all that it showed, for the instructor
            alone; None where the autograded one shows it all.
        graded_at: Seconds since the epoch; shown to people, never used to order by.
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
    """What is known of a part without reading its report.

    Attributes:
        serial: The store's counter when it was put: later ones are greater.
        student: The student's id.
        device: Device that the checks ran on.
        key: What the verdict depends on.
        status: Of the report: "graded", "malformed", "missing" or "ungraded".
        is_open: Something could not be graded, by our fault: it has no final score.
        graded_at: Seconds since the epoch.
    """

    serial: int
    student: str
    device: str
    key: Key
    status: str
    is_open: bool
    graded_at: float
