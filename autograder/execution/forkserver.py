"""The trusted side of the fork server: start it, request kernels, replace it.

Owns: the server's process, and the interface of a walled kernel's process. May not: use
Jupyter's protocol, or know about checks.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, BinaryIO

from autograder.errors import KernelError, WallError
from autograder.execution.deadline import PULSE_S, Deadline
from autograder.execution.novalue import describe_exit
from autograder.execution.preload import KERNEL, LAST, PRELOADED
from autograder.execution.warm import Found, borrow, remember, remembered
from autograder.execution.zygote import SERVE
from autograder.sandbox import waited_below_s
from autograder.sandbox.confinement import Confinement
from autograder.sandbox.remedy import remedy
from autograder.text import printable

__all__ = ["ForkServer", "WalledProcess"]

#: How long the imports of the fork server may take, in seconds; extended on a busy
#: machine, like a call's time.
_START_TIMEOUT_S = 120.0

#: The same for one started by another command; after that we start our own.
_BORROW_TIMEOUT_S = 30.0

#: How long a lent server may take to end, in seconds.
_END_TIMEOUT_S = 5.0

#: How long a fork and its wall may take, in seconds; extended likewise.
_FORK_TIMEOUT_S = 20.0

#: User ids for boxes, as root: two per process, far from those of people.
_FIRST_BOX_ID = 2_000_000


#: Errors that mean that a machine is short of something, not that it refuses.
_SHORTAGES = (errno.EAGAIN, errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.ENOSPC)


class WalledProcess:
    """Process 1 of a box; ending it ends everything in the box.

    Args:
        pid: Its process id on our side.
        status: Reads its supervisor's report of its end.

    Attributes:
        trouble: Why it could not become a kernel, if it ended before that; or "".

    Raises:
        ProcessLookupError: It has ended already.
    """

    _pidfd = -1

    def __init__(self, pid: int, status: _Lines) -> None:
        self._pid = pid
        self._pidfd = os.pidfd_open(pid)
        self._status = status
        self._exit: int | None = None
        self.trouble = ""

    @property
    def pid(self) -> int:
        """Process id on our side of the wall."""
        return self._pid

    def poll(self) -> int | None:
        """Exit status, or None while it runs; -SIGKILL if unknown."""
        if self._exit is None and select.select([self._pidfd], [], [], 0)[0]:
            told = self._status.read(timeout_s=1.0)
            if "error" in told:  # before its end
                self.trouble = str(told["error"])
                told = self._status.read(timeout_s=1.0)
            self._exit = int(told.get("exit", -signal.SIGKILL))
        return self._exit

    def interrupt(self) -> None:
        """Send SIGINT to the kernel itself."""
        self._send(signal.SIGINT)

    def kill(self) -> None:
        """Kill process 1; the operating system then kills all others."""
        self._send(signal.SIGKILL)
        select.select([self._pidfd], [], [], 10)
        self.poll()

    def _send(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self._pidfd, number)

    def __del__(self) -> None:
        if self._pidfd >= 0:
            os.close(self._pidfd)


class _Lines:
    """JSON lines from a pipe, with a deadline."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._rest = b""

    def read(self, *, timeout_s: float, server: int = 0) -> dict[str, Any]:
        """The next line, or an empty dict at the end or after `timeout_s`.

        Args:
            timeout_s: Extended by how long the fork server and its children have
                waited.
            server: Process id of the fork server.
        """
        deadline = Deadline(timeout_s, server, waited=waited_below_s)
        while b"\n" not in self._rest:
            left = min(deadline.left_s, PULSE_S)
            if left <= 0:
                return {}
            if not select.select([self._descriptor], [], [], left)[0]:
                continue
            data = os.read(self._descriptor, 65536)
            if not data:
                return {}
            self._rest += data
        line, _, self._rest = self._rest.partition(b"\n")
        told: dict[str, Any] = json.loads(line)
        return told

    def __del__(self) -> None:
        os.close(self._descriptor)


@dataclass(frozen=True)
class Order:
    """What a kernel is started with.

    Attributes:
        connection: Content of Jupyter's connection file.
        arguments: More arguments for the kernel's application.
        environment: The kernel's whole environment.
        ports: Port numbers of the channels, in the order of the listening sockets.
        confinement: The wall.
        seat: The box's seat: as root, it determines an otherwise unused user id.
        is_ahead: Nobody is waiting for it, so a dead server is not restarted for it:
            others must first notice that their kernel died with the server.
    """

    connection: str
    arguments: tuple[str, ...]
    environment: Mapping[str, str]
    ports: tuple[int, ...]
    confinement: Confinement
    seat: int = 0
    is_ahead: bool = False


