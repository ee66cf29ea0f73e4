"""The checks of every assignment: right answers pass, wrong ones don't.

`python -m tests.meta` prints what each answer gets, as a table.
"""

from __future__ import annotations

import pytest

from autograder.model import ExerciseReport, Outcome
from autograder.sandbox import cuda_devices
from tests.meta.answers import (
    LESSONS,
    Spoilt,
    Variant,
    memorised,
    mistaken,
    mistakes,
    oracles,
    spoilt_answers,
    true_names,
    variants,
)
from tests.meta.wrong_answers import RECALL, UNLIKE_ANY_MISTAKE

pytestmark = pytest.mark.slow

RIGHT = [
    answer
    for lesson in LESSONS.values()
    for answer in (*variants(lesson), oracles(lesson))
]
WRONG = [answer for lesson in LESSONS.values() for answer in spoilt_answers(lesson)]
MISTAKEN = [
    pytest.param(
        lesson,
        mistake,
        "cuda" if mistake.sign == "device" else "cpu",
        id=f"{name}-{mistake.name}",
    )
    for name, lesson in LESSONS.items()
    for mistake in mistakes(lesson)
]
FUNCTIONS = [
    pytest.param(lesson, function, id=f"{name}-{function}")
    for name, lesson in LESSONS.items()
    for grade_id in lesson.points
    for function in lesson.functions(grade_id)
]
EXERCISES = [
    pytest.param(lesson, grade_id, id=f"{name}-{grade_id}")
    for name, lesson in LESSONS.items()
    for grade_id in lesson.points
]


@pytest.fixture(autouse=True)
def seed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The hidden inputs of these tests, so that they can be repeated."""
    monkeypatch.setenv("AUTOGRADER_SEED", "tests")


def lost(report: ExerciseReport) -> list[str]:
    return [
        f"{check.name}: {check.detail}"
        for check in report.checks
        if check.outcome is not Outcome.PASSED
    ]


@pytest.mark.parametrize("answer", RIGHT, ids=str)
def test_a_right_answer_gets_all_points_and_no_name(examine, answer: Variant):
    with examine(answer.lesson).answer(answer.code) as given:
        assert given.failures == []
        reports = [given.report(grade_id) for grade_id in answer.lesson.points]
    assert [line for report in reports for line in lost(report)] == []
    assert {each.grade_id: each.score for each in reports} == answer.lesson.points
    assert [name for report in reports for name in report.misconceptions] == []


@pytest.mark.parametrize(("lesson", "grade_id"), EXERCISES)
def test_the_stub_gets_no_points(examine, lesson, grade_id):
    stubs = lesson.sources(lesson.release)
    code = {home: stubs[home] for home in lesson.homes(grade_id)}
    with examine(lesson).answer(code) as given:
        report = given.report(grade_id)
    assert report.score == 0
    assert {check.outcome for check in report.checks} == {Outcome.NOT_RUN}
    assert report.misconceptions == ()


@pytest.mark.parametrize("answer", WRONG, ids=str)
def test_a_bad_answer_loses_points_and_gets_no_false_name(examine, answer: Spoilt):
    names = true_names(answer)
    is_plain = answer.way in UNLIKE_ANY_MISTAKE and not names
    put = examine(answer.lesson)
    with put.answer(answer.code, of=answer.function) as given:
        report = given.report(answer.grade_id, until_refused=is_plain)
    assert report.score < report.points
    assert report.misconceptions == names


@pytest.mark.parametrize(("lesson", "function"), FUNCTIONS)
def test_knowing_the_public_cases_by_heart_does_not_pass_the_hidden_ones(
    examine, lesson, function
):
    grade_id = lesson.exercise_of(function)
    with examine(lesson).answer(memorised(lesson, function)) as given:
        public = given.report(grade_id, public_only=True)
        given.run(RECALL)
        assert given.report(grade_id, public_only=True).score == public.score
        report = given.report(grade_id)
    assert public.score == public.points
    assert report.score < report.points
    assert report.misconceptions == ()


@pytest.mark.parametrize(("lesson", "mistake", "device"), MISTAKEN)
def test_a_known_mistake_loses_points_and_gets_its_own_name(
    examine, lesson, mistake, device
):
    if device == "cuda" and not cuda_devices():
        pytest.skip("a result on the wrong device shows only where there is a GPU")
    put = examine(lesson, device=device)
    with put.answer(mistaken(lesson, mistake), of=mistake.of) as given:
        report = given.report(lesson.exercise_of(mistake.of))
    assert report.score < report.points
    assert report.misconceptions == (mistake.name,)


@pytest.mark.parametrize("lesson", LESSONS.values(), ids=LESSONS)
def test_every_misconception_has_a_name_and_a_code_of_its_own(lesson):
    known = mistakes(lesson)
    for values in zip(*((m.name, m.code) for m in known), strict=True):
        assert len(set(values)) == len(known)
