"""The submission as a test sees it: names that can be called.

Owns: the proxy objects. May not: compare. Everything returned is plain data that came
over the wire.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np

from autograder import wire
from autograder.arrays import mapped
from autograder.checks.misconceptions import Agreement
from autograder.execution.remote import Reply, Target

__all__ = ["Caller", "RemoteFunction", "RemoteObject", "Submission"]


class Caller(Protocol):
    """Whoever reaches the live kernel; the plugin's `Exam`."""

    def call(
        self,
        target: Target,
        args: Sequence[Any],
        kwargs: dict[str, Any],
        *,
        forbidden: Sequence[str],
    ) -> Reply:
        """Call a function of the notebook."""

    def gradient(
        self,
        target: Target,
        args: Sequence[Any],
        kwargs: dict[str, Any],
        *,
        cotangent: np.ndarray | None,
        forbidden: Sequence[str],
    ) -> Any:
        """Differentiate through a function of the notebook."""

    def heard(self, function: str, right: Agreement) -> None:
        """Take note of an answer that was right."""


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
        return self.caller.call(self.target, args, kwargs, forbidden=self.forbidden)

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
        return self.caller.gradient(
            self.target,
            args,
            kwargs,
            cotangent=cotangent,
            forbidden=self.forbidden,
        )


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
