"""Measure one command from outside: wall time and memory of all its processes.

Owns: the clock and reading /proc. May not: know what the command does.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.errors import AutograderError

__all__ = ["Measured", "cores", "measure", "pss_mib", "tree"]

#: How often memory is measured, in seconds.
PERIOD_S = 0.5

#: How long a command may take to end when it is told to, in seconds.
_END_S = 10.0

#: The largest share of time to spend on measuring.
_SHARE = 0.05


@dataclass(frozen=True)
class Measured:
    """What a command used.

    Attributes:
        began: When it started, on time.time's clock.
        wall_s: From its start to its end.
        peak_mib: Peak memory of all its processes together, with shared pages counted
            once (Pss); None if /proc does not say.
        output: What it printed.
    """

    began: float
    wall_s: float
    peak_mib: float | None
    output: str


def measure(
    command: Sequence[str], *, folder: Path, environment: Mapping[str, str]
) -> Measured:
    """Run a command to its end.

    Raises:
        AutograderError: It failed; its last line says why.
    """
    with tempfile.TemporaryFile("w+") as errors:
        began, started = time.time(), time.monotonic()
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
        with _ended(process), _Watch(process.pid) as watch:
            output, _ = process.communicate()
            wall_s = time.monotonic() - started
        if process.returncode:
            errors.seek(0)
            lines = [line for line in errors.read().splitlines() if line.strip()]
            reason = (lines or output.strip().splitlines() or ["it said nothing"])[-1]
            name = " ".join(Path(part).name for part in command[:4])
            raise AutograderError(f"{name} ended with {process.returncode}: {reason}")
    return Measured(began, wall_s, watch.peak_mib, output)


@contextlib.contextmanager
def _ended(process: subprocess.Popen[str]) -> Iterator[None]:
    """End the process with the block, also where the block is interrupted."""
    try:
        yield
    finally:
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(_END_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


class _Watch:
    """Repeatedly measures the memory of a process and all below it."""

    def __init__(self, pid: int) -> None:
        self.peak_mib: float | None = None
        self._pid = pid
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> _Watch:
        """Start measuring."""
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        """Stop measuring."""
        self._stop.set()
        self._thread.join()

    def _look(self) -> None:
        pause_s = PERIOD_S
        while not self._stop.wait(pause_s):
            started = time.monotonic()
            parts = [pss_mib(pid) for pid in tree(self._pid)]
            if seen := [part for part in parts if part is not None]:
                self.peak_mib = max(self.peak_mib or 0.0, sum(seen))
            pause_s = max(PERIOD_S, (time.monotonic() - started) / _SHARE)


def cores() -> int:
    """Processor cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def tree(pid: int) -> list[int]:
    """A process and all below it, as far as they are alive."""
    found, waiting = [], [pid]
    while waiting:
        current = waiting.pop()
        found.append(current)
        with contextlib.suppress(OSError, ValueError):
            for task in Path(f"/proc/{current}/task").iterdir():
                waiting += map(int, (task / "children").read_text().split())
    return found


def pss_mib(pid: int) -> float | None:
    """A process's share of the memory it uses, or None if it can't be read."""
    with contextlib.suppress(OSError, ValueError, IndexError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) / 1024
    return None
