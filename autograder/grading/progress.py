"""A worker's current step, in memory that it shares with the main process.

Owns: the fields that describe it, and how long each step may take. May not: wait, or
end anything; `watchdog` does. A message on the pipe would wake the main process at
every call of a student's function.
"""

from __future__ import annotations

import ctypes
import math
import mmap
import multiprocessing
import os
import time
from collections.abc import Iterable
from typing import Any

from autograder.config import Limits
from autograder.execution.deadline import MOST_STRETCH

__all__ = ["Progress", "State", "new_state", "state_in"]

#: How long collecting the grading tests may take, in seconds.
START_S = 300.0

#: How long the imports that kernels share may take; the fork server has its own limits.
IMPORTS_S = 1200.0

#: How much longer anything else may take than its own limits allow.
SLACK_S = 300.0

#: Steps with a limit of their own, or none: others may hold the GPU for long.
_LIMITS = {"imports": IMPORTS_S, "start": IMPORTS_S, "turn": math.inf}


class State(ctypes.Structure):
    """The shared memory: written by one worker, read by the main process.

    Attributes:
        step: Goes up by one at each new step.
        limit_s: How long the current one may take; infinite if idle.
        what: Its name.
        grade_id: The exercise whose check is running, or empty.
        check: The check's name.
    """

    _fields_ = [
        ("step", ctypes.c_uint64),
        ("limit_s", ctypes.c_double),
        ("what", ctypes.c_char * 64),
        ("grade_id", ctypes.c_char * 256),
        ("check", ctypes.c_char * 512),
    ]


def new_state() -> State:
    """The state of a worker that is about to start, to pass to its process."""
    state: Any = multiprocessing.get_context("spawn").RawValue(State)
    _write(state, "collecting the grading tests", START_S)
    return state  # type: ignore[no-any-return]


def state_in(descriptor: int, *, is_new: bool = False) -> State:
    """The same, in an unnamed file that two processes hold open.

    Args:
        descriptor: The file's.
        is_new: Whether it is still empty.
    """
    if is_new:
        os.ftruncate(descriptor, ctypes.sizeof(State))
    state = State.from_buffer(mmap.mmap(descriptor, ctypes.sizeof(State)))
    if is_new:
        _write(state, "collecting the grading tests", START_S)
    return state


class Progress:
    """The worker's side: reports its current step.

    Args:
        state: From `new_state`.
        limits: What one submission may use.
        seconds: How long single checks allow a call to take, if that is longer.
    """

    def __init__(
        self, state: State, limits: Limits, *, seconds: Iterable[float] = ()
    ) -> None:
        call_s = max(limits.call_timeout_s, limits.cell_timeout_s, *seconds, 0.0)
        self._state = state
        self._other_s = MOST_STRETCH * call_s + SLACK_S
        self._check_s = limits.check_timeout_s
        self._allowed_s = 0.0
        self._began = 0.0

    def rest(self) -> None:
        """The worker is idle."""
        self._state.grade_id = self._state.check = b""
        _write(self._state, "waiting", math.inf)

    def stretch(self, name: str) -> None:
        """Called by the stopwatch at every change of what time is spent on."""
        limit = _LIMITS.get(name, self._other_s)
        if self._state.check:
            # Processor time between calls counts for the check, too.
            used = time.thread_time() - self._began
            left = self._allowed_s - used
            limit = min(left, limit) if name == "checks" or left < 0 else limit
        _write(self._state, name, limit)

    def begin_check(self, grade_id: str, name: str, *, seconds: float = 0.0) -> None:
        """A check begins; `seconds` is how long its calls may take, if it says so."""
        self._began = time.thread_time()
        # If a student's code takes that long, so may ours.
        self._allowed_s = max(self._check_s, MOST_STRETCH * seconds)
        self._state.grade_id = grade_id.encode()[:255]
        self._state.check = name.encode()[:511]
        self.stretch("checks")

    def end_check(self) -> None:
        """The check is over."""
        self._state.grade_id = self._state.check = b""
        self.stretch("checks")


def _write(state: State, what: str, limit_s: float) -> None:
    state.what, state.limit_s = what.encode()[:63], limit_s
    state.step += 1
