"""A fork server's life between commands: who may connect, and when it ends.

Owns: the socket of a server that stays, a separate process for each command, and the
end: after idle minutes, on request, or when the machine is short of memory. May not:
read what a command says; that is read in the process forked for it, which ends with the
command. So nothing of a command or a submission stays here.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import select
import signal
import socket
import struct
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from autograder.execution.pages import gather_pages
from autograder.sandbox import syscalls
from autograder.sandbox.machine import available_mib

__all__ = ["LOCK", "Client", "Staying", "Visitor", "detach", "peer_of", "stay"]

#: The file beside the door that is locked by whoever makes or removes one.
LOCK = "lock"

#: How often an idle server checks whether to end, in seconds.
_LOOK_S = 0.5

#: Longest request of a command, in bytes.
_REQUEST = 1 << 16

#: How often a process that serves a command checks that its parent is still there.
_ASK_S = 1.0

#: How often it checks the machine's memory, in seconds.
_MEMORY_S = 10.0

#: Memory that must remain free while a server idles, in MiB.
_LEAST_MIB = 1024


@dataclass(frozen=True)
class Staying:
    """How a server stays.

    Attributes:
        door: Commands connect here.
        path: Where that is.
        idle_s: How long it waits for the next command; 0 to serve only the first.
    """

    door: socket.socket
    path: Path
    idle_s: float


@dataclass(frozen=True)
class Visitor:
    """A connected command.

    Attributes:
        control: Our end of its socket.
        pidfd: Its process.
        server: The server that stays, our parent.
        is_first: Whether it started the server.
    """

    control: socket.socket
    pidfd: int
    server: int
    is_first: bool


class Client:
    """The client that makes us fork, and whether it is still there.

    Its socket may outlive it in a child of its own, so the process is looked at too. A
    signal at the parent's death would not do: it comes when a thread ends.

    Args:
        control: The socket.
        parent: Our parent, while it is to live; 0 if its end does not matter.
        pidfd: The client's, if it is not our parent; or -1.
    """

    def __init__(
        self, control: socket.socket, parent: int = 0, pidfd: int = -1
    ) -> None:
        self.control = control
        self.parent = parent
        self._pidfd = pidfd

    @property
    def is_there(self) -> bool:
        """Whether anybody is waiting for our work."""
        return not self.parent or os.getppid() == self.parent

    def hear(self) -> tuple[bytes, list[int]]:
        """The next message and the descriptors with it; empty at the client's end."""
        control = self.control.fileno()
        watched = [control, *([self._pidfd] if self._pidfd >= 0 else [])]
        while self.is_there:
            ready = select.select(watched, [], [], _ASK_S)[0]
            if self._pidfd in ready:
                break
            if ready:
                message, descriptors, _, _ = socket.recv_fds(self.control, _REQUEST, 16)
                return message, descriptors
        return b"", []

    def say(self, **told: Any) -> None:
        """Send it a message; do nothing if it is gone."""
        with contextlib.suppress(OSError):
            self.control.send(json.dumps(told).encode())

    def close(self) -> None:
        """Close it, in a child that has another task."""
        self.control.close()
        if self._pidfd >= 0:
            os.close(self._pidfd)
            self._pidfd = -1


def detach(told: dict[str, Any], door: int) -> Staying:
    """Belong to no command, session or terminal; the caller goes on in a child.

    Args:
        told: `path` and `idle_s` of `Staying`.
        door: Descriptor of the listening socket.
    """
    if os.fork():
        os._exit(0)
    os.setsid()
    signal.pthread_sigmask(signal.SIG_SETMASK, [])
    listening = socket.socket(fileno=door)
    listening.listen(16)  # from now on it is us whom a command sees at the other end
    return Staying(listening, Path(told["path"]), float(told["idle_s"]))


def peer_of(control: socket.socket) -> tuple[int, int]:
    """Process and user at the other end of a unix socket, as the system says."""
    size = struct.calcsize("3i")
    data = control.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, size)
    pid, uid, _ = struct.unpack("3i", data)
    return pid, uid


