"""The student's own cells that failed are named; no hidden input is repeated."""

from __future__ import annotations

from nbformat.v4 import new_code_cell

from autograder.execution.session import CellFailure, Ending
from autograder.grading.failures import failed_own_cells
from autograder.model import Outcome
from tests.courses import marked

CELLS = (
    new_code_cell("", id="injected"),
    new_code_cell("", id="own-1-1"),
    new_code_cell("", id="f_solution", metadata=marked(grade_id="f_s", solution=True)),
    new_code_cell("", id="f", metadata=marked(grade_id="f", grade=True, points=1)),
    new_code_cell("", id="own-4-1"),
)
NUMBERS = {"own-1-1": 2, "f_solution": 3, "own-4-1": 9}


def told(*failed: tuple[int, str], ending: Ending = Ending.RAISED, cells=CELLS):
    failures = {
        at: CellFailure(at, ending, message, Outcome.RAISED) for at, message in failed
    }
    return list(failed_own_cells(cells, failures, NUMBERS))


def test_an_own_cell_is_named_with_its_error():
    assert told((1, "NameError: name 'x' is not defined")) == [
        "own cell 2: NameError: name 'x' is not defined"
    ]


def test_other_cells_have_their_checks_to_tell():
    assert told((0, "x"), (2, "NameError: x")) == []


def test_below_a_check_only_an_errors_class_is_told():
    assert told((4, "ValueError: the hidden input was 3")) == ["own cell 9: ValueError"]
    assert told((4, "x_was_3: really")) == ["own cell 9: it raised an exception"]
    assert told((4, "print: 3")) == ["own cell 9: it raised an exception"]


def test_below_a_check_the_words_that_are_ours_stay():
    text = "the cell was stopped after 1 s, its limit"
    assert told((4, text), ending=Ending.TIMED_OUT) == [f"own cell 9: {text}"]


def test_errors_are_cut_and_many_are_counted():
    cells = tuple(new_code_cell("", id=f"own-0-{number}") for number in range(1, 6))
    many = told(*((at, f"ValueError: {'x' * 5000}") for at in range(5)), cells=cells)
    assert many[-1] == "2 more own cells failed"
    assert len(many) == 4
    assert max(map(len, many)) < 250