class ForkServer:
    """A process that has imported everything and forks walled kernels.

    Started on first use; replaced when it has died.

    Args:
        environment: The server's whole environment; threads are set here, since
            libraries read it when they are imported.
        preload: Modules to import before the first fork.
        lent: The socket to a server forked by another one, from its `lend`; if that
            dies, we start our own.
        is_for_many: Whether enough kernels will follow for huge pages to pay off.
        idle_s: How long a server stays for the next command; 0 means not at all.

    Attributes:
        imported: Which modules of `preload` were found, once it runs.
        is_warm: Whether forks share the imports; False after a fallback.
        starts: How often a server process was started for this object alone.
    """

    def __init__(
        self,
        environment: Mapping[str, str],
        *,
        preload: Sequence[str] = PRELOADED,
        lent: socket.socket | None = None,
        is_for_many: bool = True,
        idle_s: float = 0.0,
    ) -> None:
        self.imported: tuple[str, ...] = ()
        self.is_warm = True
        self.starts = 0
        self._environment = dict(environment)
        self._preload = tuple(preload)
        self._is_for_many = is_for_many
        self._idle_s = idle_s
        self._process: subprocess.Popen[bytes] | None = None
        self._found: Found | None = None
        self._control = lent
        self._is_told = True  # what to import
        self._is_ready = False
        self._server = 0  # its process id, once it is known
        self._printed: BinaryIO | None = None
        self._turns = threading.RLock()  # workers start kernels in a thread

    @property
    def pid(self) -> int | None:
        """Process id of the server, while it runs; None for a lent one."""
        return self._process.pid if self._process else None

    @property
    def is_alive(self) -> bool:
        """Whether the server's process runs."""
        if self._process:
            return self._process.poll() is None
        return self._control is not None and not _has_closed(self._control)

    def expect(self, preload: Sequence[str], *, is_for_many: bool) -> None:
        """Set what kernels need, if it was not known when `open` was called."""
        if not self._is_told:
            self._preload, self._is_for_many = tuple(preload), is_for_many

    def open(self) -> None:
        """Start the server, if it is not running, with what every kernel needs.

        It waits for `begin` before it imports more.
        """
        if self.is_alive:
            return
        self.close()
        if self._idle_s:
            self._found = borrow(self._environment, idle_s=self._idle_s)
        if self._found:
            self._control, self._server = self._found.control, self._found.pid
            self._printed = self._found.printed
        else:
            self._start_process()
        self._is_told = self._is_ready = False
        if self._preload:
            self._order(KERNEL, is_all=False)

    def begin(self) -> None:
        """Start the server, if it is not running, without waiting for its imports."""
        self.open()
        if self._is_told:
            return
        self._is_told = True
        known = remembered(self._found) if self._found and self._found.is_new else ()
        names = [*self._preload, *known]
        names.sort(key=LAST.__eq__)  # to the end, all else as it was
        self._order(names, is_all=True)

    def _start_process(self) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.starts += 1
        self._control = ours
        self._printed = os.fdopen(os.memfd_create("printed"), "w+b")
        with theirs:
            self._process = subprocess.Popen(
                [
                    sys.executable,
                    "-P",
                    "-m",
                    "autograder.execution.zygote",
                    str(theirs.fileno()),
                ],
                env=self._environment,
                cwd="/",
                pass_fds=(theirs.fileno(),),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=self._printed,
            )
        self._server = self._process.pid

    def _order(self, names: Sequence[str], *, is_all: bool) -> None:
        """Make the server import; a dead one is noticed later."""
        order = {
            "import": list(dict.fromkeys(names)),
            "is_all": is_all,
            "is_for_many": self._is_for_many,
        }
        with contextlib.suppress(OSError):
            if self._control:
                self._control.send(json.dumps(order).encode())

    def start(self) -> None:
        """Start the server, if it is not running, and wait for its imports.

        Raises:
            KernelError: It does not start.
        """
        with self._turns:
            self._start()

    def _start(self) -> None:
        self.begin()
        if self._is_ready:
            return
        ready = self._hear()
        if not ready and (self._found or self._has_died()):  # while it imported
            self._leave()
            self.begin()
            ready = self._hear()
        if not ready:
            why = self._why_not()
            self.close()
            raise KernelError(f"the fork server did not start: {why}")
        self._server = int(ready["pid"])
        self.imported = tuple(ready["imported"])
        self._is_ready = True
        if self._found and ready["added"]:
            remember(self._found, self.imported)
        if ready["threads"] != 1:
            self._cool_down()

    def _leave(self) -> None:
        """Give up a server that stays, and use our own from now on."""
        if self._found:
            self._idle_s = 0.0
            self.close()

    def _has_died(self) -> bool:
        """Whether the server has ended or is ending: its socket closes first."""
        if self._process:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(timeout=1.0)
        return not self.is_alive

    def _hear(self) -> dict[str, Any]:
        """The server's report after its imports; nothing if it died."""
        told: dict[str, Any] = {}
        while self._control and "imported" not in told:
            limit_s = _BORROW_TIMEOUT_S if self._is_borrowed else _START_TIMEOUT_S
            deadline = Deadline(limit_s, self._server)
            try:
                deadline.wait_for(self._control, meanwhile=lambda: None)
                told = json.loads(self._control.recv(1 << 16) or b"{}")
            except (TimeoutError, ConnectionError):
                return {}
            if not told:
                return {}
            self._server = int(told["pid"])  # a lent one first reports who imports
        return told

    @property
    def _is_borrowed(self) -> bool:
        """Whether another process started the server earlier."""
        return self._found is not None and not self._found.is_new

    def _why_not(self) -> str:
        """Why the server is missing: the last line it printed, or how it ended."""
        if self._printed:
            self._printed.seek(0, os.SEEK_END)
            self._printed.seek(max(0, self._printed.tell() - (1 << 16)))
            lines = self._printed.read().decode("utf-8", "replace").split("\n")
            if told := [line.strip() for line in lines if line.strip()]:
                return printable(told[-1][:500])
        has_died = self._has_died()
        status = self._process.poll() if self._process else None
        if not has_died:
            return f"its imports took longer than {_START_TIMEOUT_S:g} s"
        return f"it ended while it imported ({describe_exit(status)})"

    def lend(self) -> socket.socket:
        """Make the server fork another one, as `lent` for another `ForkServer`.

        Does not wait for the imports; the two share them in memory. It ends when the
        socket is closed at our end, and with this server.
        """
        self.begin()
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs, contextlib.suppress(OSError):  # a dead one is noticed later
            if self._control:
                theirs.send(json.dumps({"pid": self._server}).encode())
                socket.send_fds(self._control, [SERVE], [theirs.fileno()])
        return ours

    def _cool_down(self) -> None:
        """Fork from an empty server instead, because an import has started a thread."""
        self.close()
        self.is_warm, self._preload, self._idle_s = False, (), 0.0
        self.start()

    def fork(self, order: Order, agent: int, listening: Sequence[int]) -> WalledProcess:
        """Fork a kernel into its own box.

        Args:
            order: What to start.
            agent: Descriptor of the agent's socket.
            listening: Descriptors of the channels' listening sockets.

        Raises:
            WallError: The machine does not allow the wall.
            KernelError: The server died twice in a row, or the machine is short of
                memory, processes, files or disk.
        """
        with self._turns:
            for _ in range(1 if order.is_ahead else 2):
                if not order.is_ahead:
                    self.start()
                told = self._ask(order, agent, listening)
                if isinstance(told, WalledProcess):
                    return told
                if told:
                    raise WallError(
                        f"this machine refuses the full wall ({told}): {remedy()}"
                    )
        raise KernelError(
            "two kernels, or the fork server, ended while they were started: the "
            "machine may lack memory or processes"
        )

    def _ask(
        self, order: Order, agent: int, listening: Sequence[int]
    ) -> WalledProcess | str:
        """A process; or why the wall is unavailable; or "" if the server died."""
        if self._control is None or not self._is_ready:
            return ""
        read_end, write_end = os.pipe()
        status = _Lines(read_end)
        with tempfile.TemporaryDirectory(prefix="stage-") as stage:
            confinement = {**asdict(order.confinement), "stage": stage}
            request = {
                "confinement": confinement,
                "box_id": _FIRST_BOX_ID + 2 * os.getpid() + order.seat,
                "connection": order.connection,
                "arguments": order.arguments,
                "environment": dict(order.environment),
                "ports": order.ports,
            }
            try:
                data = json.dumps(request).encode()
                fds = [agent, write_end, *listening]
                socket.send_fds(self._control, [data], fds)
            except OSError:
                self._give_up(order)
                return ""
            finally:
                os.close(write_end)
            told = status.read(timeout_s=_FORK_TIMEOUT_S, server=self._server)
        if "pid" in told:
            try:
                return WalledProcess(told["pid"], status)
            except ProcessLookupError:  # it ended at once; the server did not
                return ""
        if told.get("errno") in _SHORTAGES:
            raise KernelError(f"no kernel could be started: {told['error']}")
        if "error" in told:
            return str(told["error"])
        self._give_up(order)
        return ""

    def _give_up(self, order: Order) -> None:
        """End a server that doesn't work, unless others rely on it."""
        if not order.is_ahead:
            self.close()

    def close(self) -> None:
        """End the server and every kernel that it forked."""
        if self._control:
            if self._process is None:
                _await_end(self._control)
            self._control.close()
            self._control, self._is_ready = None, False
        if self._process:
            self._process.kill()
            self._process.wait()
            self._process = None
        if self._found and self._found.starter:
            self._found.starter.wait()  # it has already ended, perhaps with its server
        self._found = None
        if self._printed:
            self._printed.close()
            self._printed = None


def _has_closed(control: socket.socket) -> bool:
    """Whether the other end has closed, as it does when its process ends."""
    try:
        # Polled first: a socket with a timeout waits even with MSG_DONTWAIT.
        if not select.select([control], [], [], 0)[0]:
            return False
        return not control.recv(1, socket.MSG_PEEK)
    except (OSError, ValueError):  # ValueError: closed at our end
        return True


def _await_end(control: socket.socket) -> None:
    """Ask a lent server to end and wait until it has."""
    control.settimeout(_END_TIMEOUT_S)
    with contextlib.suppress(OSError):
        control.shutdown(socket.SHUT_WR)
        while control.recv(1 << 16):
            continue
