"""Start a kernel's process: as a plain child, or forked behind the full wall.

Owns: the two launchers and their names. May not: choose one; the configuration does.
"""

from __future__ import annotations

import contextlib
import functools
import os
import socket
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from autograder.config import Limits
from autograder.errors import WallError
from autograder.execution.forkserver import ForkServer, Order
from autograder.execution.preload import PRELOADED
from autograder.sandbox import (
    LEVELS,
    Box,
    KernelProcess,
    cuda_devices,
    kernel_environment,
    launch_process,
    server_environment,
    visible_paths,
)
from autograder.sandbox.confinement import HOME, Confinement
from autograder.sandbox.remedy import remedy

__all__ = [
    "Launch",
    "Launcher",
    "PlainLauncher",
    "WalledLauncher",
    "begin_ahead",
    "launcher_for",
]

_KERNEL = "autograder.execution.kernel"

#: User ids that no system assigns, but that exist in a container as well.
_FIRST_ACCOUNT, _ACCOUNTS = 61_000, 4_000


@dataclass(frozen=True)
class Launch:
    """What a launcher should start.

    Attributes:
        connection_file: Jupyter's connection file, which exists.
        address: The `ip` of ipc channels: sockets are called `<address>-<port>`.
        ports: Ports of the channels.
        arguments: More arguments for the kernel's application.
        agent: Descriptor of the agent's socket.
        is_ahead: As in `Order`.
    """

    connection_file: Path
    address: str
    ports: tuple[int, ...]
    arguments: tuple[str, ...]
    agent: int
    is_ahead: bool = False


class Launcher(Protocol):
    """Starts kernels behind one level of wall."""

    #: The GPU that the next kernels see, by name; all GPUs if "".
    gpu: str

    @property
    def level(self) -> str:
        """Name of the wall."""

    @property
    def device(self) -> str:
        """The device that kernels compute on: "cpu" or "cuda"."""

    def prepare(self) -> None:
        """Wait until launching is fast; `launch` would wait for the same."""

    def launch(self, box: Box, launch: Launch) -> KernelProcess:
        """Start a kernel's process."""

    def is_sound(self) -> bool:
        """Whether a kernel that has ended since its launch did so by itself."""

    def lend(self) -> socket.socket | None:
        """What a launcher in another process can fork from, or None."""

    def close(self) -> None:
        """End the processes that start kernels."""


class PlainLauncher:
    """Starts cold child processes with their own environment and folder.

    Args:
        device: "cpu" or "cuda".
        has_account: Whether each also gets an account of its own, which takes root.
    """

    def __init__(self, *, device: str = "cpu", has_account: bool = False) -> None:
        self.level = "account" if has_account else "process"
        self.device, self.gpu = device, ""

    def prepare(self) -> None:
        """Do nothing: each launch is a cold start."""

    def launch(self, box: Box, launch: Launch) -> KernelProcess:
        """Start an interpreter that becomes a kernel.

        Raises:
            WallError: It can't get its own account here.
        """
        if self.level == "process":
            return self._started(box, launch)
        account = _FIRST_ACCOUNT + os.getpid() % _ACCOUNTS
        try:
            box.give(account)
            return self._started(box, launch, account)
        except OSError as error:
            raise WallError(
                'this machine refuses the wall "account", which takes root and the '
                f"right to start processes as another user: {error}"
            ) from error

    def _started(
        self, box: Box, launch: Launch, account: int | None = None
    ) -> KernelProcess:
        return launch_process(
            [
                sys.executable,
                "-P",
                "-m",
                _KERNEL,
                "-f",
                str(launch.connection_file),
                f"--KernelApp.agent_fd={launch.agent}",
                # It checks every second whether we are still there, and ends if not.
                f"--KernelApp.parent_handle={os.getpid()}",
                *launch.arguments,
            ],
            environment=kernel_environment(
                str(box.home),
                str(box.home),
                device=self.device,
                gpu=self.gpu,
            ),
            cwd=box.work,
            keep_fds=(launch.agent,),
            account=account,
        )

    def is_sound(self) -> bool:
        """Always true: these kernels depend on no server."""
        return True

    def lend(self) -> socket.socket | None:
        """Always None: cold children share nothing."""
        return None

    def close(self) -> None:
        """Do nothing: nothing was prepared."""


