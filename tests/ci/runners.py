"""Stand-ins for the runners of GitHub and GitLab: a job's steps, by hand, in order.

What a step says in `run` or `script` is run as the service runs it, by bash and with
the variables that it would have. Actions are replaced: a checkout is a clone, an
artifact a copy, a cache a folder; Python is the one that runs the tests.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

__all__ = ["Failed", "GitHub", "GitLab", "Step", "load"]

_EXPRESSION = re.compile(r"\$\{\{(.*?)\}\}", re.DOTALL)


class Failed(AssertionError):
    """A step ended with an error."""


@dataclass(frozen=True)
class Step:
    """What a step was given and what came of it."""

    job: str
    name: str
    script: str
    environment: Mapping[str, str]
    output: str
    code: int


@dataclass
class _Runner:
    """What both services have: a folder for jobs, artifacts, secrets, variables."""

    folder: Path
    course: Path
    secrets: Mapping[str, str] = field(default_factory=dict)
    variables: Mapping[str, str] = field(default_factory=dict)
    #: What the service's own machinery puts into every step's environment.
    machinery: Mapping[str, str] = field(default_factory=dict)
    steps: list[Step] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.tools = self.folder / "tools"
        self.tools.mkdir(parents=True)
        sudo = self.tools / "sudo"
        sudo.write_text('#!/bin/sh\necho "$@" >> "$(dirname "$0")/sudo.log"\n')
        sudo.chmod(0o755)

    def workspace(self, job: str) -> Path:
        return self.folder / "jobs" / job

    def step(self, name: str) -> Step:
        """The one step of this name that was run, of all jobs."""
        [found] = [each for each in self.steps if each.name == name]
        return found

    def _clone(self, job: str) -> None:
        place = self.workspace(job)
        command = ["git", "clone", "--quiet", "--no-local", self.course, place]
        subprocess.run(command, check=True, capture_output=True)

    def _bash(self, job: str, name: str, script: str, given: Mapping[str, str]) -> Step:
        home = self.folder / "home"
        home.mkdir(exist_ok=True)
        environment = {
            "PATH": os.pathsep.join(
                (str(self.tools), str(Path(sys.executable).parent), os.environ["PATH"])
            ),
            "HOME": str(home),
            "LANG": "C.UTF-8",
            "CI": "true",
            "PIP_NO_INDEX": "1",
            "PIP_DISABLE_PIP_VERSION_CHECK": "1",
            "PIP_ROOT_USER_ACTION": "ignore",
            "PYTHONDONTWRITEBYTECODE": "1",
            **self.machinery,
            **given,
        }
        path = self.folder / "script.sh"
        path.write_text(script)
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", path],
            cwd=self.workspace(job),
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=900,
            check=False,
        )
        told = done.stdout.decode("utf-8", "replace")
        step = Step(job, name, script, environment, told, done.returncode)
        self.steps.append(step)
        return step


@dataclass
class GitHub(_Runner):
    """Runs jobs of a GitHub workflow."""

    inputs: Mapping[str, str] = field(default_factory=dict)
    server: str = "https://github.com"
    results: dict[str, str] = field(default_factory=dict)

    def run(self, workflow: Mapping[str, Any]) -> None:
        """Run all jobs, in the order in which they stand."""
        for job, described in workflow["jobs"].items():
            needs = described.get("needs", [])
            needs = [needs] if isinstance(needs, str) else needs
            condition = described.get("if")
            if condition is None:
                is_on = all(self.results[each] == "success" for each in needs)
            else:
                is_on = self._holds(condition)
            self.results[job] = self._job(job, described) if is_on else "skipped"

    @property
    def summary(self) -> str:
        path = self.folder / "summary.md"
        return path.read_text("utf-8") if path.exists() else ""

    def commands(self, step: Step) -> list[str]:
        """The printed lines of a step that the service obeys."""
        obeyed, end, ended = [], None, set()
        for line in step.output.splitlines():
            if end is not None:
                ended |= {f"::{end}::"} & {line.strip()}
                end = None if line.strip() in ended else end
            elif line.strip().startswith("::stop-commands::"):
                end = line.strip().removeprefix("::stop-commands::")
            elif line.strip() in ended:
                continue  # said on both streams
            elif line.lstrip().startswith("::") or "##[" in line:
                obeyed.append(line)
        assert end is None, "commands were never allowed again"
        return obeyed

    def _job(self, job: str, described: Mapping[str, Any]) -> str:
        has_failed = False
        for step in described["steps"]:
            if has_failed and "always()" not in step.get("if", ""):
                continue
            if "uses" in step:
                self._act(job, step["uses"].partition("@")[0], step.get("with", {}))
                continue
            given = {
                key: self._value(text) for key, text in step.get("env", {}).items()
            }
            given |= self._default_variables(job)
            done = self._bash(job, step["name"], step["run"], given)
            has_failed = has_failed or done.code != 0
        return "failure" if has_failed else "success"

    def _default_variables(self, job: str) -> dict[str, str]:
        """What GitHub says to every step of itself."""
        return {
            "GITHUB_ACTIONS": "true",
            "GITHUB_ACTOR": "instructor",
            "GITHUB_EVENT_NAME": "workflow_dispatch",
            "GITHUB_OUTPUT": str(self.folder / "output.txt"),
            "GITHUB_REPOSITORY": "course/private",
            "GITHUB_SERVER_URL": self.server,
            "GITHUB_STEP_SUMMARY": str(self.folder / "summary.md"),
            "GITHUB_WORKSPACE": str(self.workspace(job)),
        }

    def _act(self, job: str, action: str, given: Mapping[str, Any]) -> None:
        """Do what an action does, as far as these jobs need it."""
        place, artifacts = self.workspace(job), self.folder / "artifacts"
        into = place / given.get("path", "") if "\n" not in str(given) else place
        if action == "actions/checkout":
            assert given["persist-credentials"] is False
            self._clone(job)
        elif action == "actions/upload-artifact":
            paths = [line.strip() for line in given["path"].split("\n") if line.strip()]
            for path in paths:
                kept = Path(path).name if len(paths) == 1 else path
                _copy(place / path, artifacts / given["name"] / kept)
        elif action == "actions/download-artifact":
            pattern = given.get("name") or given["pattern"]
            assert list(artifacts.glob(pattern)), f"there is no artifact {pattern}"
            for artifact in artifacts.glob(pattern):
                shutil.copytree(artifact, into, dirs_exist_ok=True)
        elif action == "actions/cache/save":
            key = self._value(given["key"])
            if (place / given["path"]).exists():
                _copy(place / given["path"], self.folder / "cache" / key)
        elif action == "actions/cache/restore":
            kept = sorted((self.folder / "cache").glob(f"{given['restore-keys']}*"))
            if kept:
                _copy(kept[-1], into)
        else:
            assert action == "actions/setup-python", action

    def _value(self, text: Any) -> str:
        return _EXPRESSION.sub(lambda found: self._evaluated(found[1]), str(text))

    def _evaluated(self, expression: str) -> str:
        values = (self._looked_up(name.strip()) for name in expression.split("||"))
        return next((value for value in values if value), "")

    def _looked_up(self, name: str) -> str:
        group, _, key = name.partition(".")
        known = {
            "secrets": self.secrets,
            "vars": self.variables,
            "inputs": self.inputs,
            "github": {"run_id": "1", "run_attempt": "1"},
            "needs": {f"{job}.result": end for job, end in self.results.items()},
        }
        return known[group].get(key, "")

    def _holds(self, condition: str) -> bool:
        [inner] = _EXPRESSION.findall(condition)
        return all(self._is_true(term.strip()) for term in inner.split("&&"))

    def _is_true(self, term: str) -> bool:
        if term == "!cancelled()":
            return True
        left, _, right = term.partition(" == ")
        return self._looked_up(left) == right.strip("'")


@dataclass
class GitLab(_Runner):
    """Runs jobs of a GitLab pipeline; secrets are kept by environment."""

    #: Variables of a job's environment, by its name, and by that files.
    scoped: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    files: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def run(self, pipeline: Mapping[str, Any]) -> None:
        """Run the jobs, stage by stage."""
        jobs = [
            (name, job)
            for stage in pipeline["stages"]
            for name, job in pipeline.items()
            if isinstance(job, dict) and job.get("stage") == stage
        ]
        for name, job in jobs:
            if all(self._is_on(rule["if"]) for rule in job.get("rules", [])):
                self._job(name, job, pipeline)

    def _is_on(self, condition: str) -> bool:
        name, _, value = condition.removeprefix("$").partition(" == ")
        return self.variables.get(name) == value.strip('"')

    def _job(
        self, name: str, job: Mapping[str, Any], pipeline: Mapping[str, Any]
    ) -> None:
        self._clone(name)
        place = self.workspace(name)
        for each in job.get("needs", []):
            need = each if isinstance(each, str) else each["job"]
            for path in (self.folder / "artifacts" / need).glob("*"):
                _copy(path, place / path.name)
        given = dict(self._variables(name, job, pipeline))
        script = "\n".join(job["script"])
        done = self._bash(name, name, script, given)
        allowed = job.get("allow_failure", {}).get("exit_codes", [])
        if done.code and done.code not in allowed:
            raise Failed(f"{name}: {done.output}")
        self._bash(name, "after", "\n".join(job.get("after_script", [])), given)
        for path in job["artifacts"]["paths"]:
            if (place / path).exists():
                _copy(place / path, self.folder / "artifacts" / name / path)

    def _variables(
        self, name: str, job: Mapping[str, Any], pipeline: Mapping[str, Any]
    ) -> Iterator[tuple[str, str]]:
        scope = job["environment"]["name"]
        described = {**pipeline["variables"], **job.get("variables", {})}
        yield "GITLAB_CI", "true"
        yield "CI_PROJECT_DIR", str(self.workspace(name))
        yield "CI_SERVER_URL", "https://gitlab.com"
        for key, value in described.items():
            yield key, str(value["value"] if isinstance(value, dict) else value)
        yield from self.variables.items()
        yield from self.scoped.get(scope, {}).items()
        for key, content in self.files.get(scope, {}).items():
            path = self.folder / "secret-files" / key
            path.parent.mkdir(exist_ok=True)
            path.write_text(content)
            yield key, str(path)


def load(path: Path) -> Any:
    """A workflow as the service reads it; `on` is no boolean there."""
    return yaml.safe_load(path.read_text("utf-8"))


def _copy(old: Path, new: Path) -> None:
    new.parent.mkdir(parents=True, exist_ok=True)
    if old.is_dir():
        shutil.copytree(old, new, dirs_exist_ok=True)
    else:
        shutil.copy(old, new)
