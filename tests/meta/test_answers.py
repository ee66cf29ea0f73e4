"""The checks of every assignment: all right answers pass, all wrong ones lose points.

`pytest tests/meta --answers` prints what each answer got, as a table.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from autograder.checks import Misconception
from autograder.config import load_settings
from autograder.demo import known_mistakes
from autograder.model import ExerciseReport, Outcome
from autograder.rehearsal import with_mistake, with_variant
from tests.meta import wrong_answers
from tests.meta.examiner import Examiner, Lesson, examiner

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
COURSE = load_settings(ROOT)
LESSONS = {name: Lesson(COURSE, name) for name in COURSE.assignments}


def variants(assignment: str) -> list[Path]:
    """Right answers in unlike styles."""
    folders = (
        COURSE.solutions_directory / assignment / "variants",
        Path(__file__).parent / assignment / "variants",
    )
    found = (path for folder in folders for path in folder.glob("*.py"))
    return sorted(path for path in found if path.stem != "__init__")
