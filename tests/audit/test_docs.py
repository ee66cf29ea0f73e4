"""docs/audit.md says what the audit does."""

from __future__ import annotations

import re

import pytest

from autograder.audit import exceptions
from autograder.audit.exceptions import exceptions_of
from autograder.audit.mutants import mutants
from tests.audit.test_run import SOLUTION
from tests.courses import ROOT

TEXT = (ROOT / "docs/audit.md").read_text("utf-8")


def block(language: str) -> str:
    """The page's only piece of code in a language."""
    (found,) = re.findall(rf"^```{language}\n(.*?)^```", TEXT, re.DOTALL | re.MULTILINE)
    return found


def test_the_example_of_exceptions_can_be_used(make_course):
    place = make_course().assignment("squares")
    place.solutions.mkdir(parents=True)
    (place.solutions / "exceptions.py").write_text(block("python"))
    assert len(exceptions_of(place).declared) == 5


@pytest.mark.parametrize("name", sorted(exceptions.__all__))
def test_every_kind_of_exception_is_told(name):
    kind = getattr(exceptions, name)
    is_kind = hasattr(kind, "__dataclass_fields__")
    assert not is_kind or f"`{name}`" in TEXT


def test_the_diff_is_the_one_that_is_printed():
    told, *shown = block("").splitlines()
    (mutant,) = [each for each in mutants(SOLUTION) if told.endswith(str(each))]
    assert [line.removeprefix("    ") for line in shown] == mutant.diff.splitlines()


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md"])
def test_the_page_is_found(name):
    text = (ROOT / name).read_text("utf-8")
    assert "(docs/audit.md)" in text
    assert "autograder audit " in text
