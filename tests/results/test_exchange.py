"""Parts travel as text, and what arrives is not believed."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable
from dataclasses import replace

import pytest

from autograder.errors import ResultsError
from autograder.model import Outcome
from autograder.results import part_from_json, part_to_json, read_parts, written_parts
from tests.results.parts import part_of

HEAD = '{"format": "autograder-results", "version": 1}\n'


def file_of(lines: Iterable[str]) -> io.StringIO:
    return io.StringIO("".join(lines))


def changed(*path: str | int, to: object) -> dict:
    """A part's data with one value changed."""
    data = json.loads(json.dumps(part_to_json(part_of())))
    place = data
    for name in path[:-1]:
        place = place[name]
    place[path[-1]] = to
    return data


def test_parts_arrive_as_they_left():
    parts = [
        part_of("ada", executed="{}", note="ä\n"),
        part_of("bo", notebook=None, outcome=Outcome.UNGRADED, device="cuda"),
    ]
    lines = list(written_parts(parts))
    assert lines[0] == HEAD
    assert list(read_parts(file_of(lines), "gpu.jsonl")) == parts


def test_a_file_without_parts_has_none():
    assert list(read_parts(file_of([HEAD]), "a")) == []


def test_a_score_is_what_its_checks_say():
    data = changed("report", "exercises", 0, "score", to=4e6)
    data["report"]["score"] = 4e6
    data["report"]["exercises"][0]["checks"][0]["outcome"] = "failed"
    report = part_from_json(data).report
    assert report["score"] == report["exercises"][0]["score"] == 0.0


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        (("assignment",), "../gan", "assignment: String should match pattern"),
        (("student",), "a/b", "student: String should match pattern"),
        (
            ("student",),
            "bo",
            "part: Value error, its report belongs to another student",
        ),
        (
            ("device",),
            "cuda",
            "part: Value error, its report belongs to another student",
        ),
        (("graded_at",), float("inf"), "graded_at: Input should be"),
        (("notebook",), {}, "notebook: Input should be a valid string"),
        (("more",), 1, "more: Extra inputs are not permitted"),
        (("key",), {}, "key.submission: Field required"),
        (
            ("report", "exercises", 0, "checks", 0, "weight"),
            0,
            "report.exercises.0.checks.0.weight: Input should be greater than 0",
        ),
        (
            ("report", "exercises", 0, "points"),
            -1,
            "report.exercises.0.points: Input should be greater than or equal to 0",
        ),
        (
            ("report", "exercises", 0, "checks", 0, "outcome"),
            "perfect",
            "report.exercises.0.checks.0.outcome: Input should be 'passed'",
        ),
    ],
    ids=lambda value: str(value)[-24:] if isinstance(value, tuple) else "",
)
def test_what_is_out_of_bounds_is_refused(path, value, said):
    with pytest.raises(ResultsError) as caught:
        part_from_json(changed(*path, to=value))
    assert str(caught.value).startswith(said)


@pytest.mark.parametrize("student", [".", ".."])
def test_no_student_is_a_folder_upwards(student):
    data = changed("student", to=student)
    data["report"]["student"] = student
    with pytest.raises(ResultsError, match="is not a student's id"):
        part_from_json(data)


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        pytest.param([], "gpu.jsonl: is empty.", id="empty"),
        pytest.param(
            ["[1]"],
            "gpu.jsonl: is not an autograder results file.",
            id="other",
        ),
        pytest.param(
            ['{"format": "autograder-results", "version": 2}'],
            "gpu.jsonl: has version 2 of the format; this autograder reads 1. Write it "
            "again with the one that is installed here.",
            id="newer",
        ),
        pytest.param(
            [HEAD, '{"a": NaN}'],
            "gpu.jsonl, line 2: is not JSON: NaN is not a number.",
            id="nan",
        ),
        pytest.param(
            [HEAD, "[" * 200_000],
            "gpu.jsonl, line 2: is not JSON: maximum recursion depth exceeded while "
            "decoding a JSON array from a unicode string.",
            id="deep",
        ),
        pytest.param(
            [HEAD, "[]"],
            "gpu.jsonl, line 2: part: is not a JSON object.",
            id="no-part",
        ),
    ],
)
def test_a_file_that_is_none_of_ours_is_refused_in_one_line(lines, said):
    with pytest.raises(ResultsError) as caught:
        list(read_parts(file_of(lines), "gpu.jsonl"))
    assert str(caught.value) == said


def test_those_before_a_bad_line_have_arrived():
    lines = [*written_parts([part_of()]), "{}"]
    parts = read_parts(file_of(lines), "gpu.jsonl")
    assert next(parts) == part_of()
    with pytest.raises(ResultsError, match="line 3: assignment: Field required"):
        next(parts)


def test_a_line_is_no_longer_than_allowed(monkeypatch):
    monkeypatch.setattr("autograder.results.exchange._LONGEST", 1000)
    part = replace(part_of(), notebook="x" * 1000)
    with pytest.raises(ResultsError, match="line 2: is longer than"):
        list(read_parts(file_of(written_parts([part])), "gpu.jsonl"))
