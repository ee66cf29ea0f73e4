"""The light assignment: two imports, one small question.

Owns: its source notebook, its grading test, its oracle and its class. Its grading cost
is nearly all overhead, which is its purpose.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

__all__ = ["LIGHT", "MISTAKEN", "RIGHT", "write_light"]

LIGHT = "light"

_SOLUTION = '''\
def row_means(x):
    """Return the mean of each row.

    Args:
        x: (rows, columns).

    Returns:
        (rows,).
    """
    ### BEGIN SOLUTION
    return x.sum(axis=1) / x.shape[1]
    ### END SOLUTION
'''

_ORACLE = '''\
"""The right answer of the light assignment."""

from __future__ import annotations

import numpy as np

__all__ = ["row_means"]


def row_means(x: np.ndarray) -> np.ndarray:
    """Return the mean of each row of x, (rows, columns) -> (rows,)."""
    return x.mean(axis=1)
'''

_TEST = '''\
"""The checks of the light assignment."""

import numpy as np
import pytest

from autograder.checks import agrees
from solutions.light import oracle

pytestmark = pytest.mark.grade("row_means")


@pytest.mark.public
def test_two_rows(submission):
    x = np.array([[1.0, 2.0, 6.0], [0.0, -3.0, 0.0]])
    agrees(submission.row_means, oracle.row_means, x)


def test_any_numbers(submission, rng):
    agrees(submission.row_means, oracle.row_means, rng.normal(size=(4, 7)))
'''

#: What students hand in, by kind.
RIGHT = {
    "right: mean": "def row_means(x):\n    return x.mean(axis=1)\n",
    "right: loop": (
        "def row_means(x):\n    return np.array([sum(row) / len(row) for row in x])\n"
    ),
}
MISTAKEN = {
    "mistaken: columns": "def row_means(x):\n    return x.mean(axis=0)\n",
    "mistaken: sums": "def row_means(x):\n    return x.sum(axis=1)\n",
}


def write_light(root: Path) -> None:
    """Write the assignment's source, oracle and test into a course's folder."""
    for name, text in (
        ("solutions/__init__.py", '"""Reference solutions."""\n'),
        (f"solutions/{LIGHT}/__init__.py", '"""The light assignment."""\n'),
        (f"solutions/{LIGHT}/oracle.py", _ORACLE),
        (f"tests/grading/{LIGHT}/test_{LIGHT}.py", _TEST),
        (f"source/{LIGHT}/{LIGHT}.ipynb", f"{nbformat.writes(_source())}\n"),
    ):
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def _source() -> NotebookNode:
    cells = [
        new_markdown_cell("# The mean of each row", id="title"),
        new_code_cell(
            "import numpy as np\nimport tensorflow as tf\nimport torch",
            id="setup",
            metadata=_graded(grade_id="setup", locked=True),
        ),
        new_code_cell(
            _SOLUTION.rstrip(),
            id="solution",
            metadata=_graded(grade_id="row_means_solution", solution=True),
        ),
        new_code_cell(
            "row_means",
            id="check",
            metadata=_graded(grade_id="row_means", grade=True, locked=True, points=1),
        ),
    ]
    python = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook: NotebookNode = new_notebook(cells=cells, metadata={"kernelspec": python})
    return notebook


def _graded(**flags: Any) -> dict[str, Any]:
    """nbgrader's metadata for a code cell; flags left out are false."""
    absent = {"grade": False, "solution": False, "locked": False, "task": False}
    kind = {"schema_version": 3, "cell_type": "code"}
    return {"nbgrader": {**kind, **absent, **flags}}
