"""Where we run is told by variables and folders that are made up here."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from autograder.runner.surroundings import Service, Surroundings

HERE = Path("/here")


def of(tmp_path, **variables: str) -> Surroundings:
    return Surroundings.of(variables, HERE, gradescope=tmp_path / "autograder")


def test_nowhere_else_is_here(tmp_path):
    assert of(tmp_path, CI="true") == Surroundings(Service.NONE, HERE)


def test_github_tells_by_variables(tmp_path):
    assert of(
        tmp_path,
        GITHUB_ACTIONS="true",
        GITHUB_WORKSPACE="/work space",
        GITHUB_REPOSITORY_OWNER="ada",
        GITHUB_REPOSITORY="ada/homework",
        GITHUB_STEP_SUMMARY="/run/summary",
        GITHUB_OUTPUT="/run/output",
        GITHUB_REF_NAME="$(touch pwned)",
    ) == Surroundings(
        Service.GITHUB,
        Path("/work space"),
        student="ada",
        summary=Path("/run/summary"),
        outputs=Path("/run/output"),
    )


def test_the_owner_may_stand_in_the_repositorys_name(tmp_path):
    found = of(tmp_path, GITHUB_ACTIONS="true", GITHUB_REPOSITORY="ada/homework")
    assert (found.student, found.checkout, found.summary) == ("ada", HERE, None)


@pytest.mark.parametrize("value", ["", "false", "1"])
def test_only_true_is_github(tmp_path, value):
    assert of(tmp_path, GITHUB_ACTIONS=value).service is Service.NONE


@pytest.mark.parametrize(
    ("namespace", "student"),
    [("ada", "ada"), ("course/2026/ada", "ada"), ("", None)],
)
def test_gitlab_tells_by_variables(tmp_path, namespace, student):
    project = Path("/builds/x")
    assert of(
        tmp_path,
        GITLAB_CI="true",
        CI_PROJECT_DIR="/builds/x",
        CI_PROJECT_NAMESPACE=namespace,
        CI_COMMIT_MESSAGE="`touch pwned`",
    ) == Surroundings(Service.GITLAB, project, student=student, reports=project)


def gradescope(tmp_path, about: object) -> Surroundings:
    root = tmp_path / "autograder"
    (root / "submission").mkdir(parents=True)
    text = about if isinstance(about, str) else json.dumps(about)
    (root / "submission_metadata.json").write_text(text)
    return of(tmp_path)


def test_gradescope_tells_by_folders(tmp_path):
    about = {
        "id": 7,
        "created_at": "2026-11-30T23:59:00.5-08:00",
        "users": [{"email": "ada@uni.example", "id": 3, "name": "Ada"}],
    }
    assert gradescope(tmp_path, about) == Surroundings(
        Service.GRADESCOPE,
        tmp_path / "autograder" / "submission",
        student="ada@uni.example",
        handed_in_at=datetime(
            2026, 11, 30, 23, 59, 0, 500_000, tzinfo=timezone(timedelta(hours=-8))
        ),
        reports=tmp_path / "autograder" / "results",
    )


@pytest.mark.parametrize(
    "about",
    ["", "[]", "{", {}, {"users": []}, {"users": ["x"]}, {"users": 3}, {"users": [{}]}],
    ids=["empty", "list", "cut", "none", "nobody", "text", "number", "nameless"],
)
def test_gradescope_may_tell_nothing_of_the_student(tmp_path, about):
    found = gradescope(tmp_path, about)
    assert found.service is Service.GRADESCOPE
    assert (found.student, found.handed_in_at) == (None, None)


def test_a_number_is_a_name_where_there_is_no_other(tmp_path):
    found = gradescope(tmp_path, {"users": [{"id": 3}], "created_at": "2026-11-30"})
    assert found.student == "3"
    assert found.handed_in_at == datetime(2026, 11, 30, tzinfo=UTC)


def test_a_folder_alone_is_not_gradescope(tmp_path):
    (tmp_path / "autograder" / "submission").mkdir(parents=True)
    assert of(tmp_path).service is Service.NONE
