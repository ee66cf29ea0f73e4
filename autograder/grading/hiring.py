"""Workers from a process that stays between commands: find it and have it fork them.

Owns: the request for a worker, and the requester's view of a worker's process. May not:
know what a worker does; if none can be forked, the caller starts a new process.

The process that stays (`standby`) has imported what workers import, and nothing of any
course; a forked worker collects the course's tests itself, like a newly started one.
"""

from __future__ import annotations

import contextlib
import json
import os
import pickle
import select
import signal
import socket
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from autograder.config import Assignment
from autograder.execution.warm import Found, Program, borrow, find

__all__ = ["WORKERS", "Hired", "Order", "Standby", "WorkerProcess"]

#: What stays for workers.
WORKERS = Program("autograder.grading.standby", "w-")

#: How long a process that stays may take to acknowledge a request, in seconds: one that
#: is still importing is skipped.
_PATIENCE_S = 0.5

#: How long it may take to fork a worker, in seconds.
_FORK_S = 10.0

#: Variables that say where a command was called, but not how it works. Our own are left
#: out too, since the course's secret seed may be one: a worker gets them all.
_PASSING = frozenset({"_", "COLUMNS", "LINES", "OLDPWD", "PWD", "SHLVL", "WINDOWID"})
_OURS = "AUTOGRADER_"


class WorkerProcess(Protocol):
    """The interface of a worker's process, a subset of multiprocessing's."""

    @property
    def pid(self) -> int | None:
        """Its process id."""

    @property
    def exitcode(self) -> int | None:
        """How it has ended; None while it runs, or where nobody can say."""

    def kill(self) -> None:
        """End it at once."""

    def join(self, timeout: float | None = None) -> None:
        """Wait until it has ended."""

    def is_alive(self) -> bool:
        """Whether it runs."""


@dataclass(frozen=True)
class Order:
    """What a worker is started with, besides descriptors.

    Attributes:
        assignment: What it grades.
        folder: For its temporary files.
        environment: Its whole environment.
        path: Where to look for modules.
        writes_bytecode: Whether to write bytecode files.
        umask: For the files it creates.
    """

    assignment: Assignment
    folder: Path
    environment: Mapping[str, str]
    path: Sequence[str]
    writes_bytecode: bool
    umask: int


class Hired:
    """A worker's process that is not our child.

    Args:
        pid: Its process id.
        status: Descriptor of a pipe that reports how it ended.

    Raises:
        ProcessLookupError: It has ended already.
    """

    _pidfd = -1

    def __init__(self, pid: int, status: int) -> None:
        self._status = status
        self._exit: int | None = None
        self.pid = pid
        self._pidfd = os.pidfd_open(pid)

    @property
    def exitcode(self) -> int | None:
        """How it has ended; None while it runs, or where nobody can say."""
        if self._exit is None and not self.is_alive():
            self._exit = _told(self._status, timeout_s=1.0).get("exit")
        return self._exit

    def kill(self) -> None:
        """End it at once."""
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self._pidfd, signal.SIGKILL)

    def join(self, timeout: float | None = None) -> None:
        """Wait until it has ended."""
        select.select([self._pidfd], [], [], timeout)

    def is_alive(self) -> bool:
        """Whether it runs."""
        return not select.select([self._pidfd], [], [], 0)[0]

    def __del__(self) -> None:
        os.close(self._status)
        if self._pidfd >= 0:
            os.close(self._pidfd)


class Standby:
    """A command's view of the process that stays for workers.

    Args:
        idle_s: How long it should stay for the next command; 0 means not at all.
    """

    def __init__(self, idle_s: float) -> None:
        self._idle_s = idle_s
        self._found: Found | None = None
        if idle_s:
            environment = _standing_environment()
            found = find(environment, idle_s=idle_s, program=WORKERS)
            if found and _told_by(found.control, _PATIENCE_S):
                self._found = found
            elif found:
                found.control.close()

    @property
    def is_there(self) -> bool:
        """Whether it can provide workers."""
        return self._found is not None and not self._found.is_new

    def leave_one(self) -> None:
        """Start one for the next command if there is none."""
        if self._idle_s and not self._found:
            environment = _standing_environment()
            self._found = borrow(environment, idle_s=self._idle_s, program=WORKERS)

    def close(self) -> None:
        """Release it; workers it has forked end."""
        if self._found:
            self._found.control.close()
            if self._found.starter:
                self._found.starter.wait()
            if self._found.printed:
                self._found.printed.close()
        self._found, self._idle_s = None, 0.0

    def hire(
        self,
        assignment: Assignment,
        folder: Path,
        *,
        connection: int,
        state: int,
        lent: socket.socket | None,
    ) -> Hired | None:
        """Have it fork a worker.

        Args:
            assignment: What is graded.
            folder: For the worker's temporary files.
            connection: Descriptor of the pipe for jobs.
            state: Descriptor of the memory in which it reports its progress.
            lent: The server its kernels are forked from.

        Returns:
            None if there is none, or it does not answer.
        """
        if self._found is None or not self.is_there:
            return None
        order = Order(
            assignment,
            folder,
            dict(os.environ),
            tuple(sys.path),
            not sys.dont_write_bytecode,
            _umask(),
        )
        more = [lent.fileno()] if lent else []
        try:
            return _forked(self._found.control, order, [connection, state, *more])
        except OSError:  # it was ended, or the machine is short of resources
            self._found.control.close()
            self._found = None
            return None


def _forked(control: socket.socket, order: Order, given: Sequence[int]) -> Hired | None:
    """Ask for a worker and wait until there is one.

    Raises:
        OSError: There is none.
    """
    read_end, write_end = os.pipe()
    try:
        with (
            os.fdopen(os.memfd_create("order"), "w+b") as file,
            _here() as here,
        ):
            pickle.dump(order, file)
            file.flush()
            file.seek(0)
            fds = [file.fileno(), write_end, here, 1, 2, *given]
            socket.send_fds(control, [b"hire"], fds)
    except BaseException:
        os.close(read_end)
        raise
    finally:
        os.close(write_end)
    told = _told(read_end, timeout_s=_FORK_S)
    if "pid" not in told:
        os.close(read_end)
        raise ConnectionError("no worker was forked")
    return Hired(told["pid"], read_end)


@contextlib.contextmanager
def _here() -> Iterator[int]:
    """A descriptor of the present folder."""
    here = os.open(".", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield here
    finally:
        os.close(here)


def _told(pipe: int, *, timeout_s: float) -> dict[str, int]:
    """The next line of a pipe; nothing at its end or after the timeout."""
    line = b""
    while not line.endswith(b"\n"):
        if not select.select([pipe], [], [], timeout_s)[0]:
            return {}
        data = os.read(pipe, 1)
        if not data:
            return {}
        line += data
    told: dict[str, int] = json.loads(line)
    return told


def _told_by(control: socket.socket, timeout_s: float) -> bool:
    """Whether the process that stays has answered and is ready."""
    with contextlib.suppress(OSError):
        if select.select([control], [], [], timeout_s)[0]:
            return bool(control.recv(1 << 10))
    return False


def _standing_environment() -> dict[str, str]:
    """The environment of the process that stays: what libraries may read."""
    return {
        name: value
        for name, value in os.environ.items()
        if name not in _PASSING and not name.startswith(_OURS)
    }


def _umask() -> int:
    """The umask, which can otherwise only be read by setting it."""
    for line in Path("/proc/self/status").read_text("utf-8").splitlines():
        if line.startswith("Umask:"):
            return int(line.split()[1], 8)
    return 0o022
