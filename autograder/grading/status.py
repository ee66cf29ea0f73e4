"""Who is graded, whose result is out of date and why, and who waits for a person.

Owns: the names of a student's state. May not: run or write anything.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from autograder.config import HERE, Assignment
from autograder.grading.batch import require_assignment
from autograder.grading.hand_in import found_hand_ins
from autograder.grading.joining import Joiner
from autograder.grading.plan import Step, plan_for
from autograder.grading.projection import Projection, sqlite_file
from autograder.model import GradeReport, Status
from autograder.results import Kept, Store

__all__ = ["Standing", "State", "status_of"]


class State(StrEnum):
    """The current state of one student's submission."""

    GRADED = "graded"
    STALE = "stale"
    MALFORMED = "malformed"
    MISSING = "missing"
    UNGRADED = "ungraded"
    OPEN = "open"
    NEW = "not graded yet"


@dataclass(frozen=True)
class Standing:
    """One student's row.

    Attributes:
        student: The student's id.
        state: Whether there is an up-to-date result.
        reasons: Why it is out of date, or why there is none.
        score: The newest final result's, even if out of date; or None.
        max_score: The maximum; None if nothing was graded.
        by_hand: How many cells wait for manual grading; None if unknown.
        lags: What has not been written from the result yet: "autograded", "gradebook".
    """

    student: str
    state: State
    reasons: tuple[str, ...] = ()
    score: float | None = None
    max_score: float | None = None
    by_hand: int | None = None
    lags: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Plain data for `json.dumps(..., allow_nan=False)`."""
        told = {**vars(self), "state": str(self.state)}
        return {**told, "reasons": list(self.reasons), "lags": list(self.lags)}


def status_of(assignment: Assignment) -> list[Standing]:
    """An assignment's state, by student; nothing is run or written.

    Args:
        assignment: What is graded.

    Raises:
        AutograderError: It can't be graded, or results or the gradebook can't be read.
    """
    require_assignment(assignment)
    with Store(assignment.settings.results_directory, writes=False) as store:
        joiner = Joiner(assignment, store)
        newest = joiner.newest(HERE)
        plan = plan_for(assignment, found_hand_ins(assignment), store, newest)
        final = _final_reports(assignment, store, joiner)
        projection = Projection(assignment, store, joiner)
        lags = projection.unwritten(joiner.marks(newest))
        waiting = _waiting_by_hand(assignment)
        return [
            _standing(
                step,
                joiner.missing(step.student),
                final.get(step.student),
                lags.get(step.student, set()),
                waiting,
            )
            for step in sorted(plan.steps, key=lambda each: each.student)
        ]


def _final_reports(
    assignment: Assignment, store: Store, joiner: Joiner
) -> dict[str, GradeReport]:
    """The newest reports in which nothing is open."""
    if assignment.settings.devices == [HERE]:
        return {
            kept.student: GradeReport.from_json(assignment.name, report)
            for kept, report in store.reports(assignment.name, is_final=True)
            if kept.device == HERE
        }
    joined = dict(joiner.reports(joiner.students))
    return {name: report for name, report in joined.items() if not report.is_open}


def _standing(
    step: Step,
    missing: Mapping[str, str],
    final: GradeReport | None,
    lags: set[str],
    waiting: Mapping[str, int] | None,
) -> Standing:
    state, reasons = _state_of(step)
    if state is State.GRADED and missing:
        state, reasons = State.OPEN, (*reasons, *missing.values())
    return Standing(
        step.student,
        state,
        reasons,
        score=final.score if final else None,
        max_score=final.max_score if final else None,
        by_hand=None if waiting is None else waiting.get(step.student, 0),
        lags=tuple(sorted(lags)) if step.kept else (),
    )


_BY_STATUS = {
    Status.GRADED: State.GRADED,
    Status.MALFORMED: State.MALFORMED,
    Status.MISSING: State.MISSING,
    Status.UNGRADED: State.UNGRADED,
}


def _state_of(step: Step) -> tuple[State, tuple[str, ...]]:
    if step.verdict:
        status, note = step.verdict
        return _BY_STATUS[status], (note,)
    kept = step.kept
    if kept is None:
        return State.NEW, ()
    if step.is_current or not _is_stale(step, kept):
        return _BY_STATUS[Status(kept.status)], () if step.is_current else step.reasons
    return State.STALE, step.reasons


def _is_stale(step: Step, kept: Kept) -> bool:
    """Whether something has changed, apart from grading having failed last time."""
    return step.key is not None and step.key != kept.key


def _waiting_by_hand(assignment: Assignment) -> dict[str, int] | None:
    """How many cells wait for manual grading, by student; None without a gradebook."""
    url = assignment.settings.db_url
    file = sqlite_file(url)
    if file is not None and not file.is_file():
        return None
    # Imported here: it takes seconds.
    from autograder.gradebook import waiting_by_hand

    return waiting_by_hand(url, assignment.name)
