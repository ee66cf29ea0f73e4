"""Cells as grading sees them."""

from __future__ import annotations

import autograder.notebook
from autograder.notebook import cells_of, grade_cells, points_of, solution_cells


def test_every_kind_of_cell_is_told_apart(source):
    kinds = [(cell.grade_id, cell.kind, cell.points) for cell in cells_of(source)]
    assert kinds == [
        ("", "own", 0),
        ("", "own", 0),
        ("setup", "locked", 0),
        ("square_solution", "solution", 0),
        ("square", "grade", 2),
        ("", "own", 0),
        ("why", "manual", 1),
    ]


def test_task_cells_are_a_kind_of_their_own(source):
    source.cells[-1].metadata.nbgrader.update(grade=False, solution=False, task=True)
    assert cells_of(source)[-1].kind == "task"


def test_a_view_keeps_position_text_and_tags(source):
    cell = cells_of(source)[5]
    assert (cell.index, cell.source, cell.tags) == (5, "print(square(5))", ("picture",))


def test_only_automatic_cells_give_points(source):
    assert points_of(source) == {"square": 2.0}
    assert [cell.grade_id for cell in grade_cells(source)] == ["square"]


def test_manual_answers_are_the_students_to_write(source):
    assert [cell.grade_id for cell in solution_cells(source)] == [
        "square_solution",
        "why",
    ]


def test_public_names_exist():
    assert all(
        hasattr(autograder.notebook, name) for name in autograder.notebook.__all__
    )
