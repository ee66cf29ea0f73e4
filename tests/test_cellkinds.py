"""What a cell is, and that nobody else decides it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from autograder.cellkinds import grade_id_of, grader_of, kind_of

PACKAGE = Path(__file__).parents[1] / "autograder"

#: A flag of nbgrader's read by hand.
_BY_HAND = re.compile(r'get\("(grade|solution)"\)|is_grade\(')

#: Who may: the definition, the refusal of unsound metadata, what asks about "points" of
#: any kind, and what shows whose a cell is.
_MAY = {
    "cellkinds.py",
    "grading/presentation.py",
    "notebook/cells.py",
    "notebook/course.py",
}


def cell(cell_type: str = "code", **flags: bool) -> dict:
    grader = {"nbgrader": {"grade_id": "a", **flags}} if flags else {}
    return {"cell_type": cell_type, "metadata": grader}


@pytest.mark.parametrize(
    ("made", "kind"),
    [
        (cell(), "own"),
        (cell(grade=False), "own"),
        (cell(locked=True), "locked"),
        (cell(solution=True), "solution"),
        (cell(grade=True), "grade"),
        (cell(grade=True, locked=True), "grade"),
        (cell(grade=True, solution=True), "manual"),
        (cell("markdown", grade=True, solution=True), "manual"),
        (cell("markdown", grade=True), "manual"),
        (cell("markdown", task=True, grade=True), "task"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_flags_and_type_say_what_a_cell_is(made, kind):
    assert kind_of(made) == kind
    assert grade_id_of(made) == ("a" if kind == "grade" else None)


def test_a_cell_without_metadata_has_no_flags():
    assert grader_of(cell()) == {}


def test_nobody_else_decides_what_a_grade_cell_is():
    found = {
        str(path.relative_to(PACKAGE))
        for path in PACKAGE.rglob("*.py")
        if _BY_HAND.search(path.read_text("utf-8"))
    }
    assert found == _MAY
