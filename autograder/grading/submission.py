"""Grade one submission: rebuild it, run it under papermill, run the checks, report.

Owns: the order of these steps and what a failure of each means. May not: write any of
the course's files; the coordinator does.
"""

from __future__ import annotations

import contextlib
import json
import math
import tempfile
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from pathlib import Path

import nbformat
import papermill
import pytest
from nbformat import NotebookNode
from papermill.exceptions import PapermillExecutionError

from autograder.cellkinds import grade_id_of
from autograder.checks.exam import Exam
from autograder.checks.plugin import (
    Desk,
    is_hidden,
    is_on_each_device,
    is_run_by,
)
from autograder.checks.soundness import no_checks
from autograder.checks.verdict import OURS, not_asked, settle
from autograder.config import Assignment
from autograder.errors import (
    AutograderError,
    KernelError,
    MalformedError,
    UnreadableError,
    WallError,
)
from autograder.execution.launchers import Launcher
from autograder.execution.session import Session
from autograder.execution.spare import Spares
from autograder.execution.stopwatch import Stopwatch
from autograder.execution.turns import turn_on
from autograder.grading.failures import failed_own_cells
from autograder.grading.feedback import printed
from autograder.grading.handed import read_handed_in
from autograder.grading.notgraded import not_graded
from autograder.grading.secrecy import Outlook, shows_less, without_late
from autograder.grading.untrusted import present, read
from autograder.model import (
    CheckResult,
    ExerciseReport,
    GradeReport,
    Outcome,
    Status,
)
from autograder.notebook import Rebuilt, points_of
from autograder.sandbox import Disposable, gpus
from autograder.text import one_line

__all__ = ["Course", "Graded", "grade"]


@dataclass(frozen=True)
class Course:
    """What grading one assignment needs, read once for many submissions.

    Attributes:
        assignment: What is graded.
        skeleton: The release notebook: every cell that students do not own.
        checks: The tests of each grade cell, in their order.
        launcher: Starts kernels, behind the course's wall.
        reader: Processes a student's data, in a separate process.
        spares: Prepares boxes and kernels in advance.
        tell: Called with the current step whenever it changes.
        is_public: Only the checks that students have as well.
    """

    assignment: Assignment
    skeleton: NotebookNode
    checks: Mapping[str, Sequence[pytest.Item]]
    launcher: Launcher
    reader: Disposable
    spares: Spares
    tell: Callable[[str], None] | None = None
    is_public: bool = False

    def of_public_checks(self) -> Course:
        """The same without hidden checks; an exercise may then have none."""
        checks = {
            grade_id: [item for item in items if not is_hidden(item)]
            for grade_id, items in self.checks.items()
        }
        return replace(self, checks=checks, is_public=True)

    @cached_property
    def others(self) -> dict[str, str]:
        """Paths of the releases of the course's other assignments, by name."""
        settings = self.assignment.settings
        return {
            name: str(settings.assignment(name).release_notebook)
            for name in settings.assignments
            if name != self.assignment.name
        }

    @cached_property
    def points(self) -> dict[str, float]:
        """Points of each automatic grade cell, in notebook order."""
        return points_of(self.skeleton)

    def part_for(self, wanted: Collection[str]) -> tuple[str, ...] | None:
        """The exercises that are asked on this device; None if all are.

        Args:
            wanted: Choose from these; from all if empty.
        """
        if not wanted and self.assignment.is_here:
            return None
        return tuple(
            grade_id
            for grade_id in self.points
            if (not wanted or grade_id in wanted)
            and (self.assignment.is_here or self.asked(grade_id))
        )

    def asked(self, grade_id: str) -> list[pytest.Item]:
        """The checks of an exercise that are asked on this device, in their order."""
        items = self.checks.get(grade_id, ())
        return [item for item in items if self._is_asked(item)]

    def _is_asked(self, item: pytest.Item) -> bool:
        if is_on_each_device(item):
            return self.assignment.device in self.assignment.settings.devices
        return self.assignment.is_here


@dataclass(frozen=True)
class Graded:
    """A report, with the executed notebook if there is one.

    Attributes:
        report: The report.
        notebook: What the student may see of the executed notebook.
        executed: The full notebook, for the instructor, if it holds more.
    """

    report: GradeReport
    notebook: NotebookNode | None = None
    executed: NotebookNode | None = None


