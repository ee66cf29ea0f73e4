"""Each service gets the files that it reads by itself."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest

from autograder.report import ClassReport
from autograder.report.markdown import MOST_BYTES
from autograder.runner.delivery import deliver
from autograder.runner.surroundings import Service, Surroundings
from tests.courses import files
from tests.report.made import graded, one
from tests.runner.reading import outputs_in


def github(tmp_path: Path) -> Surroundings:
    for name in ("summary", "outputs"):
        (tmp_path / name).touch()
    return Surroundings(
        Service.GITHUB,
        tmp_path,
        summary=tmp_path / "summary",
        outputs=tmp_path / "outputs",
    )


def test_github_gets_a_summary_and_outputs_after_what_is_there(tmp_path):
    surroundings = github(tmp_path)
    (tmp_path / "summary").write_text("before\n")
    (tmp_path / "outputs").write_text("x=1\n")
    assert list(deliver(surroundings, one())) == []
    assert (tmp_path / "summary").read_text().startswith("before\n## `convolution`\n")
    told = (tmp_path / "outputs").read_bytes().removeprefix(b"x=1\n")
    assert outputs_in(told) == {"score": "", "max_score": "6", "status": "open"}


def test_a_summary_has_room_for_what_is_there(tmp_path):
    surroundings = github(tmp_path)
    (tmp_path / "summary").write_bytes(b"x" * (MOST_BYTES - 50))
    assert list(deliver(surroundings, one())) == []
    assert len((tmp_path / "summary").read_bytes()) <= MOST_BYTES


def test_what_github_does_not_name_is_not_written(tmp_path):
    assert list(deliver(Surroundings(Service.GITHUB, tmp_path), one())) == []
    assert files(tmp_path) == {}


def test_what_can_not_be_written_is_told_and_the_rest_is_written(tmp_path):
    surroundings = github(tmp_path)
    (tmp_path / "summary").unlink()
    (tmp_path / "summary").mkdir()
    (error,) = deliver(surroundings, one())
    assert str(error) == "GITHUB_STEP_SUMMARY can't be written: Is a directory."
    assert (tmp_path / "outputs").read_bytes()


def test_gitlab_gets_junit_and_metrics_in_the_projects_folder(tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.touch()
    project = tmp_path / "project"
    project.mkdir()
    (project / "autograder-junit.xml").symlink_to(elsewhere)  # of a student's
    surroundings = Surroundings(Service.GITLAB, project, reports=project)
    assert list(deliver(surroundings, one())) == []
    assert sorted(files(project)) == ["autograder-junit.xml", "autograder-metrics.txt"]
    junit = project / "autograder-junit.xml"
    assert ElementTree.fromstring(junit.read_bytes()).tag == "testsuites"
    assert not junit.is_symlink()
    assert elsewhere.read_bytes() == b""


class TestGradescope:
    @pytest.fixture
    def around(self, tmp_path) -> Surroundings:
        pytest.importorskip("autograder.report.gradescope")
        reports = tmp_path / "results"
        return Surroundings(Service.GRADESCOPE, tmp_path, reports=reports)

    def test_gets_its_results_where_it_looks(self, around, tmp_path):
        report = graded()
        final = replace(report, exercises=report.exercises[:2])
        assert list(deliver(around, [ClassReport("convolution", [final])])) == []
        made = json.loads((tmp_path / "results" / "results.json").read_bytes())
        assert made["score"] == 1.5

    def test_gets_no_results_of_what_is_open(self, around, tmp_path):
        (error,) = deliver(around, one())
        assert "the report gradescope can't be written: " in str(error)
        assert files(tmp_path) == {}

    def test_gets_nothing_where_nothing_was_found(self, around, tmp_path):
        assert list(deliver(around, [])) == []
        assert files(tmp_path) == {}


def test_where_nobody_reads_nothing_is_written(tmp_path):
    assert list(deliver(Surroundings(Service.NONE, tmp_path), one())) == []
    assert files(tmp_path) == {}
