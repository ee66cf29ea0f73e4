"""Processes that stay between commands: find them, start them, end them.

Owns: the folder that only this user can access, the name of a server in it, and its
start and end from outside. May not: send it any part of a submission; a command talks
to the process that the server forks for it.

There are two such programs, each with its own server: one forks kernels, the other
forks workers.

A server's name is a digest of everything its forks inherit: the environment, this
package, the installed ones, the interpreter, limits, cgroup and namespaces. If any of
it changes, no command finds the server, and the next one that starts ends it.

Stale sockets are distinguished from live ones by connecting: the system refuses if
nobody is listening, however the server ended.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import resource
import signal
import socket
import stat
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import autograder
from autograder.errors import WallError
from autograder.execution.preload import LIBRARIES
from autograder.execution.staying import LOCK, peer_of
from autograder.sandbox import require_hidden
from autograder.sandbox.runfolder import PREFIX

__all__ = [
    "KERNELS",
    "Found",
    "Program",
    "borrow",
    "find",
    "remember",
    "remembered",
    "running",
    "server_name",
    "stop",
]

#: The folder of the sockets, below the user's runtime folder or the temporary one.
_FOLDER = "warm-autograder"

#: The longest path that a unix socket can have, in bytes.
_LONGEST = 107

#: The longest time until a server is listening, in seconds.
_YOUNG_S = 5.0


@dataclass(frozen=True)
class Program:
    """What a server runs.

    Attributes:
        module: Run with the descriptor of a socket as its argument.
        prefix: The unique prefix of its servers' names.
    """

    module: str
    prefix: str


#: The fork server: it imports what notebooks import, and forks kernels.
KERNELS = Program("autograder.execution.zygote", "k-")


@dataclass(frozen=True)
class Found:
    """A server for this command.

    Attributes:
        control: The socket to it.
        pid: Its process, or the process that is starting it.
        name: The server's name.
        printed: What it prints while importing, if we started it.
        starter: The process that started it, to wait for; or None.
    """

    control: socket.socket
    pid: int
    name: str
    printed: BinaryIO | None = None
    starter: subprocess.Popen[bytes] | None = None

    @property
    def is_new(self) -> bool:
        """Whether it is only now importing what we need."""
        return self.starter is not None


def borrow(
    environment: Mapping[str, str], *, idle_s: float, program: Program = KERNELS
) -> Found | None:
    """Connect to the server of this environment, starting it if there is none.

    Args:
        environment: The server's whole environment.
        idle_s: How long it should stay while no command uses it.
        program: What it runs.

    Returns:
        None if there is no folder that belongs to this user alone, or while another
        command is starting one.
    """
    folder = _folder(is_to_be_made=True)
    if folder is None:
        return None
    name = server_name(environment, idle_s=idle_s, program=program)
    path = folder / name
    if len(os.fsencode(path)) > _LONGEST:
        return None
    try:
        with _locked(folder):
            if control := _connected(path):
                return Found(control, peer_of(control)[0], name)
            for other in _doors(folder, program.prefix):
                if _is_young(other):
                    return None
                _end(other)
                other.unlink(missing_ok=True)
            for note in folder.glob(f"{program.prefix}*.json"):
                if note.stem != name:
                    note.unlink(missing_ok=True)
            return _started(path, environment, idle_s, program)
    except OSError:  # a full disk, no more processes: there is one for this command
        return None


def find(
    environment: Mapping[str, str], *, idle_s: float, program: Program
) -> Found | None:
    """Connect to the server of this environment, if one is listening."""
    folder = _folder(is_to_be_made=False)
    if folder is None:
        return None
    path = folder / server_name(environment, idle_s=idle_s, program=program)
    if control := _connected(path):
        return Found(control, peer_of(control)[0], path.name)
    return None


def remember(found: Found, imported: Sequence[str]) -> None:
    """Record what servers with a name should import from now on."""
    folder = _folder(is_to_be_made=False)
    if folder is None:
        return
    with contextlib.suppress(OSError):
        (folder / f"{found.name}.json").write_text(json.dumps(list(imported)))


def remembered(found: Found) -> tuple[str, ...]:
    """What earlier commands needed, as far as it may be imported."""
    folder = _folder(is_to_be_made=False)
    with contextlib.suppress(OSError, ValueError, AttributeError):
        if folder:
            names = json.loads((folder / f"{found.name}.json").read_text())
            return tuple(name for name in names if name.split(".")[0] in LIBRARIES)
    return ()


def running() -> list[int]:
    """Process ids of this user's servers."""
    folder = _folder(is_to_be_made=False)
    found = []
    for path in _doors(folder) if folder else []:
        if control := _connected(path):
            with control:
                found.append(peer_of(control)[0])
    return found


def stop() -> list[int]:
    """End this user's servers; those in use end with their command.

    Returns:
        Process ids of those that were asked to end.
    """
    folder = _folder(is_to_be_made=False)
    if folder is None:
        return []
    with _locked(folder):
        ended = [_end(path) for path in _doors(folder)]
        for path in folder.iterdir():
            if path.name != LOCK and not (path.is_socket() and _is_young(path)):
                path.unlink(missing_ok=True)
    return [pid for pid in ended if pid]


def server_name(
    environment: Mapping[str, str], *, idle_s: float, program: Program = KERNELS
) -> str:
    """The name of a server: equal if its forks would be equal."""
    parts = {
        "environment": dict(environment),
        "idle_s": idle_s,
        "python": [sys.executable, sys.version, sys.prefix],
        "packages": list(_packages()),
        "ours": _digest_of_package(),
        "user": [os.getresuid(), os.getresgid(), sorted(os.getgroups())],
        "limits": _limits(),
        "place": list(_place()),
    }
    text = json.dumps(parts, sort_keys=True)
    return program.prefix + hashlib.sha256(text.encode()).hexdigest()[:12]


