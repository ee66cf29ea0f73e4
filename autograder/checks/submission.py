"""The submission as a test sees it: names that can be called.

Owns: the proxy objects, and what stands behind them: whoever calls for them and takes
the questions that are put to them. May not: compare. Everything returned is plain data
that came over the wire.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from autograder import wire
from autograder.arrays import mapped
from autograder.checks.answers import FORGETFUL, Answers
from autograder.checks.misconceptions import Agreement
from autograder.execution.remote import Call, Reply, Target

__all__ = [
    "Caller",
    "Question",
    "Relay",
    "RemoteFunction",
    "RemoteObject",
    "Submission",
]


class Caller(ABC):
    """Whoever takes questions and reaches the live kernel; the plugin's `Exam`.

    Attributes:
        answers: What is known of oracles and mistakes from the submissions before.
    """

    answers: Answers = FORGETFUL

    def take(self, question: Question) -> None:
        """Take a question that a check asks: put it, or do something else with it.

        Raises:
            CheckFailed: The answer is wrong.
            NoValue: No answer came; says why.
        """
        __tracebackhide__ = True
        question.put()

    @abstractmethod
    def call(self, call: Call) -> Reply:
        """Call a function of the notebook.

        Raises:
            NoValue: The call gave no value; says why.
        """

    @abstractmethod
    def gradient(self, call: Call, *, cotangent: np.ndarray | None) -> Any:
        """Differentiate through a function of the notebook.

        Raises:
            NoValue: No gradient came; says why.
        """

    @abstractmethod
    def note_right(self, function: str, right: Agreement) -> None:
        """Take note of an answer that was right."""


class Relay(Caller):
    """A caller that passes everything on to another one.

    A test's own caller extends it where several calls are to look like one.
    """

    def __init__(self, caller: Caller) -> None:
        self.caller = caller
        self.answers = caller.answers

    def take(self, question: Question) -> None:
        """Have the other caller take it; what it then calls comes through here."""
        __tracebackhide__ = True
        self.caller.take(question)

    def call(self, call: Call) -> Reply:
        """Pass on."""
        return self.caller.call(call)

    def gradient(self, call: Call, *, cotangent: np.ndarray | None) -> Any:
        """Pass on."""
        return self.caller.gradient(call, cotangent=cotangent)

    def note_right(self, function: str, right: Agreement) -> None:
        """Pass on."""
        self.caller.note_right(function, right)


@dataclass(frozen=True)
class RemoteFunction:
    """A function in the student's kernel.

    Attributes:
        name: How the student wrote it.
    """

    caller: Caller
    target: Target
    forbidden: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The function's name in the notebook."""
        return str(self.target)

    def without(self, *names: str) -> RemoteFunction:
        """The same function, in whose calls the named library functions are refused.

        Args:
            names: Full dotted names, such as "torch.nn.functional.conv2d".
        """
        return replace(self, forbidden=(*self.forbidden, *names))

    def reply(self, *args: Any, **kwargs: Any) -> Reply:
        """Call it; the whole reply, with the arguments as the call left them.

        Raises:
            NoValue: The call gave no value; says why.
        """
        return self.caller.call(Call(self.target, args, kwargs, self.forbidden))

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call it; the value, with kept objects as `RemoteObject`s.

        Raises:
            NoValue: The call gave no value; says why.
        """
        return wrap(self.reply(*args, **kwargs).value, self.caller, self.name)

    def gradient(
        self, *args: Any, cotangent: np.ndarray | None = None, **kwargs: Any
    ) -> Any:
        """Gradients of sum(cotangent * result) by each tensor argument.

        Raises:
            NoValue: No gradient came; says why.
        """
        call = Call(self.target, args, kwargs, self.forbidden)
        return self.caller.gradient(call, cotangent=cotangent)


@dataclass(frozen=True)
class Question(ABC):
    """What a check asks of a student's function.

    Attributes:
        student: The function, with the routines that it may not call.
        args: Inputs; tensors are still wrapped.
        kwargs: More inputs.
        is_followed: Whether the function gives a function of its own, which is then
            called with each item of the last argument; the result lists what it gives.
    """

    student: RemoteFunction
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    is_followed: bool = field(default=False, kw_only=True)

    @abstractmethod
    def put(self) -> None:
        """Put it to the function and judge the answer.

        Raises:
            CheckFailed: An answer came and is wrong.
            NoValue: No answer came; says why.
        """


@dataclass(frozen=True)
class RemoteObject:
    """An object or function that stayed in the student's kernel.

    Calling it, or a method of it, happens there; it can be passed back as an argument.
    """

    caller: Caller
    handle: wire.Handle
    name: str

    def __getattr__(self, attribute: str) -> RemoteFunction:
        if attribute.startswith("__"):
            raise AttributeError(attribute)
        return self._function((attribute,))

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call the object itself."""
        return self._function(())(*args, **kwargs)

    def _function(self, path: tuple[str, ...]) -> RemoteFunction:
        target = Target(name=self.name, handle=self.handle.id, path=path)
        return RemoteFunction(self.caller, target)


class Submission:
    """The notebook's names, as functions that can be called from a test."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    def __getattr__(self, name: str) -> RemoteFunction:
        if name.startswith("_"):
            raise AttributeError(name)
        return RemoteFunction(self._caller, Target(name=name))


def wrap(value: Any, caller: Caller, name: str) -> Any:
    """Make objects that stayed in the kernel usable, however nested."""

    def usable(leaf: Any) -> Any:
        is_kept = isinstance(leaf, wire.Handle)
        return RemoteObject(caller, leaf, name) if is_kept else leaf

    return mapped(value, usable)
