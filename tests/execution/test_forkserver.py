"""autograder.execution.forkserver and .zygote: who forks, and who goes with whom.

Nothing of ours may outlive its owner: each test that kills a process looks for the
others by their ids.
"""

from __future__ import annotations

import gc
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from autograder.config import Limits
from autograder.errors import KernelError, WallError
from autograder.execution import deadline, forkserver
from autograder.execution.forkserver import ForkServer, WalledProcess
from autograder.execution.launchers import (
    PlainLauncher,
    WalledLauncher,
    launcher_for,
)
from autograder.execution.novalue import KernelDied
from autograder.execution.remote import Call, Target
from autograder.execution.session import Session
from autograder.sandbox import Box, server_environment
from autograder.sandbox.times import Times

from .conftest import LIGHT, light_launcher, notebook

#: How long a process may take to be gone after its owner is.
SOON_S = 20.0

ASK = "def ask(text):\n    return eval(text)\n"


def ask(session: Session, text: str) -> object:
    return session.remote.call(Call(Target("ask"), (text,)), timeout_s=60).value


def is_running(pid: int) -> bool:
    """Whether a process runs; one that has ended and waits to be reaped does not."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def all_gone(pids: list[int]) -> bool:
    """Whether all processes end soon."""
    deadline = time.monotonic() + SOON_S
    while any(map(is_running, pids)) and time.monotonic() < deadline:
        time.sleep(0.05)
    return not any(map(is_running, pids))


def family(pid: int) -> list[int]:
    """A process and all below it."""
    return [pid, *(child.pid for child in psutil.Process(pid).children(recursive=True))]


@pytest.fixture
def own(walled: WalledLauncher) -> Iterator[WalledLauncher]:
    """A launcher whose server the test may kill."""
    launcher = light_launcher()
    yield launcher
    launcher.close()


@pytest.fixture
def start(own: WalledLauncher) -> Iterator[Callable[[], Session]]:
    """Sessions of the launcher `own`, with a live kernel."""
    boxes: list[tuple[Box, Session]] = []

    def make() -> Session:
        box = Box()
        boxes.append((box, Session(notebook(ASK), box, launcher=own)))
        boxes[-1][1].advance(1)
        return boxes[-1][1]

    yield make
    for box, session in boxes:
        session.close()
        box.remove()


# --- sharing --------------------------------------------------------------------------


def test_forks_share_what_the_server_has_imported(start, own):
    session = start()
    assert own.server.is_warm
    assert own.server.imported == LIGHT
    is_loaded = "'numpy' in __import__('sys').modules"
    assert ask(session, is_loaded) is True
    assert ask(session, "__import__('sys').modules['numpy'].__name__") == "numpy"


def test_kernel_of_an_empty_server_imports_for_itself(walled):
    launcher = WalledLauncher(warm=False)
    try:
        with Box() as box, Session(notebook(ASK), box, launcher=launcher) as session:
            session.advance(1)
            assert launcher.server.imported == ()
            assert ask(session, "__import__('numpy').ones(2).sum() == 2")
    finally:
        launcher.close()


def test_one_server_forks_many_kernels(start, own):
    sessions = [start() for _ in range(3)]
    assert own.server.starts == 1
    assert len({session.pid for session in sessions}) == 3
    for number, session in enumerate(sessions):
        ask(session, f"globals().update(n={number})")
    assert [ask(session, "n") for session in sessions] == [0, 1, 2]


def test_kernels_draw_unlike_random_numbers(start):
    draws = "(__import__('random').random(), __import__('numpy').random.rand())"
    one, two = (ask(start(), draws) for _ in range(2))
    assert one[0] != two[0]
    assert one[1] != two[1]


def test_server_has_one_thread_when_it_forks(start, own):
    start()
    assert psutil.Process(own.server.pid).num_threads() == 1


def test_module_that_is_not_there_is_left_out():
    server = ForkServer(server_environment(), preload=("numpy", "no_such_module"))
    try:
        server.start()
        assert server.imported == ("numpy",)
        assert server.is_warm
    finally:
        server.close()


def test_import_that_starts_a_thread_makes_the_server_fall_back(walled, tmp_path):
    (tmp_path / "threaded.py").write_text(
        "import threading, time\n"
        "threading.Thread(target=time.sleep, args=(1000,), daemon=True).start()\n"
    )
    environment = {**server_environment(), "PYTHONPATH": str(tmp_path)}
    launcher = WalledLauncher(warm=False)
    launcher.server = ForkServer(environment, preload=("threaded",))
    try:
        with Box() as box, Session(notebook(ASK), box, launcher=launcher) as session:
            session.advance(1)
            assert launcher.server.is_warm is False
            assert launcher.server.imported == ()
            assert launcher.server.starts == 2
            assert psutil.Process(launcher.server.pid).num_threads() == 1
            assert ask(session, "1 + 1") == 2
    finally:
        launcher.close()


# --- ends -----------------------------------------------------------------------------


def test_closed_session_leaves_no_process(start, own):
    session = start()
    ask(session, "__import__('subprocess').Popen(['sleep', '1000']).pid")
    below = family(own.server.pid)[1:]
    assert len(below) >= 3  # the supervisor, the kernel, its child
    session.close()
    assert all_gone(below)
    assert is_running(own.server.pid)


def test_closed_launcher_leaves_no_process(start, own):
    start()
    everyone = family(own.server.pid)
    own.close()
    assert all_gone(everyone)


def test_server_that_was_killed_between_kernels_is_replaced(start, own):
    first = start()
    first.close()
    os.kill(own.server.pid, signal.SIGKILL)
    second = start()
    assert ask(second, "2") == 2
    assert own.server.starts == 2


def test_server_that_is_killed_takes_its_kernel_along_and_we_say_so(start, own):
    session = start()
    remote = session.remote
    everyone = family(own.server.pid)
    os.kill(own.server.pid, signal.SIGKILL)
    assert all_gone(everyone)
    with pytest.raises(KernelDied, match=r"^ended the kernel \(signal 9, SIGKILL\)$"):
        remote.call(Call(Target("ask"), ("1",)), timeout_s=60)
    with pytest.raises(KernelError, match="the fork server was killed"):
        session.require_sound()


def test_kernel_that_ends_by_itself_is_not_blamed_on_the_server(start):
    session = start()
    with pytest.raises(KernelDied, match="exit code 5"):
        ask(session, "__import__('os')._exit(5)")
    session.require_sound()
    assert ask(session, "1") == 1


def test_server_killed_while_it_imports_is_replaced(own, start):
    own.server.begin()
    os.kill(own.server.pid, signal.SIGKILL)
    assert ask(start(), "3") == 3
    assert own.server.starts == 2


def test_server_that_never_gets_ready_is_told(monkeypatch, tmp_path):
    monkeypatch.setattr(forkserver, "_START_TIMEOUT_S", 0.5)
    (tmp_path / "slow.py").write_text("import time\ntime.sleep(1000)\n")
    environment = {**server_environment(), "PYTHONPATH": str(tmp_path)}
    server = ForkServer(environment, preload=("slow",))
    with pytest.raises(KernelError) as caught:
        server.start()
    assert str(caught.value) == (
        "the fork server did not start: its imports took longer than 0.5 s"
    )
    assert server.pid is None


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("raise OSError(28, 'No space left')", "OSError: [Errno 28] No space left"),
        (
            "import os; os.abort()",
            "it ended while it imported (signal 6, SIGABRT)",
        ),
    ],
    ids=["raises", "dies"],
)
def test_server_whose_imports_fail_says_why(tmp_path, source, said):
    (tmp_path / "failing.py").write_text(source)
    environment = {**server_environment(), "PYTHONPATH": str(tmp_path)}
    server = ForkServer(environment, preload=("failing",))
    with pytest.raises(KernelError) as caught:
        server.start()
    assert str(caught.value) == f"the fork server did not start: {said}"


@pytest.mark.parametrize("is_lent", [False, True], ids=["own", "lent"])
def test_time_that_imports_wait_for_a_processor_does_not_count(
    monkeypatch, tmp_path, is_lent
):
    monkeypatch.setattr(forkserver, "KERNEL", ())  # only this import is to take time
    (tmp_path / "slow.py").write_text("import time\ntime.sleep(2)\n")
    environment = {**server_environment(), "PYTHONPATH": str(tmp_path)}
    lender = ForkServer(environment, preload=("slow",))
    server = ForkServer({}, lent=lender.lend()) if is_lent else lender
    lender.begin()
    importing, started = lender.pid, time.monotonic()
    waits = {importing: lambda: time.monotonic() - started}
    monkeypatch.setattr(
        deadline, "times", lambda pid: Times(0.0, waits.get(pid, lambda: 0.0)())
    )
    monkeypatch.setattr(forkserver, "_START_TIMEOUT_S", 1.0)
    server.start()
    assert server.imported == ("slow",)
    server.close()
    lender.close()


def test_kernel_that_is_gone_before_it_can_be_watched_is_started_again(
    own, start, monkeypatch
):
    opened, real = [], os.pidfd_open

    def too_late_once(pid: int) -> int:
        opened.append(pid)
        if len(opened) == 1:
            os.kill(pid, signal.SIGKILL)
            assert all_gone([pid])
        return real(pid)

    own.prepare()
    server = own.server.pid
    monkeypatch.setattr(os, "pidfd_open", too_late_once)
    assert ask(start(), "8") == 8
    assert own.server.pid == server


def test_kernel_that_is_gone_right_after_is_our_fault(own, start, monkeypatch):
    opened, real = [], os.pidfd_open

    def too_late_then(pid: int) -> int:
        opened.append(pid)
        if len(opened) == 2:
            raise ProcessLookupError(3, "No such process")
        return real(pid)

    monkeypatch.setattr(os, "pidfd_open", too_late_then)
    with pytest.raises(KernelError, match="the kernel did not start"):
        start()


def test_kernel_that_cant_close_its_wall_says_why(own, start, monkeypatch):
    confined = own._confinement
    monkeypatch.setattr(
        own, "_confinement", lambda box: replace(confined(box), open_files=-7)
    )
    with pytest.raises(KernelError) as caught:
        start()
    assert str(caught.value).startswith("the kernel did not start: ")
    assert "exit code" not in str(caught.value)


def test_machine_that_is_short_of_something_is_no_refusal(own, monkeypatch):
    own.prepare()
    told = {"error": "[Errno 11] Resource temporarily unavailable", "errno": 11}
    monkeypatch.setattr(forkserver._Lines, "read", lambda *_, **__: told)
    with (
        Box() as box,
        Session(notebook(ASK), box, launcher=own) as session,
        pytest.raises(KernelError, match="no kernel could be started"),
    ):
        session.advance(1)


@pytest.mark.parametrize("umask", [0o077, 0o027], ids=oct)
def test_a_strict_umask_closes_nothing_to_the_student(tmp_path, umask):
    (tmp_path / "data.csv").write_text("1,2\n")
    before = os.umask(umask)
    launcher = light_launcher()
    try:
        with Box() as box, Session(notebook(ASK), box, launcher=launcher) as session:
            box.copy_in(tmp_path)
            session.advance(1)
            assert ask(session, "open('data.csv').read()") == "1,2\n"
            assert ask(session, "__import__('os').listdir('/tmp')") == []
            assert ask(session, "open('/etc/passwd').read()[:7]") == "student"
    finally:
        os.umask(before)
        launcher.close()


def test_server_that_is_stopped_for_good_costs_no_more_than_its_time(
    own, start, monkeypatch
):
    start().close()
    monkeypatch.setattr(forkserver, "_FORK_TIMEOUT_S", 0.5)
    stopped = own.server.pid
    os.kill(stopped, signal.SIGSTOP)
    assert ask(start(), "4") == 4
    assert own.server.starts == 2
    assert all_gone([stopped])


def test_launcher_may_be_started_by_a_thread_that_ends(own):
    """The parent that the kernel of the machine watches is a thread, not a process."""
    with Box() as box, Session(notebook(ASK), box, launcher=own) as session:
        beside = threading.Thread(target=session.advance, args=(1,))
        beside.start()
        beside.join()
        time.sleep(0.3)
        assert is_running(own.server.pid)
        assert ask(session, "5") == 5
        assert session.kernel_starts == 1


WORKER = """
import sys, time
sys.path.insert(0, {root!r})
from tests.execution.conftest import light_launcher, notebook
from autograder.execution.session import Session
from autograder.sandbox import Box

