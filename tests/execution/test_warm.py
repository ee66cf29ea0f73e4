"""autograder.execution.warm and .staying: a server that stays between commands.

Who may come to it, what it keeps, and that nothing is left of it, whoever is killed.
"""

from __future__ import annotations

import os
import resource
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import psutil
import pytest

from autograder.config import Limits
from autograder.errors import KernelError
from autograder.execution import forkserver, warm
from autograder.execution.forkserver import ForkServer
from autograder.execution.launchers import PlainLauncher, WalledLauncher, launcher_for
from autograder.execution.novalue import KernelDied
from autograder.execution.remote import Call, Target
from autograder.execution.session import Session
from autograder.execution.staying import LOCK, peer_of
from autograder.sandbox import Box, server_environment

from .conftest import LIGHT, notebook
from .test_forkserver import ASK, SOON_S, all_gone, ask, is_running

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="needs Linux")

ENVIRONMENT = server_environment()
ROOT = Path(__file__).parents[2]
is_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can be another user")


@pytest.fixture
def place(monkeypatch) -> Iterator[Path]:
    """The folder in which this user's servers are found; they end with the test."""
    parent = Path(tempfile.mkdtemp(prefix="w"))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(parent))
    yield parent / f"warm-autograder-{os.geteuid()}"
    pids = warm.running()
    warm.stop()
    for pid in pids:
        if is_running(pid):
            os.kill(pid, signal.SIGKILL)
    shutil.rmtree(parent)


@pytest.fixture
def bare(monkeypatch) -> None:
    """Servers import next to nothing: most tests need no kernel."""
    monkeypatch.setattr(forkserver, "KERNEL", ())


@pytest.fixture
def command(place, bare) -> Iterator[Callable[..., ForkServer]]:
    """A fork server as a command has it, ready to fork; it ends with the test."""
    made: list[ForkServer] = []

    def make(*preload: str, idle_s: float = 60.0) -> ForkServer:
        names = preload or ("json",)
        made.append(ForkServer(ENVIRONMENT, preload=names, idle_s=idle_s))
        made[-1].start()
        return made[-1]

    yield make
    for server in made:
        server.close()


def soon(is_so: Callable[[], bool]) -> bool:
    """Whether something comes true before long."""
    deadline = time.monotonic() + SOON_S
    while not (came := is_so()) and time.monotonic() < deadline:
        time.sleep(0.05)
    return came


def doors(place: Path) -> list[Path]:
    return [each for each in place.iterdir() if each.is_socket()]


def grow_old(place: Path) -> None:
    """Let a door be no longer one whose server is about to listen."""
    for door in doors(place):
        os.utime(door, (0, 0))


# --- between commands -----------------------------------------------------------------


def test_next_command_finds_the_server(command, place):
    first = command()
    (stays,) = warm.running()
    first.close()
    second = command()
    assert warm.running() == [stays]
    assert (first.starts, second.starts) == (0, 0)
    assert second.imported == ("json",)
    assert second.pid is None


def test_each_command_has_a_process_of_its_own(command):
    one, two = command(), command()
    (stays,) = warm.running()
    served = {child.pid for child in psutil.Process(stays).children()}
    assert {one._server, two._server} <= served
    assert one._server != two._server
    two.close()
    assert all_gone([two._server])
    assert is_running(one._server)


def test_no_time_to_stay_means_no_server(command, place):
    server = command(idle_s=0)
    assert server.starts == 1
    assert not place.exists()


def test_it_ends_after_its_idle_time_and_takes_its_door_along(command, place):
    server = command(idle_s=0.2)
    (stays,) = warm.running()
    time.sleep(1.0)
    assert is_running(stays)  # it is used
    server.close()
    assert all_gone([stays])
    assert doors(place) == []


def test_it_belongs_to_no_terminal_and_holds_nothing_of_the_command(command):
    command().close()
    (stays,) = warm.running()
    assert os.getsid(stays) != os.getsid(0)
    assert psutil.Process(stays).cwd() == "/"
    assert soon(lambda: not psutil.Process(stays).children())
    held = {str(each.readlink()) for each in Path(f"/proc/{stays}/fd").iterdir()}
    assert {each for each in held if not each.startswith("socket:")} == {"/dev/null"}
    assert psutil.Process(stays).num_threads() == 1


def test_a_pipe_of_the_command_ends_with_the_command(place):
    code = (
        "from autograder.execution import forkserver as f; f.KERNEL = ()\n"
        f"s = f.ForkServer({ENVIRONMENT!r}, preload=('json',), idle_s=60)\n"
        "s.start(); print('ready')"
    )
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert (done.stdout, done.stderr) == ("ready\n", "")
    assert len(warm.running()) == 1


