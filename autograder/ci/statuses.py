"""Commit statuses for what students handed in: the score, and nothing hidden.

Owns: their wording, and the request that writes them. May not: say which check failed,
or send the token anywhere but to its server.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import httpx

from autograder.config import shown
from autograder.errors import WorkflowError
from autograder.text import one_line

__all__ = ["TOKEN_VARIABLE", "Status", "post", "statuses"]

#: The variable that holds a token which can write commit statuses.
TOKEN_VARIABLE = "AUTOGRADER_STATUS_TOKEN"

_TIMEOUT_S = 30.0


@dataclass(frozen=True, slots=True)
class Status:
    """The status of a student's commit.

    Attributes:
        student: The student's id.
        repository: The address it was fetched from.
        commit: What was graded.
        assignment: The assignment's name.
        is_graded: Whether there is a score.
        told: One line, for everybody who can see the repository.
    """

    student: str
    repository: str
    commit: str
    assignment: str
    is_graded: bool
    told: str


def statuses(results: Path, collected: Path) -> list[Status]:
    """The statuses of a class, from results.json and collected.json.

    Raises:
        WorkflowError: One of the files can't be read, or has the wrong format.
    """
    try:
        taken = {
            each["student"]: each
            for each in _document(collected)["students"]
            if each["commit"]
        }
        return [
            _status(taken[submission["student"]], assignment["assignment"], submission)
            for assignment in _document(results)["assignments"]
            for submission in assignment["submissions"]
            if submission["student"] in taken
        ]
    except (KeyError, TypeError) as error:
        files = f"{shown(results)} and {shown(collected)}"
        raise WorkflowError(f"{files}: hold no class: {error!r}.") from error


def post(wanted: Sequence[Status], *, server: str) -> Iterator[tuple[Status, str]]:
    """Write statuses to GitHub; yield each with why it could not be written, or "".

    Args:
        wanted: Those to write.
        server: Where the repositories are; others are skipped, with a reason.

    Raises:
        WorkflowError: There is no token.
    """
    token = os.environ.get(TOKEN_VARIABLE, "").strip()
    if not token:
        raise WorkflowError(f"the variable {TOKEN_VARIABLE} is not set.")
    headers = {"Authorization": f"Bearer {token}"}
    with httpx.Client(headers=headers, timeout=_TIMEOUT_S, trust_env=False) as client:
        for status in wanted:
            yield status, _posted(client, status, server.rstrip("/"))


def _posted(client: httpx.Client, status: Status, server: str) -> str:
    if not status.repository.startswith(f"{server}/"):
        return f"its repository is not on {server}"
    path = status.repository.removeprefix(f"{server}/").removesuffix(".git")
    url = f"{_root(server)}/repos/{quote(path)}/statuses/{quote(status.commit)}"
    body = {
        "state": "success" if status.is_graded else "error",
        "context": f"autograder/{status.assignment}",
        "description": status.told,
    }
    try:
        answer = client.post(url, json=body)
    except httpx.HTTPError as error:
        return one_line(str(error), 200)
    return "" if answer.is_success else f"the server refuses ({answer.status_code})"


def _root(server: str) -> str:
    """Where GitHub's REST interface is."""
    if urlsplit(server).hostname == "github.com":
        return "https://api.github.com"
    return f"{server}/api/v3"


def _document(path: Path) -> Any:
    try:
        return json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise WorkflowError(f"{shown(path)}: can't be read: {error}.") from error


def _status(
    taken: Mapping[str, Any], assignment: str, submission: Mapping[str, Any]
) -> Status:
    score = submission["score"]
    if score is None:
        told = "not graded yet, or not completely"
    else:
        told = f"{score:.4g} of {submission['max_score']:g} points"
    return Status(
        student=taken["student"],
        repository=taken["repository"],
        commit=taken["commit"],
        assignment=assignment,
        is_graded=score is not None,
        told=told,
    )
