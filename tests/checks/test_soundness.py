"""What is wrong with checks themselves is said at release and before grading."""

from __future__ import annotations

import logging
import sys
from unittest import mock

import pytest

from autograder.checks.recording import record
from autograder.checks.soundness import require_sound
from autograder.errors import AutograderError
from autograder.grading.course import grade_class
from autograder.model import Outcome
from tests.courses import CHECKS, add_checks, hand_in

RIGHT = "def square(x):\n    return x * x"
MISTAKES = """
from autograder.checks import Misconception

def doubled(x):
    return 2 * x

MISCONCEPTIONS = (Misconception("doubled", "square", "Doubled.", doubled),)
"""
EDIT = """
from autograder.checks import RightAnswer

from . import oracle

right = RightAnswer(oracle.square)

MISCONCEPTIONS = (right.but("doubled", {"x * x": "2 * x"}, "Doubled."),)
"""
STRAY = "def test_stray():\n    pass\n\ndef test_other():\n    pass\n"
WHERE = "tests/grading/squares"


@pytest.fixture
def course(make_course, tmp_path, monkeypatch):
    """The tiny course, its checks, and one right submission."""
    monkeypatch.chdir(tmp_path)
    settings = make_course('c.Autograder.wall = "process"')
    add_checks(settings)
    hand_in(settings, "ada", RIGHT)
    (tmp_path / "solutions" / "squares").mkdir(parents=True)
    for folder in ("solutions", "solutions/squares"):
        (tmp_path / folder / "__init__.py").touch()
    oracle = tmp_path / "solutions" / "squares" / "oracle.py"
    oracle.write_text("def square(x):\n    return x * x\n")
    return settings


@pytest.fixture
def importable(course, monkeypatch):
    """Let this process import the course's own `solutions`, and forget it after."""
    monkeypatch.syspath_prepend(course.course_root)
    with mock.patch.dict(sys.modules):
        for name in [name for name in sys.modules if name.startswith("solutions")]:
            del sys.modules[name]
        yield


def mistakes(course, text: str) -> None:
    folder = course.solutions_directory / "squares"
    (folder / "misconceptions.py").write_text(text, encoding="utf-8")


def refusal(begin, *arguments: object) -> str:
    with pytest.raises(AutograderError) as refused:
        begin(*arguments)
    return str(refused.value)


BROKEN = {
    "imports what is not there": (
        "import no_such_module\n" + MISTAKES,
        "solutions.squares.misconceptions: can't be imported: ModuleNotFoundError: "
        "No module named 'no_such_module'",
    ),
    "raises": (
        MISTAKES + "1 / 0\n",
        "solutions.squares.misconceptions: can't be imported: ZeroDivisionError: "
        "division by zero",
    ),
    "imports its own package by a wrong name": (
        "import solutions.squares.misconception\n" + MISTAKES,
        "solutions.squares.misconceptions: can't be imported: ModuleNotFoundError: "
        "No module named 'solutions.squares.misconception'",
    ),
    "edits a piece that isn't there": (
        EDIT.replace('"x * x"', '"x ** 2"'),
        "solutions.squares.misconceptions: can't be imported: AssignmentError: "
        "doubled: 'x ** 2' is to stand in solutions.squares.oracle.square once, but "
        "it stands there nowhere",
    ),
    "edits what it doesn't import": (
        EDIT.replace("import oracle", "import orakle as oracle"),
        "solutions.squares.misconceptions: can't be imported: ImportError: cannot "
        "import name 'orakle' from 'solutions.squares' ({}/__init__.py)",
    ),
    "names none": (
        MISTAKES.replace("MISCONCEPTIONS", "MISTAKES"),
        "solutions.squares.misconceptions: MISCONCEPTIONS must be a tuple of "
        "Misconception, got nothing",
    ),
    "names text": (
        "MISCONCEPTIONS = 'doubled'",
        "solutions.squares.misconceptions: MISCONCEPTIONS must be a tuple of "
        "Misconception, got str",
    ),
    "names a function": (
        MISTAKES + "MISCONCEPTIONS = (*MISCONCEPTIONS, doubled)",
        "solutions.squares.misconceptions: item 2 of MISCONCEPTIONS must be a "
        "Misconception, got function",
    ),
    "of nobody": (
        MISTAKES.replace('"square"', '"cube"'),
        'misconception "doubled" is of cube, which no test in tests/grading/squares '
        "asks. Correct its `of`, or write the test.",
    ),
}


