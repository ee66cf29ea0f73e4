"""Workers on this machine: send jobs, collect answers, replace the dead and hanging.

Owns: worker processes, their jobs, and their temporary folders. May not: know what a
report means.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import socket
import sys
import tempfile
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from pathlib import Path

from autograder.config import Assignment
from autograder.errors import AutograderError
from autograder.execution.launchers import launcher_for
from autograder.execution.needs import needed_modules
from autograder.grading.hanging import HangingChecks
from autograder.grading.hiring import Standby, WorkerProcess
from autograder.grading.messages import (
    Answer,
    Failure,
    Job,
    Message,
    Ready,
    Refusal,
    read_message,
)
from autograder.grading.progress import State, new_state, state_in
from autograder.grading.watchdog import Hang, Watch, Watchdog
from autograder.sandbox import (
    remove_tree,
    require_closed,
    require_hidden,
    run_folder,
    syscalls,
    temporary_files_in,
)

__all__ = ["Crew", "be_worker", "run_jobs"]

#: How often a job is given to a worker, or a worker started, before giving up.
TRIES = 2

#: How many exercises of one submission may hang before giving up.
MOST_LEFT_OUT = 3


@dataclass(eq=False)
class _Worker:
    process: WorkerProcess
    connection: Connection
    folder: Path
    progress: Watch
    job: Job | None = None
    is_ready: bool = False
    hang: Hang | None = None

    @property
    def watch(self) -> Watch | None:
        """Called by the watchdog: the state to watch, or None if it is idle."""
        return self.progress if self.job or not self.is_ready else None

    def end_hang(self, hang: Hang) -> None:
        """Called by the watchdog; the loop that awaits answers notices the death."""
        self.hang = hang
        self.process.kill()

    def take(self, job: Job) -> None:
        self.job = job
        try:
            self.connection.send_bytes(job.to_bytes())
        except BrokenPipeError:
            return  # the loop that awaits answers notices its death

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
        remove_tree(self.folder)


class Crew:
    """Start workers on entering the block and end them on leaving it.

    They get ready, which takes seconds, while the caller does something else.

    Args:
        assignment: What they grade.
        size: How many.
        submissions: How many there are to grade, if known.
        ahead: The first of the jobs that `grade` will be called with; workers get them
            from the start.

    Raises:
        WallError: This machine can't provide the course's wall, or every submission
            could read the course's folder.
    """

    def __init__(
        self,
        assignment: Assignment,
        *,
        size: int,
        submissions: int | None = None,
        ahead: Sequence[Job] = (),
    ) -> None:
        settings = assignment.settings
        self._assignment = assignment
        self._size = size
        self._ahead = tuple(ahead)
        self._workers: list[_Worker] = []
        self._stillborn = 0
        self._hanging = HangingChecks()
        self._stack = ExitStack()
        self._folder = Path()
        secret = (
            settings.source_directory,
            settings.tests_directory,
            settings.solutions_directory,
            settings.submitted_directory,
            settings.state_directory,
        )
        if settings.wall == "full":
            require_hidden(*secret)
        elif settings.wall == "account":
            require_closed(*secret)
        is_for_many = submissions is None or submissions > 1
        self._launcher = launcher_for(
            settings.wall,
            assignment.limits,
            device=assignment.hardware,
            preload=needed_modules(assignment, is_for_many=is_for_many),
            is_for_many=is_for_many,
            idle_s=settings.warm_s,
        )
        # As for kernels: behind a weaker wall nothing stays.
        self._standby = Standby(settings.warm_s if settings.wall == "full" else 0.0)

    def __enter__(self) -> Crew:
        """Start the workers; the imports that their kernels share begin at once."""
        self._folder = self._stack.enter_context(run_folder())
        self._stack.enter_context(Watchdog(lambda: list(self._workers)))
        for _ in range(self._size):
            self._hire()
        for worker, job in zip(self._workers, self._ahead, strict=False):
            worker.take(job)
        return self

    def __exit__(self, *_error: object) -> None:
        """Dismiss idle workers, kill the others, wait until all have ended."""
        with self._stack:
            for worker in self._workers:
                worker.dismiss()
            for worker in self._workers:
                worker.end()
            self._standby.close()
            self._launcher.close()

    def grade(self, jobs: Sequence[Job]) -> Iterator[tuple[Job, Answer | Failure]]:
        """Grade jobs; answers come in the order of finishing.

        A job whose worker dies is given to another once; then its answer is a failure.
        A job whose worker hangs in a check is given to another without the checks of
        that exercise, and so are later jobs if no submission gets through them.

        Raises:
            AutograderError: The workers can't start, for example because of a broken
                grading test.
        """
        begun = [worker.job for worker in self._workers if worker.job]
        waiting = deque(job for job in jobs if job not in begun)
        for _ in range(len(self._workers), min(self._size, len(jobs))):
            self._hire()  # for workers that an earlier call removed
        for worker in self._workers:
            if worker.is_ready and waiting:  # since an earlier call
                self._give(worker, waiting)
        while waiting or any(worker.job for worker in self._workers):
            ready = wait([worker.connection for worker in self._workers])
            for worker in [each for each in self._workers if each.connection in ready]:
                job, answer = worker.job, _answer_of(worker)
                if answer is None:
                    self._bury(worker)
                    is_free = not worker.is_ready  # it was not the job's doing
                    if job and (is_free or self._may_go_on(job, worker.hang)):
                        waiting.appendleft(job)
                    elif job:
                        yield job, Failure(_why_given_up(worker.hang))
                    if waiting:
                        self._hire()
                    continue
                if isinstance(answer, Refusal):
                    raise AutograderError(answer.reason)
                worker.is_ready = True
                if job and isinstance(answer, Ready):
                    continue
                worker.job = None
                if isinstance(answer, Answer):
                    self._standby.leave_one()
                    self._hanging.note_completed(answer.completed)
                if waiting:  # before the yield: it works while this answer is kept
                    self._give(worker, waiting)
                if job and isinstance(answer, Answer | Failure):
                    yield job, answer

    def _give(self, worker: _Worker, waiting: deque[Job]) -> None:
        """Give a worker the next job, without what has hung again and again."""
        job = waiting.popleft()
        job.left_out = {**self._hanging.for_everybody, **job.left_out}
        worker.take(job)

    def _may_go_on(self, job: Job, hang: Hang | None) -> bool:
        """Whether a job whose worker died is given to another one."""
        if hang and hang.grade_id and hang.grade_id not in job.left_out:
            job.left_out[hang.grade_id] = hang.told
            self._hanging.note_hang(hang)
            return len(job.left_out) <= MOST_LEFT_OUT
        job.tries += 1
        return job.tries < TRIES

    def _bury(self, worker: _Worker) -> None:
        """Remove a dead worker; give up if workers die before their first job.

        Raises:
            AutograderError: It is not the first that never got ready.
        """
        self._workers.remove(worker)
        worker.end()
        if worker.hang and not worker.is_ready:
            raise AutograderError(
                f"{self._assignment.name}: a worker did not get ready: "
                f"{worker.hang.told}. Look for code that never ends when the "
                "grading tests are imported."
            )
        self._stillborn += not worker.is_ready
        if not worker.is_ready and self._stillborn == TRIES:
            raise AutograderError(
                f"{self._assignment.name}: a worker ended before its first job "
                f"(exit code {worker.process.exitcode}); run `autograder doctor`"
            )

    def _hire(self) -> None:
        ours, theirs = multiprocessing.Pipe()
        lent = self._launcher.lend()
        folder = Path(tempfile.mkdtemp(prefix="w-", dir=self._folder))
        with theirs, lent or contextlib.nullcontext():
            process, state = self._forked(theirs, lent, folder) or self._started(
                theirs, lent, folder
            )
        watch = Watch(process.pid or 0, state)
        self._workers.append(_Worker(process, ours, folder, watch))

    def _forked(
        self, theirs: Connection, lent: socket.socket | None, folder: Path
    ) -> tuple[WorkerProcess, State] | None:
        """A worker forked from the process that stays, if there is one."""
        if not self._standby.is_there:
            return None
        memory = os.memfd_create("state")
        try:
            state = state_in(memory, is_new=True)
            process = self._standby.hire(
                self._assignment,
                folder,
                connection=theirs.fileno(),
                state=memory,
                lent=lent,
            )
        finally:
            os.close(memory)
        return (process, state) if process else None

    def _started(
        self, theirs: Connection, lent: socket.socket | None, folder: Path
    ) -> tuple[WorkerProcess, State]:
        """A worker started as a new program."""
        context, state = multiprocessing.get_context("spawn"), new_state()
        about = (theirs, self._assignment, lent, state, folder)
        process = context.Process(target=_work, args=about, daemon=True)
        with _without_interrupts():
            process.start()
        return process, state


def run_jobs(
    jobs: Sequence[Job], assignment: Assignment, *, workers: int
) -> Iterator[tuple[Job, Answer | Failure]]:
    """Start a crew, grade jobs as `Crew.grade` does, end the crew."""
    size = min(workers, len(jobs))
    with Crew(assignment, size=size, submissions=len(jobs)) as crew:
        yield from crew.grade(jobs)


def _work(
    connection: Connection,
    assignment: Assignment,
    lent: socket.socket | None,
    state: State,
    folder: Path,
) -> None:
    """Run a worker in a newly started process."""
    _die_with_main_process()
    be_worker(connection, assignment, lent, state, folder)


def be_worker(
    connection: Connection,
    assignment: Assignment,
    lent: socket.socket | None,
    state: State,
    folder: Path,
) -> None:
    """Run a worker process that forks kernels from the lent server."""
    _leave_interrupts_to_main_process()
    # Imported here, not at the top: the main process doesn't need it, and should start
    # workers before it waits for imports.
    from autograder.grading.worker import work

    launcher = launcher_for(
        assignment.settings.wall,
        assignment.limits,
        device=assignment.hardware,
        lent=lent,
    )
    with temporary_files_in(folder):
        work(connection, assignment, launcher=launcher, state=state)
    os._exit(0)  # nothing is left to do, and tearing down the imports is slow


@contextlib.contextmanager
def _without_interrupts() -> Iterator[None]:
    """Make processes started in the block ignore Ctrl-C.

    Ctrl-C goes to all processes of a terminal, and would end a worker's imports with a
    traceback. For us it is delayed, not lost.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _leave_interrupts_to_main_process() -> None:
    """Ignore Ctrl-C: the main process ends us. Kernels do receive it."""
    signal.signal(signal.SIGINT, lambda *_: None)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})


def _die_with_main_process() -> None:
    """Have the system kill this worker when the main process is gone."""
    if sys.platform != "linux":
        return  # there it finishes its submission, then sees that the pipe is closed
    syscalls.die_with_parent(signal.SIGKILL)
    main = multiprocessing.parent_process()
    if main and os.getppid() != main.pid:
        os._exit(1)  # it had already gone


def _why_given_up(hang: Hang | None) -> str:
    if hang is None:
        return "its worker process died twice"
    return f"its worker was ended: {hang.told}"


def _answer_of(worker: _Worker) -> Message | None:
    """The next message from a worker, or None if it has died."""
    try:
        return read_message(worker.connection.recv_bytes())
    except (EOFError, OSError):
        return None
