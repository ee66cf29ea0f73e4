"""Workers on this machine: jobs out, answers in, the dead replaced.

Owns: worker processes and which job each has. May not: know what a report means.
"""

from __future__ import annotations

import json
import multiprocessing
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any

from autograder.config import Settings
from autograder.errors import AutograderError
from autograder.grading.worker import work

__all__ = ["Job", "run_jobs"]

#: How often a job is given to a worker before it is given up.
TRIES = 2


@dataclass
class Job:
    """One submission to grade."""

    student: str
    path: str
    tries: int = field(default=0, compare=False)

    def to_bytes(self) -> bytes:
        """The job as a worker reads it."""
        return json.dumps({"student": self.student, "path": self.path}).encode()


@dataclass(eq=False)
class _Worker:
    process: BaseProcess
    connection: Connection
    job: Job | None = None

    def take(self, job: Job) -> None:
        job.tries += 1
        self.job = job
        try:
            self.connection.send_bytes(job.to_bytes())
        except BrokenPipeError:
            return  # its death is seen where answers are awaited

    def end(self) -> None:
        self.connection.close()
        self.process.join(timeout=5)
        if self.process.is_alive():
            self.process.kill()
            self.process.join()


def run_jobs(
    jobs: Sequence[Job],
    settings: Settings,
    assignment: str,
    *,
    device: str,
    workers: int,
) -> Iterator[tuple[Job, dict[str, Any]]]:
    """Grade jobs on up to `workers` processes; answers come in the order of finishing.

    A job whose worker dies is given to another once; then its answer is a failure.

    Raises:
        AutograderError: The workers can't start, such as for a broken grading test.
    """
    waiting = deque(jobs)
    crew: list[_Worker] = []
    try:
        size = min(workers, len(jobs))
        crew.extend(_hire(settings, assignment, device) for _ in range(size))
        while crew:
            ready = wait([worker.connection for worker in crew])
            for worker in [each for each in crew if each.connection in ready]:
                job, answer = worker.job, _answer_of(worker)
                if answer is None:
                    crew.remove(worker)
                    worker.end()
                    if job is None:
                        raise AutograderError(
                            f"{assignment}: a worker ended before its first job "
                            f"(exit code {worker.process.exitcode}); run "
                            "`autograder doctor`"
                        )
                    if job.tries < TRIES:
                        waiting.appendleft(job)
                    else:
                        yield job, {"failure": "its worker process died twice"}
                    if waiting:
                        crew.append(_hire(settings, assignment, device))
                    continue
                if "error" in answer:
                    raise AutograderError(str(answer["error"]))
                worker.job = None
                goes_on = bool(waiting)
                if goes_on:  # before the yield: it works while this answer is kept
                    worker.take(waiting.popleft())
                if job is not None:
                    yield job, answer
                if not goes_on:
                    crew.remove(worker)
                    worker.end()
    finally:
        for worker in crew:
            worker.process.kill()
            worker.end()


def _hire(settings: Settings, assignment: str, device: str) -> _Worker:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(
        target=work, args=(theirs, settings, assignment, device), daemon=True
    )
    process.start()
    theirs.close()
    return _Worker(process, ours)


def _answer_of(worker: _Worker) -> dict[str, Any] | None:
    """The next answer of a worker, or None when it has died."""
    try:
        answer: dict[str, Any] = json.loads(worker.connection.recv_bytes())
    except (EOFError, OSError):
        return None
    return answer
