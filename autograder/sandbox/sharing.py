"""Limit a box's share of the processors to that of one program.

Owns: the scheduling weight of the processes that a kernel has started. May not: end
anything, or slow the kernel itself down. Linux only; elsewhere nothing is done.

The more processes there are below a kernel, the nicer each is made, so that all of them
together weigh about as much as one. Code in a box can't undo that.
"""

from __future__ import annotations

import contextlib
import math
import os
from pathlib import Path

__all__ = ["descendants", "niceness", "share_fairly"]

#: This many children are left alone: a data loader, a shell command.
_FEW = 2

#: This many threads a framework may start by itself.
_POOL = 48

#: What one step of niceness takes from a process's weight: a fifth.
_STEP = 1.25

#: The highest niceness.
_NICEST = 19


def descendants(pid: int) -> list[int]:
    """All processes below one, nearest first."""
    found, waiting = [], [pid]
    while waiting:
        current = waiting.pop(0)
        with contextlib.suppress(OSError, ValueError):
            for task in Path(f"/proc/{current}/task").iterdir():
                waiting += map(int, (task / "children").read_text().split())
        found.append(current)
    return found[1:]


def niceness(processes: int) -> int:
    """How nice each of some processes must be for all to weigh as much as one."""
    if processes <= _FEW:
        return 0
    return min(math.ceil(math.log(processes, _STEP)), _NICEST)


def share_fairly(pid: int) -> None:
    """Give everything a kernel has started the processor share of a single program."""
    children = descendants(pid) + _crowd(pid)
    wanted = niceness(len(children))
    if not wanted:
        return
    ours = _session(pid)
    for child in children:
        with contextlib.suppress(OSError):  # it has ended, or is not ours to touch
            if os.getpriority(os.PRIO_PROCESS, child) < wanted:
                os.setpriority(os.PRIO_PROCESS, child, wanted)
            if len(children) > _STEP**_NICEST and _is_ordinary(child):
                os.sched_setscheduler(child, os.SCHED_IDLE, os.sched_param(0))
            if (own := _session(child)) != ours and not own.endswith(f" {wanted}"):
                Path(f"/proc/{child}/autogroup").write_text(str(wanted))


def _crowd(pid: int) -> list[int]:
    """The other threads of a process, if there are more than libraries start."""
    with contextlib.suppress(OSError):
        threads = [int(each.name) for each in Path(f"/proc/{pid}/task").iterdir()]
        return [each for each in threads if each != pid] if len(threads) > _POOL else []
    return []


def _is_ordinary(pid: int) -> bool:
    return os.sched_getscheduler(pid) != os.SCHED_IDLE


def _session(pid: int) -> str:
    """The scheduling group of a process, and its niceness; "" if none.

    Each session has its own if autogrouping is on: processes that call `setsid` would
    each weigh as much as we do.
    """
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/autogroup").read_text(encoding="ascii").strip()
    return ""
