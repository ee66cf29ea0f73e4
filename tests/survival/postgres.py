"""A PostgreSQL server of a test run's own: Debian's, in a temporary folder.

It listens on a socket in that folder alone, and its data is gone at the end.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

__all__ = ["Postgres", "missing", "postgres"]

#: Where Debian and Ubuntu keep them; they are on nobody's PATH.
_PROGRAMS = Path("/usr/lib/postgresql")

#: Of the server that is made here.
_USER = "autograder"


def missing() -> str:
    """Why no server can be started here, or ""."""
    if not _folder_of_programs():
        return (
            f"no {_PROGRAMS}/*/bin/initdb here: `apt-get install postgresql` to run "
            "these tests"
        )
    if find_spec("psycopg") is None:
        return "no psycopg here, the driver: `make setup` installs it"
    return ""


class Postgres:
    """A running server.

    Args:
        folder: Where its socket is.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = itertools.count(1)

    def new(self) -> str:
        """The URL of a new and empty database, as `db_url` takes it."""
        name = f"gradebook_{next(self._numbers)}"
        self.execute(f"CREATE DATABASE {name}")
        return f"postgresql+psycopg://{_USER}@/{name}?host={self._folder}"

    def execute(self, sql: str, *, database: str = "postgres") -> None:
        """Run a statement, by itself."""
        with self.connection(database) as connection:
            connection.execute(sql)

    def connection(self, database: str = "postgres") -> Any:
        """A connection that commits each statement."""
        import psycopg

        return psycopg.connect(
            host=str(self._folder), user=_USER, dbname=database, autocommit=True
        )


@contextlib.contextmanager
def postgres() -> Iterator[Postgres]:
    """Start a server, end it with the block; nothing may be `missing`."""
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    programs = _folder_of_programs()
    assert programs
    who = _who()
    if who:
        os.chown(folder, who["user"], who["group"])
    try:
        _run([programs / "initdb", "-D", folder / "data", *_LIKE], who)
        with (folder / "log").open("wb") as log:
            server = subprocess.Popen(
                [programs / "postgres", "-D", folder / "data", "-k", folder, *_QUICK],
                stdout=log,
                stderr=log,
                cwd="/",
                **who,
            )
        try:
            made = Postgres(folder)
            _wait(made, server, folder / "log")
            yield made
        finally:
            server.send_signal(signal.SIGQUIT)  # at once; nobody needs the data
            server.wait(timeout=60)
    finally:
        shutil.rmtree(folder)


_LIKE = ("-U", _USER, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
_QUICK = ("-c", "listen_addresses=", "-c", "fsync=off", "-c", "max_connections=20")


def _folder_of_programs() -> Path | None:
    found = sorted(_PROGRAMS.glob("*/bin/initdb"))
    return found[-1].parent if found else None


def _who() -> dict[str, Any]:
    """Root may not run a server; it runs as nobody then."""
    if os.geteuid():
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _run(command: list[Any], who: dict[str, Any]) -> None:
    done = subprocess.run(
        command, capture_output=True, text=True, cwd="/", timeout=120, **who
    )
    assert done.returncode == 0, done.stderr


def _wait(made: Postgres, server: subprocess.Popen[bytes], log: Path) -> None:
    import psycopg

    deadline = time.monotonic() + 60
    while True:
        try:
            made.execute("SELECT 1")
        except psycopg.OperationalError:
            assert server.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.05)
        else:
            return
