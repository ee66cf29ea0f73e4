"""The cells of an assignment, as rows of nbgrader's database.

Owns: which rows a notebook needs, by the rules of nbgrader's SaveCells. May not:
commit; the gradebook does, so that they appear together or not at all.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

from nbformat import NotebookNode
from nbgrader import api
from nbgrader.utils import is_grade, is_locked, is_solution, is_task
from sqlalchemy.orm import Session

from autograder.errors import GradebookError

__all__ = ["Cells", "cells_in", "cells_of", "save_cells"]

#: What nbgrader stores for each cell, by kind of row and cell name.
Cells = dict[str, Any]

_ROWS = {
    "grade": api.GradeCell,
    "solution": api.SolutionCell,
    "task": api.TaskCell,
    "source": api.SourceCell,
}
_COLUMNS = {
    "grade": ("max_score", "cell_type"),
    "solution": (),
    "task": ("max_score", "cell_type"),
    "source": ("cell_type", "locked", "source", "checksum"),
}


def cells_of(notebook: NotebookNode) -> Cells:
    """What nbgrader stores for a notebook's cells."""
    cells = [cell for cell in notebook.cells if "nbgrader" in cell.metadata]

    def rows(kind: str, belongs: Callable[[NotebookNode], bool]) -> dict[str, Any]:
        return {
            cell.metadata.nbgrader["grade_id"]: {
                column: _VALUES[column](cell) for column in _COLUMNS[kind]
            }
            for cell in cells
            if belongs(cell)
        }

    def is_any(cell: NotebookNode) -> bool:
        return any(each(cell) for each in (is_grade, is_solution, is_locked, is_task))

    return {
        "kernelspec": notebook.metadata.get("kernelspec", {}),
        "grade": rows("grade", is_grade),
        "solution": rows("solution", is_solution),
        "task": rows("task", is_task),
        "source": rows("source", is_any),
    }


def cells_in(book: api.Notebook) -> Cells:
    """The same for a notebook in the database."""
    return {
        "kernelspec": json.loads(book.kernelspec or "{}"),
        **{
            kind: {
                row.name: {column: getattr(row, column) for column in _COLUMNS[kind]}
                for row in _rows(book, kind)
            }
            for kind in _ROWS
        },
    }


def save_cells(db: Session, book: api.Notebook, wanted: Cells) -> None:
    """Bring a notebook's rows up to date; rows that stay keep their ids.

    Raises:
        GradebookError: Cells were added, removed or renamed, and there are
            submissions.
    """
    there = cells_in(book)
    is_other = any(there[kind].keys() != wanted[kind].keys() for kind in _ROWS)
    if book.submissions and is_other:
        raise GradebookError(
            f'assignment "{book.assignment.name}": its graded cells were added, '
            "removed or renamed after submissions were graded. Put them back, or "
            "delete the assignment with `nbgrader db assignment remove "
            f"{book.assignment.name} --force`."
        )
    book.kernelspec = json.dumps(wanted["kernelspec"])
    for kind, row_class in _ROWS.items():
        rows = {row.name: row for row in _rows(book, kind)}
        for name in rows.keys() - wanted[kind].keys():
            db.delete(rows[name])
        for name, values in wanted[kind].items():
            if name not in rows:
                db.add(row_class(name=name, notebook=book, **values))
                continue
            for column, value in values.items():
                setattr(rows[name], column, value)


_VALUES: dict[str, Callable[[NotebookNode], Any]] = {
    "max_score": lambda cell: float(cell.metadata.nbgrader["points"]),
    "cell_type": lambda cell: cell.cell_type,
    "locked": is_locked,
    "source": lambda cell: cell.source,
    "checksum": lambda cell: cell.metadata.nbgrader.get("checksum"),
}


def _rows(book: api.Notebook, kind: str) -> Iterable[Any]:
    rows: Iterable[Any] = getattr(book, f"{kind}_cells")
    return rows
