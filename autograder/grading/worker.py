"""A worker: one pytest session that collects once and grades one job after another.

Owns: turning jobs from a pipe into reports on it. May not: write any of the course's
files. Everything on the pipe is JSON between trusted processes.
"""

from __future__ import annotations

import contextlib
import gc
import json
import traceback
from collections.abc import Iterator
from multiprocessing.connection import Connection
from pathlib import Path

import pytest
from nbformat import NotebookNode

from autograder.checks.collecting import collect
from autograder.checks.plugin import (
    NoTracebacks,
    desk_of,
    grade_id_for,
    seconds_of,
)
from autograder.checks.soundness import require_sound
from autograder.config import Assignment, shown
from autograder.errors import AutograderError, WallError
from autograder.execution.launchers import Launcher
from autograder.execution.spare import Spares
from autograder.grading.messages import (
    Answer,
    Failure,
    Job,
    Message,
    Ready,
    Refusal,
    write_message,
)
from autograder.grading.progress import Progress, State
from autograder.grading.submission import Course, grade
from autograder.model import GradeReport, Outcome
from autograder.notebook import read_course_notebook
from autograder.sandbox import Disposable

__all__ = ["work"]


def work(
    connection: Connection,
    assignment: Assignment,
    *,
    launcher: Launcher,
    state: State,
) -> None:
    """Grade until the pipe closes; the body of a worker process.

    Args:
        connection: Jobs come in, reports go out.
        assignment: What this worker grades.
        launcher: Starts the kernels; closed at the end.
        state: Where to report the current step.
    """
    reader = Disposable()
    reader.begin()  # before pytest imports frameworks and starts threads
    server = _Server(
        connection, assignment, launcher=launcher, reader=reader, state=state
    )
    collected = collect(assignment, server)
    if not server.has_served:  # told before the wait for our fork server's end
        where = f"{collected.place}: " if collected.place else ""
        reason = f"the grading tests can't be collected: {where}{collected.reason}"
        _send(connection, Refusal(f"{shown(assignment.tests)}: {reason}"))
    reader.close()
    launcher.close()


def _send(connection: Connection, message: Message) -> None:
    with contextlib.suppress(BrokenPipeError):
        connection.send_bytes(write_message(message))


class CheckStopped(Exception):
    """A check of this exercise was stopped when it ran before: it would hang."""


class _Server:
    """A pytest plugin whose run loop handles jobs."""

    def __init__(
        self,
        connection: Connection,
        assignment: Assignment,
        *,
        launcher: Launcher,
        reader: Disposable,
        state: State,
    ) -> None:
        self.has_served = False
        self._connection = connection
        self._assignment = assignment
        self._launcher = launcher
        self._reader = reader
        self._state = state
        release = assignment.release
        self._spares = Spares(
            launcher,
            assignment.limits,
            lambda box: box.copy_in(release, leave_out=("*.ipynb",)),
        )
        self._progress = Progress(state, assignment.limits)
        self._left_out: dict[str, str] = {}

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool | None:
        """Called by pytest once, after collection."""
        if session.testsfailed:
            return None
        try:
            require_sound(self._assignment, session.items)
        except AutograderError as error:
            self.has_served = True
            _send(self._connection, Refusal(str(error)))
            return True
        session.config.pluginmanager.register(NoTracebacks())
        seconds = [seconds_of(item) for item in session.items]
        limits = self._assignment.limits
        self._progress = Progress(self._state, limits, seconds=seconds)
        course = self._course(session)
        courses = {"": course, "public": course.of_public_checks()}
        desk = desk_of(session.config)
        desk.launcher = self._launcher
        self.has_served = True
        gc.freeze()  # when it ends, pytest collects garbage five times
        _send(self._connection, Ready())
        for job in self._jobs():
            try:
                graded = grade(
                    courses[job.only],
                    job.student,
                    Path(job.path),
                    desk,
                    wanted=job.wanted,
                    remarks=job.remarks,
                )
            except WallError as error:  # no student's code runs behind less
                _send(self._connection, Refusal(str(error)))
                continue
            except Exception:  # noqa: BLE001 - our fault: reported, and never a zero
                _send(self._connection, Failure(traceback.format_exc()))
                continue
            answer = Answer(
                graded.report.to_json(),
                _as_json(graded.notebook),
                _as_json(graded.executed),
                _completed(graded.report),
            )
            self._progress.rest()
            _send(self._connection, answer)
        self._spares.close()
        return True

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Called by pytest before a check; those that hang are not run again.

        Raises:
            CheckStopped: Another check of the same exercise hangs.
        """
        grade_id = grade_id_for(item)
        if grade_id is None:
            return
        if reason := self._left_out.get(grade_id):
            raise CheckStopped(reason)
        seconds = seconds_of(item)
        self._progress.begin_check(grade_id, item.name, seconds=seconds)

    @pytest.hookimpl(trylast=True)
    def pytest_runtest_teardown(self, item: pytest.Item) -> None:
        """Called by pytest after a check."""
        if grade_id_for(item):
            self._progress.end_check()

    def _jobs(self) -> Iterator[Job]:
        while True:
            self._progress.rest()
            try:
                job = Job.from_bytes(self._connection.recv_bytes())
            except EOFError:
                return
            self._left_out = job.left_out
            yield job

    def _course(self, session: pytest.Session) -> Course:
        checks: dict[str, list[pytest.Item]] = {}
        for item in session.items:
            if grade_id := grade_id_for(item):
                checks.setdefault(grade_id, []).append(item)
        return Course(
            assignment=self._assignment,
            skeleton=read_course_notebook(self._assignment.release_notebook),
            checks=checks,
            launcher=self._launcher,
            reader=self._reader,
            spares=self._spares,
            tell=self._progress.stretch,
        )


def _as_json(notebook: NotebookNode | None) -> str | None:
    return None if notebook is None else json.dumps(notebook, allow_nan=False)


def _completed(report: GradeReport) -> tuple[str, ...]:
    """The exercises all of whose checks compared an answer and finished."""
    compared = (Outcome.PASSED, Outcome.FAILED)
    return tuple(
        each.grade_id
        for each in report.exercises
        if all(check.outcome in compared for check in each.checks)
    )
