"""What an audit has found, as values.

Owns: the kinds of findings, and what is said of an exercise and of an assignment. May
not: run anything. JSON goes out through `to_json`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any

__all__ = ["AssignmentAudit", "ExerciseAudit", "Finding", "Kind", "Part"]


class Kind(StrEnum):
    """What is to be mended."""

    RIGHT_REFUSED = "right answer refused"
    BLANK_ACCEPTED = "blank answer accepted"
    WRONG_ACCEPTED = "wrong answer accepted"
    MISTAKE_ACCEPTED = "known mistake accepted"
    NOT_NAMED = "known mistake without its name"
    FALSE_NAME = "false name"
    SURVIVOR = "mutant not refused"
    NO_EQUIVALENT = "declared equivalent, and refused"
    NO_TEETH = "check without teeth"
    NOT_REACHED = "function that no check calls"
    NO_CHECK = "exercise without a check"
    NOT_PUT = "check that could not be put"
    EXCEPTION_GONE = "declared exception of what is not there"


@dataclass(frozen=True)
class Finding:
    """One thing to be mended.

    Attributes:
        kind: What it is.
        what: The answer, check or exception.
        detail: Why; of a mutant its unified diff, of several lines.
    """

    kind: Kind
    what: str
    detail: str = ""

    def __str__(self) -> str:
        return f"{self.kind}: {self.what}"

    def to_json(self) -> dict[str, str]:
        """Plain data."""
        return {"kind": str(self.kind), "what": self.what, "detail": self.detail}


@dataclass(frozen=True)
class Part:
    """What became of the answers of one kind.

    Attributes:
        tried: How many there were.
        good: How many of them were judged as they must be.
        findings: What is to be mended.
        unasked: Rules that no public case asks: what hidden checks alone refuse.
        notes: What was not tried, and why.
    """

    tried: int = 0
    good: int = 0
    findings: tuple[Finding, ...] = ()
    unasked: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def __add__(self, other: Part) -> Part:
        return Part(
            self.tried + other.tried,
            self.good + other.good,
            self.findings + other.findings,
            self.unasked + other.unasked,
            self.notes + other.notes,
        )

    def to_json(self) -> dict[str, int]:
        """The two numbers; what was found stands with the exercise."""
        return {"tried": self.tried, "good": self.good}


@dataclass(frozen=True)
class ExerciseAudit:
    """What is said of one exercise.

    Attributes:
        grade_id: Its grade cell.
        right: Right answers, accepted with all points.
        wrong: The blank, generated and memorised answers, refused.
        mistakes: Known mistakes, refused and named.
        mutants: Mutants of solutions and oracle that are not equivalent, refused.
        checks: Checks, refusing odd answers.
        seconds: Wall time.
    """

    grade_id: str
    right: Part
    wrong: Part
    mistakes: Part
    mutants: Part
    checks: Part
    seconds: float

    @cached_property
    def whole(self) -> Part:
        """All parts together."""
        return self.right + self.wrong + self.mistakes + self.mutants + self.checks

    def to_json(self) -> dict[str, Any]:
        """Plain data."""
        parts = ("right", "wrong", "mistakes", "mutants", "checks")
        return {
            "grade_id": self.grade_id,
            **{name: getattr(self, name).to_json() for name in parts},
            "findings": [each.to_json() for each in self.whole.findings],
            "no_public_case_asks": list(self.whole.unasked),
            "notes": list(self.whole.notes),
            "seconds": round(self.seconds, 2),
        }


@dataclass(frozen=True)
class AssignmentAudit:
    """What is said of an assignment.

    Attributes:
        assignment: Its name.
        exercises: Those that were audited, in the notebook's order.
        gone: Declared exceptions of what is not there.
        is_quick: Only a sample of the mutants was tried.
        seconds: Wall time, the start of the kernel with it.
    """

    assignment: str
    exercises: tuple[ExerciseAudit, ...]
    gone: tuple[Finding, ...]
    is_quick: bool
    seconds: float

    @property
    def findings(self) -> Iterator[tuple[str, Finding]]:
        """All that is to be mended, each after its exercise, or ""."""
        for exercise in self.exercises:
            for finding in exercise.whole.findings:
                yield exercise.grade_id, finding
        for finding in self.gone:
            yield "", finding

    @property
    def is_proven(self) -> bool:
        """Whether nothing is to be mended."""
        return next(self.findings, None) is None

    def to_json(self) -> dict[str, Any]:
        """Plain data for `json.dumps(..., allow_nan=False)`."""
        return {
            "assignment": self.assignment,
            "proven": self.is_proven,
            "quick": self.is_quick,
            "exercises": [each.to_json() for each in self.exercises],
            "findings": [each.to_json() for each in self.gone],
            "seconds": round(self.seconds, 2),
        }
