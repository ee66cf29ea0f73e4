"""The form of a notebook: format 4, a list of cells, an id for each."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from autograder.errors import MalformedError

__all__ = ["new_cell", "notebook_of", "upgraded"]


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
    """A cell without outputs."""
    make = new_code_cell if cell_type == "code" else new_markdown_cell
    cell: NotebookNode = make(source, id=cell_id, metadata=metadata or {})  # type: ignore[no-untyped-call]
    return cell


def notebook_of(cells: Iterable[NotebookNode]) -> NotebookNode:
    """A notebook whose cells all have an id, the same at every call."""
    notebook: NotebookNode = new_notebook(cells=list(cells))
    notebook.nbformat_minor = 5
    for index, cell in enumerate(notebook.cells, start=1):
        if not cell.get("id"):
            cell["id"] = f"cell-{index}"
    return notebook


def _from_version_3(raw: dict[str, Any]) -> dict[str, Any]:
    """Let nbformat upgrade a notebook of IPython's time; it trusts what it reads."""
    try:
        made: dict[str, Any] = nbformat.convert(nbformat.from_dict(raw), 4)
    except (
        AttributeError,
        IndexError,
        KeyError,
        RecursionError,
        TypeError,
        ValueError,
    ) as error:
        raise MalformedError("the notebook has format 3 and is damaged") from error
    return made