launcher = light_launcher()
session = Session(notebook("import subprocess\\n"
                           "subprocess.Popen(['sleep', '1000'])"), Box(),
                  launcher=launcher)
session.advance(1)
assert not session.failures
print(launcher.server.pid, flush=True)
time.sleep(1000)
"""


def test_death_of_the_worker_ends_all_that_it_started(walled, tmp_path):
    root = str(Path(__file__).parents[2])
    worker = subprocess.Popen(
        [sys.executable, "-c", WORKER.format(root=root)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "TMPDIR": str(tmp_path)},
    )
    assert worker.stdout is not None
    with worker, worker.stdout:
        server = int(worker.stdout.readline())
        everyone = family(server)
        assert len(everyone) >= 4  # server, supervisor, kernel, its child
        worker.kill()
        assert all_gone(everyone)


def test_process_that_was_gone_at_once_leaves_nothing_behind():
    gone = subprocess.Popen(["true"])
    gone.wait()
    with pytest.raises(ProcessLookupError):
        WalledProcess(gone.pid, None)
    gc.collect()  # where what is half made would complain


# --- lending --------------------------------------------------------------------------


def test_lent_server_shares_the_imports_and_ends_with_its_borrower(own):
    own.prepare()
    lender = own.server.pid
    before = set(family(lender))
    borrower = WalledLauncher(lent=own.lend())
    with Box() as box, Session(notebook(ASK), box, launcher=borrower) as session:
        session.advance(1)
        assert borrower.server.imported == LIGHT
        assert borrower.server.pid is None
        assert borrower.server.starts == 0
        lent = set(family(lender)) - before
        assert ask(session, "6") == 6
    borrower.close()
    assert all_gone(list(lent))
    assert is_running(lender)


def test_borrower_starts_a_server_of_its_own_when_the_lent_one_is_gone(own):
    own.prepare()
    borrower = light_launcher()
    borrower.server = ForkServer(server_environment(), preload=LIGHT, lent=own.lend())
    borrower.prepare()
    own.close()
    try:
        with Box() as box, Session(notebook(ASK), box, launcher=borrower) as session:
            session.advance(1)
            assert ask(session, "7") == 7
            assert borrower.server.starts == 1
    finally:
        borrower.close()


# --- launchers ------------------------------------------------------------------------


def test_wall_that_there_is_none_of_is_told():
    with pytest.raises(WallError) as caught:
        launcher_for("moat", Limits())
    assert (
        str(caught.value)
        == 'there is no wall "moat". There are: full, account, process.'
    )


@pytest.mark.parametrize(
    ("level", "kind"),
    [("full", WalledLauncher), ("account", PlainLauncher), ("process", PlainLauncher)],
)
def test_launcher_has_the_level_that_was_asked_for(level, kind):
    launcher = launcher_for(level, Limits())
    assert (type(launcher), launcher.level) == (kind, level)
    launcher.close()  # before it was ever used


def test_full_wall_needs_linux(monkeypatch):
    monkeypatch.setattr(sys, "platform", "darwin")
    with pytest.raises(WallError, match="full wall: it needs Linux"):
        launcher_for("full", Limits())


def test_machine_that_refuses_the_wall_is_told_and_nothing_is_left(own, monkeypatch):
    # A folder to show that can't be: the mount fails as it does without the right.
    monkeypatch.setattr(
        "autograder.execution.launchers.visible_paths", lambda: ("/usr", "/no/such")
    )
    own.prepare()
    with (
        Box() as box,
        Session(notebook(ASK), box, launcher=own) as session,
        pytest.raises(WallError) as caught,
    ):
        session.advance(1)
    told = str(caught.value)
    assert told.startswith("this machine refuses the full wall (")
    assert "/no/such: No such file or directory" in told
    assert "): " in told
    assert told.endswith('--wall process, or c.Autograder.wall = "process"')
    assert all_gone(family(own.server.pid)[1:])
