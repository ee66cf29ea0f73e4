"""The notebook that is run: the course's skeleton with the student's sources in it."""

from __future__ import annotations

import copy
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from nbformat import NotebookNode

from autograder.notebook.cells import cells_of
from autograder.notebook.form import is_made_id, new_cell, notebook_of
from autograder.notebook.remarks import late_answers, late_settings, plain_text
from autograder.notebook.submitted import PARAMETER_TAGS

__all__ = ["Rebuilt", "rebuild"]

_MISSING_SOLUTION = (
    'raise NotImplementedError("its cell is missing from the notebook handed in")'
)
_CHANGED_PARAMETERS = "changed parameters are not used in grading"
#: How many missing cells are listed one per line.
_FEW = 3

_MISSING_ANSWER = "*This cell is missing from the notebook that was handed in.*"


@dataclass(frozen=True)
class Rebuilt:
    """The notebook to run, and what had to be repaired.

    Attributes:
        notebook: The skeleton with the student's sources in it.
        notes: For the student, one line each: what was repaired, in notebook order;
            then remarks on the student's code.
        numbers: The student's cells, by their ids here: their places in the
            submission, counted from 1.
    """

    notebook: NotebookNode
    notes: tuple[str, ...]
    numbers: Mapping[str, int] = field(default_factory=dict)


def rebuild(skeleton: NotebookNode, submission: NotebookNode) -> Rebuilt:
    """Put the student's sources into the course's notebook.

    The result has the skeleton's cells, metadata and kernelspec. From the submission
    come only the sources of its solution cells, matched by grade_id (or by id, if a
    tool has removed nbgrader's metadata), and the student's own cells, each after the
    cell of the skeleton that it followed. A second cell with a solution's grade_id
    (JupyterLab makes one when a cell is split) is kept as an own cell, so that the
    notebook runs as it ran for the student. A solution cell that is missing gets a
    stub, never the skeleton's text: the skeleton may be the source.

    Args:
        skeleton: The release, or the source, of the assignment.
        submission: From `read_submission`.
    """
    plan = _Plan(skeleton, submission)
    cells = list(plan.own_cells(after=-1))
    for index in range(len(skeleton.cells)):
        cells.append(plan.given_cell(index))
        cells.extend(plan.own_cells(after=index))
    notebook = notebook_of(cell for cell, _ in cells)
    notebook.metadata = copy.deepcopy(skeleton.metadata)
    numbers = {cell.id: at + 1 for cell, at in cells if at is not None}
    notes = (
        *plan.all_notes(),
        *late_answers(skeleton, notebook, numbers),
        *late_settings(notebook, numbers),
    )
    return Rebuilt(notebook, tuple(dict.fromkeys(notes)), numbers)


#: A cell of the rebuilt notebook, and its position in the submission.
_Placed = tuple[NotebookNode, int | None]


