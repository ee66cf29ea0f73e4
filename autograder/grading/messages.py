"""Messages between the main process and its workers.

Owns: the messages and their form on the pipe, JSON between trusted processes. May not:
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
        tries: How often a worker died of it, apart from checks that are left out now.
        left_out: Exercises whose checks are skipped, and why; they are ungraded.
        wanted: Exercises to ask; all if empty. Otherwise the notebook is run only up to
            the last of these, and is not kept.
        remarks: Remarks on the hand-in from when it was read on another machine.
        only: "public" to run only the checks that students have as well.
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
    """Nobody can be graded: something is wrong with the course or the machine.

    Attributes:
        reason: One line for the instructor.
    """

    reason: str


@dataclass(frozen=True)
class Failure:
    """One submission could not be graded, through our fault.

    Attributes:
        trace: The traceback; its last line says most.
    """

    trace: str


@dataclass(frozen=True)
class Answer:
    """The result of one submission.

    Attributes:
        report: Its `GradeReport.to_json`, on the exercises that were wanted.
        notebook: What the student may see of the executed notebook, if there is one,
            as JSON.
        executed: The full notebook, for the instructor, if it holds more.
        completed: Exercises all of whose checks finished.
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
