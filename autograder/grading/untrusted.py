"""Process a student's data in a process that may die of it.

Owns: which work that is, its budgets, and what happens to data that exceeds them. May
not: clean or rebuild by itself. A file that can't be read is malformed; an output that
costs too much is left out, and the score stays.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nbformat import NotebookNode, from_dict

from autograder.config import Settings
from autograder.errors import BudgetError, MalformedError
from autograder.files import read_bytes
from autograder.grading.presentation import presentable
from autograder.grading.recognition import Likeness, likeness, require_ours
from autograder.notebook import Rebuilt, parse_submission, rebuild
from autograder.sandbox import Budget, Disposable

__all__ = ["Presented", "present", "read", "recognised"]

#: For the file: parsing, upgrading, rebuilding.
READ = Budget(seconds=5, memory_mib=512)

#: For all of a notebook's outputs, and for a single piece if all are too much.
WHOLE = Budget(seconds=3, memory_mib=512)
PIECE = Budget(seconds=1.5, memory_mib=512)

#: After this many seconds of processor time, the remaining pieces are dropped.
ALTOGETHER_S = 12.0

_OUTPUT_REMOVED = "[output removed: damaged, or too large to be checked]\n"
_TEXT_REMOVED = "*[text removed: damaged, or too large to be checked]*"


@dataclass(frozen=True)
class Presented:
    """The executed notebook as others may open it.

    Attributes:
        notebook: Its cells, cleaned.
        notes: What was left out, one line each.
    """

    notebook: NotebookNode
    notes: tuple[str, ...] = ()


def read(
    reader: Disposable,
    data: bytes,
    skeleton: NotebookNode,
    *,
    assignment: str,
    others: Mapping[str, str],
) -> Rebuilt:
    """Rebuild the notebook to run from the bytes of a submission.

    Args:
        reader: Does it.
        data: The file that was handed in.
        skeleton: The release notebook.
        assignment: Name of the assignment.
        others: Paths of the releases of the course's other assignments, by name.

    Raises:
        MalformedError: It is not a gradable notebook of this assignment, or finding
            that out costs too much.
        KernelError: The reader can't work on this machine.
    """
    try:
        given = json.dumps(skeleton), assignment, dict(others)
        made = reader.run(_rebuilt, data, *given, budget=READ)
    except BudgetError as error:
        raise MalformedError(
            f"the notebook can't be read: that {error}. Open and save it in JupyterLab"
        ) from error
    return Rebuilt(
        **{
            **made,
            "notebook": from_dict(made["notebook"]),
            "notes": tuple(made["notes"]),
        }
    )


def recognised(
    reader: Disposable, settings: Settings, path: Path, *, below: Path
) -> Likeness | None:
    """Which of a course's assignments a notebook belongs to, or None.

    Args:
        reader: Parses it.
        settings: The course's.
        path: The notebook, in any folder and by any name.
        below: No part of the path below this folder may be a link.

    Raises:
        MalformedError: It can't be read as a notebook.
        UnreadableError: This machine fails to read it.
        KernelError: The reader can't work on this machine.
    """
    data = read_bytes(path, max_mib=settings.submission_max_mib, below=below)
    releases = {
        name: str(settings.assignment(name).release_notebook)
        for name in settings.assignments
    }
    try:
        made = reader.run(_likeness, data, releases, budget=READ)
    except BudgetError as error:
        raise MalformedError(f"the notebook can't be read: that {error}") from error
    return Likeness(**made) if made else None


def present(
    reader: Disposable, notebook: NotebookNode, skeleton: NotebookNode
) -> Presented:
    """Clean an executed notebook; what can't be cleaned is left out, with a note.

    Raises:
        KernelError: The reader can't work on this machine.
    """
    cleaner = _Cleaner(reader, notebook, skeleton)
    try:
        made = cleaner.clean(notebook.cells, WHOLE)
    except BudgetError:
        made = cleaner.clean([], WHOLE)
        made.cells = list(cleaner.piece_by_piece(notebook.cells))
    return Presented(made, tuple(dict.fromkeys(cleaner.notes)))


class _Cleaner:
    """Cleans cells in the reader.

    Attributes:
        notes: What was left out.
    """

    def __init__(
        self, reader: Disposable, notebook: NotebookNode, skeleton: NotebookNode
    ) -> None:
        self.notes: list[str] = []
        self._reader = reader
        self._frame = {**notebook, "cells": []}
        self._skeleton = json.dumps(skeleton)
        self._most_s = reader.spent_s + ALTOGETHER_S

    def clean(self, cells: Sequence[NotebookNode], budget: Budget) -> NotebookNode:
        """A notebook of these cells, as `presentable` gives it.

        Raises:
            BudgetError: That takes more than it may.
        """
        if cells and self._reader.spent_s > self._most_s:
            raise BudgetError(f"takes more than {ALTOGETHER_S:g} s")
        text = json.dumps({**self._frame, "cells": cells})
        shown = self._reader.run(_presented, text, self._skeleton, budget=budget)
        made: NotebookNode = from_dict(shown)
        return made

    def piece_by_piece(self, cells: Sequence[NotebookNode]) -> Iterator[NotebookNode]:
        """The cells, cleaned as far as possible."""
        bare = [_without_outputs(cell) for cell in cells]
        try:
            texts = self.clean(bare, PIECE).cells
        except BudgetError:
            texts = [made for cell in bare for made in self._text(cell)]
        shown = {cell.get("id"): cell for cell in cells}
        for number, cell in enumerate(texts, start=1):
            if cell.cell_type == "code":
                cell.outputs = self._outputs(number, shown[cell.get("id")])
            yield cell

    def _text(self, cell: NotebookNode) -> list[Any]:
        """A cell without outputs, cleaned; without its text if that fails."""
        try:
            made: list[Any] = self.clean([cell], PIECE).cells
            return made
        except BudgetError:
            self.notes.append("a text that costs too much to check was left out")
            removed = {"source": _TEXT_REMOVED, "cell_type": "markdown", "metadata": {}}
            return [from_dict({"id": cell.get("id"), **removed})]

    def _outputs(self, number: int, cell: NotebookNode) -> list[Any]:
        """A cell's outputs, cleaned, one by one if necessary."""
        try:
            return self._shown(cell, cell.outputs)
        except BudgetError:
            kept = [self._output(cell, output) for output in cell.outputs]
        note = f"cell {number}: an output that costs too much to check was left out"
        self.notes.append(note)
        return [each for outputs in kept for each in outputs]

    def _output(self, cell: NotebookNode, output: NotebookNode) -> list[Any]:
        try:
            return self._shown(cell, [output])
        except BudgetError:
            stream = {"output_type": "stream", "name": "stdout"}
            return [from_dict({**stream, "text": _OUTPUT_REMOVED})]

    def _shown(self, cell: NotebookNode, outputs: Sequence[Any]) -> list[Any]:
        if not outputs:
            return []
        made = self.clean([from_dict({**cell, "outputs": outputs})], PIECE)
        return [output for each in made.cells for output in each.outputs]


def _without_outputs(cell: NotebookNode) -> NotebookNode:
    made: NotebookNode = from_dict(cell)
    if "outputs" in made:
        made.outputs = []
    return made


def _rebuilt(
    data: bytes, skeleton: str, assignment: str, others: Mapping[str, str]
) -> dict[str, Any]:
    """In the reader: the notebook to run, and what else `rebuild` says."""
    submission, release = parse_submission(data), _parsed(skeleton)
    require_ours(assignment, release, submission, others=others)
    return vars(rebuild(release, submission))


def _likeness(data: bytes, releases: Mapping[str, str]) -> dict[str, Any] | None:
    """In the reader: which assignment a notebook belongs to."""
    found = likeness(parse_submission(data), releases)
    return vars(found) if found else None


def _presented(notebook: str, skeleton: str) -> NotebookNode:
    """In the reader: a notebook, cleaned."""
    return presentable(from_dict(json.loads(notebook)), _parsed(skeleton))


@functools.lru_cache(maxsize=2)
def _parsed(text: str) -> NotebookNode:
    """A course's notebook, which is not changed here."""
    made: NotebookNode = from_dict(json.loads(text))
    return made
