"""A kernel that is started ahead: what it is used for, and what becomes of it."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.config import Limits
from autograder.errors import KernelError
from autograder.execution.launchers import PlainLauncher, WalledLauncher
from autograder.execution.livekernel import LiveKernel
from autograder.execution.session import Session
from autograder.execution.spare import Spares

from .conftest import light_launcher, notebook
from .test_forkserver import ASK, all_gone, ask, is_running

#: What a kernel says of itself.
USER = "__import__('os').popen('cut -d: -f1 /proc/self/uid_map').read().strip()"
FILES = "sorted(__import__('os').listdir('.'))"


@pytest.fixture
def launcher(walled: WalledLauncher) -> Iterator[WalledLauncher]:
    """One whose server the test may kill."""
    made = light_launcher()
    yield made
    made.close()


@pytest.fixture
def spares(launcher) -> Iterator[Spares]:
    """Boxes in which everybody gets one file."""
    made = Spares(launcher, Limits(), lambda box: box.put({Path("given.txt"): b"x"}))
    yield made
    made.close()


def run(spares: Spares, launcher, *asked: str, files=None) -> tuple[list, bool]:
    """What a submission's kernel answers, and whether it was a spare."""
    with (
        spares.place(files or {}) as (box, ahead),
        Session(notebook(ASK), box, launcher=launcher, ahead=ahead) as session,
    ):
        session.advance(1)
        answers = [ask(session, each) for each in asked]
    assert not box.root.exists()
    return answers, ahead is not None


def waiting(spares: Spares) -> LiveKernel:
    """The kernel that waits, as nobody but a test sees it."""
    return spares._next.result().kernel


def test_from_the_third_submission_on_a_kernel_waits(spares, launcher):
    assert [run(spares, launcher, "1 + 1") for _ in range(4)] == [
        ([2], False),
        ([2], False),
        ([2], True),
        ([2], True),
    ]


def test_each_submission_has_a_kernel_and_a_box_of_its_own(spares, launcher):
    leave = "(open('left.txt', 'w').close(), globals().setdefault('left', 1)) and 1"
    for _ in range(4):
        answers, _ = run(spares, launcher, FILES, "'left' in globals()", leave)
        assert answers == [["given.txt"], False, 1]


def test_files_of_a_submissions_own_are_put_before_its_kernel_starts(spares, launcher):
    for _ in range(2):
        run(spares, launcher)
    answers, is_spare = run(spares, launcher, FILES, files={Path("data.csv"): b"1"})
    assert (answers, is_spare) == ([["data.csv", "given.txt"]], False)
    answers, is_spare = run(spares, launcher, FILES)
    assert (answers, is_spare) == ([["given.txt"]], True)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be other users")
def test_two_boxes_at_one_time_have_different_users(spares, launcher):
    for turn in range(4):
        files = {Path("own.txt"): b"1"} if turn == 3 else {}
        with spares.place(files) as (box, ahead):
            session = Session(notebook(ASK), box, launcher=launcher, ahead=ahead)
            with session:
                session.advance(1)
                if turn:
                    other = waiting(spares)
                    assert users(session.pid).isdisjoint(users(other.pid))


def users(pid: int) -> set[str]:
    """The users that a process is, from outside."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    (line,) = [each for each in lines if each.startswith("Uid:")]
    return set(line.split()[1:])


def test_a_spare_that_has_ended_is_not_used(spares, launcher):
    for _ in range(2):
        run(spares, launcher)
    os.kill(waiting(spares).pid, signal.SIGKILL)
    assert waiting(spares).ends_within(60)
    assert run(spares, launcher, "2") == ([2], False)


def test_a_dead_fork_server_is_not_started_again_for_a_spare(spares, launcher):
    """Whoever has lost a kernel with it has yet to see that it is gone."""
    run(spares, launcher)
    with spares.place({}) as (box, ahead):
        waiting(spares)
        with Session(notebook(ASK), box, launcher=launcher, ahead=ahead) as session:
            session.advance(1)
            os.kill(launcher.server.pid, signal.SIGKILL)
            assert all_gone([session.pid])
            spares._next = None
            spares._begin(1)
            assert isinstance(spares._next.exception(), KernelError)
            with pytest.raises(KernelError, match="the fork server was killed"):
                session.require_sound()
    assert run(spares, launcher, "3") == ([3], False)


def test_a_spare_whose_box_cant_be_filled_is_none(launcher):
    filled = []

    def fill(box):
        filled.append(box.root)
        if len(filled) == 3:
            raise OSError(28, "No space left on device")

    spares = Spares(launcher, Limits(), fill)
    assert [run(spares, launcher)[1] for _ in range(4)] == [False, False, False, True]
    spares.close()
    assert not any(root.exists() for root in filled)


def test_the_last_one_ends_with_the_worker(spares, launcher):
    for _ in range(2):
        run(spares, launcher)
    spare = waiting(spares)
    box = spares._next.result().box
    assert is_running(spare.pid)
    spares.close()
    assert all_gone([spare.pid])
    assert not box.root.exists()


def test_behind_a_weaker_wall_no_kernel_waits():
    """A student's code could reach it there."""
    plain = PlainLauncher()
    spares = Spares(plain, Limits(), lambda _box: None)
    for _ in range(3):
        with spares.place({}) as (_, ahead):
            assert ahead is None
    assert spares._next is None
    spares.close()


def test_a_spare_that_was_not_needed_ends(spares, launcher):
    for _ in range(2):
        run(spares, launcher)
    with (
        spares.place({}) as (box, ahead),
        Session(notebook(), box, launcher=launcher, ahead=ahead),
    ):
        pid = ahead.pid
    assert all_gone([pid])
