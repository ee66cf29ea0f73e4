"""The oracle's functions as answers, each with one small fault.

Owns: which exercise a function of the oracle is put to, and how an oracle becomes a
cell. Only functions that the notebook's own solution writes otherwise are mutated.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from tests.meta.examiner import Lesson
from tests.mutation.mutants import mutants
from tests.mutation.running import Case

__all__ = ["oracle_cases"]


def oracle_cases(lesson: Lesson) -> Iterator[Case]:
    """Every mutant of the oracle, in the order of its module.

    A function that no exercise asks for goes to the one that is solved with it most
    directly, the first of several; one that none is solved with, such as a gradient
    for a framework, is left out.
    """
    folder = lesson.settings.solutions_directory / lesson.assignment
    source = (folder / "oracle.py").read_text("utf-8")
    known = _functions(ast.parse(source))
    asked = [name for each in lesson.points for name in lesson.functions(each)]
    owners = _owners(known, [name for name in asked if name in known])
    for mutant in mutants(source):
        owner = owners.get(mutant.function)
        if owner is None or _is_taught(lesson, known, mutant.function):
            continue
        home, grade_id = lesson.home_of(owner), lesson.exercise_of(owner)
        there = [name for name in lesson.functions(grade_id) if name in known]
        code = _cell(mutant.code, [n for n in there if lesson.home_of(n) == home])
        renamed = replace(mutant, function=f"oracle.{mutant.function}", code=code)
        yield Case(lesson.assignment, grade_id, home, renamed)


def _functions(module: ast.Module) -> dict[str, ast.FunctionDef]:
    return {
        node.name: node for node in module.body if isinstance(node, ast.FunctionDef)
    }


def _owners(
    known: Mapping[str, ast.FunctionDef], asked: Sequence[str]
) -> dict[str, str]:
    """For each function that is needed, the one asked for that calls it soonest."""
    owners: dict[str, str] = {}
    rounds = {name: {name} for name in asked}
    while any(rounds.values()):
        for name in asked:
            for each in rounds[name]:
                owners.setdefault(each, name)
        rounds = {
            name: {called for each in new for called in _called(known, each)}
            - owners.keys()
            for name, new in rounds.items()
        }
    return owners


def _called(known: Mapping[str, ast.FunctionDef], name: str) -> set[str]:
    """The functions of a module that one of them names."""
    names = (n.id for n in ast.walk(known[name]) if isinstance(n, ast.Name))
    return {each for each in names if each in known}


def _is_taught(
    lesson: Lesson, known: Mapping[str, ast.FunctionDef], function: str
) -> bool:
    """Whether the notebook's own solution has the same code."""
    cells = lesson.sources(lesson.solved).values()
    taught = [_functions(ast.parse(cell)).get(function) for cell in cells]
    return any(_code(known[function]) == _code(node) for node in taught if node)


def _code(function: ast.FunctionDef) -> str:
    """What a function does, without what it says of itself."""
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return "\n".join(ast.unparse(statement) for statement in body)


def _cell(module: str, names: list[str]) -> str:
    """A cell that takes some functions out of a module, and nothing else."""
    lines = ['reference = {"__name__": "reference"}', f"exec({module!r}, reference)"]
    return "\n".join([*lines, *(f"{name} = reference[{name!r}]" for name in names)])
