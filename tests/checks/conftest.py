"""A caller in this process: functions of the test stand for a student's."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from autograder import wire
from autograder.arrays import Tensor
from autograder.checks import RemoteFunction
from autograder.checks.misconceptions import Agreement
from autograder.checks.submission import Caller
from autograder.execution.novalue import BrokenGraph, NoValue
from autograder.execution.remote import Call, Reply, Target


def arrays_in(value: Any) -> list[np.ndarray]:
    if isinstance(value, np.ndarray):
        return [value]
    if isinstance(value, Tensor):
        return [value.array]
    if isinstance(value, tuple | list):
        return [array for item in value for array in arrays_in(item)]
    if isinstance(value, dict):
        return [array for item in value.values() for array in arrays_in(item)]
    return []


class Here(Caller):
    """Calls a function with what would come out of the wire, and wires its result."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self.function = function
        self.forbidden: tuple[str, ...] = ()
        self.right: list[tuple[str, Agreement]] = []

    def note_right(self, function: str, right: Agreement) -> None:
        self.right.append((function, right))

    def call(self, call: Call) -> Reply:
        self.forbidden = call.forbidden
        args, kwargs = copy.deepcopy((call.args, dict(call.kwargs)))
        try:
            value = self.function(*args, **kwargs)
        except NoValue as reason:
            reason.function = str(call.target)
            raise
        sent = wire.decode(wire.encode(value))
        return Reply(value=sent, after=tuple(arrays_in((args, kwargs))))

    def gradient(self, call: Call, *, cotangent: np.ndarray | None) -> Any:
        self.forbidden = call.forbidden
        got = self.function(cotangent, *call.args, **call.kwargs)
        if got is None:
            raise BrokenGraph("no gradient reaches one of the arguments")
        return wire.decode(wire.encode(got))


@pytest.fixture
def student() -> Callable[[Callable[..., Any]], RemoteFunction]:
    """Make a student's function of a plain one; it is called `f` in the notebook."""
    return lambda function: RemoteFunction(Here(function), Target("f"))