class _Plan:
    """Maps the cells of a submission to places in the skeleton.

    Attributes:
        notes: (position in the skeleton, line), in order of discovery, some twice.
    """

    def __init__(self, skeleton: NotebookNode, submission: NotebookNode) -> None:
        self.notes: list[tuple[int, str]] = []
        self._skeleton = cells_of(skeleton)
        self._raw = skeleton.cells
        self._texts = [
            (cell.cell_type, plain_text(cell.source)) for cell in skeleton.cells
        ]
        self._known = {
            cell.grade_id: cell.index for cell in self._skeleton if cell.grade_id
        }
        self._given = {
            cell.index
            for cell in self._skeleton
            if cell.grade_id and cell.kind not in ("solution", "manual")
        }
        self._ids = {cell.get("id"): at for at, cell in enumerate(skeleton.cells)}
        self._handed_in = submission.cells
        self._named = _by_grade_id(submission.cells)
        self._place: dict[int, int] = {}
        self._own: dict[int, list[int]] = defaultdict(list)
        self._missing: list[tuple[int, str]] = []
        self._lost: list[tuple[int, str]] = []
        self._match_named()
        self._match_plain()
        self._collect_own()

    def given_cell(self, index: int) -> _Placed:
        """The skeleton's cell, with the student's source if it is theirs to write."""
        view = self._skeleton[index]
        cell: NotebookNode = copy.deepcopy(self._raw[index])
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
        candidates = self._named.get(view.grade_id, [])
        theirs = self._handed_in[candidates[0]] if candidates else None
        if view.kind not in ("solution", "manual"):
            if view.grade_id:
                self._note_change(index, theirs)
            return cell, None
        cell.pop("attachments", None)
        if theirs is None:
            is_code = cell.cell_type == "code"
            cell.source = _MISSING_SOLUTION if is_code else _MISSING_ANSWER
            self._missing.append((index, view.grade_id))
            return cell, None
        cell.source = theirs.source
        _attach(cell, theirs)
        self._note_oddities(index, cell, candidates)
        return cell, candidates[0]

    def own_cells(self, *, after: int) -> Iterable[_Placed]:
        """The student's own cells that follow a cell of the skeleton."""
        for number, at in enumerate(self._own[after], start=1):
            theirs = self._handed_in[at]
            cell_id = f"own-{after + 1}-{number}"
            cell = new_cell(theirs.cell_type, theirs.source, cell_id=cell_id)
            _attach(cell, theirs)
            yield cell, at

    def all_notes(self) -> list[str]:
        """The notes about the cells, in notebook order."""
        notes = list(self.notes)
        if len(self._missing) > _FEW:
            names = ", ".join(name for _, name in self._missing)
            count = sum(cell.kind in ("solution", "manual") for cell in self._skeleton)
            many = f"{len(self._missing)} of {count} cells are missing from the"
            notes.append((self._missing[0][0], f"{many} submission: {names}"))
        else:
            notes += [
                (at, f'cell "{name}" is missing from the submission')
                for at, name in self._missing
            ]
        if len(self._lost) > _FEW:
            many = f"{len(self._lost)} of the course's cells are missing from the"
            notes.append((self._lost[0][0], f"{many} submission; its own were used"))
        else:
            notes += [
                (at, f'cell "{self._skeleton[at].grade_id}" {what}')
                for at, what in self._lost
            ]
        return [note for _, note in sorted(notes)]

    def _match_named(self) -> None:
        """Match each cell of the skeleton with the submission's, by grade_id."""
        known = self._known
        previous = _predecessors(cell.grade_id for cell in self._skeleton)
        theirs = _predecessors(
            grade_id if (grade_id := _grade_id(cell)) in known else ""
            for cell in self._handed_in
        )
        self._adopt_nameless()
        for grade_id, index in known.items():
            candidates = self._named.get(grade_id, [])

            def rank(at: int, index: int = index) -> tuple[bool, bool]:
                """Of the right type first, then in the right place."""
                kind = self._raw[index].cell_type
                is_other = self._handed_in[at].cell_type != kind
                return is_other, theirs[at] != previous[index]

            candidates.sort(key=rank)  # a stable sort
            if candidates:
                self._place[candidates[0]] = index

    def _adopt_nameless(self) -> None:
        """Match a cell by its id or text if a tool has removed its grade_id."""
        nameless = [
            at for at, cell in enumerate(self._handed_in) if not _grade_id(cell)
        ]
        adopted = 0
        for find in (self._with_same_id, self._with_given_text):
            for at in nameless:
                index = find(self._handed_in[at])
                name = "" if index is None else self._skeleton[index].grade_id
                if name and name not in self._named:
                    self._named[name] = [at]
                    adopted += 1
        if adopted:
            which = f"{adopted} cell{'s' * (adopted > 1)}, recognised by"
            self.notes.append(
                (
                    -1,
                    f"nbgrader's metadata was missing from {which} id or text",
                )
            )

    def _with_given_text(self, cell: NotebookNode) -> int | None:
        """The course's own named cell with exactly this text."""
        return self._with_same_text(self._given, cell) if cell.source.strip() else None

    def _match_plain(self) -> None:
        """Match the skeleton's cells without a grade_id, by id, then by text."""
        left = {cell.index for cell in self._skeleton if not cell.grade_id}
        plain = [
            at
            for at, cell in enumerate(self._handed_in)
            if not _grade_id(cell) and cell.cell_type != "raw"
        ]
        for find in (self._with_same_id, partial(self._with_same_text, left)):
            for at in plain:
                index = find(self._handed_in[at]) if at not in self._place else None
                if index in left:
                    self._place[at] = index
                    left.discard(index)

    def _with_same_id(self, cell: NotebookNode) -> int | None:
        is_theirs = cell.id and not is_made_id(cell.id)
        return self._ids.get(cell.id) if is_theirs else None

    def _with_same_text(self, left: set[int], cell: NotebookNode) -> int | None:
        text = cell.cell_type, plain_text(cell.source)
        return next((at for at in sorted(left) if self._texts[at] == text), None)

    def _equal(self, index: int, cell: NotebookNode) -> bool:
        return self._texts[index] == (cell.cell_type, plain_text(cell.source))

    def _collect_own(self) -> None:
        """Attach each of the student's own cells to the skeleton's cell before it."""
        after = -1
        for at, cell in enumerate(self._handed_in):
            after = self._place.get(at, after)
            if at in self._place and self._is_answered(at, after):
                continue
            if cell.cell_type == "raw" or self._is_copy_of_given(cell):
                continue
            if PARAMETER_TAGS.intersection(cell.metadata.tags):
                self.notes.append((after, _CHANGED_PARAMETERS))
            elif cell.source.strip():
                self._own[after].append(at)

    def _is_answered(self, at: int, index: int) -> bool:
        """Whether the rebuilt notebook needs nothing more from a matched cell."""
        view = self._skeleton[index]
        # With a grade_id, either the student's source is used, or the course's is kept.
        if view.grade_id or self._equal(index, self._handed_in[at]):
            return True
        if PARAMETER_TAGS.intersection(view.tags):
            self._note(index, _CHANGED_PARAMETERS)
            return True
        return False

    def _is_copy_of_given(self, cell: NotebookNode) -> bool:
        """Whether an unmatched cell repeats one of the course's."""
        index = self._known.get(_grade_id(cell))
        if index is None or self._skeleton[index].kind in ("solution", "manual"):
            return False
        self._note(index, "appears more than once in the submission")
        return True

    def _note_change(self, index: int, theirs: NotebookNode | None) -> None:
        """Note that one of the course's cells was changed, beyond whitespace."""
        is_code = self._raw[index].cell_type == "code"
        is_run = is_code and self._skeleton[index].kind == "locked"
        stands = f"the course's own was {'run' if is_run else 'used'}"
        if theirs is None:
            if is_code:
                self._lost.append((index, f"is missing from the submission; {stands}"))
        elif not self._equal(index, theirs):
            self._note(index, f"was changed; {stands}")

    def _note_oddities(
        self, index: int, cell: NotebookNode, candidates: Sequence[int]
    ) -> None:
        theirs = self._handed_in[candidates[0]]
        if sum(self._handed_in[at].cell_type != "raw" for at in candidates) > 1:
            self._note(
                index, "appears more than once in the submission; every copy is run"
            )
        if theirs.cell_type != cell.cell_type:
            self._note(index, f"is graded as {cell.cell_type}, not {theirs.cell_type}")

    def _note(self, index: int, what: str) -> None:
        name = self._skeleton[index].grade_id
        self.notes.append((index, f'cell "{name}" {what}' if name else what))


def _attach(cell: NotebookNode, theirs: NotebookNode) -> None:
    """Give a text cell the student's pictures, uncleaned: see `presentable`."""
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
    """For each position, the last different name before it; "" at the start."""
    before: list[str] = []
    last = earlier = ""
    for name in names:
        before.append(earlier if name and name == last else last)
        if name and name != last:
            earlier, last = last, name
    return before
