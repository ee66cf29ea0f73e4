"""Ask GitHub and GitLab which repositories there are, and when students pushed.

Owns: the parts of their REST interfaces that collecting needs. May not: follow a
redirect, or write anything there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol
from urllib.parse import quote, urlsplit

import httpx

from autograder.collect.access import TOKEN_VARIABLE, Access
from autograder.collect.git import is_commit_name
from autograder.errors import CollectError
from autograder.text import one_line

__all__ = ["GitHub", "GitLab", "Host", "Push", "host_of"]

#: The most pages of a hundred to read.
_MOST_PAGES = 100

_TIMEOUT_S = 30.0


@dataclass(frozen=True, slots=True)
class Push:
    """Which commit a branch was at, from a time that the server recorded.

    Attributes:
        commit: The commit; "" if there was none: the branch had been deleted, or
            nothing was pushed in time.
        time: When it was pushed; None if that was before the server's records.
        is_last: Whether nothing was pushed afterwards.
    """

    commit: str
    time: datetime | None
    is_last: bool


class Host(Protocol):
    """A server that knows more than git does."""

    def repositories(self, group: str) -> Iterator[tuple[str, str]]:
        """Names and addresses of all repositories of an organisation or group."""

    def last_push(self, url: str, until: datetime | None) -> Push | None:
        """The last push in time to the default branch; None if none is known."""


def host_of(kind: str, access: Access) -> Host:
    """The host of a kind, "github" or "gitlab".

    Raises:
        CollectError: There is no such kind.
    """
    if kind not in _KINDS:
        raise CollectError(f'there is no host "{kind}". There are: github, gitlab.')
    return _KINDS[kind](access)


class _Rest:
    """A REST interface with numbered pages, and the token in a header."""

    _prefix = ""

    def __init__(self, access: Access) -> None:
        self._access = access

    def _root(self) -> str:
        return f"{self._access.server}{self._prefix}"

    def _get(self, path: str, **query: str) -> Any:
        """One answer.

        Raises:
            CollectError: The server refuses or can't be reached.
        """
        return _decoded(self._asked(f"{self._root()}{path}", query))

    def _pages(self, path: str, **query: str) -> Iterator[Any]:
        """The items of all pages; each page's header names the next one."""
        url, asked = f"{self._root()}{path}", {"per_page": "100", **query}
        for _ in range(_MOST_PAGES):
            answer = self._asked(url, asked)
            items = _decoded(answer)
            if not isinstance(items, list):
                raise CollectError(f"{url}: the answer is not a list.")
            yield from items
            url = answer.links.get("next", {}).get("url", "")
            if not url.startswith(f"{self._root()}/"):
                return
            asked = {}

    def _asked(self, url: str, query: dict[str, str]) -> httpx.Response:
        auth = _Bearer(self._access.token) if self._access.token else None
        try:
            # An empty query would remove the address's own.
            answer = httpx.get(url, params=query or None, auth=auth, timeout=_TIMEOUT_S)
        except httpx.HTTPError as error:
            raise CollectError(f"{url}: {one_line(str(error), 200)}.") from None
        if not answer.is_success:
            raise CollectError(f"{url}: {_refusal(answer)}")
        return answer

    def _path_of(self, url: str) -> str:
        """`owner/name` of an address on this server."""
        path = url.removeprefix(f"{self._access.server}/").removesuffix(".git")
        return path.strip("/")


class GitHub(_Rest):
    """github.com, or a GitHub Enterprise Server."""

    _prefix = "/api/v3"

    def _root(self) -> str:
        is_public = urlsplit(self._access.server).hostname == "github.com"
        return "https://api.github.com" if is_public else super()._root()

    def repositories(self, group: str) -> Iterator[tuple[str, str]]:
        """Names and addresses of all repositories of an organisation."""
        for item in self._pages(f"/orgs/{quote(group, safe='')}/repos", type="all"):
            yield str(item["name"]), f"{self._access.server}/{item['full_name']}"

    def last_push(self, url: str, until: datetime | None) -> Push | None:
        """What the repository's activity says about its default branch."""
        path = f"/repos/{quote(self._path_of(url))}"
        branch = str(self._get(path)["default_branch"])
        events = self._pages(
            f"{path}/activity", ref=f"refs/heads/{branch}", direction="desc"
        )
        return _newest(
            (
                _Event(_time(each["timestamp"]), each["before"], each["after"])
                for each in events
            ),
            until,
        )


class GitLab(_Rest):
    """gitlab.com, or a self-hosted GitLab."""

    _prefix = "/api/v4"

    def repositories(self, group: str) -> Iterator[tuple[str, str]]:
        """Names and addresses of all projects of a group and its subgroups."""
        path = f"/groups/{quote(group, safe='')}/projects"
        for item in self._pages(path, include_subgroups="true", archived="false"):
            full = str(item["path_with_namespace"])
            yield str(item["path"]), f"{self._access.server}/{full}"

    def last_push(self, url: str, until: datetime | None) -> Push | None:
        """What the project's events say about its default branch."""
        path = f"/projects/{quote(self._path_of(url), safe='')}"
        branch = str(self._get(path)["default_branch"])
        events = self._pages(f"{path}/events", action="pushed")
        pushes = ((each["created_at"], each.get("push_data", {})) for each in events)
        return _newest(
            (
                _Event(_time(time), data["commit_from"], data["commit_to"])
                for time, data in pushes
                if data.get("ref") == branch
            ),
            until,
        )


_KINDS: dict[str, Callable[[Access], Host]] = {"github": GitHub, "gitlab": GitLab}


class _Bearer(httpx.Auth):
    """The token in its header, whatever a .netrc says."""

    def __init__(self, token: str) -> None:
        self._token = token

    def auth_flow(
        self, request: httpx.Request
    ) -> Generator[httpx.Request, httpx.Response, None]:
        request.headers["Authorization"] = f"Bearer {self._token}"
        yield request


@dataclass(frozen=True, slots=True)
class _Event:
    """A push recorded by the server: a branch went from one commit to another."""

    time: datetime
    before: Any
    after: Any


def _newest(events: Iterable[_Event], until: datetime | None) -> Push | None:
    """The newest push in time.

    Args:
        events: Newest first, as both services give them.
        until: The deadline, or None.

    Returns:
        The state at the deadline. If all known pushes were later, the state before the
        oldest one. None if nothing is known.
    """
    event = None
    for number, event in enumerate(events):
        if until is None or event.time <= until:
            return Push(_commit(event.after), event.time, is_last=number == 0)
    if event is None:
        return None
    return Push(_commit(event.before), None, is_last=False)


def _commit(name: object) -> str:
    return str(name) if is_commit_name(name) else ""


def _decoded(answer: httpx.Response) -> Any:
    try:
        return answer.json()
    except ValueError:
        raise CollectError(f"{answer.url}: the answer is not JSON.") from None


def _time(text: object) -> datetime:
    time = datetime.fromisoformat(str(text))
    return time if time.tzinfo else time.replace(tzinfo=UTC)


def _refusal(answer: httpx.Response) -> str:
    """Why a server refuses, and what to do."""
    code = answer.status_code
    if code in (401, 403, 404):
        return (
            f"refused ({code}). Is the name right, and may the token in "
            f"{TOKEN_VARIABLE} read it?"
        )
    if answer.is_redirect:
        return f"has moved ({code}). Write the new name."
    return f"refused ({code}): {one_line(re.sub('<[^>]*>', '', answer.text), 120)}."
