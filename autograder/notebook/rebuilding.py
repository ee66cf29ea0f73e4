"""The notebook that is run: the course's skeleton with the student's sources in it."""

from __future__ import annotations

import copy
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial

from nbformat import NotebookNode

from autograder.notebook.cells import cells_of
from autograder.notebook.form import new_cell, notebook_of
from autograder.notebook.submitted import PARAMETER_TAGS

__all__ = ["Rebuilt", "rebuild"]

_MISSING_SOLUTION = (
    "# This cell is missing from the notebook that was handed in.\n"
    "raise NotImplementedError()"
)
_CHANGED_PARAMETERS = "changed parameters are not used in grading"
_MISSING_ANSWER = "*This cell is missing from the notebook that was handed in.*"


@dataclass(frozen=True)
class Rebuilt:
    """The notebook to run, and what had to be mended on the way.

    Attributes:
        notebook: The skeleton with the student's sources in it.
        notes: For the student, one line each, in notebook order.
    """

    notebook: NotebookNode
    notes: tuple[str, ...]


def rebuild(skeleton: NotebookNode, submission: NotebookNode) -> Rebuilt:
    """Put the student's sources into the course's notebook.

    The result has the skeleton's cells, metadata and kernelspec. From the submission
    come only the sources of its solution cells, matched by grade_id, and the student's
    own cells, each after the cell of the skeleton that it followed. A second cell with
    a solution's grade_id (JupyterLab makes one when a cell is split) is kept as an own
    cell, so that the notebook runs as it ran for the student. A solution cell that is
    missing gets a stub, never the skeleton's text: the skeleton may be the source.

    Args:
        skeleton: The release, or the source, of the assignment.
        submission: From `read_submission`.
    """
    plan = _Plan(skeleton, submission)
    cells = list(plan.own_cells(after=-1))
    for index in range(len(skeleton.cells)):
        cells.append(plan.given_cell(index))
        cells.extend(plan.own_cells(after=index))
    notebook = notebook_of(cells)
    notebook.metadata = copy.deepcopy(skeleton.metadata)
    return Rebuilt(
        notebook, tuple(dict.fromkeys(note for _, note in sorted(plan.notes)))
    )


