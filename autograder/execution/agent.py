"""The few lines that run inside the student's kernel.

Owns: answering the trusted side's requests over one socket: call a function of the
notebook, call back, differentiate through it, say what went wrong. Runs on the
kernel's main thread between cells, so a call behaves like a line in a cell.

May not: know a test, an oracle, an expected value or a seed; import anything of the
project but `wire`, `arrays` and `frameworks`. Whatever happens here is the student's
word: the trusted side believes data only after it has checked it.
"""

from __future__ import annotations

import _signal  # type: ignore[import-not-found]  # CPython's own
import asyncio
import contextlib
import linecache
import select
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from autograder import wire
from autograder.arrays import Tensor, framework_of, mapped, to_numpy, type_name
from autograder.execution.forbidden import ForbiddenCallError, forbidden
from autograder.execution.frameworks import (
    BrokenGraphError,
    DeviceMissingError,
    tensor_of,
    tf_gradients,
    torch_gradients,
)

__all__ = ["Agent"]

#: numpy's arrays of any shape and number.
Array = np.ndarray[Any, Any]

#: Longest text of an exception that crosses to the trusted side, in characters.
TEXT_LIMIT = 2000

#: How long a frame may take to write or read before the kernel gives up, in seconds.
FRAME_TIMEOUT_S = 60.0