def grade(
    course: Course,
    student: str,
    path: Path,
    desk: Desk,
    *,
    wanted: Collection[str] = (),
    remarks: Sequence[str] = (),
) -> Graded:
    """Grade one submission; whatever happens to it is in the report.

    Args:
        course: What is graded, and with what.
        student: The student's id.
        path: The notebook.
        desk: Runs the checks.
        wanted: Exercises to ask; all if empty. Otherwise the report holds only these,
            the notebook is run only as far as needed, and is not returned. The same
            holds on a device other than the CPU, where only some checks run.
        remarks: Remarks on the files from when they were read elsewhere.

    Raises:
        WallError: This machine can't provide the course's wall.
    """
    stopwatch = Stopwatch("read", tell=course.tell)
    assignment = course.assignment
    part = course.part_for(wanted)

    def without_run(status: Status, note: str) -> Graded:
        wall, named = course.launcher.level, part or wanted
        told = not_graded(assignment, student, status, note, wanted=named, wall=wall)
        return Graded(told)

    try:
        work = _read(course, path)
    except MalformedError as error:
        return without_run(Status.MALFORMED, one_line(str(error)))
    except UnreadableError as error:
        return without_run(Status.UNGRADED, one_line(str(error)))
    try:
        with _turn(course, stopwatch):
            checker = _tried_twice(course, work, desk, stopwatch, part)
    except WallError:
        raise
    except AutograderError as error:
        return without_run(Status.UNGRADED, str(error))
    late = checker.late  # while the outputs are still uncleaned
    shown = None
    if part is None:
        with stopwatch.on("present"):
            shown = present(course.reader, checker.notebook, course.skeleton)
    told = (
        *(*work.notes, *remarks, *checker.failed(work.rebuilt.numbers)),
        *(shown.notes if shown else ()),
    )
    timings = stopwatch.parts_s
    report = GradeReport(
        assignment=assignment.name,
        student=student,
        status=Status.GRADED,
        exercises=checker.exercises(part),
        note="; ".join(told),
        wall=course.launcher.level,
        device=assignment.device,
        digest=work.digest,
        seconds=math.fsum(timings.values()),
        timings=timings,
    )
    if shown is None:
        return Graded(report)
    made = without_late(shown.notebook, late)
    is_less = shows_less(made, shown.notebook)
    return Graded(report, made, shown.notebook if is_less else None)


@dataclass(frozen=True)
class _Work:
    """What is put into a box: the notebook to run, and files beside it.

    Attributes:
        rebuilt: The notebook, and what was told of it.
        files: By their places in the box.
        notes: What was told of both.
        digest: Of what was handed in.
    """

    rebuilt: Rebuilt
    files: Mapping[Path, bytes]
    notes: tuple[str, ...]
    digest: str


def _read(course: Course, path: Path) -> _Work:
    """Read what was handed in, and rebuild the notebook.

    Raises:
        MalformedError: It is no notebook of this assignment.
        UnreadableError: This machine can't read it.
    """
    data, beside = read_handed_in(course.assignment, path)
    rebuilt = read(
        course.reader,
        data,
        course.skeleton,
        assignment=course.assignment.name,
        others=course.others,
    )
    notes = (*rebuilt.notes, *beside.notes)
    return _Work(rebuilt, beside.files, notes, beside.digest(data))


@contextlib.contextmanager
def _turn(course: Course, stopwatch: Stopwatch) -> Iterator[None]:
    """A turn on a GPU, if needed; waiting for it doesn't count against the student.

    Raises:
        KernelError: No GPU is available.
    """
    if course.launcher.device != "cuda":
        yield
        return
    with contextlib.ExitStack() as stack:
        each = course.assignment.settings.kernels_per_gpu
        with stopwatch.on("turn"):
            turn = turn_on(gpus(), kernels_per_gpu=each)
            course.launcher.gpu = stack.enter_context(turn)
        yield


def _tried_twice(
    course: Course,
    work: _Work,
    desk: Desk,
    stopwatch: Stopwatch,
    part: Collection[str] | None,
) -> _Checker:
    """Run the notebook, a second time if a kernel was lost through our fault.

    A kernel that got SIGKILL from an unknown sender may be our fault: then it is run
    once more too, and the second outcome counts.

    Raises:
        AutograderError: It could not be run, and why.
    """
    checker = _Checker(course, desk, stopwatch, part)
    if checker.is_done:
        return checker
    with contextlib.suppress(KernelError):
        _run(course, work, checker)
        if not checker.was_shot:
            return checker
    checker = _Checker(course, desk, stopwatch, part)
    _run(course, work, checker)
    return checker


def _run(course: Course, work: _Work, checker: _Checker) -> None:
    """Run the notebook under papermill; failing cells are not errors here."""
    assignment = course.assignment
    with (
        checker.stopwatch.on("papermill"),
        course.spares.place(work.files) as (box, ahead),
        tempfile.TemporaryDirectory() as folder,
    ):
        handed_over = Path(folder) / assignment.notebook
        # Plain JSON: papermill validates when it reads.
        handed_over.write_text(json.dumps(work.rebuilt.notebook), encoding="utf-8")
        try:
            papermill.execute_notebook(
                handed_over,
                None,
                parameters={"DEVICE": assignment.hardware},
                engine_name="autograder",
                kernel_name="python3",
                language="python",
                progress_bar=False,
                checker=checker,
                box=box,
                ahead=ahead,
                limits=assignment.limits,
                launcher=course.launcher,
                is_run=is_run_by(assignment.settings),
                stopwatch=checker.stopwatch,
                continue_on_error=True,
            )
        except PapermillExecutionError:
            # One of the student's cells raised; the checks decide what it costs.
            # papermill has added cells above it, which say that the run ended there.
            checker.notebook.cells = list(checker.cells)


