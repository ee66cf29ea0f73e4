"""A child process for work on untrusted data: if it dies, only that work is lost.

Owns: the process, its limits on time and memory, and how its end is reported. May not:
know what the work is. Some inputs cost libraries that parse, convert or draw minutes,
gigabytes or an exception; none of that reaches the parent process.

One process without threads is forked from ours while that is still small, and forks the
children. A child does one piece of work after another and is replaced when it dies.
"""

from __future__ import annotations

import contextlib
import gc
import json
import math
import os
import pickle
import resource
import signal
import socket
import struct
import sys
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, NoReturn

from autograder.errors import BudgetError, KernelError, MalformedError

__all__ = ["Budget", "Disposable"]

#: How often work is retried if a child ends for a reason outside the work.
_TRIES = 3

#: How much longer than its processor time work may take before we give up on the
#: machine: time without a processor doesn't count.
_PATIENCE = 30

#: A child that has grown by this many MiB is replaced.
_GROWTH = 64 << 20

#: Exit codes of a child.
_NO_MEMORY, _RETIRED = 3, 0

_STATUS, _SPENT = struct.Struct("i"), struct.Struct("d")


@dataclass(frozen=True)
class Budget:
    """The budget of one piece of work.

    Attributes:
        seconds: Of processor time.
        memory_mib: Beyond what the process has at the start.
    """

    seconds: float
    memory_mib: int


class Disposable:
    """Does work in a child process, within a budget.

    Attributes:
        spent_s: Processor time of all work so far.
    """

    def __init__(self) -> None:
        self.spent_s = 0.0
        self._pid = 0
        self._control: socket.socket | None = None
        self._child: Connection | None = None

    def begin(self) -> None:
        """Fork the parent of the children; best before there are threads."""
        if self._control is None:
            ours, theirs = socket.socketpair()
            self._pid = os.fork()
            if self._pid == 0:
                _fork_children(theirs)
            theirs.close()
            self._control = ours

    def close(self) -> None:
        """End the processes, and wait until they have ended."""
        for end in (self._child, self._control):
            if end:
                end.close()
        if self._control:
            with contextlib.suppress(ChildProcessError):
                os.waitpid(self._pid, 0)
        self._child = self._control = None

    def run(self, work: Callable[..., Any], *arguments: Any, budget: Budget) -> Any:
        """Call a module's function in a child; return its result, as JSON data.

        Raises:
            BudgetError: The work exceeded its budget, or failed.
            MalformedError: As the work raised it.
            KernelError: Children end for reasons outside the work.
        """
        job = pickle.dumps((work, arguments, budget))
        for _ in range(_TRIES):
            answer = self._answer(job)
            if isinstance(answer, bytes):
                self.spent_s += _SPENT.unpack_from(answer)[0]
                return _opened(answer[_SPENT.size :])
            if answer != _RETIRED:
                self.spent_s += budget.seconds
            if answer == -signal.SIGPROF:
                raise BudgetError(f"takes more than {budget.seconds:g} s")
            if answer == _NO_MEMORY:
                raise BudgetError(f"takes more than {budget.memory_mib} MiB of memory")
            if answer not in (_RETIRED, -signal.SIGKILL, -signal.SIGALRM):
                raise BudgetError("ends the program that does it")
        raise KernelError(
            "the process that reads submissions was ended from outside, or had no "
            "processor: run `autograder doctor`"
        )

    def _answer(self, job: bytes) -> bytes | int:
        """A child's answer, or how it ended."""
        self.begin()
        child = self._child = self._child or self._new_child()
        try:
            child.send_bytes(job)
            return child.recv_bytes()
        except (EOFError, ConnectionError):
            child.close()
            self._child = None
            return self._status()

    def _new_child(self) -> Connection:
        ours, theirs = socket.socketpair()
        with theirs:
            if self._control is None:
                raise RuntimeError("begin was not called before _new_child")
            socket.send_fds(self._control, [b"+"], [theirs.fileno()])
        return Connection(ours.detach())

    def _status(self) -> int:
        """How the last child ended."""
        with contextlib.suppress(OSError, struct.error):
            if self._control:
                code: int = _STATUS.unpack(self._control.recv(_STATUS.size))[0]
                return code
        # The process that forks them has ended; the next piece of work gets a new one.
        self.close()
        return -signal.SIGKILL


