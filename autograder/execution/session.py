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
from autograder.execution.budget import Budget
from autograder.execution.cellrun import CellEnd, Ending
from autograder.execution.deadline import GRACE_S
from autograder.execution.launchers import Launcher, PlainLauncher
from autograder.execution.livekernel import LiveKernel
from autograder.execution.novalue import OutOfTime
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
from autograder.sandbox.usage import Usage, usage

__all__ = ["CellFailure", "Ending", "Session"]

#: How long a cell that has left something behind is watched in a replay, in seconds.
WATCH_S = 2.0

#: How often it is asked meanwhile whether that is over, in seconds.
_ASK_S = 0.2


@dataclass(frozen=True)
class CellFailure:
    """Why a cell did not finish.

    Attributes:
        index: The cell's position.
        ending: How it ended.
        message: For the student, one line.
        outcome: The outcome of checks that needed the cell.
    """

    index: int
    ending: Ending
    message: str
    outcome: Outcome


class _Held:
    """Resources that calls have used up in one kernel."""

    def __init__(self, limits: Limits) -> None:
        self._most = Usage(
            threads=limits.processes / 8,
            descriptors=64,
            memory_mib=limits.memory_mib / 4,
            address_mib=limits.memory_mib / 2,
            disk_mib=limits.disk_mib / 4,
        )
        self.clear()

    def clear(self) -> None:
        """Begin with a new kernel."""
        self._start: Usage | None = None
        self._after = self._earlier = Usage()

    def begin(self, pid: int) -> None:
        """Begin an exercise: current usage, except what was held, is its cells'."""
        if self._start is not None:
            self._earlier += self._after.since(self._start)
        self._start = self._after = usage(pid)

    def is_much(self, pid: int) -> bool:
        """Whether the calls of this exercise and those before hold much."""
        if self._start is None:
            return False
        self._after = usage(pid)
        return (self._earlier + self._after.since(self._start)).exceeds(self._most)


