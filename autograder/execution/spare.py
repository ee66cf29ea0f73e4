"""Start the next submission's kernel in advance.

Owns: its box, its start during the current submission, and ending used ones. May not:
know a submission: a spare's box holds only the files that everybody gets.

A start is mostly waiting: for a fork, a wall, Jupyter's channels. So it happens in a
separate thread while the worker runs checks. This is done only behind the full wall,
where no student's code can reach another box. Errors with a spare are ignored: the next
submission then starts its own kernel, and reports errors.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import nbformat

from autograder.config import Limits
from autograder.execution.launchers import Launcher
from autograder.execution.livekernel import LiveKernel
from autograder.execution.stopwatch import Stopwatch
from autograder.sandbox import Box

__all__ = ["Spares"]


@dataclass(frozen=True)
class _Spare:
    """A box and the kernel running in it.

    Attributes:
        box: Holds the files that everybody gets.
        kernel: Has run nothing.
    """

    box: Box
    kernel: LiveKernel

    def close(self) -> None:
        """End the kernel, remove the box."""
        try:
            self.kernel.close()
        finally:
            self.box.remove()


class Spares:
    """Boxes for one worker's submissions, and one kernel in advance.

    Args:
        launcher: Starts kernels.
        limits: What a notebook may use.
        fill: Puts the files that everybody gets into a box.
    """

    def __init__(
        self, launcher: Launcher, limits: Limits, fill: Callable[[Box], None]
    ) -> None:
        self._launcher = launcher
        self._limits = limits
        self._fill = fill
        self._threads = ThreadPoolExecutor(1, thread_name_prefix="spare")
        self._next: Future[_Spare] | None = None
        self._next_seat = 0
        self._placed = 0

    @contextlib.contextmanager
    def place(
        self, files: Mapping[Path, bytes]
    ) -> Iterator[tuple[Box, LiveKernel | None]]:
        """A box for a submission, with its prepared kernel, if any.

        From the second submission on, one is started for the next: a class of one
        doesn't need it.

        Args:
            files: The submission's own, for the working folder. They must exist before
                a kernel starts, so a spare is kept for a submission without any.
        """
        self._placed += 1
        spare = None if files else self._taken()
        with spare.box if spare else Box(seat=1 - self._next_seat) as box:
            try:
                if spare is None:
                    self._fill(box)
                    box.put(files)
                self._begin(1 - box.seat)
                yield box, spare.kernel if spare else None
            finally:
                if spare:
                    spare.kernel.close()

    def close(self) -> None:
        """End what is left, and wait until it has ended."""
        if spare := self._taken():
            spare.close()
        self._threads.shutdown()

    def _taken(self) -> _Spare | None:
        """The prepared spare, if it can be used; the caller has to end it."""
        begun, self._next = self._next, None
        if begun is None or begun.exception():
            return None
        spare = begun.result()
        if spare.kernel.is_alive:
            return spare
        spare.close()
        return None

    def _begin(self, seat: int) -> None:
        """Start one, if there is none, while another kernel is in use."""
        if self._next or self._placed < 2 or self._launcher.level != "full":
            return
        if self._launcher.device != "cpu":
            return  # the GPU is only known at the submission's turn
        self._next_seat = seat
        self._next = self._threads.submit(self._started, seat)

    def _started(self, seat: int) -> _Spare:
        box = Box(seat=seat)
        try:
            self._fill(box)
            nothing, watch = nbformat.v4.new_notebook(), Stopwatch()
            kernel = LiveKernel(
                nothing, box, self._launcher, self._limits, watch, is_ahead=True
            )
        except BaseException:
            box.remove()
            raise
        return _Spare(box, kernel)
