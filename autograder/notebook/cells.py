"""Cells as grading sees them: kinds, points, grade_ids."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from nbformat import NotebookNode

__all__ = ["Cell", "Kind", "cells_of", "grade_cells", "points_of", "solution_cells"]

Kind = Literal["solution", "grade", "manual", "task", "locked", "own"]


@dataclass(frozen=True)
class Cell:
    """A cell as grading sees it.

    Attributes:
        index: Position in the notebook, from 0.
        grade_id: nbgrader's name for the cell; "" for a student's own cell.
        kind: A *solution* cell the student writes; a *grade* cell carries automatic
            points; a *manual* cell is written by the student and graded by hand; a
            *task* is text that is graded by hand; a *locked* cell is given; all others
            are the student's *own*.
        points: The points of the cell; 0 if it has none.
        source: Its text.
        tags: Its tags.
    """

    index: int
    grade_id: str
    kind: Kind
    points: float
    source: str
    tags: tuple[str, ...]


def cells_of(notebook: NotebookNode) -> tuple[Cell, ...]:
    """Every cell of a sound notebook, as grading sees it."""
    return tuple(_view(index, cell) for index, cell in enumerate(notebook.cells))


def grade_cells(notebook: NotebookNode) -> tuple[Cell, ...]:
    """The cells that carry automatic points, in notebook order."""
    return tuple(cell for cell in cells_of(notebook) if cell.kind == "grade")


def solution_cells(notebook: NotebookNode) -> tuple[Cell, ...]:
    """The cells whose source the student writes, graded by hand or not."""
    return tuple(
        cell for cell in cells_of(notebook) if cell.kind in ("solution", "manual")
    )


def points_of(notebook: NotebookNode) -> dict[str, float]:
    """Points by grade_id for the automatic grade cells, in notebook order."""
    return {cell.grade_id: cell.points for cell in grade_cells(notebook)}


def _view(index: int, cell: NotebookNode) -> Cell:
    grader = cell.metadata.get("nbgrader", {})
    kind = _kind(grader, cell.cell_type)
    return Cell(
        index=index,
        grade_id=grader.get("grade_id", "") if kind != "own" else "",
        kind=kind,
        points=float(grader.get("points", 0)) if grader.get("grade") else 0.0,
        source=cell.source,
        tags=tuple(cell.metadata.get("tags", ())),
    )


def _kind(grader: dict[str, Any], cell_type: str) -> Kind:
    """A cell's kind by nbgrader's flags (nbgraderformat v3)."""
    if grader.get("task"):
        return "task"
    if grader.get("grade"):
        is_automatic = cell_type == "code" and not grader.get("solution")
        return "grade" if is_automatic else "manual"
    if grader.get("solution"):
        return "solution"
    return "locked" if grader.get("locked") else "own"
