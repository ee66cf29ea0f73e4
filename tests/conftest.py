"""What tests share: a tiny course and warm kernels.

The course has one assignment, with one automatic cell and one written answer.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from autograder.config import Settings, load_settings

if TYPE_CHECKING:
    from tests.meta.examiner import Examiner, Lesson

# No test is to leave a process behind; those of a server that stays say so themselves.
os.environ["AUTOGRADER_WARM_MINUTES"] = "0"

pytest_plugins = ["tests.lending", "tests.selection", "tests.workers"]


def graded(**flags: Any) -> dict[str, Any]:
    """nbgrader's metadata for a cell; flags left out are false."""
    absent = {"grade": False, "solution": False, "locked": False, "task": False}
    return {"nbgrader": {"schema_version": 3, **absent, **flags}}


@pytest.fixture(scope="session")
def examine(pytestconfig: pytest.Config) -> Iterator[Callable[..., Examiner]]:
    """An assignment's examiner on a device; started when it is first asked for.

    One warm kernel for all the answers, and mutants, that are put to its checks.
    """
    from tests.lending import launcher_of
    from tests.meta.examiner import examiner

    started: dict[tuple[str, str], Examiner] = {}
    with ExitStack() as stack:

        def begin(lesson: Lesson, *, device: str = "cpu") -> Examiner:
            key = lesson.assignment, device
            if key not in started:
                warm = launcher_of(pytestconfig) if device == "cpu" else None
                put = examiner(lesson, device=device, launcher=warm)
                started[key] = stack.enter_context(put)
            return started[key]

        yield begin


@pytest.fixture
def source() -> NotebookNode:
    """A source notebook with every kind of cell."""
    cells = [
        new_markdown_cell("# Squares", id="title"),
        new_code_cell("SEED = 0", id="parameters", metadata={"tags": ["parameters"]}),
        new_code_cell(
            "import math",
            id="setup",
            metadata=graded(grade_id="setup", locked=True),
        ),
        new_code_cell(
            "def square(x):\n"
            '    """x times x."""\n'
            "    ### BEGIN SOLUTION\n"
            "    return x * x\n"
            "    ### END SOLUTION",
            id="square-solution",
            metadata=graded(grade_id="square_solution", solution=True),
        ),
        new_code_cell(
            "assert square(2) == 4\n"
            "### BEGIN HIDDEN TESTS\n"
            "assert square(3) == 9\n"
            "### END HIDDEN TESTS",
            id="square",
            metadata=graded(grade_id="square", grade=True, locked=True, points=2),
        ),
        new_code_cell("print(square(5))", id="picture", metadata={"tags": ["picture"]}),
        new_markdown_cell(
            "### BEGIN SOLUTION\nIt is never negative.\n### END SOLUTION",
            id="why",
            metadata=graded(grade_id="why", grade=True, solution=True, points=1),
        ),
    ]
    metadata = {
        "kernelspec": {
            "name": "python3",
            "display_name": "Python 3",
            "language": "python",
        }
    }
    notebook: NotebookNode = new_notebook(cells=cells, metadata=metadata)
    return notebook


@pytest.fixture
def make_course(tmp_path: Path, source: NotebookNode) -> Callable[..., Settings]:
    """Write a course with the assignment `squares`; extra lines go to its config."""

    def make(*lines: str) -> Settings:
        folder = tmp_path / "source" / "squares"
        folder.mkdir(parents=True, exist_ok=True)
        nbformat.write(source, folder / "squares.ipynb")
        config = tmp_path / "course_config.py"
        config.write_text("\n".join(("c = get_config()", *lines, "")), encoding="utf-8")
        return load_settings(config)

    return make
