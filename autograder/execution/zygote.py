"""The fork server: imports everything once, computes nothing, forks kernels.

Owns: the imports that every notebook shares, and forking one kernel after another, each
behind the wall before it runs any student code. May not: hold a secret (no test,
oracle, seed or path of a submission gets here), start a thread, or compute with an
imported framework: a fork is safe only from a process with one thread that has run no
operation.

Runs as `python -P -m autograder.execution.zygote FD`; everything else comes through
that socket: first what to import, in any number of messages, then requests. One kind of
request is for a second server, forked from this one and serving another socket, so that
workers share what was imported once.

A server that stays between commands (`autograder.execution.warm`) serves no command
itself: for each one it forks a server, which ends with that command. So nothing from
one command, except the imports of the first, ever reaches the next one.
"""

from __future__ import annotations

import contextlib
import errno
import gc
import importlib
import json
import os
import random
import signal
import socket
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn

from autograder.execution.pages import gather_pages
from autograder.execution.staying import Client, Staying, Visitor, detach, stay
from autograder.imports import keep_order
from autograder.sandbox import syscalls
from autograder.sandbox.confinement import (
    HOME,
    Confinement,
    confine_mounts,
    confine_self,
)

__all__ = ["SERVE", "main"]

#: The request for a second server; its socket comes with it.
SERVE = b"serve"


def main() -> None:
    """Import, say so, fork on request until the trusted side closes the socket."""
    control = socket.socket(fileno=int(sys.argv[1]))
    parent = os.getppid()
    syscalls.hide_memory()
    keep_order()
    gc.disable()  # imports leave almost no garbage; collecting it takes a second
    client = Client(control, parent)
    imports = _Imports()
    imports.follow(client)
    if not imports.are_complete:
        return  # nobody is waiting for the rest
    ready = imports.told()
    _be_silent()
    if imports.is_to_gather:
        gather_pages()
    gc.freeze()  # keep shared memory shared: no fork's garbage collector writes to it
    gc.enable()
    if staying := imports.staying:
        if ready["threads"] != 1:  # neither this command nor another will use it
            staying = replace(staying, idle_s=0.0)
        stay(
            staying,
            control,
            lambda visitor, end: _serve_command(visitor, imports, end),
        )
    else:
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel reaps our children
        _serve(client, ready)


class _Imports:
    """What has been imported, and further options.

    Attributes:
        are_complete: Whether the last message has arrived.
        is_to_gather: Whether many forks will follow, so that huge pages pay off.
        staying: How to stay between commands; None for a server of one command.
        added: What this process has imported itself, not inherited.
    """

    def __init__(self) -> None:
        self.are_complete = False
        self.is_to_gather = False
        self.staying: Staying | None = None
        self.added: list[str] = []
        self._tried: dict[str, bool] = {}
        self._asked: dict[str, None] = {}
        self._threads = 0

    def follow(self, client: Client) -> None:
        """Import what a client requests, until it says it is done."""
        self.are_complete, self.added = False, []
        while not self.are_complete:
            message, descriptors = client.hear()
            if not message:
                return
            order = json.loads(message)
            if "stay" in order:
                self.staying = detach(order["stay"], descriptors[0])
                client.parent = 0  # the client may leave; we go on importing
                client.say(pid=os.getpid())
            for name in order["import"]:
                if not client.is_there:
                    return
                self._try(name)
            if order["is_all"]:  # the modules before are a kernel's own
                self._asked |= dict.fromkeys(order["import"])
            self.is_to_gather = bool(order.get("is_for_many"))
            self.are_complete = bool(order["is_all"])

    def told(self) -> dict[str, Any]:
        """What a client has to know before its first kernel."""
        threads = len(list(Path("/proc/self/task").iterdir()))
        self._threads = max(self._threads, threads)  # a fork has only one
        imported = [name for name in self._asked if self._tried[name]]
        return {"threads": self._threads, "imported": imported}

    def _try(self, name: str) -> None:
        if not self._tried.get(name):
            is_new = name not in sys.modules
            self._tried[name] = _imported(name)
            if is_new and self._tried[name]:
                self.added.append(name)


