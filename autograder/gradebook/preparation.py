"""nbgrader's own preprocessors, in the order of `nbgrader generate_assignment`.

The chain is nbgrader's, cut in two: `prepared` is what the gradebook keeps (solutions
gone, hidden tests still there), `blanked` is what students get. Two of its steps are
left out: headers and footers, and nbgrader's test templates.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from nbformat import NotebookNode
from nbgrader.nbgraderformat import ValidationError
from nbgrader.preprocessors import (
    CheckCellMetadata,
    ClearHiddenTests,
    ClearMarkScheme,
    ClearOutput,
    ClearSolutions,
    ComputeChecksums,
    LockCells,
    NbGraderPreprocessor,
)
from traitlets.config import Config

from autograder.config import shown
from autograder.errors import NotebookError

__all__ = ["Options", "blanked", "prepared"]

#: nbgrader's options for the preprocessors, by class and name.
Options = Mapping[str, Mapping[str, Any]]

_PREPARE = (
    LockCells,
    ClearSolutions,
    ClearOutput,
    CheckCellMetadata,
    ComputeChecksums,
)
_BLANK = (
    ClearHiddenTests,
    ClearMarkScheme,
    ComputeChecksums,
    CheckCellMetadata,
)


def prepared(
    source: NotebookNode, path: Path, *, options: Options | None = None
) -> NotebookNode:
    """A copy of a source notebook as the gradebook keeps it.

    Args:
        source: From `read_course_notebook`.
        path: Where it was read, for messages.
        options: The course's options for nbgrader's preprocessors.

    Raises:
        NotebookError: A region is not closed, or is in a cell of the wrong kind.
    """
    return _processed(source, _PREPARE, path, options)


def blanked(
    notebook: NotebookNode, path: Path, *, options: Options | None = None
) -> NotebookNode:
    """A copy of a prepared notebook as students get it.

    Raises:
        NotebookError: See `prepared`.
    """
    return _processed(notebook, _BLANK, path, options)


def _processed(
    notebook: NotebookNode,
    steps: Sequence[type[NbGraderPreprocessor]],
    path: Path,
    options: Options | None,
) -> NotebookNode:
    made = copy.deepcopy(notebook)
    for step in steps:
        preprocessor = step(config=Config(options or {}))
        before = copy.deepcopy(made)
        try:
            made, _ = preprocessor.preprocess(made, {})
        except (RuntimeError, ValueError, ValidationError) as error:
            where = _culprit(before, preprocessor)
            raise NotebookError(
                f"{shown(path)}{where}: {str(error).rstrip('.')}."
            ) from error
    return made


def _culprit(notebook: NotebookNode, preprocessor: NbGraderPreprocessor) -> str:
    """`, cell 7 (grade_id "x")`: the first cell that is refused by itself."""
    for number, cell in enumerate(notebook.cells, start=1):
        alone = copy.deepcopy(notebook)
        alone.cells = [copy.deepcopy(cell)]
        try:
            preprocessor.preprocess(alone, {})
        except (RuntimeError, ValueError, ValidationError):
            grade_id = cell.metadata.get("nbgrader", {}).get("grade_id")
            return f", cell {number}" + (
                f' (grade_id "{grade_id}")' if grade_id else ""
            )
    return ""
