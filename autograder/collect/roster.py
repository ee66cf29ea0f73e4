"""Who is in the class, and where each one's repository is.

Owns: the roster file, and which ids and addresses can be used. May not: ask a server.
A roster is the instructor's own file: who writes a line of it chooses what is fetched.
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
from autograder.config import shown
from autograder.errors import CollectError
from autograder.text import one_line

__all__ = ["Entry", "address", "read_roster", "require_id"]

#: nbgrader's gradebook has room for 128 characters.
_MAX_ID_BYTES = 128

#: What a folder's name can't hold, or nbgrader reads as a pattern or as two ids.
_NO_ID = re.compile(r"[/\\*?\[\],]|^[.-]|^\s|\s$")

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
        until: This student's own deadline, where it is not the class's.
    """

    student: str
    repository: str
    until: datetime | None = None


def read_roster(path: Path, *, server: str) -> list[Entry]:
    """Read a roster: CSV with the columns `student`, `repository` and maybe `until`.

    Args:
        path: The file; other columns in it are left alone.
        server: Where `owner/name` is looked for.

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
                f'{where}, line {line}: student "{entry.student}" stands in line '
                f"{before} already. Take one of the lines out."
            )
        entries.append(entry)
    if not entries:
        raise CollectError(f"{where}: lists no student. Add a line for each.")
    return entries


def require_id(student: str, where: str) -> str:
    """Return a student's id that nbgrader and a folder can have.

    Raises:
        CollectError: It is none; the message begins with `where`.
    """
    if not student:
        raise CollectError(f"{where}: the student's id is empty.")
    is_short = len(student.encode(errors="replace")) <= _MAX_ID_BYTES
    if not is_short or not student.isprintable() or _NO_ID.search(student):
        raise CollectError(
            f"{where}: \"{one_line(student, 60)}\" can't be a student's id: that is "
            f"at most {_MAX_ID_BYTES} bytes of printable text without / \\ * ? [ ] "
            'and comma, and doesn\'t begin with "." or "-".'
        )
    return student


def address(repository: str, where: str, *, server: str) -> str:
    """Return the address of a repository as git takes it, checked.

    Args:
        repository: A URL, `owner/name`, `git@host:owner/name` or an absolute path.
        where: What an error's message begins with.
        server: Where `owner/name` is looked for.

    Raises:
        CollectError: It is no address, or holds a password.
    """
    told = one_line(repository, 100)
    if not repository.isprintable() or " " in repository:
        raise CollectError(f'{where}: "{told}" is no address of a repository.')
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
            f"{where}: the address holds a name or a password. Take it out, and give "
            "the token in the variable AUTOGRADER_GIT_TOKEN."
        )
    if parts.scheme not in _SCHEMES or not (parts.netloc or parts.scheme == "file"):
        raise CollectError(
            f'{where}: "{told}" is no address of a repository. Write '
            "https://github.com/owner/name, or owner/name."
        )
    return repository


def _rows(text: str, where: str) -> Iterator[tuple[int, Mapping[str, str]]]:
    """Number and cells of every line that holds something."""
    head = text.partition("\n")[0]
    delimiter = ";" if ";" in head and "," not in head else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        names = [name.strip().casefold() for name in next(reader, [])]
        for column in _COLUMNS:
            if column not in names:
                raise CollectError(
                    f'{where}, line 1: there is no column "{column}". The first line '
                    "names the columns: student,repository, and until where somebody "
                    "has more time."
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
