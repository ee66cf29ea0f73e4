"""One kernel from start to end: its process, its Jupyter channels, its agent.

Owns: start and end, running a cell to its end or its limit, excessive outputs.
May not: know which cells there are. Every message read here is untrusted text.
"""

from __future__ import annotations

import os
import select
import signal
import time
from typing import Any

from jupyter_client.manager import KernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionComplete
from nbformat import NotebookNode

from autograder import wire
from autograder.config import Limits
from autograder.errors import KernelError
from autograder.execution.budget import Budget
from autograder.execution.cellrun import CellEnd, CellRun, Ending, says_idle
from autograder.execution.channels import Channels
from autograder.execution.deadline import GRACE_S, Deadline
from autograder.execution.launchers import Launcher
from autograder.execution.novalue import describe_exit
from autograder.execution.outputs import OutputRoom
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

#: The most that Jupyter adds around an output, in bytes.
_ENVELOPE = 1 << 16

#: Roughly what a message adds to the output itself, in bytes.
_HEADERS = 1 << 11

#: How often to ask a kernel whether it has started, in seconds.
_PULSE_S = 0.05

#: How long after its channels a kernel's process may end, in seconds.
_DYING_S = 0.2

_CUT_OFF = "it closed or broke its connection to Jupyter"


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
        *,
        is_ahead: bool = False,
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
        provisioner.is_ahead = is_ahead
        self._manager.start_kernel()
        if provisioner.channel is None or provisioner.process is None:
            raise KernelError("the provisioner started a kernel without a channel")
        self._process = provisioner.process
        try:
            self._pidfd = os.pidfd_open(self._process.pid)
        except ProcessLookupError:  # it has ended, and no student's code was run
            self._manager.cleanup_resources()
            raise KernelError(f"the kernel did not start: {self._end}") from None
        self._watch = MemoryWatch(self._process, limits.memory_mib)
        most = 2 * int(limits.output_max_kib * 1024) + _ENVELOPE
        self._channels = Channels(self._manager, ended=self._pidfd, most_bytes=most)
        self._outputs = NotebookClient(notebook, km=self._manager, record_timing=False)
        self._outputs.reset_execution_trackers()
        self._flood = ""
        self._is_closed = False
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
        """Create the provisioner before the manager does, to set its box."""
        provisioner = WalledProvisioner(
            parent=self._manager,
            kernel_id="autograder",
            kernel_spec=self._manager.kernel_spec,
        )
        provisioner.box, provisioner.launcher = box, launcher
        self._manager.provisioner = provisioner
        return provisioner

    def turn_to(
        self, notebook: NotebookNode, stopwatch: Stopwatch, budget: Budget
    ) -> None:
        """Assign a notebook that was not known when the kernel was started."""
        self._outputs = NotebookClient(notebook, km=self._manager, record_timing=False)
        self._outputs.reset_execution_trackers()
        self.remote.count_for(stopwatch, budget)

    @property
    def pid(self) -> int:
        """The kernel's process id."""
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        """Whether the process is running and its agent has not been given up."""
        return self.remote.is_alive and not self._has_ended

    @property
    def was_shot(self) -> bool:
        """Whether the process got SIGKILL from somebody else."""
        is_ours = self.remote.has_killed or self._flood or self._watch.told
        return self._process.poll() == -signal.SIGKILL and not is_ours

    @property
    def is_starved(self) -> bool:
        """Whether it was killed while the machine was short of memory."""
        return self.was_shot and self._watch.has_machine_run_out

    @property
    def _end(self) -> str:
        """How a kernel that does not answer ended, or that it did not end."""
        status = self._process.poll()
        if trouble := self._process.trouble:
            return trouble
        slow = f"no answer within {START_TIMEOUT_S:g} s"
        return slow if status is None else describe_exit(status)

    @property
    def _has_ended(self) -> bool:
        """Whether the process has ended, reaped or not."""
        return bool(select.select([self._pidfd], [], [], 0)[0])

    @property
    def exit(self) -> str:
        """How the process has ended, in words."""
        return self._flood or self._watch.told or describe_exit(self._process.poll())

    def ends_within(self, seconds: float) -> bool:
        """Wait up to some seconds for the process to end; return whether it did."""
        return bool(select.select([self._pidfd], [], [], seconds)[0])

    def close(self) -> None:
        """Kill the process, close the channels, forget the connection file."""
        if self._is_closed:
            return
        self._is_closed = True
        self._watch.close()
        self.remote.kill()
        self._channels.close()
        # Not shutdown_kernel, which sleeps for 10 ms: the process has already ended.
        self._manager.cleanup_resources()
        os.close(self._pidfd)

    def _wait_until_ready(self) -> None:
        """Wait until the kernel answers and its outputs reach us.

        Outputs are published, not sent: those before our subscription are lost, so a
        request is repeated until its status is seen.
        """
        deadline = Deadline(START_TIMEOUT_S, self._process.pid)
        answered = heard = False
        asked = 0.0
        while not (answered and heard):
            now = time.monotonic()
            if deadline.left_s <= 0 or self._process.poll() is not None:
                end = self._end
                self.close()
                raise KernelError(f"the kernel did not start: {end}")
            if not self._channels.connect():
                time.sleep(_PULSE_S)
                continue
            if not asked or (answered and now - asked > _PULSE_S):
                self._channels.ask("kernel_info_request")
                asked = now
            for kind, _message in self._channels.messages(_PULSE_S):
                answered = answered or kind == "shell"
                heard = heard or kind == "iopub"

    def _discard_outputs(self) -> int:
        """Drop output printed during a call, before it fills our memory.

        The amount is limited: a student's thread may print as fast as we read.

        Returns:
            How many bytes were dropped.
        """
        return self._channels.discard_outputs(2 * int(self._most_flow))

    def _bound_outputs(self) -> None:
        """Called while waiting: end a kernel that prints more than a cell may."""
        if self._call != self.remote.calls:
            self._call, self._printed = self.remote.calls, 0
        self._printed += self._discard_outputs()
        is_lost = self._channels.has_dropped() and not self.ends_within(_DYING_S)
        if self._printed > self._most_output or is_lost:
            limit = self._limits.output_max_kib
            self._flood = f"it printed more than {limit:g} KiB, its limit"
            self.remote.kill()

    def settle(self) -> None:
        """Called after calls: collect their outputs, which belong to no cell.

        A kernel that goes on printing, or has printed more than a cell may, is killed.
        """
        if self._settled == self.remote.calls:
            return
        self._settled = self.remote.calls
        begun = self._channels.received
        printed = self._discard_outputs()  # before we ask, to keep the answer
        request = self._channels.ask("kernel_info_request")
        deadline = Deadline(GRACE_S, self._process.pid)
        while (left_s := deadline.left_s) > 0 and not self._has_ended:
            for kind, message in self._channels.messages(min(left_s, 0.5)):
                printed += len(repr(message["content"]))
                if kind == "iopub" and says_idle(message, request):
                    return
            is_over = self._channels.received - begun > self._most_flow
            if printed > self._most_output or is_over or self._channels.is_cut_off:
                break
            if self._channels.has_dropped():
                break
        self.remote.kill()

    @property
    def _most_output(self) -> float:
        """Bytes that one cell, or one call, may print."""
        return self._limits.output_max_kib * 1024

    @property
    def _most_flow(self) -> float:
        """The most bytes that one cell may send, including message overhead."""
        limits = self._limits
        return 2 * self._most_output + _ENVELOPE + _HEADERS * limits.output_messages

    def execute(
        self, cell: NotebookNode, index: int, *, limit_s: float, room: OutputRoom
    ) -> CellEnd:
        """Run a cell to its end or its limit; outputs go into the cell.

        If something is not kept, the room has refused it afterwards.
        """
        cell.outputs = []
        cell.execution_count = None
        self._outputs.clear_before_next_output = False
        self._discard_outputs()
        self._channels.has_dropped()
        self._channels.has_refused()
        room.has_refused = False
        most_received = self._channels.received + self._most_flow
        request = self._channels.execute(cell.source)
        run = CellRun(request, self._limits, room)
        deadline = Deadline(limit_s, self._process.pid)
        while not run.is_over:
            left_s = deadline.left_s  # read once: it may pass zero at any moment
            if self._has_ended:
                self._drain(run, cell, index)
                return self._dead()
            if self._channels.is_cut_off:
                if self.ends_within(GRACE_S):
                    continue
                self.remote.kill()
                return CellEnd(Ending.DIED, _CUT_OFF)
            if run.stopped is None and (left_s <= 0 or run.excess):
                run.stopped = Ending.FLOODED if run.excess else Ending.TIMED_OUT
                deadline = Deadline(GRACE_S, self._process.pid)
                self._process.interrupt()
                continue
            if left_s <= 0 or run.has_lost_outputs:
                run.stopped = run.stopped or Ending.FLOODED
                self.remote.kill()
                break
            for kind, message in self._channels.messages(min(left_s, 0.5)):
                if run.wants(kind, message) and self._take(message, cell, index):
                    run.is_idle = True
            self._note_losses(run, room, most_received)
        end = run.end
        if end.ending is Ending.FLOODED:
            # How far the cell got before it was interrupted is chance: it is left out.
            self.remote.kill()
        return end

    def _dead(self) -> CellEnd:
        """The end of a cell that took its kernel along."""
        status, killed = self._process.poll(), self._watch.told
        is_exhausted = bool(killed) or status == -signal.SIGKILL
        told = killed or describe_exit(status)
        return CellEnd(Ending.DIED, told, is_exhausted=is_exhausted)

    def _note_losses(self, run: CellRun, room: OutputRoom, most: float) -> None:
        """Record what a cell sent that is not kept, and whether it sent too much.

        Args:
            run: The cell's.
            room: The notebook's.
            most: The most that may have been received by now.
        """
        run.hear(self._channels.taken)
        if self._channels.has_dropped() or self._channels.received > most:
            run.exceed()
        if self._channels.has_refused() or run.excess:
            room.has_refused = True

    def _take(self, message: dict[str, Any], cell: NotebookNode, index: int) -> bool:
        """Add one published message to the cell; True at the end of its outputs."""
        try:
            self._outputs.process_message(message, cell, index)
        except CellExecutionComplete:
            return True
        except Exception:  # noqa: BLE001 - the wall's door: a forged message
            return False  # outputs are no evidence of anything
        finally:
            if type(cell.execution_count) is not int:
                cell.execution_count = None
        return False

    def _drain(self, run: CellRun, cell: NotebookNode, index: int) -> None:
        """Read what a dead kernel had still published."""
        while not run.excess and (messages := self._channels.messages(0)):
            for kind, message in messages:
                if run.wants(kind, message):
                    self._take(message, cell, index)
