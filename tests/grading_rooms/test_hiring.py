"""Workers from a process that stays between commands, and what stays there: nothing."""

from __future__ import annotations

import contextlib
import json
import multiprocessing
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from autograder.execution import warm
from autograder.grading import hiring, pool
from autograder.grading.hiring import WORKERS, Hired, Standby
from autograder.grading.messages import Answer, Job, Ready, read_message
from autograder.grading.pool import Crew
from autograder.grading.progress import state_in
from tests.courses import add_checks, hand_in

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="needs Linux"),
    pytest.mark.slow,
]

ROOT = Path(__file__).parents[2]
RIGHT = "def square(x):\n    return x**2"
SOON_S = 60.0

#: What pytest sets anew for each phase of a test.
PHASE = frozenset({"PYTEST_CURRENT_TEST"})


@pytest.fixture(autouse=True)
def place(monkeypatch) -> Iterator[Path]:
    """The folder in which this user's servers are found; they end with the test."""
    parent = Path(tempfile.mkdtemp(prefix="w"))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(parent))
    monkeypatch.setattr(hiring, "_PASSING", hiring._PASSING | PHASE)
    yield parent / f"warm-autograder-{os.geteuid()}"
    pids = warm.running()
    warm.stop()
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    shutil.rmtree(parent)


