"""Join a student's parts, one per device, into one result.

Owns: which parts belong together, the placeholder for a missing part, and its message.
May not: run, write or store anything.

The CPU's part holds every check. For a check that runs on every device, the other parts
hold their own answers; where such a part is missing, the check is open there: ungraded,
so neither passed nor a zero.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import groupby

from autograder.config import HERE, Assignment
from autograder.grading.feedback import with_feedback
from autograder.grading.notgraded import not_graded
from autograder.model import (
    CheckResult,
    ExerciseReport,
    GradeReport,
    Outcome,
    Status,
)
from autograder.results import Kept, Part, Store
from autograder.results.keys import are_of_one_run, changes, on_each_device

__all__ = ["Joiner", "Result", "command_for", "joined"]


@dataclass(frozen=True)
class Result:
    """One student's joined result, ready to be reported and written.

    Attributes:
        report: With the findings of all devices.
        part: The CPU's, its notebook updated accordingly; None if there is none.
        mark: Which parts it was made from.
    """

    report: GradeReport
    part: Part | None
    mark: str


@dataclass
class _Parts:
    """A student's newest parts.

    Attributes:
        here: The CPU's, or None.
        others: The other devices', by device, if they are from the same run.
        unfit: Why another device's part can't be used, by device.
    """

    here: Kept | None = None
    others: dict[str, Kept] = field(default_factory=dict)
    unfit: dict[str, str] = field(default_factory=dict)


class Joiner:
    """Joins the parts of one assignment's results.

    Args:
        assignment: What is graded.
        store: The course's results.
    """

    def __init__(self, assignment: Assignment, store: Store) -> None:
        self._assignment = assignment.on(HERE)
        self._store = store
        self._devices: list[str] = [*assignment.settings.devices]
        self._kept: dict[str, dict[str, Kept]] = {}
        for (student, device), each in store.keys(assignment.name).items():
            self._kept.setdefault(student, {})[device] = each

    @property
    def students(self) -> list[str]:
        """The students who have any part, sorted."""
        return sorted(self._kept)

    def newest(self, device: str) -> dict[str, Kept]:
        """The newest parts of one device, by student."""
        return {
            student: each[device]
            for student, each in self._kept.items()
            if device in each
        }

    def kept(self, student: str, device: str) -> Kept | None:
        """A student's newest part from a device, if there is one."""
        return self._kept.get(student, {}).get(device)

    def put(self, part: Part) -> None:
        """Keep a part.

        Raises:
            AutograderError: It can't be kept; nothing has changed.
        """
        serial = self._store.put(part)
        report = GradeReport.from_json(part.assignment, part.report)
        self._kept.setdefault(part.student, {})[part.device] = Kept(
            serial=serial,
            student=part.student,
            device=part.device,
            key=part.key,
            status=report.status,
            is_open=report.is_open,
            graded_at=part.graded_at,
        )

    def marks(self, students: Iterable[str]) -> dict[str, str]:
        """Which parts each student's result is made from."""
        return {each: mark for each in students if (mark := self._mark(each))}

    def missing(self, student: str) -> dict[str, str]:
        """Devices whose part is missing but needed, and what to do."""
        parts = self._parts(student)
        if parts.here is None or not on_each_device(parts.here.key):
            return {}
        if parts.here.status != Status.GRADED:
            return {}
        return {
            device: self._reason(device, parts.unfit.get(device, ""))
            for device in self._devices
            if device != HERE and device not in parts.others
        }

    def result(self, student: str, *, here: Part | None = None) -> Result:
        """A student's result.

        Args:
            student: The student's id.
            here: The CPU's newest part, if the caller already has it.
        """
        parts, name = self._parts(student), self._assignment.name
        here = here or self._store.part(name, student, HERE)
        if here is None:
            return Result(self._without_base(student), None, "")
        found = (self._store.part(name, student, each) for each in parts.others)
        others = {
            each.device: GradeReport.from_json(name, each.report)
            for each in found
            if each
        }
        before = GradeReport.from_json(name, here.report)
        report = self._joined(before, others, parts)
        return Result(report, _retold(here, before, report), self._mark(student))

    def reports(self, students: Collection[str]) -> Iterator[tuple[str, GradeReport]]:
        """The reports of those of some students who have a CPU part, sorted."""
        if not students:
            return
        stored = self._store.reports(self._assignment.name, students=students)
        for student, group in groupby(stored, key=lambda each: each[0].student):
            made = {
                kept.device: GradeReport.from_json(self._assignment.name, report)
                for kept, report in group
            }
            if HERE in made:
                parts = self._parts(student)
                others = {each: made[each] for each in parts.others if each in made}
                yield student, self._joined(made[HERE], others, parts)

    def _joined(
        self, here: GradeReport, others: Mapping[str, GradeReport], parts: _Parts
    ) -> GradeReport:
        reasons = {
            device: self._reason(device, parts.unfit.get(device, ""))
            for device in self._devices
        }
        return joined(here, others, devices=self._devices, reasons=reasons)

    def _parts(self, student: str) -> _Parts:
        kept = self._kept.get(student, {})
        parts = _Parts(kept.get(HERE))
        if parts.here is None:
            return parts
        for device in self._devices:
            other = kept.get(device)
            if other is None or device == HERE:
                continue
            if are_of_one_run(other.key, parts.here.key):
                parts.others[device] = other
            else:
                parts.unfit[device] = "; ".join(changes(other.key, parts.here.key))
        return parts

    def _mark(self, student: str) -> str:
        parts = self._parts(student)
        if parts.here is None:
            return ""
        mark = str(parts.here.serial)
        if self._devices == [HERE] or not on_each_device(parts.here.key):
            return mark
        told = (
            f"{each}={parts.others[each].serial if each in parts.others else ''}"
            for each in self._devices
            if each != HERE
        )
        is_here = "" if HERE in self._devices else " not here"
        return f"{mark}{is_here} {' '.join(told)}"

    def _reason(self, device: str, why_unfit: str) -> str:
        command = command_for(self._assignment.name, device)
        if why_unfit:
            return f"needs {device} again ({why_unfit}): {command}"
        return f"needs {device}: {command}"

    def _without_base(self, student: str) -> GradeReport:
        graded_on = " and ".join(sorted(self._kept.get(student, ())))
        where = f"graded on {graded_on} only" if graded_on else "not graded yet"
        note = f"{where}: run `autograder grade {self._assignment.name}`"
        return not_graded(self._assignment, student, Status.UNGRADED, note)


