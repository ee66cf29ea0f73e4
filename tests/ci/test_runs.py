"""Workflows as a service runs them, step by step, on made-up repositories.

One student is right, one has no notebook, one is hostile, one was late, of one the
repository is gone. The hostile one's code hunts for every secret and is right if it
finds one.
"""

from __future__ import annotations

import io
import json
import re
import shutil
import sqlite3
import tarfile
import threading
import xml.etree.ElementTree as ET
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import yaml

from autograder.ci.course import SERVICES, Wishes, course_files
from autograder.config import load_settings
from tests.ci.classroom import (
    CANARIES,
    DEADLINE,
    ODD,
    Classroom,
    commit_all,
    course_repository,
)
from tests.ci.runners import GitHub, GitLab, load

pytestmark = pytest.mark.slow

SEED = CANARIES["AUTOGRADER_SEED"]
BOTH = ("cpu", "simulated")
TOKENS = {name: text for name, text in CANARIES.items() if "SEED" not in name}


@pytest.fixture
def course(make_course, tmp_path_factory):
    """Make the course's repository, with its workflow; the workflow's path."""

    def make(service: str, devices=BOTH) -> Path:
        settings = make_course()
        root = course_repository(settings, devices=devices)
        students = tmp_path_factory.mktemp("students")
        (root / "roster.csv").write_text(Classroom(students, settings).fill())
        made = course_files(load_settings(root), service, Wishes())
        for name, data in made.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_bytes(data)
        commit_all(root)
        return root / SERVICES[service][1]

    return make


@pytest.fixture
def github(course, tmp_path_factory):
    """Run GitHub's workflow, or one job of it."""

    def run(*jobs: str, devices=BOTH) -> GitHub:
        path = course("github", devices)
        runner = GitHub(
            tmp_path_factory.mktemp("github"),
            path.parents[2],
            secrets=CANARIES,
            machinery={"ACTIONS_RUNTIME_TOKEN": CANARIES["ACTIONS_RUNTIME_TOKEN"]},
            inputs={"deadline": DEADLINE},
        )
        workflow = load(path)
        chosen = {name: workflow["jobs"][name] for name in jobs or workflow["jobs"]}
        runner.run({**workflow, "jobs": chosen})
        return runner

    return run


@pytest.fixture
def gitlab(course, tmp_path_factory):
    """Run GitLab's pipeline, or some stages of it."""

    def run(*stages: str, devices=BOTH) -> GitLab:
        path = course("gitlab", devices)
        runner = GitLab(
            tmp_path_factory.mktemp("gitlab"),
            path.parent,
            variables={"DEADLINE": DEADLINE},
            machinery={"CI_JOB_TOKEN": CANARIES["CI_JOB_TOKEN"]},
            scoped={
                "collect": {
                    "AUTOGRADER_GIT_TOKEN": CANARIES["AUTOGRADER_GIT_TOKEN"],
                }
            },
            files={"grade": {"SEED_FILE": SEED}},
        )
        pipeline = load(path)
        runner.run({**pipeline, "stages": stages or pipeline["stages"]})
        return runner

    return run


def unpacked(runner: Any, artifact: str, archive: str) -> Path:
    """What an artifact's archive holds."""
    place = runner.folder / "unpacked" / artifact
    place.mkdir(parents=True)
    with tarfile.open(runner.folder / "artifacts" / artifact / archive) as file:
        file.extractall(place, filter="data")
    return place


def holding(folder: Path, *words: str) -> list[str]:
    """Files below a folder that hold one of the words."""
    return [
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if path.is_file() and any(word.encode() in path.read_bytes() for word in words)
    ]


def require_nothing_obeyed(runner: Any, tmp_path_factory) -> None:
    """Nothing that a student named or wrote was run."""
    for folder in (runner.folder, runner.course, tmp_path_factory.getbasetemp()):
        assert list(folder.rglob("pwned")) == []


# Collecting: no student's code, and the token is nowhere afterwards.


