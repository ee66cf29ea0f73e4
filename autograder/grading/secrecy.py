"""Hide what cells show once a hidden check has called the student's code.

Owns: which cells these are, and the notebook that students get in place of the full
one. The code may have stored the check's inputs and may show them in any later cell, or
in an earlier one by updating its display. May not: judge the content of a text.
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
    """The outputs of a notebook's cells before the first hidden check.

    Args:
        cells: The notebook's cells, which are being run.
    """

    def __init__(self, cells: Sequence[NotebookNode]) -> None:
        self._cells = cells
        self._early: list[list[NotebookNode]] = []

    def remember(self, index: int) -> None:
        """Save the outputs of the cells before `index`; nothing hidden is known yet."""
        self._early = [
            copy.deepcopy(cell.get("outputs", [])) for cell in self._cells[:index]
        ]

    def late(self) -> frozenset[str]:
        """The ids of the cells that may show a hidden check's inputs.

        Grade cells are not among them: they show our report.
        """
        early = dict(enumerate(self._early))
        return frozenset(
            str(cell.get("id"))
            for index, cell in enumerate(self._cells)
            if cell.cell_type == "code" and grade_id_of(cell) is None
            if early.get(index) != cell.outputs
        )


def without_late(notebook: NotebookNode, late: frozenset[str]) -> NotebookNode:
    """A copy of a notebook in which such cells say only that output was hidden."""
    made = copy.deepcopy(notebook)
    for cell in made.cells:
        if str(cell.get("id")) in late:
            had = cell.outputs
            note = NotebookNode(output_type="stream", name="stdout", text=HIDDEN)
            cell.outputs, cell.execution_count = ([note] if had else []), None
    return made


def shows_less(shown: NotebookNode, whole: NotebookNode) -> bool:
    """Whether an output of the full notebook is hidden in the one students get."""
    return any(
        one.get("outputs") != other.get("outputs")
        for one, other in zip(shown.cells, whole.cells, strict=True)
    )
