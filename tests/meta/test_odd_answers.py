"""An odd answer is the student's outcome, whatever it does to a check's own code.

Every check of every assignment gets odd answers. No verdict may be passed, and none may
be ungraded without doubt: what is in doubt is settled by the source's own solution,
which passes each check (tests/grading).
"""

from __future__ import annotations

import itertools

import pytest

from autograder.checks.plugin import desk_of, grade_id_for
from autograder.config import load_settings
from autograder.model import Outcome
from tests.courses import ROOT
from tests.meta.examiner import Lesson, collected
from tests.meta.odd_answers import ODD, OddExam

SETTINGS = load_settings(ROOT)

#: Answers that each check gets here; which ones goes around.
EACH = 2

#: Checks that ask for one property, which an odd answer may have by chance; it fails
#: the other checks of the exercise.
ONE_PROPERTY = (
    "test_whole_numbers_count_as_float64_before_the_first_step",
    "test_a_run_to_infinity_is_not_the_best_where_f_is_finite",
    "test_a_point_where_f_is_infinite_is_never_the_best",
)


@pytest.mark.slow
@pytest.mark.parametrize("assignment", SETTINGS.assignments)
def test_no_odd_answer_passes_and_none_is_our_fault(assignment):
    names = itertools.cycle(ODD)
    wrong = []
    with collected(Lesson(SETTINGS, assignment), "cpu") as session:
        desk, exam = desk_of(session.config), OddExam()
        for item in session.items:
            for name in itertools.islice(names, EACH):
                desk.exam, exam.value = exam, ODD[name]
                verdict = desk.put(item)
                outcome = verdict.result.outcome
                is_ours = outcome is Outcome.UNGRADED and not verdict.blamed
                may_pass = item.name.startswith(ONE_PROPERTY)
                if is_ours or (outcome is Outcome.PASSED and not may_pass):
                    case = f"{grade_id_for(item)}, {item.name}, {name}"
                    wrong.append(f"{case}: {outcome}, {verdict.result.detail}")
    assert wrong == []


def test_there_are_sixty_odd_answers():
    assert len(ODD) >= 60
