"""Temporary files of a run: in one folder, which goes with it, at the latest later."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.sandbox import Box, remove_tree, run_folder, temporary_files_in
from autograder.sandbox.runfolder import sweep

#: Makes a run's folder with a box, says where, then waits, or ends on the spot.
PROGRAM = """
import os, sys
from autograder.sandbox import Box, run_folder, temporary_files_in

with run_folder() as folder, temporary_files_in(folder):
    box = Box()
    (box.work / "file").touch()
    print(folder, flush=True)
    if sys.argv[1] == "wait":
        sys.stdin.read()
    os._exit(9)  # as by SIGKILL: no block is left
"""


@pytest.fixture(autouse=True)
def parent(tmp_path, monkeypatch) -> Iterator[Path]:
    """The folder for temporary files of this test, with a short path as it must have.

    `tmp_path` only has pytest make its own folder first, outside of this one.
    """
    with tempfile.TemporaryDirectory(prefix="t-", dir="/tmp") as folder:
        monkeypatch.setattr(tempfile, "tempdir", folder)
        yield Path(folder)


def run(parent: Path, what: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM, what],
        env={**os.environ, "TMPDIR": str(parent)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def test_all_temporary_files_lie_in_it_and_go_with_it(parent):
    with run_folder() as folder, temporary_files_in(folder):
        box = Box()
        assert box.root.is_relative_to(folder)
        assert Path(tempfile.mkdtemp()).is_relative_to(folder)
        assert list(parent.iterdir()) == [folder]
        with run_folder() as inner:
            assert inner == folder
    assert list(parent.iterdir()) == []
    assert tempfile.gettempdir() == str(parent)


def test_it_goes_whatever_ends_the_block(parent):
    with pytest.raises(KeyboardInterrupt), run_folder():
        raise KeyboardInterrupt
    assert list(parent.iterdir()) == []


def test_it_is_for_its_owner_only():
    with run_folder() as folder:
        assert folder.stat().st_mode & 0o077 == 0


def test_what_a_killed_run_left_goes_at_the_next_start(parent):
    with run(parent, "die") as killed:
        killed.communicate()
    assert len(list(parent.rglob("file"))) == 1
    with run_folder() as folder:
        assert list(parent.iterdir()) == [folder]


def test_a_run_that_lives_is_left_alone(parent):
    with run(parent, "wait") as living:
        theirs = Path(living.stdout.readline().strip())
        with run_folder() as folder:
            assert {*parent.iterdir()} == {folder, theirs}
            assert list(theirs.rglob("file"))
        living.kill()
    sweep(parent)
    assert list(parent.iterdir()) == []


def test_one_that_is_just_being_made_is_left_alone(parent):
    young, old = parent / "autograder-young", parent / "autograder-old"
    for folder in (young, old):
        folder.mkdir()
    long_ago = time.time() - 3600
    os.utime(old, (long_ago, long_ago))
    sweep(parent)
    assert list(parent.iterdir()) == [young]


def test_what_is_not_a_runs_folder_is_left_alone(parent, tmp_path_factory):
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (elsewhere / ".lock").touch()
    (parent / "autograder-link").symlink_to(elsewhere)
    (parent / "autograder-file").touch()
    (parent / "box-mine").mkdir()
    before = sorted(parent.iterdir())
    sweep(parent)
    assert sorted(parent.iterdir()) == before
    assert (elsewhere / ".lock").exists()


def test_a_folder_that_was_closed_from_within_goes_too(parent):
    """As a user without root's rights, for whom rights count."""
    deep = parent / "box" / "closed" / "deep"
    deep.mkdir(parents=True)
    (deep / "file").touch()
    for folder in (deep, deep.parent):
        folder.chmod(0)
    program = (
        "import sys\n"
        "from pathlib import Path\n"
        "from autograder.sandbox import remove_tree, syscalls\n"
        "if sys.platform == 'linux':\n"
        "    syscalls.drop_capabilities()\n"
        "remove_tree(Path(sys.argv[1]))\n"
    )
    subprocess.run([sys.executable, "-c", program, parent / "box"], check=True)
    assert not (parent / "box").exists()


def test_what_is_not_there_can_be_removed(parent):
    remove_tree(parent / "nothing")
    assert list(parent.iterdir()) == []
