"""The same submissions get the same verdicts, however they are graded."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from autograder.config import Settings
from autograder.grading.batch import grade_hand_ins
from autograder.grading.hand_in import hand_ins
from tests.attacks.attack import Attack, but, code
from tests.attacks.classroom import hand_in
from tests.attacks.course import ASSIGNMENT, Canaries, make_course

pytestmark = pytest.mark.slow

#: All kinds of verdicts: right, wrong, in part, raised, unwritten, hung, dead, printed.
SUBMISSIONS = (
    Attack("right"),
    Attack("wrong", but("double"), {"double": "def double(x):\n    return x"}),
    Attack("raises", but("total"), {"total": "def total(x):\n    return 1 / 0"}),
    Attack("unwritten", but("slope"), {"slope": "raise NotImplementedError()"}),
    Attack("syntax", but("double"), {"double": "def double(x:"}),
    Attack("hangs", but("slope"), {"slope": "def slope(f, x, h):\n    while True: 1"}),
    Attack("exits", but("slope"), {"slope": "import os; os._exit(3)"}),
    Attack("prints", opening="print('x' * 10_000)"),
    Attack(
        "in-part",
        but("double"),
        {
            "double": code(
                """
                def double(x):
                    return 2 * x if x.ndim == 1 else x
                """
            )
        },
    ),
    Attack("no-notebook", write=lambda _: b"{}"),
)


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A course with these submissions, and a seed that stays."""
    root = tmp_path_factory.mktemp("course")
    settings = make_course(root).model_copy(update={"seed": "the same"})
    nothing = Canaries(Path(root), "NONE")
    for submission in SUBMISSIONS:
        hand_in(settings, submission, nothing)
    return settings


def verdicts(
    settings: Settings, *, workers: int, students: Sequence[str] = ()
) -> dict[str, object]:
    """Reports by student, without times and without the wall's name."""
    submissions = hand_ins(settings.assignment(ASSIGNMENT))
    if students:
        submissions.sort(key=lambda each: students.index(each.student))
    results = grade_hand_ins(
        settings.assignment(ASSIGNMENT), submissions, workers=workers
    )
    found = {}
    for result in results:
        report = replace(result.report, seconds=0.0, timings={}, wall="")
        found[report.student] = [
            report.note,
            report.digest,
            [
                (exercise.score, [replace(c, seconds=0.0) for c in exercise.checks])
                for exercise in report.exercises
            ],
        ]
    return found


@pytest.fixture(scope="module")
def usual(settings: Settings) -> dict[str, object]:
    """Warm, one worker, in the order of names."""
    return verdicts(settings, workers=1)


def test_all_kinds_of_verdicts_are_among_them(usual):
    text = str(usual)
    for outcome in ("passed", "failed", "raised", "timed_out", "not_run"):
        assert f"Outcome.{outcome.upper()}" in text


def test_twice_in_a_row(settings, usual):
    assert verdicts(settings, workers=1) == usual


def test_by_two_workers_in_another_order(settings, usual):
    students = [each.name for each in SUBMISSIONS]
    random.Random(1).shuffle(students)
    assert verdicts(settings, workers=2, students=students) == usual


def test_cold(settings, usual):
    cold = settings.model_copy(update={"wall": "process"})
    assert verdicts(cold, workers=2) == usual
