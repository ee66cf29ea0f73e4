"""results.json: Gradescope's format, points that add up, nothing of hidden checks."""

from __future__ import annotations

import json
from types import SimpleNamespace

import pytest

from autograder.errors import AutograderError
from autograder.model import CheckResult, ExerciseReport, GradeReport, Outcome, Status
from autograder.report import gradescope
from autograder.report.gradescope import VISIBILITIES, document, results

#: Everything that Gradescope's specification names.
TOP = {
    "score",
    "execution_time",
    "output",
    "output_format",
    "test_output_format",
    "test_name_format",
    "visibility",
    "stdout_visibility",
    "extra_data",
    "tests",
    "leaderboard",
}
TEST = {
    "score",
    "max_score",
    "status",
    "name",
    "name_format",
    "number",
    "output",
    "output_format",
    "tags",
    "visibility",
    "extra_data",
}


def check(name: str, outcome: Outcome = Outcome.PASSED, **more) -> CheckResult:
    return CheckResult(name=name, outcome=outcome, **{"public": True, **more})


def report(*checks: CheckResult, points: float = 2.0, **more) -> GradeReport:
    return GradeReport(
        assignment="squares",
        student="ada",
        status=more.pop("status", Status.GRADED),
        exercises=(ExerciseReport("square", points, checks),),
        wall="full",
        seconds=1.2345,
        **more,
    )


SECRET = CheckResult(
    name="test_any_length",
    public=False,
    outcome=Outcome.FAILED,
    weight=2.0,
    misconception="doubled",
    hint="Times itself.",
    message="expected 9.25 for 3.04\nTimes itself.",
    detail="x = [3.04]",
)


class TestFormat:
    def test_has_only_what_gradescope_knows(self):
        made = results(report(check("test_three"), SECRET))
        assert set(made) <= TOP
        assert all(set(test) <= TEST for test in made["tests"])
        assert all(test["visibility"] in VISIBILITIES for test in made["tests"])
        assert {test["status"] for test in made["tests"]} <= {"passed", "failed"}
        json.dumps(made, allow_nan=False)

    def test_points_are_shared_by_weight(self):
        made = results(report(check("test_three"), SECRET, points=3))
        assert made["score"] == 1.0
        assert [
            (test["number"], test["score"], test["max_score"], test["status"])
            for test in made["tests"]
        ] == [("1.1", 1.0, 1.0, "passed"), ("1.2", 0.0, 2.0, "failed")]

    def test_the_score_is_the_one_of_the_report_where_shares_are_rounded(self):
        checks = [check(f"test_{n}") for n in range(7)]
        made = results(report(*checks, points=1))
        assert made["score"] == 1.0
        assert sum(test["score"] for test in made["tests"]) == pytest.approx(
            1, abs=1e-4
        )

    def test_the_wall_is_named_for_instructors_only(self):
        made = results(report(check("test_three")))
        assert made["extra_data"]["wall"] == "full"
        assert "full" not in json.dumps([made["output"], made["tests"]])
        assert made["stdout_visibility"] == "hidden"

    def test_an_exercise_without_points_gives_none(self):
        made = results(report(check("test_three"), points=0))
        assert (made["score"], made["tests"][0]["max_score"]) == (0.0, 0.0)


class TestHiddenChecks:
    def test_show_their_names_and_nothing_else(self):
        (made,) = results(report(SECRET))["tests"]
        assert made["name"] == "square: test_any_length"
        assert (made["output"], made["tags"]) == ("", ["hidden"])
        text = json.dumps(results(report(SECRET)))
        for secret in ("9.25", "3.04", "Times itself", "doubled"):
            assert secret not in text

    @pytest.mark.parametrize("when", VISIBILITIES)
    def test_appear_when_the_course_says(self, when):
        made = results(report(check("test_three"), SECRET), hidden_checks=when)
        assert [test["visibility"] for test in made["tests"]] == ["visible", when]

    def test_appear_at_no_other_time(self):
        with pytest.raises(AutograderError) as caught:
            results(report(SECRET), hidden_checks="never\n")
        assert str(caught.value) == (
            'hidden checks can\'t be "never" on Gradescope. There are: visible, '
            "after_due_date, after_published, hidden."
        )


class TestText:
    def test_of_public_checks_is_printable_and_bounded(self):
        message = "raises \x1b[31mValueError\u202e\n" + "x" * 10_000
        failed = check("test_a\n\x00b", Outcome.RAISED, message=message)
        (made,) = results(report(failed))["tests"]
        assert made["name"] == "square: test_a \N{REPLACEMENT CHARACTER}b"
        assert "\x1b" not in made["output"]
        assert "\u202e" not in made["output"]
        assert made["output"].count("\n") == 1
        assert len(made["output"]) <= gradescope.MOST_TEXT
        assert (made["output_format"], made["name_format"]) == ("text", "text")

    def test_of_the_whole_is_the_note_in_one_line(self):
        made = results(report(check("test_three"), note="one\ntwo"))
        assert (made["output"], made["output_format"]) == ("one two", "text")


class TestWhatWasNotGraded:
    def test_by_the_students_fault_is_a_zero_that_says_why(self):
        missing = GradeReport.not_run(
            "squares",
            "ada",
            status=Status.MISSING,
            points={"square": 2.0},
            note="no notebook was uploaded",
        )
        made = results(missing)
        assert (made["score"], made["output"]) == (0.0, "no notebook was uploaded")
        (test,) = made["tests"]
        assert (test["visibility"], test["max_score"]) == ("visible", 2.0)

    @pytest.mark.parametrize(
        ("open_report", "reason"),
        [
            (
                report(
                    check("test_three"),
                    check("test_gpu", Outcome.UNGRADED, message="no GPU here"),
                ),
                "square: no GPU here",
            ),
            (report(check("test_three"), status=Status.UNGRADED, note="full"), "full"),
            (report(), "a part of it is missing"),
        ],
        ids=["a check", "a submission", "no checks"],
    )
    def test_by_ours_has_no_results(self, open_report, reason):
        with pytest.raises(AutograderError) as caught:
            results(open_report)
        assert str(caught.value) == f"squares: not graded: {reason}"


class TestDocument:
    def test_is_the_same_bytes_each_time(self):
        classes = [SimpleNamespace(reports=[report(check("test_three"), SECRET)])]
        made = document(classes)
        assert made == document(classes)
        assert json.loads(made) == results(classes[0].reports[0])

    @pytest.mark.parametrize("count", [0, 2])
    def test_is_about_one_submission(self, count):
        reports = [report(check("test_three"))] * count
        with pytest.raises(AutograderError) as caught:
            document([SimpleNamespace(reports=reports)])
        assert str(caught.value) == (
            "Gradescope's results.json is about one submission, and there are "
            f"{count}. Name one assignment, and one student with --student."
        )
