"""The jupyter_client provisioner `autograder`, which starts our kernels.

Owns: turning "launch a kernel" into a launcher's process with an agent's socket. May
not: read notebooks, or know about checks. Any Jupyter program can use it through the
kernelspec `autograder`; only our engine uses the `channel`.
"""

from __future__ import annotations

import asyncio
import json
import signal
import socket
import sys
import tempfile
from pathlib import Path
from typing import Any

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.provisioning.provisioner_base import KernelProvisionerBase
from traitlets import Unicode

from autograder.config import Limits
from autograder.execution.launchers import Launch, Launcher, shared_launcher
from autograder.sandbox import Box, KernelProcess

__all__ = [
    "KERNEL_NAME",
    "WalledProvisioner",
    "WalledSpecManager",
    "box_for",
    "install_kernel_spec",
    "kernel_spec",
]

KERNEL_NAME = "autograder"

_PORTS = ("shell_port", "iopub_port", "stdin_port", "control_port", "hb_port")


def kernel_spec() -> KernelSpec:
    """The kernelspec that selects our provisioner; nothing needs to be installed."""
    return KernelSpec(
        argv=[sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"],
        name=KERNEL_NAME,
        display_name="Python 3 (autograder)",
        language="python",
        interrupt_mode="signal",
        metadata={"kernel_provisioner": {"provisioner_name": KERNEL_NAME}},
    )


def install_kernel_spec(prefix: str = sys.prefix) -> Path:
    """Register the kernel `autograder` with the Jupyter programs of an environment.

    Args:
        prefix: The environment; the spec goes below its share/jupyter.

    Returns:
        The folder that was created.
    """
    with tempfile.TemporaryDirectory() as folder:
        spec = json.dumps(kernel_spec().to_dict(), indent=1, sort_keys=True)
        Path(folder, "kernel.json").write_text(spec + "\n", encoding="utf-8")
        written = KernelSpecManager().install_kernel_spec(
            folder, KERNEL_NAME, prefix=prefix
        )
    return Path(written)


def box_for(folder: Path, limits: Limits | None = None) -> Box:
    """A box for the notebook of a program that doesn't know about boxes.

    Args:
        folder: Where the program would start a kernel: its files are copied, up to half
            of what may be written.
        limits: The defaults if None.

    Raises:
        KernelError: There are more files than that.
    """
    box = Box()
    try:
        box.copy_in_foreign(folder, at_most_mib=(limits or Limits()).disk_mib / 2)
    except BaseException:
        box.remove()
        raise
    return box


class WalledSpecManager(KernelSpecManager):
    """Maps every kernel name to ours: a submission never chooses its kernel."""

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        """Called by the kernel manager when it first needs the spec."""
        return kernel_spec()


class WalledProvisioner(KernelProvisionerBase):
    """Starts a kernel in a box and keeps our end of its agent's socket.

    Attributes:
        wall: Name of the level, from the kernelspec, if no launcher was set.
        launcher: Starts the process; one shared by the whole program if None.
        box: The box to start in; if None, one with a copy of the caller's folder.
        channel: Our end of the socket to the agent, while the kernel runs.
        is_ahead: Whether nobody is waiting for the kernel yet.
    """

    wall = Unicode("full", help="Level of the wall").tag(config=True)
    launcher: Launcher | None = None
    box: Box | None = None
    channel: socket.socket | None = None
    is_ahead = False
    _process: KernelProcess | None = None
    _own_box: Box | None = None

    @property
    def has_process(self) -> bool:
        """Called by the manager: whether a process was launched and not cleaned up."""
        return self._process is not None

    @property
    def process(self) -> KernelProcess | None:
        """The kernel's process, while there is one."""
        return self._process

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:
        """Called by the manager before each launch: write the connection file."""
        manager: Any = self.parent
        if self.box is None:
            self.box = self._own_box = box_for(Path(kwargs.get("cwd") or Path.cwd()))
        if manager.transport != "ipc":
            # A box has no network, so channels are unix sockets, whatever the default.
            manager.transport, manager.ip = "ipc", str(self.box.run / "k")
        extra = kwargs.pop("extra_arguments", [])
        manager.write_connection_file()
        return await super().pre_launch(cmd=extra, **kwargs)

    async def launch_kernel(
        self, cmd: list[str], **kwargs: Any
    ) -> KernelConnectionInfo:
        """Called by the manager to start the process; returns how to reach it."""
        manager: Any = self.parent
        box = self.box
        if box is None:
            raise RuntimeError("pre_launch was not called before launch_kernel")
        launcher = self.launcher or shared_launcher(self.wall)
        ours, theirs = socket.socketpair()
        launch = Launch(
            connection_file=Path(manager.connection_file),
            address=manager.ip,
            ports=tuple(getattr(manager, port) for port in _PORTS),
            arguments=tuple(cmd),
            agent=theirs.fileno(),
            is_ahead=self.is_ahead,
        )
        try:
            self._process = launcher.launch(box, launch)
        except BaseException:
            ours.close()
            raise
        finally:
            theirs.close()
        self._close_channel()
        self.channel = ours
        info: KernelConnectionInfo = manager.get_connection_info()
        return info

    async def poll(self) -> int | None:
        """Called often by the manager: None while the kernel runs."""
        return self._process.poll() if self._process else 0

    async def wait(self) -> int | None:
        """Called by the manager after a kill: wait until the process is gone."""
        while self._process and self._process.poll() is None:
            await asyncio.sleep(0.02)
        status = self._process.poll() if self._process else 0
        self._process = None
        return status

    async def send_signal(self, signum: int) -> None:
        """Called by the manager to interrupt or end the kernel."""
        if self._process is None:
            return
        if signum == signal.SIGINT:
            self._process.interrupt()
        elif signum:
            self._process.kill()

    async def kill(self, restart: bool = False) -> None:
        """Called by the manager: do nothing, since we never ask politely."""
        if self._process:
            self._process.kill()

    async def terminate(self, restart: bool = False) -> None:
        """Called by the manager: the same as `kill`."""
        await self.kill(restart)

    async def cleanup(self, restart: bool = False) -> None:
        """Called by the manager after the process has ended."""
        self._close_channel()
        if self.box:
            for left in self.box.run.glob("k-*"):
                left.unlink()
        if self._own_box and not restart:
            self._own_box.remove()
            self._own_box = None

    def _close_channel(self) -> None:
        if self.channel:
            self.channel.close()
            self.channel = None
