"""One notebook in one kernel: run cells, survive what they do, keep the channel.

Owns: a kernel's life from start to end for one notebook; cell limits; the replay after
a death. May not: know checks or points. Trusted side; every message read here is
untrusted text.
"""

from __future__ import annotations

import copy
import math
import os
import select
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from queue import Empty
from typing import Any

import zmq
from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import KernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionComplete
from nbformat import NotebookNode, ValidationError

from autograder import wire
from autograder.config import Limits
from autograder.errors import KernelError
from autograder.execution.launchers import Launcher, PlainLauncher
from autograder.execution.outputs import (
    SHARE,
    OutputRoom,
    keep_within,
    plain,
    say_left_out,
)
from autograder.execution.provisioner import (
    KERNEL_NAME,
    WalledProvisioner,
    WalledSpecManager,
)
from autograder.execution.remote import (
    TEXT_LIMIT,
    Deadline,
    Remote,
    describe_exit,
)
from autograder.execution.stopwatch import Stopwatch
from autograder.model import Outcome
from autograder.sandbox import Box, MemoryWatch, waited_s
from autograder.text import printable

__all__ = ["CellFailure", "Ending", "Session"]

#: How long a kernel may take to answer for the first time, in seconds.
START_TIMEOUT_S = 60.0

#: What Jupyter puts around an output, in bytes, at most.
_ENVELOPE = 1 << 16

#: How many messages are dropped at one time.
_AT_ONCE = 10_000

#: After an interrupt, how long a cell may take to stop before the kernel is killed.
GRACE_S = 2.0


class Ending(StrEnum):
    """How a cell came to its end."""

    DONE = "done"
    RAISED = "raised"
    TIMED_OUT = "timed_out"
    FLOODED = "flooded"
    DIED = "died"


@dataclass(frozen=True)
class CellFailure:
    """Why a cell did not run to its end.

    Attributes:
        index: The cell's position.
        ending: How it ended.
        message: For the student, one line.
        outcome: What it makes of the checks that needed the cell.
    """

    index: int
    ending: Ending
    message: str
    outcome: Outcome


