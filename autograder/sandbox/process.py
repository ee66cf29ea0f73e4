"""The weaker walls: a child process with a session, environment and folder of its own.

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

from autograder.sandbox import syscalls

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
    account: int | None = None,
) -> ChildProcess:
    """Start a program with nothing of ours but the descriptors named.

    Args:
        argv: The program and its arguments.
        environment: All of its environment.
        cwd: Its working directory.
        keep_fds: Descriptors that it inherits.
        account: Its user and group id, for root only; it then gains no rights again.
            Ours when None.

    Raises:
        OSError: It can't be started, or not as that account.
    """
    popen = subprocess.Popen(
        argv,
        env=dict(environment),
        cwd=cwd,
        pass_fds=tuple(keep_fds),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        user=account,
        group=account,
        extra_groups=None if account is None else (),
        # One system call between fork and exec: it takes no lock that a thread holds.
        preexec_fn=None if account is None else syscalls.forbid_new_privileges,
    )
    return ChildProcess(popen)
