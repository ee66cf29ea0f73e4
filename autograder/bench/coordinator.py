"""Measure the coordinator: plan, store, notebooks and gradebook, without execution.

Owns: classes of growing size, and three runs through each: the first, one without
changes, and one with one changed submission. May not: grade more than a few
submissions; their answers are reused for all others.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from autograder.bench.classroom import (
    hand_in,
    make_class,
    make_course,
    release_notebook,
)
from autograder.bench.measure import measure
from autograder.config import Settings
from autograder.grading.course import grade_class
from autograder.results import Store

__all__ = ["RUNS", "Load", "Pass", "run_coordinator_bench"]

#: The runs through a class, in their order.
RUNS = ("first", "unchanged", "one changed")

_GRADE = "import sys; from autograder.cli import main; sys.exit(main())"

#: How many submissions are really graded; their answers are reused for all.
_GRADED = 10


@dataclass(frozen=True)
class Pass:
    """One run through a class, in a separate process.

    Attributes:
        run: One of `RUNS`.
        command_s: Seconds of the whole command, including imports; for the run without
            changes, of `autograder grade --json` itself.
        command_cpu_s: The same by the processor's clock.
        seconds: Seconds of the grading itself.
        done: How many submissions were processed.
        peak_mib: The process's peak memory (VmHWM).
        each_wall_s: Seconds from one submission to the next.
        each_cpu_s: The same by the processor's clock.
        early_wall_s: In the run's first tenth.
        early_cpu_s: The same by the processor's clock.
        late_wall_s: In its last tenth.
        late_cpu_s: The same by the processor's clock.
    """

    run: str
    command_s: float
    command_cpu_s: float
    seconds: float
    done: int
    peak_mib: float
    each_wall_s: float | None
    each_cpu_s: float | None
    early_wall_s: float | None
    early_cpu_s: float | None
    late_wall_s: float | None
    late_cpu_s: float | None


@dataclass(frozen=True)
class Load:
    """A class of one size.

    Attributes:
        notebook: Name of the assignment.
        submissions: The number of submissions.
        answer_kib: Size of an answer, on average.
        passes: One for each of `RUNS`.
    """

    notebook: str
    submissions: int
    answer_kib: float
    passes: tuple[Pass, ...]

    def to_json(self) -> dict[str, Any]:
        """Plain data for `json.dumps(..., allow_nan=False)`."""
        return asdict(self)


def run_coordinator_bench(
    settings: Settings,
    notebook: str,
    sizes: Sequence[int],
    *,
    tell: Callable[[str], None],
) -> Iterator[Load]:
    """Measure one class after another, in temporary folders.

    Args:
        settings: The course that has the notebook.
        notebook: Name of the assignment, or of the light one.
        sizes: Sizes of the classes.
        tell: Called with a short message about each step.

    Raises:
        AutograderError: A run failed, or the course lacks the assignment.
    """
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        tell(f"{notebook}: grading {_GRADED} submissions, whose answers stand for all")
        model = _graded_course(settings, notebook, Path(folder) / "model")
        answers = _answers(model, notebook)
        path = Path(folder) / "answers.json"
        path.write_text(json.dumps(answers), encoding="utf-8")
        for size in sizes:
            with tempfile.TemporaryDirectory(prefix="class-", dir=folder) as apart:
                root = Path(apart) / "course"
                tell(f"{notebook}: {size} hand in")
                course = make_course(settings, notebook, root)
                _hand_in_all(model, course, notebook, size)
                yield Load(
                    notebook=notebook,
                    submissions=size,
                    answer_kib=path.stat().st_size / 1024 / len(answers),
                    passes=tuple(_passes(course, notebook, path, tell)),
                )


def _passes(
    course: Settings, notebook: str, answers: Path, tell: Callable[[str], None]
) -> Iterator[Pass]:
    for run in RUNS:
        tell(f"{notebook}: {run} run")
        if run == "one changed":
            path = next(course.submitted_directory.glob(f"*/*/{notebook}.ipynb"))
            path.write_bytes(path.read_bytes() + b" ")
        root = str(course.course_root)
        module = ["-m", "autograder.bench.rehearsed", root, notebook, str(answers)]
        output, wall_s, cpu_s = _timed(course, module)
        if run == "unchanged":
            grade = ["-c", _GRADE, "grade", notebook, "--json", "--course", root]
            _, wall_s, cpu_s = _timed(course, grade)
        told = json.loads(output)
        yield Pass(run=run, command_s=wall_s, command_cpu_s=cpu_s, **told)


def _timed(course: Settings, arguments: list[str]) -> tuple[str, float, float]:
    """Run a program; return its output, its seconds and its processor seconds."""
    before = os.times()
    done = measure(
        [sys.executable, *arguments], folder=course.course_root, environment=os.environ
    )
    after = os.times()
    cpu_s = sum(after[2:4]) - sum(before[2:4])
    return done.output, done.wall_s, cpu_s


def _graded_course(settings: Settings, notebook: str, root: Path) -> Settings:
    """A course with a few really graded submissions of all kinds."""
    course = make_course(settings, notebook, root)
    students = make_class(settings, notebook, _GRADED)
    blank = release_notebook(course, notebook)
    hand_in(students, blank, course.submitted_directory, notebook)
    grade_class(course.assignment(notebook))
    return course


def _answers(model: Settings, notebook: str) -> list[dict[str, Any]]:
    """The workers' answers, sorted by student."""
    with Store(model.results_directory, writes=False) as store:
        parts = [store.part(notebook, *name) for name in store.keys(notebook)]
    return [
        {"report": each.report, "notebook": each.notebook, "executed": each.executed}
        for each in parts
        if each
    ]


def _hand_in_all(model: Settings, course: Settings, notebook: str, size: int) -> None:
    """Hand in copies of the model students' work."""
    paths = sorted(model.submitted_directory.glob(f"*/*/{notebook}.ipynb"))
    texts = [path.read_bytes() for path in paths]
    for number in range(size):
        student = f"student-{number + 1:06}"
        path = course.assignment(notebook).submission(student)
        path.parent.mkdir(parents=True)
        path.write_bytes(texts[number % len(texts)])
