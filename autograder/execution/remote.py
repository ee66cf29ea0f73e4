"""The trusted side's handle on a kernel: call a function, get data or why not.

Owns: requests and replies over the agent's socket, the deadline of a call, callbacks.
May not: compare, score, or believe anything but the shape of a frame.
"""

from __future__ import annotations

import math
import re
import socket
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np

from autograder import wire
from autograder.arrays import Tensor, mapped
from autograder.errors import KernelError, WireError
from autograder.execution.budget import Budget
from autograder.execution.deadline import GRACE_S, Deadline
from autograder.execution.novalue import (
    TEXT_LIMIT,
    BadReply,
    BrokenGraph,
    CallTimedOut,
    DeviceMissing,
    ForbiddenCall,
    KernelDied,
    NotDefined,
    NotWritten,
    NoValue,
    OutOfMemory,
    StudentRaised,
)
from autograder.execution.stopwatch import Stopwatch
from autograder.sandbox import KernelProcess
from autograder.text import one_line

__all__ = ["Call", "Remote", "Reply", "Target"]

#: The line that stands in a solution cell until it is written.
_STUB = re.compile(r"raise NotImplementedError(\(\))?\s*(#.*)?")

#: Classes of arguments in which there is nothing to replace.
_ATOMS = frozenset({type(None), bool, int, float, str, np.ndarray})

#: How long a framework may take to load and to run its first operation, in seconds.
WARM_UP_TIMEOUT_S = 120.0


@dataclass(frozen=True)
class Target:
    """What to call: a name of the notebook or a kept object, and attributes from it."""

    name: str = ""
    handle: int | None = None
    path: tuple[str, ...] = ()

    def to_wire(self) -> dict[str, Any]:
        """The form in which it crosses."""
        where = {"name": self.name} if self.handle is None else {"handle": self.handle}
        return {**where, "path": self.path}

    def __str__(self) -> str:
        return ".".join((self.name, *self.path))


class Call(NamedTuple):  # which is made sooner than a frozen dataclass
    """One call of a function of the notebook.

    Attributes:
        target: The function.
        args: Inputs, of which the function gets copies. Callables among them stay here:
            the student's code calls back.
        kwargs: More inputs.
        forbidden: Full dotted names of the library routines that are refused meanwhile.
    """

    target: Target
    args: tuple[Any, ...] = ()
    kwargs: Mapping[str, Any] = MappingProxyType({})
    forbidden: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reply:
    """What a call gave back.

    Attributes:
        value: Plain data, arrays, `Tensor`s, or `wire.Handle`s of kept objects.
        after: The argument arrays as the call left them, in order.
    """

    value: Any
    after: tuple[np.ndarray, ...]


