"""The audit of one assignment, from its notebooks to what is said of it.

Owns: the kernel that the answers go to, and the order in which they do. May not: print
anything, or keep anything.
"""

from __future__ import annotations

import sys
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import Protocol

from autograder.audit.auditor import Auditor
from autograder.audit.examiner import Examiner, examiner, patient
from autograder.audit.findings import AssignmentAudit, ExerciseAudit
from autograder.audit.gone import gone
from autograder.audit.lesson import Lesson
from autograder.checks.soundness import known_mistakes
from autograder.config import Settings
from autograder.errors import AssignmentError
from autograder.execution.launchers import Launcher, launcher_for
from autograder.execution.needs import needed_modules

__all__ = ["Tick", "audit", "require_exercises"]


class Tick(Protocol):
    """Hears how far an audit is."""

    def __call__(self, done: int, total: int, what: str) -> None:
        """So many exercises are done, of so many; what is on now."""


def audit(
    settings: Settings,
    assignment: str,
    *,
    exercises: Sequence[str] = (),
    is_quick: bool = False,
    with_names: bool = False,
    tick: Tick | None = None,
) -> AssignmentAudit:
    """Put right and wrong answers to an assignment's checks.

    Args:
        settings: The course's settings; kernels are kept behind its wall.
        assignment: Name of the assignment.
        exercises: Their grade_ids; all when empty.
        is_quick: Whether only a sample of the mutants is tried, the same every day.
        with_names: Whether all checks are put to each mutant, and its name is judged.
        tick: Told how far it is.

    Raises:
        AssignmentError: There is no such assignment or exercise, or it can't be put to
            its checks.
        NotebookError: A notebook can't be read.
        WallError: This machine can't have the wall.
    """
    began = time.monotonic()
    lesson = Lesson(settings, assignment)
    wanted = require_exercises(lesson, exercises)
    with _importing(settings), ExitStack() as stack:
        known = known_mistakes(lesson.place)
        _ = lesson.exceptions  # refused before a kernel is started
        launcher = _launcher(lesson)
        stack.callback(launcher.close)
        put = stack.enter_context(examiner(lesson, launcher=launcher))
        auditor, made = Auditor(put, known), list[ExerciseAudit]()
        for done, grade_id in enumerate(wanted):
            tell = partial(_tell, tick, done, len(wanted), grade_id)
            made.append(
                _exercise(auditor, grade_id, is_quick, with_names=with_names, tell=tell)
            )
        names = {mistake.name for mistake in known}
        missing = tuple(gone(lesson, checks=_tests_of(put), mistakes=names))
    seconds = time.monotonic() - began
    return AssignmentAudit(assignment, tuple(made), missing, is_quick, seconds)


def require_exercises(lesson: Lesson, names: Sequence[str]) -> list[str]:
    """The exercises asked for, in the notebook's order; all where none is named.

    Raises:
        AssignmentError: There is no exercise of a name.
    """
    for name in names:
        if name not in lesson.points:
            known = ", ".join(lesson.points)
            raise AssignmentError(
                f'{lesson.assignment} has no exercise "{name}". It has: {known}.'
            )
    return [name for name in lesson.points if not names or name in names]


def _exercise(
    auditor: Auditor,
    grade_id: str,
    is_quick: bool,
    *,
    with_names: bool,
    tell: Callable[[str], None],
) -> ExerciseAudit:
    """Put the answers of every kind to one exercise's checks."""
    began = time.monotonic()
    tell("right answers")
    right = auditor.rights(grade_id)
    tell("odd answers")
    checks = auditor.teeth(grade_id)
    tell("wrong answers")
    wrong = auditor.blank(grade_id) + auditor.spoilt(grade_id)
    wrong += auditor.memory(grade_id)
    tell("known mistakes")
    mistakes = auditor.mistakes(grade_id)
    mutants = auditor.mutants(
        grade_id, is_quick=is_quick, with_names=with_names, tell=tell
    )
    seconds = time.monotonic() - began
    return ExerciseAudit(grade_id, right, wrong, mistakes, mutants, checks, seconds)


def _tell(tick: Tick | None, done: int, total: int, grade_id: str, what: str) -> None:
    if tick:
        tick(done, total, f"{grade_id}, {what}")


def _tests_of(put: Examiner) -> set[str]:
    """Names of the test functions, without parameters."""
    items = (item for items in put.checks.values() for item in items)
    return {item.name.partition("[")[0] for item in items}


def _launcher(lesson: Lesson) -> Launcher:
    """What starts the kernel, as `autograder grade` starts a student's."""
    settings, place = lesson.settings, lesson.place
    return launcher_for(
        settings.wall,
        patient(place.limits),
        preload=needed_modules(place, is_for_many=False),
        is_for_many=False,
        idle_s=settings.warm_s,
    )


@contextmanager
def _importing(settings: Settings) -> Iterator[None]:
    """Let the course's own modules be found, and their warnings be its own affair."""
    root = str(settings.course_root)
    sys.path.insert(0, root)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        sys.path.remove(root)
