"""Notebooks as they come, graded for real: what is said of each in one line."""

from __future__ import annotations

from collections.abc import Callable

import nbformat
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook, new_raw_cell

from autograder.grading.course import grade_class
from autograder.model import Status
from tests.courses import add_checks, hand_in, marked

RIGHT = "def square(x):\n    return x**2"


@pytest.fixture
def course(make_course, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    settings = make_course('c.Autograder.wall = "process"')
    add_checks(settings)
    return settings


def changed(course, student: str, change: Callable[[NotebookNode], object]) -> None:
    path = hand_in(course, student, RIGHT)
    notebook = nbformat.read(path, 4)
    change(notebook)
    nbformat.write(notebook, path)


def misplaced(course) -> None:
    path = hand_in(course, "renamed", RIGHT)
    path.rename(path.with_name("squares (1).ipynb"))
    path = hand_in(course, "off", RIGHT)
    path.rename(course.submitted_directory / "off" / "squares.ipynb")
    path.parent.rmdir()


def with_files(course) -> None:
    path = hand_in(
        course,
        "helped",
        "import my_helpers\n\ndef square(x):\n"
        "    return my_helpers.squared(x) + int(open('data/zero.txt').read())",
    )
    (path.parent / "data").mkdir()
    (path.parent / "data" / "zero.txt").write_text("0")
    (path.parent / "my_helpers.py").write_text("def squared(x):\n    return x * x\n")
    for name in ("numpy", "sitecustomize", "conftest", "ipython_config", "torch"):
        (path.parent / f"{name}.py").write_text("raise SystemError\n")
    (path.parent / "bad.pth").write_text("import os; os._exit(1)\n")
    (path.parent / "pytest.ini").write_text("[pytest]\naddopts = -k nothing\n")


@pytest.mark.slow
def test_each_is_graded_or_named(course):
    misplaced(course)
    with_files(course)
    raw = new_raw_cell(RIGHT, metadata=marked(grade_id="square_solution"))
    changed(course, "raw", lambda made: made.cells.__setitem__(3, raw))
    changed(course, "locked", lambda made: made.cells[2].update(source="import cmath"))
    own = new_code_cell("undefined")
    changed(course, "fails", lambda made: made.cells.insert(2, own))
    other = new_notebook(cells=[new_code_cell("print('another notebook')")])
    nbformat.write(other, hand_in(course, "stranger"))
    below = new_code_cell(RIGHT)
    blank = hand_in(course, "below")
    notebook = nbformat.read(blank, 4)
    notebook.cells.append(below)
    nbformat.write(notebook, blank)

    reports = grade_class(course.assignment("squares"), workers=2)
    assert {r.student: (r.status, r.note) for r in reports} == {
        "below": (Status.GRADED, "square is defined only in cell 8, below its check"),
        "fails": (
            Status.GRADED,
            "own cell 3: NameError: name 'undefined' is not defined",
        ),
        "helped": (Status.GRADED, ""),
        "locked": (
            Status.GRADED,
            'cell "setup" was changed; the course\'s own was run',
        ),
        "off": (
            Status.MISSING,
            'no squares.ipynb in the student\'s folder; there is "off/squares.ipynb": '
            'rename it to "off/squares/squares.ipynb"',
        ),
        "raw": (
            Status.GRADED,
            'cell "square_solution" is graded as code, not raw',
        ),
        "renamed": (
            Status.MISSING,
            "no squares.ipynb in the student's folder; there is "
            '"squares (1).ipynb": rename it to "squares.ipynb"',
        ),
        "stranger": (
            Status.MALFORMED,
            "none of the 2 cells of squares is in it; it looks like another notebook",
        ),
    }
    full = {each.student for each in reports if each.score == each.max_score}
    assert full == {"fails", "helped", "locked", "raw"}
    # papermill's own words on where it stopped are in nobody's notebook
    path = course.autograded_directory / "fails" / "squares" / "squares.ipynb"
    assert "papermill" not in path.read_text()
