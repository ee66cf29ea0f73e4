"""A course's settings, and the paths of its assignments.

Owns: the values and their bounds. May not: read any file except the seed's.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    Field,
    TypeAdapter,
    ValidationError,
    field_validator,
)

from autograder.config.devices import HERE, Device, hardware_of
from autograder.config.limits import Limits
from autograder.config.seed import SEED_VARIABLE, kept_seed, renewed_seed
from autograder.config.wording import closest, shown
from autograder.errors import AssignmentError, ConfigError

__all__ = ["CONFIG_KEYS", "Assignment", "Settings"]

#: How long a fork server stays for a person's next command by default.
WARM_MINUTES = 10

_WARM_VARIABLE = "AUTOGRADER_WARM_MINUTES"
_Minutes: TypeAdapter[float] = TypeAdapter(
    Annotated[float, Field(ge=0, le=1440, allow_inf_nan=False)]
)


@dataclass(frozen=True)
class Assignment:
    """One assignment of one course, to be graded on one device.

    Attributes:
        settings: The course's settings.
        name: The assignment's name, also of its folders and notebooks.
        device: The device whose part of the result is made. Checks marked `device` run
            on it; on the CPU all others do as well.
    """

    settings: Settings
    name: str
    device: str = HERE

    @cached_property
    def limits(self) -> Limits:
        """What one submission may use."""
        return self.settings.limits(self.name)

    @property
    def hardware(self) -> str:
        """What the device's tensors live on: "cpu" or "cuda"."""
        return hardware_of(self.device)

    @property
    def is_here(self) -> bool:
        """Whether the device is the one where all checks run."""
        return self.device == HERE

    def on(self, device: str) -> Assignment:
        """The same assignment on another device."""
        return Assignment(self.settings, self.name, device)

    @property
    def notebook(self) -> str:
        """The notebook's file name, which is the same in every folder."""
        return f"{self.name}.ipynb"

    @property
    def source(self) -> Path:
        """The instructor's folder."""
        return self.settings.source_directory / self.name

    @property
    def source_notebook(self) -> Path:
        """The instructor's notebook; it exists.

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
        """Where nbgrader looks for a student's graded notebook."""
        return self.settings.autograded_directory / student / self.name / self.notebook


