"""What the main process and its workers tell each other.

Owns: the messages and their form on the pipe, JSON between processes of ours. May not:
send or wait.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from autograder.model import GradeReport

__all__ = [
    "Answer",
    "Failure",
    "Job",
    "Message",
    "Ready",
    "Refusal",
    "read_message",
    "write_message",
]


@dataclass(slots=True)
class Job:
    """One submission to grade.

    Attributes:
        student: The student's id.
        path: The notebook.
        tries: How often a worker died of it, but for checks that are left out now.
        left_out: Exercises whose checks are not put, and why; they are ungraded.
        wanted: Exercises that are asked; all of them when empty. Then the notebook is
            run no further than to the last of these, and nobody gets to see it.
        remarks: What was told of the hand-in when it was read on another machine.
        only: "public" where only the checks are put that students have as well.
    """

    student: str
    path: str
    wanted: tuple[str, ...] = ()
    tries: int = field(default=0, compare=False)
    left_out: dict[str, str] = field(default_factory=dict, compare=False)
    remarks: tuple[str, ...] = ()
    only: Literal["", "public"] = ""

    def to_bytes(self) -> bytes:
        """The job as a worker reads it."""
        return json.dumps(asdict(self)).encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> Job:
        """The job that `to_bytes` has written."""
        told = json.loads(data)
        tuples = {name: tuple(told[name]) for name in ("wanted", "remarks")}
        return cls(**{**told, **tuples})


@dataclass(frozen=True)
class Ready:
    """The worker has collected the grading tests."""


@dataclass(frozen=True)
class Refusal:
    """Nobody can be graded: the course or the machine is not fit for it.

    Attributes:
        reason: For whoever grades, one line.
    """

    reason: str


@dataclass(frozen=True)
class Failure:
    """One submission could not be graded, by our fault.

    Attributes:
        trace: What happened; its last line says most.
    """

    trace: str


@dataclass(frozen=True)
class Answer:
    """What came of one submission.

    Attributes:
        report: Its `GradeReport.to_json`; of the exercises that were wanted.
        notebook: What the student may see of the executed notebook, if there is one,
            as JSON.
        executed: All of it, for the instructor, where that is more.
        completed: Exercises all of whose checks came to an end.
    """

    report: dict[str, Any]
    notebook: str | None = None
    executed: str | None = None
    completed: tuple[str, ...] = ()

    def report_on(self, assignment: str) -> GradeReport:
        """The report as a value."""
        return GradeReport.from_json(assignment, self.report)


Message = Ready | Refusal | Failure | Answer

_KINDS = {kind.__name__: kind for kind in (Ready, Refusal, Failure, Answer)}


def write_message(message: Message) -> bytes:
    """A message as it goes over the pipe."""
    told = {"kind": type(message).__name__, **vars(message)}
    return json.dumps(told, allow_nan=False).encode()


def read_message(data: bytes) -> Message:
    """The message that `write_message` has written."""
    told: dict[str, Any] = json.loads(data)
    message: Message = _KINDS[told.pop("kind")](**told)
    return message