class Agent:
    """Answers requests about one notebook's namespace.

    Args:
        channel: Stream socket to the trusted side.
        namespace: The notebook's globals, looked at by name only.
    """

    def __init__(self, channel: socket.socket, namespace: dict[str, Any]) -> None:
        self._channel = channel
        self._namespace = namespace
        self._kept: list[Any] = []
        self._request = 0

    def serve_one(self) -> None:
        """Read one request, do it, reply. Called by the event loop between cells."""
        request = self._receive()
        # An interrupted call has left the answer to its call back unread.
        if request["op"] != "callback_reply":
            self._answer(request)

    def _receive(self) -> Any:
        """The next frame, whole: one that is cut short would spoil all that follow."""
        with _undisturbed():
            deadline = time.monotonic() + FRAME_TIMEOUT_S
            return wire.receive(self._channel, deadline=deadline)

    def _answer(self, request: Any) -> None:
        outer, self._request = self._request, request["id"]
        try:
            with _interruptible():
                frame = self._frame(request)
        except BaseException:  # noqa: BLE001 - an interrupt, while we told of an error
            refusal = {"ok": False, "error": _error("raised", _SILENT)}
            frame = _encode(request, refusal)
        finally:
            self._request = outer
        with _undisturbed():
            deadline = time.monotonic() + FRAME_TIMEOUT_S
            wire.send_frame(self._channel, frame, deadline=deadline)

    def _frame(self, request: Any) -> bytes:
        """Do what is asked and write the reply; it is written whatever happens.

        The student's code has its say in the writing too, by the methods of what it
        returned or raised, so an interrupt must reach that as well.
        """
        try:
            return _encode(request, {"ok": True, **self._perform(request)})
        except BaseException as error:  # noqa: BLE001 - student code may raise it all
            return _encode(request, {"ok": False, "error": _describe(error)})

    def _perform(self, request: dict[str, Any]) -> dict[str, Any]:
        operations = {
            "call": self._call,
            "gradient": self._gradient,
            "warm_up": self._warm_up,
            "is_loaded": self._is_loaded,
            "left_behind": self._left_behind,
        }
        sys.settrace(None)  # one call's hooks are not to run in the next one
        sys.setprofile(None)
        operation = operations[request["op"]]
        names = request.get("forbidden", ())
        if not names:
            return operation(request)
        with forbidden(names, self._namespace):
            return operation(request)

    def _call(self, request: dict[str, Any]) -> dict[str, Any]:
        function = self._find(request["target"])
        args = self._bring(tuple(request["args"]))
        kwargs = self._bring(dict(request["kwargs"]))
        value = function(*args, **kwargs)
        return {"value": self._give(value), "after": _arrays_in((args, kwargs))}

    def _gradient(self, request: dict[str, Any]) -> dict[str, Any]:
        function = self._find(request["target"])
        args = self._bring(tuple(request["args"]))
        kwargs = self._bring(dict(request["kwargs"]))
        cotangent = request["cotangent"]
        frameworks = {framework_of(arg) for arg in args}
        backward = torch_gradients if "torch" in frameworks else tf_gradients
        return {"value": self._give(backward(function, args, kwargs, cotangent))}

    def _warm_up(self, request: dict[str, Any]) -> dict[str, Any]:
        """Load a framework and let it run an operation, before the clock ticks."""
        # Not of one element: a library multiplies that without making itself ready.
        array, framework = np.ones((3, 3), np.float32), request["framework"]
        one = Tensor(array, framework, request["device"])
        tensor = tensor_of(one)
        return {"value": self._give(tensor @ tensor)}

    def _is_loaded(self, request: dict[str, Any]) -> dict[str, Any]:
        return {"value": request["framework"] in sys.modules}

    def _left_behind(self, _request: dict[str, Any]) -> dict[str, Any]:
        return {"value": _left_behind()}

    def _find(self, target: dict[str, Any]) -> Callable[..., Any]:
        if "name" in target:
            if target["name"] not in self._namespace:
                raise _MissingError(target["name"])
            found = self._namespace[target["name"]]
        else:
            found = self._kept[target["handle"]]
        for attribute in target.get("path", ()):
            found = getattr(found, attribute)
        if not callable(found):
            message = f"{target.get('name', 'it')} is a {type(found).__name__}"
            raise TypeError(message + ", not a function that can be called")
        return found  # type: ignore[no-any-return]

    def _bring(self, value: Any) -> Any:
        """Turn what came over the wire into what the student's function gets."""

        def brought(leaf: Any) -> Any:
            if isinstance(leaf, Tensor):
                return tensor_of(leaf)
            if isinstance(leaf, wire.Handle):
                kept = leaf.kind == "object"
                return self._kept[leaf.id] if kept else self._caller(leaf.id)
            return leaf

        return mapped(value, brought)

    def _give(self, value: Any, depth: int = 0) -> Any:
        """Turn a student's value into what the wire can carry.

        Only classes are looked at: a value's own attributes may raise, or never end.
        """
        kind = type(value)
        if id(kind) in _ATOM_IDS:
            return value
        base = next((each for each in _NESTED if issubclass(kind, each)), None)
        if base is not None and depth < wire.DEFAULT_LIMITS.max_depth:
            return self._give_items(value, base, depth + 1)
        if issubclass(kind, _DATA) or framework_of(value) is not None:
            return value
        if callable(value) or _has_attributes(kind):
            self._kept.append(value)
            role = "callable" if callable(value) else "object"
            name = type_name(kind)[:100]
            return wire.Handle(id=len(self._kept) - 1, kind=role, type_name=name)
        return value

    def _give_items(self, value: Any, base: type, depth: int) -> Any:
        """Give what a list, tuple or dict holds; of a subclass as of its base."""
        if base is dict:
            return {key: self._give(item, depth) for key, item in dict.items(value)}
        items = list.copy(value) if base is list else tuple.__iter__(value)
        return base(self._give(item, depth) for item in items)

    def _caller(self, handle: int) -> Callable[..., Any]:
        """A function that runs on the trusted side when the student calls it."""

        def call_back(*args: Any, **kwargs: Any) -> Any:
            question = {
                "op": "callback",
                "id": self._request,
                "handle": handle,
                "args": self._give(args),
                "kwargs": self._give(kwargs),
            }
            # What can't be sent raises here, in the student's own code.
            deadline = time.monotonic() + FRAME_TIMEOUT_S
            with _undisturbed():
                wire.send(self._channel, question, deadline=deadline)
            while True:
                select.select([self._channel], [], [])  # an interrupt ends it
                message = self._receive()
                if message["op"] == "callback_reply":
                    break
                self._answer(message)
            if not message["ok"]:
                raise ValueError(message["text"])
            return self._bring(message["value"])

        return call_back


class _MissingError(LookupError):
    """The notebook defines no such name."""


class _UnsendableError(TypeError):
    """A value that can't cross; its text names the type."""


#: What holds other values; a subclass, such as a named tuple, counts as its base.
_NESTED = (tuple, list, dict)

#: Classes of what crosses as it is, or is refused by the wire in its own words.
_DATA = (
    *(type(None), np.ndarray, np.generic, int, float, complex),
    *(str, bytes, tuple, list, dict),
)

#: The commonest of them, which are looked for first: of just these classes, by their
#: ids where a student's class might say that it is equal to one.
_ATOMS = frozenset({type(None), bool, int, float, str, np.ndarray})
_ATOM_IDS = frozenset(map(id, _ATOMS))

#: What is told of an error whose own code has not let us tell it.
_SILENT = "an exception that can't be shown"


