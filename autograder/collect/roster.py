"""Who is in the class, and where each student's repository is.

Owns: the roster file, and which ids and addresses can be used. May not: contact a
server. A roster is the instructor's own file: whoever writes it chooses what is
fetched.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from autograder.collect.moments import moment
from autograder.collect.students import student_trouble
from autograder.config import shown
from autograder.errors import CollectError
from autograder.text import one_line

__all__ = ["Entry", "address", "read_roster", "require_id"]

_COLUMNS = ("student", "repository")
_SCHEMES = ("https", "http", "ssh", "file")

#: `owner/name`, and `git@host:owner/name` as ssh knows it.
_SHORT = re.compile(r"[\w.-]+(?:/[\w.-]+)+")
_SCP = re.compile(r"[\w.-]+@[\w.-]+:[\w./~-]+")


@dataclass(frozen=True, slots=True)
class Entry:
    """One student and the repository to fetch.

    Attributes:
        student: The id, as nbgrader has it.
        repository: The address, without any password.
        until: This student's own deadline, if it differs from the class's.
    """

    student: str
    repository: str
    until: datetime | None = None


def read_roster(path: Path, *, server: str) -> list[Entry]:
    """Read a roster: CSV with the columns `student`, `repository` and maybe `until`.

    Args:
        path: The file; other columns are ignored.
        server: Where to look for `owner/name`.

    Raises:
        CollectError: It can't be read or used; the message names the line.
    """
    where = shown(path)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise CollectError(
            f"{where}: there is no such file. Write one whose first line is "
            "student,repository, with a line for each student."
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise CollectError(f"{where}: can't be read: {error}.") from error
    seen: dict[str, int] = {}
    entries = []
    for line, row in _rows(text, where):
        entry = _entry(row, f"{where}, line {line}", server)
        if (before := seen.setdefault(entry.student, line)) != line:
            raise CollectError(
                f'{where}, line {line}: student "{entry.student}" is already '
                f"in line {before}. Remove one of the lines."
            )
        entries.append(entry)
    if not entries:
        raise CollectError(f"{where}: lists no student. Add a line for each.")
    return entries


def require_id(student: str, where: str) -> str:
    """Return a student's id that is valid for nbgrader and as a folder's name.

    Raises:
        CollectError: It is invalid; the message begins with `where`.
    """
    if trouble := student_trouble(student):
        raise CollectError(f"{where}: {trouble}.")
    return student


def address(repository: str, where: str, *, server: str) -> str:
    """Return the address of a repository as git takes it, checked.

    Args:
        repository: A URL, `owner/name`, `git@host:owner/name` or an absolute path.
        where: The beginning of error messages.
        server: Where to look for `owner/name`.

    Raises:
        CollectError: It is not an address, or contains a password.
    """
    told = one_line(repository, 100)
    if not repository.isprintable() or " " in repository:
        raise CollectError(f'{where}: "{told}" is not a repository address.')
    if _SHORT.fullmatch(repository):
        return f"{server}/{repository}"
    if repository.startswith("/") or _SCP.fullmatch(repository):
        return repository
    try:
        parts = urlsplit(repository)
        has_secret = bool(parts.password) or (parts.scheme != "ssh" and parts.username)
    except ValueError:
        parts, has_secret = urlsplit(""), False
    if has_secret:
        raise CollectError(
            f"{where}: the address has a name or a password in it. Remove it, and put "
            "the token in the variable AUTOGRADER_GIT_TOKEN."
        )
    if parts.scheme not in _SCHEMES or not (parts.netloc or parts.scheme == "file"):
        raise CollectError(
            f'{where}: "{told}" is not a repository address. Write '
            "https://github.com/owner/name, or owner/name."
        )
    return repository


def _rows(text: str, where: str) -> Iterator[tuple[int, Mapping[str, str]]]:
    """Number and cells of every line that is not empty."""
    head = text.partition("\n")[0]
    delimiter = ";" if ";" in head and "," not in head else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        names = [name.strip().casefold() for name in next(reader, [])]
        for column in _COLUMNS:
            if column not in names:
                raise CollectError(
                    f'{where}, line 1: there is no column "{column}". The first line '
                    "names the columns: student,repository, and until for students "
                    "with more time."
                )
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield reader.line_num, dict(zip(names, cells, strict=False))
    except csv.Error as error:
        raise CollectError(f"{where}, line {reader.line_num}: {error}.") from error


def _entry(row: Mapping[str, str], where: str, server: str) -> Entry:
    student = require_id(row.get("student", "").strip(), where)
    repository = row.get("repository", "").strip()
    if not repository:
        raise CollectError(f'{where}: student "{student}" has no repository.')
    until = row.get("until", "").strip()
    try:
        own = moment(until) if until else None
    except ValueError as error:
        raise CollectError(f"{where}: {error}.") from None
    return Entry(student, address(repository, where, server=server), own)