def test_what_a_command_needs_more_is_there_for_the_next(command, place, monkeypatch):
    monkeypatch.setitem(warm.LIBRARIES, "zipfile", ("zipfile",))
    monkeypatch.setitem(warm.LIBRARIES, "json", ("json",))
    command("json").close()
    (first,) = warm.running()
    more = command("zipfile")
    assert set(more.imported) == {"json", "zipfile"}
    more.close()
    assert all_gone([first])
    again = command("json")
    assert set(again.imported) == {"json", "zipfile"}
    assert warm.running() != [first]


def test_what_is_remembered_is_never_more_than_may_be_imported(command, place):
    found = warm.borrow(ENVIRONMENT, idle_s=60)
    warm.remember(found, ["numpy", "antigravity", "torch._dynamo"])
    assert warm.remembered(found) == ("numpy", "torch._dynamo")
    (place / f"{found.name}.json").write_text("no JSON")
    assert warm.remembered(found) == ()
    found.control.close()
    found.starter.wait()


def test_an_import_that_starts_a_thread_keeps_no_server_in_use(place, bare, tmp_path):
    (tmp_path / "threaded.py").write_text(
        "import threading, time\n"
        "threading.Thread(target=time.sleep, args=(1000,), daemon=True).start()\n"
    )
    environment = {**ENVIRONMENT, "PYTHONPATH": str(tmp_path)}
    server = ForkServer(environment, preload=("threaded",), idle_s=60)
    with closing(server):
        server.start()
        assert (server.is_warm, server.starts) == (False, 1)
        deadline = time.monotonic() + SOON_S
        while warm.running() and time.monotonic() < deadline:
            pass  # asked without a pause, it would always have somebody to serve
        assert warm.running() == []


def test_server_that_ends_leaves_a_door_that_is_not_its_own(command, place):
    command().close()
    (ended,) = warm.running()
    (door,) = doors(place)
    door.unlink()
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as ours:
        ours.bind(str(door))  # perhaps with the number that the file before it had
        ours.listen()
        os.kill(ended, signal.SIGTERM)
        assert all_gone([ended])
        assert warm.running() == [os.getpid()]
    door.unlink()


# --- who is killed --------------------------------------------------------------------


def test_killed_server_is_replaced_by_the_next_command(command, place):
    command().close()
    (killed,) = warm.running()
    os.kill(killed, signal.SIGKILL)
    assert all_gone([killed])
    assert warm.running() == []
    grow_old(place)
    assert command().starts == 0
    assert warm.running() not in ([], [killed])
    assert len(doors(place)) == 1


def test_killed_a_moment_after_its_start_it_costs_one_command_its_time(command, place):
    command().close()
    (killed,) = warm.running()
    os.kill(killed, signal.SIGKILL)
    assert all_gone([killed])
    assert command().starts == 1  # one of its own


def test_command_whose_server_is_killed_has_one_of_its_own(command, place):
    server = command()
    os.kill(warm.running()[0], signal.SIGKILL)
    assert all_gone([server._server])
    assert not server.is_alive
    server.start()
    assert (server.starts, server.is_alive) == (1, True)


def test_server_killed_while_it_imports_costs_nothing(place, bare, tmp_path):
    (tmp_path / "slow.py").write_text("import time\ntime.sleep(2)\n")
    environment = {**ENVIRONMENT, "PYTHONPATH": str(tmp_path)}
    server = ForkServer(environment, preload=("slow",), idle_s=60)
    with closing(server):
        server.begin()
        assert soon(lambda: bool(warm.running()))
        os.kill(warm.running()[0], signal.SIGKILL)
        server.start()
        assert (server.starts, server.imported) == (1, ("slow",))


def test_server_that_does_not_answer_is_not_waited_for(command, monkeypatch):
    command().close()
    (stopped,) = warm.running()
    os.kill(stopped, signal.SIGSTOP)
    try:
        monkeypatch.setattr(forkserver, "_BORROW_TIMEOUT_S", 0.3)
        assert command().starts == 1
    finally:
        os.kill(stopped, signal.SIGKILL)


COMMAND = """
import sys, time
sys.path.insert(0, {root!r})
from tests.execution.conftest import LIGHT, notebook
from autograder.execution.forkserver import ForkServer
from autograder.execution.launchers import WalledLauncher
from autograder.execution.session import Session
from autograder.sandbox import Box, server_environment

launcher = WalledLauncher(warm=False)
launcher.server = ForkServer(server_environment(), preload=LIGHT, idle_s=60)
session = Session(notebook("import subprocess\\n"
                           "subprocess.Popen(['sleep', '1000'])"), Box(),
                  launcher=launcher)
session.advance(1)
assert not session.failures
print(launcher.server._server, flush=True)
time.sleep(1000)
"""


