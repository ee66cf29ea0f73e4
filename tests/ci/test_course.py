"""Workflows of a course: valid, pinned, with least rights, and nothing to inject."""

from __future__ import annotations

import itertools
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from autograder.ci.course import SERVICES, Wishes, course_files, next_steps
from autograder.ci.rendering import ACTIONS
from autograder.errors import AssignmentError, WorkflowError
from tests.ci.runners import load
from tests.courses import ROOT, files, run_autograder

BIN = Path(sys.executable).parent
SCHEMAS = {"github": "vendor.github-workflows", "gitlab": "vendor.gitlab-ci"}

#: What makes a template differ.
WISHES = {
    "roster": Wishes(),
    "organisation": Wishes(organisation="course-2026", pattern="hw-{student}"),
    "assignments": Wishes(assignments=("squares",), cron="30 22 * * MON-FRI"),
    "statuses": Wishes(statuses=True),
}
DEVICES = (["cpu"], ["cuda"], ["cpu", "cuda"])


@pytest.fixture
def course(make_course):
    """A course with these devices, that can be installed."""

    def make(devices=("cpu",), **_: Any):
        settings = make_course()
        (settings.course_root / "requirements.txt").write_text("autograder\n")
        return settings.model_copy(update={"devices": list(devices)})

    return make


def write(settings, service: str, wishes: Wishes, folder: Path) -> Path:
    [(name, data)] = course_files(settings, service, wishes).items()
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


ALL = list(itertools.product(SERVICES, WISHES, DEVICES))
CASES = [pytest.param(*case, id="-".join((*case[:2], *case[2]))) for case in ALL]


