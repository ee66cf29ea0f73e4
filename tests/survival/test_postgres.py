"""The gradebook in PostgreSQL: killed, stopped, held, shared, as one in SQLite.

Debian's own server is started by these tests; without it they are skipped.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from nbgrader.api import Gradebook as Nbgraders

from autograder.errors import GradebookError
from autograder.gradebook import Gradebook
from tests.attacks.course import ASSIGNMENT
from tests.survival.boundaries import BOUNDARIES
from tests.survival.classroom import Classroom
from tests.survival.command import Command
from tests.survival.invariants import broken, standing
from tests.survival.postgres import Postgres, missing, postgres
from tests.survival.test_crash_points import stop_and_go_on
from tests.survival.test_kills import kill_again_and_again

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(bool(missing()), reason=missing()),
]

#: What is other than with SQLite; all else of a run knows nothing of the database.
IN_THE_GRADEBOOK = [
    name for name in BOUNDARIES if "gradebook" in name or "scores" in name
]


@pytest.fixture(scope="module")
def server() -> Iterator[Postgres]:
    with postgres() as running:
        yield running


@pytest.fixture(scope="module")
def command(
    server: Postgres, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Command]:
    """A class of three whose gradebook is in a new database."""
    folder = tmp_path_factory.mktemp("postgres")
    (folder / "course").mkdir()
    made = Command(_room(folder / "course", server.new()), folder)
    assert made.run().code == 0
    assert broken(made) == []
    yield made
    made.close()


def _room(folder: Path, url: str) -> Classroom:
    config = f"c.CourseDirectory.db_url = {url!r}\n"
    return Classroom(folder, students=3, config=config)


@pytest.fixture
def book(command: Command) -> Iterator[Gradebook]:
    with Gradebook(command.room.settings.db_url, patience_s=0.5) as opened:
        yield opened


def test_kills_at_random_moments(command, postgres_kills, seed, record_property):
    kill_again_and_again(command, postgres_kills, seed, record_property)


@pytest.mark.parametrize("is_after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("name", IN_THE_GRADEBOOK)
def test_the_end_at_any_boundary_loses_nothing(command, name, is_after):
    stop_and_go_on(command, name, is_after=is_after, how="exit")


def test_scores_that_another_program_changed_are_put_right(command, server):
    database = _name(command)
    before = standing(command.room)
    server.execute("UPDATE grade SET auto_score = 0", database=database)
    assert standing(command.room) != before
    log = command.log.read_bytes()
    assert command.run().code == 0
    assert standing(command.room) == before
    assert command.log.read_bytes() == log


def test_a_score_by_hand_stays(command, server):
    database = _name(command)
    server.execute("UPDATE grade SET manual_score = 0.125", database=database)
    command.room.hand_in(*command.room.students)
    assert command.run().code == 0
    with server.connection(database) as connection:
        rows = connection.execute(
            "SELECT DISTINCT manual_score, needs_manual_grade FROM grade"
        ).fetchall()
        connection.execute(
            "UPDATE grade SET manual_score = NULL, needs_manual_grade = FALSE"
        )
    assert rows == [(0.125, True)]
    assert broken(command) == []


def test_a_gradebook_that_nbgrader_has_made_is_taken_as_it_is(
    server, tmp_path, monkeypatch
):
    # nbgrader runs `alembic`.
    scripts = str(Path(sys.executable).parent)
    monkeypatch.setenv("PATH", os.pathsep.join([scripts, os.environ["PATH"]]))
    url = server.new()
    with Nbgraders(url) as theirs:
        theirs.add_student("student-0", first_name="Ada")
        theirs.add_assignment("essay")
    (tmp_path / "course").mkdir()
    other = Command(_room(tmp_path / "course", url), tmp_path)
    try:
        assert other.run().code == 0
        assert broken(other) == []
    finally:
        other.close()
    with Nbgraders(url) as theirs:
        assert theirs.find_student("student-0").first_name == "Ada"
        assert [each.name for each in theirs.assignments] == ["essay", ASSIGNMENT]


def test_made_by_many_at_once_is_made_once(server):
    url, made = server.new(), []

    def make() -> None:
        with Gradebook(url):
            made.append(url)

    threads = [threading.Thread(target=make) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert made == [url] * 4


def test_that_is_held_is_waited_for_and_then_told(command, server, book):
    scores = {"double": 1.0}
    with server.connection(_name(command)) as other, other.transaction():
        other.execute("LOCK TABLE grade IN ROW EXCLUSIVE MODE")
        with pytest.raises(GradebookError) as caught:
            book.write_scores(ASSIGNMENT, "student-0", scores)
    assert "canceling statement due to lock timeout. Another program holds it" in str(
        caught.value
    )
    book.patience_s = 30
    held = threading.Event()

    def hold() -> None:
        with server.connection(_name(command)) as other, other.transaction():
            other.execute("LOCK TABLE grade IN ROW EXCLUSIVE MODE")
            held.set()
            time.sleep(1)

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait()
    book.write_scores(ASSIGNMENT, "nobody", scores)
    thread.join()
    assert standing(command.room)["nobody", "double"] == 1.0
    server.execute("TRUNCATE submitted_assignment CASCADE", database=_name(command))
    assert command.run().code == 0


def test_a_server_that_ends_our_connection_costs_nothing(command, server, book):
    server.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        f"WHERE datname = '{_name(command)}'"
    )
    book.patience_s = 30
    expected = command.room.expected("student-0")
    book.write_scores(ASSIGNMENT, "student-0", expected)
    assert broken(command) == []


def test_ctrl_c_while_it_is_held_is_one_line(command, server):
    command.room.hand_in("student-0")
    with server.connection(_name(command)) as other, other.transaction():
        other.execute("LOCK TABLE grade IN ROW EXCLUSIVE MODE")
        ended = command.killed(signal.SIGINT, 3)
    assert (ended.code, ended.errors) == (130, "interrupted; what was graded is kept\n")
    assert ended.lag_s < 10  # it would wait for a minute
    assert command.run().code == 0
    assert broken(command) == []


def test_without_a_server_it_is_one_line_and_nobody_is_graded(command, server):
    room, config = command.room, command.room.settings.course_root / "course_config.py"
    room.hand_in("student-0")
    text, log = config.read_text(), command.log.read_bytes()
    config.write_text(text.replace("?host=", "?host=/nonexistent"))
    ended = command.run()
    assert (ended.code, ended.errors.count("\n")) == (1, 1)
    assert "Check c.CourseDirectory.db_url" in ended.errors
    assert command.log.read_bytes() == log
    config.write_text(text)
    assert command.run().code == 0
    assert broken(command) == []


def _name(command: Command) -> str:
    return command.room.settings.db_url.partition("@/")[2].partition("?")[0]
