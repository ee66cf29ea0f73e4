"""Answers to an assignment's exercises, right and wrong, as sources of cells.

Owns: which answers there are: the source's, the variants, the references, generated
wrong ones, the known mistakes. May not: run any of them.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from autograder.audit.lesson import Lesson
from autograder.checks import Misconception
from autograder.rehearsal import with_mistake, with_variant

__all__ = [
    "Right",
    "Spoilt",
    "memorised",
    "mistaken",
    "references",
    "right_answers",
    "spoilt_answers",
]


@dataclass(frozen=True)
class Right:
    """A notebook with right answers.

    Attributes:
        lesson: What they answer.
        name: What they are called.
        code: Sources of solution cells.
    """

    lesson: Lesson
    name: str
    code: dict[str, str]

    def __str__(self) -> str:
        return f"{self.lesson.assignment}-{self.name}"

    def answers(self, grade_id: str) -> bool:
        """Whether it answers an exercise."""
        homes = self.lesson.homes(grade_id)
        return not self.code.keys().isdisjoint(homes)


@dataclass(frozen=True)
class Spoilt:
    """A right function, wrapped so that it is wrong.

    Attributes:
        lesson: What it answers.
        function: The function.
        way: How it is wrong, by a name of `wrong_answers`.
    """

    lesson: Lesson
    function: str
    way: str

    def __str__(self) -> str:
        return f"{self.function}, {self.way.replace('_', ' ')}"

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


def right_answers(lesson: Lesson) -> Iterator[Right]:
    """The source's own, right ones as unlike people write them, the references."""
    yield Right(lesson, "as taught", lesson.sources(lesson.solved))
    for path in sorted((lesson.place.solutions / "variants").glob("[!_]*.py")):
        notebook = with_variant(lesson.release, path.read_text("utf-8"))
        yield Right(lesson, path.stem, lesson.sources(notebook))
    known = references(lesson)
    if known.code:
        yield known


def references(lesson: Lesson) -> Right:
    """The references as a submission: the oracle, or the twin of a framework.

    A function that the oracle lacks is called `<name>_<framework>`, and is `<name>` in
    that framework's twin. Exercises with a function that has no reference are left out.
    """
    folder, code = lesson.place.solutions, {}
    oracle = _defined_in(folder / "oracle.py")
    for grade_id in lesson.points:
        lines = []
        for name in lesson.functions(grade_id):
            stem, _, framework = name.rpartition("_")
            if name in oracle:
                lines.append(f"from oracle import {name}")
            elif stem in _defined_in(folder / f"{framework}_twin.py"):
                lines.append(f"from {framework}_twin import {stem} as {name}")
        if lines and len(lines) == len(lesson.functions(grade_id)):
            code[lesson.homes(grade_id)[0]] = "\n".join(lines)
    return Right(lesson, "the references", code)


def mistaken(lesson: Lesson, mistake: Misconception) -> dict[str, str]:
    """The right cell with a mistake's code after it."""
    home = lesson.home_of(mistake.of)
    return {home: lesson.sources(with_mistake(lesson.solved, mistake))[home]}


def memorised(lesson: Lesson, function: str) -> dict[str, str]:
    """The right cell, and a memory around a function."""
    return Spoilt(lesson, function, "memorised").code


def spoilt_answers(
    lesson: Lesson, function: str, ways: Mapping[str, bool]
) -> Iterator[Spoilt]:
    """A function, wrong in every way that it can be.

    Args:
        lesson: What is asked.
        function: A function of its.
        ways: As the examiner has observed them.
    """
    for way, is_wrong in ways.items():
        if is_wrong:
            yield Spoilt(lesson, function, way)


def _defined_in(path: Path) -> set[str]:
    """The functions that a file defines; none where there is no such file."""
    if not path.is_file():
        return set()
    body = ast.parse(path.read_text("utf-8")).body
    return {node.name for node in body if isinstance(node, ast.FunctionDef)}