class Settings(Limits):
    """A course: its folders, its assignments, its limits.

    Attributes:
        course_root: Absolute path of the folder that holds course_config.py.
        config_file: The file these settings were read from.
        course_id: nbgrader's name for the course.
        source_directory: Absolute, like the other folders.
        db_url: The URL of nbgrader's gradebook; a relative SQLite path is made
            absolute.
        assignments: In the order of the course.
        devices: The devices that the course grades on: where checks marked `device`
            run.
        kernels_per_gpu: How many kernels may use one GPU at the same time.
        workers: How many submissions are graded at the same time; None means one per
            core.
        wall: Name of the sandbox level that grading requires.
        warm_minutes: How long a fork server stays for the next command, or None for the
            default; read `warm_s` instead.
        hints: When the self-check shows them: "at_once", "never", or after a day,
            "after:2026-12-01".
        configured_seed: `c.Autograder.seed`; read `seed` instead.
        per_assignment: Limits that differ for an assignment, by its name.
        show_text_after_hidden_checks: Whether students may see what their code prints
            after a hidden check has called it, which may reveal the check's inputs.
        skip_tags: Cells with one of these tags in the source are not run when grading.
        nbgrader_options: Options for nbgrader's preprocessors that make a release.
        results_apart: A separate place for results; read `results_directory` instead.
    """

    course_root: Path
    config_file: Path | None = None
    course_id: str = ""
    source_directory: Path
    release_directory: Path
    submitted_directory: Path
    autograded_directory: Path
    feedback_directory: Path
    tests_directory: Path
    solutions_directory: Path
    db_url: str

    assignments: list[str]
    devices: list[Device] = Field(default=[HERE], min_length=1)
    workers: Annotated[int, Field(ge=1, le=1024)] | None = None
    kernels_per_gpu: int = Field(default=1, ge=1, le=64)
    wall: Literal["full", "account", "process"] = "full"
    warm_minutes: Annotated[float, Field(ge=0, le=1440, allow_inf_nan=False)] | None = (
        None
    )
    hints: str = "at_once"
    configured_seed: Annotated[str, Field(min_length=1)] | None = Field(
        default=None, repr=False
    )
    per_assignment: dict[str, dict[str, Any]] = Field(default_factory=dict)
    show_text_after_hidden_checks: bool = False
    skip_tags: list[str] = Field(default=["picture"])
    nbgrader_options: dict[str, dict[str, Any]] = Field(
        default_factory=dict, repr=False
    )
    results_apart: Path | None = Field(default=None, repr=False)

    @field_validator("assignments")
    @classmethod
    def _are_folder_names(cls, names: list[str]) -> list[str]:
        for name in names:
            if not re.fullmatch(r"\w[\w.-]*", name, re.ASCII):
                raise ValueError(
                    f'"{name}" is not a valid assignment name; use letters, digits, '
                    '"_", "-" and "."'
                )
            if names.count(name) > 1:
                raise ValueError(f'"{name}" appears twice')
        return names

    @field_validator("devices")
    @classmethod
    def _are_unlike(cls, names: list[str]) -> list[str]:
        for name in names:
            if names.count(name) > 1:
                raise ValueError(f'"{name}" appears twice')
        return names

    @field_validator("hints")
    @classmethod
    def _is_a_time_for_hints(cls, when: str) -> str:
        day = when.removeprefix("after:")
        if when in ("at_once", "never"):
            return when
        if day == when or not re.fullmatch(r"\d{4}-\d\d-\d\d", day):
            raise ValueError(
                'should be "at_once", "never", or "after:" and a day, such as '
                '"after:2026-12-01"'
            )
        date.fromisoformat(day)
        return when

    @cached_property
    def seed(self) -> str:
        """The course's secret, from which every check's inputs are drawn.

        AUTOGRADER_SEED takes precedence, then `c.Autograder.seed`, then
        `.autograder/seed`, which is created on first use.

        Raises:
            ConfigError: The file can't be created or read, or is empty.
        """
        chosen = os.environ.get(SEED_VARIABLE) or self.configured_seed
        return chosen or kept_seed(self.state_directory / "seed")

    def renew_seed(self) -> Path | None:
        """Draw a new secret for the course; every hidden check gets new inputs.

        Returns:
            Where the old one is kept, by date; None if there was none.

        Raises:
            ConfigError: The seed is set elsewhere, or a file can't be created.
        """
        for is_set, where in (
            (os.environ.get(SEED_VARIABLE), f"the variable {SEED_VARIABLE}"),
            (self.configured_seed, "c.Autograder.seed"),
        ):
            if is_set:
                raise ConfigError(
                    f"--new-seed: the course's seed is set by {where}. Change it there."
                )
        kept = renewed_seed(self.state_directory / "seed")
        self.__dict__.pop("seed", None)
        return kept

    @property
    def warm_s(self) -> float:
        """How long a fork server stays for the next command; 0 means not at all.

        AUTOGRADER_WARM_MINUTES takes precedence, then `c.Autograder.warm_minutes`; by
        default it stays, except where CI is set: a runner ends with its command.

        Raises:
            ConfigError: The variable is not such a number.
        """
        minutes = self.warm_minutes
        if text := os.environ.get(_WARM_VARIABLE):
            try:
                minutes = _Minutes.validate_python(text)
            except ValidationError as error:
                raise ConfigError(
                    f"the variable {_WARM_VARIABLE} = {text!r}: should be minutes, "
                    "from 0 (not at all) to 1440 (a day)"
                ) from error
        if minutes is None:
            minutes = 0 if os.environ.get("CI") else WARM_MINUTES
        return 60.0 * minutes

    @property
    def state_directory(self) -> Path:
        """Where this course's results and secrets are kept, outside git."""
        return self.course_root / ".autograder"

    @property
    def results_directory(self) -> Path:
        """Where results are kept; the sample class's are kept separately."""
        return self.results_apart or self.state_directory

    def limits(self, assignment: str) -> Limits:
        """The limits of one assignment: its own, otherwise the course's."""
        common = {name: getattr(self, name) for name in Limits.model_fields}
        return Limits(**{**common, **self.per_assignment.get(assignment, {})})

    def assignment(self, name: str, device: str = HERE) -> Assignment:
        """One assignment, whether or not it exists."""
        return Assignment(self, name, device)

    def source_notebook(self, assignment: str) -> Path:
        """The path of an assignment's source notebook; it exists.

        Raises:
            AssignmentError: The course has no such assignment, or it has no notebook.
        """
        if assignment not in self.assignments:
            raise AssignmentError(self._unknown(assignment))
        path = self.source_directory / assignment / self.assignment(assignment).notebook
        if not path.is_file():
            raise AssignmentError(
                f'assignment "{assignment}": {shown(path)} is missing. Write it, or '
                "remove the assignment from c.Autograder.assignments."
            )
        return path

    def require_assignments(self) -> list[str]:
        """The assignments of the course, at least one.

        Raises:
            AssignmentError: There are none yet; says what is in source/ instead.
        """
        if self.assignments:
            return self.assignments
        raise AssignmentError(
            f"there is no assignment in {shown(self.source_directory)} yet. {_FORM}"
            f"{self._others()}"
        )

    def _unknown(self, assignment: str) -> str:
        known = ", ".join(self.assignments) or "none yet"
        folder = self.source_directory / assignment
        if notebooks := _notebooks_in(folder):
            return f"{shown(folder)} holds {notebooks}. {_FORM}"
        return (
            f'there is no assignment "{assignment}"{closest(assignment, known)} '
            f"The course has: {known}."
        )

    def _others(self) -> str:
        """A last sentence naming folders of source/ with notebooks of other names."""
        source = self.source_directory
        folders = sorted(source.iterdir()) if source.is_dir() else []
        held = [(folder.name, _notebooks_in(folder)) for folder in folders]
        told = [f"{name} holds {notebooks}" for name, notebooks in held if notebooks]
        return f" Here {'; '.join(told[:3])}." if told else ""


#: What an assignment is, for users who come from nbgrader.
_FORM = (
    "An assignment of the autograder is one notebook that is named like its folder: "
    "source/<assignment>/<assignment>.ipynb."
)


def _notebooks_in(folder: Path) -> str:
    """`a.ipynb and b.ipynb`: a folder's notebooks, none of which is named like it."""
    names = sorted(path.name for path in folder.glob("*.ipynb"))
    if not names or f"{folder.name}.ipynb" in names:
        return ""
    first, rest = names[:3], len(names) - 3
    return " and ".join(first) + (f" and {rest} more" if rest > 0 else "")


#: The keys that may follow `c.Autograder.`
CONFIG_KEYS: tuple[str, ...] = (
    "answer_max_mib",
    "assignments",
    "call_timeout_s",
    "cell_timeout_s",
    "check_timeout_s",
    "devices",
    "disk_mib",
    "hints",
    "kernels_per_gpu",
    "memory_mib",
    "notebook_timeout_s",
    "output_max_kib",
    "output_messages",
    "per_assignment",
    "processes",
    "seed",
    "show_text_after_hidden_checks",
    "skip_tags",
    "solutions_directory",
    "submission_max_mib",
    "tests_directory",
    "wall",
    "warm_minutes",
    "workers",
)
