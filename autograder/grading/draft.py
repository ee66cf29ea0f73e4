"""How a release made from source/ today would differ from the existing one.

Owns: the comparison, cell by cell and file by file, and which differences decide scores
(points, the kinds and the order of cells, the code that students can't change). May
not: change the release, or say what follows.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from nbformat import NotebookNode

from autograder.config import Assignment
from autograder.gradebook import blanked, prepared
from autograder.notebook import Cell, cells_of, read_course_notebook

__all__ = ["differences"]

#: Made by `autograder release` from the checks and the known mistakes.
_GENERATED = ("selfcheck.py", "selfcheck_run.py", "selfcheck.json")


def differences(assignment: Assignment) -> tuple[list[str], list[str]]:
    """The differences, in words: those that affect scores, and those that don't.

    Raises:
        NotebookError: One of the notebooks can't be read.
    """
    draft = _draft(assignment)
    released = read_course_notebook(assignment.release_notebook)
    if grave := list(islice(_grave(released, draft), 1)):
        return grave, []  # other differences may follow from it
    return [], [*_slight(released, draft), *_files(assignment)]


def _draft(assignment: Assignment) -> NotebookNode:
    """The notebook that a release would hold today."""
    path = assignment.source_notebook
    options = assignment.settings.nbgrader_options
    notebook = prepared(read_course_notebook(path), path, options=options)
    return blanked(notebook, path, options=options)


def _grave(released: NotebookNode, draft: NotebookNode) -> Iterator[str]:
    """Differences that affect scores, in words: first whole cells, then their parts."""
    old, new = _by_name(released), _by_name(draft)
    yield from (f"cell {name} is new in the source" for name in new if name not in old)
    yield from (f"cell {name} is not in the source" for name in old if name not in new)
    if [*old] != [*new]:
        yield "the order of its cells differs"
    for name in new:
        before, now = _points(released, old[name]), _points(draft, new[name])
        if before != now:
            yield f"points of {name} differ ({before:g} → {now:g})"
    for name, cell in new.items():
        if _form(released, old[name]) != _form(draft, cell):
            yield f"the kind of cell {name} differs"
        is_given = cell.kind in ("grade", "locked") and _form(draft, cell)[1] == "code"
        if is_given and old[name].source != cell.source:
            yield f"the code of cell {name} differs"


def _slight(released: NotebookNode, draft: NotebookNode) -> Iterator[str]:
    """Differences that affect no score."""
    old, new = _by_name(released), _by_name(draft)
    for name, cell in new.items():
        if old[name].source != cell.source:
            yield f"the text of cell {name} differs"
    if _own(released) != _own(draft):
        yield "texts between its cells differ"


def _by_name(notebook: NotebookNode) -> dict[str, Cell]:
    return {cell.grade_id: cell for cell in cells_of(notebook) if cell.grade_id}


def _own(notebook: NotebookNode) -> list[str]:
    return [cell.source for cell in cells_of(notebook) if not cell.grade_id]


def _points(notebook: NotebookNode, cell: Cell) -> float:
    grader = notebook.cells[cell.index].metadata["nbgrader"]
    return float(grader.get("points") or 0)


def _form(notebook: NotebookNode, cell: Cell) -> tuple[str, str]:
    return cell.kind, notebook.cells[cell.index].cell_type


def _files(assignment: Assignment) -> Iterator[str]:
    """Files beside the notebooks that differ."""
    source, released = assignment.source, assignment.release
    for path in sorted(released.rglob("*")):
        name = path.relative_to(released)
        if path.suffix == ".ipynb" or str(name) in _GENERATED or not path.is_file():
            continue
        if any(part.startswith((".", "__pycache__")) for part in name.parts):
            continue
        if not (source / name).is_file():
            yield f"{name} is not in the source"
        elif (source / name).read_bytes() != path.read_bytes():
            yield f"{name} differs"
