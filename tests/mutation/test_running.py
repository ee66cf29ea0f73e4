"""The checks refuse mutants: a sample of `python -m tests.mutation`, seeded."""

from __future__ import annotations

import random
from itertools import groupby

import pytest

from autograder.checks import Misconception
from autograder.checks.failure import Suspect
from autograder.checks.verdict import Verdict
from autograder.model import CheckResult, Outcome
from tests.meta.answers import LESSONS
from tests.mutation.equivalent import equivalents
from tests.mutation.mutants import Mutant
from tests.mutation.oracles import oracle_cases
from tests.mutation.running import SLOW, Case, Jury, Trial, cases, is_same

#: Mutants of each function that are tried.
SAMPLE = 2


def sample(assignment):
    """Some mutants of each function, of those that are surveyed; the same every day."""
    found = cases(LESSONS[assignment])
    for name, group in groupby(found, key=lambda case: case.mutant.function):
        surveyed = list(group)[:: SLOW.get(name, 1)]
        wrong = [case for case in surveyed if not case.equivalent]
        draw = random.Random(f"{assignment}.{name}")
        yield from draw.sample(wrong, min(SAMPLE, len(wrong)))


def right_answer(assignment, grade_id):
    lesson = LESSONS[assignment]
    home = lesson.homes(grade_id)[0]
    code = lesson.sources(lesson.solved)[home]
    return Case(
        assignment, grade_id, home, Mutant("none", "line 0", "`a` -> `a`", code)
    )


def verdict(check, outcome, *suspects):
    return Verdict(
        CheckResult(name=check, public=True, outcome=outcome),
        function="f",
        suspects=tuple(Suspect(name, "look again") for name in suspects),
        is_compared=outcome is Outcome.FAILED,
    )


@pytest.mark.slow
@pytest.mark.parametrize("assignment", LESSONS)
def test_the_checks_refuse_a_sample_of_mutants(examine, assignment):
    jury = Jury(examine(LESSONS[assignment]))
    trials = [jury.trial(case) for case in sample(assignment)]
    assert [str(trial.case) for trial in trials if not trial.refused_by] == []
    assert [fault for trial in trials for fault in trial.faults] == []


@pytest.mark.slow
def test_a_right_answer_is_refused_by_no_check(examine):
    case = right_answer("convolution", "corr2d")
    jury = Jury(examine(LESSONS["convolution"]))
    assert jury.trial(case) == Trial(case, refused_by="")


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


@pytest.mark.parametrize("assignment", LESSONS)
def test_every_equivalent_is_a_mutant_that_exists(assignment):
    found = {
        (case.mutant.function, case.mutant.description)
        for case in (*cases(LESSONS[assignment]), *oracle_cases(LESSONS[assignment]))
    }
    known = [
        (entry.function, change)
        for entry in equivalents(assignment)
        for change in entry.changes
    ]
    assert [each for each in known if each not in found] == []
    assert len(set(known)) == len(known)


@pytest.mark.parametrize("assignment", LESSONS)
def test_the_reason_of_an_equivalent_is_one_sentence(assignment):
    reasons = [entry.reason for entry in equivalents(assignment)]
    assert [each for each in reasons if each[-1] != "." or ". " in each] == []
