"""One assignment of a course, and where everything of it lies.

Owns: the paths that hold an assignment's name. May not: read what lies there.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from autograder.config.settings import Limits, Settings

__all__ = ["Assignment"]


@dataclass(frozen=True)
class Assignment:
    """What is graded: one assignment of one course, on one device.

    Attributes:
        settings: The course's settings.
        name: The assignment's name, also of its folders and notebooks.
        device: Where checks marked `device` run, "cpu" or "cuda".
    """

    settings: Settings
    name: str
    device: str = "cpu"

    @cached_property
    def limits(self) -> Limits:
        """What one submission may use."""
        return self.settings.limits(self.name)

    @property
    def notebook(self) -> str:
        """The notebook's file name, the same in every folder."""
        return f"{self.name}.ipynb"

    @property
    def source(self) -> Path:
        """The instructor's folder."""
        return self.settings.source_directory / self.name

    @property
    def source_notebook(self) -> Path:
        """The instructor's notebook, which exists.

        Raises:
            AssignmentError: The course has no such assignment, or it has no notebook.
        """
        return self.settings.source_notebook(self.name)

    @property
    def release(self) -> Path:
        """The folder that students get."""
        return self.settings.release_directory / self.name

    @property
    def release_notebook(self) -> Path:
        """The notebook that students get."""
        return self.release / self.notebook

    @property
    def tests(self) -> Path:
        """The folder of the grading tests."""
        return self.settings.tests_directory / self.name

    @property
    def solutions(self) -> Path:
        """The folder of the oracle, the known mistakes and the variants."""
        return self.settings.solutions_directory / self.name

    def submission(self, student: str) -> Path:
        """Where a student's notebook is handed in."""
        return self.settings.submitted_directory / student / self.name / self.notebook

    def autograded(self, student: str) -> Path:
        """Where nbgrader looks for a student's notebook once it has been graded."""
        return self.settings.autograded_directory / student / self.name / self.notebook
