"""The assignments of this course, and an auditor of each."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from autograder.audit.auditor import Auditor
from autograder.audit.examiner import Examiner
from autograder.audit.lesson import Lesson
from autograder.checks.soundness import known_mistakes
from autograder.config import load_settings
from tests.courses import ROOT

__all__ = ["EXERCISES", "LESSONS", "auditor_of", "found"]

COURSE = load_settings(ROOT)
LESSONS = {name: Lesson(COURSE, name) for name in COURSE.assignments}
EXERCISES = [
    pytest.param(lesson, grade_id, id=f"{name}-{grade_id}")
    for name, lesson in LESSONS.items()
    for grade_id in lesson.points
]


def auditor_of(
    examine: Callable[..., Examiner], lesson: Lesson, *, device: str = "cpu"
) -> Auditor:
    """An auditor of an assignment, at its warm kernel."""
    put = examine(lesson, device=device)
    return Auditor(put, known_mistakes(lesson.place), device=device)


def found(part) -> list[str]:
    """What is to be mended, in words."""
    return [f"{each}: {each.detail}" for each in part.findings]
