"""Answers to every exercise of the course, right and wrong, as sources of cells."""

from __future__ import annotations

import ast
import importlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from autograder.checks import Misconception
from autograder.config import load_settings
from autograder.demo import known_mistakes
from autograder.demo import variants as styles
from autograder.rehearsal import with_mistake, with_variant
from tests.meta import wrong_answers
from tests.meta.examiner import Lesson

__all__ = [
    "LESSONS",
    "Spoilt",
    "Variant",
    "memorised",
    "mistaken",
    "mistakes",
    "oracles",
    "spoilt_answers",
    "true_names",
    "variants",
]

ROOT = Path(__file__).parents[2]
COURSE = load_settings(ROOT)
LESSONS = {name: Lesson(COURSE, name) for name in COURSE.assignments}


@dataclass(frozen=True)
class Variant:
    """A notebook with right answers in a style of its own."""

    lesson: Lesson
    name: str
    code: dict[str, str]

    def __str__(self) -> str:
        return f"{self.lesson.assignment}-{self.name}"


@dataclass(frozen=True)
class Spoilt:
    """A right function, wrapped so that it is wrong."""

    lesson: Lesson
    function: str
    way: str

    def __str__(self) -> str:
        return f"{self.lesson.assignment}-{self.function}-{self.way}"

    @property
    def grade_id(self) -> str:
        """The exercise that must lose points."""
        return self.lesson.exercise_of(self.function)

    @property
    def code(self) -> dict[str, str]:
        """The right cell, and the wrapper after it."""
        home = self.lesson.home_of(self.function)
        right = self.lesson.sources(self.lesson.solved)[home]
        wrapped = f"{self.function} = wrong_answers.{self.way}({self.function})"
        return {home: f"{right}\n\n\nimport wrong_answers\n\n{wrapped}\n"}


def variants(lesson: Lesson) -> Iterator[Variant]:
    """Right answers as unlike people write them, and the source's own."""
    yield Variant(lesson, "as taught", lesson.sources(lesson.solved))
    for path in styles(COURSE, lesson.assignment):
        notebook = with_variant(lesson.release, path.read_text("utf-8"))
        yield Variant(lesson, path.stem, lesson.sources(notebook))


def oracles(lesson: Lesson) -> Variant:
    """The references as a submission: the oracle, or the twin of a framework.

    A function that the oracle lacks is called `<name>_<framework>`, and is `<name>` in
    that framework's twin.
    """
    oracle = COURSE.solutions_directory / lesson.assignment / "oracle.py"
    known = {
        node.name
        for node in ast.parse(oracle.read_text("utf-8")).body
        if isinstance(node, ast.FunctionDef)
    }
    code = {}
    for grade_id in lesson.points:
        lines = []
        for name in lesson.functions(grade_id):
            stem, _, framework = name.rpartition("_")
            module, there = (
                ("oracle", name) if name in known else (f"{framework}_twin", stem)
            )
            lines.append(f"from {module} import {there} as {name}")
        code[lesson.homes(grade_id)[0]] = "\n".join(lines)
    return Variant(lesson, "the references", code)


def mistakes(lesson: Lesson) -> tuple[Misconception, ...]:
    """The assignment's known mistakes."""
    return known_mistakes(COURSE, lesson.assignment)


def mistaken(lesson: Lesson, mistake: Misconception) -> dict[str, str]:
    """The right cell with a mistake's code after it."""
    home = lesson.home_of(mistake.of)
    return {home: lesson.sources(with_mistake(lesson.solved, mistake))[home]}


def memorised(lesson: Lesson, function: str) -> dict[str, str]:
    """The right cell, and a memory around a function."""
    return Spoilt(lesson, function, wrong_answers.memorised.__name__).code


def true_names(answer: Spoilt) -> tuple[str, ...]:
    """The known mistakes that a bad answer makes indeed."""
    place = Path(__file__).parent / answer.lesson.assignment / "names.py"
    if not place.is_file():
        return ()
    module = importlib.import_module(f"tests.meta.{answer.lesson.assignment}.names")
    names: dict[tuple[str, str], tuple[str, ...]] = module.TRUE_NAMES
    return names.get((answer.function, answer.way), ())


def spoilt_answers(lesson: Lesson) -> Iterator[Spoilt]:
    """Every function of the assignment, wrong in every way that it can be."""
    for grade_id in lesson.points:
        for function in lesson.functions(grade_id):
            for way in _ways(lesson, function):
                yield Spoilt(lesson, function, way.__name__)


def _ways(lesson: Lesson, function: str) -> Iterator[wrong_answers.Function]:
    """How a function can be wrong: its docstring says what it takes and gives."""
    text = lesson.docstring(function)
    taken, _, given = text.partition("Returns:")
    yield from wrong_answers.ALWAYS
    result = given.partition("Raises:")[0].lower()
    if "whole number" in result:
        yield from wrong_answers.OF_NUMBERS
    elif "one number" in result:
        yield from wrong_answers.OF_ONE_NUMBER
    elif "a function of" not in result:
        yield from wrong_answers.OF_ARRAYS
    if "ValueError" in given:
        yield wrong_answers.refuses_nothing
    if "Not to be changed" in taken and not function.endswith("_tf"):
        yield wrong_answers.changes_input  # a tensor of TensorFlow can't be changed