class WalledLauncher:
    """Forks kernels from a warm server into their own namespaces.

    Args:
        limits: Memory, disk, processes and so on of one box.
        device: "cpu" or "cuda"; GPU device nodes are let in for the latter only.
        warm: Whether the server imports anything before it forks.
        lent: What a launcher with the same settings in another process has lent.
        preload: What it then imports.
        is_for_many: Whether more than one notebook will be run.
        idle_s: How long the server stays for the next command.
    """

    level = "full"

    def __init__(
        self,
        limits: Limits | None = None,
        *,
        device: str = "cpu",
        warm: bool = True,
        lent: socket.socket | None = None,
        preload: Sequence[str] = PRELOADED,
        is_for_many: bool = True,
        idle_s: float = 0.0,
    ) -> None:
        self._limits = limits or Limits()
        self.device, self.gpu = device, ""
        environment = server_environment(device=device)
        begun = None if lent else _AHEAD.pop(_key(environment, idle_s), None)
        if begun:
            begun.expect(preload, is_for_many=is_for_many)
        self.server = begun or ForkServer(
            environment,
            preload=preload if warm else (),
            lent=lent,
            is_for_many=is_for_many,
            idle_s=idle_s,
        )

    def prepare(self) -> None:
        """Wait for the fork server's imports.

        Raises:
            KernelError: It does not start.
        """
        self.server.start()

    def launch(self, box: Box, launch: Launch) -> KernelProcess:
        """Fork a kernel; its channels' sockets are created outside and passed in."""
        order = Order(
            connection=launch.connection_file.read_text(encoding="utf-8"),
            arguments=launch.arguments,
            environment=kernel_environment(
                HOME,
                "/tmp",
                device=self.device,
                gpu=self.gpu,
            ),
            ports=launch.ports,
            confinement=self._confinement(box),
            seat=box.seat,
            is_ahead=launch.is_ahead,
        )
        with _listening(launch) as descriptors:
            return self.server.fork(order, launch.agent, descriptors)

    def is_sound(self) -> bool:
        """Whether the fork server is alive; kernels do not outlive it."""
        return self.server.is_alive

    def lend(self) -> socket.socket | None:
        """A fork server that shares the imports of this one."""
        return self.server.lend()

    def close(self) -> None:
        """End the fork server and what it forked."""
        self.server.close()

    def _confinement(self, box: Box) -> Confinement:
        limits = self._limits
        return Confinement(
            stage="",
            visible=visible_paths(),
            work=str(box.work.resolve()),
            devices=cuda_devices() if self.device == "cuda" else (),
            memory_mib=int(limits.memory_mib),
            disk_mib=int(limits.disk_mib),
            processes=limits.processes,
            cpu_s=int(limits.notebook_timeout_s * 2 + 60),
        )


def launcher_for(
    level: str,
    limits: Limits,
    *,
    device: str = "cpu",
    lent: socket.socket | None = None,
    preload: Sequence[str] = PRELOADED,
    is_for_many: bool = True,
    idle_s: float = 0.0,
) -> Launcher:
    """The launcher of a level.

    Args:
        level: Name of the wall.
        limits: What one notebook may use.
        device: "cpu" or "cuda".
        lent: From `lend` of such a launcher in another process.
        preload: What kernels share, behind the full wall.
        is_for_many: Whether more than one notebook is to be run.
        idle_s: How long a fork server stays for the next command. There is none behind
            a weaker wall than the full one: the next command must not rely on anything
            that a student's code may access as this user.

    Raises:
        WallError: There is no such level, or this machine can't provide it.
    """
    if level in ("account", "process"):
        has_account = level == "account"
        return PlainLauncher(device=device, has_account=has_account)
    if level != "full":
        raise WallError(f'there is no wall "{level}". There are: {", ".join(LEVELS)}.')
    if sys.platform != "linux":
        raise WallError(f"this machine can't have the full wall: {remedy()}")
    return WalledLauncher(
        limits,
        device=device,
        lent=lent,
        preload=preload,
        is_for_many=is_for_many,
        idle_s=idle_s,
    )


def begin_ahead(level: str, *, device: str = "cpu", idle_s: float = 0.0) -> None:
    """Have a fork server import what all kernels need, before more is known.

    This process's next launcher with the same settings takes it over.
    """
    if level != "full" or sys.platform != "linux":
        return
    environment = server_environment(device=device)
    server = ForkServer(environment, idle_s=idle_s)
    with contextlib.suppress(OSError):  # the launcher tries again, and says why
        server.open()
    _AHEAD[_key(environment, idle_s)] = server


#: Fork servers that no launcher has taken over yet.
_AHEAD: dict[tuple[object, ...], ForkServer] = {}


def _key(environment: Mapping[str, str], idle_s: float) -> tuple[object, ...]:
    return (idle_s, *sorted(environment.items()))


@functools.cache
def shared_launcher(level: str) -> Launcher:
    """One launcher for a whole foreign process, such as nbgrader's."""
    return launcher_for(level, Limits())


@contextlib.contextmanager
def _listening(launch: Launch) -> Iterator[list[int]]:
    """Listening sockets where Jupyter's client will look for the channels."""
    sockets = []
    try:
        for port in launch.ports:
            channel = socket.socket(socket.AF_UNIX)
            sockets.append(channel)
            channel.bind(f"{launch.address}-{port}")
            Path(f"{launch.address}-{port}").chmod(0o600)
            channel.listen(16)
        yield [channel.fileno() for channel in sockets]
    finally:
        for channel in sockets:
            channel.close()
