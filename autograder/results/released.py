"""Read a release's exercises without nbformat, which takes half a second to import.

Owns: the exercises' names and points, for callers who need no more. May not: validate a
notebook; `autograder.notebook` does that before grading.
"""

from __future__ import annotations

import json
from pathlib import Path

from autograder.cellkinds import grade_id_of, grader_of
from autograder.config import shown
from autograder.errors import NotebookError

__all__ = ["released_points"]


def released_points(notebook: Path) -> dict[str, float]:
    """Points of each automatic grade cell of a release, in notebook order.

    Raises:
        NotebookError: It can't be read.
    """
    try:
        cells = json.loads(notebook.read_bytes())["cells"]
        return {
            grade_id: float(grader_of(cell).get("points") or 0)
            for cell in cells
            if (grade_id := grade_id_of(cell))
        }
    except OSError as error:
        why = error.strerror or str(error)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        why = f"it is not a released notebook ({type(error).__name__}: {error})"
    raise NotebookError(f"{shown(notebook)}: can't be read: {why}. Release it again.")
