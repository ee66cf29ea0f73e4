"""The course's own notebooks: they are sound, or the run stops."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbformat.v4.rwbase import rejoin_lines

from autograder.config import shown
from autograder.errors import MalformedError, NotebookError
from autograder.files import write_whole
from autograder.notebook.form import give_ids, upgraded

#: nbgrader's schema of its cells' metadata, since nbgrader 0.6.
SCHEMA = 3

__all__ = ["read_course_notebook", "require_gradable", "write_notebook"]


def read_course_notebook(path: Path) -> NotebookNode:
    """Read a source or release notebook and require that it can be graded.

    Raises:
        NotebookError: It can't be read, is not a valid notebook, or `require_gradable`
            refuses it.
    """
    where = shown(path)
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        notebook: NotebookNode = rejoin_lines(nbformat.from_dict(upgraded(data)))
        if all(isinstance(cell, NotebookNode) for cell in notebook.cells):
            give_ids(notebook)
        nbformat.validate(notebook)
    except OSError as error:
        raise NotebookError(
            f"{where}: can't be read: {error.strerror}. An assignment's notebook is "
            "source/<assignment>/<assignment>.ipynb."
        ) from error
    except UnicodeDecodeError as error:
        raise NotebookError(f"{where}: is not UTF-8 text. Save it again.") from error
    except json.JSONDecodeError as error:
        raise NotebookError(
            f"{where}, line {error.lineno}: is not JSON: {error.msg}. Fix it in a "
            "text editor, or take it from git again."
        ) from error
    except nbformat.ValidationError as error:
        raise NotebookError(
            f"{where}: is not a valid notebook: {_first_line(error)}. Open and save it "
            "in JupyterLab."
        ) from error
    except MalformedError as error:
        raise NotebookError(f"{where}: {error}.") from error
    require_gradable(notebook, path)
    return notebook


def require_gradable(notebook: NotebookNode, path: Path) -> None:
    """Refuse a course notebook whose nbgrader metadata is unusable for grading.

    Raises:
        NotebookError: A cell has nbgrader metadata of another schema, or lacks its
            grade_id, two cells share one, or a grade cell's points are missing,
            negative or not a number.
    """
    seen: dict[str, int] = {}
    for number, cell in enumerate(notebook.cells, start=1):
        grader = cell.metadata.get("nbgrader", {})
        _require_schema(cell, number, path)
        if not any(
            grader.get(flag) for flag in ("grade", "solution", "locked", "task")
        ):
            continue
        grade_id = grader.get("grade_id")
        if not isinstance(grade_id, str) or not grade_id:
            raise NotebookError(
                f"{shown(path)}, cell {number}: nbgrader cell has no grade_id. Add a "
                '"grade_id" to its nbgrader metadata.'
            )
        where = f'{shown(path)}, cell {number} (grade_id "{grade_id}")'
        if grade_id in seen:
            raise NotebookError(
                f"{where}: cell {seen[grade_id]} has the same grade_id. Give one of "
                "them another."
            )
        seen[grade_id] = number
        if grader.get("grade") or grader.get("task"):
            _require_points(grader, where)


def _require_schema(cell: NotebookNode, number: int, path: Path) -> None:
    """Refuse nbgrader metadata that nbgrader itself would update first."""
    if "nbgrader" not in cell.metadata:
        return
    grader = cell.metadata.nbgrader
    where = f"{shown(path)}, cell {number}"
    if not isinstance(grader, dict):
        raise NotebookError(
            f"{where}: its nbgrader metadata is {str(grader)[:40]!r}. Make it an "
            "object, or remove it."
        )
    if name := grader.get("grade_id"):
        where += f' (grade_id "{name}")'
    schema = grader.get("schema_version", 0)
    if not isinstance(schema, int) or schema < SCHEMA:
        raise NotebookError(
            f"{where}: its nbgrader metadata has schema {schema!r}, this course reads "
            f"{SCHEMA}. Run `nbgrader update {shown(path.parent)}`."
        )
    if schema > SCHEMA:
        raise NotebookError(
            f"{where}: its nbgrader metadata has schema {schema}, this course reads "
            f"{SCHEMA}. Install the nbgrader that wrote it, or update the autograder."
        )


def _require_points(grader: dict[str, Any], where: str) -> None:
    points = grader.get("points")
    if points is None:
        raise NotebookError(
            f'{where}: grade cell has no points. Add "points" to its nbgrader metadata.'
        )
    is_number = isinstance(points, int | float) and not isinstance(points, bool)
    if not is_number or not 0 <= points < float("inf"):
        raise NotebookError(
            f'{where}: "points" is {points!r}. Make it a number that is not negative.'
        )


def write_notebook(notebook: NotebookNode, path: Path) -> None:
    """Write a notebook: same cells, same bytes; whole or not at all."""
    text = nbformat.writes(notebook, version=nbformat.NO_CONVERT)
    write_whole(path, f"{text}\n".encode())


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0].rstrip(".")
