"""The checks refuse mutants: the sample of `autograder audit --quick`."""

from __future__ import annotations

import pytest

from autograder.audit.auditor import surveyed
from autograder.audit.jury import solution_cases
from autograder.audit.oracles import oracle_cases
from tests.meta.lessons import EXERCISES, LESSONS, auditor_of, found


@pytest.mark.slow
@pytest.mark.parametrize(("lesson", "grade_id"), EXERCISES)
def test_the_checks_refuse_a_sample_of_mutants(examine, lesson, grade_id):
    part = auditor_of(examine, lesson).mutants(grade_id, is_quick=True)
    assert (part.tried > 0, found(part)) == (True, [])


@pytest.mark.parametrize("lesson", LESSONS.values(), ids=LESSONS)
def test_the_sample_holds_two_mutants_of_each_function(lesson):
    wrong = [
        case.mutant.function
        for case in (*solution_cases(lesson), *oracle_cases(lesson))
        if not case.equivalent
    ]
    drawn = [case.mutant.function for case in surveyed(lesson, is_quick=True)]
    assert set(drawn) == set(wrong)
    assert {drawn.count(name) for name in drawn if wrong.count(name) > 20} == {2}
