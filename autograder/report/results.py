"""results.json: what is final and what is open, for programs.

Owns: the format and its version; results.schema.json is its JSON Schema, published
beside this file. May not: show more than a student may read.

Fields may be added within a version; programs should ignore those they don't know. None
is removed or changes its meaning without a new version.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from autograder.model import CheckResult, ExerciseReport, GradeReport, Outcome, Status
from autograder.report.told import ClassReport, is_final, noted, told

__all__ = ["FORMAT", "VERSION", "Results", "document", "exercise_of", "schema"]

FORMAT: Literal["autograder-report"] = "autograder-report"
VERSION: Literal[1] = 1

_SCHEMA = Path(__file__).with_name("results.schema.json")

_Number = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class _Form(BaseModel):
    model_config = ConfigDict(frozen=True)


class Check(_Form):
    """The verdict of one check."""

    name: str
    public: bool = Field(description="Students have this check as a self-check.")
    outcome: Outcome
    is_open: bool = Field(description="No verdict yet; `told` says what is missing.")
    weight: _Number = Field(description="Its share of the exercise's points.")
    told: str = Field(
        description="For the student. Of a hidden check: the hint of a recognised "
        "mistake; nothing else."
    )
    seconds: _Number


class Exercise(_Form):
    """The checks of one grade cell and the points that follow from them."""

    grade_id: str
    points: _Number = Field(description="What it can give.")
    score: _Number | None = Field(description="What it gave; null while it is open.")
    outcome: Outcome = Field(description="The gravest of its checks.")
    checks: list[Check]


class Submission(_Form):
    """One student's."""

    student: str
    status: Status
    is_final: bool = Field(description="Whether `score` is a number and stays.")
    score: _Number | None = Field(description="Automatic points; null while open.")
    max_score: _Number
    score_so_far: _Number = Field(description="The sum of the scores that stand.")
    points_so_far: _Number = Field(description="What the exercises with a score give.")
    needs_attention: bool = Field(description="A person has to look.")
    note: str
    digest: str = Field(description="SHA-256 of what was handed in, or nothing.")
    exercises: list[Exercise]


class GradedAssignment(_Form):
    """One assignment's submissions, sorted by student."""

    assignment: str
    is_refused: bool = Field(description="Nothing of it could be graded.")
    submissions: list[Submission]


class Results(_Form):
    """Automatic points of one run of `autograder grade`.

    Penalties and manual points are only in nbgrader's gradebook.
    """

    format: Literal["autograder-report"]
    version: Literal[1]
    assignments: list[GradedAssignment]


def document(classes: Sequence[ClassReport]) -> bytes:
    """Everything graded, as one JSON document."""
    made = Results(
        format=FORMAT,
        version=VERSION,
        assignments=[
            GradedAssignment(
                assignment=each.assignment,
                is_refused=each.is_refused,
                submissions=list(map(_submission, each.reports)),
            )
            for each in classes
        ],
    )
    data = made.model_dump(mode="json")
    return f"{json.dumps(data, indent=1, allow_nan=False)}\n".encode()


def schema() -> dict[str, Any]:
    """The JSON Schema that is published as results.schema.json."""
    made: dict[str, Any] = json.loads(_SCHEMA.read_text("utf-8"))
    return made


def _submission(report: GradeReport) -> Submission:
    return Submission(
        student=report.student,
        status=report.status,
        is_final=is_final(report),
        score=report.score,
        max_score=report.max_score,
        score_so_far=report.score_so_far,
        points_so_far=report.points_so_far,
        needs_attention=report.needs_attention,
        note=noted(report),
        digest=report.digest,
        exercises=list(map(exercise_of, report.exercises)),
    )


def exercise_of(exercise: ExerciseReport) -> Exercise:
    """A document's entry for one exercise."""
    return Exercise(
        grade_id=exercise.grade_id,
        points=exercise.points,
        score=exercise.score,
        outcome=exercise.outcome,
        checks=list(map(_check, exercise.checks)),
    )


def _check(check: CheckResult) -> Check:
    return Check(
        name=check.name,
        public=check.public,
        outcome=check.outcome,
        is_open=check.outcome is Outcome.UNGRADED,
        weight=check.weight,
        told=told(check),
        seconds=check.seconds,
    )
