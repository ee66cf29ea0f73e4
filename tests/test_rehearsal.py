"""Submissions made from known answers, for the demo and the tests of the checks."""

from __future__ import annotations

import copy

import pytest

from autograder.checks import Misconception, RightAnswer
from autograder.errors import NotebookError
from autograder.gradebook import blanked
from autograder.rehearsal import (
    cell_for,
    is_built_upon,
    with_code,
    with_mistake,
    with_solutions,
    with_variant,
)

VARIANT = '''"""In another style."""

from functools import cache

LIMIT = 3; SIDES = 4


@cache
def helper(x):
    return x


# as taught in school
def square(x):
    return helper(x) ** 2
'''


OFFSET = 1


def shifted(x):
    return x + OFFSET


def half(x):
    raise AssertionError("the notebook's own is meant")


def square(x):
    return shifted(x) ** 2 - 2 * half(2 * x) - OFFSET


class Square:
    """Of a number."""

    def __init__(self, x):
        self.area = x * x


def _square_doubled(x):
    return 2 * x


@pytest.fixture
def release(source, tmp_path):
    return blanked(source, tmp_path / "squares.ipynb")


def solution(notebook) -> str:
    return str(notebook.cells[3].source)


def others(notebook) -> list[str]:
    return [cell.source for cell in notebook.cells[:3] + notebook.cells[4:]]


def test_the_sources_solutions_come_into_the_release(release, source):
    solved = with_solutions(release, source)
    assert "return x * x" in solution(solved)
    assert others(solved) == others(release)  # no hidden test, no model answer


def test_only_the_cells_named_are_replaced(release):
    changed = with_code(release, {"square_solution": "new", "square": "a grade cell"})
    assert solution(changed) == "new"
    assert others(changed) == others(release)


def test_a_variants_functions_come_into_their_cells_and_the_rest_before(release):
    changed = with_variant(release, VARIANT)
    ns: dict[str, object] = {}
    exec(solution(changed), ns)
    assert (ns["LIMIT"], ns["SIDES"]) == (3, 4)
    assert solution(changed).count("LIMIT") == 1
    assert hasattr(ns["helper"], "cache_info")  # its decorator came along
    assert "\n\n\n# as taught in school\ndef square(x):\n" in solution(changed)
    assert others(changed) == others(release)


def test_a_mistake_stands_after_the_right_answer_and_in_its_place(release, source):
    mistake = Misconception("doubled", "square", "look again", _square_doubled)
    text = solution(with_mistake(with_solutions(release, source), mistake))
    namespace: dict[str, object] = {}
    exec(text, namespace)
    assert namespace["square"](5) == 10  # type: ignore[operator]
    assert text.index("return x * x") < text.index("_square_doubled")
    assert text.endswith("\n\nsquare = _square_doubled\n")


def test_an_edit_brings_what_it_needs_and_the_notebook_lacks(release, source):
    source.cells[3].source += "\n\n\ndef half(x):\n    return x / 2\n"
    mistake = RightAnswer(square).but("shifted", {" - OFFSET": ""}, "look again")
    text = solution(with_mistake(with_solutions(release, source), mistake))
    namespace: dict[str, object] = {}
    exec(text, namespace)
    assert namespace["square"](5) == 26  # type: ignore[operator]
    assert (text.count("def half"), text.count("def shifted")) == (1, 1)
    assert "\n\n\nOFFSET = 1\n\n\ndef shifted" in text
    assert text.endswith(" - 2 * half(2 * x)\n\nsquare = square\n")


def test_an_edit_of_a_class_is_pasted_as_it_was_edited(release, source):
    answer = RightAnswer(Square, of="square")
    mistake = answer.but("doubled", {"x * x": "2 * x"}, "look again")
    text = solution(with_mistake(with_solutions(release, source), mistake))
    namespace: dict[str, object] = {}
    exec(text, namespace)
    assert namespace["square"](5).area == 10  # type: ignore[operator]


def test_nothing_is_changed_in_what_was_given(release, source):
    before = copy.deepcopy(release)
    with_solutions(release, source)
    with_variant(release, VARIANT)
    with_code(release, {"square_solution": "new"})
    assert release == before


def test_a_function_that_no_cell_defines_is_an_error(release):
    assert cell_for(release, "square") == "square_solution"
    with pytest.raises(NotebookError) as caught:
        cell_for(release, "cube")
    assert str(caught.value) == "no solution cell defines cube"


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("def cube(x):\n    return x * square(x)", True),
        ("def cube(x):\n    return x * half(x)", True),  # of the same cell
        ("def cube(x, square=1):\n    return x**3  # square", False),
    ],
    ids=["called", "its neighbour is called", "only told of"],
)
def test_a_function_is_built_upon_where_another_cell_names_its_cell_s(
    release, code, expected
):
    another = copy.deepcopy(release.cells[3])
    another.metadata.nbgrader.grade_id = "cube_solution"
    another.source = code
    release.cells.append(another)
    release.cells[3].source += "\n\n\ndef half(x):\n    return x / 2\n"
    assert is_built_upon(release, "square") is expected
    assert not is_built_upon(release, "cube")
