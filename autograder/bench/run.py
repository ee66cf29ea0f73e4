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
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from typing import Any

from autograder.bench.classroom import (
    Student,
    hand_in,
    make_class,
    make_course,
    release_notebook,
)
from autograder.bench.figures import Costs, Figures, Way, costs_of, further_s
from autograder.bench.light import LIGHT
from autograder.bench.measure import Measured, cores, measure
from autograder.bench.stock import (
    make_stock_course,
    nbgrader_command,
    stock_environment,
)
from autograder.config import Settings
from autograder.execution.needs import needed_modules
from autograder.results import Store
from autograder.sandbox import server_environment

__all__ = ["NOTEBOOKS", "Plan", "run_bench"]

#: The choices, and what they mean.
NOTEBOOKS = {
    "light": (LIGHT,),
    "convolution": ("convolution",),
    "both": (LIGHT, "convolution"),
}

#: Stock nbgrader is slow: by default, it grades at most this many.
_STOCK_MOST = 5

#: The environment of a command when nothing stays between commands.
_COLD = {"AUTOGRADER_WARM_MINUTES": "0"}

_GRADE = "import sys; from autograder.cli import main; sys.exit(main())"


@dataclass(frozen=True)
class Plan:
    """What to measure.

    Attributes:
        notebook: A key of `NOTEBOOKS`.
        submissions: Size of the class.
        stock_submissions: How many of them stock nbgrader grades; up to 5 if None.
        with_stock: Whether stock nbgrader is measured at all.
        repeat: How often each way is measured; its fastest run counts.
        workers: The larger number of workers; one per core if None.
    """

    notebook: str = "both"
    submissions: int = 20
    stock_submissions: int | None = None
    with_stock: bool = True
    repeat: int = 1
    workers: int | None = None

    @property
    def stock_size(self) -> int:
        """The number of submissions that stock nbgrader grades."""
        return min(self.submissions, self.stock_submissions or _STOCK_MOST)

    @property
    def crews(self) -> tuple[int, ...]:
        """Numbers of workers that are measured: one, and the larger number."""
        most = self.workers or cores()
        return (1, most) if most > 1 else (1,)


def run_bench(
    settings: Settings, plan: Plan, *, tell: Callable[[str], None]
) -> Iterator[Figures]:
    """Measure one notebook after another, in temporary folders.

    Args:
        settings: The course whose convolution notebook and limits are used.
        plan: What to measure.
        tell: Called with a short message about each step.

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
    tell(f"{assignment}: autograder grade with a warm server")
    warm = _warm(course, assignment, folder / "run", plan.repeat)
    stock = None
    if plan.with_stock:
        few = students[: plan.stock_size]
        tell(f"{assignment}: nbgrader autograde, {len(few)} of {len(students)}")
        stock = _stock(course, assignment, few, folder / "stock", plan.repeat)
    told = [*runs, *([warm] if warm else [])]
    scores = [{each["student"]: each["score"] for each in run.reports} for run in told]
    return Figures(
        notebook=assignment,
        kinds=Counter(student.kind.partition(":")[0] for student in students),
        submissions=plan.submissions,
        stock=stock,
        ours=tuple(run.way for run in runs),
        costs=runs[0].costs,
        scores_agree=all(each == scores[0] for each in scores),
        warm=warm.way if warm else None,
        warm_start_s=warm.costs.start_up_s if warm else None,
        bare_import_s=_bare_import_s(course, assignment, plan.repeat),
    )


@dataclass(frozen=True)
class _Run:
    """One of our runs: its figures, and its reports in the order of finishing."""

    way: Way
    first_s: float
    last_s: float
    reports: list[dict[str, Any]]

    @property
    def costs(self) -> Costs:
        """How the time was spent."""
        return costs_of(
            [report["timings"] for report in self.reports],
            first_s=self.first_s,
            last_s=self.last_s,
            wall_s=self.way.wall_s,
        )


def _ours(
    course: Settings,
    assignment: str,
    workers: int,
    repeat: int,
    environment: Mapping[str, str] = _COLD,
) -> _Run:
    """The fastest of several runs, each in a fresh course."""
    options = ["--workers", str(workers), "--json", "--course", str(course.course_root)]
    command = [sys.executable, "-c", _GRADE, "grade", assignment, *options]
    around = {**os.environ, **environment}
    runs = []
    for _ in range(repeat):
        _forget(course)
        done = measure(command, folder=course.course_root, environment=around)
        runs.append(_run_of(course, assignment, workers, done))
    return min(runs, key=lambda run: run.way.wall_s)


def _warm(course: Settings, assignment: str, folder: Path, repeat: int) -> _Run | None:
    """One worker with a server left by an earlier command; None if none stays."""
    if course.wall != "full":
        return None
    folder.mkdir(0o700)
    environment = {"AUTOGRADER_WARM_MINUTES": "30", "XDG_RUNTIME_DIR": str(folder)}
    stop = [sys.executable, "-c", _GRADE, "stop"]
    try:
        _ours(course, assignment, 1, 1, environment)
        run = _ours(course, assignment, 1, repeat, environment)
    finally:
        around = {**os.environ, **environment}
        measure(stop, folder=course.course_root, environment=around)
    # The server is not a child of the command, so its memory is not measured.
    way = replace(run.way, command="autograder grade, warm", peak_mib=None)
    return replace(run, way=way)


def _bare_import_s(course: Settings, assignment: str, repeat: int) -> float:
    """The median time for Python to start and do the notebook's imports, in seconds."""
    needed = needed_modules(course.assignment(assignment), is_for_many=False)
    names = [
        name for name in needed if not name.startswith(("autograder", "matplotlib_"))
    ]
    code = f"import {', '.join(names)}" if names else ""
    command = [sys.executable, "-c", code]
    return median(
        measure(
            command, folder=course.course_root, environment=server_environment()
        ).wall_s
        for _ in range(repeat)
    )


def _forget(course: Settings) -> None:
    """Remove what an earlier run has left."""
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
