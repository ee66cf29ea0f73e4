"""The fork server: imports everything once, computes nothing, forks kernels.

Owns: the imports that every notebook shares, and the fork of one kernel after the
other, each behind the wall before it runs a line of a student's. May not: hold a
secret (no test, oracle, seed or path of a submission gets here), start a thread, or
compute with an imported framework: a fork is safe only from a process with one thread
that has run no operation.

Runs as `python -P -m autograder.execution.zygote FD`; all else comes on that socket:
first what to import, in as many messages as whoever asks likes, then requests. One
kind of request asks for a second server, forked from this one and serving another
socket, so that workers share what was imported once.

A server that stays between commands (`autograder.execution.warm`) serves nobody itself:
for each command it forks a server, which ends with that command. So nothing that a
command says, but what the first one has it import, ever reaches what the next one gets.
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
    gc.disable()  # imports leave next to no garbage; looking for it takes a second
    client = Client(control, parent)
    imports = _Imports()
    imports.follow(client)
    if not imports.are_complete:
        return  # nobody waits for the rest
    ready = imports.told()
    _be_silent()
    if imports.is_to_gather:
        gather_pages()
    gc.freeze()  # what is shared stays shared: no fork's collector writes to it
    gc.enable()
    if staying := imports.staying:
        if ready["threads"] != 1:  # the command will not have it, nor will another
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
    """What has been imported, and what else was said about it.

    Attributes:
        are_complete: Whether the last message has come.
        is_to_gather: Whether many forks are to come, so that huge pages pay off.
        staying: How to stay between commands; None for a server of one command.
        added: What this process has imported by itself, not the one it was forked from.
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
        """Import what a client asks for, until it says that this was all."""
        self.are_complete, self.added = False, []
        while not self.are_complete:
            message, descriptors = client.hear()
            if not message:
                return
            order = json.loads(message)
            if "stay" in order:
                self.staying = detach(order["stay"], descriptors[0])
                client.parent = 0  # it may go, and we import on
                client.say(pid=os.getpid())
            for name in order["import"]:
                if not client.is_there:
                    return
                self._try(name)
            if order["is_all"]:  # what comes before is a kernel's own
                self._asked |= dict.fromkeys(order["import"])
            self.is_to_gather = bool(order.get("is_for_many"))
            self.are_complete = bool(order["is_all"])

    def told(self) -> dict[str, Any]:
        """What a client wants to know before its first kernel."""
        threads = len(list(Path("/proc/self/task").iterdir()))
        self._threads = max(self._threads, threads)  # a fork has but one
        imported = [name for name in self._asked if self._tried[name]]
        return {"threads": self._threads, "imported": imported}

    def _try(self, name: str) -> None:
        if not self._tried.get(name):
            is_new = name not in sys.modules
            self._tried[name] = _imported(name)
            if is_new and self._tried[name]:
                self.added.append(name)


def _be_silent() -> None:
    """Give up stderr, which told why imports failed: kernels inherit none of ours."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    os.close(nowhere)


def _serve(client: Client, ready: dict[str, Any]) -> None:
    """Say that we are ready, then fork on request until the other side is gone."""
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
        with contextlib.suppress(OSError):  # whoever asked for us is gone
            control = socket.socket(fileno=descriptor)
            _serve(Client(control, os.getppid()), ready)
    finally:
        os._exit(0)


def _serve_command(
    visitor: Visitor, imports: _Imports, end: Callable[[], None]
) -> None:
    """Serve one command, in a process forked for it from the server that stays.

    Args:
        visitor: Who has come.
        imports: What is there already.
        end: Have the server that stays make room for one that imports more.
    """
    client = Client(visitor.control, visitor.server, visitor.pidfd)
    if visitor.is_first:  # it has said already what it needs
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
    """Make the box, fork process 1 into it, say how it ended. Never returns."""
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
    """Check that no library has begun with a GPU: that does not survive a fork.

    Raises:
        OSError: One has, so that a file of the driver is open.
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
    """Process 1 of the box: close the wall, then be a kernel until the end."""
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
    """Let nothing of the fork server be seen but its imports."""
    os.environ.clear()
    os.environ.update(environment)
    time.tzset()
    sys.argv = ["ipykernel_launcher.py"]
    _reseed()
    signal.signal(signal.SIGINT, signal.default_int_handler)


def _reseed() -> None:
    """Start every generator that the fork server holds from a place of its own.

    TensorFlow's and Keras's are seeded at their first use, in the child. What `hash`
    adds to texts is fixed when an interpreter starts: it differs between servers.
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
