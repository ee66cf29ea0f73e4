"""Stand-ins for worker processes; the student's name says what happens to them."""

from __future__ import annotations

import os
import signal
import tempfile
import threading
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from autograder.config import Assignment
from autograder.grading.messages import (
    Answer,
    Job,
    Message,
    Ready,
    Refusal,
    write_message,
)
from autograder.grading.progress import Progress, State

__all__ = ["hanging", "never_ready", "refused", "stillborn", "stillborn_once", "work"]


def work(connection: Connection, assignment: Assignment, *_rest: Any) -> None:
    """Answer each job with its student, but for those that end the process."""
    _send(connection, Ready())
    while True:
        try:
            job = Job.from_bytes(connection.recv_bytes())
        except EOFError:
            return
        student = job.student
        if student == "lethal" or (
            student == "lethal-once" and _is_first(assignment, "died")
        ):
            os._exit(9)
        told = {"student": student, "path": job.path, "pid": os.getpid()}
        _send(connection, Answer(told))


def hanging(
    connection: Connection,
    assignment: Assignment,
    _lent: object,
    state: State,
    folder: Path,
) -> None:
    """Put one check of each exercise that a student's name has, and hang in each.

    `stopped` stops the process the first time; `messy` dies and leaves files behind.
    """
    progress = Progress(state, assignment.limits)
    _send(connection, Ready())
    while True:
        progress.rest()
        try:
            job = Job.from_bytes(connection.recv_bytes())
        except EOFError:
            return
        student, left_out = job.student, job.left_out
        Path(tempfile.mkdtemp(dir=folder), "file").touch()
        if student == "stopped" and _is_first(assignment, "stopped"):
            os.kill(os.getpid(), signal.SIGSTOP)
        for exercise in student.split("+")[1:]:
            if exercise not in left_out:
                progress.begin_check(exercise, f"test_{exercise}")
                threading.Event().wait()
        completed = () if left_out else ("a", "b")
        told = {"student": student, "left_out": left_out}
        _send(connection, Answer(told, completed=completed))


def never_ready(*_arguments: Any) -> None:
    """Hang before the first word."""
    threading.Event().wait()


def stillborn(*_arguments: Any) -> None:
    """End before the first word."""
    os._exit(7)


def stillborn_once(connection: Connection, assignment: Assignment, *rest: Any) -> None:
    """Be stillborn, but only the first time."""
    if _is_first(assignment, "stillborn"):
        os._exit(7)
    work(connection, assignment, *rest)


def refused(connection: Connection, *_rest: Any) -> None:
    """Say that grading can't begin."""
    _send(connection, Refusal("tests/grading/squares: no checks"))


def _is_first(assignment: Assignment, what: str) -> bool:
    try:
        Path(assignment.settings.course_root, what).touch(exist_ok=False)
    except FileExistsError:
        return False
    return True


def _send(connection: Connection, message: Message) -> None:
    connection.send_bytes(write_message(message))