def test_killed_command_takes_its_kernels_along_and_the_server_stays(
    walled, place, tmp_path
):
    command = subprocess.Popen(
        [sys.executable, "-c", COMMAND.format(root=str(ROOT))],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "TMPDIR": str(tmp_path)},
    )
    with command, command.stdout:
        served = int(command.stdout.readline())
        below = psutil.Process(served).children(recursive=True)
        everyone = [served, *(each.pid for each in below)]
        assert len(everyone) >= 4  # a server, the supervisor, the kernel, its child
        command.kill()
        assert all_gone(everyone)
    assert len(warm.running()) == 1


def test_killed_server_takes_kernels_along_and_we_say_so(place, walled):
    launcher = WalledLauncher(warm=False)
    launcher.server = ForkServer(ENVIRONMENT, preload=LIGHT, idle_s=60)
    with closing(launcher), Box() as box:
        with Session(notebook(ASK), box, launcher=launcher) as session:
            session.advance(1)
            remote = session.remote
            os.kill(warm.running()[0], signal.SIGKILL)
            assert all_gone([session.pid])
            with pytest.raises(KernelDied):
                remote.call(Call(Target("ask"), ("1",)), timeout_s=60)
            with pytest.raises(KernelError, match="the fork server was killed"):
                session.require_sound()
        with Session(notebook(ASK), box, launcher=launcher) as session:
            session.advance(1)
            assert ask(session, "2") == 2
        assert launcher.server.starts == 1


# --- the wall -------------------------------------------------------------------------


def test_kernel_of_a_server_that_stays_holds_and_sees_no_more(place, walled):
    """Neither the door nor the command's process is in a kernel's hands."""
    seen = {}
    look = (
        "(lambda os, re: [sorted(re.sub('[0-9]+', 'N', os.readlink(each.path))"
        " for each in os.scandir('/proc/self/fd') if os.path.islink(each.path)),"
        f" os.path.exists({str(place)!r}), sorted(os.listdir('/'))]"
        ")(__import__('os'), __import__('re'))"
    )
    for idle_s in (0.0, 60.0):
        launcher = WalledLauncher(warm=False)
        launcher.server = ForkServer(ENVIRONMENT, preload=LIGHT, idle_s=idle_s)
        with closing(launcher), Box() as box:
            for _ in range(2 if idle_s else 1):  # the second one connects at the door
                launcher.close()
                with Session(notebook(ASK), box, launcher=launcher) as session:
                    session.advance(1)
                    seen.setdefault(idle_s, []).append(ask(session, look))
    assert len(warm.running()) == 1
    assert seen[60.0] == seen[0.0] * 2
    assert seen[0.0][0][1] is False


def test_behind_the_weakest_wall_no_server_stays(place):
    launcher = launcher_for("process", Limits(), idle_s=60)
    assert isinstance(launcher, PlainLauncher)
    launcher.prepare()
    assert not place.exists()


def test_a_folder_that_notebooks_see_holds_no_door(place, monkeypatch):
    monkeypatch.setattr(warm, "_parents", lambda: iter([place.parent]))
    paths = (str(place.parent),)
    monkeypatch.setattr("autograder.sandbox.visible.visible_paths", lambda: paths)
    assert warm.borrow(ENVIRONMENT, idle_s=60) is None
    assert list(place.iterdir()) == []


# --- who may come ---------------------------------------------------------------------


def test_folder_and_door_are_for_this_user_only(command, place):
    command()
    assert stat.S_IMODE(place.lstat().st_mode) == 0o700
    (door,) = doors(place)
    assert stat.S_IMODE(door.lstat().st_mode) == 0o600
    assert stat.S_IMODE((place / LOCK).stat().st_mode) == 0o600


@pytest.mark.parametrize("kind", ["open to others", "a link", "a file"])
def test_a_folder_that_is_not_ours_alone_is_not_used(place, monkeypatch, kind):
    monkeypatch.setattr(warm, "_parents", lambda: iter([place.parent]))
    elsewhere = place.parent / "elsewhere"
    elsewhere.mkdir(0o700)
    if kind == "a link":
        place.symlink_to(elsewhere)
    elif kind == "a file":
        place.touch(0o600)
    else:
        place.mkdir()
        place.chmod(0o750)
    assert warm.borrow(ENVIRONMENT, idle_s=60) is None
    assert list(elsewhere.iterdir()) == []
    assert warm.running() == []
    assert warm.stop() == []


@is_root
def test_a_folder_of_another_user_is_not_used(place, monkeypatch):
    monkeypatch.setattr(warm, "_parents", lambda: iter([place.parent]))
    place.mkdir(0o700)
    os.chown(place, 12345, 12345)
    assert warm.borrow(ENVIRONMENT, idle_s=60) is None


