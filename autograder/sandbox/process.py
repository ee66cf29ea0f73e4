"""The weakest wall: a child process with its own session, environment and folder.

Owns: starting, watching and ending that process. May not: speak Jupyter.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

__all__ = ["ChildProcess", "KernelProcess", "launch_process"]


class KernelProcess(Protocol):
    """A kernel's process as its provisioner sees it, whatever wall is around it.

    Attributes:
        trouble: Why it could not become a kernel, once it has ended; or "".
    """

    trouble: str

    @property
    def pid(self) -> int:
        """Process id on our side of the wall."""

    def poll(self) -> int | None:
        """Exit status, or None while it runs; negative is the signal that ended it."""

    def interrupt(self) -> None:
        """Send SIGINT to the kernel itself."""

    def kill(self) -> None:
        """End it and all that it started, at once; safe to call twice."""


class ChildProcess:
    """A child in a process group of its own."""

    def __init__(self, popen: subprocess.Popen[bytes]) -> None:
        self.trouble = ""
        self._popen = popen

    @property
    def pid(self) -> int:
        """Process id of the child, and of its group."""
        return self._popen.pid

    def poll(self) -> int | None:
        """Exit status, or None while it runs."""
        return self._popen.poll()

    def interrupt(self) -> None:
        """Send SIGINT to the child."""
        if self.poll() is None:
            self._popen.send_signal(signal.SIGINT)

    def kill(self) -> None:
        """Kill the whole group and reap the child."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)
        self._popen.kill()
        self._popen.wait()


def launch_process(
    argv: Sequence[str],
    *,
    environment: Mapping[str, str],
    cwd: Path,
    keep_fds: Sequence[int],
) -> ChildProcess:
    """Start a program with nothing of ours but the descriptors named."""
    popen = subprocess.Popen(
        argv,
        env=dict(environment),
        cwd=cwd,
        pass_fds=tuple(keep_fds),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    return ChildProcess(popen)