class _Plan:
    """Which cell of a submission goes where in the skeleton.

    Attributes:
        notes: (position in the skeleton, line), as they come up, some twice.
    """

    def __init__(self, skeleton: NotebookNode, submission: NotebookNode) -> None:
        self.notes: list[tuple[int, str]] = []
        self._skeleton = cells_of(skeleton)
        self._raw = skeleton.cells
        self._known = {
            cell.grade_id: cell.index for cell in self._skeleton if cell.grade_id
        }
        self._ids = {cell.get("id"): at for at, cell in enumerate(skeleton.cells)}
        self._handed_in = submission.cells
        self._named = _by_grade_id(submission.cells)
        self._place: dict[int, int] = {}
        self._own: dict[int, list[NotebookNode]] = defaultdict(list)
        self._match_named()
        self._match_plain()
        self._collect_own()

    def given_cell(self, index: int) -> NotebookNode:
        """The skeleton's cell, with the student's source if it is theirs to write."""
        view = self._skeleton[index]
        cell: NotebookNode = copy.deepcopy(self._raw[index])
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
        if view.kind not in ("solution", "manual"):
            return cell
        cell.pop("attachments", None)
        candidates = self._named.get(view.grade_id)
        if not candidates:
            is_code = cell.cell_type == "code"
            cell.source = _MISSING_SOLUTION if is_code else _MISSING_ANSWER
            self._note(index, "is missing from the submission")
            return cell
        theirs = self._handed_in[candidates[0]]
        cell.source = theirs.source
        _attach(cell, theirs)
        self._note_oddities(index, cell, theirs, len(candidates))
        return cell

    def own_cells(self, *, after: int) -> Iterable[NotebookNode]:
        """The student's own cells that follow a cell of the skeleton."""
        for number, theirs in enumerate(self._own[after], start=1):
            cell_id = f"own-{after + 1}-{number}"
            cell = new_cell(theirs.cell_type, theirs.source, cell_id=cell_id)
            _attach(cell, theirs)
            yield cell

    def _match_named(self) -> None:
        """Give each cell of the skeleton the submission's cells of its grade_id."""
        known = self._known
        previous = _predecessors(cell.grade_id for cell in self._skeleton)
        theirs = _predecessors(
            grade_id if (grade_id := _grade_id(cell)) in known else ""
            for cell in self._handed_in
        )
        for grade_id, index in known.items():
            candidates = self._named.get(grade_id, [])
            # In the right place first; Python's sort keeps the order of the others.
            candidates.sort(key=lambda at, index=index: theirs[at] != previous[index])  # type: ignore[misc]
            if candidates:
                self._place[candidates[0]] = index

    def _match_plain(self) -> None:
        """Find the skeleton's cells without a grade_id again, by id, then by text."""
        left = {cell.index for cell in self._skeleton if not cell.grade_id}
        plain = [at for at, cell in enumerate(self._handed_in) if not _grade_id(cell)]
        for find in (self._with_same_id, partial(self._with_same_text, left)):
            for at in plain:
                index = find(self._handed_in[at]) if at not in self._place else None
                if index in left:
                    self._place[at] = index
                    left.discard(index)

    def _with_same_id(self, cell: NotebookNode) -> int | None:
        return self._ids.get(cell.id) if cell.id else None

    def _with_same_text(self, left: set[int], cell: NotebookNode) -> int | None:
        return next((at for at in sorted(left) if self._equal(at, cell)), None)

    def _equal(self, index: int, cell: NotebookNode) -> bool:
        given = self._raw[index]
        same_type = given.cell_type == cell.cell_type
        return bool(same_type) and str(given.source).strip() == cell.source.strip()

    def _collect_own(self) -> None:
        """Hang all that is the student's on the skeleton's cell that came before it."""
        after = -1
        for at, cell in enumerate(self._handed_in):
            after = self._place.get(at, after)
            if at in self._place and self._is_answered(at, after):
                continue
            if self._is_copy_of_given(cell):
                continue
            if PARAMETER_TAGS.intersection(cell.metadata.tags):
                self.notes.append((after, _CHANGED_PARAMETERS))
            elif cell.source.strip():
                self._own[after].append(cell)

    def _is_answered(self, at: int, index: int) -> bool:
        """Whether the rebuilt notebook needs nothing more of a matched cell."""
        view = self._skeleton[index]
        # With a grade_id it is either the student's source, which is taken, or the
        # course's, which stands.
        if view.grade_id or self._equal(index, self._handed_in[at]):
            return True
        if PARAMETER_TAGS.intersection(view.tags):
            self._note(index, _CHANGED_PARAMETERS)
            return True
        return False

    def _is_copy_of_given(self, cell: NotebookNode) -> bool:
        """Whether a cell without a place repeats what the course has written."""
        index = self._known.get(_grade_id(cell))
        if index is None or self._skeleton[index].kind in ("solution", "manual"):
            return False
        self._note(index, "stands more than once in the submission")
        return True

    def _note_oddities(
        self, index: int, cell: NotebookNode, theirs: NotebookNode, count: int
    ) -> None:
        if count > 1:
            self._note(
                index, "stands more than once in the submission; all of them run"
            )
        if theirs.cell_type != cell.cell_type:
            self._note(index, f"is graded as {cell.cell_type}, not {theirs.cell_type}")

    def _note(self, index: int, what: str) -> None:
        name = self._skeleton[index].grade_id
        self.notes.append((index, f'cell "{name}" {what}' if name else what))


def _attach(cell: NotebookNode, theirs: NotebookNode) -> None:
    """Give a text cell the student's pictures, as they are: see `presentable`."""
    if cell.cell_type == "markdown" and "attachments" in theirs:
        cell["attachments"] = theirs.attachments


def _by_grade_id(cells: Iterable[NotebookNode]) -> dict[str, list[int]]:
    named: dict[str, list[int]] = defaultdict(list)
    for at, cell in enumerate(cells):
        if grade_id := _grade_id(cell):
            named[grade_id].append(at)
    return dict(named)


def _grade_id(cell: NotebookNode) -> str:
    return str(cell.metadata.get("nbgrader", {}).get("grade_id", ""))


def _predecessors(names: Iterable[str]) -> list[str]:
    """For each place the last other name before it; "" at the start."""
    before: list[str] = []
    last = earlier = ""
    for name in names:
        before.append(earlier if name and name == last else last)
        if name and name != last:
            earlier, last = last, name
    return before
