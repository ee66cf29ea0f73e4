"""Trials of mutants, and when a name that one gets is true."""

from __future__ import annotations

import pytest

from autograder.audit.jury import Case, Jury, Trial, is_same
from autograder.audit.mutants import Mutant
from autograder.checks import Misconception
from autograder.checks.failure import Suspect
from autograder.checks.verdict import Verdict
from autograder.model import CheckResult, Outcome
from tests.meta.lessons import LESSONS

LESSON = LESSONS["convolution"]


def answer(grade_id, code):
    home = LESSON.homes(grade_id)[0]
    return Case(LESSON, grade_id, home, Mutant("none", "line 0", "`a` -> `a`", code))


def right_answer(grade_id):
    return LESSON.sources(LESSON.solved)[LESSON.homes(grade_id)[0]]


def verdict(check, outcome, *suspects):
    return Verdict(
        CheckResult(name=check, public=True, outcome=outcome),
        function="f",
        suspects=tuple(Suspect(name, "look again") for name in suspects),
        is_compared=outcome is Outcome.FAILED,
    )


@pytest.mark.slow
def test_a_right_answer_is_refused_by_no_check(examine):
    case = answer("corr2d", right_answer("corr2d"))
    assert Jury(examine(LESSON)).trial(case) == Trial(case, refused_by="")


@pytest.mark.slow
def test_a_public_check_is_asked_before_the_hidden_ones(examine):
    case = answer("corr2d", "def corr2d(image, kernel):\n    return None\n")
    jury = Jury(examine(LESSON))
    for _ in range(2):
        trial = jury.trial(case)
        assert trial.refused_by
        assert trial.is_in_public


@pytest.mark.slow
def test_what_only_a_hidden_check_refuses_is_told(examine):
    put = examine(LESSON)
    code = f"{right_answer('corr2d')}\n_right, corr2d = corr2d, None\n"
    code += (
        "def corr2d(image, kernel):\n    return _right(image, kernel).astype(float)\n"
    )
    trial = Jury(put).trial(answer("corr2d", code))
    public = {
        item.name for item in put.checks["corr2d"] if item.get_closest_marker("public")
    }
    assert trial.refused_by
    assert trial.is_in_public == (trial.refused_by in public)


@pytest.mark.slow
def test_a_cell_that_does_not_run_is_refused(examine):
    trial = Jury(examine(LESSON)).trial(answer("corr2d", "1 / 0"))
    assert trial.refused_by.startswith("the cell: ZeroDivisionError")


def test_a_name_is_true_only_where_all_results_are_the_mistake_s():
    mistake = {
        "small": verdict("small", Outcome.PASSED),
        "large": verdict("large", Outcome.FAILED, "off_by_one"),
    }
    no_result = {**mistake, "small": verdict("small", Outcome.RAISED)}
    right = {**mistake, "large": verdict("large", Outcome.PASSED)}
    unexplained = {**mistake, "small": verdict("small", Outcome.FAILED, "transposed")}
    off_by_one = Misconception("off_by_one", "f", "look again", abs)
    of_another = Misconception("off_by_one", "g", "look again", abs)
    assert is_same(mistake, mistake, off_by_one)
    assert is_same(no_result, mistake, off_by_one)
    assert not is_same(right, mistake, off_by_one)
    assert not is_same(unexplained, mistake, off_by_one)
    assert is_same(unexplained, mistake, of_another)
