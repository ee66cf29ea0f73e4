"""One run at a time; the lock goes with its holder, whatever becomes of it."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.errors import ResultsError
from autograder.results import grading_lock
from autograder.results import lock as lock_module

#: Holds the lock, starts what argument 2 says, tells and waits.
HOLDER = """
import os, subprocess, sys, time
from pathlib import Path
from autograder.results import grading_lock

with grading_lock(Path(sys.argv[1]), "convolution", tell=print):
    child = 0
    if sys.argv[2] == "fork" and not (child := os.fork()):
        time.sleep(60)
        os._exit(0)
    if sys.argv[2] == "start":
        command = [sys.executable, "-c", "import time; time.sleep(60)"]
        child = subprocess.Popen(command, close_fds=False).pid
    print(child, flush=True)
    sys.stdin.read()
"""


@contextlib.contextmanager
def holder(folder: Path, child: str = "") -> Iterator[tuple[subprocess.Popen, int]]:
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, folder, child],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        pid = int(process.stdout.readline())
        try:
            yield process, pid
        finally:
            process.kill()
            if pid:
                os.kill(pid, signal.SIGKILL)


def refuse(line: str) -> None:
    raise AssertionError(line)


def lock(folder: Path, tell=refuse, patience_s: float | None = 0):
    return grading_lock(folder, "convolution", tell=tell, patience_s=patience_s)


def test_nothing_is_said_where_nobody_waits(tmp_path):
    for _ in range(2):
        with lock(tmp_path / "state"):
            pass
    assert (tmp_path / "state" / "locks" / "convolution").stat().st_mode & 0o77 == 0


def test_the_second_is_told_who_is_running(tmp_path):
    with holder(tmp_path) as (process, _):
        with pytest.raises(ResultsError) as caught, lock(tmp_path):
            pass
        assert re.fullmatch(
            rf"another `autograder grade convolution` \(process {process.pid}, since "
            r"\d\d:\d\d\) is running\. Wait for it to end\.",
            str(caught.value),
        )


def test_the_second_waits_and_says_so_once(tmp_path):
    told: list[str] = []
    with holder(tmp_path) as (process, _):
        timer = threading.Timer(0.6, process.stdin.close)
        timer.start()
        with lock(tmp_path, told.append, None):
            assert process.wait() == 0
        timer.join()
    (line,) = told
    assert line.endswith(") is running; waiting for it")
    assert f"(process {process.pid}, since " in line


def test_another_assignment_does_not_wait(tmp_path):
    with holder(tmp_path), grading_lock(tmp_path, "gan", tell=refuse, patience_s=0):
        pass


@pytest.mark.parametrize("child", ["", "fork", "start"])
def test_a_killed_holder_lets_go_though_its_child_lives_on(tmp_path, child):
    with holder(tmp_path, child) as (process, pid):
        process.kill()
        process.wait()
        if pid:
            os.kill(pid, 0)  # it lives, for a minute
        told: list[str] = []  # a child that was forked just now has yet to let go
        with lock(tmp_path, told.append, 20):
            pass


def test_the_lock_is_kept_though_a_forked_child_ends(tmp_path):
    with lock(tmp_path):
        if not (child := os.fork()):
            os._exit(0)
        os.waitpid(child, 0)
        assert locked(tmp_path)
    assert not locked(tmp_path)


def locked(folder: Path) -> bool:
    with (folder / "locks" / "convolution").open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def test_it_is_given_back_after_an_error(tmp_path):
    with pytest.raises(KeyError), lock(tmp_path):
        raise KeyError
    with lock(tmp_path):
        pass


def test_ctrl_c_ends_the_waiting(tmp_path):
    code = (
        "import sys\n"
        "from pathlib import Path\n"
        "from autograder.results import grading_lock\n"
        "tell = lambda line: print(line, flush=True)\n"
        "with grading_lock(Path(sys.argv[1]), 'convolution', tell=tell):\n"
        "    pass\n"
    )
    with (
        holder(tmp_path),
        subprocess.Popen(
            [sys.executable, "-c", code, tmp_path],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as waiting,
    ):
        assert "waiting for it" in waiting.stdout.readline()
        waiting.send_signal(signal.SIGINT)
        _, said = waiting.communicate(timeout=30)
        assert "KeyboardInterrupt" in said


@pytest.mark.parametrize(
    ("written", "about"),
    [
        pytest.param(b"", "", id="nothing"),
        pytest.param(b'{"pid": 4', "", id="half"),
        pytest.param(b"[]", "", id="other"),
        pytest.param(
            json.dumps({"pid": 4711, "host": "far\nhost", "since": 0}).encode(),
            r" \(process 4711 on far host, since 01 January \d\d:\d\d\)",
            id="elsewhere",
        ),
    ],
)
def test_what_the_holder_wrote_is_shown_as_far_as_it_goes(tmp_path, written, about):
    with holder(tmp_path):
        (tmp_path / "locks" / "convolution").write_bytes(written)
        pattern = rf"^another `autograder grade convolution`{about} is running\."
        with pytest.raises(ResultsError, match=pattern), lock(tmp_path):
            pass


def test_a_file_system_without_locks_is_told_of(tmp_path, monkeypatch):
    def no_locks(descriptor: int, operation: int) -> None:
        raise OSError(37, "No locks available")

    told: list[str] = []
    monkeypatch.setattr(lock_module.fcntl, "flock", no_locks)
    with lock(tmp_path, told.append):
        pass
    assert told == [
        f"{tmp_path / 'locks'}: its file system has no locks; make sure that no other "
        "`autograder grade convolution` is running"
    ]


def test_a_folder_in_which_none_can_be_made_is_told_of(tmp_path):
    (tmp_path / "state").write_bytes(b"")
    with (
        pytest.raises(ResultsError, match="no lock can be made: Not a directory"),
        lock(tmp_path / "state"),
    ):
        pass


def test_no_descriptor_is_left(tmp_path):
    before = len(list(Path("/proc/self/fd").iterdir()))
    with holder(tmp_path), pytest.raises(ResultsError), lock(tmp_path):
        time.sleep(0)
    with lock(tmp_path / "other"):
        pass
    assert len(list(Path("/proc/self/fd").iterdir())) == before
    assert not lock_module._HELD
