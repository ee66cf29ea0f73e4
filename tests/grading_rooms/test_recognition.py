"""Another assignment's notebook is named; what is ours passes, however little."""

from __future__ import annotations

import copy

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from autograder.errors import MalformedError
from autograder.grading.recognition import Likeness, likeness, require_ours
from autograder.notebook import parse_submission, read_course_notebook
from tests.courses import add_checks, marked


def exercise(name: str) -> list[nbformat.NotebookNode]:
    stub = f"def {name}(x):\n    raise NotImplementedError()"
    return [
        new_code_cell(
            stub,
            id=f"{name}-written",
            metadata=marked(grade_id=f"{name}_solution", solution=True),
        ),
        new_code_cell(
            f'check("{name}")',
            id=f"{name}-checked",
            metadata=marked(grade_id=name, grade=True, locked=True, points=1),
        ),
    ]


def notebook_with(*names: str) -> nbformat.NotebookNode:
    made = new_notebook(cells=[cell for name in names for cell in exercise(name)])
    return parse_submission(nbformat.writes(made).encode())


@pytest.fixture
def course(make_course):
    """Asks for four functions in `squares`, and three others in `cubes`."""
    settings = make_course()
    add_checks(settings)
    for name, functions in (
        ("squares", ("one", "two", "three", "shared")),
        ("cubes", ("five", "six", "shared")),
    ):
        folder = settings.release_directory / name
        folder.mkdir(exist_ok=True)
        made = new_notebook(cells=[c for each in functions for c in exercise(each)])
        nbformat.write(made, folder / f"{name}.ipynb")
    return settings.model_copy(update={"assignments": ["squares", "cubes"]})


def judge(course, submission, assignment="squares") -> str:
    """What is said of a submission; "" if it passes."""
    folder = course.release_directory / assignment
    skeleton = read_course_notebook(folder / f"{assignment}.ipynb")
    try:
        others = {
            name: str(course.release_directory / name / f"{name}.ipynb")
            for name in course.assignments
            if name != assignment
        }
        require_ours(assignment, skeleton, submission, others=others)
    except MalformedError as error:
        return str(error)
    return ""


@pytest.mark.parametrize(
    "names",
    [
        ("one", "two", "three", "shared"),
        ("one", "two"),
        ("one",),
        ("one", "five"),
        ("one", "two", "three", "shared", "five", "six"),
    ],
    ids=", ".join,
)
def test_ours_passes_whole_or_in_parts(course, names):
    assert judge(course, notebook_with(*names)) == ""


def test_another_assignments_notebook_is_named(course):
    expected = "none of the 4 cells of squares is in it; it looks like cubes's notebook"
    assert judge(course, notebook_with("five", "six")) == expected
    assert judge(course, notebook_with("five", "six", "shared")) == expected
    with_one = notebook_with("five", "six", "one")
    assert judge(course, with_one) == expected.replace("none", "only 1")


def test_an_unknown_notebook_is_refused(course):
    assert judge(course, notebook_with("nine", "ten")) == (
        "none of the 4 cells of squares is in it; it looks like another notebook"
    )


def test_an_empty_one_too(course):
    empty = new_notebook(cells=[new_code_cell(""), new_markdown_cell(" \n")])
    submission = parse_submission(nbformat.writes(empty).encode())
    assert judge(course, submission) == (
        "none of the 4 cells of squares is in it; nothing has been written in it"
    )


@pytest.mark.parametrize("has_ids", [True, False])
def test_ours_passes_without_any_metadata(course, has_ids):
    submission = copy.deepcopy(notebook_with("one", "two"))
    for number, cell in enumerate(submission.cells, start=1):
        cell.metadata = {}
        if has_ids:
            cell.source = ""
        else:
            cell.id = f"cell-{number}"
    assert judge(course, submission) == ""


def test_ids_that_we_made_ourselves_are_no_sign(course):
    folder = course.release_directory / "squares"
    release = nbformat.read(folder / "squares.ipynb", 4)
    for number, cell in enumerate(release.cells, start=1):
        cell.id = f"cell-{number}"
    nbformat.write(release, folder / "squares.ipynb")
    other = new_notebook(cells=[new_code_cell("x = 1", id="cell-1")])
    submission = parse_submission(nbformat.writes(other).encode())
    assert judge(course, submission).startswith("none of the 4 cells of squares is")


def test_a_release_that_cant_be_read_is_no_other(course):
    (course.release_directory / "cubes" / "cubes.ipynb").write_text("{")
    assert judge(course, notebook_with("five", "six")) == (
        "none of the 4 cells of squares is in it; it looks like another notebook"
    )


class TestLikeness:
    """Which of the course's assignments a notebook belongs to."""

    def found(self, course, submission) -> Likeness | None:
        names = course.assignments
        return likeness(
            submission,
            {name: str(course.assignment(name).release_notebook) for name in names},
        )

    @pytest.mark.parametrize(
        ("functions", "assignment", "cells"),
        [
            (("one", "two", "three", "shared"), "squares", 4),
            (("five", "six", "shared"), "cubes", 3),
            (("five", "one", "two"), "squares", 2),
            (("six",), "cubes", 1),
        ],
    )
    def test_is_that_of_which_most_is_there(self, course, functions, assignment, cells):
        found = self.found(course, notebook_with(*functions))
        assert (found.assignment, found.cells) == (assignment, cells)

    def test_is_blank_until_something_is_written(self, course):
        blank, written = notebook_with("five", "six"), notebook_with("five", "six")
        written.cells[0].source = "def five(x):\n    return 5"
        assert self.found(course, blank).is_blank
        assert not self.found(course, written).is_blank
        digests = {self.found(course, each).digest for each in (blank, written)}
        assert len(digests) == 2

    def test_is_known_by_ids_where_there_is_no_metadata(self, course):
        submission = notebook_with("five", "six")
        for cell in submission.cells:
            cell.metadata.clear()
        assert self.found(course, submission).assignment == "cubes"

    def test_is_none_of_a_strangers(self, course):
        assert self.found(course, notebook_with("seven")) is None

    def test_a_release_that_can_not_be_read_is_left_out(self, course):
        course.assignment("cubes").release_notebook.write_text("{")
        assert self.found(course, notebook_with("five", "six", "shared")).cells == 1
