"""Answers that no check was written for, and a caller that gives them to every call.

Owns: these values, as they would come over the wire. May not: ask anything.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder import wire
from autograder.arrays import Tensor
from autograder.checks.exam import Exam
from autograder.checks.misconceptions import Agreement
from autograder.execution.remote import Call, Reply

__all__ = ["ODD", "OddExam"]


def _nested(depth: int) -> Any:
    value: Any = 1.0
    for _ in range(depth):
        value = [value]
    return value


def _handle(kind: Any) -> wire.Handle:
    return wire.Handle(id=0, kind=kind, type_name="Strange")


def _tensor(framework: Any, array: np.ndarray) -> Tensor:
    return Tensor(array, framework, "cpu")


#: By name; each as it would come over the wire.
ODD: dict[str, Any] = {
    "None": None,
    "True": True,
    "minus one": -1,
    "zero": 0,
    "a large int": 10**18,
    "a huge int": 10**400,
    "minus a huge int": -(10**400),
    "a float": 0.1234567,
    "nan": float("nan"),
    "infinity": float("-inf"),
    "a complex number": 1 + 2j,
    "no text": "",
    "text": "x",
    "long text": "nan, " * 10_000,
    "text with control characters": "\x1b[2J\0\udc80".encode(
        "utf-8", "replace"
    ).decode(),
    "bytes": b"\0\xff",
    "an empty list": [],
    "an empty tuple": (),
    "an empty dict": {},
    "a ragged list": [[1.0], [1.0, 2.0]],
    "a deeply ragged list": [1.0, [2.0, [3.0, [4.0]]]],
    "a list of None": [None, None],
    "a list of text": ["a", "b", "c"],
    "a list of huge ints": [10**400, 1],
    "a mixed list": [1, "a", None, 2.0, b""],
    "a mixed tuple": (np.ones(2), "a", None),
    "a long list": [0.5] * 1000,
    "a nested list": _nested(30),
    "a pair": (1.0, 2.0),
    "three Nones": (None, None, None),
    "three texts": ("a", "b", "c"),
    "a pair of ragged lists": ([[1], [1, 2]], [[1, 2], [1]]),
    "pairs of pairs": ((1, 2), (3, 4)),
    "a dict": {"a": 1.0},
    "a dict with odd keys": {1: 2, (1, 2): "x", None: []},
    "a dict of arrays": {"W": np.ones((2, 2)), "b": None},
    "a list of dicts": [{"a": 1}, {}],
    "an empty array": np.empty(0),
    "an empty matrix": np.empty((0, 3)),
    "a scalar array": np.array(3.5),
    "one element": np.ones(1),
    "a vector": np.arange(5.0),
    "a matrix": np.ones((2, 3)),
    "six axes": np.ones((1, 2, 1, 2, 1, 2)),
    "ints": np.arange(4),
    "unsigned ints": np.full(3, 255, np.uint8),
    "bools": np.array([True, False]),
    "float16": np.ones(3, np.float16),
    "float32": np.ones((3, 3), np.float32),
    "a complex array": np.ones(3) * 1j,
    "an array of nan": np.full((2, 2), np.nan),
    "an array of infinities": np.full(4, np.inf),
    "a numpy scalar": np.float32(0.3),
    "a numpy bool": np.bool_(True),
    "a list of arrays": [np.ones(2), np.ones(3)],
    "a list of one": [np.ones((2, 2))],
    "a torch tensor": _tensor("torch", np.ones((2, 2), np.float32)),
    "an empty torch tensor": _tensor("torch", np.empty(0, np.float32)),
    "a tf tensor": _tensor("tensorflow", np.ones((2, 2), np.float32)),
    "a pair of tensors": (
        _tensor("torch", np.ones(2)),
        _tensor("tensorflow", np.ones(2)),
    ),
    "an object": _handle("object"),
    "a function": _handle("callable"),
    "a list of objects": [_handle("object"), 1.0],
}


class OddExam(Exam):
    """Answers every call with one value, whatever was asked.

    Attributes:
        value: That value.
    """

    def __init__(self) -> None:
        self.call_timeout_s = 0.0
        self.asked = ""
        self.is_hidden = self.knows_hidden = False
        self.value: Any = None

    def call(self, call: Call) -> Reply:
        """Answer, and send no argument back."""
        self.asked = str(call.target)
        return Reply(value=self.value, after=())

    def gradient(self, call: Call, *, cotangent: np.ndarray | None) -> Any:
        """Answer likewise."""
        self.asked = str(call.target)
        return self.value

    def note_right(self, function: str, right: Agreement) -> None:
        """Take note of nothing."""

    def right_answers(self) -> tuple[tuple[str, Agreement], ...]:
        """Nothing was noted."""
        return ()