def _started(
    path: Path, environment: Mapping[str, str], idle_s: float, program: Program
) -> Found:
    """Create a socket and a server behind it; the caller holds the lock."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    printed = os.fdopen(os.memfd_create("printed"), "w+b")
    with theirs, socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as door:
        door.bind(str(path))
        path.chmod(0o600)  # it listens when the server does: then we are not its end
        starter = subprocess.Popen(
            [
                sys.executable,
                "-P",
                "-m",
                program.module,
                str(theirs.fileno()),
            ],
            env=dict(environment),
            cwd="/",
            pass_fds=(theirs.fileno(),),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=printed,
        )
        told = {"path": str(path), "idle_s": idle_s}
        order = {"stay": told, "import": [], "is_all": False}
        socket.send_fds(ours, [json.dumps(order).encode()], [door.fileno()])
    return Found(ours, starter.pid, path.name, printed, starter)


def _connected(path: Path) -> socket.socket | None:
    """A connection to this user's process listening there, or None."""
    control = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    try:
        control.connect(str(path))
    except OSError:
        control.close()
        return None
    if peer_of(control)[1] == os.geteuid():
        return control
    control.close()
    return None


def _is_young(path: Path) -> bool:
    """Whether nobody is listening there yet: the server has just been started."""
    control = _connected(path)
    if control:
        control.close()
        return False
    with contextlib.suppress(FileNotFoundError):
        return time.time() - path.lstat().st_mtime < _YOUNG_S
    return False


def _end(path: Path) -> int | None:
    """Ask the server behind a socket to end; return its process id, or None.

    Its process is pinned before the second request, so that no other process with a
    reused id is affected.
    """
    pids, pidfd = [], -1
    try:
        for _ in range(2):
            control = _connected(path)
            if control is None:
                return None
            with control:
                pids.append(peer_of(control)[0])
            if pidfd < 0:
                pidfd = os.pidfd_open(pids[0])
        if pids[0] == pids[1]:
            signal.pidfd_send_signal(pidfd, signal.SIGTERM)
    except ProcessLookupError:
        return None
    finally:
        if pidfd >= 0:
            os.close(pidfd)
    return pids[0]


def _doors(folder: Path, prefix: str = "") -> list[Path]:
    """The sockets in a folder with a given prefix."""
    found = sorted(folder.glob(f"{prefix}*"))
    return [each for each in found if each.is_socket()]


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Hold the lock for creating and removing sockets."""
    flags = os.O_CREAT | os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC
    lock = os.open(folder / LOCK, flags, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def _folder(*, is_to_be_made: bool) -> Path | None:
    """The folder of the sockets, if it is this user's and no notebook can see it."""
    for parent in _parents():
        folder = parent / f"{_FOLDER}-{os.geteuid()}"
        with contextlib.suppress(OSError, WallError):
            if not _is_safe(parent):
                continue
            if is_to_be_made:
                with contextlib.suppress(FileExistsError):
                    folder.mkdir(0o700)
            about = folder.lstat()
            is_ours = stat.S_ISDIR(about.st_mode) and about.st_uid == os.geteuid()
            if is_ours and not about.st_mode & 0o077:
                require_hidden(folder)
                return folder
    return None


def _parents() -> Iterator[Path]:
    """Where the folder may be, best place first."""
    if own := os.environ.get("XDG_RUNTIME_DIR"):
        yield Path(own)
    usual = Path(tempfile.gettempdir())
    runs = [each for each in (usual, *usual.parents) if each.name.startswith(PREFIX)]
    yield runs[-1].parent if runs else usual  # not a run's folder, which is removed


def _is_safe(parent: Path) -> bool:
    """Whether nobody else can replace what we create there."""
    about = parent.stat()
    is_of_trusted = about.st_uid in (0, os.geteuid())
    is_open = about.st_mode & 0o022
    return is_of_trusted and (not is_open or bool(about.st_mode & stat.S_ISVTX))


def _packages() -> Iterator[str]:
    """The installed packages: names contain versions, times show changes."""
    paths = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    for folder in sorted(paths):
        with contextlib.suppress(OSError):
            for entry in sorted(os.scandir(folder), key=lambda each: each.name):
                if entry.name.endswith((".dist-info", ".egg-info", ".pth")):
                    yield f"{entry.path} {entry.stat().st_mtime_ns}"


def _digest_of_package() -> str:
    """The times of all our modules, since a fork runs them as imported."""
    digest = hashlib.sha256()
    for path in sorted(Path(autograder.__file__).parent.rglob("*.py")):
        digest.update(f"{path}\n".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _limits() -> dict[str, tuple[int, int]]:
    """The shell's limits, which a fork inherits."""
    names = [name for name in dir(resource) if name.startswith("RLIMIT_")]
    return {name: resource.getrlimit(getattr(resource, name)) for name in names}


def _place() -> Iterator[str]:
    """Cgroup, namespaces, rights, processors and priority, which a fork inherits."""
    about = Path("/proc/self")
    yield (about / "cgroup").read_text()
    for entry in sorted((about / "ns").iterdir()):
        yield f"{entry.name} {entry.readlink()}"
    for line in (about / "status").read_text().splitlines():
        if line.startswith(("Cap", "NoNewPrivs", "Seccomp:")):
            yield line
    yield str(sorted(os.sched_getaffinity(0)))
    yield str(os.getpriority(os.PRIO_PROCESS, 0))