def _left_behind() -> int:
    """How many threads, timers and tasks may still do something, ours among them."""
    clocks = (signal.ITIMER_REAL, signal.ITIMER_VIRTUAL, signal.ITIMER_PROF)
    timers = sum(signal.getitimer(clock)[0] > 0 for clock in clocks)
    loop: Any = asyncio.get_event_loop()
    later = sum(not each.cancelled() for each in getattr(loop, "_scheduled", ()))
    tasks = len(asyncio.all_tasks(loop))
    return len(sys._current_frames()) + timers + later + tasks


def _has_attributes(kind: type) -> bool:
    """Whether objects of a class can have attributes of their own."""
    return bool(type.__dict__["__dictoffset__"].__get__(kind))


def _encode(request: Any, reply: dict[str, Any]) -> bytes:
    """The frame of a reply.

    Raises:
        _UnsendableError: Something in it can't cross.
    """
    try:
        return wire.encode({"op": "reply", "id": request["id"], **reply})
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - the value's own methods may raise it
        raise _UnsendableError(_text_of(error)) from None


def _arrays_in(value: Any, depth: int = 0) -> list[Array]:
    """The argument arrays as the call left them, in order, for comparison.

    Raises:
        _UnsendableError: The call has put something in that can't be read.
    """
    kind = type(value)
    if issubclass(kind, np.ndarray):
        return [value]
    if id(kind) in _ATOM_IDS:
        return []
    if depth > wire.DEFAULT_LIMITS.max_depth:
        raise _UnsendableError("an argument now contains itself, or is nested deeper")
    if kind in (tuple, list):
        return [array for item in value for array in _arrays_in(item, depth + 1)]
    if kind is dict:
        items = value.values()
        return [array for item in items for array in _arrays_in(item, depth + 1)]
    if framework_of(value) in {"torch", "tensorflow"}:
        try:
            return [to_numpy(value)]
        except TypeError as error:
            raise _UnsendableError(f"among its arguments: {error}") from None
    return []


#: What signal.signal calls, which looks for names of signals and handlers: 25 times as
#: long, and there are six of these in a call.
_set_handler = _signal.signal


@contextlib.contextmanager
def _interruptible() -> Iterator[None]:
    """Let SIGINT raise KeyboardInterrupt, as it does while a cell runs."""
    before = _set_handler(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        _set_handler(signal.SIGINT, before)


@contextlib.contextmanager
def _undisturbed() -> Iterator[None]:
    """Put SIGINT off until the block has ended; it reaches the main thread only."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    came: list[int] = []
    before = _set_handler(signal.SIGINT, lambda number, _frame: came.append(number))
    try:
        yield
    finally:
        _set_handler(signal.SIGINT, before)
    if came:
        signal.raise_signal(signal.SIGINT)


def _describe(error: BaseException) -> dict[str, Any]:
    """An exception as data: kind, class names, bounded text, line in the cell."""
    kinds: dict[type[BaseException], str] = {
        _MissingError: "missing",
        _UnsendableError: "unsendable",
        ForbiddenCallError: "forbidden",
        DeviceMissingError: "no_device",
        BrokenGraphError: "broken_graph",
        MemoryError: "memory",
    }
    lineage = type.__dict__["__mro__"].__get__(type(error))[:20]
    return _error(
        kinds.get(type(error), "raised"),
        _text_of(error),
        types=[type_name(kind)[:100] for kind in lineage],
        line=_line_of(error),
    )


def _error(
    kind: str, text: str, *, types: list[str] | None = None, line: str = ""
) -> dict[str, Any]:
    return {"kind": kind, "types": types or [], "text": text, "line": line}


def _text_of(error: BaseException) -> str:
    """An exception's message, bounded, without a half of a character."""
    try:
        text = str.__str__(str(error))[:TEXT_LIMIT]
    except KeyboardInterrupt:
        raise
    except BaseException:  # noqa: BLE001 - a hostile __str__
        return "(its message can't be shown)"
    return text.encode("utf-8", "replace").decode()


def _line_of(error: BaseException) -> str:
    """The last line of the student's own code that the exception came through."""
    frame, line = BaseException.__dict__["__traceback__"].__get__(error), ""
    while frame is not None:
        name = frame.tb_frame.f_code.co_filename
        if "ipykernel_" in name or name.startswith("<ipython-input"):
            line = linecache.getline(name, frame.tb_lineno).strip()[:200]
        frame = frame.tb_next
    return line
