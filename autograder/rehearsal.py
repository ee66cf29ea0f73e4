"""Submissions made from known answers, to try the grading on.

Owns: filling a release notebook with code: the source's solutions, a variant's
functions, a misconception. May not: grade. `autograder demo` and the tests of the
checks are built on it.
"""

from __future__ import annotations

import ast
import copy
import inspect
import textwrap
from collections.abc import Mapping

from nbformat import NotebookNode

from autograder.checks.misconceptions import Misconception
from autograder.errors import NotebookError

__all__ = ["cell_for", "with_code", "with_mistake", "with_solutions", "with_variant"]


def with_solutions(release: NotebookNode, source: NotebookNode) -> NotebookNode:
    """The release notebook with the source's own solutions in its solution cells."""
    solved = {_id(cell): cell.source for cell in source.cells if _is_solution(cell)}
    return with_code(release, solved)


def with_code(release: NotebookNode, code: Mapping[str, str]) -> NotebookNode:
    """The release notebook with other sources in the solution cells named.

    Args:
        release: The notebook to start from; not changed.
        code: New sources by the solution cells' grade_ids.
    """
    notebook = copy.deepcopy(release)
    for cell in notebook.cells:
        if _is_solution(cell) and _id(cell) in code:
            cell.source = code[_id(cell)]
    return notebook


def with_variant(release: NotebookNode, text: str) -> NotebookNode:
    """The release notebook with the functions of a Python file in their cells.

    What is not a function of the assignment (imports, helpers) goes to the first cell.

    Args:
        release: The notebook to start from; not changed.
        text: A file that defines every function of the assignment.
    """
    module = ast.parse(text)
    cells = [cell for cell in release.cells if _is_solution(cell)]
    homes = {name: _id(cell) for cell in cells for name in _defined(cell.source)}
    parts: dict[str, list[str]] = {_id(cell): [] for cell in cells}
    for statement in module.body:
        name = getattr(statement, "name", "")
        home = homes.get(name, _id(cells[0]))
        parts[home].append(ast.get_source_segment(text, statement) or "")
    code = {home: "\n\n\n".join(part) for home, part in parts.items() if part}
    return with_code(release, code)


def with_mistake(notebook: NotebookNode, mistake: Misconception) -> NotebookNode:
    """A solved notebook with one function replaced by a misconception's code."""
    code = textwrap.dedent(inspect.getsource(mistake.code))
    home = cell_for(notebook, mistake.of)
    source = next(cell.source for cell in notebook.cells if _id(cell) == home)
    pasted = f"{source}\n\n\n{code}\n\n{mistake.of} = {mistake.code.__name__}\n"
    return with_code(notebook, {home: pasted})


def cell_for(notebook: NotebookNode, function: str) -> str:
    """The grade_id of the solution cell that defines a function.

    Raises:
        NotebookError: No solution cell defines it.
    """
    for cell in notebook.cells:
        if _is_solution(cell) and function in _defined(cell.source):
            return _id(cell)
    raise NotebookError(f"no solution cell defines {function}")


def _defined(source: str) -> set[str]:
    return {
        node.name
        for node in ast.parse(source).body
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
    }


def _is_solution(cell: NotebookNode) -> bool:
    grader = cell.metadata.get("nbgrader", {})
    return bool(
        cell.cell_type == "code" and grader.get("solution") and not grader.get("grade")
    )


def _id(cell: NotebookNode) -> str:
    return str(cell.metadata.get("nbgrader", {}).get("grade_id", ""))