def stay(
    staying: Staying,
    first: socket.socket,
    serve: Callable[[Visitor, Callable[[], None]], None],
) -> None:
    """Fork a server for each command until it is time to end.

    Args:
        staying: How.
        first: Our end of the socket of the command that has started us.
        serve: Called in the process that is forked for a command, with a function that
            has us end when no command needs us any more.
    """
    server = _Server(staying, serve)
    signal.signal(signal.SIGTERM, lambda *_: server.end_soon())
    server.receive(first, is_first=True)
    if staying.idle_s <= 0:
        server.shut()  # at once: whoever asks again and again would keep us for ever
    while server.is_needed():
        server.look()
    server.shut()


class _Server:
    """The door, and what came in through it."""

    def __init__(
        self, staying: Staying, serve: Callable[[Visitor, Callable[[], None]], None]
    ) -> None:
        self._staying = staying
        self._serve = serve
        self._commands: set[int] = set()
        self._is_open = True
        self._is_to_end = False
        self._is_gathered = False
        self._idle_since = time.monotonic()
        self._looked = self._idle_since

    def is_needed(self) -> bool:
        """Whether a command is served, or one may still come."""
        self._reap()
        if self._is_to_end:
            self.shut()
        now = time.monotonic()
        if self._commands:
            self._idle_since = now
            return True
        if now - self._looked >= _MEMORY_S:
            self._looked = now
            if available_mib() < _LEAST_MIB:
                return False
        return self._is_open and now - self._idle_since < self._staying.idle_s

    def look(self) -> None:
        """Wait a moment for the next command."""
        if not self._is_open:
            time.sleep(_LOOK_S)
            return
        door = self._staying.door
        if select.select([door], [], [], _LOOK_S)[0]:
            with contextlib.suppress(OSError):  # it has gone again
                control, _ = door.accept()
                self.receive(control, is_first=False)
        elif not self._commands and not self._is_gathered:
            self._is_gathered = True  # while nobody waits, and no fork shares a page
            gather_pages()

    def receive(self, control: socket.socket, *, is_first: bool) -> None:
        """Fork a server for a command of this user; refuse others."""
        server = os.getpid()
        with control, contextlib.suppress(OSError):  # no more processes, or it is gone
            pid, uid = peer_of(control)
            if uid != os.geteuid():
                return
            child = os.fork()
            if child == 0:
                self._become_server(control, pid, server=server, is_first=is_first)
            self._commands.add(child)

    def end_soon(self) -> None:
        """Called at SIGTERM: no command finds the door, and those served go on."""
        self._is_to_end = True
        self._remove_door()

    def shut(self) -> None:
        """Accept no further command."""
        if self._is_open:
            self._is_open = False
            self._remove_door()
            self._staying.door.close()

    def _remove_door(self) -> None:
        """Remove it, unless it is another server's; a stale one does no harm."""
        path = self._staying.path
        with contextlib.suppress(OSError), (path.parent / LOCK).open("r+b") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if self._is_ours(path):
                path.unlink()

    def _is_ours(self, path: Path) -> bool:
        """Whether it is us who listen there; a file's number may be another's now."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as control:
            control.setblocking(False)
            control.connect(str(path))
            return peer_of(control)[0] == os.getpid()

    def _become_server(
        self, control: socket.socket, pid: int, *, server: int, is_first: bool
    ) -> NoReturn:
        try:
            syscalls.die_with_parent(signal.SIGKILL)
            if os.getppid() != server:
                os._exit(0)  # it was gone before we asked
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            signal.signal(signal.SIGCHLD, signal.SIG_IGN)
            self._staying.door.close()
            with contextlib.suppress(OSError):  # the command is gone
                visitor = Visitor(control, os.pidfd_open(pid), server, is_first)
                self._serve(visitor, lambda: os.kill(server, signal.SIGTERM))
        finally:
            os._exit(0)

    def _reap(self) -> None:
        with contextlib.suppress(ChildProcessError):
            while pid := os.waitpid(-1, os.WNOHANG)[0]:
                self._commands.discard(pid)