@pytest.mark.parametrize(("text", "said"), BROKEN.values(), ids=BROKEN)
def test_mistakes_that_cant_be_used_are_refused(course, importable, text, said):
    mistakes(course, text)
    said = said.format(course.solutions_directory / "squares")
    assert refusal(require_sound, course.assignment("squares"), []) == said


@pytest.mark.parametrize("text", ["", MISTAKES, EDIT, "MISCONCEPTIONS = ()"])
def test_mistakes_that_can_be_used_are_not(course, importable, text):
    if text:
        mistakes(course, text)
    require_sound(course.assignment("squares"), [])


@pytest.mark.parametrize("place", ["misconceptions.py", "misconceptions/__init__.py"])
def test_mistakes_that_python_does_not_find_are_refused(course, place):
    path = course.solutions_directory / "squares" / place
    path.parent.mkdir(exist_ok=True)
    path.write_text(MISTAKES)
    shown = f"solutions/squares/{place}".removesuffix("/__init__.py")
    assert refusal(require_sound, course.assignment("squares"), []) == (
        f"{shown} is there, but Python finds no solutions.squares.misconceptions. "
        "Is there another package 'solutions' on its path?"
    )


def test_an_edit_that_cant_be_made_is_told_at_release_and_at_grading(course):
    mistakes(course, EDIT.replace('"x * x"', '"x ** 2"'))
    said = (
        "solutions.squares.misconceptions: can't be imported: AssignmentError: "
        "doubled: 'x ** 2' is to stand in solutions.squares.oracle.square once, but "
        "it stands there nowhere"
    )
    assert refusal(grade_class, course.assignment("squares")) == said
    assert refusal(record, course, "squares") == f"{WHERE}: can't be recorded: {said}"


def test_what_is_not_sound_is_told_at_release_and_at_grading(course):
    stray = course.tests_directory / "squares" / "test_zz.py"
    stray.write_text(STRAY)
    said = (
        f"{WHERE}/test_zz.py::test_stray and 1 more: belongs to no grade cell and "
        'would not be asked. Write pytestmark = pytest.mark.grade("...") at the top '
        "of its file."
    )
    assert refusal(grade_class, course.assignment("squares")) == said
    assert refusal(record, course, "squares") == f"{WHERE}: can't be recorded: {said}"


def test_a_grade_cell_without_a_check_is_told_and_ungraded(
    course, source, make_course, caplog
):
    second = source.cells[4].copy()
    grader = {**second.metadata["nbgrader"], "grade_id": "again"}
    second.update(metadata={"nbgrader": grader}, id="again")
    source.cells.insert(6, second)
    add_checks(make_course('c.Autograder.wall = "process"'))
    hand_in(course, "ada", RIGHT)
    nan = CHECKS.replace("    return x * x", "    return x * float('nan')")
    (course.tests_directory / "squares" / "test_square.py").write_text(nan)
    said = (
        'grade cell "again" has no check: write a test with '
        f'pytest.mark.grade("again") in {WHERE}'
    )
    caplog.clear()
    with caplog.at_level(logging.WARNING):
        record(course, "squares")
    path = f"squares: {WHERE}/test_square.py"
    assert caplog.messages == [
        f"squares: {said}",
        f"{path}::test_three: the oracle gives nan (square)",
        f"{path}::test_any_length: the oracle gives nan (square)",
        f"{path}::test_whole_numbers: the oracle gives nan (square)",
    ]
    (report,) = grade_class(course.assignment("squares"))
    square, again = report.exercises
    assert (square.score, again.score) == (None, None)
    assert {each.detail for each in square.checks} == {"square: the oracle gives nan"}
    assert [each.detail for each in again.checks] == [said]
    assert again.outcome is Outcome.UNGRADED
