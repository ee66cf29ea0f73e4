"""Fetch a class's repositories, as of a deadline, into `<folder>/<student>/`.

Owns: what is taken from each, when it was handed in and according to whom, and the list
of that, collected.json. May not: let one repository's failure affect another student.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from autograder.collect.access import Access
from autograder.collect.copying import put_empty, put_files
from autograder.collect.git import Bounds, Commit, Repository, opened
from autograder.collect.hosts import Host, Push
from autograder.collect.listed import LIST
from autograder.collect.roster import Entry, require_id
from autograder.errors import CollectError
from autograder.files import write_whole

__all__ = ["Collection", "Fetched", "collect", "found_entries", "write_list"]

#: How many repositories are fetched at a time.
_AT_A_TIME = 4

_NOTHING = "nothing was handed in before the deadline"

#: Where the time comes from.
PUSH, COMMIT = "push", "commit date"


@dataclass(frozen=True, slots=True)
class Fetched:
    """The outcome for one student's repository.

    Attributes:
        student: The id.
        repository: The address.
        commit: What was taken; "" if nothing was.
        time: When it was handed in.
        known_by: "push", from the server itself, or "commit date", which the student's
            machine wrote.
        notes: What a person may want to know.
        problem: Why nothing could be taken, or "".
    """

    student: str
    repository: str
    commit: str = ""
    time: datetime | None = None
    known_by: str = ""
    notes: tuple[str, ...] = ()
    problem: str = ""

    @property
    def needs_attention(self) -> bool:
        """Whether a person has to look."""
        return bool(self.problem)

    def to_json(self) -> dict[str, Any]:
        """Plain data."""
        time = self.time.astimezone(UTC).isoformat() if self.time else None
        return {**asdict(self), "time": time, "notes": list(self.notes)}


@dataclass(frozen=True)
class Collection:
    """What is collected, and how.

    Attributes:
        folder: Where the checkouts go.
        access: The server and its token.
        deadline: Anything later is not taken; None for no limit.
        host: The service that knows the times of pushes, for addresses on the server;
            or None.
        bounds: What one repository may cost.
    """

    folder: Path
    access: Access
    deadline: datetime | None = None
    host: Host | None = None
    bounds: Bounds = field(default_factory=Bounds)


def collect(entries: Sequence[Entry], how: Collection) -> Iterator[Fetched]:
    """Fetch the repositories of a class; yield each as soon as possible, in order.

    Raises:
        CollectError: The folder can't be created.
    """
    try:
        how.folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CollectError(f"{how.folder}: can't be made: {error.strerror}.") from error
    with ThreadPoolExecutor(_AT_A_TIME) as threads:
        yield from threads.map(partial(_collected, how=how), entries)


def found_entries(repositories: Iterable[tuple[str, str]], pattern: str) -> list[Entry]:
    """The repositories of an organisation whose names match a pattern, sorted.

    Args:
        repositories: Names and addresses.
        pattern: A name in which `{student}` stands for the student's id.

    Raises:
        CollectError: The pattern has no `{student}`, nothing matches, or two
            repositories belong to one student.
    """
    before, mark, after = pattern.partition("{student}")
    if not mark:
        raise CollectError(
            f'--pattern "{pattern}": there is no {{student}} in it. Write it in '
            'place of the student\'s id, as in "homework-{student}".'
        )
    form = re.compile(f"{re.escape(before)}(.+){re.escape(after)}", re.IGNORECASE)
    found = sorted(
        (match[1], url) for name, url in repositories if (match := form.fullmatch(name))
    )
    if not found:
        raise CollectError(f'no repository has a name like "{pattern}".')
    entries: dict[str, Entry] = {}
    for student, url in found:
        require_id(student, url)
        if student in entries:
            raise CollectError(
                f'{url} and {entries[student].repository} both belong to "{student}". '
                "Narrow --pattern, or write a roster."
            )
        entries[student] = Entry(student, url)
    return list(entries.values())


def write_list(
    collected: Sequence[Fetched], folder: Path, *, deadline: datetime | None
) -> Path:
    """Write collected.json; what each student's checkout is."""
    document = {
        "deadline": deadline.isoformat() if deadline else None,
        "students": [each.to_json() for each in collected],
    }
    path = folder / LIST
    write_whole(path, f"{json.dumps(document, indent=1)}\n".encode())
    return path


def _collected(entry: Entry, how: Collection) -> Fetched:
    """Fetch one repository; a failure affects only that student."""
    empty = Fetched(entry.student, entry.repository)
    try:
        with opened(entry.repository, how.access, how.bounds) as repository:
            return _taken(empty, repository, entry.until or how.deadline, how)
    except CollectError as error:
        return replace(empty, problem=_with_old(str(error), how.folder, entry.student))
    except OSError as error:  # a full disk, no git on this machine
        told = f"can't be fetched: {error.strerror or error}"
        return replace(empty, problem=_with_old(told, how.folder, entry.student))


def _taken(
    empty: Fetched, repository: Repository, until: datetime | None, how: Collection
) -> Fetched:
    """Choose the commit that counts and copy its files."""
    push, notes = _last_push(empty.repository, until, how)
    if push:
        found = _at_push(empty, repository, push)
    else:
        found = _at_commit(empty, repository, until)
    found = replace(found, notes=(*notes, *found.notes))
    folder = how.folder / empty.student
    if not found.commit:
        put_empty(folder)
        return found
    left_out = put_files(
        repository, found.commit, folder, bounds=how.bounds, time=found.time
    )
    return replace(found, notes=(*found.notes, *left_out))


def _last_push(
    url: str, until: datetime | None, how: Collection
) -> tuple[Push | None, tuple[str, ...]]:
    """What the server itself says about the last push in time; None if it can't."""
    if not how.host or not how.access.opens(url):
        return None, ()
    try:
        push = how.host.last_push(url, until)
        return push, () if push else ("its server has recorded no push",)
    except (CollectError, KeyError, TypeError, ValueError) as error:
        return None, (f"times of pushes are not known: {error}",)


def _at_push(empty: Fetched, repository: Repository, push: Push) -> Fetched:
    """The content after a push that the server recorded."""
    notes = () if push.is_last else ("pushed again after the deadline: does not count",)
    found = replace(empty, known_by=PUSH, notes=notes)
    if not push.commit:
        was_there = "the branch was deleted before the deadline"
        return replace(found, problem=was_there if push.time else _NOTHING)
    repository.fetch(push.commit, depth=1)
    time = push.time or repository.tip().date
    return replace(found, commit=push.commit, time=time)


def _at_commit(
    empty: Fetched, repository: Repository, until: datetime | None
) -> Fetched:
    """The last commit of the default branch that is not dated after the deadline."""
    repository.fetch(depth=None if until else 1)
    if until is None:
        return _dated(empty, repository.tip())
    for later, commit in enumerate(repository.commits()):
        if commit.date <= until:
            notes = (f"later commits do not count: {later}",) if later else ()
            return replace(_dated(empty, commit), notes=notes)
    return replace(empty, problem=_NOTHING)


def _dated(empty: Fetched, commit: Commit) -> Fetched:
    """A commit with its own date, at most now."""
    time = min(commit.date, datetime.now(UTC))
    return replace(empty, commit=commit.name, time=time, known_by=COMMIT)


def _with_old(problem: str, folder: Path, student: str) -> str:
    has_old = (folder / student).is_dir()
    return f"{problem}; what was collected before stays" if has_old else problem
