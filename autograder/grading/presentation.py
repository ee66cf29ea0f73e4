"""Make an executed notebook safe to open: no student's script runs in the page.

Owns: what is kept of a student's cells and outputs, all from allow lists, before
formgrader, feedback or a browser gets them. May not: change a locked cell's source, or
decide anything. Anything odd in them is dropped and never raises.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from typing import Any

from nbformat import NotebookNode

from autograder.grading.markup import (
    TOO_LARGE,
    clean_html,
    clean_latex,
    clean_markdown,
)
from autograder.grading.pictures import KINDS, REMOVED, Pictures
from autograder.text import one_line, screen_text

__all__ = ["presentable"]

#: papermill's tag for the cell that it puts after the parameters.
_INJECTED = "injected-parameters"

_ODD = "[output removed: it has no form that can be shown here]"

#: The size of an image, in pixels of the page.
_MOST_PIXELS = 10_000
_BACKGROUNDS = ("light", "dark")

#: The most lines of a traceback, and the longest name of an exception.
_LINES = 2_000
_NAME = 200

_MOST_RUNS = 10**6


def presentable(notebook: NotebookNode, skeleton: NotebookNode) -> NotebookNode:
    """Clean an executed notebook in place, without papermill's cell and records.

    Outputs are rebuilt: text, HTML and Markdown reduced to harmless tags, pictures
    re-encoded. The student's text cells are cleaned. Metadata is the course's.

    Args:
        notebook: The executed notebook; changed.
        skeleton: The release notebook; its cells' own text is left as it is.
    """
    given = {str(cell.get("id")): cell for cell in skeleton.cells}
    notebook.metadata = copy.deepcopy(skeleton.metadata)
    notebook.cells = [
        cell
        for cell in notebook.cells
        if _INJECTED not in cell.metadata.get("tags", [])
    ]
    pictures = Pictures()
    for cell in notebook.cells:
        ours = given.get(str(cell.get("id")))
        cell.metadata = copy.deepcopy(ours.metadata) if ours else NotebookNode()
        if cell.cell_type == "code":
            cell.outputs = [_output(each, pictures) for each in cell.outputs]
            cell.execution_count = _run_number(cell.get("execution_count"))
        elif ours is None or _is_students(ours):
            _clean_text_cell(cell, ours, pictures)
    return notebook


def _is_students(cell: NotebookNode) -> bool:
    return bool(cell.metadata.get("nbgrader", {}).get("solution"))


def _clean_text_cell(
    cell: NotebookNode, ours: NotebookNode | None, pictures: Pictures
) -> None:
    """Clean a student's text cell; an unchanged one stays."""
    attached = cell.pop("attachments", None)
    if ours is not None and ours.source == cell.source:
        if "attachments" in ours:
            cell.attachments = copy.deepcopy(ours.attachments)
        return
    kept = _attachments(attached, pictures)
    source = clean_markdown(cell.source, kept)
    if kept and source == cell.source:
        cell.attachments = kept
    cell.source = source


def _attachments(attached: object, pictures: Pictures) -> NotebookNode:
    """A cell's attached pictures, re-encoded, by name."""
    made = NotebookNode()
    for name, bundle in _items(attached):
        for kind, encoded in _items(bundle):
            if kind in KINDS and (picture := pictures.anew(_joined(encoded), kind)):
                made[name] = NotebookNode({kind: picture})
    return made


def _output(output: object, pictures: Pictures) -> NotebookNode:
    """An output rebuilt from its allowed parts; a note if nothing is left."""
    fields = dict(_items(output))
    match fields.get("output_type"):
        case "stream":
            text = _joined(fields.get("text"))
            name = "stderr" if fields.get("name") == "stderr" else "stdout"
            return _printed(_ODD if text is None else screen_text(text), name)
        case "error":
            return _error(fields)
        case "display_data" | "execute_result" as kind:
            data = _data(fields.get("data"), pictures)
            made = NotebookNode(
                output_type=kind,
                data=data,
                metadata=_sizes(fields.get("metadata"), data),
            )
            if kind == "execute_result":
                made.execution_count = _run_number(fields.get("execution_count"))
            return made
        case _:
            return _printed(_ODD)


def _printed(text: str, name: str = "stdout") -> NotebookNode:
    return NotebookNode(output_type="stream", name=name, text=text)


def _error(fields: Mapping[str, Any]) -> NotebookNode:
    name, value = (_joined(fields.get(key)) or "" for key in ("ename", "evalue"))
    lines = fields.get("traceback")
    return NotebookNode(
        output_type="error",
        ename=one_line(name, _NAME),
        evalue=one_line(value),
        traceback=[
            screen_text(line)
            for line in (lines[:_LINES] if isinstance(lines, list) else [])
            if isinstance(line, str)
        ],
    )


def _data(bundle: object, pictures: Pictures) -> NotebookNode:
    """The displayable forms of an output, each cleaned."""
    made, notes = NotebookNode(), []
    for kind, raw in _items(bundle):
        value = _joined(raw)
        if kind in KINDS:
            shown = pictures.anew(value, kind)
            notes += [] if shown else [REMOVED]
        elif kind in _CLEAN:
            shown = None if value is None else _CLEAN[kind](value)
            notes += [TOO_LARGE] if value is not None and shown is None else []
        else:
            continue
        if shown is not None:
            made[kind] = shown
    if notes or not made:
        made["text/plain"] = "\n".join([*_lines(made), *(notes or [_ODD])])
    return made


def _lines(data: Mapping[str, Any]) -> list[str]:
    """The plain text among an output's forms, as lines to add to."""
    return [text] if (text := str(data.get("text/plain", ""))) else []


#: How each textual form of an output is cleaned; None if it is too large.
_CLEAN: Mapping[str, Callable[[str], str | None]] = {
    "text/plain": screen_text,
    "text/html": clean_html,
    "text/markdown": lambda text: clean_markdown(text, {}),
    "text/latex": clean_latex,
}


def _sizes(metadata: object, data: Mapping[str, Any]) -> NotebookNode:
    """The size and background of a picture: all that metadata may set."""
    by_kind, made = dict(_items(metadata)), NotebookNode()
    for kind in KINDS.keys() & data.keys():
        said = dict(_items(by_kind.get(kind)))
        kept = {
            key: said[key]
            for key in ("width", "height")
            if type(said.get(key)) is int and 0 < said[key] <= _MOST_PIXELS
        }
        if said.get("needs_background") in _BACKGROUNDS:
            kept["needs_background"] = said["needs_background"]
        if kept:
            made[kind] = NotebookNode(kept)
    return made


def _run_number(count: object) -> int | None:
    """A cell's execution count, if it is one."""
    return count if type(count) is int and 0 <= count <= _MOST_RUNS else None


def _items(value: object) -> list[tuple[str, Any]]:
    """The entries of a JSON object under displayable names; {} for anything else."""
    if not isinstance(value, dict):
        return []
    return [
        (key, item)
        for key, item in value.items()
        if isinstance(key, str) and key.isprintable()
    ]


def _joined(value: object) -> str | None:
    """A text, which JSON may hold as a list of lines; None if it is neither."""
    if isinstance(value, str):
        return value
    if isinstance(value, list) and all(isinstance(line, str) for line in value):
        return "".join(value)
    return None
