"""How an answer is examined: which checks it meets, and what comes after it."""

from __future__ import annotations

import pytest

from autograder.audit.answers import Spoilt
from autograder.model import Outcome
from tests.meta.lessons import LESSONS

pytestmark = pytest.mark.slow

LESSON = LESSONS["backpropagation"]


def refusals(examine, answer, *, of):
    with examine(LESSON).answer(answer.code, of=of) as given:
        checks = given.report(answer.grade_id).checks
    return len(checks), {c.name for c in checks if c.outcome is not Outcome.PASSED}


@pytest.mark.parametrize("function", ["sigmoid", "softmax"])
def test_checks_that_are_not_put_would_not_have_refused(examine, function):
    answer = Spoilt(LESSON, function, "zeros")
    few, refused = refusals(examine, answer, of=function)
    all_, refused_by_all = refusals(examine, answer, of="")
    assert 0 < few < all_
    assert refused == refused_by_all != set()


def test_what_is_built_upon_a_function_is_found_through_tables():
    built = LESSON.built_upon("tanh")
    assert {"tanh", "ACTIVATIONS", "mlp_forward", "train_mlp", "fit_sine"} <= built
    assert built.isdisjoint({"sigmoid", "softmax", "relu_gradient"})


def test_the_right_cell_comes_back_before_another_is_answered(examine):
    put = examine(LESSON)
    wrong = Spoilt(LESSON, "sigmoid", "zeros")
    with put.answer(wrong.code):
        pass
    other = Spoilt(LESSON, "collapse", "zeros")
    with put.answer(other.code) as given:
        assert given.report(wrong.grade_id).score == LESSON.points[wrong.grade_id]
        assert given.report(other.grade_id).score < LESSON.points[other.grade_id]


def test_what_a_function_gives_says_how_it_can_be_wrong(examine):
    ways = examine(LESSON).observed("early_stopping").ways["early_stopping"]
    assert ways["one_too_many"]
    assert ways["refuses_nothing"]
    assert not ways["shuffled"]  # there is one number only
    assert "in_double" not in ways


def test_what_a_check_stumbles_over_is_the_answers_fault(examine):
    answer = Spoilt(LESSON, "train_mlp", "nothing")
    with examine(LESSON).answer(answer.code) as given:
        outcomes = {check.outcome for check in given.report("train_mlp").checks}
    assert Outcome.UNGRADED not in outcomes
