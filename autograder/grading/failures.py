"""The student's own cells that failed, one line each."""

from __future__ import annotations

import builtins
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from nbformat import NotebookNode

from autograder.cellkinds import grade_id_of
from autograder.execution.session import CellFailure, Ending

__all__ = ["failed_own_cells"]

#: How many cells are named, and how much of an error is shown.
_MOST_NAMED, _MOST_SHOWN = 3, 200


def failed_own_cells(
    cells: Sequence[NotebookNode],
    failures: Mapping[int, CellFailure],
    numbers: Mapping[str, int],
) -> Iterator[str]:
    """Name the student's own cells that failed, and say why.

    Below the first check only an error's class is shown: its text might repeat an input
    of that check.

    Args:
        cells: The cells that ran.
        failures: Why cells failed, by their position there.
        numbers: Places in the submission, by the cells' ids.
    """
    checks = [at for at, cell in enumerate(cells) if grade_id_of(cell)]
    first = min(checks, default=len(cells))
    own = {at: str(cell.get("id", "")) for at, cell in enumerate(cells)}
    failed = [at for at in sorted(failures) if own[at].startswith("own-")]
    for at in islice(failed, _MOST_NAMED):
        text = failures[at].message[:_MOST_SHOWN]
        if at > first and failures[at].ending is Ending.RAISED:
            text = _class_of(text)
        yield f"own cell {numbers.get(own[at], at + 1)}: {text}"
    if len(failed) > _MOST_NAMED:
        yield f"{len(failed) - _MOST_NAMED} more own cells failed"


def _class_of(text: str) -> str:
    """The name of an exception of Python's own; any other name may be a message."""
    name = text.partition(":")[0]
    known = getattr(builtins, name, None)
    is_known = isinstance(known, type) and issubclass(known, BaseException)
    return name if is_known else "it raised an exception"
