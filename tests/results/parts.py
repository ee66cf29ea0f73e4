"""Parts for the tests of the store."""

from __future__ import annotations

from pathlib import Path

from autograder.model import CheckResult, ExerciseReport, GradeReport, Outcome, Status
from autograder.results import Key, Part

#: Where a process has to start that imports this module.
ROOT = Path(__file__).parents[2]

KEY = Key(
    submission="5a",
    skeleton="5b",
    settings="5c",
    seed="5d",
    versions={"numpy": "2.4.6"},
    exercises={"conv2d": {"checks": "1", "oracle": "2", "mistakes": "3"}},
)


def part_of(
    student: str = "ada",
    *,
    assignment: str = "convolution",
    device: str = "cpu",
    outcome: Outcome = Outcome.PASSED,
    key: Key = KEY,
    notebook: str | None = '{"cells": []}',
    executed: str | None = None,
    graded_at: float = 1.0,
    note: str = "",
) -> Part:
    check = CheckResult(name="test_a", public=True, outcome=outcome)
    report = GradeReport(
        assignment=assignment,
        student=student,
        status=Status.GRADED,
        exercises=(ExerciseReport("conv2d", 4.0, (check,)),),
        note=note,
        device=device,
    )
    return Part(
        assignment=assignment,
        student=student,
        device=device,
        key=key,
        report=report.to_json(),
        notebook=notebook,
        executed=executed,
        graded_at=graded_at,
    )
