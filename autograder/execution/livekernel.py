"""One life of one kernel: its process, its Jupyter channels, its agent.

Owns: start and end, running a cell to its end or its limit, outputs that are too many.
May not: know which cells there are. Every message read here is untrusted text.
"""

from __future__ import annotations

import os
import select
import signal
import time
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
from autograder.execution.budget import Budget
from autograder.execution.cellrun import CellRun, Ending, says_idle
from autograder.execution.deadline import GRACE_S, Deadline
from autograder.execution.launchers import Launcher
from autograder.execution.novalue import describe_exit
from autograder.execution.outputs import OutputRoom, plain
from autograder.execution.provisioner import (
    KERNEL_NAME,
    WalledProvisioner,
    WalledSpecManager,
)
from autograder.execution.remote import Remote
from autograder.execution.stopwatch import Stopwatch
from autograder.sandbox import Box, MemoryWatch

__all__ = ["LiveKernel"]

#: How long a kernel may take to answer for the first time, in seconds.
START_TIMEOUT_S = 60.0

#: What Jupyter puts around an output, in bytes, at most.
_ENVELOPE = 1 << 16

#: How long after its channels a kernel's process may be seen to end, in seconds.
_DYING_S = 0.2

#: How many messages are dropped at one time.
_AT_ONCE = 10_000


class LiveKernel:
    """One kernel process with its Jupyter channels and its agent."""

    def __init__(
        self,
        notebook: NotebookNode,
        box: Box,
        launcher: Launcher,
        limits: Limits,
        stopwatch: Stopwatch,
        budget: Budget | None = None,
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
            budget=budget,
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

    @property
    def exit(self) -> str:
        """How the process has ended, in words."""
        return self._flood or self._watch.told or describe_exit(self._process.poll())

    def ends_within(self, seconds: float) -> bool:
        """Whether the process ends in the next so many seconds; waits for it."""
        return bool(select.select([self._pidfd], [], [], seconds)[0])

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
        # Not shutdown_kernel, which sleeps for 10 ms: there is no process left.
        self._manager.cleanup_resources()
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
        is_lost = self._has_lost_messages() and not self.ends_within(_DYING_S)
        if self._printed > self._most_output or is_lost:
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
        printed = self._discard_outputs()  # before we ask, or the answer might be in it
        request = self._client.kernel_info()
        deadline = Deadline(GRACE_S, self._process.pid)
        while (left_s := deadline.left_s) > 0 and not self._has_ended:
            for kind, message in self._messages(min(left_s, 0.5)):
                printed += len(repr(message["content"]))
                if kind == "iopub" and says_idle(message, request):
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
        run = CellRun(request, self._limits, room)
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

    def _drain(self, run: CellRun, cell: NotebookNode, index: int) -> None:
        """Take what a dead kernel had still published."""
        while not run.excess and (messages := self._messages(0)):
            for kind, message in messages:
                if run.wants(kind, message):
                    self._take(message, cell, index)
