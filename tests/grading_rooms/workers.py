"""Stand-ins for worker processes; the student's name says what happens to them."""

from __future__ import annotations

import json
import os
import signal
import tempfile
import threading
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from autograder.config import Settings
from autograder.grading.progress import Progress, State

__all__ = ["hanging", "never_ready", "refused", "stillborn", "stillborn_once", "work"]


def work(connection: Connection, settings: Settings, *_rest: Any) -> None:
    """Answer each job with its student, but for those that end the process."""
    _send(connection, {"ready": True})
    while True:
        try:
            job = json.loads(connection.recv_bytes())
        except EOFError:
            return
        student = job["student"]
        if student == "lethal" or (
            student == "lethal-once" and _is_first(settings, "died")
        ):
            os._exit(9)
        _send(connection, {"report": student, "path": job["path"], "pid": os.getpid()})


def hanging(
    connection: Connection,
    settings: Settings,
    assignment: str,
    _device: str,
    _lent: object,
    state: State,
    folder: Path,
) -> None:
    """Put one check of each exercise that a student's name has, and hang in each.

    `stopped` stops the process the first time; `messy` dies and leaves files behind.
    """
    progress = Progress(state, settings.limits(assignment))
    _send(connection, {"ready": True})
    while True:
        progress.rest()
        try:
            job = json.loads(connection.recv_bytes())
        except EOFError:
            return
        student, left_out = job["student"], job["left_out"]
        Path(tempfile.mkdtemp(dir=folder), "file").touch()
        if student == "stopped" and _is_first(settings, "stopped"):
            os.kill(os.getpid(), signal.SIGSTOP)
        for exercise in student.split("+")[1:]:
            if exercise not in left_out:
                progress.begin_check(exercise, f"test_{exercise}")
                threading.Event().wait()
        completed = [] if left_out else ["a", "b"]
        _send(
            connection,
            {"report": student, "left_out": left_out, "completed": completed},
        )


def never_ready(*_arguments: Any) -> None:
    """Hang before the first word."""
    threading.Event().wait()


def stillborn(*_arguments: Any) -> None:
    """End before the first word."""
    os._exit(7)


def stillborn_once(connection: Connection, settings: Settings, *rest: Any) -> None:
    """Be stillborn, but only the first time."""
    if _is_first(settings, "stillborn"):
        os._exit(7)
    work(connection, settings, *rest)


def refused(connection: Connection, *_rest: Any) -> None:
    """Say that grading can't begin."""
    _send(connection, {"error": "tests/grading/squares: no checks"})


def _is_first(settings: Settings, what: str) -> bool:
    try:
        Path(settings.course_root, what).touch(exist_ok=False)
    except FileExistsError:
        return False
    return True


def _send(connection: Connection, answer: dict[str, Any]) -> None:
    connection.send_bytes(json.dumps(answer).encode())
