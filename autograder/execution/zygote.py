"""The fork server: imports everything once, computes nothing, forks kernels.

Owns: the imports that every notebook shares, and the fork of one kernel after the
other, each behind the wall before it runs a line of a student's. May not: hold a
secret (no test, oracle, seed or path of a submission gets here), start a thread, or
compute with an imported framework: a fork is safe only from a process with one thread
that has run no operation.

Runs as `python -P -m autograder.execution.zygote FD MODULE...`; requests come on that
socket. One kind of request asks for a second server, forked from this one and serving
another socket, so that workers share what was imported once.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import random
import select
import signal
import socket
import sys
import time
from pathlib import Path
from typing import Any, NoReturn

from autograder.execution.pages import gather_pages
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

#: Longest request, in bytes.
_REQUEST = 1 << 16

#: How often an idle server looks whether its parent is still there, in seconds.
_LOOK_S = 1.0


def main() -> None:
    """Import, say so, fork on request until the trusted side closes the socket."""
    control = socket.socket(fileno=int(sys.argv[1]))
    preload = sys.argv[2:]
    parent = os.getppid()
    syscalls.hide_memory()
    keep_order()
    gc.disable()  # imports leave next to no garbage; looking for it takes a second
    imported = []
    for name in preload:
        if os.getppid() != parent:
            return  # nobody waits for the rest
        if _imported(name):
            imported.append(name)
    _be_silent()
    gather_pages()
    gc.freeze()  # what is shared stays shared: no fork's collector writes to it
    gc.enable()
    threads = len(list(Path("/proc/self/task").iterdir()))
    ready = {"threads": threads, "imported": imported}
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel reaps our children
    _serve(control, ready, parent)


def _be_silent() -> None:
    """Give up stderr, which told why imports failed: kernels inherit none of ours."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    os.close(nowhere)


def _serve(control: socket.socket, ready: dict[str, Any], parent: int) -> None:
    """Say that we are ready, then fork on request until the other side is gone.

    Its socket may outlive it in a child of its own, so the parent is looked at too. A
    signal at the parent's death would not do: it comes when a thread ends.
    """
    control.send(json.dumps({**ready, "pid": os.getpid()}).encode())
    while True:
        if not select.select([control], [], [], _LOOK_S)[0]:
            if os.getppid() != parent:
                return
            continue
        request, descriptors, _, _ = socket.recv_fds(control, _REQUEST, 16)
        if not request:
            return
        if os.fork() == 0:
            control.close()
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
            _serve(socket.socket(fileno=descriptor), ready, os.getppid())
    finally:
        os._exit(0)


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
