"""An IPython kernel with an agent: the process started by the provisioner.

Owns: ipykernel's application with one more socket on its event loop, and with channels
on sockets created outside a wall. May not: know a test.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any
from unittest import mock

import zmq
from ipykernel import ipkernel
from ipykernel.heartbeat import Heartbeat
from ipykernel.kernelapp import IPKernelApp
from IPython.core import shellapp
from tornado.ioloop import IOLoop
from traitlets import Dict, Integer, Type
from traitlets.config import Config

from autograder import wire
from autograder.execution.agent import Agent
from autograder.execution.cellsource import spare_repetition
from autograder.imports import keep_order

__all__ = ["KernelApp", "main"]


class _Heartbeat(Heartbeat):
    """ipykernel's heartbeat on a socket that is already listening."""

    listening: int

    def _try_bind_socket(self) -> None:
        """Called by the thread when it starts."""
        self.socket.setsockopt(zmq.USE_FD, self.listening)
        super()._try_bind_socket()  # type: ignore[no-untyped-call]


#: What a debugger does not step into, and what `%reset -s` keeps imported. Listed when
#: the fork server imports this module: it inspects thousands of objects, and in a fork
#: that copies their memory pages, half of a kernel's start.
_NAMES = set(sys.modules)
_FILES = [
    file
    for module in tuple(sys.modules.values())
    if (file := getattr(module, "__dict__", {}).get("__file__"))
]


class _Kernel(ipkernel.IPythonKernel):
    """ipykernel's kernel, given the list of module files in advance."""

    #: Whether a Jupyter message has asked the kernel to end.
    is_to_end = False
    debugger: Any
    _kernel_modules: list[str]

    async def shutdown_request(self, stream: Any, ident: Any, parent: Any) -> None:
        """Called for Jupyter's own message, not for anything that a cell does."""
        self.is_to_end = True
        await super().shutdown_request(stream, ident, parent)  # type: ignore[no-untyped-call]

    def __init__(self, **kwargs: Any) -> None:
        with _without_modules(ipkernel):
            super().__init__(**kwargs)  # type: ignore[no-untyped-call]
        self._kernel_modules = _FILES
        if self.debugger:
            self.debugger.kernel_modules = _FILES


@contextlib.contextmanager
def _without_modules(library: ModuleType) -> Iterator[None]:
    """Give a module a `sys` without modules, so that it has none to list."""
    shown = SimpleNamespace(**{**vars(sys), "modules": {}})
    with mock.patch.object(library, "sys", shown):
        yield


class KernelApp(IPKernelApp):
    """An ordinary IPython kernel that also answers on one more socket.

    It keeps no history, which would be lost with its box.
    """

    kernel_class = Type(_Kernel, klass=ipkernel.IPythonKernel).tag(config=True)
    agent_fd = Integer(-1, help="Descriptor of the agent's socket").tag(config=True)
    listening: Any = Dict(help="Descriptors that already listen, by channel's port")

    def parse_command_line(self, argv: Any = None) -> None:
        """Called once; without arguments no parser is created, which saves 10 ms."""
        if argv is None or argv:
            super().parse_command_line(argv)
        self.update_config(Config({"HistoryManager": {"enabled": False}}))

    def _try_bind_socket(self, s: zmq.Socket[bytes], port: int) -> int:
        """Called for each channel; inside a wall the sockets come from outside."""
        if port in self.listening:
            s.setsockopt(zmq.USE_FD, self.listening[port])
        return int(super()._try_bind_socket(s, port))  # type: ignore[no-untyped-call]

    def init_heartbeat(self) -> None:
        """Called once; the heartbeat binds its own socket, by its own code."""
        if self.hb_port not in self.listening:
            super().init_heartbeat()  # type: ignore[no-untyped-call]
            return
        address = (self.transport, self.ip, self.hb_port)
        self.heartbeat = _Heartbeat(zmq.Context(), address)  # type: ignore[no-untyped-call]
        self.heartbeat.listening = self.listening[self.hb_port]
        self.heartbeat.start()

    def init_code(self) -> None:
        """Called once, just before the start; lists the modules for `%reset -s`."""
        with _without_modules(shellapp):
            super().init_code()  # type: ignore[no-untyped-call]
        shell: Any = self.shell
        shell._sys_modules_keys = _NAMES

    def start(self) -> None:
        """Called once by the launcher, when all channels are bound."""
        # Last, not first as in Jupyter: a student's file called numpy.py hides nothing,
        # and a module that comes with the assignment is still found.
        sys.path.append(str(Path.cwd()))
        shell: Any = self.shell
        if self.agent_fd >= 0:
            channel = socket.socket(fileno=self.agent_fd)
            agent = Agent(channel, shell.user_ns)
            loop = IOLoop.current()

            def on_request(*_args: object) -> None:
                try:
                    agent.serve_one()
                except (wire.WireError, OSError):  # the trusted side is gone
                    loop.remove_handler(channel)

            loop.add_handler(channel, on_request, IOLoop.READ)
        _choose_terminal(shell)
        spare_repetition(shell)
        shell.events.register("post_run_cell", _unhook)
        self._run(super().start)

    def _run(self, start: Callable[[], None]) -> None:
        """Keep the event loop running until the kernel should end.

        `exit()` in a cell stops it a moment later, and so may a timer or a task left by
        a cell, in the middle of another call. Only Jupyter's own message and the end of
        the process end the kernel.
        """
        kernel: Any = self.kernel
        loop: Any = asyncio.get_event_loop()
        while not (kernel.is_to_end or loop.is_closed()):
            # A timer or a signal handler has raised; report it if possible.
            with contextlib.suppress(BaseException):
                start()
            start = loop.run_forever


def _unhook(_result: object) -> None:
    """Called after each cell: its trace functions must not run in the next one."""
    sys.settrace(None)
    sys.setprofile(None)


def _choose_terminal(shell: Any) -> None:
    """If there are no terminals, make `!command` write as the kernel does."""
    try:
        for descriptor in os.openpty():
            os.close(descriptor)
    except OSError:
        shell.system = shell.system_raw


def main() -> None:
    """Start a kernel; called as `python -P -m autograder.execution.kernel -f FILE`."""
    keep_order()
    KernelApp.launch_instance()


if __name__ == "__main__":
    main()
