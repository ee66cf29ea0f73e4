"""Outcomes, scores and reports: points follow from checks by one rule."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.model import (
    CheckResult,
    ExerciseReport,
    GradeReport,
    Outcome,
    Status,
)

#: From the one that speaks for an exercise before all others to the last.
GRAVEST_FIRST = [
    Outcome.UNGRADED,
    Outcome.EXHAUSTED,
    Outcome.TIMED_OUT,
    Outcome.RAISED,
    Outcome.FAILED,
    Outcome.NOT_RUN,
    Outcome.PASSED,
]

points = st.floats(min_value=0, max_value=1e6)
weights = st.floats(min_value=1e-3, max_value=1e3)
graded = st.sampled_from([each for each in Outcome if each is not Outcome.UNGRADED])


def check(outcome: Outcome, **more: Any) -> CheckResult:
    return CheckResult("test_it", False, outcome, **more)


def exercise(*outcomes: Outcome, points: float = 3.0) -> ExerciseReport:
    return ExerciseReport("it", points, tuple(map(check, outcomes)))


def report(*exercises: ExerciseReport, status: Status = Status.GRADED) -> GradeReport:
    return GradeReport("lesson", "ada", status, exercises)


class TestScore:
    def test_is_points_times_passed_weight_by_total_weight(self):
        checks = (
            check(Outcome.PASSED, weight=2.0),
            check(Outcome.FAILED, weight=1.0),
            check(Outcome.PASSED, weight=1.0),
        )
        assert ExerciseReport("it", 2.0, checks).score == 1.5

    @pytest.mark.parametrize(
        "outcome",
        [each for each in Outcome if each not in (Outcome.PASSED, Outcome.UNGRADED)],
    )
    def test_only_passing_earns_points(self, outcome):
        assert exercise(outcome).score == 0
        assert exercise(outcome, Outcome.PASSED).score == 1.5

    def test_is_none_while_a_check_is_ungraded(self):
        assert exercise(Outcome.PASSED, Outcome.UNGRADED).score is None

    def test_is_none_without_any_check(self):
        assert exercise().score is None
        assert exercise().outcome is Outcome.UNGRADED

    @given(points, st.lists(st.tuples(graded, weights), min_size=1))
    def test_is_finite_and_between_zero_and_the_points(self, points, pairs):
        checks = tuple(check(outcome, weight=weight) for outcome, weight in pairs)
        score = ExerciseReport("it", points, checks).score
        assert score is not None
        assert math.isfinite(score)
        assert 0 <= score <= points

    @given(points, st.lists(weights, min_size=1))
    def test_is_exactly_all_points_where_all_passed(self, points, weights):
        checks = tuple(check(Outcome.PASSED, weight=weight) for weight in weights)
        assert ExerciseReport("it", points, checks).score == points

    @given(points, st.lists(weights, min_size=2))
    def test_grows_with_every_check_that_passes(self, points, weights):
        def score(passed: int) -> float:
            checks = tuple(
                check(Outcome.PASSED if at < passed else Outcome.FAILED, weight=weight)
                for at, weight in enumerate(weights)
            )
            found = ExerciseReport("it", points, checks).score
            assert found is not None
            return found

        scores = [score(passed) for passed in range(len(weights) + 1)]
        assert scores == sorted(scores)
        assert scores[0] == 0


class TestOutcome:
    @pytest.mark.parametrize("at", range(len(GRAVEST_FIRST)), ids=GRAVEST_FIRST)
    def test_the_gravest_speaks_whatever_the_order(self, at):
        rest = GRAVEST_FIRST[at:]
        assert exercise(*rest).outcome is GRAVEST_FIRST[at]
        assert exercise(*reversed(rest)).outcome is GRAVEST_FIRST[at]

    def test_the_order_above_knows_them_all(self):
        assert sorted(GRAVEST_FIRST) == sorted(Outcome)


def test_misconceptions_are_named_once_in_the_order_of_the_checks():
    named = [
        check(Outcome.FAILED, misconception=name) for name in ("b", None, "a", "b")
    ]
    assert ExerciseReport("it", 1.0, tuple(named)).misconceptions == ("b", "a")


class TestReport:
    def test_with_an_ungraded_exercise_there_is_no_score_but_what_stands_so_far(self):
        both = report(exercise(Outcome.PASSED), exercise(Outcome.UNGRADED, points=5))
        assert (both.score, both.max_score) == (None, 8.0)
        assert (both.score_so_far, both.points_so_far) == (3.0, 3.0)
        data = both.to_json()
        assert (data["score"], data["max_score"]) == (None, 8.0)
        assert (data["score_so_far"], data["points_so_far"]) == (3.0, 3.0)

    @pytest.mark.parametrize("outcome", [Outcome.PASSED, Outcome.NOT_RUN])
    def test_nothing_stands_in_an_ungraded_submission(self, outcome):
        whole = report(exercise(outcome), status=Status.UNGRADED)
        assert (whole.score, whole.score_so_far, whole.points_so_far) == (None, 0, 0)
        assert whole.to_json()["score"] is None

    @pytest.mark.parametrize("status", Status)
    def test_one_that_was_not_run_has_a_score_unless_that_is_our_fault(self, status):
        made = GradeReport.not_run(
            "lesson", "ada", status=status, points={"a": 1.0, "b": 2.0}, note="torn"
        )
        is_ours = status is Status.UNGRADED
        expected = None if is_ours else 0.0
        assert [each.score for each in made.exercises] == [expected, expected]
        assert (made.score, made.max_score, made.note) == (expected, 3.0, "torn")
        assert made.exercises[0].checks[0].message == "torn"

    def test_many_small_points_add_up_exactly(self):
        tenths = report(*(exercise(Outcome.PASSED, points=0.1) for _ in range(10)))
        assert tenths.score == tenths.max_score == 1.0

    @pytest.mark.parametrize(
        ("status", "outcome", "needs"),
        [
            (Status.GRADED, Outcome.FAILED, False),
            (Status.GRADED, Outcome.UNGRADED, True),
            (Status.MALFORMED, Outcome.NOT_RUN, True),
            (Status.MISSING, Outcome.NOT_RUN, True),
            (Status.UNGRADED, Outcome.NOT_RUN, True),
        ],
    )
    def test_a_person_has_to_look_unless_all_was_graded(self, status, outcome, needs):
        assert report(exercise(outcome), status=status).needs_attention is needs

    def test_json_brings_back_the_same_report(self):
        whole = GradeReport(
            assignment="lesson",
            student="ada/é\u202e",
            status=Status.GRADED,
            exercises=(
                ExerciseReport(
                    "it",
                    2.0,
                    (
                        CheckResult(
                            name="test_it[3]",
                            public=True,
                            outcome=Outcome.FAILED,
                            weight=2.0,
                            misconception="flipped",
                            hint="turn it",
                            message="m\nn",
                            detail="d",
                            seconds=0.25,
                        ),
                    ),
                ),
                exercise(Outcome.UNGRADED),
            ),
            note="a note",
            wall="full",
            device="cuda",
            digest="ab",
            seconds=1.5,
            timings={"start_s": 0.5},
        )
        text = json.dumps(whole.to_json(), allow_nan=False)
        assert GradeReport.from_json("lesson", json.loads(text)) == whole

    def test_json_has_the_keys_that_others_rely_on(self):
        data = report(exercise(Outcome.PASSED)).to_json()
        (one,) = data["exercises"]
        (question,) = one["checks"]
        assert {"student", "score", "max_score", "status", "exercises"} <= set(data)
        assert set(one) == {"grade_id", "score", "points", "outcome", "checks"}
        assert {"name", "public", "outcome", "misconception", "message"} <= set(
            question
        )
        for value in (data["status"], one["outcome"], question["outcome"]):
            assert json.loads(json.dumps(value)) == str(value)