class Session:
    """Runs the cells of one notebook in order and answers calls in between.

    A cell that raises keeps the kernel. A cell that outlives its limit is interrupted;
    a kernel that does not come back is killed. After a death the earlier cells are run
    again, without those that killed or hung, as soon as the kernel is needed.

    Args:
        notebook: Cells to run; their outputs are filled in.
        box: The folder that the kernel lives in.
        limits: Seconds per cell, call and notebook.
        launcher: Starts kernels, behind its wall; plain processes when None.
        counts: Says whether a cell is to be run; all are when it is None.
        stopwatch: Told of the stretches of imports, start, cells, warm_up,
            calls and end.

    Attributes:
        failures: Why cells failed, by their position.
        kernel_starts: How many kernels it took so far.
        was_shot: A kernel got SIGKILL, and not from us: from the machine, which was
            out of memory, from a person, or from the student's own code.
    """

    def __init__(
        self,
        notebook: NotebookNode,
        box: Box,
        *,
        limits: Limits | None = None,
        launcher: Launcher | None = None,
        counts: Callable[[NotebookNode], bool] | None = None,
        stopwatch: Stopwatch | None = None,
    ) -> None:
        self.notebook = notebook
        self.limits = limits or Limits()
        self.failures: dict[int, CellFailure] = {}
        self.kernel_starts = 0
        self._box = box
        self._launcher = launcher or PlainLauncher()
        self._counts = counts or (lambda _cell: True)
        self._stopwatch = stopwatch or Stopwatch()
        self._next = 0
        self._spent_s = 0.0
        self._is_lost = False
        self.was_shot = False
        self._room = OutputRoom(SHARE * self._output_bytes)
        self._kernel: _Kernel | None = None

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    @property
    def position(self) -> int:
        """Index of the first cell that has not been run."""
        return self._next

    def advance(self, index: int) -> None:
        """Run the cells before `index` that have not been run yet."""
        while self._next < index:
            self.run_next()

    def run_next(self) -> CellFailure | None:
        """Run the next cell; returns why it failed, or None."""
        index, self._next = self._next, self._next + 1
        cell = self.notebook.cells[index]
        if cell.cell_type != "code" or not self._counts(cell):
            return None
        failure = self._run(index)
        if failure:
            self.failures[index] = failure
        return failure

    def skip_next(self) -> None:
        """Leave the next cell out, for good."""
        self._next += 1

    @property
    def remote(self) -> Remote:
        """The live kernel's remote; starts or replays when there is none."""
        return self._alive().remote

    @property
    def pid(self) -> int | None:
        """Process id of the live kernel, for those who watch it."""
        return self._kernel.pid if self._kernel else None

    def require_sound(self) -> None:
        """Tell a kernel's death by our own doing from one by the student's.

        Raises:
            KernelError: What the kernel was forked from is gone, and it with it.
        """
        is_dead = self._kernel is not None and not self._kernel.is_alive
        self._is_lost = self._is_lost or (is_dead and not self._launcher.is_sound())
        if self._is_lost:
            raise KernelError("the fork server was killed while a notebook was run")

    def close(self) -> None:
        """End the kernel and all that it started."""
        if self._kernel:
            self.was_shot = self.was_shot or self._kernel.was_shot
            with self._stopwatch.on("end"):
                self._kernel.close()
            self._kernel = None
        keep_within(self.notebook.cells, bytes_=self._output_bytes)

    @property
    def _output_bytes(self) -> float:
        return self.limits.output_max_kib * 1024

    def _alive(self) -> _Kernel:
        """The live kernel; when there is none, a new one that is where it was."""
        while self._kernel is None or not self._kernel.is_alive:
            self.close()
            self.kernel_starts += 1
            with self._stopwatch.on("imports"):
                self._launcher.prepare()
            with self._stopwatch.on("start"):
                self._kernel = _Kernel(
                    self.notebook,
                    self._box,
                    self._launcher,
                    self.limits,
                    self._stopwatch,
                )
            self._replay(self._kernel)
        return self._kernel

    def _replay(self, kernel: _Kernel) -> None:
        """Run the earlier cells again, but for those that ended or hung a kernel.

        One that does so only now is noted, so that the next replay leaves it out.
        """
        for index in range(self._next):
            cell = self.notebook.cells[index]
            failure = self.failures.get(index)
            is_lethal = failure and failure.ending is not Ending.RAISED
            if is_lethal or cell.cell_type != "code" or not self._counts(cell):
                continue
            # What it shows this time is thrown away, and takes no room.
            room = OutputRoom(self._output_bytes)
            again = self._execute(kernel, index, copy.deepcopy(cell), room)
            if again and again.ending is not Ending.RAISED:
                self.failures[index] = again
            if not kernel.is_alive:
                return

    def _run(self, index: int) -> CellFailure | None:
        if self._spent_s >= self.limits.notebook_timeout_s:
            return self._out_of_time(index)
        self._next = index
        try:
            if self._kernel and self._kernel.is_alive:
                with self._stopwatch.on("calls"):
                    self._kernel.settle()
            kernel = self._alive()
        finally:
            self._next = index + 1
        return self._execute(kernel, index, self.notebook.cells[index], self._room)

    def _out_of_time(self, index: int) -> CellFailure:
        text = f"not run: the notebook used its {self.limits.notebook_timeout_s:g} s"
        return CellFailure(index, Ending.TIMED_OUT, text, Outcome.TIMED_OUT)

    def _execute(
        self, kernel: _Kernel, index: int, cell: NotebookNode, room: OutputRoom
    ) -> CellFailure | None:
        left = self.limits.notebook_timeout_s - self._spent_s
        limit = min(self.limits.cell_timeout_s, max(left, 0.1))
        started, waited = time.monotonic(), waited_s(kernel.pid)
        try:
            with self._stopwatch.on("cells"):
                ending, text = kernel.execute(cell, index, limit_s=limit, room=room)
        finally:
            # As in the cell's own limit, waiting for a processor does not count.
            waited = max(waited_s(kernel.pid) - waited, 0.0)
            spent = time.monotonic() - started - waited
            self._spent_s += min(spent, limit + GRACE_S)
        if room.has_refused:
            say_left_out(cell)
        match ending:
            case Ending.DONE:
                return None
            case Ending.RAISED:
                is_memory = text.startswith("MemoryError")
                outcome = Outcome.EXHAUSTED if is_memory else Outcome.RAISED
                return CellFailure(index, ending, text, outcome)
            case Ending.TIMED_OUT:
                text = f"the cell was stopped after {limit:.3g} s, its limit"
                return CellFailure(index, ending, text, Outcome.TIMED_OUT)
            case Ending.FLOODED:
                text = f"the cell was stopped: it printed more than {text}, its limit"
                return CellFailure(index, ending, text, Outcome.EXHAUSTED)
            case Ending.DIED:
                self.require_sound()
                is_limit = "SIGKILL" in text or "MiB" in text
                outcome = Outcome.EXHAUSTED if is_limit else Outcome.RAISED
                text = f"the cell ended the kernel ({text})"
                return CellFailure(index, ending, text, outcome)


