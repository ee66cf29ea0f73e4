"""What a student may read of a check and of a submission."""

from __future__ import annotations

from dataclasses import replace

import pytest

from autograder.model import CheckResult, GradeReport, Outcome, Status
from autograder.report import document, kinds
from autograder.report.told import WORDS, points_told, score_told, told
from tests.report.made import (
    NEEDS,
    OWN_KINDS,
    SECRET,
    graded,
    hostile_class,
    one,
    refused,
)


def check(**more: object) -> CheckResult:
    about = {"name": "test_x", "public": False, "outcome": Outcome.FAILED, **more}
    return CheckResult(**about)


def test_a_hidden_check_tells_no_more_than_its_hint():
    assert (
        told(check(message="got 3", detail=SECRET, hint="turn it")) == "hint: turn it"
    )
    assert told(check(message="got 3", detail=SECRET)) == ""


def test_an_open_check_says_what_is_missing():
    assert told(check(outcome=Outcome.UNGRADED, message=NEEDS)) == NEEDS


def test_a_long_text_is_cut():
    text = told(check(public=True, message="x" * 100_000))
    assert len(text) == 4_000
    assert text.endswith("x ...")


def test_every_outcome_has_its_words():
    assert set(WORDS) == set(Outcome)


def test_a_score_says_what_is_final_and_what_is_open():
    report = graded()
    assert score_told(report) == ("1.5 of 3 automatic points so far; 3 more are open")
    done = replace(report, exercises=report.exercises[:2])
    assert score_told(done) == "1.5 of 3 automatic points"
    assert [points_told(each) for each in report.exercises] == [
        "1 / 1",
        "0.5 / 2",
        "open / 3",
    ]


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (Status.UNGRADED, "not graded yet; 3 automatic points are open"),
        (Status.MALFORMED, "0 of 3 automatic points"),
        (Status.MISSING, "0 of 3 automatic points"),
    ],
)
def test_what_was_not_run_is_open_where_that_is_our_fault(status, words):
    report = GradeReport.not_run("a", "b", status=status, points={"x": 3.0}, note="")
    assert score_told(report) == words


def test_the_kinds_are_there():
    assert set(OWN_KINDS) <= set(kinds())


@pytest.mark.parametrize("kind", OWN_KINDS)
class TestEveryKind:
    def test_no_report_holds_what_is_for_the_instructor(self, kind):
        made = document(kind, one()).decode()
        assert SECRET not in made
        assert "corr2d raised ValueError" not in made  # a hidden check's message

    def test_equal_input_gives_equal_bytes(self, kind):
        assert document(kind, one()) == document(kind, one())

    @pytest.mark.parametrize(
        "classes", [one, refused, list], ids=lambda each: each.__name__
    )
    def test_ends_with_a_newline(self, kind, classes):
        assert document(kind, classes()).endswith(b"\n") or kind == "markdown"

    def test_hostile_text_can_be_told(self, kind):
        assert document(kind, hostile_class()).decode()
