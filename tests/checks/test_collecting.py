"""How pytest is run on checks, and what is told where it does not get to them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from autograder.checks.collecting import Collected, arguments

ROOT = Path(__file__).parents[2]

COLLECTING = """\
==== ERRORS ====
____ ERROR collecting tests/grading/squares/test_square.py ____
E     File "test_square.py", line 1
E       def broken(:
E   SyntaxError: invalid syntax
==== short test summary info ====
ERROR tests/grading/squares/test_square.py
"""


@pytest.mark.parametrize(
    ("printed", "reason", "place"),
    [
        ("ERROR: there is no such grade cell\n", "there is no such grade cell", ""),
        (
            COLLECTING,
            "SyntaxError: invalid syntax",
            "tests/grading/squares/test_square.py",
        ),
        ("ERROR tests/grading/a\n", "ERROR tests/grading/a", ""),
        ("", "pytest ended with 5", ""),
    ],
    ids=["refused", "a syntax error", "the summary alone", "silent"],
)
def test_why_there_are_no_checks_is_one_line(printed, reason, place):
    collected = Collected(5, printed)
    assert (collected.reason, collected.place) == (reason, place)


def test_a_refusal_goes_before_the_place():
    collected = Collected(4, f"{COLLECTING}ERROR: no such option\n")
    assert (collected.reason, collected.place) == ("no such option", "")


def test_the_device_is_the_assignments(make_course):
    assignment = make_course().assignment("squares")
    assert "--device=cpu" in arguments(assignment)
    assert "--device=cuda" in arguments(assignment.on("cuda"))
    assert "--device=cpu" in arguments(assignment.on("simulated"))


def test_pytests_arguments_are_written_once():
    written = re.compile(r"--confcutdir")
    found = [
        str(path.relative_to(ROOT))
        for folder in ("autograder", "bench", "tests/meta")
        for path in (ROOT / folder).rglob("*.py")
        if written.search(path.read_text("utf-8"))
    ]
    assert found == ["autograder/checks/collecting.py"]
