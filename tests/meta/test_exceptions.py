"""What this course excepts from its audit is there, and has its reason."""

from __future__ import annotations

import pytest

from autograder.audit.gone import gone
from autograder.checks.soundness import known_mistakes
from tests.meta.lessons import LESSONS


@pytest.mark.parametrize("lesson", LESSONS.values(), ids=LESSONS)
def test_every_exception_is_of_something_that_exists(lesson):
    tests = lesson.place.tests.glob("test_*.py")
    checks = {
        line.removeprefix("def ").partition("(")[0]
        for path in tests
        for line in path.read_text("utf-8").splitlines()
        if line.startswith("def test_")
    }
    mistakes = {mistake.name for mistake in known_mistakes(lesson.place)}
    assert list(gone(lesson, checks=checks, mistakes=mistakes)) == []
    assert lesson.exceptions.declared


@pytest.mark.parametrize("lesson", LESSONS.values(), ids=LESSONS)
def test_the_reason_of_an_exception_is_one_sentence(lesson):
    reasons = [entry.reason for entry in lesson.exceptions.declared]
    assert [each for each in reasons if each[-1] != "." or ". " in each] == []