class Session:
    """Runs the cells of one notebook in order and answers calls in between.

    A cell that raises keeps the kernel. A cell that exceeds its limit is interrupted; a
    kernel that does not return is killed. After a kernel's death the earlier cells are
    run again, without those that killed or hung it, as soon as the kernel is needed.

    A kernel may die from something other than the running cell: an earlier cell or call
    may have left a timer. So a replay looks for cells that leave something behind and
    watches them, and the cell that was running when the kernel died is run once more if
    something else may have killed it.

    Args:
        notebook: Cells to run; their outputs are filled in.
        box: The folder that the kernel lives in.
        limits: Seconds per cell, call and notebook.
        launcher: Starts kernels, behind its wall; plain processes when None.
        is_run: Says whether a cell is to be run; all are when it is None.
        stopwatch: Told of the stretches of imports, start, cells, warm_up,
            calls and end, and of device: getting ready on another than the CPU.
        ahead: A kernel that was started in the box before; it is used first.

    Attributes:
        failures: Why cells failed, by their position.
        kernel_starts: How many kernels were started so far.
        was_shot: Whether a kernel got SIGKILL from somebody else: from the system, out
            of memory, from a person, or from the student's own code.
    """

    def __init__(
        self,
        notebook: NotebookNode,
        box: Box,
        *,
        limits: Limits | None = None,
        launcher: Launcher | None = None,
        is_run: Callable[[NotebookNode], bool] | None = None,
        stopwatch: Stopwatch | None = None,
        ahead: LiveKernel | None = None,
    ) -> None:
        self.notebook = notebook
        self.limits = limits or Limits()
        self.failures: dict[int, CellFailure] = {}
        self.kernel_starts = 0
        self._box = box
        self._launcher = launcher or PlainLauncher()
        self._is_run = is_run or (lambda _cell: True)
        self._stopwatch = stopwatch or Stopwatch()
        self._next = 0
        self._budget = Budget(self.limits.notebook_timeout_s)
        self._is_lost = False
        self.was_shot = False
        self._doubtful: int | None = None
        self._may_be_another = False
        self._watched: set[int] = set()
        self._blamed: set[int] = set()
        self._held = _Held(self.limits)
        self._room = OutputRoom(SHARE * self._output_bytes)
        self._kernel: LiveKernel | None = None
        self._ahead = ahead

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
        if cell.cell_type != "code" or not self._is_run(cell):
            return None
        failure = self._run(index)
        if failure:
            self.failures[index] = failure
        return failure

    def skip_next(self) -> None:
        """Skip the next cell permanently."""
        self._next += 1

    @property
    def remote(self) -> Remote:
        """The live kernel's remote; starts or replays one if there is none."""
        return self._alive().remote

    @property
    def pid(self) -> int | None:
        """Process id of the live kernel."""
        return self._kernel.pid if self._kernel else None

    @property
    def questions(self) -> int:
        """How many calls the live kernel has received; 0 if there is none."""
        return self._kernel.remote.questions if self._kernel else 0

    @property
    def has_suspects(self) -> bool:
        """Whether something that cells left behind may still kill the live kernel."""
        return bool(self._watched)

    def begin_exercise(self) -> None:
        """Begin an exercise, in a new kernel if calls have used up the old one."""
        self._make_room()
        if self._kernel and self._kernel.is_alive:
            self._held.begin(self._kernel.pid)

    def is_filling(self) -> bool:
        """Whether calls have used so much of the box that others would be affected."""
        is_alive = self._kernel is not None and self._kernel.is_alive
        return is_alive and self._held.is_much(self.pid or 0)

    def renew(self) -> None:
        """Run what follows in a clean kernel, after replaying the earlier cells."""
        self.require_sound()
        self.close_kernel()
        if not self._budget.is_used_up:
            self._alive()

    def _make_room(self) -> None:
        """End a kernel in which calls have left threads, files or memory behind."""
        if self.questions and self.is_filling():
            self.close_kernel()

    def require_sound(self) -> None:
        """Raise if a kernel died through our fault, not the student's.

        Raises:
            KernelError: The kernel died with its fork server, or the machine had too
                little memory for it.
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
        """End the kernel and everything it started."""
        self.close_kernel()
        if self._ahead:
            self._ahead.close()
            self._ahead = None
        keep_within(self.notebook.cells, bytes_=self._output_bytes)

    def close_kernel(self) -> None:
        """End the kernel; the next thing to run gets another."""
        if self._kernel:
            self.was_shot = self.was_shot or self._kernel.was_shot
            with self._stopwatch.on("end"):
                self._kernel.close()
            self._kernel = None

    @property
    def _output_bytes(self) -> float:
        return self.limits.output_max_kib * 1024

    def _alive(self) -> LiveKernel:
        """The live kernel; if there is none, a new one in the same state.

        Raises:
            OutOfTime: There is none left, and no time for another.
        """
        while self._kernel is None or not self._kernel.is_alive:
            self.close_kernel()
            if self.kernel_starts:
                self._budget.require()
            self._start()
        return self._kernel

    def _start(self) -> None:
        """Start a kernel and run the earlier cells in it."""
        with self._stopwatch.on("imports"):
            self._launcher.prepare()
        self.kernel_starts += 1
        started = time.monotonic()
        with self._stopwatch.on("start"):
            self._kernel = self._started_ahead() or LiveKernel(
                self.notebook,
                self._box,
                self._launcher,
                self.limits,
                self._stopwatch,
                self._budget,
            )
        if self._launcher.device != "cpu" and self.kernel_starts == 1:
            self._kernel.remote.open_device(self._launcher.device)
        if self.kernel_starts > 1:
            spent = time.monotonic() - started - waited_s(self._kernel.pid)
            self._budget.spend(spent)
            self._replay(self._kernel)
        self._held.clear()
        self._held.begin(self._kernel.pid)

    def _started_ahead(self) -> LiveKernel | None:
        """The kernel prepared for us, if there is one and it is alive."""
        kernel, self._ahead = self._ahead, None
        if kernel and kernel.is_alive:
            kernel.turn_to(self.notebook, self._stopwatch, self._budget)
            return kernel
        if kernel:
            kernel.close()
        return None

    def _replay(self, kernel: LiveKernel) -> None:
        """Run the earlier cells again, except those that killed or hung a kernel.

        One that does so only now is recorded, so that the next replay skips it.
        """
        left = kernel.remote.left_behind()
        has_suspects = False
        for index in range(self._next):
            if self._budget.is_used_up or not kernel.is_alive:
                return
            if not self._is_wanted(index, has_suspects=has_suspects):
                continue
            if index == self._doubtful:
                self._run_in_doubt(kernel, index)
            else:
                self._run_again(kernel, index, is_sure=not has_suspects)
            if kernel.is_alive and (now := kernel.remote.left_behind()) > left:
                has_suspects = True
                self._watch(kernel, index, left)
                left = now

    def _is_wanted(self, index: int, *, has_suspects: bool) -> bool:
        """Whether a replay runs a cell."""
        cell = self.notebook.cells[index]
        if cell.cell_type != "code" or not self._is_run(cell):
            return False
        failure = self.failures.get(index)
        if failure is None or not failure.ending.is_lethal:
            return True
        if index == self._doubtful and not (has_suspects or self._may_be_another):
            self._doubtful = None  # nothing else could have done it
        return index == self._doubtful

    def _run_in_doubt(self, kernel: LiveKernel, index: int) -> None:
        """Rerun the cell that was running when the kernel ended."""
        self._doubtful = None
        cell, room = self.notebook.cells[index], OutputRoom(self._output_bytes)
        del self.failures[index]
        if failure := self._execute(kernel, index, cell, room):
            self.failures[index] = failure

    def _run_again(self, kernel: LiveKernel, index: int, *, is_sure: bool) -> None:
        """Run a cell again that had left the kernel alive.

        Args:
            kernel: The new one.
            index: The cell's position.
            is_sure: Whether nothing else can kill the kernel now.
        """
        # Its outputs are discarded this time, and take no room.
        cell = copy.deepcopy(self.notebook.cells[index])
        again = self._execute(kernel, index, cell, OutputRoom(self._output_bytes))
        if again is None or not again.ending.is_lethal:
            return
        if is_sure or index in self._blamed:
            self.failures[index] = again
        self._blamed.add(index)

    def _watch(self, kernel: LiveKernel, index: int, before: int) -> None:
        """Check whether what a cell left behind kills the kernel; once per cell."""
        if index in self._watched:
            return
        self._watched.add(index)
        deadline = time.monotonic() + self._budget.allow(WATCH_S)
        began = time.monotonic()
        while not kernel.ends_within(_ASK_S) and time.monotonic() < deadline:
            if kernel.remote.left_behind() <= before:
                break
        self._budget.spend(time.monotonic() - began)
        if kernel.is_alive:
            return
        self.require_sound()
        text = f"the cell ended the kernel after it had run ({kernel.exit})"
        self.failures[index] = CellFailure(index, Ending.DIED, text, Outcome.RAISED)
        self._may_be_another = True  # what the cell in question may have died of

    def _run(self, index: int) -> CellFailure | None:
        if self._budget.is_used_up:
            return self._out_of_time(index)
        self._next = index
        try:
            if self._kernel and self._kernel.is_alive:
                with self._stopwatch.on("calls"):
                    self._kernel.settle()
                self._make_room()
            kernel = self._alive()
        except OutOfTime:
            return self._out_of_time(index)
        finally:
            self._next = index + 1
        failure = self._execute(kernel, index, self.notebook.cells[index], self._room)
        if failure and failure.ending.is_lethal and not kernel.is_alive:
            self._doubtful, self._may_be_another = index, kernel.remote.questions > 0
        return failure

    def _out_of_time(self, index: int) -> CellFailure:
        text = f"not run: {self._budget.used_up}"
        return CellFailure(index, Ending.TIMED_OUT, text, Outcome.TIMED_OUT)

    def _execute(
        self, kernel: LiveKernel, index: int, cell: NotebookNode, room: OutputRoom
    ) -> CellFailure | None:
        limit = self._budget.allow(self.limits.cell_timeout_s)
        started, waited = time.monotonic(), waited_s(kernel.pid)
        with self._stopwatch.on("cells"):
            end = kernel.execute(cell, index, limit_s=limit, room=room)
        # As in the cell's own limit, waiting for a processor does not count.
        waited = max(waited_s(kernel.pid) - waited, 0.0)
        spent = time.monotonic() - started - waited
        least = limit if end.ending is Ending.TIMED_OUT else 0.0
        self._budget.spend(min(max(spent, least), limit + GRACE_S))
        if room.has_refused:
            say_left_out(cell)
        return self._failure(index, end, limit)

    def _failure(self, index: int, end: CellEnd, limit: float) -> CellFailure | None:
        """What became of a cell, for the checks and for the student.

        Args:
            index: The cell's position.
            end: How it came to its end.
            limit: Its seconds.
        """
        text = end.told
        outcome = Outcome.EXHAUSTED if end.is_exhausted else Outcome.RAISED
        match end.ending:
            case Ending.DONE:
                return None
            case Ending.TIMED_OUT:
                text = f"the cell was stopped after {limit:.3g} s, its limit"
                outcome = Outcome.TIMED_OUT
            case Ending.FLOODED:
                text = f"the cell was stopped: it printed more than {text}, its limit"
                outcome = Outcome.EXHAUSTED
            case Ending.DIED:
                self.require_sound()
                text = f"the cell ended the kernel ({text})"
        return CellFailure(index, end.ending, text, outcome)
