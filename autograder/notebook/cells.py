"""Cells as grading sees them: kinds, points, grade_ids."""

from __future__ import annotations

from dataclasses import dataclass

from nbformat import NotebookNode

from autograder.cellkinds import Kind, grader_of, kind_of

__all__ = ["Cell", "cells_of", "grade_cells", "points_of", "solution_cells"]


@dataclass(frozen=True)
class Cell:
    """A cell as grading sees it.

    Attributes:
        index: Position in the notebook, from 0.
        grade_id: nbgrader's name of the cell; "" for an own cell.
        kind: As `kind_of` says.
        points: What the cell can give; 0 if it gives none.
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
    grader, kind = grader_of(cell), kind_of(cell)
    return Cell(
        index=index,
        grade_id=grader.get("grade_id", "") if kind != "own" else "",
        kind=kind,
        points=float(grader.get("points", 0)) if grader.get("grade") else 0.0,
        source=cell.source,
        tags=tuple(cell.metadata.get("tags", ())),
    )
