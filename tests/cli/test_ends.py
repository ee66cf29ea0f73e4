"""However a command ends, it is at most one line, and nothing is left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.courses import add_checks, hand_in

#: Sends itself a signal when a certain module is about to be imported.
PROGRAM = """
import os, sys
from autograder.cli import main

module, number = sys.argv.pop(1), int(sys.argv.pop(1))

class Finder:
    def find_spec(self, name, path=None, target=None):
        if name == module:
            sys.meta_path.remove(self)
            os.kill(os.getpid(), number)

sys.meta_path.insert(0, Finder())
main()
"""

LINES = {
    signal.SIGINT: "interrupted; what was graded is kept\n",
    signal.SIGTERM: "terminated; what was graded is kept\n",
    signal.SIGHUP: "the terminal was closed; what was graded is kept\n",
}


@pytest.fixture
def course(make_course, tmp_path):
    settings = make_course('c.Autograder.wall = "process"')
    add_checks(settings)
    hand_in(settings, "ada")
    return settings


@pytest.fixture
def temporary(tmp_path_factory) -> Path:
    """Where the command's temporary files go."""
    return tmp_path_factory.mktemp("temporary")


@pytest.fixture
def shell(course, temporary):
    """Run a line of shell in the course; `$A` is the command."""

    def run(line: str, **variables: str) -> subprocess.CompletedProcess[str]:
        command = f"{sys.executable} -m autograder.cli"
        return subprocess.run(
            ["bash", "-c", f"set -o pipefail; {line.replace('$A', command)}"],
            cwd=course.course_root,
            env={**os.environ, "TMPDIR": str(temporary), "COLUMNS": "80", **variables},
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )

    return run


@pytest.mark.parametrize(
    ("module", "number"),
    [
        # before anything is there, in our imports, in a command's, in the work itself
        ("autograder.cli.streams", signal.SIGINT),
        ("typer", signal.SIGINT),
        ("autograder.model", signal.SIGTERM),
        ("autograder.grading.course", signal.SIGHUP),
        ("autograder.gradebook", signal.SIGINT),
        ("nbgrader.api", signal.SIGTERM),
    ],
)
def test_a_signal_at_any_moment_is_one_line(course, temporary, module, number):
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, module, str(int(number)), "grade", "squares"],
        cwd=course.course_root,
        env={**os.environ, "TMPDIR": str(temporary)},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert (done.returncode, done.stdout) == (128 + number, "")
    assert done.stderr == LINES[number]
    assert list(temporary.iterdir()) == []


def test_a_signal_that_gets_lost_where_python_cant_raise_comes_again():
    program = """
import os, signal, time
from autograder.cli.signals import Interrupted, Signals

class Lost:
    def __del__(self):
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(0.01)

with Signals() as signals:
    signals.raise_from_now()
    try:
        Lost()
        time.sleep(60)
    except Interrupted as end:
        print(end, end.code)
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=50
    )
    assert (done.stdout, done.stderr) == (
        "interrupted; what was graded is kept 130\n",
        "",
    )


def test_an_impatient_person_is_obeyed_at_the_third_signal():
    program = """
import os, signal, time
from autograder.cli.signals import Signals

with Signals() as signals:
    signals.raise_from_now()
    try:
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(60)
    finally:
        os.kill(os.getpid(), signal.SIGINT)
        print("cleaning up", flush=True)
        os.kill(os.getpid(), signal.SIGINT)
        print("never", flush=True)
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=50
    )
    assert (done.returncode, done.stdout) == (130, "cleaning up\n")
    assert done.stderr == LINES[signal.SIGINT]


@pytest.mark.parametrize("closed", ["2>&-", "<&- >&- 2>&-"])
def test_closed_streams_are_no_obstacle(shell, course, closed):
    released = course.release_directory / "squares" / "squares.ipynb"
    released.unlink()
    done = shell(f"$A release squares {closed}")
    assert (done.returncode, done.stderr) == (0, "")
    said = "released squares: release/squares\n"
    assert done.stdout == ("" if " >&-" in f" {closed}" else said)
    assert released.read_text("utf-8").startswith("{")


@pytest.mark.parametrize("closed", ["2>&-"])
def test_errors_keep_their_exit_code_without_streams(shell, closed):
    done = shell(f"$A release nope {closed}")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("reader", ["head -1", "true"])
def test_a_reader_that_goes_is_no_error(shell, reader):
    done = shell(f"$A --help | {reader}")
    assert (done.returncode, done.stderr) == (0, "")


def test_output_that_cant_be_written_is_an_error(shell):
    if not Path("/dev/full").exists():
        pytest.skip("no /dev/full here")
    done = shell("$A release > /dev/full")
    assert done.returncode == 1
    assert done.stderr == (
        "error No space left on device. Fix that and try again. The traceback is in "
        ".autograder/last-error.txt.\n"
    )


@pytest.mark.parametrize("encoding", ["ascii", "utf-8"])
def test_any_encoding_will_do(shell, encoding):
    done = shell("$A grade 'nümb☃' | cat", PYTHONIOENCODING=encoding)
    assert "Traceback" not in done.stderr
    assert "UnicodeEncodeError" not in done.stderr
    assert done.stderr.startswith("error there is no assignment ")


@pytest.mark.parametrize("columns", ["1", "x"])
def test_any_width_will_do(shell, columns):
    done = shell("$A release nope", COLUMNS=columns)
    assert done.returncode == 1
    assert (
        done.stderr == 'error there is no assignment "nope". The course has: squares.\n'
    )


def test_a_folder_that_was_deleted_is_told(shell):
    done = shell("mkdir gone; cd gone; rmdir ../gone; $A grade squares")
    assert (done.returncode, done.stderr) == (
        1,
        "error the current folder was deleted. Change to another one.\n",
    )


def test_without_a_folder_for_temporary_files_release_says_so(shell, course):
    done = shell("$A grade nope", TMPDIR="/nonexistent")
    assert "Traceback" not in done.stderr
    assert done.stderr.count("\n") == 1
