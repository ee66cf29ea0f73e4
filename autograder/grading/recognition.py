"""Whose notebook is it? Whether a submission is the assignment's own, or another's.

Owns: the refusal of a notebook that holds none of what was asked, in one line that says
what it looks like. May not: open a file of a student's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from nbformat import NotebookNode

from autograder.errors import MalformedError, NotebookError
from autograder.notebook import (
    defined_in,
    is_made_id,
    read_course_notebook,
    solution_cells,
)

__all__ = ["require_ours"]


def require_ours(
    assignment: str,
    skeleton: NotebookNode,
    submission: NotebookNode,
    *,
    others: Mapping[str, str],
) -> None:
    """Refuse another assignment's notebook, and one with nothing of this one in it.

    A notebook whose metadata a tool has removed passes if its cells still have the
    course's ids, or define one of the functions that were asked for.

    Args:
        assignment: Name of the assignment.
        skeleton: Its release notebook.
        submission: From `parse_submission`.
        others: Paths of the releases of the course's other assignments, by name.

    Raises:
        MalformedError: It is not this assignment's notebook; the line says what it is.
    """
    asked = _asked(skeleton)
    found = _named(submission) & asked
    if 2 * len(found) >= len(asked):
        return
    other, shared = _closest(others, submission)
    if other and len(shared) > len(found):
        found -= shared  # of what both have by the same name
        looks = f"it looks like {other}'s notebook"
    elif found or _has_ids(skeleton, submission) or _defines(skeleton, submission):
        return
    elif any(cell.source.strip() for cell in submission.cells):
        looks = "it looks like another notebook"
    else:
        looks = "nothing is written in it"
    count = f"only {len(found)}" if found else "none"
    is_in = "is" if len(found) < 2 else "are"
    raise MalformedError(
        f"{count} of the {len(asked)} cells of {assignment} {is_in} in it; {looks}"
    )


def _asked(skeleton: NotebookNode) -> set[str]:
    return {cell.grade_id for cell in solution_cells(skeleton)}


def _named(submission: NotebookNode) -> set[str]:
    graders = (cell.metadata.get("nbgrader", {}) for cell in submission.cells)
    return {str(grader["grade_id"]) for grader in graders if "grade_id" in grader}


def _closest(
    others: Mapping[str, str], submission: NotebookNode
) -> tuple[str, set[str]]:
    """The other assignment of which most is there, and what that is."""
    shared = {name: _named(submission) & asked for name, asked in _released(others)}
    best = max(shared, key=lambda name: len(shared[name]), default="")
    return best, shared.get(best, set())


def _released(others: Mapping[str, str]) -> Iterator[tuple[str, set[str]]]:
    """What the course's other assignments ask for, as far as they are released."""
    for name, path in others.items():
        if not Path(path).is_file():
            continue
        try:
            yield name, _asked(read_course_notebook(Path(path)))
        except NotebookError:
            continue  # told when that assignment is graded


def _has_ids(skeleton: NotebookNode, submission: NotebookNode) -> bool:
    """Whether a cell that was asked for is there by its id."""
    asked = {skeleton.cells[cell.index].get("id") for cell in solution_cells(skeleton)}
    theirs = {str(cell.get("id", "")) for cell in submission.cells}
    return any(cell_id in asked and not is_made_id(cell_id) for cell_id in theirs)


def _defines(skeleton: NotebookNode, submission: NotebookNode) -> bool:
    """Whether a function that was asked for is defined anywhere."""
    stubs = (cell.source for cell in solution_cells(skeleton))
    asked = {name for stub in stubs for name in defined_in(stub)}
    return any(
        not asked.isdisjoint(defined_in(cell.source))
        for cell in submission.cells
        if cell.cell_type == "code"
    )
