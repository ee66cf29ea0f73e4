"""Courses to grade in tests: the tiny one of conftest, and a copy of ours."""

from __future__ import annotations

import copy
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from autograder.config import Settings, load_settings
from autograder.release import release

__all__ = [
    "CHECKS",
    "ROOT",
    "add_checks",
    "copy_of_ours",
    "files",
    "hand_in",
    "marked",
    "run_autograder",
    "run_pytest",
    "tiny_course",
    "tiny_source",
]

ROOT = Path(__file__).parents[1]

#: Grading tests of the assignment `squares`, whose function is `square`.
CHECKS = '''
"""Checks of `square`."""

import numpy as np
import pytest

from autograder.checks import agrees, refuses

pytestmark = pytest.mark.grade("square")


def right(x):
    return x * x


@pytest.mark.public
def test_three(submission):
    agrees(submission.square, right, np.array([3.0]))


@pytest.mark.weight(2)
def test_any_length(submission, rng):
    agrees(submission.square, right, rng.normal(size=5))


def test_whole_numbers(submission):
    agrees(submission.square, right, 7)
'''


def marked(**flags: Any) -> dict[str, Any]:
    """nbgrader's metadata for a cell; flags left out are false."""
    absent = {"grade": False, "solution": False, "locked": False, "task": False}
    return {"nbgrader": {"schema_version": 3, **absent, **flags}}


def tiny_source() -> NotebookNode:
    """A source notebook with every kind of cell."""
    cells = [
        new_markdown_cell("# Squares", id="title"),
        new_code_cell("SEED = 0", id="parameters", metadata={"tags": ["parameters"]}),
        new_code_cell(
            "import math",
            id="setup",
            metadata=marked(grade_id="setup", locked=True),
        ),
        new_code_cell(
            "def square(x):\n"
            '    """x times x."""\n'
            "    ### BEGIN SOLUTION\n"
            "    return x * x\n"
            "    ### END SOLUTION",
            id="square-solution",
            metadata=marked(grade_id="square_solution", solution=True),
        ),
        new_code_cell(
            "assert square(2) == 4\n"
            "### BEGIN HIDDEN TESTS\n"
            "assert square(3) == 9\n"
            "### END HIDDEN TESTS",
            id="square",
            metadata=marked(grade_id="square", grade=True, locked=True, points=2),
        ),
        new_code_cell("print(square(5))", id="picture", metadata={"tags": ["picture"]}),
        new_markdown_cell(
            "### BEGIN SOLUTION\nIt is never negative.\n### END SOLUTION",
            id="why",
            metadata=marked(grade_id="why", grade=True, solution=True, points=1),
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


def tiny_course(
    root: Path, *lines: str, source: NotebookNode | None = None
) -> Settings:
    """Write a course with the assignment `squares`; extra lines go to its config."""
    folder = root / "source" / "squares"
    folder.mkdir(parents=True, exist_ok=True)
    nbformat.write(source or tiny_source(), folder / "squares.ipynb")
    config = root / "course_config.py"
    config.write_text("\n".join(("c = get_config()", *lines, "")), encoding="utf-8")
    return load_settings(config)


def add_checks(settings: Settings, text: str = CHECKS) -> Path:
    """Release the tiny course's assignment, and give it grading tests."""
    release(settings, "squares")  # before there are tests: without a self-check
    folder = settings.tests_directory / "squares"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "test_square.py"
    path.write_text(text, encoding="utf-8")
    return path


def hand_in(settings: Settings, student: str, code: str | None = None) -> Path:
    """Put a notebook into the tiny course's submitted/; the blank one without code."""
    released = settings.release_directory / "squares" / "squares.ipynb"
    notebook = copy.deepcopy(nbformat.read(released, 4))
    for cell in notebook.cells:
        grader = cell.metadata.get("nbgrader", {})
        if code is not None and grader.get("grade_id") == "square_solution":
            cell.source = code
    folder = settings.submitted_directory / student / "squares"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "squares.ipynb"
    nbformat.write(notebook, path)
    return path


def copy_of_ours(folder: Path) -> Settings:
    """A copy of this repository's course, with nothing handed in or graded yet."""
    ignore = shutil.ignore_patterns("__pycache__", ".*")
    for name in ("source", "release", "solutions", "tests/grading"):
        shutil.copytree(ROOT / name, folder / name, ignore=ignore)
    shutil.copy(ROOT / "course_config.py", folder)
    return load_settings(folder)


def files(folder: Path) -> dict[str, bytes]:
    """Contents of all files below a folder, by relative path."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }


def run_autograder(
    *arguments: object, cwd: Path, **variables: str
) -> subprocess.CompletedProcess[str]:
    """Run the command line as people do, in a process of its own."""
    code = "from autograder.cli import main; main()"
    return _run(["-c", code, *map(str, arguments)], cwd, variables)


def run_pytest(
    *arguments: object, cwd: Path, **variables: str
) -> subprocess.CompletedProcess[str]:
    """Run pytest in a course, without the settings of this repository."""
    alone = ("-p", "autograder.checks.plugin", "--import-mode=importlib")
    options = (*alone, f"--rootdir={cwd}", "-c", "/dev/null", "-p", "no:cacheprovider")
    paths = ("-o", f"pythonpath={shlex.quote(str(cwd))}")
    return _run(
        ["-m", "pytest", *options, *paths, *map(str, arguments)], cwd, variables
    )


def _run(
    command: list[str], cwd: Path, variables: Mapping[str, str]
) -> subprocess.CompletedProcess[str]:
    environment: dict[str, Any] = {
        **os.environ,
        "COLUMNS": "300",
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        **variables,
    }
    environment.pop("PYTEST_ADDOPTS", None)
    return subprocess.run(
        [sys.executable, *command],
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
