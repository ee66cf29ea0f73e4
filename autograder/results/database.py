"""The database that holds results: one SQLite file for a course.

Owns: the connection, its schema and permissions, waiting for others, and one-line error
messages. May not: know what a part is.

Why SQLite, and why with a rollback journal, is measured by bench/results_store.py:
10,000 keys are read several times faster than from as many files, writes are atomic,
and everything is one file, which is easy to back up. A write-ahead log would write
faster than anybody grades, but it needs memory shared by all readers, which network
file systems lack, and a folder that readers can write to.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from autograder.errors import ResultsError

__all__ = ["DamagedError", "Database", "ReplacedError", "is_damaged", "shown"]

#: Raised with each change of the tables; `_upgrade` brings an older file here.
SCHEMA = 1

#: Written in the file's header, so that `file` and we recognise it: "AGrs".
_APPLICATION = 0x41477273

_TABLES = (
    """CREATE TABLE contexts (
        id INTEGER PRIMARY KEY AUTOINCREMENT, digest BLOB NOT NULL UNIQUE,
        content TEXT NOT NULL)""",
    """CREATE TABLE results (
        serial INTEGER PRIMARY KEY AUTOINCREMENT, assignment TEXT NOT NULL,
        student TEXT NOT NULL, device TEXT NOT NULL, submission TEXT NOT NULL,
        context INTEGER NOT NULL, status TEXT NOT NULL, is_open INTEGER NOT NULL,
        graded_at REAL NOT NULL, seal BLOB NOT NULL)""",
    """CREATE TABLE payloads (
        serial INTEGER PRIMARY KEY, report BLOB NOT NULL, notebook BLOB,
        executed BLOB)""",
    """CREATE TABLE projections (
        assignment TEXT, student TEXT, name TEXT, digest TEXT NOT NULL,
        PRIMARY KEY (assignment, student, name)) WITHOUT ROWID""",
    "CREATE INDEX by_student ON results (assignment, student, device, serial)",
    "CREATE INDEX by_context ON results (context)",
)

#: How long SQLite itself waits; Ctrl-C is handled in between.
_PULSE_S = 0.1

_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


class DamagedError(ResultsError):
    """SQLite says that the file is malformed or not a database."""


class ReplacedError(Exception):
    """Another file has replaced the database: it has to be reopened."""


class Database:
    """A connection to the database of a folder, for one thread of one process.

    Args:
        path: The file; created if `writes` is true.
        writes: Whether anything will be written. If not, a missing file counts as
            empty, and nothing is created.
        patience_s: How long to wait for others.

    Raises:
        ResultsError: It can't be opened, or is not one of ours.
    """

    def __init__(self, path: Path, *, writes: bool, patience_s: float) -> None:
        self.path, self._patience_s = path, patience_s
        try:
            if writes:
                _make(path)
            self._connection = _connection(path, writes=writes)
            self._file = _identity(path)
        except (OSError, sqlite3.Error) as error:
            raise self._said(error) from error
        try:
            self.execute("PRAGMA synchronous = FULL")
            self.execute("PRAGMA cell_size_check = ON")
            self.execute("PRAGMA trusted_schema = OFF")
            self._require_schema(writes=writes)
            if not writes:
                self.execute("PRAGMA query_only = ON")
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Close the file; uncommitted changes are rolled back."""
        self._connection.close()

    def is_in_place(self) -> bool:
        """Whether the open file is still the one at its path."""
        return self._file == _identity(self.path)

    def execute(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Run one statement, waiting for others, and return its rows.

        Raises:
            ResultsError: One line says why it failed.
        """
        until = time.monotonic() + self._patience_s
        while True:
            try:
                return self._connection.execute(sql, values).fetchall()
            except sqlite3.Error as error:
                if _code(error) != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                    raise self._said(error) from error

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        """Commit all statements inside, or none of them.

        Raises:
            ReplacedError: The file was set aside in the meantime; nothing was done.
            ResultsError: One line says why it failed.
        """
        self.execute("BEGIN IMMEDIATE")
        try:
            if not self.is_in_place():
                raise ReplacedError
            yield
            self.execute("COMMIT")
        except BaseException:
            with contextlib.suppress(sqlite3.Error):  # may be undone already
                self._connection.rollback()
            raise

    def _require_schema(self, *, writes: bool) -> None:
        version = self._version()
        if version == 0 and (writes or not self.path.exists()):
            with self.transaction():
                self._make_tables()
        elif version == 0 and not self._tables():
            self.close()  # just created by another process, which is filling it
            self._connection = _connection(None, writes=True)
            self._make_tables()
        elif version == 0:
            raise self._foreign()
        elif version > SCHEMA:
            raise ResultsError(
                f"{shown(self.path)}: was written by a newer autograder (schema "
                f"{version}; this one knows {SCHEMA}). Update this one."
            )

    def _make_tables(self) -> None:
        if self._version():  # another process was faster
            return
        if self._tables():
            raise self._foreign()
        for sql in _TABLES:
            self.execute(sql)
        self.execute(f"PRAGMA application_id = {_APPLICATION}")
        self.execute(f"PRAGMA user_version = {SCHEMA}")

    def _version(self) -> int:
        return int(self.execute("PRAGMA user_version")[0][0])

    def _tables(self) -> int:
        return int(self.execute("SELECT count(*) FROM sqlite_master")[0][0])

    def _foreign(self) -> ResultsError:
        return ResultsError(
            f"{shown(self.path)}: is another program's database. Move it away."
        )

    def _said(self, error: Exception) -> ResultsError:
        where, code = shown(self.path), _code(error)
        if code in _DAMAGED:
            return DamagedError(
                f"{where}: is damaged: {error}. Grade again to repair it."
            )
        if code == sqlite3.SQLITE_BUSY:
            return ResultsError(
                f"{where}: another process has locked it for {self._patience_s:g} s. "
                "Wait until it is done, and run this again."
            )
        if code == sqlite3.SQLITE_FULL:
            return ResultsError(
                f"{where}: can't be written: the disk is full. Make room, and run this "
                "again."
            )
        reason = str(getattr(error, "strerror", None) or error)
        name = getattr(error, "sqlite_errorname", "")
        if "_LOCK" in name:
            reason += " (its file system can't lock files)"
        return ResultsError(
            f"{where}: can't be read or written: {reason}. Fix the file or its "
            "folder, and run this again."
        )


def shown(path: Path) -> str:
    """A path as messages show it."""
    # Imported here: it loads pydantic, and an unchanged class is recognised without.
    from autograder.config import shown

    return shown(path)


def is_damaged(path: Path) -> bool:
    """Whether SQLite itself finds the file damaged on a fresh connection."""
    try:
        with contextlib.closing(_connection(path, writes=True)) as connection:
            rows = connection.execute("PRAGMA quick_check(1)").fetchall()
    except sqlite3.Error as error:
        return _code(error) in _DAMAGED
    return rows != [("ok",)]


def _make(path: Path) -> None:
    """Create an empty file that only its owner may read; it may show checks."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with contextlib.suppress(FileExistsError):
        # An existing file isn't opened: closing it would drop this process's locks.
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    for each in (path, path.parent):  # SQLite would only notice at the first write
        if not os.access(each, os.W_OK):
            raise PermissionError(13, f"{each.name} may not be written to")


def _connection(path: Path | None, *, writes: bool) -> sqlite3.Connection:
    """Open an existing file; None or a missing one gives a database in memory.

    What a killed writer has left unfinished is rolled back by the next process; by a
    reader, too, if it may write.
    """
    if path is None or not (writes or path.exists()):
        return sqlite3.connect(":memory:", isolation_level=None)
    is_writable = os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)
    mode = "rw" if is_writable else "ro"
    connection = sqlite3.connect(
        f"file:{quote(str(path.absolute()))}?mode={mode}",
        uri=True,
        isolation_level=None,
        timeout=_PULSE_S,
    )
    # Damaged text is not an error here: it equals no name and breaks a seal.
    connection.text_factory = lambda data: data.decode("utf-8", "replace")
    return connection


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino


def _code(error: BaseException) -> int | None:
    """SQLite's primary error code, without the extended bits."""
    code = getattr(error, "sqlite_errorcode", None)
    return None if code is None else code & 0xFF
