"""How long a process has computed and has waited for a processor, by the scheduler.

Owns: the reading. May not: trust anything that the process says. Linux only; elsewhere
all times are zero.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import NamedTuple

__all__ = ["Times", "times", "waits"]

_NANO = 1e-9


class Times(NamedTuple):
    """Seconds of a thread's life.

    Attributes:
        ran_s: It had a processor.
        waited_s: It was ready to run while others had the processor.
    """

    ran_s: float = 0.0
    waited_s: float = 0.0


def times(pid: int) -> Times:
    """The times of a process's main thread; zero once it is gone."""
    return _read(f"/proc/{pid}/schedstat")


def waits(pid: int) -> dict[int, float]:
    """How long each thread of a process has waited, by its id."""
    with contextlib.suppress(OSError):
        tasks = list(Path(f"/proc/{pid}/task").iterdir())
        return {int(task.name): _read(f"{task}/schedstat").waited_s for task in tasks}
    return {}


def _read(path: str) -> Times:
    """Done before every call of a student's function: so without a file object."""
    with contextlib.suppress(OSError, ValueError):
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        try:
            ran, waited = os.read(descriptor, 100).split()[:2]
        finally:
            os.close(descriptor)
        return Times(int(ran) * _NANO, int(waited) * _NANO)
    return Times()
