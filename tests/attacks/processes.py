"""Processes below this one, and what is left of them."""

from __future__ import annotations

import contextlib
import ctypes
import os
import time
from collections.abc import Iterator
from pathlib import Path

__all__ = ["adopting", "descendants", "left_since", "now", "processes"]

#: Orphans below this process become its children (prctl(2)).
PR_SET_CHILD_SUBREAPER = 36


def processes() -> Iterator[tuple[int, int, str]]:
    """Every process: its id, its parent's, its command."""
    for folder in Path("/proc").iterdir():
        with contextlib.suppress(OSError, ValueError, UnicodeDecodeError):
            command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            state, parent, *_ = (folder / "stat").read_text().rpartition(")")[2].split()
            if state != "Z":
                yield int(folder.name), int(parent), command


def descendants() -> dict[int, tuple[int, str]]:
    """Processes below this one: how deep, and the command."""
    everybody = list(processes())
    found: dict[int, tuple[int, str]] = {}
    level, depth = {os.getpid()}, 0
    while level:
        depth += 1
        level = {pid for pid, parent, _ in everybody if parent in level}
        found |= {pid: (depth, c) for pid, _, c in everybody if pid in level}
    return found


def left_since(before: set[int]) -> list[str]:
    """Commands of processes that were not there before; those that end get time."""
    deadline = time.monotonic() + 120  # an import is ended first
    while (left := now(before)) and time.monotonic() < deadline:
        time.sleep(0.05)
    return left


def now(before: set[int]) -> list[str]:
    """Commands of our processes that began since."""
    found = {pid: c for pid, (_, c) in descendants().items() if pid not in before}
    return [c for c in found.values() if "resource_tracker" not in c]


@contextlib.contextmanager
def adopting() -> Iterator[set[int]]:
    """The processes below this one as it begins; in it, also all orphans of its."""
    libc = ctypes.CDLL(None, use_errno=True)
    assert libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0
    yield set(descendants())
    assert libc.prctl(PR_SET_CHILD_SUBREAPER, 0, 0, 0, 0) == 0
