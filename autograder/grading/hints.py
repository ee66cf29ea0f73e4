"""The current hints of known mistakes.

Owns: reading them in a process that has imported nothing of the course. May not: match
a mistake.
"""

from __future__ import annotations

import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool

from autograder.config import Assignment, importable
from autograder.errors import AutograderError

__all__ = ["hints_of"]


def hints_of(assignment: Assignment) -> dict[str, str]:
    """The hints of an assignment's known mistakes, by their names.

    Read in a separate process: this one may have imported them before they changed.

    Raises:
        AssignmentError: They can't be imported.
        AutograderError: That process was killed.
    """
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(max_workers=1, mp_context=context) as pool:
        try:
            return pool.submit(_read, assignment).result()
        except BrokenProcessPool as error:
            raise AutograderError(
                "the process that reads hints was killed; the machine may lack memory. "
                "Try again."
            ) from error


def _read(assignment: Assignment) -> dict[str, str]:
    from autograder.checks.soundness import known_mistakes

    with importable(assignment.settings.course_root):
        return {mistake.name: mistake.hint for mistake in known_mistakes(assignment)}
