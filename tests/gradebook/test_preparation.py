"""nbgrader's preprocessors on a source notebook."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest

from autograder.errors import NotebookError
from autograder.gradebook import blanked, prepared

PATH = Path("source/squares/squares.ipynb")


def text(notebook) -> str:
    return "\n".join(cell.source for cell in notebook.cells)


def test_the_gradebook_keeps_hidden_tests_but_no_solution(source):
    kept = text(prepared(source, PATH))
    assert "square(3) == 9" in kept
    assert "return x * x" not in kept
    assert "never negative" not in kept


def test_students_get_neither(source):
    given = blanked(prepared(source, PATH), PATH)
    assert "HIDDEN" not in text(given)
    assert "square(3) == 9" not in text(given)
    assert given.cells[3].source.endswith(
        '    """x times x."""\n    # YOUR CODE HERE\n    raise NotImplementedError()'
    )
    assert given.cells[6].source == "YOUR ANSWER HERE"
    nbformat.validate(given)


def test_locked_and_graded_cells_can_be_neither_edited_nor_deleted(source):
    given = blanked(prepared(source, PATH), PATH)
    editable = [cell.metadata.get("editable", True) for cell in given.cells]
    deletable = [cell.metadata.get("deletable", True) for cell in given.cells]
    assert editable == [True, True, False, True, False, True, True]
    assert deletable == [True, True, False, False, False, True, False]


def test_the_source_is_left_alone(source):
    before = nbformat.writes(source)
    blanked(prepared(source, PATH), PATH)
    assert nbformat.writes(source) == before


def test_the_courses_own_stub_is_used(source):
    options = {"ClearSolutions": {"code_stub": {"python": "..."}}}
    assert prepared(source, PATH, options=options).cells[3].source.endswith("\n    ...")


@pytest.mark.parametrize(
    ("index", "code", "message"),
    [
        (
            3,
            "### BEGIN SOLUTION\nx = 1",
            ', cell 4 (grade_id "square_solution"): no end solution statement found.',
        ),
        (
            5,
            "### BEGIN SOLUTION\nx = 1\n### END SOLUTION",
            ", cell 6: Solution region detected in a non-solution cell; please make "
            "sure all solution regions are within solution cells.",
        ),
        (
            4,
            "### BEGIN HIDDEN TESTS\nx = 1",
            ', cell 5 (grade_id "square"): No end hidden tests statement found.',
        ),
    ],
    ids=["no end", "wrong cell", "hidden tests"],
)
def test_a_bad_region_is_told_with_its_cell(source, index, code, message):
    source.cells[index].source = code
    with pytest.raises(NotebookError) as caught:
        blanked(prepared(source, PATH), PATH)
    assert str(caught.value).lower() == f"{PATH}{message}".lower()
