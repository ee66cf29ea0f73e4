"""Recognise whether a submission belongs to the assignment, or to another one.

Owns: the refusal of a notebook with nothing of the assignment in it, in one line that
says what it looks like; and which of a course's assignments a notebook belongs to,
whatever its name is. May not: open a student's file.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from nbformat import NotebookNode

from autograder.errors import MalformedError, NotebookError
from autograder.notebook import (
    defined_in,
    is_made_id,
    read_course_notebook,
    solution_cells,
)

__all__ = ["Likeness", "likeness", "require_ours"]


@dataclass(frozen=True)
class Likeness:
    """The assignment that a notebook belongs to.

    Attributes:
        assignment: Its name.
        cells: How many of the cells that it asks for are there.
        is_blank: Whether all of these are as they were released.
        digest: SHA-256 of all its cells' sources, hex.
    """

    assignment: str
    cells: int
    is_blank: bool
    digest: str


def likeness(submission: NotebookNode, releases: Mapping[str, str]) -> Likeness | None:
    """The assignment with most cells in a notebook; None if it has cells of none.

    Cells are known by their grade_ids; if there are none, by the ids that the release
    gave them.

    Args:
        submission: From `parse_submission`.
        releases: Paths of the releases of the course's assignments, by name.
    """
    stubs = {name: _stubs(path) for name, path in releases.items()}
    for key in ("grade_id", "id"):
        written = _sources(submission, key)
        found = {
            name: {each for each in asked[key] if each in written}
            for name, asked in stubs.items()
        }
        name = max(found, key=lambda each: len(found[each]), default="")
        if cells := found.get(name):
            is_blank = all(
                written[each].strip() == stubs[name][key][each].strip()
                for each in cells
            )
            return Likeness(name, len(cells), is_blank, _digest(submission))
    return None


def _sources(submission: NotebookNode, key: str) -> dict[str, str]:
    """The sources of a submission's cells, by grade_id or by id."""
    if key == "id":
        return {str(cell.get("id", "")): cell.source for cell in submission.cells}
    return {
        str(cell.metadata["nbgrader"]["grade_id"]): cell.source
        for cell in submission.cells
        if "grade_id" in cell.metadata.get("nbgrader", {})
    }


def _digest(submission: NotebookNode) -> str:
    sources = "\0".join(cell.source for cell in submission.cells)
    return hashlib.sha256(sources.encode("utf-8", "replace")).hexdigest()


@lru_cache(maxsize=256)
def _stubs(path: str) -> dict[str, dict[str, str]]:
    """The solution cells of a release, by grade_id and by id; none if unreadable."""
    made: dict[str, dict[str, str]] = {"grade_id": {}, "id": {}}
    if not Path(path).is_file():
        return made
    try:
        release = read_course_notebook(Path(path))
    except NotebookError:
        return made  # reported when that assignment is graded
    for cell in solution_cells(release):
        made["grade_id"][cell.grade_id] = cell.source
        cell_id = str(release.cells[cell.index].get("id", ""))
        if not is_made_id(cell_id):
            made["id"][cell_id] = cell.source
    return made


def require_ours(
    assignment: str,
    skeleton: NotebookNode,
    submission: NotebookNode,
    *,
    others: Mapping[str, str],
) -> None:
    """Refuse another assignment's notebook, and one with nothing of this one in it.

    A notebook whose metadata was removed by a tool passes if its cells still have the
    course's ids, or define one of the requested functions.

    Args:
        assignment: Name of the assignment.
        skeleton: Its release notebook.
        submission: From `parse_submission`.
        others: Paths of the releases of the course's other assignments, by name.

    Raises:
        MalformedError: It is not this assignment's notebook; the message says what it
            is.
    """
    asked = _asked(skeleton)
    found = _named(submission) & asked
    if 2 * len(found) >= len(asked):
        return
    other, shared = _closest(others, submission)
    if other and len(shared) > len(found):
        found -= shared  # cells that both have under the same name
        looks = f"it looks like {other}'s notebook"
    elif found or _has_ids(skeleton, submission) or _defines(skeleton, submission):
        return
    elif any(cell.source.strip() for cell in submission.cells):
        looks = "it looks like another notebook"
    else:
        looks = "nothing has been written in it"
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
    """The other assignment with most cells there, and those cells."""
    shared = {name: _named(submission) & asked for name, asked in _released(others)}
    best = max(shared, key=lambda name: len(shared[name]), default="")
    return best, shared.get(best, set())


def _released(others: Mapping[str, str]) -> Iterator[tuple[str, set[str]]]:
    """The solution cells of the course's other released assignments."""
    for name, path in others.items():
        if not Path(path).is_file():
            continue
        try:
            yield name, _asked(read_course_notebook(Path(path)))
        except NotebookError:
            continue  # reported when that assignment is graded


def _has_ids(skeleton: NotebookNode, submission: NotebookNode) -> bool:
    """Whether one of the assignment's cells is there by its id."""
    asked = {skeleton.cells[cell.index].get("id") for cell in solution_cells(skeleton)}
    theirs = {str(cell.get("id", "")) for cell in submission.cells}
    return any(cell_id in asked and not is_made_id(cell_id) for cell_id in theirs)


def _defines(skeleton: NotebookNode, submission: NotebookNode) -> bool:
    """Whether one of the requested functions is defined anywhere."""
    stubs = (cell.source for cell in solution_cells(skeleton))
    asked = {name for stub in stubs for name in defined_in(stub)}
    return any(
        not asked.isdisjoint(defined_in(cell.source))
        for cell in submission.cells
        if cell.cell_type == "code"
    )
