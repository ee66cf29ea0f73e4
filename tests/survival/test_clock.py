"""A clock that jumps, and times of files that tell nothing: all goes by content."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest

from tests.survival.classroom import Classroom
from tests.survival.command import Command
from tests.survival.invariants import broken, standing

pytestmark = pytest.mark.slow

DAY_S = 86_400


@pytest.fixture(scope="module")
def command(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Command]:
    folder = tmp_path_factory.mktemp("clock")
    (folder / "course").mkdir()
    made = Command(Classroom(folder / "course", students=2), folder)
    assert made.run().code == 0
    yield made
    made.close()


@pytest.mark.parametrize("days", [-3650, -1, 3650])
def test_a_clock_that_jumps_changes_nothing(command, days):
    command.room.hand_in("student-0")
    command.room.change_checks("slope")
    done = command.run(clock=days * DAY_S)
    assert (done.code, done.errors) == (0, "")
    assert broken(command) == []
    log = command.log.read_bytes()
    assert command.run().code == 0
    assert command.log.read_bytes() == log


@pytest.mark.parametrize("moment", [0, 4_102_444_800], ids=["1970", "2100"])
def test_times_of_files_decide_nothing(command, moment):
    log = command.log.read_bytes()
    for path in command.room.settings.course_root.rglob("*"):
        os.utime(path, (moment, moment))
    assert command.run().code == 0
    assert command.log.read_bytes() == log
    assert broken(command) == []
    command.room.hand_in("student-1")
    os.utime(command.room.assignment.submission("student-1"), (moment, moment))
    assert command.run().code == 0
    assert broken(command) == []


def test_a_change_of_the_gradebook_is_seen_though_its_time_is_the_same(command):
    before = standing(command.room)
    path = command.room.settings.course_root / "gradebook.db"
    times = path.stat().st_atime_ns, path.stat().st_mtime_ns
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("UPDATE grade SET auto_score = 0.0625")
    os.utime(path, ns=times)
    assert standing(command.room) != before
    assert command.run().code == 0
    assert standing(command.room) == before


def test_a_change_of_the_gradebook_that_stands_in_its_log_is_seen(command):
    before = standing(command.room)
    path = command.room.settings.course_root / "gradebook.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("PRAGMA journal_mode = WAL")
        assert command.run().code == 0
        other.execute("UPDATE grade SET auto_score = 0.0625")
        assert path.with_name("gradebook.db-wal").stat().st_size
        assert command.run().code == 0
        assert standing(command.room) == before
        other.execute("PRAGMA journal_mode = DELETE")
    assert command.run().code == 0
    assert broken(command) == []