class Remote:
    """One life of one kernel, seen through its agent's socket.

    Args:
        channel: Our end of the socket.
        process: The kernel's process.
        limits: Bounds on one frame in each direction.
        why_ended: Says why we ended the process, or "" if we did not.
        meanwhile: Called again and again while a reply is awaited.
        stopwatch: Told of the stretches warm_up and calls.
        budget: What calls may take together; without an end when None.

    Attributes:
        is_alive: Whether calls can be made.
        has_killed: Whether the process was ended by us.
        calls: How many requests were sent.
        questions: How many of them ran a function of the notebook.
    """

    def __init__(
        self,
        channel: socket.socket,
        process: KernelProcess,
        *,
        limits: wire.Limits | None = None,
        why_ended: Callable[[], str] = lambda: "",
        meanwhile: Callable[[], None] = lambda: None,
        stopwatch: Stopwatch | None = None,
        budget: Budget | None = None,
    ) -> None:
        self._channel = channel
        self._process = process
        self._limits = limits or wire.Limits()
        self._why_ended = why_ended
        self._meanwhile = meanwhile
        self._stopwatch = stopwatch or Stopwatch()
        self._budget = budget or Budget(math.inf)
        self.calls = 0
        self.questions = 0
        self._warm: set[tuple[str, str]] = set()
        self.is_alive = True
        self.has_killed = False

    def count_for(self, stopwatch: Stopwatch, budget: Budget) -> None:
        """From now on, tell these of stretches, and of what calls take."""
        self._stopwatch, self._budget = stopwatch, budget

    def call(self, call: Call, *, timeout_s: float) -> Reply:
        """Call a function of the notebook.

        Raises:
            NoValue: Whatever happened instead of a well-formed reply.
        """
        reply = self._request(call, {"op": "call"}, timeout_s)
        after = reply.get("after")
        arrays = after if isinstance(after, list) else []
        kept = tuple(item for item in arrays if isinstance(item, np.ndarray))
        return Reply(value=reply.get("value"), after=kept)

    def gradient(
        self, call: Call, *, cotangent: np.ndarray | None, timeout_s: float
    ) -> Any:
        """Differentiate sum(cotangent * result of a call) by each tensor argument.

        Raises:
            NoValue: Whatever happened instead of a well-formed reply.
        """
        request = {"op": "gradient", "cotangent": cotangent}
        return self._request(call, request, timeout_s).get("value")

    def _request(
        self, call: Call, request: dict[str, Any], timeout_s: float
    ) -> dict[str, Any]:
        callables: list[Callable[..., Any]] = []
        message = {
            **request,
            "forbidden": call.forbidden,
            "target": call.target.to_wire(),
            "args": _hold_callables(call.args, callables),
            "kwargs": _hold_callables(dict(call.kwargs), callables),
        }
        for each in call.args:
            if isinstance(each, Tensor):
                self._warm_up(each.framework, each.device)
        self.questions += 1
        with self._stopwatch.on("calls"):
            try:
                return self._exchange(message, callables, timeout_s)
            except DeviceMissing as missing:
                if any(_device(each) != "cpu" for each in call.args):
                    raise
                # Nobody asked for one: the student's code only says so.
                raise StudentRaised(["DeviceMissingError"], str(missing), "") from None

    def _warm_up(self, framework: str, device: str) -> None:
        """Let a framework load and run once; that time is not the student's."""
        if (framework, device) not in self._warm:
            message = {"op": "warm_up", "framework": framework, "device": device}
            with self._stopwatch.on("warm_up" if device == "cpu" else "device"):
                self._exchange(message, [], WARM_UP_TIMEOUT_S)
            self._warm.add((framework, device))

    def open_device(self, device: str) -> None:
        """Have the frameworks that are loaded begin with a device.

        Called before a line of the student's has run: what goes wrong is ours.

        Raises:
            KernelError: The device gives no answer, or a wrong one.
        """
        for framework in ("torch", "tensorflow"):
            message = {"op": "is_loaded", "framework": framework}
            try:
                if self._exchange(message, [], GRACE_S).get("value") is True:
                    self._warm_up(framework, device)
            except NoValue as error:
                told = " ".join(str(error).split())
                raise KernelError(
                    f"the device {device} does not answer {framework}: {told}"
                ) from error

    def left_behind(self) -> int:
        """How many threads, timers and tasks wait in the kernel for their turn.

        The kernel's own are among them. A dead kernel has none.
        """
        try:
            reply = self._exchange({"op": "left_behind"}, [], GRACE_S)
        except NoValue:
            return 0
        number = reply.get("value")
        return number if type(number) is int else 0

    def _exchange(
        self,
        message: dict[str, Any],
        callables: list[Callable[..., Any]],
        timeout_s: float,
    ) -> dict[str, Any]:
        """Send a request and wait for its reply, up to `timeout_s`."""
        self._budget.require()
        if not self.is_alive:
            raise KernelDied(self._process.poll(), self._why_ended())
        self.calls += 1
        deadline = Deadline(self._budget.allow(timeout_s), self._process.pid)
        try:
            return self._answered(message, callables, deadline, timeout_s)
        finally:
            self._budget.spend(deadline.spent_s)

    def _answered(
        self,
        message: dict[str, Any],
        callables: list[Callable[..., Any]],
        deadline: Deadline,
        timeout_s: float,
    ) -> dict[str, Any]:
        number = self.calls
        try:
            self._send({**message, "id": number}, deadline.latest)
            return self._reply(number, callables, deadline)
        except TimeoutError:
            raise self._timed_out(number, deadline, timeout_s) from None
        except WireError as error:
            self.kill()
            raise BadReply(f"sent something that is not an answer: {error}") from None
        except (ConnectionError, OSError):
            raise KernelDied(self._bury(), self._why_ended()) from None

    def _send(self, message: dict[str, Any], deadline: float) -> None:
        wire.send(self._channel, message, deadline=deadline, limits=self._limits)

    def _reply(
        self,
        number: int,
        callables: list[Callable[..., Any]] | None,
        deadline: Deadline,
    ) -> dict[str, Any]:
        """Wait for the reply to a request, and call back for it meanwhile.

        Args:
            number: The request's.
            callables: What may be called back; when None, no call back is answered.
            deadline: When to give up.
        """
        while True:
            deadline.wait_for(self._channel, meanwhile=self._meanwhile)
            frame = wire.receive(
                self._channel, deadline=deadline.latest, limits=self._limits
            )
            if not isinstance(frame, dict) or not _is(frame.get("id"), number):
                raise WireError("a frame that answers no request of ours")
            if _is(frame.get("op"), "callback"):
                if callables is not None:
                    began = time.monotonic()
                    answer = self._call_back(frame, callables)
                    deadline.excuse(time.monotonic() - began)
                    self._answer(answer, deadline.latest)
            elif not _is(frame.get("op"), "reply"):
                raise WireError("a frame of an unknown kind")
            elif frame.get("ok") is True:
                return frame
            else:
                raise _no_value(frame.get("error"))

    def _call_back(
        self, frame: dict[str, Any], callables: list[Callable[..., Any]]
    ) -> dict[str, Any]:
        """Run one of our functions with what the student's code passed to it."""
        index, args, kwargs = (frame.get(key) for key in ("handle", "args", "kwargs"))
        if type(index) is not int or not 0 <= index < len(callables):
            raise WireError("a call back to a function that was never handed over")
        if not isinstance(args, tuple) or not isinstance(kwargs, dict):
            raise WireError("a call back without arguments")
        answer: dict[str, Any] = {"op": "callback_reply", "id": frame["id"]}
        try:
            return {**answer, "ok": True, "value": callables[index](*args, **kwargs)}
        except Exception as error:  # noqa: BLE001 - arguments may be anything
            text = f"{type(error).__name__}: {error}"[:500]
            return {**answer, "ok": False, "text": text}

    def _answer(self, answer: dict[str, Any], deadline: float) -> None:
        """Send what a call back gave; or, where that can't cross, that it can't."""
        try:
            self._send(answer, deadline)
        except (TypeError, ValueError, WireError) as error:
            # The student's arguments made our function return something odd.
            refusal = {**answer, "ok": False, "value": None, "text": str(error)[:500]}
            self._send(refusal, deadline)

    def _timed_out(
        self, number: int, deadline: Deadline, timeout_s: float
    ) -> CallTimedOut:
        """Get the kernel back, or end it; says why there is no answer."""
        was_busy = deadline.was_busy
        self._interrupt(number)
        why = f"within {timeout_s:g} s (the limit for one call)"
        if deadline.limit_s < timeout_s:
            why = f"in what was left of the notebook's {self._budget.total_s:g} s"
        reason = CallTimedOut(f"gave no answer {why}")
        reason.was_busy = was_busy
        return reason

    def _interrupt(self, number: int) -> None:
        """Ask a busy kernel to come back; kill it when it does not."""
        self._process.interrupt()
        try:
            self._reply(number, None, Deadline(GRACE_S, self._process.pid))
        except NoValue:
            return
        except (TimeoutError, WireError, ConnectionError, OSError):
            self.kill()

    def kill(self) -> None:
        """End the kernel at once; every later call raises `KernelDied`."""
        self.has_killed = self.has_killed or self._process.poll() is None
        self._process.kill()
        self.is_alive = False

    def _bury(self) -> int | None:
        """The exit status of a kernel whose channel has closed."""
        deadline = time.monotonic() + GRACE_S
        while self._process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.01)
        status = self._process.poll()
        self.kill()
        return status


