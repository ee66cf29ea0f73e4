"""GitHub's outputs, annotations and log: no text becomes a command or an output."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from autograder.model import GradeReport, Status
from autograder.report import ClassReport, document
from autograder.report.text import verdict
from autograder.runner.github import (
    notices,
    outputs,
    resumed,
    step_outputs,
    stopped,
    unspoken,
)
from tests.report.made import HOSTILE, graded, hostile_class, one, refused
from tests.runner.reading import commands, outputs_in


def final() -> GradeReport:
    report = graded()
    return replace(report, exercises=report.exercises[:2])


def not_run(status: Status) -> list[ClassReport]:
    report = GradeReport.not_run("a", "b", status=status, points={"x": 2.0}, note="n")
    return [ClassReport("a", [report])]


@pytest.mark.parametrize(
    ("classes", "told"),
    [
        ([ClassReport("a", [final()])], ("1.5", "3", "final")),
        (
            [ClassReport("a", [final()]), ClassReport("b", [final()])],
            ("3", "6", "final"),
        ),
        (one(), ("", "6", "open")),
        (refused(), ("", "0", "refused")),
        ([], ("", "0", "none")),
        (not_run(Status.MALFORMED), ("0", "2", "malformed")),
        (not_run(Status.UNGRADED), ("", "2", "ungraded")),
        (not_run(Status.MISSING), ("0", "2", "missing")),
    ],
    ids=[
        *("final", "two", "open", "refused", "none", "malformed", "ungraded", "missing")
    ],
)
def test_outputs_say_the_score_and_whether_it_is_final(classes, told):
    assert outputs(classes) == dict(
        zip(("score", "max_score", "status"), told, strict=True)
    )


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_an_output_is_one_output_whatever_it_holds(text):
    text = text.encode("utf-8", "replace").decode()
    made = step_outputs({"score": text, "status": "final"})
    assert outputs_in(made) == {"score": text, "status": "final"}


def test_annotations_say_what_is_final_open_and_unread():
    classes = [
        ClassReport("a", [final(), graded("bob,: %")]),
        *not_run(Status.MALFORMED),
    ]
    assert list(notices(classes)) == [
        "::notice title=convolution%2C ada::1.5 of 3 automatic points",
        "::warning title=convolution%2C bob%2C%3A %25::1.5 of 3 automatic points so "
        "far; 3 more are open",
        "::error title=a%2C b::0 of 2 automatic points: n",
    ]


def test_there_are_ten_annotations_of_a_kind_at_most():
    assert len(list(notices([ClassReport("a", [final()] * 30)]))) == 10


def test_hostile_annotations_are_annotations():
    made = list(notices(hostile_class()))
    found = commands("\n".join(made))
    assert [name for name, _ in found] == [
        line.removeprefix("::").partition(" ")[0] for line in made
    ]
    assert {name for name, _ in found} <= {"notice", "warning", "error"}


def test_a_stopped_log_has_no_command_until_it_is_resumed():
    lines = [
        line
        for each in hostile_class()
        for report in each.reports
        for line in verdict(report)
    ]
    log = "\n".join([stopped("t0"), *lines, resumed("t0"), "::notice::after"])
    assert commands(log) == [("notice", "|after")]


def test_a_document_on_stdout_holds_no_command():
    made = document("results", hostile_class()).decode()
    assert commands(made)  # so one would be seen
    assert commands(unspoken(made)) == []
    assert json.loads(unspoken(made)) == json.loads(made)
