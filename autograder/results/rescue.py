"""Rescue a damaged database.

Owns: setting it aside under another name without deleting anything, and copying what
can still be read. May not: decide by itself what is damaged; SQLite says so, twice.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

from autograder.errors import ResultsError
from autograder.results.database import Database, is_damaged, shown
from autograder.results.lock import held
from autograder.results.packing import Row, UnsoundError, unpacked
from autograder.results.tables import ROW, insert

__all__ = ["rescue"]

#: Consecutive unreadable rows before giving up on the rest.
_GIVEN_UP = 20_000


def rescue(path: Path, *, patience_s: float) -> str:
    """Set a damaged database aside and copy what can be read from it.

    One process does it at a time; the others then find a sound file.

    Returns:
        What was done, in one line; "" if the file isn't damaged, or no longer is.

    Raises:
        ResultsError: It can't be done; the damaged file is still in place.
    """
    lock = path.parent / "locks" / path.name
    with held(lock, "rescue", tell=lambda line: None, patience_s=patience_s):
        if not is_damaged(path):
            return ""
        try:
            aside, saved = _replace(path, patience_s)
        except OSError as error:
            raise ResultsError(
                f"{shown(path)}: is damaged and can't be set aside: {error.strerror}. "
                "Move it away by hand, and grade again."
            ) from error
    return (
        f"{shown(path)} was damaged and is now {aside.name}; {saved} results were "
        "recovered; the others are graded again"
    )


def _replace(path: Path, patience_s: float) -> tuple[Path, int]:
    """Build a sound database, then put it in place in one step."""
    draft = path.with_name(f"{path.name}.rescued")
    _remove(draft)  # left by a rescuer that was killed
    with _writers_wait(path):
        try:
            saved = _take_over(path, draft, patience_s)
        except BaseException:
            _remove(draft)
            raise
        aside = _aside(path)
        # The old name stays until the new file takes it: there is always a file.
        try:
            os.link(path, aside)
        except OSError:  # a file system without links
            import shutil  # slow to load, and hardly ever needed

            shutil.copy2(path, aside)
        if _journal(path).exists():  # SQLite would replay it into the new file
            _journal(path).rename(_journal(aside))
        draft.replace(path)
    return aside, saved


@contextlib.contextmanager
def _writers_wait(path: Path) -> Iterator[None]:
    """Keep others from writing to the damaged file, if SQLite still can."""
    connection = sqlite3.connect(path, isolation_level=None, timeout=1.0)
    with contextlib.closing(connection):
        with contextlib.suppress(sqlite3.Error):
            connection.execute("BEGIN IMMEDIATE")
        yield


def _take_over(path: Path, draft: Path, patience_s: float) -> int:
    new = Database(draft, writes=True, patience_s=patience_s)
    saved = 0
    with contextlib.closing(new), new.transaction():
        for row in _rows(path):
            insert(new, row)
            saved += 1
    return saved


def _rows(path: Path) -> Iterator[Row]:
    """The sound rows of a damaged database, in their order."""
    sql = f"{ROW} WHERE serial > ? ORDER BY serial LIMIT 1"
    serial = failures = 0
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
        # Nothing is written. This makes SQLite read a file that is too short.
        connection.execute("PRAGMA writable_schema = ON")
        while failures < _GIVEN_UP:
            try:
                found = connection.execute(sql, (serial,)).fetchone()
            except sqlite3.Error:
                serial, failures = serial + 1, failures + 1
                continue
            if found is None:
                return
            serial, failures = found[0], 0
            with contextlib.suppress(UnsoundError):
                row = Row(*found[1:])
                unpacked(row)
                yield row


def _remove(draft: Path) -> None:
    for each in (draft, _journal(draft)):
        each.unlink(missing_ok=True)


def _aside(path: Path) -> Path:
    now = time.strftime("%Y-%m-%dT%H-%M-%S", time.gmtime())
    chance = os.urandom(2).hex()  # two within one second
    return path.with_name(f"{path.name}.damaged-{now}-{chance}")


def _journal(path: Path) -> Path:
    return path.with_name(f"{path.name}-journal")