class _Kernel:
    """One kernel process with its Jupyter channels and its agent."""

    def __init__(
        self,
        notebook: NotebookNode,
        box: Box,
        launcher: Launcher,
        limits: Limits,
        stopwatch: Stopwatch,
    ) -> None:
        self._limits = limits
        self._manager = KernelManager(
            kernel_name=KERNEL_NAME,
            kernel_spec_manager=WalledSpecManager(),
            transport="ipc",
            ip=str(box.run / "k"),
            connection_file=str(box.run / "kernel.json"),
        )
        for stale in box.run.iterdir():
            stale.unlink()
        provisioner = self._provision(box, launcher)
        self._manager.start_kernel()
        if provisioner.channel is None or provisioner.process is None:
            raise KernelError("the provisioner started a kernel without a channel")
        self._process = provisioner.process
        self._pidfd = os.pidfd_open(self._process.pid)
        self._watch = MemoryWatch(self._process, limits.memory_mib)
        self._client: BlockingKernelClient = self._manager.blocking_client()
        most = 2 * int(limits.output_max_kib * 1024) + _ENVELOPE
        self._client.context.setsockopt(zmq.MAXMSGSIZE, most)
        self._client.start_channels(stdin=False, hb=False, control=False)
        self._outputs = NotebookClient(notebook, km=self._manager, record_timing=False)
        self._outputs.reset_execution_trackers()
        self._poller = zmq.Poller()
        self._disconnections = [
            channel.get_monitor_socket(zmq.EVENT_DISCONNECTED)
            for channel in (self._iopub, self._shell)
        ]
        for source in (self._iopub, self._shell, self._pidfd, *self._disconnections):
            self._poller.register(source, zmq.POLLIN)
        self._flood = ""
        self._printed = 0
        self._call = self._settled = 0
        answer = int(limits.answer_max_mib * 2**20)
        self.remote = Remote(
            provisioner.channel,
            self._process,
            limits=wire.Limits(max_bytes=answer),
            why_ended=lambda: self._flood or self._watch.told,
            meanwhile=self._bound_outputs,
            stopwatch=stopwatch,
        )
        self._wait_until_ready()

    def _provision(self, box: Box, launcher: Launcher) -> WalledProvisioner:
        """Make the provisioner ahead of the manager, to tell it the box."""
        provisioner = WalledProvisioner(
            parent=self._manager,
            kernel_id="autograder",
            kernel_spec=self._manager.kernel_spec,
        )
        provisioner.box, provisioner.launcher = box, launcher
        self._manager.provisioner = provisioner
        return provisioner

    @property
    def _iopub(self) -> zmq.Socket[bytes]:
        return self._client.iopub_channel.socket  # type: ignore[no-any-return]

    @property
    def _shell(self) -> zmq.Socket[bytes]:
        return self._client.shell_channel.socket  # type: ignore[no-any-return]

    @property
    def pid(self) -> int:
        """The kernel's process id."""
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        """Whether the process runs and its agent has not been given up."""
        return self.remote.is_alive and not self._has_ended

    @property
    def was_shot(self) -> bool:
        """Whether the process got SIGKILL, and not from us."""
        is_ours = self.remote.has_killed or self._flood or self._watch.told
        return self._process.poll() == -signal.SIGKILL and not is_ours

    @property
    def _has_ended(self) -> bool:
        """Whether the process has ended, reaped or not."""
        return bool(select.select([self._pidfd], [], [], 0)[0])

    def _has_lost_messages(self) -> bool:
        """Whether a channel was closed since we last asked.

        ZeroMQ closes the connection at a message above the size limit; what was on
        its way then is lost, the end of the outputs perhaps with it.
        """
        lost = False
        for events in self._disconnections:
            while events.poll(0):
                events.recv_multipart()
                lost = True
        return lost

    def close(self) -> None:
        """Kill the process, close the channels, forget the connection file."""
        self._watch.close()
        self.remote.kill()
        for channel in (self._iopub, self._shell):
            channel.disable_monitor()
        self._client.stop_channels()
        self._manager.shutdown_kernel(now=True)
        os.close(self._pidfd)

    def _wait_until_ready(self) -> None:
        """Wait until the kernel answers and its outputs reach us.

        Outputs are published, not sent: those before our subscription arrives are
        lost, so a question is asked again until its status is seen.
        """
        deadline = time.monotonic() + START_TIMEOUT_S
        answered = heard = False
        asked = 0.0
        while not (answered and heard):
            now = time.monotonic()
            if now > deadline or self._process.poll() is not None:
                status = describe_exit(self._process.poll())
                self.close()
                raise KernelError(
                    f"the kernel did not start ({status}): run `autograder doctor`"
                )
            if not asked or (answered and now - asked > 0.05):
                self._client.kernel_info()
                asked = now
            for kind, _message in self._messages(0.05):
                answered = answered or kind == "shell"
                heard = heard or kind == "iopub"

    def _messages(self, timeout_s: float) -> list[tuple[str, dict[str, Any]]]:
        """The messages that are there, waiting up to `timeout_s` for the first."""
        ready = dict(self._poller.poll(int(max(timeout_s, 0) * 1000)))
        found = []
        for kind, channel in (
            ("iopub", self._client.iopub_channel),
            ("shell", self._client.shell_channel),
        ):
            if channel.socket in ready:
                try:
                    message = channel.get_msg(timeout=0)
                    message["content"] = plain(message["content"])
                except (ValueError, TypeError, LookupError, RecursionError, Empty):
                    continue  # not a Jupyter message: a student's own bytes
                found.append((kind, message))
        return found

    def _discard_outputs(self) -> int:
        """Drop what was printed during a call, before it fills our memory.

        Bounded: a thread of the student's may print as fast as we read.

        Returns:
            How many bytes were dropped.
        """
        dropped = 0
        for _ in range(_AT_ONCE):
            if not self._iopub.poll(0):
                break
            dropped += sum(map(len, self._iopub.recv_multipart()))
        return dropped

    def _bound_outputs(self) -> None:
        """While a call is awaited: end a kernel that prints more than a cell may."""
        if self._call != self.remote.calls:
            self._call, self._printed = self.remote.calls, 0
        self._printed += self._discard_outputs()
        if self._printed > self._most_output or self._has_lost_messages():
            limit = self._limits.output_max_kib
            self._flood = f"it printed more than {limit:g} KiB, its limit"
            self.remote.kill()

    def settle(self) -> None:
        """After calls: let their outputs come in, so that no cell answers for them.

        A kernel that goes on printing, or has printed more than a cell may, is killed.
        """
        if self._settled == self.remote.calls:
            return
        self._settled = self.remote.calls
        request = self._client.kernel_info()
        deadline = Deadline(GRACE_S, self._process.pid)
        printed = self._discard_outputs()
        while (left_s := deadline.left_s) > 0 and not self._has_ended:
            for kind, message in self._messages(min(left_s, 0.5)):
                printed += len(repr(message["content"]))
                if kind == "iopub" and _says_idle(message, request):
                    return
            if printed > self._most_output or self._has_lost_messages():
                break
        self.remote.kill()

    @property
    def _most_output(self) -> float:
        """Bytes that one cell, or one call, may print."""
        return self._limits.output_max_kib * 1024

    def execute(
        self, cell: NotebookNode, index: int, *, limit_s: float, room: OutputRoom
    ) -> tuple[Ending, str]:
        """Run a cell to its end or its limit; outputs go into the cell."""
        cell.outputs = []
        cell.execution_count = None
        self._outputs.clear_before_next_output = False
        self._discard_outputs()
        request = self._client.execute(cell.source, stop_on_error=False)
        run = _CellRun(request, self._limits, room)
        deadline = Deadline(limit_s, self._process.pid)
        while not run.is_over:
            left_s = deadline.left_s  # read once: it may pass zero at any moment
            if self._has_ended:
                self._drain(run, cell, index)
                told = self._watch.told or describe_exit(self._process.poll())
                return Ending.DIED, told
            if self._has_lost_messages():
                run.exceed()
            if run.stopped is None and (left_s <= 0 or run.excess):
                run.stopped = Ending.FLOODED if run.excess else Ending.TIMED_OUT
                deadline = Deadline(GRACE_S, self._process.pid)
                self._process.interrupt()
                continue
            if left_s <= 0 or run.has_lost_outputs:
                run.stopped = run.stopped or Ending.FLOODED
                self.remote.kill()
                break
            for kind, message in self._messages(min(left_s, 0.5)):
                if run.wants(kind, message) and self._take(message, cell, index):
                    run.is_idle = True
        return run.ending

    def _take(self, message: dict[str, Any], cell: NotebookNode, index: int) -> bool:
        """Put one published message into the cell; True at the end of its outputs."""
        try:
            self._outputs.process_message(message, cell, index)
        except CellExecutionComplete:
            return True
        except (LookupError, TypeError, ValueError, AttributeError, ValidationError):
            return False  # a forged message; outputs are no evidence of anything
        finally:
            if type(cell.execution_count) is not int:
                cell.execution_count = None
        return False

    def _drain(self, run: _CellRun, cell: NotebookNode, index: int) -> None:
        """Take what a dead kernel had still published."""
        while not run.excess and (messages := self._messages(0)):
            for kind, message in messages:
                if run.wants(kind, message):
                    self._take(message, cell, index)


