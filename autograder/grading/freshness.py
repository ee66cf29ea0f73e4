"""Whether release/ is what `autograder release` would make of source/ today.

Owns: that question, answered by content. What decides scores (points, the kinds and the
order of cells, the code that students can't change) must be equal; of what else differs
a person is told. May not: change the release.

The notebook and the files beside it are compared as they are. The self-check is made
from the grading tests and the known mistakes, which takes seconds; so a release notes
down what it was made from, and a first run in a new copy of the course does likewise.
"""

from __future__ import annotations

import contextlib
import hashlib
import logging
from collections.abc import Iterator
from pathlib import Path

from nbformat import NotebookNode

from autograder.config import Assignment, shown
from autograder.errors import AssignmentError
from autograder.files import write_whole
from autograder.notebook import Cell, cells_of, read_course_notebook

__all__ = ["note_inputs", "require_fresh"]

_log = logging.getLogger(__name__)

_GENERATED = ("selfcheck.py", "selfcheck.json")


def require_fresh(assignment: Assignment) -> None:
    """Refuse a release that would give other scores than its source.

    Of texts, files or a self-check that are out of date a line in the log tells.

    Raises:
        AssignmentError: Points, cells or given code differ.
        NotebookError: One of the notebooks can't be read.
    """
    draft = _draft(assignment)
    released = read_course_notebook(assignment.release_notebook)
    old = f"{shown(assignment.release)} is older than {shown(assignment.source)}"
    remedy = f"Run `autograder release {assignment.name}`."
    if told := next(_grave(released, draft), ""):
        raise AssignmentError(f"{old}: {told}. {remedy}")
    slight = [*_slight(released, draft), *_files(assignment)]
    if slight:
        more = f" and {len(slight) - 1} more" if len(slight) > 1 else ""
        _log.warning("%s: %s%s. %s", old, slight[0], more, remedy)
    _compare_inputs(assignment, remedy)


def _draft(assignment: Assignment) -> NotebookNode:
    """The notebook that a release would hold today."""
    # Imported here, where the main process has nbgrader for other reasons as well.
    from autograder.gradebook import blanked, prepared

    path = assignment.source_notebook
    options = assignment.settings.nbgrader_options
    notebook = prepared(read_course_notebook(path), path, options=options)
    return blanked(notebook, path, options=options)


def _grave(released: NotebookNode, draft: NotebookNode) -> Iterator[str]:
    """What differs and decides scores, in words: first whole cells, then theirs."""
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
    """What differs and decides no score."""
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


def note_inputs(assignment: Assignment) -> None:
    """Note down what an assignment's self-check is made from; called by a release."""
    path = _note(assignment)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_whole(path, f"{_digest(assignment)}\n".encode())


def _compare_inputs(assignment: Assignment, remedy: str) -> None:
    path = _note(assignment)
    if not path.is_file():
        with contextlib.suppress(OSError):  # the next run asks again
            note_inputs(assignment)
    elif path.read_text(encoding="ascii").strip() != _digest(assignment):
        _log.warning(
            "the checks or known mistakes of %s have changed since it was released: "
            "the self-check that students have may be out of date. %s",
            assignment.name,
            remedy,
        )


def _note(assignment: Assignment) -> Path:
    return assignment.settings.state_directory / "released" / assignment.name


def _digest(assignment: Assignment) -> str:
    """SHA-256 of the names and bytes of the tests and solutions."""
    digest = hashlib.sha256()
    for folder in (assignment.tests, assignment.solutions):
        for path in sorted(folder.rglob("*.py")):
            data = path.read_bytes()
            name = path.relative_to(folder.parent)
            digest.update(f"{name}\0{len(data)}\0".encode())
            digest.update(data)
    return digest.hexdigest()
