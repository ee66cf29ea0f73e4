"""The form of a notebook: format 4, a list of cells, an id for each."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import count
from typing import Any, Literal

import nbformat
from nbformat import NotebookNode

from autograder.errors import MalformedError

__all__ = ["give_ids", "new_cell", "notebook_of", "upgraded"]

#: What nbformat 4.5 allows as a cell's id.
_CELL_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")


def upgraded(raw: object) -> dict[str, Any]:
    """Parsed JSON as a notebook of format 4 with a list of cells.

    Raises:
        MalformedError: It has no such form.
    """
    if not isinstance(raw, dict):
        raise MalformedError("the file is JSON, but not a notebook")
    major = raw.get("nbformat")
    if not isinstance(major, int) or isinstance(major, bool):
        raise MalformedError('the file is JSON, but not a notebook: no "nbformat"')
    if major == 3:
        raw = _from_version_3(raw)
    elif major != 4:
        raise MalformedError(f"the notebook has format {major}; this course reads 4")
    if not isinstance(raw.get("cells"), list):
        raise MalformedError("the notebook has no list of cells")
    return raw


def new_cell(
    cell_type: Literal["code", "markdown"],
    source: str,
    *,
    cell_id: str,
    metadata: dict[str, Any] | None = None,
) -> NotebookNode:
    """A cell without outputs; nbformat's own functions check and warn on the way."""
    cell = NotebookNode(
        cell_type=cell_type,
        id=cell_id,
        metadata=nbformat.from_dict(metadata or {}),
        source=source,
    )
    if cell_type == "code":
        cell.update(execution_count=None, outputs=[])
    return cell


def notebook_of(cells: Iterable[NotebookNode]) -> NotebookNode:
    """A notebook whose cells all have an id of their own, the same at every call."""
    notebook = NotebookNode(
        nbformat=4, nbformat_minor=5, metadata=NotebookNode(), cells=list(cells)
    )
    give_ids(notebook)
    return notebook


def give_ids(notebook: NotebookNode) -> None:
    """Give each cell that lacks one an id; nbformat would draw it by lot."""
    taken: set[str] = set()
    for index, cell in enumerate(notebook.cells, start=1):
        cell_id = str(cell.get("id") or "")
        if not _CELL_ID.fullmatch(cell_id) or cell_id in taken:
            free = (f"cell-{index}" + "-x" * tries for tries in count())
            cell_id = next(name for name in free if name not in taken)
        cell["id"] = cell_id
        taken.add(cell_id)
    notebook.nbformat_minor = max(5, notebook.get("nbformat_minor", 0))


def _from_version_3(raw: dict[str, Any]) -> dict[str, Any]:
    """Let nbformat upgrade a notebook of IPython's time; it trusts what it reads."""
    try:
        old = nbformat.from_dict(raw)
        _bound_headings(old)
        made: dict[str, Any] = nbformat.convert(old, 4)
    except MemoryError:
        raise
    except Exception as error:
        raise MalformedError("the notebook has format 3 and is damaged") from error
    return made


def _bound_headings(old: NotebookNode) -> None:
    """Give each heading a level that there is: a "#" is written for each step of it."""
    for sheet in old.worksheets:
        for cell in sheet.cells:
            if cell.cell_type == "heading":
                cell.level = min(max(int(cell.get("level", 1)), 1), 6)