@pytest.mark.slow
@pytest.mark.parametrize(("service", "wishes", "devices"), CASES)
def test_a_workflow_fits_its_services_schema(
    course, tmp_path, service, wishes, devices
):
    path = write(course(devices), service, WISHES[wishes], tmp_path)
    words = ["--builtin-schema", SCHEMAS[service], path]
    done = subprocess.run(
        [BIN / "check-jsonschema", *words], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.slow
@pytest.mark.parametrize("persona", ["regular", "pedantic"])
def test_zizmor_has_nothing_to_say(course, tmp_path, persona):
    paths = [
        write(course(devices), "github", wishes, tmp_path / f"{name}-{len(devices)}")
        for name, wishes in WISHES.items()
        for devices in DEVICES
    ]
    done = _zizmor(persona, *paths)
    assert done.returncode == 0, done.stdout
    assert "No findings to report" in done.stdout + done.stderr


@pytest.mark.slow
def test_zizmor_would_say_something(course, tmp_path):
    path = write(course(), "github", Wishes(), tmp_path)
    text = path.read_text().replace('"$DEADLINE")', '"${{ inputs.deadline }}")')
    path.write_text(text.replace(ACTIONS["checkout"], "actions/checkout@v6"))
    told = _zizmor("regular", path)
    assert told.returncode != 0
    assert "template-injection" in told.stdout
    assert "unpinned-uses" in told.stdout


@pytest.mark.slow
def test_this_repositorys_own_workflows_are_sound():
    paths = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
    done = _zizmor("pedantic", *paths)
    assert done.returncode == 0, done.stdout
    words = ["--builtin-schema", SCHEMAS["github"], *paths]
    done = subprocess.run(
        [BIN / "check-jsonschema", *words], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


def _zizmor(persona: str, *paths: Path) -> subprocess.CompletedProcess[str]:
    command = [BIN / "zizmor", "--offline", "--no-progress", "--color", "never"]
    return subprocess.run(
        [*command, "--persona", persona, *paths],
        capture_output=True,
        text=True,
        check=False,
    )


# Who may hold a secret.


def test_only_the_steps_that_need_a_secret_have_it(course, tmp_path):
    path = write(course(["cpu", "cuda"]), "github", WISHES["statuses"], tmp_path)
    held = {
        (job, step["name"]): re.findall(r"\$\{\{ secrets\.(\w+)", str(step))
        for job, described in load(path)["jobs"].items()
        for step in described["steps"]
    }
    seed = "Put the seed into a file that only the grader reads"
    assert {where: names for where, names in held.items() if names} == {
        ("collect", "Fetch"): ["AUTOGRADER_GIT_TOKEN"],
        ("grade-cpu", seed): ["AUTOGRADER_SEED"],
        ("grade-cuda", seed): ["AUTOGRADER_SEED"],
        ("merge", seed): ["AUTOGRADER_SEED"],
        ("statuses", "Write commit statuses"): ["AUTOGRADER_STATUS_TOKEN"],
    }
    assert path.read_text().count("{{ secrets.") == sum(map(len, held.values()))


def test_a_job_that_runs_students_code_never_holds_a_token(course, tmp_path):
    path = write(course(["cpu", "cuda"]), "github", WISHES["statuses"], tmp_path)
    grading = {
        job: str(described)
        for job, described in load(path)["jobs"].items()
        if "autograder grade" in str(described)
    }
    assert set(grading) == {"grade-cpu", "grade-cuda"}
    assert not any("TOKEN" in text for text in grading.values())


def test_gitlab_scopes_each_secret_to_an_environment(course, tmp_path):
    path = write(course(["cpu", "cuda"]), "gitlab", Wishes(), tmp_path)
    jobs = {name: job for name, job in load(path).items() if "stage" in job}
    scopes = {name: job["environment"]["name"] for name, job in jobs.items()}
    assert scopes == {
        "collect": "collect",
        "grade-cpu": "grade",
        "grade-cuda": "grade",
        "merge": "grade",
    }
    text = path.read_text()
    assert "AUTOGRADER_GIT_TOKEN" not in text  # it is scoped, and found by its name


def test_rights_time_and_actions_are_bounded(course, tmp_path):
    path = write(course(["cpu", "cuda"]), "github", WISHES["statuses"], tmp_path)
    workflow = load(path)
    assert workflow["permissions"] == {}
    assert workflow["concurrency"] == {"group": "grade", "cancel-in-progress": False}
    for job in workflow["jobs"].values():
        assert job["permissions"] == {"contents": "read"}
        assert job["timeout-minutes"] <= 350
    used = re.findall(r"uses: (\S+)", path.read_text())
    assert used
    assert all(re.fullmatch(r"actions/[\w/-]+@[0-9a-f]{40}", each) for each in used)


def test_no_expression_stands_in_a_shell_line(course, tmp_path):
    for name, wishes in WISHES.items():
        path = write(course(["cpu", "cuda"]), "github", wishes, tmp_path / name)
        steps = [s for job in load(path)["jobs"].values() for s in job["steps"]]
        assert not any("${{" in step.get("run", "") for step in steps)


def test_every_pinned_commit_names_its_version():
    form = r"actions/[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+"
    assert all(re.fullmatch(form, each) for each in ACTIONS.values())


# What can't stand in one.


@pytest.mark.parametrize(
    ("wishes", "told"),
    [
        (
            Wishes(roster="$(id).csv"),
            '--roster "$(id).csv" can\'t stand in a workflow: a path in the course, '
            "like roster.csv.",
        ),
        (Wishes(roster="a/../../b"), "--roster a/../../b: is outside the course."),
        (Wishes(organisation="a b"), '--organisation "a b" can\'t stand in a workflow'),
        (Wishes(organisation="${{ x }}"), "in a workflow: an organisation's name."),
        (Wishes(pattern="hw-*"), '--pattern "hw-*" can\'t stand in a workflow'),
        (Wishes(python="2.7"), '--python "2.7" can\'t stand in a workflow: 3.11, 3.12'),
        (
            Wishes(cron="daily"),
            '--cron "daily" can\'t stand in a workflow: five fields',
        ),
        (Wishes(cron="* * * * *\nx"), "can't stand in a workflow: five fields"),
        (Wishes(image="a b"), '--image "a b" can\'t stand in a workflow'),
    ],
    ids=lambda value: "" if isinstance(value, Wishes) else None,
)
def test_what_could_be_more_than_a_value_is_refused(course, wishes, told):
    with pytest.raises(WorkflowError) as caught:
        course_files(course(), "github", wishes)
    assert told in str(caught.value)


def test_an_assignment_must_be_one_of_the_course(course):
    with pytest.raises(AssignmentError, match="there is no assignment"):
        course_files(course(), "github", Wishes(assignments=("circles",)))


def test_a_course_that_cant_be_installed_is_refused(make_course, monkeypatch):
    settings = make_course()
    monkeypatch.chdir(settings.course_root)
    with pytest.raises(WorkflowError) as caught:
        course_files(settings, "github", Wishes())
    assert str(caught.value) == (
        "requirements.txt: there is no such file. Write one that names the autograder "
        "and what the notebooks import: the workflow installs it."
    )


def test_a_course_that_is_the_autograder_installs_itself(course, tmp_path):
    settings = course()
    editable = "--no-deps --no-build-isolation --editable ."
    assert editable not in write(settings, "github", Wishes(), tmp_path).read_text()
    project = settings.course_root / "pyproject.toml"
    project.write_text('[project]\nname = "autograder"\n')
    assert editable in write(settings, "github", Wishes(), tmp_path).read_text()


# The command.


@pytest.mark.parametrize("service", SERVICES)
def test_the_command_writes_once_and_says_what_comes_next(course, service):
    root = course().course_root
    done = run_autograder("ci", "init", service, cwd=root)
    assert done.returncode == 0, done.stderr
    first, *steps = done.stdout.splitlines()
    assert first == f"wrote {SERVICES[service][1]}"
    assert steps[0] == "1. write roster.csv: student,repository; one line each"
    assert "AUTOGRADER_GIT_TOKEN" in done.stdout
    assert ("AUTOGRADER_SEED" if service == "github" else "SEED_FILE") in done.stdout
    again = run_autograder("ci", "init", service, cwd=root)
    assert again.stdout.startswith("nothing to write: everything is there already\n")
    path = root / SERVICES[service][1]
    path.write_text("mine")
    refused = run_autograder("ci", "init", service, cwd=root)
    assert refused.returncode == 1
    assert refused.stderr == (
        f"error {SERVICES[service][1]}: already exists and differs. --force replaces "
        "it.\n"
    )
    assert path.read_text() == "mine"
    assert run_autograder("ci", "init", service, "--force", cwd=root).returncode == 0
    assert path.read_text() != "mine"


def test_the_gpus_runner_is_asked_for_where_there_is_a_gpu(course):
    steps = next_steps(course(["cpu", "cuda"]), "github", WISHES["statuses"])
    text = "\n".join(steps)
    assert "register a self-hosted runner with the label gpu" in text
    assert "AUTOGRADER_STATUS_TOKEN" in text
    assert "GPU_RUNNER" not in "\n".join(next_steps(course(), "github", Wishes()))


@pytest.mark.parametrize("service", SERVICES)
def test_a_students_repository_gets_files_that_hold_no_secret(tmp_path, service):
    words = ("ci", "init", service, "--student", "--into", "theirs", "--course", ROOT)
    done = run_autograder(*words, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    last = done.stdout.splitlines()[-1]
    assert last == "1. put the content of theirs into each student's repository"
    written = files(tmp_path / "theirs")
    assert len(written) == 2
    assert not any(b"secrets." in data or b"TOKEN" in data for data in written.values())


@pytest.mark.slow
def test_gradescopes_zip_is_written_where_it_is_wanted(tmp_path):
    words = ("ci", "init", "gradescope", "convolution", "--course", ROOT)
    done = run_autograder(*words, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout == "wrote convolution-gradescope.zip\n"
    assert zipfile.is_zipfile(tmp_path / "convolution-gradescope.zip")
