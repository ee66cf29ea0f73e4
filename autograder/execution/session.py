"""One notebook in one kernel: run cells, survive what they do, keep the channel.

Owns: which cell is run when; what of its limits a notebook has used; the replay after a
death. May not: know checks or points, or read a kernel's messages.
"""

from __future__ import annotations

import copy
import time
from collections.abc import Callable
from dataclasses import dataclass

from nbformat import NotebookNode

from autograder.config import Limits
from autograder.errors import KernelError
from autograder.execution.cellrun import Ending
from autograder.execution.deadline import GRACE_S
from autograder.execution.launchers import Launcher, PlainLauncher
from autograder.execution.livekernel import LiveKernel
from autograder.execution.outputs import (
    SHARE,
    OutputRoom,
    keep_within,
    say_left_out,
)
from autograder.execution.remote import Remote
from autograder.execution.stopwatch import Stopwatch
from autograder.model import Outcome
from autograder.sandbox import Box, waited_s

__all__ = ["CellFailure", "Ending", "Session"]


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
        self._kernel: LiveKernel | None = None

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
            KernelError: What the kernel was forked from is gone, and it with it; or
                the machine had too little memory for it.
        """
        is_dead = self._kernel is not None and not self._kernel.is_alive
        if is_dead and self._kernel and self._kernel.is_starved:
            raise KernelError(
                "this machine ran out of memory while a notebook was run: use fewer "
                "workers, or lower c.Autograder.memory_mib"
            )
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

    def _alive(self) -> LiveKernel:
        """The live kernel; when there is none, a new one that is where it was."""
        while self._kernel is None or not self._kernel.is_alive:
            self.close()
            self.kernel_starts += 1
            with self._stopwatch.on("imports"):
                self._launcher.prepare()
            with self._stopwatch.on("start"):
                self._kernel = LiveKernel(
                    self.notebook,
                    self._box,
                    self._launcher,
                    self.limits,
                    self._stopwatch,
                )
            self._replay(self._kernel)
        return self._kernel

    def _replay(self, kernel: LiveKernel) -> None:
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
        self, kernel: LiveKernel, index: int, cell: NotebookNode, room: OutputRoom
    ) -> CellFailure | None:
        left = self.limits.notebook_timeout_s - self._spent_s
        limit = min(self.limits.cell_timeout_s, max(left, 0.1))
        started, waited = time.monotonic(), waited_s(kernel.pid)
        with self._stopwatch.on("cells"):
            ending, text = kernel.execute(cell, index, limit_s=limit, room=room)
        # As in the cell's own limit, waiting for a processor does not count.
        waited = max(waited_s(kernel.pid) - waited, 0.0)
        spent = time.monotonic() - started - waited
        least = limit if ending is Ending.TIMED_OUT else 0.0
        self._spent_s += min(max(spent, least), limit + GRACE_S)
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