def command_for(assignment: str, device: str) -> str:
    """How to get a device's part made."""
    where = " on a GPU runner" if device == "cuda" else ""
    return f"run `autograder grade {assignment} --device {device}`{where}"


def joined(
    here: GradeReport,
    others: Mapping[str, GradeReport],
    *,
    devices: Collection[str],
    reasons: Mapping[str, str],
) -> GradeReport:
    """The CPU's report, with the findings of other devices.

    Args:
        here: The CPU's report, which holds every check.
        others: Other devices' reports, on the checks that run there.
        devices: Where the course runs such checks, in its order.
        reasons: What to say if a device has no answer, by device.
    """
    if here.status is not Status.GRADED:
        return here
    answers = {
        (device, exercise.grade_id, check.name): check
        for device, report in others.items()
        for exercise in report.exercises
        for check in exercise.checks
    }
    told = {**reasons, **_failures(others)}

    def checks_of(exercise: ExerciseReport) -> Iterator[CheckResult]:
        for check in exercise.checks:
            for device in devices if check.device else (HERE,):
                found = answers.get((device, exercise.grade_id, check.name))
                is_here = device == HERE
                yield check if is_here else found or _open(check, device, told[device])

    return replace(
        here,
        exercises=tuple(
            replace(each, checks=tuple(checks_of(each))) for each in here.exercises
        ),
    )


def _failures(others: Mapping[str, GradeReport]) -> dict[str, str]:
    """Why a device that was asked gave no answer, by device."""
    return {
        device: f"{device}: {report.note}"
        for device, report in others.items()
        if report.status is not Status.GRADED
    }


def _open(check: CheckResult, device: str, reason: str) -> CheckResult:
    """The placeholder for a device's missing answer."""
    return CheckResult(
        check.name,
        check.public,
        Outcome.UNGRADED,
        weight=check.weight,
        message=f"needs {device}, where it has not run yet",
        detail=reason,
        device=device,
    )


def _retold(part: Part, before: GradeReport, report: GradeReport) -> Part:
    """A part whose notebook says what the joined result says."""
    others = [
        new.grade_id
        for old, new in zip(before.exercises, report.exercises, strict=True)
        if old != new
    ]
    if not others:
        return part
    return replace(
        part,
        notebook=with_feedback(part.notebook, report, others),
        executed=with_feedback(part.executed, report, others),
    )