@pytest.fixture
def course(make_course, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    settings = make_course('c.Autograder.wall = "process"')
    add_checks(settings)
    return settings


@pytest.fixture(scope="module")
def waiting() -> Iterator[None]:
    """Whoever asks for a worker is patient: the machine may be busy."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(hiring, "_PATIENCE_S", SOON_S)
        yield


@pytest.fixture
def standby(waiting) -> Iterator[Standby]:
    """The process that an earlier command has left, as the next one finds it."""
    found: list[Standby] = []

    def is_found() -> bool:
        """Whether it is there; where it was not, a command leaves one, as always."""
        first = Standby(60.0)
        first.leave_one()
        first.close()
        found.append(Standby(60.0))
        return found[-1].is_there

    assert soon(is_found)
    yield found[-1]
    for each in found:
        each.close()


def soon(is_so: Callable[[], bool]) -> bool:
    """Whether something comes true before long."""
    deadline = time.monotonic() + SOON_S
    while not (came := is_so()) and time.monotonic() < deadline:
        time.sleep(0.05)
    return came


def hired(standby: Standby, course, folder: Path):
    """A worker, and our end of its pipe."""
    ours, theirs = multiprocessing.Pipe()
    memory = os.memfd_create("state")
    state_in(memory, is_new=True)
    with theirs:
        worker = standby.hire(
            course.assignment("squares"),
            folder,
            connection=theirs.fileno(),
            state=memory,
            lent=None,
        )
    os.close(memory)
    return worker, ours


def told_by(connection):
    assert connection.poll(SOON_S)
    return read_message(connection.recv_bytes())


def test_a_worker_grades_as_one_that_was_started(standby, course, tmp_path):
    path = hand_in(course, "ada", RIGHT)
    worker, connection = hired(standby, course, tmp_path)
    with connection:
        assert told_by(connection) == Ready()
        connection.send_bytes(Job("ada", str(path)).to_bytes())
        answer = told_by(connection)
        assert isinstance(answer, Answer)
        forked = answer.report_on("squares")
    worker.join(SOON_S)
    assert worker.exitcode == 0
    (started,) = [
        answer.report_on("squares")
        for _, answer in pool.run_jobs(
            [Job("ada", str(path))], course.assignment("squares"), workers=1
        )
    ]
    assert forked.score == started.score > 0
    assert [each.grade_id for each in forked.exercises] == [
        each.grade_id for each in started.exercises
    ]


def test_a_worker_has_what_the_command_has(standby, course, tmp_path, monkeypatch):
    """Its environment, its folder, its umask, where it looks for modules."""
    there = tmp_path / "there"
    there.mkdir()
    monkeypatch.chdir(there)
    monkeypatch.setenv("OF_THE_COMMAND", "yes")
    monkeypatch.setenv("AUTOGRADER_SEED", "secret")
    monkeypatch.syspath_prepend(str(there))
    test = next(course.assignment("squares").tests.glob("test_*.py"))
    test.write_text(
        "import json, os, pathlib, sys\n"
        "mask = os.umask(0); os.umask(mask)\n"
        f"pathlib.Path({str(tmp_path / 'told')!r}).write_text(json.dumps([dict("
        "os.environ), os.getcwd(), mask, sys.path, sys.dont_write_bytecode]))\n"
        + test.read_text()
    )
    before = os.umask(0o027)
    try:
        worker, connection = hired(standby, course, tmp_path)
    finally:
        os.umask(before)
    with connection:
        told_by(connection)
    worker.join(SOON_S)
    told = json.loads((tmp_path / "told").read_text())
    environment, folder, mask, path, is_silent = told
    assert environment["OF_THE_COMMAND"] == "yes"
    assert environment["AUTOGRADER_SEED"] == "secret"
    assert (folder, mask) == (str(there), 0o027)
    assert str(there) in path
    assert is_silent is sys.dont_write_bytecode


def test_what_stays_knows_no_course_and_no_secret(monkeypatch, standby):
    (stays,) = warm.running()
    monkeypatch.setenv("AUTOGRADER_SEED", "secret")
    assert "AUTOGRADER_SEED" not in hiring._standing_environment()
    process = psutil.Process(stays)
    assert process.cwd() == "/"
    assert os.getsid(stays) != os.getsid(0)
    held = {str(each.readlink()) for each in Path(f"/proc/{stays}/fd").iterdir()}
    assert {each for each in held if not each.startswith("socket:")} == {"/dev/null"}


def test_a_workers_end_is_told(standby, course, tmp_path):
    worker, connection = hired(standby, course, tmp_path)
    with connection:
        assert worker.is_alive()
        assert worker.exitcode is None
        worker.kill()
        worker.join(SOON_S)
        assert not worker.is_alive()
        assert worker.exitcode == -signal.SIGKILL
        worker.kill()  # it is gone: nothing happens


def test_workers_end_with_the_command_and_the_process_stays(standby, course, tmp_path):
    worker, connection = hired(standby, course, tmp_path)
    with connection:
        told_by(connection)
        standby.close()
        worker.join(SOON_S)
        assert not worker.is_alive()
    assert len(warm.running()) == 1


COMMAND = """
import multiprocessing, os, sys, time
from pathlib import Path
from autograder.config import load_settings
from autograder.grading import hiring
from autograder.grading.progress import state_in

hiring._PATIENCE_S = 60
course = load_settings(Path(sys.argv[1]))
ours, theirs = multiprocessing.Pipe()
memory = os.memfd_create("state")
state_in(memory, is_new=True)
worker = hiring.Standby(60.0).hire(
    course.assignment("squares"), Path(sys.argv[1]), connection=theirs.fileno(),
    state=memory, lent=None)
print(worker.pid, flush=True)
time.sleep(1000)
"""


def test_workers_end_with_a_command_that_is_killed(standby, course, tmp_path):
    command = subprocess.Popen(
        [sys.executable, "-c", COMMAND, str(tmp_path)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={name: os.environ[name] for name in os.environ if name not in PHASE},
    )
    with command, command.stdout:
        worker = int(command.stdout.readline())
        assert psutil.pid_exists(worker)
        command.kill()
        assert soon(lambda: not psutil.pid_exists(worker))
    assert len(warm.running()) == 1


def test_where_it_was_killed_a_worker_is_started_anew(standby, course, tmp_path):
    os.kill(warm.running()[0], signal.SIGKILL)
    assert soon(lambda: warm.running() == [])
    worker, connection = hired(standby, course, tmp_path)
    assert worker is None
    assert not standby.is_there
    connection.close()


def test_one_that_still_imports_is_not_waited_for(monkeypatch):
    monkeypatch.setattr(hiring, "_PATIENCE_S", 0.0)
    first = Standby(60.0)
    first.leave_one()
    assert not first.is_there
    first.close()
    assert not Standby(60.0).is_there


def test_it_is_no_server_for_kernels_and_no_such_server_ends_it(standby):
    (stays,) = warm.running()
    found = warm.borrow(dict(os.environ), idle_s=60)
    assert soon(lambda: len(warm.running()) == 2)
    assert stays in warm.running()
    found.control.close()
    found.starter.wait()


def test_stop_ends_it(standby):
    (stays,) = warm.running()
    standby.close()
    assert warm.stop() == [stays]
    assert soon(lambda: not psutil.pid_exists(stays))


def test_it_is_found_wherever_a_command_is_called(monkeypatch):
    def name() -> str:
        environment = hiring._standing_environment()
        return warm.server_name(environment, idle_s=60, program=WORKERS)

    before = name()
    monkeypatch.setenv("PWD", "/elsewhere")
    monkeypatch.setenv("AUTOGRADER_SEED", "secret")
    assert name() == before
    monkeypatch.setenv("OMP_NUM_THREADS", "7")
    assert name() != before


@pytest.mark.parametrize("minutes", ["0", "5"])
def test_behind_the_weakest_wall_nothing_stays(course, monkeypatch, minutes, place):
    monkeypatch.setenv("AUTOGRADER_WARM_MINUTES", minutes)
    path = hand_in(course, "ada", RIGHT)
    job = Job("ada", str(path))
    with Crew(course.assignment("squares"), size=1, ahead=[job]) as crew:
        ((done, answer),) = crew.grade([job])
    assert done == job
    assert isinstance(answer, Answer)
    assert not place.exists()


def test_no_process_is_hired_that_has_ended_already():
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()
    read_end, write_end = os.pipe()
    os.close(write_end)
    with pytest.raises(ProcessLookupError):
        Hired(child.pid, read_end)
