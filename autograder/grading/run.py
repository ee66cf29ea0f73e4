"""One run of grading: what the plan says, done, kept and written, one by one.

Owns: what becomes of each result: into the store, then into notebooks and gradebook.
What can't be kept or written costs its student only, and is told. May not: choose what
is to be done.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.config import Assignment, shown
from autograder.errors import AutograderError
from autograder.grading.batch import Result, grade_hand_ins, job_for
from autograder.grading.freshness import require_fresh
from autograder.grading.merging import hinted, merged
from autograder.grading.notgraded import not_graded, not_recorded
from autograder.grading.plan import Plan, Step
from autograder.grading.projection import PROJECTIONS, Projection, with_note
from autograder.grading.reports import Reports
from autograder.model import GradeReport, Status
from autograder.results import Part, Store

if TYPE_CHECKING:
    # Imported where it is used: an unchanged class needs no workers.
    from autograder.grading.workforce import Hire, Workforce

__all__ = ["Run", "Tick"]

#: Called after each submission with how many are done, of how many, and whose it was.
Tick = Callable[[int, int, str], None]


class Run:
    """A run through a plan, with the workers and the gradebook that it needs.

    Args:
        assignment: What is graded.
        plan: What is to be done.
        store: The course's results, open for writing.
        workers: Submissions graded at once; the course's setting, or one a core.
        is_whole: Whether the plan is about everybody who has handed in.
        hire: Finds those who grade; workers on this machine when None.
    """

    def __init__(
        self,
        assignment: Assignment,
        plan: Plan,
        store: Store,
        *,
        workers: int | None = None,
        is_whole: bool = True,
        hire: Hire | None = None,
    ) -> None:
        self._assignment = assignment
        self._plan = plan
        self._store = store
        self._workers = workers
        self._is_whole = is_whole
        self._stack = ExitStack()
        self._hire = hire
        self._crew: Workforce | None = None

    def __enter__(self) -> Run:
        """Hire workers, if there is anything to run."""
        with ExitStack() as stack:
            if self._plan.to_run:
                self._crew = stack.enter_context(self._hired())
            # The crew needs seconds to get ready; so does nbgrader, to be imported.
            require_fresh(self._assignment)
            projection = Projection(self._assignment, self._store)
            self._projection = stack.enter_context(projection)
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *error: object) -> None:
        """End the workers, close the gradebook."""
        self._stack.close()

    def _hired(self) -> Workforce:
        assignment, settings = self._assignment, self._assignment.settings
        if self._hire:
            return self._hire(assignment, len(self._plan.to_run))
        from autograder.execution.launchers import begin_ahead

        begin_ahead(settings.wall, device=assignment.device, idle_s=settings.warm_s)
        # It imports while we do.
        from autograder.grading.pool import Crew
        from autograder.grading.preflight import require_machine, workers_for

        require_machine(assignment)
        chosen = self._workers or settings.workers
        most = chosen or os.cpu_count() or 1
        size = workers_for(
            assignment.limits,
            min(most, len(self._plan.to_run)),
            is_chosen=chosen is not None,
        )
        steps = self._plan.to_run
        # The first ones are begun while nbgrader is imported.
        ahead = [job_for(each.hand_in, each.wanted or ()) for each in steps[:size]]
        return Crew(assignment, size=size, submissions=len(steps), ahead=ahead)

    def reports(self, tick: Tick) -> Reports:
        """Do what the plan says; a report for each of its steps.

        Raises:
            AutograderError: Nobody can be graded, or the gradebook can't be had; what
                was graded until then is kept.
        """
        if self._plan.to_run:
            _ = self._projection.gradebook  # fails before anything is kept
        kept = {
            step.student: step.kept.serial
            for step in self._plan.steps
            if step.is_current and step.verdict is None and step.kept
        }
        lagging = self._projection.lagging(kept)
        made = Reports(self._assignment.name)
        for report in self._reused(kept.keys() - lagging.keys()):
            made.add(report)
        active = [each for each in self._plan.steps if each.student not in kept]
        total = len(active) + len(lagging)
        for number, report in enumerate(self._made(active, lagging), start=1):
            made.add(report)
            tick(number, total, report.student)
        self._projection.note_state(is_whole=self._is_whole)
        return made

    def _made(
        self, active: Sequence[Step], lagging: Mapping[str, Collection[str]]
    ) -> Iterator[GradeReport]:
        """The reports of those for whom there is anything to do."""
        for student, names in sorted(lagging.items()):
            yield self._written_again(student, names)
        for step in active:
            if step.verdict:
                yield self._judged(step, *step.verdict)
            elif step.is_rehinted:
                yield self._rehinted(step)
        by_student = {each.student: each for each in self._plan.to_run}
        if by_student:
            for result in grade_hand_ins(
                self._assignment,
                [each.hand_in for each in by_student.values()],
                wanted={each.student: each.wanted or () for each in self._plan.to_run},
                crew=self._crew,
            ):
                yield self._graded(by_student[result.hand_in.student], result)

    def _reused(self, students: Collection[str]) -> Iterator[GradeReport]:
        """The reports that there are of some students, as they were."""
        if not students:
            return
        name, device = self._assignment.name, self._assignment.device
        for kept, report in self._store.reports(name, students=students):
            if kept.device == device:
                note = self._projection.note_of(kept.student)
                yield with_note(self._again(report), note)

    def _written_again(self, student: str, names: Collection[str]) -> GradeReport:
        """Write a result that is kept and stands nowhere, or stands there changed."""
        part = self._part(student)
        if part is None:
            return not_graded(self._assignment, student, Status.UNGRADED, _DAMAGED)
        serial = self._serial_of(student)
        return self._write(part, serial, self._again(part.report), names=names)

    def _judged(self, step: Step, status: Status, note: str) -> GradeReport:
        """What is known without running anything; it is kept where it has a key."""
        report = not_graded(self._assignment, step.student, status, note)
        if step.key is None:
            return report
        return self._keep(self._new_part(step, report))

    def _rehinted(self, step: Step) -> GradeReport:
        """Give a result the hints of today."""
        part = self._part(step.student)
        if part is None or step.key is None:
            ours = Status.UNGRADED
            return not_graded(self._assignment, step.student, ours, _DAMAGED)
        # Scores stay, so they are not written again: each score by hand would be marked
        # for another look.
        serials = {step.student: self._serial_of(step.student)}
        lags = self._projection.unwritten(serials).get(step.student, ())
        names = {"autograded", *lags}
        told = hinted(part, self._hints, step.key, now=time.time())
        return self._keep(told, names=names)

    def _graded(self, step: Step, result: Result) -> GradeReport:
        """Keep and write what a worker has made of a submission."""
        report = result.report
        if not step.wanted:
            part = self._new_part(step, report)
            part = replace(part, notebook=result.notebook, executed=result.executed)
            return self._keep(part)
        part_before = self._part(step.student)
        if part_before is None or step.key is None:
            return not_recorded(report, _DAMAGED)
        if report.digest not in ("", step.key.submission):
            return not_recorded(report, _CHANGED)
        return self._keep(merged(part_before, report, step.key, now=time.time()))

    def _new_part(self, step: Step, report: GradeReport) -> Part:
        if step.key is None:
            raise ValueError(f"{step.student}: a result without a key")
        # What the worker has read counts: the file may have changed since it was looked
        # at here.
        submission = report.digest or step.key.submission
        return Part(
            assignment=self._assignment.name,
            student=step.student,
            device=self._assignment.device,
            key=replace(step.key, submission=submission),
            report=report.to_json(),
            notebook=None,
            executed=None,
            graded_at=time.time(),
        )

    def _keep(self, part: Part, *, names: Collection[str] = PROJECTIONS) -> GradeReport:
        """Put a result into the store, then write what is made of it."""
        report = GradeReport.from_json(part.assignment, part.report)
        try:
            serial = self._store.put(part)
        except (AutograderError, ValueError) as error:
            return not_recorded(report, str(error))
        if report.status is Status.UNGRADED:
            return report  # what stands in the gradebook still stands
        return self._write(part, serial, report, names=names)

    def _write(
        self,
        part: Part,
        serial: int,
        report: GradeReport,
        *,
        names: Collection[str] = PROJECTIONS,
    ) -> GradeReport:
        """Write notebooks and scores, or leave all as it was and say why."""
        started = time.monotonic()
        try:
            return self._projection.write(part, serial, report, names=names)
        except Exception as error:  # noqa: BLE001 - whatever it is costs this student only
            self._projection.note_wait(time.monotonic() - started)
            told = (_reason(error), *getattr(error, "__notes__", ()))
            return not_recorded(report, " ".join(told))

    def _part(self, student: str) -> Part | None:
        name, device = self._assignment.name, self._assignment.device
        return self._store.part(name, student, device)

    def _serial_of(self, student: str) -> int:
        step = self._steps[student]
        return step.kept.serial if step.kept else 0

    def _again(self, report: dict[str, object]) -> GradeReport:
        made = GradeReport.from_json(self._assignment.name, report)
        return replace(made, is_reused=True)

    @cached_property
    def _steps(self) -> dict[str, Step]:
        return {each.student: each for each in self._plan.steps}

    @cached_property
    def _hints(self) -> dict[str, str]:
        """The hints of all known mistakes, by their names."""
        from autograder.grading.hints import hints_of

        return hints_of(self._assignment)


_DAMAGED = "its earlier result is damaged. Grade again."

_CHANGED = "the submission was changed while it was graded. Grade again."


def _reason(error: Exception) -> str:
    """One line for a person; what is no error of ours is named."""
    if isinstance(error, AutograderError):
        return str(error)
    if isinstance(error, OSError) and error.strerror:
        name = error.filename
        where = f"{shown(Path(os.fsdecode(name)))}: " if name else ""
        return f"{where}{error.strerror}. Mend that and grade again."
    return f"{type(error).__name__}: {error}"