class _CellRun:
    """One cell's way through the channels: its reply, its outputs, its end.

    Attributes:
        is_idle: The kernel has said that all outputs are out.
        stopped: Why we stopped it, or None.
        excess: Which output limit it has passed, or "".
    """

    def __init__(self, request: str, limits: Limits, room: OutputRoom) -> None:
        self.is_idle = False
        self.stopped: Ending | None = None
        self.excess = ""
        self._request = request
        self._limits = limits
        self._room = room
        self._reply: dict[str, Any] | None = None
        self._replied = math.inf
        self._bytes = 0
        self._messages = 0

    @property
    def has_lost_outputs(self) -> bool:
        """Whether the reply came, but the end of the outputs has not, for too long.

        A message above the size limit makes the channel drop all that follows.
        """
        return time.monotonic() - self._replied > GRACE_S and not self.is_idle

    @property
    def is_over(self) -> bool:
        """Whether the reply and all outputs have come."""
        return self._reply is not None and self.is_idle

    @property
    def ending(self) -> tuple[Ending, str]:
        """How the cell ended, and what there is to say about it."""
        if self.stopped is Ending.FLOODED:
            return self.stopped, self.excess or f"{self._limits.output_max_kib:g} KiB"
        if self.stopped:
            return self.stopped, ""
        reply = self._reply or {}
        if reply.get("status") == "ok":
            return Ending.DONE, ""
        text = f"{reply.get('ename', '')}: {reply.get('evalue', '')}"
        return Ending.RAISED, printable(" ".join(text.split())[:TEXT_LIMIT])

    def exceed(self) -> None:
        """Note a message so large that it did not even come."""
        self.excess = self.excess or f"{self._limits.output_max_kib:g} KiB"

    def wants(self, kind: str, message: dict[str, Any]) -> bool:
        """Whether a message is an output of this cell that may still be kept."""
        if not _answers(message, self._request):
            return False
        if kind == "shell":
            self._reply, self._replied = message["content"], time.monotonic()
            return False
        if message.get("msg_type") == "status":
            return True
        size = len(repr(message["content"]))
        self._messages += 1
        self._bytes += size
        if self._bytes > self._limits.output_max_kib * 1024:
            self.excess = f"{self._limits.output_max_kib:g} KiB"
        elif self._messages > self._limits.output_messages:
            self.excess = f"{self._limits.output_messages} messages"
        return not self.excess and self._room.take(size)


def _says_idle(message: dict[str, Any], request: str) -> bool:
    """Whether a message says that all outputs of a request are out."""
    is_status = message.get("msg_type") == "status" and _answers(message, request)
    return is_status and message["content"].get("execution_state") == "idle"


def _answers(message: dict[str, Any], request: str) -> bool:
    """Whether a message belongs to our request and has a content to read."""
    parent, content = message.get("parent_header"), message.get("content")
    if not isinstance(parent, dict) or not isinstance(content, dict):
        return False
    return parent.get("msg_id") == request
