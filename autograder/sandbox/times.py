"""How long a process has computed and has waited for a processor, by the scheduler.

Owns: the reading. May not: trust anything that the process says. Linux only; elsewhere
all times are zero.
"""

from __future__ import annotations

import contextlib
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
    return _read(Path(f"/proc/{pid}/schedstat"))


def waits(pid: int) -> dict[int, float]:
    """How long each thread of a process has waited, by its id."""
    with contextlib.suppress(OSError):
        tasks = list(Path(f"/proc/{pid}/task").iterdir())
        return {int(task.name): _read(task / "schedstat").waited_s for task in tasks}
    return {}


def _read(path: Path) -> Times:
    with contextlib.suppress(OSError, ValueError, IndexError):
        ran, waited = path.read_text().split()[:2]
        return Times(int(ran) * _NANO, int(waited) * _NANO)
    return Times()