def _hold_callables(value: Any, callables: list[Callable[..., Any]]) -> Any:
    """Replace our functions by handles, and what the student gave us by theirs."""

    def held(leaf: Any) -> Any:
        if type(leaf) in _ATOMS:
            return leaf
        if isinstance(leaf, wire.Handle):
            return replace(leaf, kind="object")
        if callable(leaf) and not isinstance(leaf, np.generic | np.ndarray | Tensor):
            callables.append(leaf)
            name = getattr(leaf, "__name__", "function")
            return wire.Handle(id=len(callables) - 1, kind="callable", type_name=name)
        return leaf

    return mapped(value, held)


def _device(value: Any) -> str:
    """Where an argument is to lie."""
    return value.device if isinstance(value, Tensor) else "cpu"


def _is(got: Any, expected: int | str) -> bool:
    """Whether a forgeable value is just this one; an array is equal to nothing."""
    return type(got) is type(expected) and bool(got == expected)


def _text(value: Any, limit: int) -> str:
    """A text that was sent, cut, as one line to be shown; "" for anything else."""
    return one_line(value, limit) if isinstance(value, str) else ""


def _no_value(error: Any) -> NoValue:
    """The exception that an error reply stands for.

    Raises:
        WireError: It is not of the form that the agent sends.
    """
    if not isinstance(error, dict) or not isinstance(error.get("kind"), str):
        raise WireError("an error that says nothing")
    text, types = _text(error.get("text"), TEXT_LIMIT), error.get("types")
    listed = types if isinstance(types, list | tuple) else ()
    names = [_text(name, 100) for name in listed[:20]]
    match error["kind"]:
        case "missing":
            return NotDefined(f"{text} is not defined")
        case "forbidden":
            return ForbiddenCall(text)
        case "broken_graph":
            return BrokenGraph(text)
        case "no_device":
            return DeviceMissing(text)
        case "memory":
            return OutOfMemory(f"ran out of memory{': ' + text if text else ''}")
        case "unsendable":
            return BadReply(f"returned what is not an answer: {text}")
        case _ if _is_stub(names, text, line := _text(error.get("line"), 200)):
            return NotWritten("")
        case _:
            return StudentRaised(names, text, line)


def _is_stub(names: list[str], text: str, line: str) -> bool:
    """Whether an exception is the given stub's own: a library raises it as well."""
    is_bare = names[:1] == ["NotImplementedError"] and not text
    return is_bare and _STUB.fullmatch(line.strip()) is not None
