"""The workflows of a course's private repository, which fetch and grade submissions.

Owns: what they may contain, and the instructions for manual steps. May not: hold or ask
for a secret; secrets are entered at the service, and only named here.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.ci.rendering import render
from autograder.config import Settings, shown
from autograder.errors import WorkflowError

__all__ = ["SERVICES", "Wishes", "course_files", "next_steps"]

#: Each service's workflow: its template, and where it goes.
SERVICES: Mapping[str, tuple[str, str]] = {
    "github": ("github/grade.yml.j2", ".github/workflows/grade.yml"),
    "gitlab": ("gitlab/grade.yml.j2", ".gitlab-ci.yml"),
}

#: Safe values for a workflow: nothing special to a shell, YAML or the service.
_NAME = re.compile(r"[A-Za-z0-9_][\w.-]*", re.ASCII)
_GROUP = re.compile(r"[A-Za-z0-9_][\w.-]*(?:/[\w.-]+)*", re.ASCII)
_PATTERN = re.compile(r"[\w.-]*\{student\}[\w.-]*", re.ASCII)
_PATH = re.compile(r"[A-Za-z0-9_][\w./-]*", re.ASCII)
_PYTHON = re.compile(r"3\.1[123]")
_CRON = re.compile(r"[\d*][\d*,/-]*(?: [\dA-Z*][\dA-Z*,/-]*){4}")
_IMAGE = re.compile(r"[a-z0-9][\w.:/-]*(?:@sha256:[0-9a-f]{64})?", re.ASCII)


@dataclass(frozen=True)
class Wishes:
    """What an instructor may choose about the workflow.

    Attributes:
        roster: The roster, relative to the course's folder.
        organisation: Instead, an organisation or group whose repositories are used.
        pattern: Which ones, with {student} in place of the id.
        assignments: What to grade; everything handed in if empty.
        python: The version of Python.
        cron: When it runs, in UTC.
        statuses: Whether students get a commit status with their score.
        image: For GitLab, the container image of its jobs.
    """

    roster: str = "roster.csv"
    organisation: str = ""
    pattern: str = "{student}"
    assignments: tuple[str, ...] = ()
    python: str = "3.11"
    cron: str = "0 2 * * *"
    statuses: bool = False
    image: str = "python:3.11-bookworm"


def course_files(settings: Settings, service: str, wishes: Wishes) -> dict[str, bytes]:
    """Make the files for a course's repository on a service.

    Args:
        settings: The course's.
        service: "github" or "gitlab".
        wishes: The instructor's choices.

    Returns:
        Contents by path, relative to the course's folder.

    Raises:
        WorkflowError: A value is not allowed in a workflow, or the course can't be
            installed there.
    """
    _require_wishes(settings, wishes)
    template, path = SERVICES[service]
    values = {
        **_installation(settings.course_root),
        "python": wishes.python,
        "cron": wishes.cron,
        "roster": wishes.roster,
        "organisation": wishes.organisation,
        "pattern": wishes.pattern,
        "assignments": " ".join(wishes.assignments),
        "devices": _devices(settings),
        "statuses": wishes.statuses,
        "image": wishes.image,
    }
    return {path: render(template, values).encode()}


def next_steps(settings: Settings, service: str, wishes: Wishes) -> list[str]:
    """The remaining manual steps, one line each."""
    steps = [
        f"commit and push {SERVICES[service][1]} to the course's private repository"
    ]
    if not wishes.organisation:
        roster = settings.course_root / wishes.roster
        if not roster.is_file():
            steps.insert(0, f"write {shown(roster)}: student,repository; one line each")
    steps += _secrets(service, wishes)
    if "cuda" in settings.devices:
        steps.append(_RUNNER[service])
    steps.append(_START[service])
    return steps


_RUNNER = {
    "github": "for the GPU: register a self-hosted runner with the label gpu, then set "
    "the variable GPU_RUNNER to true",
    "gitlab": "for the GPU: register a runner with the tag gpu, then set the variable "
    "GPU_RUNNER to true",
}
_START = {
    "github": "start it once by hand: Actions > Grade > Run workflow",
    "gitlab": "start it once by hand: Build > Pipelines > New pipeline; then make a "
    "schedule under Build > Pipeline schedules",
}
_WHERE = {
    "github": "Settings > Secrets and variables > Actions",
    "gitlab": "Settings > CI/CD > Variables, masked and protected,",
}


def _secrets(service: str, wishes: Wishes) -> list[str]:
    """Which secrets to enter, where, and what each may do."""
    scopes = {"collect": "", "grade": "", "statuses": ""}
    if service == "gitlab":
        scopes = {name: f", environment scope {name}" for name in scopes}
    seed = "AUTOGRADER_SEED" if service == "github" else "SEED_FILE (type File)"
    steps = [
        f"in {_WHERE[service]} add AUTOGRADER_GIT_TOKEN{scopes['collect']}: a token "
        "that can read the students' repositories and nothing else",
        f"there add {seed}{scopes['grade']}: the text of .autograder/seed, which "
        "autograder grade makes, or any long random text",
    ]
    if wishes.statuses:
        steps.append(
            f"there add AUTOGRADER_STATUS_TOKEN{scopes['statuses']}: a token that can "
            "write commit statuses of the students' repositories and nothing else"
        )
    return steps


def _devices(settings: Settings) -> list[str]:
    """The devices with a job each; the CPU, first, also runs all other checks."""
    return ["cpu", *(each for each in settings.devices if each != "cpu")]


def _require_wishes(settings: Settings, wishes: Wishes) -> None:
    """Refuse what a shell, YAML or the service could treat as more than a value."""
    _require("--roster", wishes.roster, _PATH, "a path in the course, like roster.csv")
    if wishes.organisation:
        _require(
            "--organisation", wishes.organisation, _GROUP, "an organisation's name"
        )
    _require("--pattern", wishes.pattern, _PATTERN, 'like "homework-{student}"')
    _require("--python", wishes.python, _PYTHON, "3.11, 3.12 or 3.13")
    _require("--cron", wishes.cron, _CRON, 'five fields, like "0 2 * * *"')
    _require("--image", wishes.image, _IMAGE, "a container image, like python:3.11")
    if ".." in Path(wishes.roster).parts:
        raise WorkflowError(f"--roster {wishes.roster}: is outside the course.")
    for name in wishes.assignments:
        settings.source_notebook(name)
    for name in settings.assignments:
        _require("the assignment", name, _NAME, "letters, digits, _ . and - only")


def _require(what: str, value: str, form: re.Pattern[str], wanted: str) -> None:
    if not form.fullmatch(value):
        raise WorkflowError(f'{what} "{value}" can\'t stand in a workflow: {wanted}.')


def _installation(root: Path) -> dict[str, Any]:
    """How to install the autograder: from requirements.txt or the course."""
    requirements = root / "requirements.txt"
    if not requirements.is_file():
        raise WorkflowError(
            f"{shown(requirements)}: there is no such file. Write one that names the "
            "autograder and what the notebooks import: the workflow installs it."
        )
    has_gpu = (root / "requirements-gpu.txt").is_file()
    return {
        "is_editable": _is_autograder(root / "pyproject.toml"),
        "gpu_requirements": "requirements-gpu.txt" if has_gpu else "requirements.txt",
    }


def _is_autograder(project: Path) -> bool:
    """Whether a course contains the autograder itself."""
    try:
        document = tomllib.loads(project.read_text("utf-8"))
    except (OSError, ValueError):
        return False
    return bool(document.get("project", {}).get("name") == "autograder")