class _Checker:
    """Runs an exercise's checks when the engine reaches its grade cell."""

    def __init__(
        self,
        course: Course,
        desk: Desk,
        stopwatch: Stopwatch,
        part: Collection[str] | None,
    ) -> None:
        self.stopwatch = stopwatch
        self.results: dict[str, tuple[CheckResult, ...]] = {}
        self.notebook = nbformat.v4.new_notebook()
        self.cells: tuple[NotebookNode, ...] = ()
        self._course = course
        self._desk = desk
        self._is_part = part is not None
        self._left = set(course.points if part is None else part)
        self._exam: Exam | None = None
        self._outlook = Outlook(())

    @property
    def was_shot(self) -> bool:
        """Whether a kernel got SIGKILL from somebody else."""
        return self._exam is not None and self._exam.session.was_shot

    def failed(self, numbers: Mapping[str, int]) -> Iterator[str]:
        """The student's own cells that failed; `numbers` gives their places there."""
        if self._exam:
            failures = self._exam.session.failures
            yield from failed_own_cells(self.cells, failures, numbers)

    def exercises(self, part: Collection[str] | None) -> tuple[ExerciseReport, ...]:
        """What came of the exercises of a part; of all when None."""
        return tuple(
            ExerciseReport(grade_id, points, self.results.get(grade_id, ()))
            for grade_id, points in self._course.points.items()
            if part is None or grade_id in part
        )

    @property
    def late(self) -> frozenset[str]:
        """The ids of cells whose outputs may repeat a hidden check's inputs."""
        settings = self._course.assignment.settings
        is_open = settings.show_text_after_hidden_checks
        if is_open or self._exam is None or not self._exam.knows_hidden:
            return frozenset()
        return self._outlook.late()

    @property
    def is_done(self) -> bool:
        """Called by the engine: whether some exercises were wanted and all are done.

        If all exercises were wanted, the cells after the last one run too, for their
        output.
        """
        return self._is_part and not self._left

    def begin(self, session: Session) -> None:
        """Called by the engine before the first cell."""
        self.notebook = session.notebook
        self.cells = tuple(session.notebook.cells)
        self._outlook = Outlook(session.notebook.cells)
        self._exam = Exam(session)

    def wants(self, cell: NotebookNode) -> bool:
        """Called by the engine for every cell: whether it is a grade cell."""
        return grade_id_of(cell) is not None

    def check(self, cell: NotebookNode, index: int) -> None:
        """Called by the engine when execution has reached a grade cell."""
        grade_id = grade_id_of(cell) or ""
        items = self._course.checks.get(grade_id, ())
        if self._exam is None:
            raise RuntimeError("check was called before begin")
        if grade_id not in self._left:
            self._exam.pass_by(has_hidden=any(map(is_hidden, items)))
            return
        self._left.discard(grade_id)
        if not self._exam.knows_hidden:
            self._outlook.remember(index)
        self._exam.turn_to(grade_id, index)
        self._desk.exam = self._exam
        try:
            with self.stopwatch.on("checks"):
                asked = self._course.asked(grade_id)
                verdicts = self._exam.put_all(
                    [partial(self._desk.put, i) for i in asked]
                )
                results = settle(self._desk.decided(asked, verdicts))
                results = tuple(self._of_devices(items, asked, results))
                results = results or self._none_for(grade_id)
            self._exam.session.require_sound()
        finally:
            self._desk.exam = None
        self.results[grade_id] = results
        report = ExerciseReport(grade_id, self._course.points[grade_id], results)
        cell.outputs = [NotebookNode(printed(report))]
        cell.execution_count = None

    def _of_devices(
        self,
        items: Sequence[pytest.Item],
        asked: Sequence[pytest.Item],
        results: Sequence[CheckResult],
    ) -> Iterator[CheckResult]:
        """Results with their devices, and placeholders for other devices' checks."""
        by_item = dict(zip(asked, results, strict=True))
        assignment = self._course.assignment
        for item in items:
            if result := by_item.get(item):
                device = assignment.device if is_on_each_device(item) else ""
                yield replace(result, device=device)
            elif assignment.is_here and not self._course.is_public:
                yield replace(not_asked(item), device=assignment.device)

    def _none_for(self, grade_id: str) -> tuple[CheckResult, ...]:
        """The placeholder for a grade cell that has points but no check."""
        if not self._course.points[grade_id] or self._course.is_public:
            return ()
        told = no_checks(grade_id, self._course.assignment.tests)
        return (
            CheckResult("no check", True, Outcome.UNGRADED, message=OURS, detail=told),
        )
