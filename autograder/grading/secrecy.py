"""What cells show once a hidden check has called the student's code.

Owns: which cells these are, and the notebook that students get in place of the full
one. The code may have kept the check's inputs and show them in any later cell, or in
an earlier one, by an update of its display. May not: judge what a text says.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence

from nbformat import NotebookNode

from autograder.cellkinds import grade_id_of

__all__ = ["HIDDEN", "Outlook", "shows_less", "without_late"]

HIDDEN = (
    "[output hidden: this cell was run after hidden checks; your instructor can see "
    "it]\n"
)


class Outlook:
    """What a notebook's cells showed before the first hidden check.

    Args:
        cells: The notebook's cells, which are being run.
    """

    def __init__(self, cells: Sequence[NotebookNode]) -> None:
        self._cells = cells
        self._early: list[list[NotebookNode]] = []

    def remember(self, index: int) -> None:
        """Keep what the cells before `index` show now; nothing hidden is known yet."""
        self._early = [
            copy.deepcopy(cell.get("outputs", [])) for cell in self._cells[:index]
        ]

    def late(self) -> frozenset[str]:
        """The ids of the cells that may show what a hidden check has asked.

        A grade cell is not among them: what it shows is our report.
        """
        early = dict(enumerate(self._early))
        return frozenset(
            str(cell.get("id"))
            for index, cell in enumerate(self._cells)
            if cell.cell_type == "code" and grade_id_of(cell) is None
            if early.get(index) != cell.outputs
        )


def without_late(notebook: NotebookNode, late: frozenset[str]) -> NotebookNode:
    """A copy of a notebook in which late cells say only that they showed something."""
    made = copy.deepcopy(notebook)
    for cell in made.cells:
        if str(cell.get("id")) in late:
            had = cell.outputs
            note = NotebookNode(output_type="stream", name="stdout", text=HIDDEN)
            cell.outputs, cell.execution_count = ([note] if had else []), None
    return made


def shows_less(shown: NotebookNode, whole: NotebookNode) -> bool:
    """Whether an output of the whole notebook is hidden in the one that is shown."""
    return any(
        one.get("outputs") != other.get("outputs")
        for one, other in zip(shown.cells, whole.cells, strict=True)
    )
