"""Follow one cell's execution through a kernel's untrusted messages.

Owns: how a cell ends, and what it may print before.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from autograder.config import Limits
from autograder.execution.deadline import GRACE_S
from autograder.execution.novalue import TEXT_LIMIT
from autograder.execution.outputs import OutputRoom
from autograder.text import one_line

__all__ = ["CellEnd", "CellRun", "Ending", "answers", "says_idle"]


#: Messages that become a cell's outputs.
_OUTPUTS = (
    "stream",
    "display_data",
    "execute_result",
    "update_display_data",
    "clear_output",
    "execute_input",
    "error",
)
#: The message for a cell that has called `exit` or `quit`.
_LEFT = "the cell called exit() or quit(), which ends a kernel; it was kept here"


class Ending(StrEnum):
    """How a cell ended."""

    DONE = "done"
    RAISED = "raised"
    TIMED_OUT = "timed_out"
    FLOODED = "flooded"
    DIED = "died"
    LEFT = "left"  # it asked the kernel to end, but that keeps running

    @property
    def is_lethal(self) -> bool:
        """Whether a cell that ends like this is skipped when cells are run again."""
        return self in {Ending.TIMED_OUT, Ending.FLOODED, Ending.DIED}


@dataclass(frozen=True)
class CellEnd:
    """How a cell came to its end, and what there is to say about it.

    Attributes:
        ending: How.
        told: In words.
        is_exhausted: Whether it had used up what it may have of memory.
    """

    ending: Ending
    told: str = ""
    is_exhausted: bool = False


class CellRun:
    """One cell's execution: its reply, its outputs, its end.

    Attributes:
        is_idle: Whether the kernel has said that all outputs were sent.
        stopped: Why we stopped it, or None.
        excess: Which output limit it has exceeded, or "".
    """

    def __init__(self, request: str, limits: Limits, room: OutputRoom) -> None:
        self.is_idle = False
        self.stopped: Ending | None = None
        self.excess = ""
        self._request = request
        self._limits = limits
        self._room = room
        self._reply: dict[str, Any] | None = None
        self._heard = math.inf
        self._taken = 0
        self._bytes = 0
        self._messages = 0

    @property
    def has_lost_outputs(self) -> bool:
        """Whether the reply came, followed by a long silence without "idle".

        A kernel drops messages that are read too slowly; a student's code can hold them
        back.
        """
        is_silent = time.monotonic() - self._heard > GRACE_S
        return self._reply is not None and is_silent and not self.is_idle

    @property
    def is_over(self) -> bool:
        """Whether the reply and all outputs have come."""
        return self._reply is not None and self.is_idle

    @property
    def end(self) -> CellEnd:
        """How the cell ended."""
        if self.excess or self.stopped is Ending.FLOODED:
            told = self.excess or f"{self._limits.output_max_kib:g} KiB"
            return CellEnd(Ending.FLOODED, told)
        if self.stopped:
            return CellEnd(self.stopped)
        reply = self._reply or {}
        if reply.get("status") == "ok":
            is_left = _asks_to_end(reply)
            return CellEnd(Ending.LEFT, _LEFT) if is_left else CellEnd(Ending.DONE)
        name = reply.get("ename", "")
        text = one_line(f"{name}: {reply.get('evalue', '')}", TEXT_LIMIT)
        return CellEnd(Ending.RAISED, text, is_exhausted=name == "MemoryError")

    def hear(self, taken: int) -> None:
        """Record how many messages were received; a new one ends a silence."""
        if taken != self._taken:
            self._taken, self._heard = taken, time.monotonic()

    def exceed(self) -> None:
        """Record a message that was too large to be received."""
        self.excess = self.excess or f"{self._limits.output_max_kib:g} KiB"

    def wants(self, kind: str, message: dict[str, Any]) -> bool:
        """Whether a message is an output of this cell that may still be kept."""
        if not answers(message, self._request):
            return False
        if kind == "shell":
            self._reply = message["content"]
            return False
        if message.get("msg_type") == "status":
            return True
        if message.get("msg_type") not in _OUTPUTS:
            return False  # such as a widget's state, which is unlimited
        size = len(repr(message["content"]))
        self._messages += 1
        self._bytes += size
        if self._bytes > self._limits.output_max_kib * 1024:
            self.excess = f"{self._limits.output_max_kib:g} KiB"
        elif self._messages > self._limits.output_messages:
            self.excess = f"{self._limits.output_messages} messages"
        return not self.excess and self._room.take(size)


def _asks_to_end(reply: dict[str, Any]) -> bool:
    """Whether a cell has called `exit` or `quit`, according to IPython."""
    payload = reply.get("payload")
    items = payload if isinstance(payload, list) else []
    return any(isinstance(i, dict) and i.get("source") == "ask_exit" for i in items)


def says_idle(message: dict[str, Any], request: str) -> bool:
    """Whether a message says that all outputs of a request were sent."""
    is_status = message.get("msg_type") == "status" and answers(message, request)
    return is_status and message["content"].get("execution_state") == "idle"


def answers(message: dict[str, Any], request: str) -> bool:
    """Whether a message belongs to our request and has content."""
    parent, content = message.get("parent_header"), message.get("content")
    if not isinstance(parent, dict) or not isinstance(content, dict):
        return False
    return parent.get("msg_id") == request
