"""What becomes of the answers of workers."""

from __future__ import annotations

from typing import Any

import pytest

from autograder.errors import AssignmentError
from autograder.grading.batch import (
    grade_hand_ins,
    require_assignment,
)
from autograder.grading.hand_in import hand_ins
from autograder.grading.messages import Answer, Failure
from autograder.model import Outcome, Status
from tests.courses import add_checks, hand_in


class FakeCrew:
    """Workers whose answers are known."""

    def __init__(self, **answers: dict[str, Any]) -> None:
        self.answers = answers

    def grade(self, jobs):
        for job in jobs:
            answer = self.answers[job.student]
            is_report = "report" in answer
            yield job, Answer(**answer) if is_report else Failure(**answer)


def report_of(student: str, **more: Any) -> dict[str, Any]:
    """A worker's report on a submission with nothing to complain about."""
    check = {"name": "test_it", "public": True, "outcome": "passed"}
    return {
        "student": student,
        "status": "graded",
        "exercises": [{"grade_id": "square", "points": 2.0, "checks": [check]}],
        "note": "",
        "wall": "full",
        "device": "cpu",
        "digest": "",
        "seconds": 1.0,
        "timings": {},
        **more,
    }


@pytest.fixture
def course(make_course, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    settings = make_course()
    add_checks(settings)
    return settings


def refusal(action, *arguments) -> str:
    with pytest.raises(AssignmentError) as caught:
        action(*arguments)
    return str(caught.value)


class TestRequireAssignment:
    def test_takes_one_that_can_be_graded(self, course):
        require_assignment(course.assignment("squares"))

    def test_names_what_there_is(self, course):
        assert refusal(require_assignment, course.assignment("square")) == (
            'there is no assignment "square"; did you mean "squares"? '
            "The course has: squares."
        )

    def test_wants_a_release(self, course):
        (course.release_directory / "squares" / "squares.ipynb").unlink()
        assert refusal(require_assignment, course.assignment("squares")) == (
            "squares is not released: release/squares/squares.ipynb is missing. "
            "Run `autograder release squares`."
        )

    def test_wants_tests(self, course):
        course.tests_directory.rename("elsewhere")
        assert refusal(require_assignment, course.assignment("squares")) == (
            "squares has no grading tests: tests/grading/squares is missing. "
            "Write pytest files there."
        )


class TestResults:
    @staticmethod
    def graded(course, **answers: dict[str, Any]):
        submissions = hand_ins(course.assignment("squares"))
        crew = FakeCrew(**answers)
        return list(
            grade_hand_ins(course.assignment("squares"), submissions, crew=crew)
        )

    def test_a_missing_notebook_is_told_and_scores_nothing(self, course):
        (course.submitted_directory / "eve" / "squares").mkdir(parents=True)
        (result,) = self.graded(course)
        assert result.report.status is Status.MISSING
        assert result.report.note == "no squares.ipynb in the student's folder"
        assert [each.score for each in result.report.exercises] == [0]

    @pytest.mark.parametrize(
        ("answer", "note"),
        [
            (
                {"trace": "its worker process died twice"},
                "the grader failed: its worker process died twice",
            ),
            (
                {"trace": "Traceback:\n  File ...\nOSError: disk full\n"},
                "the grader failed: OSError: disk full",
            ),
        ],
        ids=["died", "traceback"],
    )
    def test_a_fault_of_ours_is_no_score_at_all(self, course, answer, note):
        hand_in(course, "ada")
        (result,) = self.graded(course, ada=answer)
        assert result.report.status is Status.UNGRADED
        assert result.report.note == note
        assert result.report.needs_attention
        assert [(e.score, e.outcome) for e in result.report.exercises] == [
            (None, Outcome.UNGRADED)
        ]

    def test_one_failure_leaves_the_others_graded(self, course):
        for student in ("ada", "bob", "cleo"):
            hand_in(course, student)
        results = self.graded(
            course,
            ada={"report": report_of("ada")},
            bob={"trace": "boom"},
            cleo={"report": report_of("cleo")},
        )
        assert [each.report.status for each in results] == [
            Status.GRADED,
            Status.UNGRADED,
            Status.GRADED,
        ]
