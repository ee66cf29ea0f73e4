"""The weaker walls: a child process with its own session, environment and folder.

Owns: starting, watching and ending that process. May not: speak Jupyter.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Protocol

from autograder.sandbox import syscalls

__all__ = ["ChildProcess", "KernelProcess", "launch_process"]


class KernelProcess(Protocol):
    """A kernel's process as its provisioner sees it, behind any wall.

    Attributes:
        trouble: Why it could not become a kernel, if it ended before that; or "".
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
        """Kill it and everything it started; safe to call twice."""


class ChildProcess:
    """A child in its own process group.

    Args:
        popen: The child.
        account: Its own user id, if it has one.
    """

    def __init__(
        self, popen: subprocess.Popen[bytes], account: int | None = None
    ) -> None:
        self.trouble = ""
        self._popen = popen
        self._account = account

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
        """Kill the whole group and everything of its account; reap the child."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)
        self._popen.kill()
        self._popen.wait()
        if self._account is not None:
            _kill_all_of(self._account)


def launch_process(
    argv: Sequence[str],
    *,
    environment: Mapping[str, str],
    cwd: Path,
    keep_fds: Sequence[int],
    account: int | None = None,
) -> ChildProcess:
    """Start a program that inherits only the given descriptors.

    Args:
        argv: The program and its arguments.
        environment: Its whole environment.
        cwd: Its working directory.
        keep_fds: Descriptors that it inherits.
        account: Its user and group id, for root only; it can't regain rights. Ours if
            None.

    Raises:
        OSError: It can't be started, or not with that account.
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
        # One system call between fork and exec, which takes no lock that a thread may
        # hold.
        preexec_fn=None if account is None else syscalls.forbid_new_privileges,
    )
    return ChildProcess(popen, account)


#: How often to look for an account's processes, while any of them forks.
_MOST_LOOKS = 50


def _kill_all_of(account: int) -> None:
    """Kill what has left its process group, such as a daemon."""
    for _ in range(_MOST_LOOKS):
        left = list(_pids_of(account))
        for pid in left:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        if not left:
            return
        time.sleep(0.01)


def _pids_of(account: int) -> Iterator[int]:
    """The running processes of an account."""
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):  # it has ended
            state = (folder / "stat").read_bytes().rpartition(b")")[2].split()[0]
            if folder.stat().st_uid == account and state != b"Z":
                yield int(folder.name)
