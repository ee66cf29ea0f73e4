"""The command `autograder`, with simulated workers, forked for each of its runs.

A program: it has imported all that a run needs, reads requests from its input, one JSON
document a line, and forks a run for each. So a run takes a tenth of a second, and all
but its workers is real: the command line, the store, the gradebook, signals.

    request   {"arguments": [...], "cwd": ..., "log": ..., "stderr": ..., "stop": ...}
    answers   the run's process id; when it has ended, its exit code (-9 for SIGKILL)
"""

from __future__ import annotations

import errno
import gc
import json
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import nbformat
import nbgrader.api

import autograder.gradebook
from autograder.cli import app, main, table
from autograder.config import Assignment
from autograder.grading import course, draft, pool, preflight
from autograder.grading.feedback import with_feedback
from autograder.grading.handed import read_handed_in
from autograder.grading.messages import Answer, Job
from autograder.model import CheckResult, ExerciseReport, GradeReport, Outcome, Status
from autograder.results import Store
from autograder.results.released import released_points
from tests.survival.boundaries import BOUNDARIES
from tests.survival.classroom import CHECKS, edition_of, editions_of_checks, passed

#: Imported here, so that no run has to.
_LOADED = (autograder.gradebook, app, course, draft, nbgrader.api, preflight, table)


class Crew:
    """Stands for `autograder.grading.pool.Crew`.

    Args:
        assignment: What is graded.
        size: Not asked for.

    Attributes:
        log: Where what is run is noted.
        pace_s: How long a submission takes.
    """

    log: Path
    pace_s: float

    def __init__(self, assignment: Assignment, **_of_workers: object) -> None:
        self._assignment = assignment

    def __enter__(self) -> Crew:
        return self

    def __exit__(self, *_error: object) -> None:
        """There is nothing to be ended."""

    def grade(self, jobs: Sequence[Job]) -> Iterator[tuple[Job, Answer]]:
        """Called by the run: an answer for each job."""
        for job in jobs:
            time.sleep(self.pace_s)
            yield job, self._answer(job)

    def _answer(self, job: Job) -> Answer:
        data, beside = read_handed_in(self._assignment, Path(job.path))
        edition, checks = edition_of(data), editions_of_checks(self._assignment)
        points = released_points(self._assignment.release_notebook)
        digest = beside.digest(data)
        exercises = tuple(
            _exercise(name, points[name], passed(edition, name, checks[name]))
            for name in points
            if not job.wanted or name in job.wanted
        )
        for each in exercises:
            note(self.log, "run", job.student, f"{each.grade_id}:{_key(data, checks)}")
        report = GradeReport(
            self._assignment.name,
            job.student,
            Status.GRADED,
            exercises,
            digest=digest,
        )
        if job.wanted:
            return Answer(report.to_json())
        names = [each.grade_id for each in exercises]
        shown = with_feedback(json.dumps(nbformat.reads(data, 4)), report, names)
        # Of every other edition the instructor sees more than the student.
        return Answer(report.to_json(), shown, shown if edition % 2 else None)


def _exercise(name: str, points: float, right: int) -> ExerciseReport:
    outcomes = [Outcome.PASSED] * right + [Outcome.FAILED] * (CHECKS - right)
    checks = tuple(
        CheckResult(f"test_{number}", True, outcome)
        for number, outcome in enumerate(outcomes)
    )
    return ExerciseReport(name, points, checks)


def _key(data: bytes, checks: dict[str, int]) -> str:
    """What a result depends on, as far as it changes here."""
    return f"{edition_of(data)}/{'.'.join(map(str, checks.values()))}"


def note(log: Path, *words: object) -> None:
    """Add a line to the log; it is there, whatever happens to this process."""
    with log.open("ab", buffering=0) as file:
        file.write(f"{' '.join(map(str, words))}\n".encode())


def _stop_at(name: str, *, is_after: bool, how: str) -> None:
    """End this process at a boundary, or have the disk be full there."""
    boundary = BOUNDARIES[name]
    owner, attribute = boundary.place()
    original: Callable[..., Any] = getattr(owner, attribute)
    calls = 0

    def stopping(*args: Any, **named: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls != boundary.nth:
            return original(*args, **named)
        if is_after:
            original(*args, **named)
        if how == "exit":
            os._exit(99)
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "notes")

    setattr(owner, attribute, stopping)


def _logged_put(log: Path) -> None:
    """Have each result that is kept be noted, after that is promised."""
    put = Store.put

    def logged(store: Store, part: Any) -> int:
        serial = put(store, part)
        note(log, "kept", part.student, serial)
        return serial

    Store.put = logged  # type: ignore[method-assign]


def _be_a_run(request: dict[str, Any]) -> None:
    os.chdir(request["cwd"])
    errors = os.open(request["stderr"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    output = os.open(request["stdout"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(output, 1)
    os.dup2(errors, 2)
    os.environ |= {"TMPDIR": request["tmp"], "COLUMNS": "300"}
    Crew.log, Crew.pace_s = Path(request["log"]), request["pace"]
    pool.Crew = Crew  # type: ignore[assignment,misc]
    _logged_put(Crew.log)
    if request["stop"]:
        _stop_at(**request["stop"])
    if request["clock"]:
        now = time.time
        time.time = lambda: now() + request["clock"]
    sys.argv = ["autograder", *request["arguments"]]
    gc.unfreeze()
    main()


def _serve() -> None:
    gc.freeze()
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # until the command has set its own
    for line in sys.stdin:
        request = json.loads(line)
        pid = os.fork()
        if not pid:
            code: object = 1
            try:
                _be_a_run(request)
            except SystemExit as end:
                code = end.code
            finally:
                os._exit(code if isinstance(code, int) else 1)
        print(pid, flush=True)  # noqa: T201 - its output is the answer
        _, status = os.waitpid(pid, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)  # noqa: T201


if __name__ == "__main__":
    _serve()
