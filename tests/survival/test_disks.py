"""Disks that are full or read-only, gradebooks that are damaged, held or gone.

Each is one line, or one for each student; nothing is lost. When it is mended, the next
run writes what lags and grades nobody again.
"""

from __future__ import annotations

import contextlib
import shutil
import signal
import sqlite3
import subprocess
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.survival.classroom import Classroom
from tests.survival.command import Command
from tests.survival.invariants import broken, standing

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def command(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Command]:
    """A class of three that has been graded; its gradebook has a folder of its own."""
    folder = tmp_path_factory.mktemp("disks")
    (folder / "course" / "marks").mkdir(parents=True)
    url = f"sqlite:///{folder}/course/marks/gradebook.db"
    config = f"c.CourseDirectory.db_url = {url!r}\n"
    made = Command(Classroom(folder / "course", students=3, config=config), folder)
    assert made.run().code == 0
    yield made
    made.close()


def mend_and_go_on(command: Command, log: bytes | None = None) -> None:
    """All is right after another run; with a log, nobody is graded again by that."""
    done = command.run()
    assert (done.code, done.errors) == (0, "")
    assert log in (None, command.log.read_bytes())
    assert broken(command) == []


@contextlib.contextmanager
def disk_at(folder: Path) -> Iterator[None]:
    """A small disk in the place of a folder, with all that is in it."""
    aside = folder.with_name(f"{folder.name}.aside")
    folder.rename(aside)
    folder.mkdir()
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=2m,mode=700", "tmpfs", folder],
        capture_output=True,
        text=True,
    )
    if done.returncode:
        folder.rmdir()
        aside.rename(folder)
        pytest.skip(f"only root can mount a small disk: {done.stderr.strip()}")
    try:
        shutil.copytree(aside, folder, dirs_exist_ok=True)
        shutil.rmtree(aside)
        yield
    finally:
        shutil.copytree(folder, aside)
        subprocess.run(["umount", folder], check=True)
        folder.rmdir()
        aside.rename(folder)


@contextlib.contextmanager
def filled(folder: Path) -> Iterator[None]:
    """A disk without any room."""
    rest = folder / "rest"
    with contextlib.suppress(OSError), rest.open("wb", buffering=0) as file:
        while True:
            file.write(b"\0" * 4096)
    yield
    rest.unlink()


@contextlib.contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """A disk that can't be written."""
    subprocess.run(["mount", "-o", "remount,ro", folder], check=True)
    yield
    subprocess.run(["mount", "-o", "remount,rw", folder], check=True)


@pytest.mark.parametrize("ill", [filled, read_only], ids=["full", "read-only"])
@pytest.mark.parametrize("name", [".autograder", "autograded", "marks"])
def test_an_ill_disk_is_told_and_nothing_is_lost(command, name, ill):
    room = command.room
    folder = room.settings.course_root / name
    with disk_at(folder):
        room.hand_in("student-0", "student-1")
        before = standing(room)
        with ill(folder):
            ended = command.run()
            assert ended.code in (1, 3), ended
            assert ended.errors.count("\n") == (ended.code == 1), ended
            assert "Traceback" not in ended.said
            others = {each for each in before.items() if "student-2" in each[0]}
            assert others <= standing(room).items()
            log = command.log.read_bytes()
        is_kept = name != ".autograder" and ended.code == 3
        mend_and_go_on(command, log if is_kept else None)


def garbage(path: Path) -> None:
    path.write_bytes(b"no database\n" * 1000)


def truncated(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:20_000])


def a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def older(path: Path) -> None:
    with closing(sqlite3.connect(path)) as database:
        database.execute("ALTER TABLE grade DROP COLUMN extra_credit")


ADVICE = {
    garbage: "Put a backup in its place, or move it away",
    truncated: "Put a backup in its place, or move it away",
    a_folder: "Check c.CourseDirectory.db_url",
    older: "Back it up and run `nbgrader db upgrade`",
}


@pytest.mark.parametrize("damage", ADVICE, ids=lambda each: each.__name__)
def test_a_damaged_gradebook_is_one_line_and_nobody_is_graded(command, damage):
    path = gradebook(command)
    backup = path.read_bytes()
    for students in ((), ("student-0",)):
        command.room.hand_in(*students)
        log = command.log.read_bytes()
        damage(path)
        ended = command.run()
        assert (ended.code, ended.errors.count("\n")) == (1, 1), ended
        assert ADVICE[damage] in ended.errors
        assert command.log.read_bytes() == log
        remove(path)
        path.write_bytes(backup)
    mend_and_go_on(command)


@pytest.mark.parametrize("change", [Path.unlink, garbage], ids=["gone", "damaged"])
def test_a_gradebook_that_is_lost_is_written_from_the_results(command, change):
    path, log = gradebook(command), command.log.read_bytes()
    before = standing(command.room)
    change(path)
    remove(path)  # as the advice says
    mend_and_go_on(command, log)
    assert standing(command.room) == before


def test_a_gradebook_from_a_backup_is_brought_up_to_date(command):
    path = gradebook(command)
    backup = path.read_bytes()
    command.room.hand_in("student-0", "student-2")
    mend_and_go_on(command)
    path.write_bytes(backup)
    mend_and_go_on(command, command.log.read_bytes())


def test_a_gradebook_that_is_held_for_a_while_is_waited_for(command):
    command.room.hand_in("student-1")
    with closing(
        sqlite3.connect(
            gradebook(command), isolation_level=None, check_same_thread=False
        )
    ) as other:
        other.execute("BEGIN EXCLUSIVE")
        timer = threading.Timer(2, lambda: other.execute("COMMIT"))
        timer.start()
        done = command.run()
        timer.join()
    assert (done.code, done.errors) == (0, "")
    assert broken(command) == []


def test_ctrl_c_is_heard_while_a_gradebook_is_held(command):
    command.room.hand_in("student-1")
    with closing(sqlite3.connect(gradebook(command), isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        ended = command.killed(signal.SIGINT, 3)
    assert (ended.code, ended.errors) == (130, "interrupted; what was graded is kept\n")
    assert ended.lag_s < 5  # SQLite's own wait would have been of ten seconds
    mend_and_go_on(command)


@pytest.mark.parametrize("is_executed", [False, True], ids=["autograded", "executed"])
def test_a_notebook_that_is_lost_or_changed_is_written_again(command, is_executed):
    room, student = command.room, "student-1"
    while not room.shows_more(student):
        room.hand_in(student)
    mend_and_go_on(command)
    folder = room.settings.state_directory / "executed" / "numbers"
    shown = room.assignment.autograded(student)
    path = folder / f"{student}.ipynb" if is_executed else shown
    log = command.log.read_bytes()
    for change in (remove, garbage, a_folder):
        change(path)
        if change is a_folder:
            assert command.run().code == 3
            remove(path)
        mend_and_go_on(command, log)


def gradebook(command: Command) -> Path:
    return command.room.settings.course_root / "marks" / "gradebook.db"


def remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
