"""The form of a notebook: format 4, a list of cells, an id for each."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import count
from typing import Any, Literal

import nbformat
from nbformat import NotebookNode

from autograder.errors import MalformedError

__all__ = ["give_ids", "is_made_id", "new_cell", "notebook_of", "upgraded"]

#: What nbformat 4.5 allows as a cell's id.
_CELL_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")

#: What `give_ids` gives.
_MADE_ID = re.compile(r"cell-\d+(-x)*")


def upgraded(raw: object) -> dict[str, Any]:
    """Parsed JSON as a notebook of format 4 with a list of cells.

    Raises:
        MalformedError: It does not have this form.
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
    cell_type: Literal["code", "markdown", "raw"],
    source: str,
    *,
    cell_id: str,
    metadata: dict[str, Any] | None = None,
) -> NotebookNode:
    """A cell without outputs, made without nbformat's checks and warnings."""
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
    """A notebook whose cells all have unique ids, the same at every call."""
    notebook = NotebookNode(
        nbformat=4, nbformat_minor=5, metadata=NotebookNode(), cells=list(cells)
    )
    give_ids(notebook)
    return notebook


def is_made_id(cell_id: str) -> bool:
    """Whether a cell's id looks generated, which says nothing about the cell."""
    return _MADE_ID.fullmatch(cell_id) is not None


def give_ids(notebook: NotebookNode) -> None:
    """Give each cell that lacks one an id; nbformat's own ids are random."""
    taken: set[str] = set()
    for index, cell in enumerate(notebook.cells, start=1):
        cell_id = str(cell.get("id") or "")
        if not _CELL_ID.fullmatch(cell_id) or cell_id in taken:
            free = (f"cell-{index}" + "-x" * tries for tries in count())
            cell_id = next(name for name in free if name not in taken)
        cell["id"] = cell_id
        taken.add(cell_id)
    minor = notebook.get("nbformat_minor", 0)
    notebook.nbformat_minor = max(5, minor) if isinstance(minor, int) else 5


def _from_version_3(raw: dict[str, Any]) -> dict[str, Any]:
    """Upgrade a notebook of format 3 to format 4, without its outputs.

    Done here because nbformat's version trusts its input and validates schemas.
    """
    sheets = raw.get("worksheets")
    if not isinstance(sheets, list):
        raise MalformedError("the notebook has format 3 and is damaged")
    cells: list[Any] = []
    for sheet in sheets:
        inner = sheet.get("cells") if isinstance(sheet, dict) else None
        if not isinstance(inner, list):
            raise MalformedError("the notebook has format 3 and is damaged")
        cells += [_cell_from_version_3(cell) for cell in inner]
    metadata = raw.get("metadata")
    return {
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": metadata if isinstance(metadata, dict) else {},
        "cells": cells,
    }


def _cell_from_version_3(cell: object) -> object:
    """A cell with its type, source and metadata; anything else is left as it is."""
    if not isinstance(cell, dict):
        return cell
    kind, source = cell.get("cell_type"), cell.get("source", "")
    metadata = cell.get("metadata", {})
    if kind == "code":
        return {
            "cell_type": "code",
            "source": cell.get("input", source),
            "metadata": metadata,
            "execution_count": None,
            "outputs": [],
        }
    if kind == "heading":
        level = cell.get("level", 1)
        depth = min(max(level, 1), 6) if isinstance(level, int) else 1
        kind, source = "markdown", _one_line(source, "#" * depth)
    elif kind == "html":
        kind = "markdown"
    return {"cell_type": kind, "source": source, "metadata": metadata}


def _one_line(source: object, start: str) -> object:
    """A heading's text, which is one line in format 4."""
    if isinstance(source, list) and all(isinstance(line, str) for line in source):
        source = "".join(source)
    if not isinstance(source, str):
        return source
    return f"{start} {' '.join(source.splitlines())}"
