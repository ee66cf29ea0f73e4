"""What an attack is: a submission, and what it may earn at most and at least."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from autograder.grading.hand_in import HandIn
from tests.attacks.course import ASSIGNMENT, POINTS

__all__ = ["ALL", "NONE", "Attack", "but", "code", "dumped", "given", "only"]

ALL = frozenset(POINTS)
NONE: frozenset[str] = frozenset()


def only(*exercises: str) -> frozenset[str]:
    """These exercises are answered rightly."""
    return frozenset(exercises)


def but(*exercises: str) -> frozenset[str]:
    """All exercises but these are answered rightly."""
    return ALL - frozenset(exercises)


def code(text: str) -> str:
    """Student code written between triple quotes."""
    return textwrap.dedent(text).strip()


@dataclass(frozen=True)
class Attack:
    """One submission of the made-up class.

    Attributes:
        name: The example of ATTACKS.md that it belongs to, and what it does; also the
            student's id.
        earns: The exercises that are answered rightly, and so earn their points.
        cells: Sources of solution cells, by exercise; the others are right.
        opening: An own cell of the student's before all others.
        parts: Exercises that earn a part, and how much of it: some checks are passed.
        may_lose: Exercises that the attack may cost itself, depending on the machine.
        outcomes: What an exercise's outcome is called; where the machine's speed
            decides, two with " or " between.
        told: A part of what the report says about an exercise, or about the whole
            ("note").
        status: What became of the submission as a whole.
        write: Makes the file's bytes of the notebook; plain JSON when None.
        place: Puts something else than a regular file at the path given.
        student: A folder's name that is an attack by itself.
    """

    name: str
    earns: frozenset[str] = ALL
    cells: Mapping[str, str] = field(default_factory=dict)
    opening: str = ""
    parts: Mapping[str, float] = field(default_factory=dict)
    may_lose: frozenset[str] = NONE
    outcomes: Mapping[str, str] = field(default_factory=dict)
    told: Mapping[str, str] = field(default_factory=dict)
    status: str = "graded"
    write: Callable[[NotebookNode], bytes] | None = None
    place: Callable[[Path, bytes], None] | None = None
    student: str = ""

    @property
    def folder(self) -> str:
        """The student's folder."""
        return self.student or self.name

    @property
    def reported_as(self) -> str:
        """The student's id in the report."""
        return HandIn.in_folder(Path(self.folder, ASSIGNMENT)).student


def given(notebook: NotebookNode, grade_id: str) -> NotebookNode:
    """The cell of a notebook that has a grade_id."""
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("grade_id") == grade_id:
            found: NotebookNode = cell
            return found
    raise LookupError(grade_id)


def dumped(notebook: Any) -> bytes:
    """A notebook as a file, whatever it holds."""
    return json.dumps(notebook).encode()
