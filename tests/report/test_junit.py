"""JUnit XML: what its consumers count, name and show."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from autograder.model import CheckResult, ExerciseReport, GradeReport, Outcome, Status
from autograder.report import ClassReport
from autograder.report.junit import document
from tests.report.made import NEEDS, graded, hostile_class, one, refused


def parsed(classes):
    return ElementTree.fromstring(document(classes))


def test_a_suite_is_a_submission_and_a_case_a_check():
    root = parsed([ClassReport("convolution", [graded("ada"), graded("bob")])])
    assert root.tag == "testsuites"
    assert [suite.get("name") for suite in root] == [
        "convolution.ada",
        "convolution.bob",
    ]
    cases = [
        (each.get("classname"), each.get("name"), each.get("time"))
        for each in root[0].iter("testcase")
    ]
    assert cases == [
        ("convolution.ada", "pad2d: test_right", "0.250"),
        ("convolution.ada", "corr2d: test_right", "0.250"),
        ("convolution.ada", "corr2d: test_example", "0.000"),
        ("convolution.ada", "corr2d: test_any_shape", "0.000"),
        ("convolution.ada", "layer: test_layer", "0.000"),
    ]


def test_counts_are_those_of_what_is_there():
    root = parsed(one())
    counts = {"tests": "5", "failures": "1", "errors": "1", "skipped": "1"}
    assert {key: root.get(key) for key in counts} == counts
    assert {key: root[0].get(key) for key in counts} == counts
    assert root.get("time") == root[0].get("time") == "1.500"


@pytest.mark.parametrize(
    ("outcome", "element"),
    [
        (Outcome.PASSED, None),
        (Outcome.FAILED, "failure"),
        (Outcome.NOT_RUN, "failure"),
        (Outcome.RAISED, "error"),
        (Outcome.TIMED_OUT, "error"),
        (Outcome.EXHAUSTED, "error"),
        (Outcome.UNGRADED, "skipped"),
    ],
)
def test_an_outcome_is_one_element(outcome, element):
    check = CheckResult("test_x", True, outcome)
    exercise = ExerciseReport("e", 1.0, (check,))
    report = GradeReport("a", "b", Status.GRADED, (exercise,))
    (case,) = parsed([ClassReport("a", [report])]).iter("testcase")
    assert [each.tag for each in case] == ([element] if element else [])


def test_first_line_and_all_lines_are_told():
    failure = parsed(one()).find(".//failure")
    assert failure.get("message") == "corr2d: the values differ"
    assert failure.get("type") == "failed"
    assert failure.text == (
        "corr2d: the values differ\n  got       2\n  hint      turn the kernel"
    )


def test_a_hidden_check_shows_name_outcome_and_hint():
    error = parsed(one()).find(".//error")
    assert dict(error.attrib) == {"message": "hint: turn the kernel", "type": "raised"}
    assert error.text == "hint: turn the kernel"


def test_what_is_open_is_skipped_and_says_why():
    root = parsed(one())
    assert root.find(".//skipped").get("message") == NEEDS
    told = {each.get("name"): each.get("value") for each in root.iter("property")}
    assert told == {
        "status": "graded",
        "state": "open",
        "automatic points": "1.5 of 3 automatic points so far; 3 more are open",
        "note": "cell 9 failed",
    }


def test_a_name_that_stands_there_twice_is_numbered():
    check = CheckResult("test_x", True, Outcome.PASSED)
    exercise = ExerciseReport("e", 1.0, (check, check, check))
    report = GradeReport("a", "b", Status.GRADED, (exercise,))
    names = [
        each.get("name")
        for each in parsed([ClassReport("a", [report])]).iter("testcase")
    ]
    assert names == ["e: test_x", "e: test_x (2)", "e: test_x (3)"]


def test_an_assignment_that_was_refused_is_one_open_case():
    root = parsed(refused())
    (case,) = root.iter("testcase")
    assert (case.get("classname"), case.get("name")) == ("gan", "grading")
    assert case.find("skipped").text == (
        "nothing was graded; the output of the command says why"
    )
    assert (root.get("tests"), root.get("skipped")) == ("1", "1")


def test_hostile_text_forges_no_element():
    root = parsed(hostile_class())
    names = {each.tag for each in root.iter()}
    assert names == {
        *("testsuites", "testsuite", "properties", "property", "testcase", "failure")
    }
    assert all(each.get("name") != "forged" for each in root.iter("testcase"))
