"""The values that grading is made of: outcomes, checks, exercises, grades.

Owns: what a verdict is and how points follow from it. May not: do I/O, hold arrays,
or import any other room. All types are frozen; JSON goes out through `to_json`.

A score is a number only when it is final: an ungraded exercise has none, and neither
does a submission with such an exercise. The score so far is kept separately, under a
name that can't be mistaken for the score.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any

__all__ = ["CheckResult", "ExerciseReport", "GradeReport", "Outcome", "Status"]


class Outcome(StrEnum):
    """The outcome of one check; decided by us, never inferred from outputs."""

    PASSED = "passed"
    FAILED = "failed"
    RAISED = "raised"
    TIMED_OUT = "timed_out"
    EXHAUSTED = "exhausted"
    NOT_RUN = "not_run"
    UNGRADED = "ungraded"


class Status(StrEnum):
    """The outcome of one submission as a whole."""

    GRADED = "graded"
    MALFORMED = "malformed"
    MISSING = "missing"
    UNGRADED = "ungraded"


#: Which outcome represents an exercise whose checks differ: the first match.
_SPEAKS_FIRST = (
    Outcome.UNGRADED,
    Outcome.EXHAUSTED,
    Outcome.TIMED_OUT,
    Outcome.RAISED,
    Outcome.FAILED,
    Outcome.NOT_RUN,
)


@dataclass(frozen=True)
class CheckResult:
    """The verdict of one check.

    Attributes:
        name: The check's name without its file, such as `test_any_shape[(3, 5)]`.
        public: Whether students have this check as a self-check; its values may be
            shown.
        outcome: Its outcome.
        weight: Its share of the exercise's points, relative to the other checks.
        misconception: The known mistake that gives exactly this result, or None.
        hint: The misconception's hint for the student, or None.
        message: For the student; a hidden check shows no input and no value.
        detail: For the instructor; may show everything.
        seconds: Wall time of the check.
        device: Where it ran, if it runs on every device of the course; otherwise "".
    """

    name: str
    public: bool
    outcome: Outcome
    weight: float = 1.0
    misconception: str | None = None
    hint: str | None = None
    message: str = ""
    detail: str = ""
    seconds: float = 0.0
    device: str = ""

    @property
    def label(self) -> str:
        """The name, with the device if it is not the CPU."""
        return f"{self.name} on {self.device}" if self.is_elsewhere else self.name

    @property
    def is_elsewhere(self) -> bool:
        """Whether it runs on a device other than the CPU."""
        return self.device not in ("", "cpu")


@dataclass(frozen=True)
class ExerciseReport:
    """The checks of one grade cell and the points that follow from them."""

    grade_id: str
    points: float
    checks: tuple[CheckResult, ...]

    @cached_property
    def score(self) -> float | None:
        """Points x passed weight / total weight; None while any check is ungraded."""
        if not self.checks or self.outcome is Outcome.UNGRADED:
            return None
        total = math.fsum(check.weight for check in self.checks)
        passed = math.fsum(
            check.weight for check in self.checks if check.outcome is Outcome.PASSED
        )
        # The quotient first: it is exactly 1 if all passed.
        return min(max(self.points * (passed / total), 0.0), self.points)

    @cached_property
    def outcome(self) -> Outcome:
        """The outcome that represents the exercise: the most serious of its checks."""
        outcomes = {check.outcome for check in self.checks}
        for outcome in _SPEAKS_FIRST:
            if outcome in outcomes:
                return outcome
        return Outcome.PASSED if outcomes else Outcome.UNGRADED

    @property
    def misconceptions(self) -> tuple[str, ...]:
        """Names of the known mistakes found, each once, in the order of the checks."""
        named = (check.misconception for check in self.checks)
        return tuple(dict.fromkeys(name for name in named if name))

    def to_json(self) -> dict[str, Any]:
        """Plain data for `json.dumps(..., allow_nan=False)`."""
        return {
            "grade_id": self.grade_id,
            "score": self.score,
            "points": self.points,
            "outcome": str(self.outcome),
            "checks": [asdict(check) for check in self.checks],
        }


@dataclass(frozen=True)
class GradeReport:
    """The result of one submission.

    Attributes:
        assignment: Name of the assignment.
        student: The student's id; data, never one of our paths.
        status: Whether the submission could be graded at all.
        exercises: One report per automatic grade cell, in notebook order.
        note: The reason for the status, or what was repaired; one line or more.
        wall: Name of the sandbox level that was used.
        device: Device whose part of the result this is; "cpu" if parts were joined.
        digest: SHA-256 of the notebook as handed in and of the files beside it, hex,
            or "" when there is none.
        seconds: Wall time of this submission.
        timings: The parts it is made up of, by name, including those recorded by the
            main process.
        is_reused: Whether it comes from an earlier run; nothing was run for it.
    """

    assignment: str
    student: str
    status: Status
    exercises: tuple[ExerciseReport, ...]
    note: str = ""
    wall: str = ""
    device: str = "cpu"
    digest: str = ""
    seconds: float = 0.0
    timings: dict[str, float] = field(default_factory=dict)
    is_reused: bool = field(default=False, compare=False)

    @classmethod
    def not_run(
        cls,
        assignment: str,
        student: str,
        *,
        status: Status,
        points: Mapping[str, float],
        note: str,
        wall: str = "",
        device: str = "cpu",
    ) -> GradeReport:
        """The report on a submission that was not run at all.

        Args:
            assignment: Name of the assignment.
            student: The student's id.
            status: Whose fault it is; "ungraded" is ours and gives no score, with any
                other each exercise scores 0.
            points: Of each automatic grade cell, in notebook order.
            note: Why it was not run.
            wall: Name of the sandbox level that would have been used.
            device: Device that the checks would have run on.
        """
        is_ours = status is Status.UNGRADED
        check = CheckResult(
            name="submission",
            public=True,
            outcome=Outcome.UNGRADED if is_ours else Outcome.NOT_RUN,
            message=note,
        )
        return cls(
            assignment=assignment,
            student=student,
            status=status,
            exercises=tuple(
                ExerciseReport(grade_id, most, (check,))
                for grade_id, most in points.items()
            ),
            note=note,
            wall=wall,
            device=device,
        )

    @property
    def score(self) -> float | None:
        """Sum of the exercises' scores; None while any of them has none."""
        return None if self.is_open else self.score_so_far

    @property
    def score_so_far(self) -> float:
        """Sum of the final scores, whether or not others are still to come."""
        return math.fsum(exercise.score or 0.0 for exercise in self._scored)

    @property
    def points_so_far(self) -> float:
        """Sum of the points of the exercises that have a score."""
        return math.fsum(exercise.points for exercise in self._scored)

    @property
    def max_score(self) -> float:
        """Sum of the points of the automatic grade cells."""
        return math.fsum(exercise.points for exercise in self.exercises)

    @property
    def is_open(self) -> bool:
        """Whether something could not be graded, through our fault."""
        return len(self._scored) < len(self.exercises) or self._is_ungraded

    @property
    def needs_attention(self) -> bool:
        """Whether a person has to look: it is open, or there was no notebook to run."""
        return self.status is not Status.GRADED or self.is_open

    @property
    def _is_ungraded(self) -> bool:
        return self.status is Status.UNGRADED

    @cached_property
    def _scored(self) -> list[ExerciseReport]:
        """The exercises with a score."""
        if self._is_ungraded:
            return []
        return [each for each in self.exercises if each.score is not None]

    def to_json(self) -> dict[str, Any]:
        """Plain data for `json.dumps(..., allow_nan=False)`."""
        return {
            "student": self.student,
            "score": self.score,
            "max_score": self.max_score,
            "score_so_far": self.score_so_far,
            "points_so_far": self.points_so_far,
            "status": str(self.status),
            "note": self.note,
            "wall": self.wall,
            "device": self.device,
            "digest": self.digest,
            "seconds": self.seconds,
            "timings": self.timings,
            "is_reused": self.is_reused,
            "exercises": [exercise.to_json() for exercise in self.exercises],
        }

    @classmethod
    def from_json(cls, assignment: str, data: dict[str, Any]) -> GradeReport:
        """Rebuild a report from `to_json`'s data (results files are ours)."""
        return cls(
            assignment=assignment,
            student=data["student"],
            status=Status(data["status"]),
            exercises=tuple(
                ExerciseReport(
                    grade_id=exercise["grade_id"],
                    points=exercise["points"],
                    checks=tuple(
                        CheckResult(**{**check, "outcome": Outcome(check["outcome"])})
                        for check in exercise["checks"]
                    ),
                )
                for exercise in data["exercises"]
            ),
            note=data["note"],
            wall=data["wall"],
            device=data["device"],
            digest=data["digest"],
            seconds=data["seconds"],
            timings=data["timings"],
        )
