"""End workers that hang, and say what they hung in.

Owns: how long is too long, on a machine that may be busy or suspended. May not: start
workers, or know what happens to their jobs. It runs in a thread, since the main one may
be waiting for that very worker, or for a database.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from autograder.execution.deadline import MOST_STRETCH
from autograder.grading.progress import State
from autograder.sandbox import waited_s

__all__ = ["Hang", "Watch", "Watchdog"]

#: How often workers are checked, in seconds.
PULSE_S = 1.0

#: How long a worker alone may be stopped (SIGSTOP), in seconds.
STOPPED_S = 10.0


@dataclass(frozen=True)
class Hang:
    """What a worker was doing when it was ended.

    Attributes:
        told: What it was doing and for how long, for a person.
        grade_id: The exercise whose check did not finish, or "".
        check: That check's name, or "".
    """

    told: str
    grade_id: str = ""
    check: str = ""


class Watch:
    """How long one worker has spent on one step, through its own doing.

    Time spent waiting for a processor does not count, and neither does time when no
    check took place: then the whole command was stopped.

    Args:
        pid: The worker.
        state: What it says it is doing.
    """

    def __init__(self, pid: int, state: State) -> None:
        self._pid, self._state = pid, state
        self._step, self._used_s, self._stopped_s = 0, 0.0, 0.0
        self._waited_s = waited_s(pid)

    def look(self, elapsed_s: float) -> Hang | None:
        """What the worker hangs in, or None.

        Args:
            elapsed_s: Time since the last check.
        """
        waited = waited_s(self._pid)
        own_s = max(elapsed_s - (waited - self._waited_s), elapsed_s / MOST_STRETCH)
        self._waited_s = waited
        is_new = self._step != self._state.step
        self._step = self._state.step
        self._used_s = 0.0 if is_new else self._used_s + own_s
        is_stopped = _is_stopped(self._pid)
        self._stopped_s = self._stopped_s + elapsed_s if is_stopped else 0.0
        if self._stopped_s >= STOPPED_S:
            return Hang(f"its process was stopped for {STOPPED_S:g} s (SIGSTOP)")
        is_over = self._used_s > self._state.limit_s or self._state.limit_s < 0
        return self._hang() if is_over else None

    def _hang(self) -> Hang:
        what = self._state.what.decode(errors="replace")
        check = self._state.check.decode(errors="replace")
        grade_id = self._state.grade_id.decode(errors="replace")
        if check:
            told = f"{check} did not finish and was stopped"
        else:
            told = f"it made no progress for {self._used_s:.0f} s ({what})"
        return Hang(told, grade_id, check)


class Watched(Protocol):
    """A watched worker."""

    @property
    def watch(self) -> Watch | None:
        """The state to watch; None if the worker is idle."""

    def end_hang(self, hang: Hang) -> None:
        """Kill it."""


class Watchdog:
    """Watches workers while the block runs.

    Args:
        workers: Returns the current workers.
    """

    def __init__(self, workers: Callable[[], Sequence[Watched]]) -> None:
        self._workers = workers
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Watchdog:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._is_over.set()
        self._thread.join()

    def _run(self) -> None:
        last = time.monotonic()
        while not self._is_over.wait(PULSE_S):
            now = time.monotonic()
            elapsed_s, last = min(now - last, 2 * PULSE_S), now
            for worker in self._workers():
                watch = worker.watch
                if watch and (hang := watch.look(elapsed_s)):
                    worker.end_hang(hang)


def _is_stopped(pid: int) -> bool:
    """Whether a process is stopped by a signal; False if unknown."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] == "T"
