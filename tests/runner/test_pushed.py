"""What was pushed, graded; and how such a run ends."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from autograder.collect import Collected, Handing
from autograder.errors import AutograderError
from autograder.model import GradeReport, Status
from autograder.report import ClassReport
from autograder.runner.pushed import EXIT_BELOW, Pushed, collected
from autograder.runner.surroundings import Service, Surroundings
from tests.report.made import graded

FOUND = [
    Collected("ada", "squares", Handing.NEW),
    Collected("bob", "squares", Handing.UNCHANGED),
    Collected("ada", "cubes", Handing.REPLACED),
    Collected("cleo", trouble="no notebook"),
]


def final() -> GradeReport:
    """Half of three points."""
    report = graded()
    return replace(report, exercises=report.exercises[:2])


def ended(*reports: GradeReport, found=FOUND[:1], fail_under: float | None) -> int:
    pushed = Pushed(found, [ClassReport("a", reports)])
    return pushed.exit_code(fail_under=fail_under)


def test_what_was_handed_in_is_graded_by_assignment():
    asked = []

    def grade(assignment, students):
        asked.append((assignment, students))
        if assignment == "cubes":
            raise AutograderError("cubes has no grading tests")
        return [final()]

    pushed = Pushed(FOUND)
    ends = list(pushed.grade(grade))
    assert asked == [("squares", ["ada", "bob"]), ("cubes", ["ada"])]
    assert [name for name, error in ends if error] == ["cubes"]
    assert pushed.classes == [
        ClassReport("squares", [final()]),
        ClassReport("cubes", is_refused=True),
    ]


@pytest.mark.parametrize(
    ("share", "code"),
    [(None, 0), (0.0, 0), (0.5, 0), (0.51, EXIT_BELOW), (1.0, EXIT_BELOW)],
)
def test_a_low_score_is_no_failure_unless_a_share_is_asked_for(share, code):
    assert ended(final(), fail_under=share) == code


def test_a_share_that_is_reached_is_not_below_it():
    right, wrong = final().exercises
    wrong = replace(wrong, points=2.7, checks=wrong.checks[1:])
    report = replace(final(), exercises=(replace(right, points=0.3), wrong))
    assert 0.1 * report.max_score > report.score  # as floating-point numbers go
    assert ended(report, fail_under=0.1) == 0


def test_a_person_has_to_look_at_what_is_open_or_was_not_found():
    assert ended(graded(), fail_under=1.0) == 3
    assert ended(final(), found=FOUND, fail_under=1.0) == 3
    assert ended(found=[], fail_under=None) == 3
    unread = GradeReport.not_run(
        "a", "b", status=Status.MALFORMED, points={"x": 1.0}, note=""
    )
    assert ended(unread, fail_under=0.5) == 3


class TestCollected:
    """Whose the checkouts are, and what is handed in."""

    @pytest.fixture
    def asked(self, monkeypatch):
        """What `collect_checkouts` was asked for."""
        calls = []

        def collect(_settings, folder, **about):
            calls.append((folder, about))
            return [Collected(about["student"] or "bob", "squares", Handing.NEW)]

        monkeypatch.setattr("autograder.runner.pushed.collect_checkouts", collect)
        return calls

    @pytest.mark.parametrize(
        ("student", "told", "owner"),
        [("ada", "eve", "ada"), (None, "eve", "eve"), (None, None, "pushed")],
    )
    def test_the_runners_checkout_is_one(self, asked, tmp_path, student, told, owner):
        folder = tmp_path / "pushed"
        around = Surroundings(Service.GITHUB, folder, student=told)
        collected(None, around, student=student, assignments=["squares"])
        about = {"student": owner, "assignments": ["squares"], "at": None}
        assert asked == [(folder, about)]

    def test_of_named_checkouts_one_may_be_the_runners(self, asked, tmp_path):
        around = Surroundings(Service.GITHUB, tmp_path, student="eve")
        collected(None, around, checkouts=[Path("a")])
        about = {"student": None, "owner": "eve", "assignments": ()}
        assert asked == [(Path("a"), about)]

    def test_of_several_none_is_the_runners_and_two_of_one_are_told(
        self, asked, tmp_path
    ):
        around = Surroundings(Service.GITHUB, tmp_path, student="eve")
        *found, twice = collected(None, around, checkouts=[Path("a"), Path("b")])
        assert [about["owner"] for _, about in asked] == [None, None]
        assert len(found) == 2
        assert twice == Collected(
            "bob",
            "squares",
            trouble="squares was found in 2 checkouts; the last one was graded",
        )
