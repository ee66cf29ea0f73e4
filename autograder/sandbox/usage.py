"""How much of its box a kernel uses: threads, descriptors, memory, disk.

Owns: the reading, from outside, and the bounds for a large amount. May not: end
anything. Linux only; elsewhere amounts are always small.
"""

from __future__ import annotations

import contextlib
import os
from dataclasses import astuple, dataclass
from pathlib import Path

__all__ = ["Usage", "usage"]

_MIB = 1 << 20


@dataclass(frozen=True)
class Usage:
    """Amounts of limited resources.

    Attributes:
        threads: Threads and child processes.
        descriptors: Slots for open files, a power of two.
        memory_mib: The process's own memory.
        address_mib: Address space, used or not.
        disk_mib: Size of the files written.
    """

    threads: float = 0
    descriptors: float = 0
    memory_mib: float = 0
    address_mib: float = 0
    disk_mib: float = 0

    def __add__(self, other: Usage) -> Usage:
        pairs = zip(astuple(self), astuple(other), strict=True)
        return Usage(*(one + more for one, more in pairs))

    def since(self, before: Usage) -> Usage:
        """The increase since another reading; 0 where there is a decrease."""
        pairs = zip(astuple(self), astuple(before), strict=True)
        return Usage(*(max(now - then, 0.0) for now, then in pairs))

    def exceeds(self, most: Usage) -> bool:
        """Whether any amount is above its bound."""
        pairs = zip(astuple(self), astuple(most), strict=True)
        return any(amount > bound for amount, bound in pairs)


def usage(pid: int) -> Usage:
    """What a process and its box use now; nothing once it has ended."""
    with contextlib.suppress(OSError, ValueError):
        status = _status(pid)
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        return Usage(
            threads=status.get("Threads", 0) + len(children),
            descriptors=status.get("FDSize", 0),
            memory_mib=status.get("RssAnon", 0) / 1024,
            address_mib=status.get("VmSize", 0) / 1024,
            disk_mib=_disk_mib(pid),
        )
    return Usage()


def _status(pid: int) -> dict[str, int]:
    text = Path(f"/proc/{pid}/status").read_text(encoding="utf-8", errors="replace")
    pairs = (line.split()[:2] for line in text.splitlines() if ":" in line)
    return {
        pair[0].rstrip(":"): int(pair[1])
        for pair in pairs
        if len(pair) == 2 and pair[1].isdecimal()
    }


def _disk_mib(pid: int) -> float:
    """Size of the box's writable file system; not always visible from outside."""
    with contextlib.suppress(OSError):
        disk = os.statvfs(f"/proc/{pid}/root/home")
        return (disk.f_blocks - disk.f_bfree) * disk.f_frsize / _MIB
    return 0.0
