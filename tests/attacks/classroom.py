"""A class of attackers: their files, the grading, and what came of it."""

from __future__ import annotations

import copy
import hashlib
from collections.abc import Sequence
from pathlib import Path

from nbformat.v4 import new_code_cell

from autograder.config import Settings
from autograder.grading.course import grade_class
from autograder.model import GradeReport
from autograder.notebook import read_course_notebook
from tests.attacks.attack import Attack, dumped, given
from tests.attacks.course import ASSIGNMENT, RIGHT, Canaries

__all__ = ["digests", "grade_attacks", "hand_in"]


def hand_in(settings: Settings, attack: Attack, canaries: Canaries) -> None:
    """Write an attack's submission."""
    skeleton = settings.release_directory / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    notebook = copy.deepcopy(read_course_notebook(skeleton))
    for name, right in RIGHT.items():
        source = canaries.fill_in(attack.cells.get(name, right))
        given(notebook, f"{name}_solution").source = source
    if attack.opening:
        opening = canaries.fill_in(attack.opening)
        notebook.cells.insert(0, new_code_cell(opening, id="opening"))
    data = attack.write(notebook) if attack.write else dumped(notebook)
    folder = settings.submitted_directory / attack.folder / ASSIGNMENT
    path = folder / f"{ASSIGNMENT}.ipynb"
    if attack.place:
        folder.parent.mkdir(parents=True, exist_ok=True)
        attack.place(path, data)
    else:
        folder.mkdir(parents=True)
        path.write_bytes(data)


def grade_attacks(
    settings: Settings,
    attacks: Sequence[Attack],
    canaries: Canaries,
    *,
    workers: int = 2,
) -> dict[str, GradeReport]:
    """Hand all attacks in and grade them as one class; reports by student."""
    for attack in attacks:
        hand_in(settings, attack, canaries)
    reports = grade_class(settings.assignment(ASSIGNMENT), workers=workers)
    return {report.student: report for report in reports}


def digests(*folders: Path) -> dict[str, str]:
    """SHA-256 of every file below some folders, by path."""
    return {
        str(path): hashlib.sha256(path.read_bytes()).hexdigest()
        for folder in folders
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }
