"""Workers on this machine: jobs out, answers in, the dead replaced.

Owns: worker processes and which job each has. May not: know what a report means.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import socket
import sys
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any

from autograder.config import Settings
from autograder.errors import AutograderError
from autograder.execution.launchers import launcher_for
from autograder.sandbox import require_hidden, syscalls

__all__ = ["Crew", "Job", "run_jobs"]

#: How often a job is given to a worker, or a worker is started, before it is given up.
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
    is_ready: bool = False

    def take(self, job: Job) -> None:
        job.tries += 1
        self.job = job
        try:
            self.connection.send_bytes(job.to_bytes())
        except BrokenPipeError:
            return  # its death is seen where answers are awaited

    def dismiss(self) -> None:
        if self.job or not self.is_ready:
            self.process.kill()
        self.connection.close()

    def end(self) -> None:
        self.connection.close()
        self.process.join(timeout=5)
        if self.process.is_alive():
            self.process.kill()
            self.process.join()


class Crew:
    """Workers that are hired when the block is entered and ended when it is left.

    They get ready, which takes seconds, while whoever hired them does something else.

    Args:
        settings: The course's settings.
        assignment: The one assignment that they grade.
        device: "cpu" or "cuda".
        size: How many.

    Raises:
        WallError: This machine can't have the course's wall, or the course lies where
            every submission can read it.
    """

    def __init__(
        self, settings: Settings, assignment: str, *, device: str, size: int
    ) -> None:
        self._settings = settings
        self._assignment = assignment
        self._device = device
        self._size = size
        self._workers: list[_Worker] = []
        self._stillborn = 0
        if settings.wall == "full":
            require_hidden(
                settings.source_directory,
                settings.tests_directory,
                settings.solutions_directory,
                settings.submitted_directory,
                settings.state_directory,
            )
        self._launcher = launcher_for(
            settings.wall, settings.limits(assignment), device=device
        )

    def __enter__(self) -> Crew:
        """Hire the workers; the imports that their kernels share begin at once."""
        for _ in range(self._size):
            self._hire()
        return self

    def __exit__(self, *_error: object) -> None:
        """Let the idle go, kill the others, wait until all are gone."""
        for worker in self._workers:
            worker.dismiss()
        for worker in self._workers:
            worker.end()
        self._launcher.close()

    def grade(self, jobs: Sequence[Job]) -> Iterator[tuple[Job, dict[str, Any]]]:
        """Grade jobs; answers come in the order of finishing.

        A job whose worker dies is given to another once; then its answer is a failure.

        Raises:
            AutograderError: The workers can't start, such as for a broken grading test.
        """
        waiting = deque(jobs)
        for _ in range(len(self._workers), min(self._size, len(jobs))):
            self._hire()  # for those that an earlier call has buried
        for worker in self._workers:
            if worker.is_ready and waiting:  # since an earlier call
                worker.take(waiting.popleft())
        while waiting or any(worker.job for worker in self._workers):
            ready = wait([worker.connection for worker in self._workers])
            for worker in [each for each in self._workers if each.connection in ready]:
                job, answer = worker.job, _answer_of(worker)
                if answer is None:
                    self._bury(worker)
                    if job and job.tries < TRIES:
                        waiting.appendleft(job)
                    elif job:
                        yield job, {"failure": "its worker process died twice"}
                    if waiting:
                        self._hire()
                    continue
                if "error" in answer:
                    raise AutograderError(str(answer["error"]))
                worker.job, worker.is_ready = None, True
                if waiting:  # before the yield: it works while this answer is kept
                    worker.take(waiting.popleft())
                if job:
                    yield job, answer

    def _bury(self, worker: _Worker) -> None:
        """Take leave of a worker that has died.

        Raises:
            AutograderError: It is not the first that never got ready: the next one
                would not either.
        """
        self._workers.remove(worker)
        worker.end()
        self._stillborn += not worker.is_ready
        if not worker.is_ready and self._stillborn == TRIES:
            raise AutograderError(
                f"{self._assignment}: a worker ended before its first job "
                f"(exit code {worker.process.exitcode}); run `autograder doctor`"
            )

    def _hire(self) -> None:
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        lent = self._launcher.lend()
        process = context.Process(
            target=_work,
            args=(theirs, self._settings, self._assignment, self._device, lent),
            daemon=True,
        )
        process.start()
        theirs.close()
        if lent:
            lent.close()
        self._workers.append(_Worker(process, ours))


def run_jobs(
    jobs: Sequence[Job],
    settings: Settings,
    assignment: str,
    *,
    device: str,
    workers: int,
) -> Iterator[tuple[Job, dict[str, Any]]]:
    """Hire a crew, grade jobs as `Crew.grade` does, end the crew."""
    size = min(workers, len(jobs))
    with Crew(settings, assignment, device=device, size=size) as crew:
        yield from crew.grade(jobs)


def _work(
    connection: Connection,
    settings: Settings,
    assignment: str,
    device: str,
    lent: socket.socket | None,
) -> None:
    """Be a worker; its kernels come from what the main process has lent."""
    # Imported here, not with this module: the main process has no use for it, and is
    # to hire before it waits for imports.
    from autograder.grading.worker import work

    _die_with_main_process()
    limits = settings.limits(assignment)
    launcher = launcher_for(settings.wall, limits, device=device, lent=lent)
    work(connection, settings, assignment, device, launcher=launcher)
    os._exit(0)  # nothing is left to do, and taking the imports apart takes long


def _die_with_main_process() -> None:
    """Have the system kill this worker when nobody waits for its answers any more."""
    if sys.platform != "linux":
        return  # there it ends its submission, then sees that the pipe is closed
    syscalls.die_with_parent(signal.SIGKILL)
    main = multiprocessing.parent_process()
    if main and os.getppid() != main.pid:
        os._exit(1)  # it was gone before we asked


def _answer_of(worker: _Worker) -> dict[str, Any] | None:
    """The next answer of a worker, or None when it has died."""
    try:
        answer: dict[str, Any] = json.loads(worker.connection.recv_bytes())
    except (EOFError, OSError):
        return None
    return answer
