"""A class's reports: in order, whole, and few of them in memory."""

from __future__ import annotations

import pickle

import pytest

from autograder.grading import reports
from autograder.grading.reports import Reports
from autograder.model import (
    CheckResult,
    ExerciseReport,
    GradeReport,
    Outcome,
    Status,
)


def report(student: str, *, is_reused: bool = False) -> GradeReport:
    check = CheckResult("test_a", True, Outcome.FAILED, message="é", seconds=0.1)
    exercise = ExerciseReport("square", 2.0, (check,))
    return GradeReport(
        "squares", student, Status.GRADED, (exercise,), is_reused=is_reused
    )


@pytest.fixture(params=[0, 2, 100], ids=["on disk", "both", "in memory"])
def held(request, monkeypatch):
    monkeypatch.setattr(reports, "MOST_HELD", request.param)


@pytest.mark.usefixtures("held")
def test_reports_come_back_as_they_were_by_student():
    made = Reports("squares")
    for student in ("cleo", "ada", "bob", "dan"):
        made.add(report(student, is_reused=student == "bob"))
    expected = [report(student) for student in ("ada", "bob", "cleo", "dan")]
    assert list(made) == expected
    assert made == expected
    assert [each.is_reused for each in made] == [False, True, False, False]
    assert (len(made), made[-1], made[1:3]) == (4, expected[3], expected[1:3])


@pytest.mark.usefixtures("held")
def test_more_may_be_added_after_a_look():
    made = Reports("squares")
    made.add(report("bob"))
    assert made[0].student == "bob"
    made.add(report("ada"))
    assert [each.student for each in made] == ["ada", "bob"]


@pytest.mark.usefixtures("held")
def test_another_process_gets_all_of_them():
    made = Reports("squares")
    made.add(report("bob", is_reused=True))
    made.add(report("ada"))
    assert [each.is_reused for each in pickle.loads(pickle.dumps(made))] == [0, 1]


def test_no_more_are_held_than_said(monkeypatch):
    monkeypatch.setattr(reports, "MOST_HELD", 3)
    made = Reports("squares")
    for number in range(10):
        made.add(report(f"student-{number}"))
    assert len(made._held) == 3


def test_reports_of_others_differ():
    made = Reports("squares")
    made.add(report("ada"))
    assert made != [report("bob")]
    assert made != [report("ada"), report("bob")]
