"""One run of grading: carry out the plans, step by step.

Owns: the order, and the workers. May not: choose what to do, or write anything: results
go to `keeping`.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from autograder.config import Assignment
from autograder.grading.batch import Result, grade_hand_ins, job_for
from autograder.grading.freshness import require_fresh
from autograder.grading.joining import Joiner
from autograder.grading.keeping import CHANGED, DAMAGED, Keeper
from autograder.grading.merging import hinted, merged
from autograder.grading.notgraded import not_graded, not_recorded
from autograder.grading.plan import Plan, Step
from autograder.grading.projection import Projection
from autograder.grading.reports import Reports
from autograder.model import GradeReport, Status
from autograder.results import Part, Store

if TYPE_CHECKING:
    # Imported where it is used: an unchanged class needs no workers.
    from autograder.grading.workforce import Hire, Workforce

__all__ = ["Run", "Tick"]

#: Called after each submission with the number done, the total, and the student.
Tick = Callable[[int, int, str], None]


class Run:
    """A run through plans, with the workers and gradebook it needs.

    Args:
        assignment: What is graded.
        plans: What to do, device by device.
        store: The course's results, open for writing.
        joiner: Joins the assignment's results.
        workers: Submissions graded at once; the course's setting, or one per core.
        is_whole: Whether the plans cover everybody who has handed in.
        hire: Provides the workers; workers on this machine if None.
    """

    def __init__(
        self,
        assignment: Assignment,
        plans: Sequence[Plan],
        store: Store,
        joiner: Joiner,
        *,
        workers: int | None = None,
        is_whole: bool = True,
        hire: Hire | None = None,
    ) -> None:
        self._assignment = assignment
        self._plans = plans
        self._store = store
        self._joiner = joiner
        self._workers = workers
        self._is_whole = is_whole
        self._stack = ExitStack()
        self._hire = hire
        self._crew: Workforce | None = None

    def __enter__(self) -> Run:
        """Start the first workers, if there is anything to run."""
        with ExitStack() as stack:
            self._crews = stack.enter_context(ExitStack())
            if first := next((plan for plan in self._plans if plan.to_run), None):
                self._crew = self._crews.enter_context(self._hired(first))
            # The crew takes seconds to get ready, and so does importing nbgrader.
            require_fresh(self._assignment)
            projection = Projection(self._assignment, self._store, self._joiner)
            self._projection = stack.enter_context(projection)
            self._keeper = Keeper(self._assignment, self._joiner, projection)
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *error: object) -> None:
        """End the workers, close the gradebook."""
        self._stack.close()

    def _hired(self, plan: Plan) -> Workforce:
        assignment, settings = plan.assignment, self._assignment.settings
        if self._hire:
            return self._hire(assignment, len(plan.to_run))
        from autograder.execution.launchers import begin_ahead

        begin_ahead(settings.wall, device=assignment.hardware, idle_s=settings.warm_s)
        # Both import at the same time.
        from autograder.grading.pool import Crew
        from autograder.grading.preflight import require_machine, workers_for

        require_machine(assignment)
        chosen = self._workers or settings.workers
        most = chosen or os.cpu_count() or 1
        size = workers_for(
            assignment.limits,
            min(most, len(plan.to_run)),
            is_chosen=chosen is not None,
        )
        steps = plan.to_run
        # The first jobs begin while nbgrader is being imported.
        ahead = [job_for(each.hand_in, each.wanted or ()) for each in steps[:size]]
        return Crew(assignment, size=size, submissions=len(steps), ahead=ahead)

    def reports(self, tick: Tick) -> Reports:
        """Carry out the plans; yield a report for each student.

        Raises:
            AutograderError: Nobody can be graded, or the gradebook is unavailable; what
                was graded until then is kept.
        """
        if any(plan.to_run for plan in self._plans):
            _ = self._projection.gradebook  # fail before anything is kept
        active = [plan.active for plan in self._plans]
        last = {step.student: n for n, steps in enumerate(active) for step in steps}
        others = {step.student for plan in self._plans for step in plan.steps}
        others -= last.keys()
        lagging = self._projection.lagging(self._joiner.marks(others))
        made = Reports(self._assignment.name)
        for report in self._keeper.reused(others - lagging.keys()):
            made.add(report)
        total = sum(map(len, active)) + len(lagging)
        failed: dict[str, GradeReport] = {}
        for number, (place, report) in enumerate(self._made(lagging), start=1):
            if place == last.get(report.student, place):
                made.add(failed.pop(report.student, report))
            elif report.status is Status.UNGRADED:
                failed.setdefault(report.student, report)
            tick(number, total, report.student)
        self._projection.note_state(is_whole=self._is_whole)
        return made

    def _made(
        self, lagging: Mapping[str, Collection[str]]
    ) -> Iterator[tuple[int, GradeReport]]:
        """Reports on students with anything to do, and by which plan."""
        for student, names in sorted(lagging.items()):
            yield 0, self._keeper.write_again(student, names)
        for place, plan in enumerate(self._plans):
            for report in self._made_by(plan):
                yield place, report
            if plan.to_run:
                self._crews.close()  # the next device's workers need the memory
                self._crew = None

    def _made_by(self, plan: Plan) -> Iterator[GradeReport]:
        """The reports made on one device."""
        for step in plan.active:
            if step.verdict:
                yield self._judged(plan, step, *step.verdict)
            elif step.is_rehinted:
                yield self._rehinted(plan, step)
        by_student = {each.student: each for each in plan.to_run}
        if not by_student:
            return
        if self._crew is None:
            self._crew = self._crews.enter_context(self._hired(plan))
        for result in grade_hand_ins(
            plan.assignment,
            [each.hand_in for each in by_student.values()],
            wanted={each.student: each.wanted or () for each in plan.to_run},
            crew=self._crew,
        ):
            yield self._graded(plan, by_student[result.hand_in.student], result)

    def _judged(self, plan: Plan, step: Step, status: Status, note: str) -> GradeReport:
        """The report known without running anything; kept if it has a key."""
        report = not_graded(plan.assignment, step.student, status, note)
        if step.key is None:
            return report
        return self._keeper.keep(_new_part(plan, step, report))

    def _rehinted(self, plan: Plan, step: Step) -> GradeReport:
        """Give a result the current hints."""
        part = self._part(plan, step)
        if part is None or step.key is None:
            ours = Status.UNGRADED
            return not_graded(plan.assignment, step.student, ours, DAMAGED)
        # Scores stay the same, so they are not rewritten: each score given by hand
        # would be marked for another look.
        names = {"autograded", *self._keeper.unwritten(step.student)}
        told = hinted(part, self._hints, step.key, now=time.time())
        return self._keeper.keep(told, names=names)

    def _graded(self, plan: Plan, step: Step, result: Result) -> GradeReport:
        """Keep and write a worker's result for a submission."""
        report = result.report
        if not step.wanted:
            part = _new_part(plan, step, report)
            part = replace(part, notebook=result.notebook, executed=result.executed)
            return self._keeper.keep(part)
        part_before = self._part(plan, step)
        if part_before is None or step.key is None:
            return not_recorded(report, DAMAGED)
        if report.digest not in ("", step.key.submission):
            return not_recorded(report, CHANGED)
        told = merged(part_before, report, step.key, now=time.time())
        return self._keeper.keep(told)

    def _part(self, plan: Plan, step: Step) -> Part | None:
        name, device = plan.assignment.name, plan.assignment.device
        return self._store.part(name, step.student, device)

    @cached_property
    def _hints(self) -> dict[str, str]:
        """The hints of all known mistakes, by their names."""
        from autograder.grading.hints import hints_of

        return hints_of(self._assignment)


def _new_part(plan: Plan, step: Step, report: GradeReport) -> Part:
    if step.key is None:
        raise ValueError(f"{step.student}: a result without a key")
    # What the worker read counts: the file may have changed since it was read here.
    submission = report.digest or step.key.submission
    return Part(
        assignment=plan.assignment.name,
        student=step.student,
        device=plan.assignment.device,
        key=replace(step.key, submission=submission),
        report=report.to_json(),
        notebook=None,
        executed=None,
        graded_at=time.time(),
    )
