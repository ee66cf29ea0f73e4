"""Watch what a kernel's processes use, read from /proc by the trusted side.

Owns: the measures, and killing a process that exceeds its memory. May not: trust
anything the processes say. Linux only; elsewhere the measures are zero.
"""

from __future__ import annotations

import contextlib
import os
import threading
from pathlib import Path

from autograder.sandbox.machine import oom_kills
from autograder.sandbox.process import KernelProcess
from autograder.sandbox.sharing import share_fairly

__all__ = ["MemoryWatch", "memory_mib", "waited_below_s", "waited_s"]

#: How often memory is checked, in seconds.
PERIOD_S = 0.1

#: The number of open descriptors from which a process's sockets are counted.
_MANY = 100

#: The most data waiting in a socket, unless its owner may change that: Linux's default.
_SOCKET_MIB = 208 / 1024


def waited_s(pid: int) -> float:
    """Seconds that a process was ready to run while others had the processor.

    Time limits are extended by it: a busy machine is not the student's fault.
    """
    with contextlib.suppress(OSError, ValueError, IndexError):
        return int(Path(f"/proc/{pid}/schedstat").read_text().split()[1]) / 1e9
    return 0.0


def waited_below_s(pid: int) -> float:
    """The same for a process and all those it has started, together."""
    with contextlib.suppress(OSError, ValueError):
        tasks = Path(f"/proc/{pid}/task").iterdir()
        below = [each for task in tasks for each in _children(task)]
        return waited_s(pid) + sum(map(waited_s, below))
    return 0.0


def _children(task: Path) -> list[int]:
    return [int(child) for child in (task / "children").read_text().split()]


def memory_mib(pid: int, *, shared_mib: float = 0.0) -> float:
    """Own memory of a process and all below it, including full sockets.

    Args:
        pid: The topmost process.
        shared_mib: What each process inherited from the fork server.
    """
    total, waiting = 0.0, [pid]
    while waiting:
        current = waiting.pop()
        with contextlib.suppress(OSError, ValueError):
            total += max(0.0, _private_mib(current) - shared_mib)
            total += _sockets_mib(current)
            for task in Path(f"/proc/{current}/task").iterdir():
                waiting += _children(task)
    return total


def _sockets_mib(pid: int) -> float:
    """What a process's sockets may hold in the kernel, if there are many."""
    with contextlib.suppress(OSError):
        names = [entry.path for entry in os.scandir(f"/proc/{pid}/fd")]
        if len(names) >= _MANY:
            return _SOCKET_MIB * sum(_is_socket(name) for name in names)
    return 0.0


def _is_socket(name: str) -> bool:
    with contextlib.suppress(OSError):
        return str(Path(name).readlink()).startswith("socket:")
    return False


def _private_mib(pid: int) -> float:
    kib = 0
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(("RssAnon:", "RssShmem:")):
            kib += int(line.split()[1])
    return kib / 1024


class MemoryWatch:
    """Kills a kernel whose processes together exceed their memory.

    It also keeps them from using more processor time than one program would.

    Attributes:
        told: Why it was killed, or "" if it was not.
    """

    def __init__(self, process: KernelProcess, limit_mib: float) -> None:
        self.told = ""
        self._process = process
        self._limit_mib = limit_mib
        self._base_mib = memory_mib(process.pid)
        self._oom_kills = oom_kills()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    @property
    def has_machine_run_out(self) -> bool:
        """Whether anything was killed for lack of memory since the start."""
        return oom_kills() > self._oom_kills

    def close(self) -> None:
        """Stop watching."""
        self._stop.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._stop.wait(PERIOD_S):
            share_fairly(self._process.pid)
            used = memory_mib(self._process.pid, shared_mib=self._base_mib)
            if used > self._limit_mib:
                self.told = f"it used more than {self._limit_mib:g} MiB of memory"
                self._process.kill()
                return