def test_the_job_that_collects(github, tmp_path_factory):
    runner = github("collect", devices=["cpu"])
    assert runner.results == {"collect": "success"}
    step = runner.step("Fetch")
    assert runner.commands(step) == [
        "::warning::Of some students nothing could be fetched: see this step."
    ]
    taken = unpacked(runner, "checkouts", "checkouts.tar") / "checkouts"
    listed = json.loads((taken / "collected.json").read_text())
    problems = {each["student"]: each["problem"] for each in listed["students"]}
    assert [name for name, problem in problems.items() if problem] == ["gone"]
    assert {path.name for path in taken.iterdir() if path.is_dir()} == {
        "right",
        "bare",
        "hostile",
        "late",
    }
    assert "return x * x" not in (taken / "late/squares/squares.ipynb").read_text()
    names = {path.name for path in (taken / "hostile" / "squares").iterdir()}
    assert set(ODD) < names
    assert holding(runner.folder / "artifacts", *CANARIES.values()) == []
    workspace = runner.workspace("collect")
    assert holding(workspace, *CANARIES.values()) == []
    assert not any(text in step.output for text in CANARIES.values())
    require_nothing_obeyed(runner, tmp_path_factory)


def test_the_stage_that_collects(gitlab, tmp_path_factory):
    runner = gitlab("collect", devices=["cpu"])
    assert runner.step("collect").code == 3  # one is gone: allowed to fail
    taken = unpacked(runner, "collect", "checkouts.tar") / "checkouts"
    assert (taken / "right" / "squares" / "timestamp.txt").read_text() == (
        "2026-11-19 10:00:00 UTC\n"
    )
    assert holding(runner.folder / "artifacts", *CANARIES.values()) == []
    require_nothing_obeyed(runner, tmp_path_factory)


# All of it.


def test_githubs_workflow_gives_the_right_marks(github, tmp_path_factory):
    runner = github()
    assert runner.results == {
        "collect": "success",
        "grade-cpu": "success",
        "grade-simulated": "success",
        "merge": "success",
    }
    require_marks(runner.folder / "artifacts" / "marks")
    grading = [step for step in runner.steps if step.name == "Grade"]
    assert all("bare: no notebook of squares" in step.output for step in grading)
    for text in ("right", "hostile", "late"):
        assert text in runner.summary
    assert "<img src=x" not in runner.summary
    ours = r"::warning::.*|::(notice|warning|error) title=squares%2C \w+::.*"
    for step in runner.steps:
        assert all(re.fullmatch(ours, line) for line in runner.commands(step))
    require_secrets_kept(runner)
    require_nothing_obeyed(runner, tmp_path_factory)


def test_gitlabs_pipeline_gives_the_right_marks(gitlab, tmp_path_factory):
    runner = gitlab()
    require_marks(runner.folder / "artifacts" / "merge")
    require_secrets_kept(runner)
    require_nothing_obeyed(runner, tmp_path_factory)


def test_a_second_run_grades_nobody_again(github):
    runner = github("collect", "grade-cpu", devices=["cpu"])
    parts = runner.folder / "artifacts" / "parts-cpu" / "parts-cpu.jsonl"
    first = parts.read_bytes()
    assert first.count(b"\n") == 1 + 3  # a head, and a line for each who handed in
    workflow = load(runner.course / SERVICES["github"][1])
    for job in ("collect", "grade-cpu"):
        shutil.rmtree(runner.workspace(job))
    jobs = {name: workflow["jobs"][name] for name in ("collect", "grade-cpu")}
    runner.run({**workflow, "jobs": jobs})
    assert parts.read_bytes() == first  # the times that it took are in there


def test_without_a_seed_nothing_is_graded(course, tmp_path_factory):
    path = course("github", ["cpu"])
    runner = GitHub(tmp_path_factory.mktemp("github"), path.parents[2])
    workflow = load(path)
    runner.run(workflow)
    assert runner.results["grade-cpu"] == "failure"
    assert runner.results["merge"] == "skipped"
    told = "::error::The secret AUTOGRADER_SEED is not set: see docs/ci.md"
    assert any(told in step.output for step in runner.steps)


