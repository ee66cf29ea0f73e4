"""A box's share of the processors: that of one program, however many it starts.

Owns: how much weight the scheduler gives to what a kernel has started. May not: end
anything, or slow the kernel itself down. Linux only; elsewhere nothing is done.

The more processes there are below a kernel, the nicer each is made, so that all of them
together weigh about as much as one. Nobody in a box can take that back.
"""

from __future__ import annotations

import contextlib
import math
import os
from pathlib import Path

__all__ = ["descendants", "niceness", "share_fairly"]

#: Up to so many children are left alone: a loader of data, a shell command.
_FEW = 2

#: So many threads a framework may have by itself.
_POOL = 48

#: What one step of niceness takes from a process's weight: a fifth.
_STEP = 1.25

#: The nicest that there is.
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
    """Give all that a kernel has started a single program's share of the processors."""
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
    """The other threads of a process, where they are more than libraries start."""
    with contextlib.suppress(OSError):
        threads = [int(each.name) for each in Path(f"/proc/{pid}/task").iterdir()]
        return [each for each in threads if each != pid] if len(threads) > _POOL else []
    return []


def _is_ordinary(pid: int) -> bool:
    return os.sched_getscheduler(pid) != os.SCHED_IDLE


def _session(pid: int) -> str:
    """The group that Linux schedules a process in, and how nice that is; "" if none.

    Each session has one of its own where the kernel groups them by itself: processes
    that call `setsid` would all weigh as much as we do.
    """
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/autogroup").read_text(encoding="ascii").strip()
    return ""
