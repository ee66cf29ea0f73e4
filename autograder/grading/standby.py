"""The process that stays for workers: imports what they share, forks one on request.

Owns: these imports, and a worker's start. May not: read anything of a course, a
test or a submission: each worker does that itself, in its own process.

Runs as `python -P -m autograder.grading.standby FD`. For each command it forks a
separate process, which ends with the command together with its workers: so no command
sees anything left by another. No student's code runs in any of them, and no box can
reach its socket: `warm` keeps that where only this user can.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import pickle
import random
import signal
import socket
import sys
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import NoReturn

from autograder.execution.staying import Client, Visitor, detach, stay
from autograder.sandbox import syscalls

__all__ = ["main"]

#: What every worker imports, including what its first submission needs.
_SHARED = (
    "autograder.grading.pool",
    "autograder.grading.worker",
    "numpy.random",
    "numpy.testing",
    "importlib.resources",
)


#: How long finished threads may still be listed, in seconds.
_MOMENT_S = 2.0


def main() -> None:
    """Import, then stay until it is time to end."""
    control = socket.socket(fileno=int(sys.argv[1]))
    syscalls.hide_memory()
    message, descriptors = Client(control, os.getppid()).hear()
    if not message:
        return
    staying = detach(json.loads(message)["stay"], descriptors[0])
    gc.disable()  # imports leave almost no garbage
    for name in _SHARED:
        importlib.import_module(name)
    gc.freeze()  # keep shared memory shared
    gc.enable()
    _be_silent()
    if _has_one_thread():
        stay(staying, control, _serve)


def _be_silent() -> None:
    """Drop what is left of the command that started us."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 2)
    os.close(nowhere)


def _has_one_thread() -> bool:
    """Whether forks are safe here: numpy's own threads end when one is made."""
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)
    # A joined thread stays listed for a moment.
    deadline = time.monotonic() + _MOMENT_S
    while len(list(Path("/proc/self/task").iterdir())) > 1:
        if time.monotonic() > deadline:
            return False
        time.sleep(0.005)
    return True


def _serve(visitor: Visitor, _end: Callable[[], None]) -> None:
    """Fork workers for one command, in a process of its own."""
    client = Client(visitor.control, visitor.server, visitor.pidfd)
    client.say(pid=os.getpid())
    while True:
        message, descriptors = client.hear()
        if not message:
            return
        if os.fork() == 0:
            client.close()
            _supervise(descriptors)
        for descriptor in descriptors:
            os.close(descriptor)


def _supervise(descriptors: list[int]) -> NoReturn:
    """Fork a worker, report its process id, then its exit status. Never returns."""
    _order, status, *_rest = descriptors
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        syscalls.die_with_parent(signal.SIGKILL)
        us = os.getpid()
        pid = os.fork()
        if pid == 0:
            _become_worker(descriptors, parent=us)
        for descriptor in descriptors:
            if descriptor != status:
                os.close(descriptor)
        _tell(status, pid=pid)
        _, ended = os.waitpid(pid, 0)
        _tell(status, exit=os.waitstatus_to_exitcode(ended))
    finally:
        os._exit(0)


def _tell(status: int, **told: int) -> None:
    with contextlib.suppress(OSError):
        os.write(status, json.dumps(told).encode() + b"\n")


def _become_worker(descriptors: list[int], *, parent: int) -> NoReturn:
    """Take on the command's environment, then run a worker. Never returns."""
    try:
        syscalls.die_with_parent(signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)
        syscalls.allow_look_in()
        file, status, here, out, err, connection, state, *lent = descriptors
        os.close(status)
        with os.fdopen(file, "rb") as reader:
            order = pickle.load(reader)
        os.fchdir(here)
        for ours, theirs in ((1, out), (2, err)):
            os.dup2(theirs, ours)
        for descriptor in (here, out, err):
            os.close(descriptor)
        os.umask(order.umask)
        os.environ.clear()
        os.environ.update(order.environment)
        time.tzset()
        sys.path[:] = order.path
        sys.argv = ["-c"]
        sys.dont_write_bytecode = not order.writes_bytecode
        _reseed()
        from autograder.grading.pool import be_worker
        from autograder.grading.progress import state_in

        be_worker(
            Connection(connection),
            order.assignment,
            socket.socket(fileno=lent[0]) if lent else None,
            state_in(state),
            order.folder,
        )
    except BaseException:  # noqa: BLE001 - print it to stderr, as Python would
        sys.excepthook(*sys.exc_info())
    finally:
        os._exit(1)


def _reseed() -> None:
    """Reseed the random generators of the imported modules."""
    random.seed()
    if numpy := sys.modules.get("numpy"):
        numpy.random.seed()


if __name__ == "__main__":
    main()
