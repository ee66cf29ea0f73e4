"""The benchmark itself: make the class, measure every way to grade it.

Owns: the order of the measurements. May not: do arithmetic or print.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.bench.classroom import (
    Student,
    hand_in,
    make_class,
    make_course,
    release_notebook,
)
from autograder.bench.figures import Figures, Way, costs_of, further_s
from autograder.bench.light import LIGHT
from autograder.bench.measure import Measured, cores, measure
from autograder.bench.stock import (
    make_stock_course,
    nbgrader_command,
    stock_environment,
)
from autograder.config import Settings
from autograder.results import Store

__all__ = ["NOTEBOOKS", "Plan", "run_bench"]

#: What can be asked for, and what that means.
NOTEBOOKS = {
    "light": (LIGHT,),
    "convolution": ("convolution",),
    "both": (LIGHT, "convolution"),
}

#: Stock nbgrader is slow: unless asked for more, it grades this many at most.
_STOCK_MOST = 5

_GRADE = "import sys; from autograder.cli import main; sys.exit(main())"


@dataclass(frozen=True)
class Plan:
    """What is to be measured.

    Attributes:
        notebook: A key of `NOTEBOOKS`.
        submissions: Size of the class.
        stock_submissions: How many of them stock nbgrader grades; up to 5 when None.
        with_stock: Whether stock nbgrader is measured at all.
        repeat: How often each way is measured; its fastest run counts.
        workers: The larger number of workers; one a core when None.
    """

    notebook: str = "both"
    submissions: int = 20
    stock_submissions: int | None = None
    with_stock: bool = True
    repeat: int = 1
    workers: int | None = None

    @property
    def stock_size(self) -> int:
        """How many submissions stock nbgrader grades."""
        return min(self.submissions, self.stock_submissions or _STOCK_MOST)

    @property
    def crews(self) -> tuple[int, ...]:
        """Numbers of workers that are measured: one, and the larger number."""
        most = self.workers or cores()
        return (1, most) if most > 1 else (1,)


def run_bench(
    settings: Settings, plan: Plan, *, tell: Callable[[str], None]
) -> Iterator[Figures]:
    """Measure one notebook after the other, in folders that are removed again.

    Args:
        settings: The course whose convolution notebook and limits are used.
        plan: What is to be measured.
        tell: Told in a few words what is being done.

    Raises:
        AutograderError: A command failed, or the course lacks the assignment.
    """
    for assignment in NOTEBOOKS[plan.notebook]:
        with tempfile.TemporaryDirectory(prefix="bench-") as folder:
            yield _measured(settings, plan, assignment, Path(folder), tell)


def _measured(
    settings: Settings,
    plan: Plan,
    assignment: str,
    folder: Path,
    tell: Callable[[str], None],
) -> Figures:
    tell(f"{assignment}: making a class of {plan.submissions}")
    course = make_course(settings, assignment, folder / "course")
    students = make_class(settings, assignment, plan.submissions)
    blank = release_notebook(course, assignment)
    hand_in(students, blank, course.submitted_directory, assignment)
    runs = []
    for workers in plan.crews:
        tell(f"{assignment}: autograder grade, {workers} at once")
        runs.append(_ours(course, assignment, workers, plan.repeat))
    stock = None
    if plan.with_stock:
        few = students[: plan.stock_size]
        tell(f"{assignment}: nbgrader autograde, {len(few)} of {len(students)}")
        stock = _stock(course, assignment, few, folder / "stock", plan.repeat)
    scores = [{each["student"]: each["score"] for each in run.reports} for run in runs]
    return Figures(
        notebook=assignment,
        kinds=Counter(student.kind.partition(":")[0] for student in students),
        submissions=plan.submissions,
        stock=stock,
        ours=tuple(run.way for run in runs),
        costs=costs_of(
            [report["timings"] for report in runs[0].reports],
            first_s=runs[0].first_s,
            last_s=runs[0].last_s,
            wall_s=runs[0].way.wall_s,
        ),
        scores_agree=all(each == scores[0] for each in scores),
    )


@dataclass(frozen=True)
class _Run:
    """A run of ours: its figures, its reports in the order of finishing."""

    way: Way
    first_s: float
    last_s: float
    reports: list[dict[str, Any]]


def _ours(course: Settings, assignment: str, workers: int, repeat: int) -> _Run:
    """The fastest of several runs, each in a course that has graded nothing yet."""
    options = ["--workers", str(workers), "--json", "--course", str(course.course_root)]
    command = [sys.executable, "-c", _GRADE, "grade", assignment, *options]
    runs = []
    for _ in range(repeat):
        _forget(course)
        done = measure(command, folder=course.course_root, environment=os.environ)
        runs.append(_run_of(course, assignment, workers, done))
    return min(runs, key=lambda run: run.way.wall_s)


def _forget(course: Settings) -> None:
    """Take away what an earlier run has left."""
    shutil.rmtree(course.state_directory, ignore_errors=True)
    shutil.rmtree(course.autograded_directory, ignore_errors=True)
    (course.course_root / "gradebook.db").unlink(missing_ok=True)


def _run_of(course: Settings, assignment: str, workers: int, done: Measured) -> _Run:
    with Store(course.results_directory, writes=False) as store:
        kept = store.keys(assignment).values()
    finished = {each.student: each.graded_at for each in kept}
    reports = json.loads(done.output)["submissions"]
    reports.sort(key=lambda report: finished[report["student"]])
    times = sorted(finished.values())
    way = Way(
        command="autograder grade",
        workers=workers,
        submissions=len(reports),
        wall_s=done.wall_s,
        further_s=further_s(times, done.wall_s),
        peak_mib=done.peak_mib,
    )
    return _Run(way, times[0] - done.began, times[-1] - done.began, reports)


def _stock(
    course: Settings, assignment: str, students: list[Student], root: Path, repeat: int
) -> Way:
    """The fastest of several runs of nbgrader's own program."""
    make_stock_course(course, assignment, students, root)
    command = nbgrader_command("autograde", assignment, "--force")
    ways = []
    for _ in range(repeat):
        done = measure(command, folder=root, environment=stock_environment(root))
        notebooks = root.glob(f"autograded/*/{assignment}/{assignment}.ipynb")
        finished = [path.stat().st_mtime for path in notebooks]
        ways.append(
            Way(
                command="nbgrader autograde",
                workers=1,
                submissions=len(finished),
                wall_s=done.wall_s,
                further_s=further_s(finished, done.wall_s),
                peak_mib=done.peak_mib,
            )
        )
    return min(ways, key=lambda way: way.wall_s)
