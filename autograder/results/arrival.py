"""What a part from elsewhere may contain, as pydantic models.

Owns: the bounds. May not: be imported where results are only stored; pydantic is slow
to load.
"""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from autograder.model import Outcome, Status

__all__ = ["ArrivedPart"]

#: Names end up in paths and messages.
_Name = Annotated[
    str, Field(min_length=1, max_length=255, pattern=r"^[^/\x00-\x1f\x7f]+$")
]
_Assignment = Annotated[
    str, Field(max_length=255, pattern=r"^[A-Za-z0-9_][A-Za-z0-9_.-]*$")
]
_Digest = Annotated[str, Field(max_length=256)]
_Digests = Annotated[dict[_Name, _Digest], Field(max_length=1000)]
_Text = Annotated[str, Field(max_length=16 << 20)]
_Notebook = Annotated[str, Field(max_length=128 << 20)]
_Number = Annotated[float, Field(ge=0, le=1e12, allow_inf_nan=False)]


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _Check(_Model):
    name: _Text
    public: bool
    outcome: Outcome
    weight: Annotated[float, Field(gt=0, le=1e12, allow_inf_nan=False)]
    misconception: _Text | None
    hint: _Text | None
    message: _Text
    detail: _Text
    seconds: _Number
    device: Annotated[str, Field(max_length=64, pattern=r"^[a-z0-9_]*$")] = ""


class _Exercise(_Model):
    grade_id: _Name
    score: _Number | None
    points: _Number
    outcome: Outcome
    checks: Annotated[tuple[_Check, ...], Field(max_length=100_000)]


class _Report(_Model):
    student: _Name
    score: _Number | None
    max_score: _Number
    score_so_far: _Number
    points_so_far: _Number
    status: Status
    note: _Text
    wall: _Name | Literal[""]
    device: _Name
    digest: _Digest
    seconds: _Number
    timings: Annotated[dict[_Name, _Number], Field(max_length=1000)]
    is_reused: bool = False
    exercises: Annotated[tuple[_Exercise, ...], Field(max_length=10_000)]


class _Key(_Model):
    submission: _Text
    skeleton: _Digest
    settings: _Text
    seed: _Digest
    versions: _Digests
    exercises: Annotated[dict[_Name, _Digests], Field(max_length=10_000)]


class ArrivedPart(_Model):
    """A part as `part_to_json` writes it."""

    assignment: _Assignment
    student: _Name
    device: Annotated[str, Field(max_length=64, pattern=r"^[a-z0-9_]+$")]
    key: _Key
    report: _Report
    notebook: _Notebook | None
    executed: _Notebook | None
    graded_at: _Number

    @model_validator(mode="after")
    def _is_of_one_student(self) -> Self:
        if self.student in (".", ".."):
            raise ValueError(f"{self.student!r} is not a student's id")
        if (self.report.student, self.report.device) != (self.student, self.device):
            raise ValueError("its report belongs to another student or device")
        return self
