"""Make submissions from known answers, to try out grading.

Owns: filling a release notebook with code: the source's solutions, a variant's
functions, a misconception. May not: grade. `autograder demo` and the tests of the
checks are built on it.
"""

from __future__ import annotations

import ast
import copy
import inspect
import textwrap
from collections.abc import Iterator, Mapping

from nbformat import NotebookNode

from autograder.cellkinds import grader_of, kind_of
from autograder.checks.edits import Edited
from autograder.checks.misconceptions import Misconception
from autograder.errors import NotebookError

__all__ = [
    "cell_for",
    "is_built_upon",
    "solution_cells",
    "with_code",
    "with_mistake",
    "with_solutions",
    "with_variant",
]


def with_solutions(release: NotebookNode, source: NotebookNode) -> NotebookNode:
    """The release notebook with the source's own solutions in its solution cells."""
    solved = {home: cell.source for home, cell in solution_cells(source).items()}
    return with_code(release, solved)


def with_code(release: NotebookNode, code: Mapping[str, str]) -> NotebookNode:
    """The release notebook with new sources in the given solution cells.

    Args:
        release: The notebook to start from; not changed.
        code: New sources by the solution cells' grade_ids.
    """
    notebook = copy.deepcopy(release)
    for home, cell in solution_cells(notebook).items():
        cell.source = code.get(home, cell.source)
    return notebook


def with_variant(release: NotebookNode, text: str) -> NotebookNode:
    """The release notebook with the functions of a Python file in their cells.

    Anything that is not a function of the assignment (imports, helpers) goes to the
    first cell; comments and decorators go with the code below them.

    Args:
        release: The notebook to start from; not changed.
        text: A file that defines every function of the assignment.
    """
    cells = solution_cells(release)
    homes = {name: home for home, cell in cells.items() for name in _defined(cell)}
    parts: dict[str, list[str]] = {home: [] for home in cells}
    for name, written in _statements(text):
        parts[homes.get(name, next(iter(cells)))].append(written)
    code = {home: "\n\n\n".join(part) for home, part in parts.items() if part}
    return with_code(release, code)


def with_mistake(notebook: NotebookNode, mistake: Misconception) -> NotebookNode:
    """A solved notebook with one function replaced by a misconception's code.

    An edit of a right answer brings along what it needs from that answer's file.
    """
    home = cell_for(notebook, mistake.of)
    source = solution_cells(notebook)[home].source
    if isinstance(mistake.code, Edited):
        helpers = mistake.code.helpers(_names_of(notebook))
        code = f"{helpers}\n\n\n{mistake.code.source}".strip("\n")
    else:
        code = textwrap.dedent(inspect.getsource(mistake.code))
    pasted = f"{source}\n\n\n{code}\n\n{mistake.of} = {mistake.code.__name__}\n"
    return with_code(notebook, {home: pasted})


def cell_for(notebook: NotebookNode, function: str) -> str:
    """The grade_id of the solution cell that defines a function.

    Raises:
        NotebookError: No solution cell defines it.
    """
    for home, cell in solution_cells(notebook).items():
        if function in _defined(cell):
            return home
    raise NotebookError(f"no solution cell defines {function}")


def is_built_upon(notebook: NotebookNode, function: str) -> bool:
    """Whether another solution cell uses a function, or another one of its cell.

    Raises:
        NotebookError: No solution cell defines it.
    """
    cells = solution_cells(notebook)
    defined = _defined(cells.pop(cell_for(notebook, function)))
    return any(
        isinstance(node, ast.Name) and node.id in defined
        for cell in cells.values()
        for node in ast.walk(ast.parse(cell.source))
    )


def solution_cells(notebook: NotebookNode) -> dict[str, NotebookNode]:
    """The code cells that students write and that carry no points, by grade_id."""
    return {
        str(grader_of(cell).get("grade_id", "")): cell
        for cell in notebook.cells
        if cell.cell_type == "code" and kind_of(cell) == "solution"
    }


def _statements(text: str) -> Iterator[tuple[str, str]]:
    """The name that each statement defines, or "", with its lines.

    Comments and decorators go with the code below them.
    """
    lines, end = text.splitlines(), 0
    for statement in ast.parse(text).body:
        last = statement.end_lineno or statement.lineno
        written = "\n".join(lines[end:last]).strip("\n")
        if written:  # or it is on the same line as the one before
            yield getattr(statement, "name", ""), written
        end = last


def _names_of(notebook: NotebookNode) -> set[str]:
    """The functions and classes that a notebook's cells define."""
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    return {name for cell in cells for name in _defined(cell)}


def _defined(cell: NotebookNode) -> set[str]:
    return {
        node.name
        for node in ast.parse(cell.source).body
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
    }
