"""What is wrong with an assignment's checks themselves, before anybody is graded.

Owns: the questions that a release and a run of grading both ask: does every test belong
to a grade cell, has every grade cell a test, can the known mistakes be used. May not:
run a test.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest
from nbformat import NotebookNode

from autograder.checks.misconceptions import (
    Misconception,
    mistakes_in,
    names_mistakes,
)
from autograder.checks.plugin import grade_id_for
from autograder.config import Assignment, shown
from autograder.errors import AssignmentError
from autograder.notebook import points_of

__all__ = ["known_mistakes", "no_checks", "require_sound", "unchecked"]

_WORD = re.compile(r"\w+")


def require_sound(assignment: Assignment, items: Sequence[pytest.Item]) -> None:
    """Refuse tests that would not be asked, and known mistakes that can't be used.

    Args:
        assignment: What they belong to.
        items: All that was collected in its folder of tests.

    Raises:
        AssignmentError: Says what is wrong and what to do.
    """
    strays = [item for item in items if not grade_id_for(item)]
    if strays:
        more = f" and {len(strays) - 1} more" if len(strays) > 1 else ""
        raise AssignmentError(
            f"{strays[0].nodeid}{more}: belongs to no grade cell and would not be "
            'asked. Write pytestmark = pytest.mark.grade("...") at the top of its file.'
        )
    named = _words(assignment.tests)
    for mistake in known_mistakes(assignment):
        _require_asked(mistake, assignment.tests, named)


def unchecked(notebook: NotebookNode, items: Iterable[pytest.Item]) -> list[str]:
    """The automatic grade cells with points that no test belongs to, in order."""
    checked = {grade_id_for(item) for item in items}
    points = points_of(notebook)
    return [each for each in points if points[each] and each not in checked]


def no_checks(grade_id: str, folder: Path) -> str:
    """What to tell of a grade cell that no test belongs to."""
    return (
        f'grade cell "{grade_id}" has no check: write a test with '
        f'pytest.mark.grade("{grade_id}") in {shown(folder)}'
    )


def known_mistakes(assignment: Assignment) -> tuple[Misconception, ...]:
    """The known mistakes, from where the oracle's checks would look for them.

    Raises:
        AssignmentError: They can't be used, or are not those that Python finds.
    """
    folder, root = assignment.solutions, assignment.settings.course_root
    if not folder.is_relative_to(root):
        return ()  # no package of the course: a check that needs them will say so
    package = ".".join(folder.relative_to(root).parts)
    written = [folder / "misconceptions", folder / "misconceptions.py"]
    for path in filter(Path.exists, written):
        if not names_mistakes(package):
            raise AssignmentError(
                f"{shown(path)} is there, but Python finds no "
                f"{package}.misconceptions. Is there another package "
                f"{package.partition('.')[0]!r} on its path?"
            )
    return mistakes_in(package)


def _require_asked(mistake: Misconception, folder: Path, named: set[str]) -> None:
    """Refuse a mistake of a function that no test of the folder names.

    Args:
        mistake: A known one.
        folder: Of the tests.
        named: All words that they have.
    """
    if not named.issuperset(_WORD.findall(mistake.of)):
        raise AssignmentError(
            f'misconception "{mistake.name}" is of {mistake.of}, which no test in '
            f"{shown(folder)} asks. Correct its `of`, or write the test."
        )


def _words(folder: Path) -> set[str]:
    """All names and words in a folder's tests, read once for all mistakes."""
    paths = folder.rglob("*.py")
    texts = (path.read_text(encoding="utf-8", errors="replace") for path in paths)
    return {word for text in texts for word in _WORD.findall(text)}
