"""Where we run: which service, where the checkout is, and whose it is.

Owns: the variables and files that say so. May not: write anything, or contact a server.

GitHub and GitLab say it by variables, Gradescope by its folders:

- https://docs.github.com/en/actions/reference/workflows-and-actions/variables
- https://docs.gitlab.com/ci/variables/predefined_variables/
- https://gradescope-autograders.readthedocs.io/en/latest/specs/
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

__all__ = ["GRADESCOPE", "Service", "Surroundings"]

#: Where Gradescope's containers have everything.
GRADESCOPE = Path("/autograder")


class Service(StrEnum):
    """The service that runs us."""

    GITHUB = "github"
    GITLAB = "gitlab"
    GRADESCOPE = "gradescope"
    NONE = "none"


@dataclass(frozen=True)
class Surroundings:
    """What the service reports about itself.

    Attributes:
        service: The service that runs us.
        checkout: Where the submission is.
        student: Whose it is, if known; otherwise the checkout's name tells.
        handed_in_at: When, if known; otherwise the last commit tells.
        summary: A file that GitHub shows as Markdown.
        outputs: A file from which GitHub takes a step's outputs.
        reports: The folder in which the service looks for reports.
    """

    service: Service
    checkout: Path
    student: str | None = None
    handed_in_at: datetime | None = None
    summary: Path | None = None
    outputs: Path | None = None
    reports: Path | None = None

    @classmethod
    def of(
        cls, variables: Mapping[str, str], here: Path, *, gradescope: Path = GRADESCOPE
    ) -> Surroundings:
        """Find out where we run.

        Args:
            variables: The environment.
            here: The current folder.
            gradescope: Where Gradescope's folders are.
        """
        if variables.get("GITHUB_ACTIONS") == "true":
            return _github(variables, here)
        if variables.get("GITLAB_CI") == "true":
            return _gitlab(variables, here)
        about, submission = gradescope / "submission_metadata.json", "submission"
        if about.is_file() and (gradescope / submission).is_dir():
            return _gradescope(gradescope, _read(about))
        return cls(Service.NONE, here)


def _github(variables: Mapping[str, str], here: Path) -> Surroundings:
    owner = variables.get("GITHUB_REPOSITORY", "").partition("/")[0]
    return Surroundings(
        Service.GITHUB,
        _path(variables, "GITHUB_WORKSPACE") or here,
        student=variables.get("GITHUB_REPOSITORY_OWNER") or owner or None,
        summary=_path(variables, "GITHUB_STEP_SUMMARY"),
        outputs=_path(variables, "GITHUB_OUTPUT"),
    )


def _gitlab(variables: Mapping[str, str], here: Path) -> Surroundings:
    project = _path(variables, "CI_PROJECT_DIR") or here
    owner = variables.get("CI_PROJECT_NAMESPACE", "").rpartition("/")[2]
    return Surroundings(Service.GITLAB, project, student=owner or None, reports=project)


def _gradescope(root: Path, about: Mapping[str, Any]) -> Surroundings:
    users = about.get("users")
    user = users[0] if isinstance(users, list) and users else {}
    named = user if isinstance(user, dict) else {}
    student = str(named.get("email") or named.get("id") or "")
    return Surroundings(
        Service.GRADESCOPE,
        root / "submission",
        student=student or None,
        handed_in_at=_moment(about.get("created_at")),
        reports=root / "results",
    )


def _path(variables: Mapping[str, str], name: str) -> Path | None:
    text = variables.get(name)
    return Path(text) if text else None


def _read(path: Path) -> Mapping[str, Any]:
    """A JSON object; an empty one if there is none."""
    try:
        made = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return made if isinstance(made, dict) else {}


def _moment(text: object) -> datetime | None:
    try:
        made = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return made if made.tzinfo else made.replace(tzinfo=UTC)
