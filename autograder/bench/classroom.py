"""Make a class and its course, in a separate folder.

Owns: who hands in what, and the folder in which `autograder grade` is measured. May
not: grade.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle, islice, zip_longest
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from autograder.bench.light import LIGHT, MISTAKEN, RIGHT, write_light
from autograder.checks import Misconception
from autograder.config import Limits, Settings, load_settings
from autograder.demo import known_mistakes, variants
from autograder.grading.batch import require_assignment
from autograder.notebook import read_course_notebook, solution_cells
from autograder.rehearsal import with_code, with_mistake, with_solutions, with_variant
from autograder.release import release

__all__ = ["Student", "hand_in", "make_class", "make_course", "release_notebook"]

#: The cycle of answers: right, mistaken or untouched.
_TURNS = "rmrmrmrmru"

_COPIED = shutil.ignore_patterns("__pycache__", ".*")


@dataclass(frozen=True)
class Student:
    """A student who hands in.

    Attributes:
        name: The student's id.
        kind: "right...", "mistaken..." or "untouched".
        code: Sources of the solution cells by their grade_ids.
    """

    name: str
    kind: str
    code: Mapping[str, str]


def make_course(settings: Settings, assignment: str, root: Path) -> Settings:
    """Write a course that has this one assignment, with the course's own limits.

    Args:
        settings: The existing course.
        assignment: One of its assignments, or the light one, which is created.
        root: A folder that does not exist yet.

    Raises:
        AssignmentError: The course lacks the assignment, or has not released it.
    """
    if assignment != LIGHT:
        require_assignment(settings.assignment(assignment))
    root.mkdir(parents=True)
    (root / "course_config.py").write_text(_config(settings, assignment), "utf-8")
    if assignment == LIGHT:
        write_light(root)
        made = load_settings(root)
        release(made, assignment)
        return made
    for folder, part in (
        (settings.source_directory, f"source/{assignment}"),
        (settings.release_directory, f"release/{assignment}"),
        (settings.tests_directory, f"tests/grading/{assignment}"),
    ):
        shutil.copytree(folder / assignment, root / part, ignore=_COPIED)
    shutil.copytree(settings.solutions_directory, root / "solutions", ignore=_COPIED)
    return load_settings(root)


def make_class(settings: Settings, assignment: str, size: int) -> list[Student]:
    """Make up a class: of ten hand-ins five are right, four mistaken, one untouched.

    Args:
        settings: The course that has the assignment.
        assignment: Its name, or that of the light one.
        size: The number of students.
    """
    if assignment == LIGHT:
        right, mistaken = _light_answers()
    else:
        right, mistaken = _course_answers(settings, assignment)
    supply: dict[str, Iterator[tuple[str, dict[str, str]]]] = {
        "r": cycle(right),
        "m": cycle(mistaken),
        "u": cycle([("untouched", {})]),
    }
    turns = islice(cycle(_TURNS), size)
    answers = [next(supply[turn]) for turn in turns]
    return [
        Student(f"student-{number:03}", kind, code)
        for number, (kind, code) in enumerate(answers, start=1)
    ]


def hand_in(
    students: list[Student], blank: NotebookNode, folder: Path, assignment: str
) -> None:
    """Write a class's notebooks where nbgrader and we look for them.

    Args:
        students: The class.
        blank: The released notebook.
        folder: The course's submitted directory.
        assignment: Name of the assignment.
    """
    for student in students:
        path = folder / student.name / assignment / f"{assignment}.ipynb"
        path.parent.mkdir(parents=True)
        text = nbformat.writes(with_code(blank, student.code))
        path.write_text(f"{text}\n", encoding="utf-8")


def release_notebook(settings: Settings, assignment: str) -> NotebookNode:
    """The notebook students get."""
    return read_course_notebook(settings.assignment(assignment).release_notebook)


def _config(settings: Settings, assignment: str) -> str:
    """A course_config.py with the course's limits."""
    limits = settings.limits(assignment)
    lines = ["c = get_config()", f"c.Autograder.assignments = [{assignment!r}]"]
    lines += [
        f"c.Autograder.{name} = {getattr(limits, name)!r}"
        for name in Limits.model_fields
    ]
    lines.append(f"c.Autograder.wall = {settings.wall!r}")
    return "\n".join(lines) + "\n"


#: Kinds of answers, and their code by the solution cells' grade_ids.
_Answers = list[tuple[str, dict[str, str]]]


def _light_answers() -> tuple[_Answers, _Answers]:
    """Right answers and wrong ones."""
    right, mistaken = (
        [(kind, {"row_means_solution": code}) for kind, code in answers.items()]
        for answers in (RIGHT, MISTAKEN)
    )
    return right, mistaken


def _course_answers(settings: Settings, assignment: str) -> tuple[_Answers, _Answers]:
    """Right answers in every available style, and each known mistake in a right one."""
    blank = release_notebook(settings, assignment)
    source = read_course_notebook(settings.source_notebook(assignment))
    solved = with_solutions(blank, source)
    right = [("right: as taught", _code(solved))]
    for path in variants(settings, assignment):
        notebook = with_variant(blank, path.read_text(encoding="utf-8"))
        right.append((f"right: {path.stem}", _code(notebook)))
    mistaken = [
        (f"mistaken: {mistake.name}", _code(with_mistake(solved, mistake)))
        for mistake in _by_turns(known_mistakes(settings, assignment))
    ]
    return right, mistaken


def _code(notebook: NotebookNode) -> dict[str, str]:
    return {cell.grade_id: cell.source for cell in solution_cells(notebook)}


def _by_turns(mistakes: Sequence[Misconception]) -> list[Misconception]:
    """The first of each function, then the second of each, and so on."""
    groups: dict[str, list[Misconception]] = {}
    for mistake in mistakes:
        groups.setdefault(mistake.of, []).append(mistake)
    return [each for turn in zip_longest(*groups.values()) for each in turn if each]