def _be_silent() -> None:
    """Close stderr, which was for failed imports: kernels must not inherit ours."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    os.close(nowhere)


def _serve(client: Client, ready: dict[str, Any]) -> None:
    """Report that we are ready, then fork on request until the other side closes."""
    client.control.send(json.dumps({**ready, "pid": os.getpid()}).encode())
    while True:
        request, descriptors = client.hear()
        if not request:
            return
        if os.fork() == 0:
            client.close()
            if request == SERVE:
                _become_server(descriptors[0], ready)
            _supervise(json.loads(request), descriptors)
        for descriptor in descriptors:
            os.close(descriptor)


def _become_server(descriptor: int, ready: dict[str, Any]) -> NoReturn:
    """Serve another socket with the same imports. Never returns."""
    try:
        syscalls.die_with_parent(signal.SIGKILL)
        with contextlib.suppress(OSError):  # our client has ended
            control = socket.socket(fileno=descriptor)
            _serve(Client(control, os.getppid()), ready)
    finally:
        os._exit(0)


def _serve_command(
    visitor: Visitor, imports: _Imports, end: Callable[[], None]
) -> None:
    """Serve one command, in a process forked for it from the server that stays.

    Args:
        visitor: The command's connection.
        imports: What is already imported.
        end: Makes the server that stays give way to one that imports more.
    """
    client = Client(visitor.control, visitor.server, visitor.pidfd)
    if visitor.is_first:  # it has already said what it needs
        imports.added = []
    else:
        imports.follow(client)
    if imports.are_complete:
        if imports.added:
            end()
        _serve(client, {**imports.told(), "added": imports.added})


def _imported(name: str) -> bool:
    try:
        importlib.import_module(name)
    except ImportError:
        return False
    return True


def _supervise(request: dict[str, Any], descriptors: list[int]) -> NoReturn:
    """Create the box, fork process 1 into it, report how it ended. Never returns."""
    agent, status, *listening = descriptors
    code = 1
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        _require_no_device()
        syscalls.allow_look_in()
        syscalls.die_with_parent(signal.SIGKILL)
        spec = Confinement(**request["confinement"])
        box_id = request["box_id"]
        confine_mounts(spec, box_id=box_id)
        pid = os.fork()
        if pid == 0:
            _become_kernel(request, spec, descriptors)
        for descriptor in (agent, *listening):
            os.close(descriptor)
        _tell(status, {"pid": pid})
        _, ended = os.waitpid(pid, 0)
        _tell(status, {"exit": os.waitstatus_to_exitcode(ended)})
        code = 0
    except OSError as error:
        _tell(status, {"error": str(error), "errno": error.errno})
    finally:
        os._exit(code)


def _require_no_device() -> None:
    """Check that no library has initialised a GPU: that does not survive a fork.

    Raises:
        OSError: One has: a file of the driver is open.
    """
    for descriptor in os.listdir("/proc/self/fd"):  # noqa: PTH208 - names suffice
        with contextlib.suppress(FileNotFoundError):  # that of the list itself
            opened = os.readlink(f"/proc/self/fd/{descriptor}")  # noqa: PTH115
            if not opened.startswith("/dev/nvidia"):
                continue
            told = f"{opened} was opened before a fork: no kernel could use the GPU"
            raise OSError(errno.EBUSY, told)


def _tell(status: int, message: dict[str, Any]) -> None:
    with contextlib.suppress(OSError):
        os.write(status, json.dumps(message).encode() + b"\n")


def _become_kernel(
    request: dict[str, Any], spec: Confinement, descriptors: list[int]
) -> NoReturn:
    """Run process 1 of the box: close the wall, then run a kernel until the end."""
    agent, status, *listening = descriptors
    code = 1
    try:
        confine_self(spec, box_id=request["box_id"])
        syscalls.die_with_parent(signal.SIGKILL)
        _renew(request["environment"])
        from autograder.execution.kernel import KernelApp

        connection = Path(HOME, ".connection.json")
        connection.write_text(request["connection"], encoding="utf-8")
        ports = [int(port) for port in request["ports"]]
        os.close(status)
        KernelApp.launch_instance(
            list(request["arguments"]),
            connection_file=str(connection),
            agent_fd=agent,
            listening=dict(zip(ports, listening, strict=True)),
        )
        code = 0
    except (OSError, ImportError, LookupError, ValueError, MemoryError) as error:
        _tell(status, {"error": f"{type(error).__name__}: {error}"})
    finally:
        os._exit(code)


def _renew(environment: dict[str, str]) -> None:
    """Hide everything of the fork server except its imports."""
    os.environ.clear()
    os.environ.update(environment)
    time.tzset()
    sys.argv = ["ipykernel_launcher.py"]
    _reseed()
    signal.signal(signal.SIGINT, signal.default_int_handler)


def _reseed() -> None:
    """Reseed every random generator of the fork server.

    TensorFlow's and Keras's are seeded at their first use, in the child. The random
    part of `hash` for strings is fixed when an interpreter starts: it differs between
    servers.
    """
    random.seed()
    if numpy := sys.modules.get("numpy"):
        numpy.random.seed()
    if torch := sys.modules.get("torch"):
        torch.default_generator.seed()
        if os.environ.get("CUDA_VISIBLE_DEVICES") != "":
            torch.cuda.seed_all()  # kept until a GPU is first used


if __name__ == "__main__":
    main()
