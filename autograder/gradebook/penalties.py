"""Late penalties by nbgrader's plugin, as the course configures it.

Owns: which plugin that is and what it returns. May not: write a row. Due dates and
extensions are in the gradebook, so a penalty is recomputed with each score.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

from nbgrader import api
from nbgrader.preprocessors import AssignLatePenalties
from traitlets.config import Config

from autograder.config import Settings, importable, nbgrader_config
from autograder.errors import GradebookError

__all__ = ["LatePenalties"]


class LatePenalties:
    """Penalties by `c.AssignLatePenalties.plugin_class` and its options.

    Args:
        config: The configuration that nbgrader's own commands would read.
        folder: The course's; a plugin may be a module there, as for nbgrader.

    Raises:
        GradebookError: There is no such plugin, or it can't be created.
    """

    def __init__(self, config: Config, folder: Path = Path()) -> None:
        try:
            with importable(folder):
                self._step = AssignLatePenalties(config=config)
                self._step.init_plugin()
        except Exception as error:  # the course's plugin may raise anything
            raise GradebookError(
                "c.AssignLatePenalties.plugin_class can't be used: "
                f"{_one_line(error)}. Fix the plugin, or remove it from the "
                "configuration."
            ) from error

    @classmethod
    def of_course(cls, settings: Settings) -> LatePenalties:
        """The penalties that a course's configuration asks for."""
        return cls(nbgrader_config(settings), settings.course_root)

    def of(
        self, submission: api.SubmittedAssignment, notebook: api.SubmittedNotebook
    ) -> float | None:
        """The points to take off, 0..score, as by nbgrader's AssignLatePenalties.

        Args:
            submission: Its time, due date and extension are read.
            notebook: Its score is read, so it has to be up to date.

        Raises:
            GradebookError: The plugin raises, or does not return a finite number.
        """
        # nbgrader adds an extension even to a missing due date, which raises.
        if not self._step.enabled or submission.assignment.duedate is None:
            return None
        late_s = submission.total_seconds_late
        if late_s <= 0:
            return None
        penalty = self._asked(submission.student_id, float(notebook.score), late_s)
        return None if penalty is None else min(max(penalty, 0.0), notebook.score)

    def _asked(self, student: str, score: float, late_s: float) -> float | None:
        plugin: Any = self._step.plugin_inst
        name = type(plugin).__name__
        try:
            answer = plugin.late_submission_penalty(student, score, late_s)
            penalty = None if answer is None else float(answer)
        except Exception as error:
            raise GradebookError(
                f"the late penalty of {student} is unknown: {name} raised "
                f"{_one_line(error)}. Fix the plugin and grade again."
            ) from error
        if penalty is not None and not math.isfinite(penalty):
            raise GradebookError(
                f"the late penalty of {student} is unknown: {name} returned "
                f"{penalty}. Fix the plugin and grade again."
            )
        return penalty


def _one_line(error: Exception) -> str:
    return f"{type(error).__name__}: {' '.join(str(error).split()).rstrip('.')}"