def test_a_parent_in_which_others_may_rename_is_not_used(place, monkeypatch):
    monkeypatch.setattr(warm, "_parents", lambda: iter([place.parent]))
    place.parent.chmod(0o777)
    assert warm.borrow(ENVIRONMENT, idle_s=60) is None
    place.parent.chmod(0o1777)
    found = warm.borrow(ENVIRONMENT, idle_s=60)
    found.control.close()
    found.starter.wait()


@is_root
def test_another_user_is_turned_away_at_the_door(command, place):
    """Even where somebody has opened the folder."""
    command().close()
    (stays,) = warm.running()
    (door,) = doors(place)
    for path, mode in ((place.parent, 0o755), (place, 0o755), (door, 0o666)):
        path.chmod(mode)
    code = (
        "import os, socket, sys; os.setgid(12345); os.setuid(12345)\n"
        "s = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)\n"
        f"s.connect({str(door)!r}); s.settimeout(20)\n"
        'try:\n    s.send(b\'{"import": [], "is_all": true}\'); print(s.recv(100))\n'
        "except OSError: print(b'')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("b''\n", "")
    assert is_running(stays)
    place.chmod(0o700)


@is_root
def test_a_server_of_another_user_gets_no_command(place, monkeypatch):
    place.mkdir(0o700)
    name = warm.server_name(ENVIRONMENT, idle_s=60)
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as door:
        door.bind(str(place / name))
        os.seteuid(12345)
        door.listen()
        os.seteuid(0)
        assert warm._connected(place / name) is None


def test_the_other_end_is_known_by_the_system():
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with ours, theirs:
        assert peer_of(ours) == (os.getpid(), os.geteuid())


# --- what it is found by --------------------------------------------------------------


def test_a_name_stays_as_long_as_nothing_changes():
    assert warm.server_name(ENVIRONMENT, idle_s=60) == warm.server_name(
        dict(reversed(ENVIRONMENT.items())), idle_s=60
    )


@pytest.mark.parametrize(
    "change", ["environment", "minutes", "packages", "package", "limits", "place"]
)
def test_a_name_changes_with(change, monkeypatch, tmp_path):
    def name(idle_s: float = 60.0, **more: str) -> str:
        return warm.server_name({**ENVIRONMENT, **more}, idle_s=idle_s)

    folder = tmp_path / "autograder"
    folder.mkdir()
    (folder / "__init__.py").write_text("one = 1\n")
    monkeypatch.setattr(warm.autograder, "__file__", str(folder / "__init__.py"))
    monkeypatch.setattr(warm.sysconfig, "get_path", lambda _: str(tmp_path))
    before = name()
    if change == "environment":
        assert name(OMP_NUM_THREADS="2") != before
    elif change == "minutes":
        assert name(idle_s=61.0) != before
    elif change == "packages":
        (tmp_path / "torch-9.dist-info").mkdir()
    elif change == "package":
        (folder / "__init__.py").write_text("one = 2\n")
    elif change == "limits":
        soft, hard = resource.getrlimit(resource.RLIMIT_CORE)
        monkeypatch.setattr(
            warm.resource,
            "getrlimit",
            lambda what: (soft - 1, hard) if what == resource.RLIMIT_CORE else (0, 0),
        )
    else:
        monkeypatch.setattr(os, "getpriority", lambda *_: 7)
    assert change in ("environment", "minutes") or name() != before


def test_server_of_another_name_ends_when_one_is_started(command, place):
    command().close()
    (old,) = warm.running()
    command(idle_s=61.0)
    assert all_gone([old])
    assert len(doors(place)) == 1


# --- stop -----------------------------------------------------------------------------


def test_stop_ends_it_and_leaves_nothing(command, place):
    command().close()
    (stays,) = warm.running()
    assert warm.stop() == [stays]
    assert all_gone([stays])
    assert [each.name for each in place.iterdir()] == [LOCK]
    assert warm.stop() == []


def test_stopped_server_serves_the_command_that_uses_it_to_its_end(command):
    server = command()
    (stays,) = warm.running()
    warm.stop()
    assert warm.running() == []
    time.sleep(1.2)
    assert is_running(stays)
    assert server.is_alive
    server.close()
    assert all_gone([stays])


def test_two_that_start_at_once_get_along(command, place):
    names = [sys.executable, "-c"]
    code = (
        "from autograder.execution import forkserver as f; f.KERNEL = ()\n"
        f"s = f.ForkServer({ENVIRONMENT!r}, preload=('json',), idle_s=60)\n"
        "s.start(); assert s.is_alive; s.close()"
    )
    both = [subprocess.Popen([*names, code], cwd=ROOT) for _ in range(2)]
    assert [each.wait(timeout=60) for each in both] == [0, 0]
    assert len(warm.running()) == 1
