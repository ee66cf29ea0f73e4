"""Exceptions of an audit: where they stand, and what is refused in one line."""

from __future__ import annotations

import pytest

from autograder.audit.exceptions import (
    Accepted,
    Equivalent,
    Exceptions,
    OneProperty,
    Slow,
    TrueName,
    exceptions_of,
)
from autograder.errors import AssignmentError

HEAD = "from autograder.audit.exceptions import Slow\n"


@pytest.fixture
def place(make_course):
    return make_course().assignment("squares")


def write(place, text, name="exceptions.py"):
    path = place.solutions / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def test_a_course_may_have_none(place):
    assert exceptions_of(place).declared == ()


def test_they_stand_in_one_file_beside_the_oracle(place):
    write(place, f"{HEAD}EXCEPTIONS = (Slow('train', 6, 'It trains.'),)\n")
    assert exceptions_of(place).declared == (Slow("train", 6, "It trains."),)


def test_a_package_may_be_split_into_sections(place):
    write(place, f"{HEAD}SLOW = Slow('f', 2, 'It is.')\n", "exceptions/slow.py")
    text = "from .slow import SLOW\nEXCEPTIONS = (SLOW,)\n"
    write(place, text, "exceptions/__init__.py")
    assert exceptions_of(place).every("f") == 2


@pytest.mark.parametrize(
    ("text", "told"),
    [
        pytest.param(
            "import nowhere_at_all",
            "can't be imported: ModuleNotFoundError: No module named 'nowhere_at_all'",
            id="an import",
        ),
        pytest.param("X = 1", "EXCEPTIONS must be a tuple", id="no tuple"),
        pytest.param(
            "EXCEPTIONS = (3,)",
            "item 1 of EXCEPTIONS must be an exception of autograder.audit.exceptions, "
            "got int",
            id="something else",
        ),
        pytest.param(
            f"{HEAD}EXCEPTIONS = (Slow('f', 2, ' '),)",
            "Slow of f has no reason",
            id="no reason",
        ),
        pytest.param(
            f"{HEAD}EXCEPTIONS = (Slow('f', 0, 'It is.'),)",
            "can't be imported: ValueError: Slow of f: every must be 1 or more, got 0",
            id="no number of mutants",
        ),
    ],
)
def test_what_can_not_be_used_is_one_line(place, text, told):
    write(place, text)
    with pytest.raises(AssignmentError) as refused:
        exceptions_of(place)
    assert str(refused.value).endswith(f"solutions/squares/exceptions.py: {told}")


def test_each_kind_answers_for_its_own():
    known = Exceptions(
        (
            TrueName("f", "zeros", ("lost",), "It loses."),
            Accepted("f", "as_float", "Any number will do."),
            OneProperty("test_it", "It asks for that."),
            Slow("g", 3, "It trains."),
            Equivalent("f", "It is the same.", ("line 1: `a` -> `b`",)),
        )
    )
    assert known.names_of("f", "zeros") == ("lost",)
    assert known.names_of("f", "text") == known.names_of("g", "zeros") == ()
    assert known.accepts("f", "as_float")
    assert not known.accepts("f", "zeros")
    assert known.may_pass_by_chance("test_it[3]")
    assert not known.may_pass_by_chance("test_it_too")
    assert (known.every("g"), known.every("f")) == (3, 1)
    assert known.equivalent_to("f", "line 1: `a` -> `b`") is known.declared[-1]
    assert known.equivalent_to("g", "line 1: `a` -> `b`") is None
