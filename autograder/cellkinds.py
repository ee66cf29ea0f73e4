"""Kinds of cells by their nbgrader metadata: the one place that says what each is.

Owns: the kinds. May not: import nbformat, which takes half a second; cells may be plain
JSON.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

__all__ = ["Kind", "grade_id_of", "grader_of", "kind_of"]

Kind = Literal["solution", "grade", "manual", "task", "locked", "own"]


def grader_of(cell: Mapping[str, Any]) -> Mapping[str, Any]:
    """nbgrader's metadata of a cell; empty where it has none."""
    grader: Mapping[str, Any] = cell["metadata"].get("nbgrader", {})
    return grader


def kind_of(cell: Mapping[str, Any]) -> Kind:
    """What nbgrader's flags make of a cell (nbgraderformat v3).

    A *solution* cell the student writes; a *grade* cell carries automatic points; a
    *manual* cell is written by the student and graded by hand; a *task* is text that is
    graded by hand; a *locked* cell is given; all else is one's *own*.
    """
    grader = grader_of(cell)
    if grader.get("task"):
        return "task"
    if grader.get("grade"):
        is_automatic = cell["cell_type"] == "code" and not grader.get("solution")
        return "grade" if is_automatic else "manual"
    if grader.get("solution"):
        return "solution"
    return "locked" if grader.get("locked") else "own"


def grade_id_of(cell: Mapping[str, Any]) -> str | None:
    """The grade_id of a grade cell, whose points are automatic; else None."""
    return str(grader_of(cell)["grade_id"]) if kind_of(cell) == "grade" else None
