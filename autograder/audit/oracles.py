"""The oracle's functions as answers, each with one small fault.

Owns: which exercise a function of the oracle is put to, and how an oracle becomes a
cell. Only functions that the notebook's own solution writes otherwise are mutated.
"""

from __future__ import annotations

import ast
from collections.abc import Container, Mapping, Sequence
from dataclasses import replace
from functools import cache

from autograder.audit.jury import Case
from autograder.audit.lesson import Lesson
from autograder.audit.mutants import Mutant, mutants

__all__ = ["oracle_cases"]


@cache
def oracle_cases(lesson: Lesson) -> tuple[Case, ...]:
    """Every mutant of the oracle, in the order of its module; none without one.

    A function that no exercise asks for goes to the one that is solved with it most
    directly and, where that one lets it pass, to the others that need it. One that none
    is solved with, such as a gradient for a framework, is left out.
    """
    path = lesson.place.solutions / "oracle.py"
    if not path.is_file():
        return ()
    source = path.read_text("utf-8")
    known = _functions(ast.parse(source))
    asked = [name for each in lesson.points for name in lesson.functions(each)]
    users = _users(known, [name for name in asked if name in known])
    taught = {name for name in known if _is_taught(lesson, known, name)}
    return tuple(
        _case(lesson, mutant, known, users[mutant.function])
        for mutant in mutants(source)
        if mutant.function in users and mutant.function not in taught
    )


def _case(
    lesson: Lesson, mutant: Mutant, known: Container[str], users: Sequence[str]
) -> Case:
    """A mutant of a module, for each of the solution cells that it concerns."""
    cases: dict[str, Case] = {}
    for user in users:
        home, grade_id = lesson.home_of(user), lesson.exercise_of(user)
        if home in cases:
            continue
        there = [name for name in lesson.functions(grade_id) if name in known]
        code = _cell(mutant.code, [n for n in there if lesson.home_of(n) == home])
        renamed = replace(mutant, function=f"oracle.{mutant.function}", code=code)
        cases[home] = Case(lesson, grade_id, home, renamed)
    first, *others = cases.values()
    return replace(first, elsewhere=tuple(others))


def _functions(module: ast.Module) -> dict[str, ast.FunctionDef]:
    return {
        node.name: node for node in module.body if isinstance(node, ast.FunctionDef)
    }


def _users(
    known: Mapping[str, ast.FunctionDef], asked: Sequence[str]
) -> dict[str, list[str]]:
    """For each function that is needed, those asked for that need it; nearest first.

    One that is itself asked for has itself alone.
    """
    distances: dict[str, dict[str, int]] = {name: {name: 0} for name in asked}
    for user in asked:
        reached, new = {user}, {user}
        for distance in range(1, len(known) + 1):
            new = {called for each in new for called in _called(known, each)} - reached
            reached |= new
            for each in new - set(asked):
                distances.setdefault(each, {})[user] = distance
    return {
        each: sorted(users, key=users.__getitem__) for each, users in distances.items()
    }


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
