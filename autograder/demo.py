"""A made-up class for an assignment: what students hand in, good and bad.

Owns: making the submissions from the release notebook and the variants and
misconceptions in solutions/, and grading them separately from the real course.
"""

from __future__ import annotations

import importlib
import shutil
import sys
from collections.abc import Iterator, Sequence
from itertools import cycle
from pathlib import Path
from types import ModuleType

import nbformat
from nbformat import NotebookNode

from autograder.checks.misconceptions import Misconception
from autograder.config import Settings, absolute_url
from autograder.errors import AssignmentError
from autograder.grading.course import Tick, grade_class
from autograder.model import GradeReport
from autograder.notebook import read_course_notebook
from autograder.rehearsal import (
    cell_for,
    is_built_upon,
    with_code,
    with_mistake,
    with_solutions,
    with_variant,
)

__all__ = ["grade_sample_class", "known_mistakes", "sample_class", "variants"]

#: How many submissions of the sample class have misconceptions, and how many each has.
_MISTAKES = (1, 1, 2, 3)

#: Limits that keep the sample class's endless loop short.
_CALL_TIMEOUT_S = 3.0


def grade_sample_class(
    settings: Settings,
    assignment: str,
    *,
    workers: int | None = None,
    tick: Tick | None = None,
) -> Sequence[GradeReport]:
    """Write the sample class below .autograder/demo and grade it there.

    Raises:
        AssignmentError: There is no such assignment, or it can't be graded.
    """
    settings.source_notebook(assignment)
    submissions = list(sample_class(settings, assignment))
    root = settings.state_directory / "demo" / assignment
    shutil.rmtree(root, ignore_errors=True)
    apart = settings.model_copy(
        update={
            "submitted_directory": root / "submitted",
            "autograded_directory": root / "autograded",
            "feedback_directory": root / "feedback",
            "db_url": absolute_url("sqlite:///gradebook.db", root),
            "results_apart": root,
            "call_timeout_s": _CALL_TIMEOUT_S,
        }
    )
    for student, text in submissions:
        path = apart.assignment(assignment).submission(student)
        path.parent.mkdir(parents=True)
        path.write_text(text, encoding="utf-8")
    return grade_class(apart.assignment(assignment), workers=workers, tick=tick)


def sample_class(settings: Settings, assignment: str) -> Iterator[tuple[str, str]]:
    """Names and notebook files of the sample class.

    Yields:
        The student's id and the file's text.
    """
    release = read_course_notebook(settings.assignment(assignment).release_notebook)
    source = read_course_notebook(settings.source_notebook(assignment))
    solved = with_solutions(release, source)
    yield "right-as-taught", _text(solved)
    for path in variants(settings, assignment):
        yield (
            f"right-{path.stem}",
            _text(with_variant(release, path.read_text("utf-8"))),
        )
    mistakes = known_mistakes(settings, assignment)
    for number, chosen in enumerate(_choose(mistakes), start=1):
        notebook = solved
        for mistake in chosen:
            notebook = with_mistake(notebook, mistake)
        yield f"mistaken-{number}", _text(notebook)
    yield "nothing-written", _text(release)
    functions = [mistake.of for mistake in mistakes]
    alone = (each for each in functions if not is_built_upon(solved, each))
    victim = next(alone, functions[0])
    yield "syntax-error", _text(_spoilt(solved, victim, "def broken(:\n    pass\n"))
    loop = f"def {victim}(*args, **kwargs):\n    while True:\n        pass\n"
    yield "endless-loop", _text(_spoilt(solved, victim, loop))
    lethal = f"def {victim}(*args, **kwargs):\n    import os\n\n    os._exit(0)\n"
    yield "kills-its-kernel", _text(_spoilt(solved, victim, lethal))
    yield "cut-off-file", _text(solved)[:2000]


def variants(settings: Settings, assignment: str) -> list[Path]:
    """Files with right answers in different styles, sorted."""
    folder = settings.solutions_directory / assignment / "variants"
    return sorted(path for path in folder.glob("*.py") if path.stem != "__init__")


def known_mistakes(settings: Settings, assignment: str) -> tuple[Misconception, ...]:
    """The misconceptions of an assignment.

    Raises:
        AssignmentError: It has none.
    """
    module = _module(settings, assignment)
    mistakes: tuple[Misconception, ...] = getattr(module, "MISCONCEPTIONS", ())
    if not mistakes:
        raise AssignmentError(f"{assignment}: solutions/ names no misconceptions")
    return mistakes


def _module(settings: Settings, assignment: str) -> ModuleType:
    """The course's module `solutions.<assignment>.misconceptions`."""
    folder = settings.solutions_directory / assignment
    name = f"{settings.solutions_directory.name}.{assignment}.misconceptions"
    if (root := str(settings.solutions_directory.parent)) not in sys.path:
        sys.path.append(root)
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        raise AssignmentError(
            f"{assignment}: {folder}/misconceptions can't be imported ({error})"
        ) from None


def _choose(mistakes: tuple[Misconception, ...]) -> list[list[Misconception]]:
    """Groups of misconceptions of different functions, spread over the assignment."""
    by_function: dict[str, Misconception] = {}
    for mistake in mistakes:
        if mistake.sign == "value":
            by_function.setdefault(mistake.of, mistake)
    supply = cycle(by_function.values())
    return [[next(supply) for _ in range(count)] for count in _MISTAKES]


def _spoilt(solved: NotebookNode, function: str, code: str) -> NotebookNode:
    return with_code(solved, {cell_for(solved, function): code})


def _text(notebook: NotebookNode) -> str:
    return str(nbformat.writes(notebook)) + "\n"
