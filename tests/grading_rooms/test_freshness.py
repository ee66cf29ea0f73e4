"""A release that is older than its source is refused, or told, by content."""

from __future__ import annotations

import logging
import os

import pytest
from nbformat.v4 import new_code_cell

from autograder.errors import AssignmentError
from autograder.grading.freshness import require_fresh
from autograder.release import release
from tests.courses import marked

OLD = "release/squares is older than source/squares"
REMEDY = "Run `autograder release squares`."


@pytest.fixture
def course(make_course, tmp_path, monkeypatch):
    """A released course; calling it writes the source again, as it is now."""
    monkeypatch.chdir(tmp_path)
    settings = make_course()
    (settings.source_directory / "squares" / "data.csv").write_text("1\n")
    release(settings, "squares")
    return settings


def edit_points(source):
    source.cells[4].metadata["nbgrader"]["points"] = 3


def edit_tests(source):
    source.cells[4].source = "assert square(2) == 4 == 4"


def edit_given(source):
    source.cells[2].source = "import math, cmath"


def edit_kind(source):
    source.cells[2].metadata["nbgrader"].update(solution=True, locked=False)


def add_cell(source):
    more = marked(grade_id="cube", grade=True, locked=True, points=1)
    source.cells.append(new_code_cell("", id="cube", metadata=more))


def drop_cell(source):
    del source.cells[2]


def move_cell(source):
    source.cells.append(source.cells.pop(3))


GRAVE = {
    edit_points: "points of square differ (2 → 3)",
    edit_tests: "the code of cell square differs",
    edit_given: "the code of cell setup differs",
    edit_kind: "the kind of cell setup differs",
    add_cell: "cell cube is new in the source",
    drop_cell: "cell setup is not in the source",
    move_cell: "the order of its cells differs",
}


@pytest.mark.parametrize(
    ("edit", "said"), GRAVE.items(), ids=[each.__name__ for each in GRAVE]
)
def test_what_decides_scores_must_be_equal(course, make_course, source, edit, said):
    edit(source)
    make_course()
    with pytest.raises(AssignmentError) as refused:
        require_fresh(course.assignment("squares"))
    assert str(refused.value) == f"{OLD}: {said}. {REMEDY}"


def edit_title(source):
    source.cells[0].source = "# Squares, and more"


def edit_stub(source):
    source.cells[3].source = source.cells[3].source.replace("x times x", "x by x")


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (edit_title, "texts between its cells differ"),
        (edit_stub, "the text of cell square_solution differs"),
    ],
)
def test_what_decides_no_score_is_told(course, make_course, source, edit, said, caplog):
    edit(source)
    make_course()
    with caplog.at_level(logging.WARNING):
        require_fresh(course.assignment("squares"))
    assert caplog.messages == [f"{OLD}: {said}. {REMEDY}"]


def test_files_beside_it_are_told(course, caplog):
    folder = course.source_directory / "squares"
    (folder / "data.csv").write_text("2\n")
    (course.release_directory / "squares" / "left.txt").write_text("")
    with caplog.at_level(logging.WARNING):
        require_fresh(course.assignment("squares"))
    assert caplog.messages == [f"{OLD}: data.csv differs and 1 more. {REMEDY}"]


def test_checks_that_have_changed_since_are_told(course, caplog):
    folder = course.tests_directory / "squares"
    folder.mkdir(parents=True)
    (folder / "test_square.py").write_text("# new")
    with caplog.at_level(logging.WARNING):
        require_fresh(course.assignment("squares"))
    assert caplog.messages == [
        "the checks or known mistakes of squares have changed since it was released: "
        f"the self-check that students have may be out of date. {REMEDY}"
    ]


def test_what_is_equal_is_fresh_whatever_its_age(course, make_course, caplog):
    make_course()
    os.utime(course.release_directory / "squares" / "squares.ipynb", (0, 0))
    require_fresh(course.assignment("squares"))
    (course.state_directory / "released" / "squares.inputs").unlink()  # a new clone
    require_fresh(course.assignment("squares"))
    assert caplog.messages == []
    assert (course.state_directory / "released" / "squares.inputs").is_file()
