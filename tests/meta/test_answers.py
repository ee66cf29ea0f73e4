"""The checks of every assignment: right answers pass, wrong ones don't.

Each test is a part of the audit, on an exercise of our own course. `autograder audit
pooling` puts the same answers and prints them as a table.
"""

from __future__ import annotations

import pytest

from autograder.audit.answers import Right, right_answers
from autograder.checks.soundness import known_mistakes
from autograder.model import Outcome
from autograder.sandbox import cuda_devices
from tests.meta.lessons import EXERCISES, LESSONS, auditor_of, found

pytestmark = pytest.mark.slow

RIGHT = [answer for lesson in LESSONS.values() for answer in right_answers(lesson)]
MISTAKEN = [
    pytest.param(
        lesson,
        mistake,
        "cuda" if mistake.sign == "device" else "cpu",
        id=f"{name}-{mistake.name}",
    )
    for name, lesson in LESSONS.items()
    for mistake in known_mistakes(lesson.place)
]


@pytest.fixture(autouse=True)
def seed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The hidden inputs of these tests, so that they can be repeated."""
    monkeypatch.setenv("AUTOGRADER_SEED", "tests")


@pytest.mark.parametrize("answer", RIGHT, ids=str)
def test_a_right_answer_gets_all_points_and_no_name(examine, answer: Right):
    auditor = auditor_of(examine, answer.lesson)
    parts = [auditor.right(grade_id, answer) for grade_id in answer.lesson.points]
    assert [told for part in parts for told in found(part)] == []


@pytest.mark.parametrize("lesson", LESSONS.values(), ids=LESSONS)
def test_every_exercise_has_a_reference_and_a_variant(lesson):
    _, *others = right_answers(lesson)
    answered = {
        each.name: {name for name in lesson.points if each.answers(name)}
        for each in others
    }
    assert len(others) >= 3
    assert set(map(frozenset, answered.values())) == {frozenset(lesson.points)}
    assert "the references" in answered


@pytest.mark.parametrize(("lesson", "grade_id"), EXERCISES)
def test_the_stub_gets_no_points(examine, lesson, grade_id):
    part = auditor_of(examine, lesson).blank(grade_id)
    assert (part.tried, found(part)) == (1, [])
    stubs = lesson.sources(lesson.release)
    code = {home: stubs[home] for home in lesson.homes(grade_id)}
    with examine(lesson).answer(code) as given:
        checks = given.report(grade_id).checks
    assert {check.outcome for check in checks} == {Outcome.NOT_RUN}


@pytest.mark.parametrize(("lesson", "grade_id"), EXERCISES)
def test_a_bad_answer_loses_points_and_gets_no_false_name(examine, lesson, grade_id):
    part = auditor_of(examine, lesson).spoilt(grade_id)
    assert found(part) == []
    # A class is not spoilt; what is asked of functions, in seven ways at least.
    assert part.tried >= 6 * len(lesson.functions(grade_id))


@pytest.mark.parametrize(("lesson", "grade_id"), EXERCISES)
def test_knowing_the_public_cases_by_heart_does_not_pass_the_hidden_ones(
    examine, lesson, grade_id
):
    part = auditor_of(examine, lesson).memory(grade_id)
    assert (found(part), part.notes) == ([], ())
    assert part.tried == len(lesson.functions(grade_id))


@pytest.mark.parametrize(("lesson", "grade_id"), EXERCISES)
def test_no_odd_answer_passes_and_none_is_our_fault(examine, lesson, grade_id):
    part = auditor_of(examine, lesson).teeth(grade_id)
    assert (part.tried > 0, found(part)) == (True, [])


@pytest.mark.parametrize(("lesson", "mistake", "device"), MISTAKEN)
def test_a_known_mistake_loses_points_and_gets_its_own_name(
    examine, lesson, mistake, device
):
    if device == "cuda" and not cuda_devices():
        pytest.skip("a result on the wrong device shows only where there is a GPU")
    part = auditor_of(examine, lesson, device=device).mistake(mistake)
    assert (part.tried, found(part)) == (1, [])


@pytest.mark.parametrize("lesson", LESSONS.values(), ids=LESSONS)
def test_every_misconception_has_a_name_and_a_code_of_its_own(lesson):
    known = known_mistakes(lesson.place)
    for values in zip(*((m.name, m.code) for m in known), strict=True):
        assert len(set(values)) == len(known)
