"""What a run has to do: who has no up-to-date result, and why.

Owns: the comparison of keys, hand-in by hand-in. May not: grade, or write anything.
This is fast even for a class: no framework and no part of nbgrader is imported.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from autograder.config import Assignment
from autograder.errors import MalformedError, UnreadableError
from autograder.grading.hand_in import HandIn
from autograder.grading.handed import read_handed_in
from autograder.model import Status
from autograder.results import Kept, Key, Store
from autograder.results.keys import (
    changes,
    context_of,
    on_each_device,
    stale_exercises,
)
from autograder.results.released import released_points
from autograder.text import one_line

__all__ = ["Plan", "Step", "plan_for"]


@dataclass(frozen=True, slots=True)
class Step:
    """What to do about one hand-in.

    Attributes:
        hand_in: Whose it is.
        verdict: Its report, if known without running it, or None.
        key: What its result depends on; None if there is nothing to grade.
        kept: The newest stored result, or None.
        wanted: Exercises to ask, all if empty; None if nothing has to be run.
        is_rehinted: Only the hints have changed since its result.
        reasons: Why its result is out of date, in words.
    """

    hand_in: HandIn
    verdict: tuple[Status, str] | None = None
    key: Key | None = None
    kept: Kept | None = None
    wanted: tuple[str, ...] | None = None
    is_rehinted: bool = False
    reasons: tuple[str, ...] = ()

    @property
    def student(self) -> str:
        """The student's id."""
        return self.hand_in.student

    @property
    def is_current(self) -> bool:
        """Whether its result is up to date."""
        return self.kept is not None and self.wanted is None and not self.is_rehinted


@dataclass(frozen=True)
class Plan:
    """A run's steps, one for each hand-in, in their order.

    Attributes:
        assignment: What is graded, and on which device.
        steps: What to do.
    """

    assignment: Assignment
    steps: Sequence[Step] = field(default_factory=tuple)

    @property
    def active(self) -> list[Step]:
        """The steps with anything to do."""
        return [each for each in self.steps if each.verdict or not each.is_current]

    @property
    def to_run(self) -> list[Step]:
        """The steps that have to run a notebook."""
        return [each for each in self.steps if each.wanted is not None]


def plan_for(
    assignment: Assignment,
    submissions: Iterable[HandIn],
    store: Store,
    newest: Mapping[str, Kept],
    *,
    force: bool = False,
) -> Plan:
    """Compare what was handed in with the stored results.

    Args:
        assignment: What is graded.
        submissions: From `hand_ins`.
        store: The course's results.
        newest: The store's newest part from the device, by student.
        force: Treat every result as out of date.

    Raises:
        AutograderError: What verdicts depend on can't be read.
    """
    points = released_points(assignment.release_notebook)
    context = context_of(assignment, points)
    open_in = _open_exercises(assignment, store, newest)
    if assignment.is_here:
        planner = _Planner(assignment, context, newest, open_in, force=force)
        return Plan(assignment, tuple(planner.step(each) for each in submissions))
    own = on_each_device(context)
    planner = _Planner(assignment, context, newest, open_in, own=own, force=force)
    steps = (planner.step(each) for each in submissions if own)
    return Plan(assignment, tuple(each for each in steps if each.verdict is None))


def _open_exercises(
    assignment: Assignment, store: Store, newest: Mapping[str, Kept]
) -> dict[str, tuple[str, ...]]:
    """The exercises that could not be graded last time, by student."""
    open_ = [student for student, each in newest.items() if each.is_open]
    if not open_:
        return {}
    return {
        kept.student: tuple(
            exercise["grade_id"]
            for exercise in report["exercises"]
            if exercise["score"] is None
        )
        for kept, report in store.reports(assignment.name, students=open_)
        if kept.device == assignment.device
    }


class _Planner:
    """Makes one step after another."""

    def __init__(
        self,
        assignment: Assignment,
        context: Key,
        newest: Mapping[str, Kept],
        open_in: Mapping[str, tuple[str, ...]],
        *,
        own: Collection[str] | None = None,
        force: bool,
    ) -> None:
        self._assignment = assignment
        self._context = context
        self._newest = newest
        self._open = open_in
        self._own = context.exercises if own is None else own
        self._force = force

    def step(self, hand_in: HandIn) -> Step:
        """What to do about a hand-in."""
        kept = self._newest.get(hand_in.student)
        if hand_in.verdict:
            return Step(hand_in, hand_in.verdict, kept=kept)
        try:
            data, beside = read_handed_in(self._assignment, Path(hand_in.path))
        except MalformedError as error:
            return self._malformed(hand_in, kept, one_line(str(error)))
        except UnreadableError as error:
            verdict = Status.UNGRADED, one_line(str(error))
            return Step(hand_in, verdict, kept=kept)
        key = replace(self._context, submission=beside.digest(data))
        if kept is None:
            return Step(hand_in, key=key, wanted=(), reasons=("not graded yet",))
        return self._compared(Step(hand_in, key=key, kept=kept), kept, key)

    def _malformed(self, hand_in: HandIn, kept: Kept | None, note: str) -> Step:
        """The report on a file that can't be read, through the student's fault."""
        key = replace(self._context, submission=f"unread: {note}")
        verdict = Status.MALFORMED, note
        is_known = kept is not None and kept.key == key and not self._force
        return Step(hand_in, None if is_known else verdict, key, kept)

    def _compared(self, step: Step, kept: Kept, key: Key) -> Step:
        if self._force:
            return replace(step, wanted=(), reasons=("asked for by --force",))
        stale = stale_exercises(kept.key, key)
        reasons = tuple(changes(kept.key, key))
        if stale is None:
            return replace(step, wanted=(), reasons=reasons)
        open_ = self._open.get(kept.student, ())
        if kept.status == Status.UNGRADED or (kept.is_open and not open_):
            return replace(step, wanted=(), reasons=("not graded last time",))
        if kept.status != Status.GRADED:
            # A file that can't be read has no exercises to ask separately.
            return replace(step, is_rehinted=bool(reasons))
        stale = tuple(name for name in stale if name in self._own)
        wanted = tuple(name for name in key.exercises if name in {*stale, *open_})
        if wanted:
            reasons += tuple(f"{name} was not graded last time" for name in open_)
            return replace(step, wanted=wanted, reasons=reasons)
        return replace(step, is_rehinted=bool(reasons), reasons=reasons)