def _opened(answer: bytes) -> Any:
    """The value of an answer.

    Raises:
        BudgetError: The work raised.
        MalformedError: The work raised it.
    """
    kind, text = answer[:1], answer[1:]
    if kind == b"=":
        return json.loads(text)
    told = text.decode("utf-8", "replace")
    raise MalformedError(told) if kind == b"m" else BudgetError(told)


def _fork_children(control: socket.socket) -> NoReturn:
    """Run the process that forks children, one at a time, until the pipe closes."""
    try:
        _let_go_of_all_but(control.fileno())
        gc.freeze()  # so that a child's garbage collection copies none of our pages
        while True:
            order, descriptors, _, _ = socket.recv_fds(control, 1, 1)
            if not order:
                break
            pid = os.fork()
            if pid == 0:
                control.close()
                _work(Connection(descriptors[0]))
            os.close(descriptors[0])
            _, status = os.waitpid(pid, 0)
            control.sendall(_STATUS.pack(os.waitstatus_to_exitcode(status)))
    finally:
        os._exit(0)


def _let_go_of_all_but(kept: int) -> None:
    """Drop inherited files, terminal and signals."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    os.closerange(3, kept)
    os.closerange(kept + 1, os.sysconf("SC_OPEN_MAX"))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)


def _work(asked: Connection) -> NoReturn:
    """Run a child: do one piece of work after another."""
    code = _RETIRED
    try:
        begun = _size()
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        while _size() - begun < _GROWTH:
            work, arguments, budget = pickle.loads(asked.recv_bytes())
            with _Limits(budget) as limits:
                answer = _tried(work, arguments)
            asked.send_bytes(_SPENT.pack(limits.spent_s) + answer)
            del work, arguments, answer
    except MemoryError:
        code = _NO_MEMORY
    except (EOFError, OSError):
        pass  # the parent has ended
    finally:
        os._exit(code)


def _tried(work: Callable[..., Any], arguments: tuple[Any, ...]) -> bytes:
    """The work's result, as the bytes of an answer.

    Raises:
        MemoryError: It took too much memory.
    """
    try:
        made = work(*arguments)
        text = json.dumps(made, ensure_ascii=False, allow_nan=False)
        return b"=" + text.encode("utf-8")
    except MemoryError:
        raise
    except MalformedError as error:
        return b"m" + str(error).encode("utf-8", "replace")
    except Exception as error:  # noqa: BLE001 - libraries on arbitrary data may raise anything
        return b"!" + f"fails with {type(error).__name__}".encode()


class _Limits:
    """Ends this process if the block exceeds its budget."""

    def __init__(self, budget: Budget) -> None:
        self._budget = budget
        self.spent_s = 0.0

    def __enter__(self) -> _Limits:
        # Both signals end the process by default, wherever it is.
        signal.signal(signal.SIGPROF, signal.SIG_DFL)
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        seconds = self._budget.seconds
        signal.setitimer(signal.ITIMER_PROF, seconds)
        signal.setitimer(signal.ITIMER_REAL, max(_PATIENCE, _PATIENCE * seconds))
        _limit_memory(_size() + (self._budget.memory_mib << 20))
        return self

    def __exit__(self, *_error: object) -> None:
        _limit_memory(math.inf)
        signal.setitimer(signal.ITIMER_REAL, 0)
        left_s, _ = signal.setitimer(signal.ITIMER_PROF, 0)
        self.spent_s = self._budget.seconds - left_s


def _limit_memory(most: float) -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    soft = hard if most == math.inf else int(most)
    if hard != resource.RLIM_INFINITY:
        soft = min(soft, hard) if soft != resource.RLIM_INFINITY else hard
    resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def _size() -> int:
    """Bytes of address space of this process; 0 if unknown."""
    if sys.platform != "linux":
        return 0
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    return pages * resource.getpagesize()