def test_the_job_that_tells_the_students(course, tmp_path_factory, posted):
    server, asked = posted
    path = course("github", ["cpu"])
    made = course_files(load_settings(path.parents[2]), "github", Wishes(statuses=True))
    [data] = made.values()
    runner = GitHub(
        tmp_path_factory.mktemp("github"),
        path.parents[2],
        secrets=CANARIES,
        server=server,
        results={"merge": "success"},
    )
    put_marks(runner.folder, server)
    jobs = yaml.safe_load(data)["jobs"]
    runner.run({"jobs": {"statuses": jobs["statuses"]}})
    assert runner.results["statuses"] == "success"
    token = CANARIES["AUTOGRADER_STATUS_TOKEN"]
    assert asked == [(f"/api/v3/repos/c/ada/statuses/{'1' * 40}", f"Bearer {token}")]
    step = runner.step("Write commit statuses")
    assert "ada squares: 2 of 2 points" in step.output
    assert not any(text in step.output for text in CANARIES.values())


def put_marks(folder: Path, server: str) -> None:
    """The artifacts of a class of one, as the jobs before hand them on."""
    ada = {"student": "ada", "repository": f"{server}/c/ada", "commit": "1" * 40}
    listed = json.dumps({"students": [ada]}).encode()
    archive = folder / "artifacts" / "checkouts" / "checkouts.tar"
    archive.parent.mkdir(parents=True)
    with tarfile.open(archive, "w") as file:
        member = tarfile.TarInfo("checkouts/collected.json")
        member.size = len(listed)
        file.addfile(member, io.BytesIO(listed))
    graded = {"student": "ada", "score": 2.0, "max_score": 2.0}
    document = {"assignments": [{"assignment": "squares", "submissions": [graded]}]}
    reports = folder / "artifacts" / "marks" / "reports"
    reports.mkdir(parents=True)
    (reports / "results.json").write_text(json.dumps(document))


@pytest.fixture
def posted():
    """A stand-in for GitHub's REST interface; who asked it for what."""

    class Handler(BaseHTTPRequestHandler):
        asked: list = []  # noqa: RUF012

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.asked.append((self.path, self.headers["Authorization"]))
            self.send_response(201)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", Handler.asked
    server.shutdown()
    server.server_close()


def require_marks(marks: Path) -> None:
    """The right one has all points; the late and the hostile one what they earned."""
    document = json.loads((marks / "reports" / "results.json").read_text())
    [squares] = document["assignments"]
    submissions = {each["student"]: each for each in squares["submissions"]}
    scores = {name: each["score"] for name, each in submissions.items()}
    assert scores["right"] == 2
    assert scores["hostile"] == 0
    assert scores["late"] == 0
    assert scores.get("bare") in (None, 0)
    exercises = submissions["right"]["exercises"]
    names = [check["name"] for each in exercises for check in each["checks"]]
    assert any("test_on_the_device" in name for name in names)
    suite = ET.parse(marks / "reports" / "junit.xml").getroot()
    assert suite.tag == "testsuites"
    with sqlite3.connect(marks / "gradebook.db") as database:
        [(total,)] = database.execute("select sum(auto_score) from grade").fetchall()
    assert total == 2


def require_secrets_kept(runner: Any) -> None:
    """No secret was near a student's code, or got into what is handed on."""
    grading = [step for step in runner.steps if "autograder grade" in step.script]
    assert len(grading) == 2
    for step in grading:
        allowed = set(runner.machinery)
        held = {
            name
            for name, value in step.environment.items()
            if any(text in value for text in CANARIES.values())
        }
        assert held <= allowed
        assert not any(text in step.output for text in CANARIES.values())
    assert holding(runner.folder / "artifacts", *CANARIES.values()) == []
    assert holding(runner.folder / "cache", *CANARIES.values()) == []
    for folder in (runner.folder / "jobs").iterdir():
        assert holding(folder, *TOKENS.values()) == []
    assert holding(runner.folder / "jobs", SEED) in ([], ["merge/.autograder/seed"])
