"""Why a call of a student's function gave no value.

Owns: one exception for each reason, with the outcome that it makes and words that a
hidden check may show. May not: believe a text of the student's.

NoValue
├── NotDefined       the notebook has no such name
├── NotWritten       the stub is still there
├── StudentRaised    the student's code raised
├── ForbiddenCall    it called a library routine that the exercise rules out
├── BrokenGraph      no gradient flows through the student's function
├── CallTimedOut     no reply within the limit
├── OutOfTime        the notebook has used all its time; nothing was asked
├── OutOfMemory      it ran out of memory
├── KernelDied       the kernel's process ended during the call
├── BadReply         the reply was not data, too large, or not a frame
└── DeviceMissing    this machine lacks the device (our fault, not the student's)
"""

from __future__ import annotations

import signal
from collections.abc import Sequence

from autograder.model import Outcome

__all__ = [
    "TEXT_LIMIT",
    "BadReply",
    "BrokenGraph",
    "CallTimedOut",
    "DeviceMissing",
    "ForbiddenCall",
    "KernelDied",
    "NoValue",
    "NotDefined",
    "NotWritten",
    "OutOfMemory",
    "OutOfTime",
    "StudentRaised",
    "describe_exit",
]

#: Longest text of an exception that is kept, whatever its sender says, in characters.
TEXT_LIMIT = 2000


class NoValue(Exception):
    """A call gave no value.

    Attributes:
        outcome: What that makes of the check.
        function: Name of the student's function that was called, where it is known.
    """

    outcome = Outcome.RAISED
    function = ""

    @property
    def summary(self) -> str:
        """What happened without any text of the student's; fit for a hidden check."""
        return str(self)


class NotDefined(NoValue):
    """The notebook has no such name."""

    outcome = Outcome.NOT_RUN


class NotWritten(NoValue):
    """The stub is still there: it raised NotImplementedError."""

    outcome = Outcome.NOT_RUN

    def __init__(self, text: str) -> None:
        super().__init__(f"is not written yet{': ' + text if text else ''}")


class StudentRaised(NoValue):
    """The student's code raised.

    Attributes:
        types: Class names of the exception, most derived first.
        text: The exception's own text, cut to a bound.
        line: Last line of the student's code that it came through, or "".
    """

    def __init__(self, types: Sequence[str], text: str, line: str) -> None:
        self.types = tuple(types)
        self.text = text
        self.line = line
        name = self.types[0] if self.types else "an exception"
        where = f"\n  at        {line}" if line else ""
        super().__init__(f"raised {name}: {text}{where}" if text else f"raised {name}")

    @property
    def summary(self) -> str:
        """The exception's class only: its text might repeat a hidden input."""
        name = self.types[0] if self.types else ""
        return f"raised {name if name.isidentifier() else 'an exception'}"


class ForbiddenCall(NoValue):
    """A library routine was called that the exercise rules out."""

    outcome = Outcome.FAILED


class BrokenGraph(NoValue):
    """No gradient flows through the student's function."""

    outcome = Outcome.FAILED


class CallTimedOut(NoValue):
    """No reply within the limit; `is_alive` says whether the kernel came back.

    Attributes:
        was_busy: The call itself was at work all the time, as an endless loop is; else
            it waited for something that another call may have taken or left undone.
    """

    outcome = Outcome.TIMED_OUT
    was_busy = False


class OutOfTime(NoValue):
    """The notebook has used all its time; nothing was asked."""

    outcome = Outcome.TIMED_OUT


class OutOfMemory(NoValue):
    """The student's code ran out of memory."""

    outcome = Outcome.EXHAUSTED

    @property
    def summary(self) -> str:
        """Without the exception's own words."""
        return "ran out of memory"


class KernelDied(NoValue):
    """The kernel's process ended during the call."""

    def __init__(self, status: int | None, told: str = "") -> None:
        self.status = status
        if told or status == -signal.SIGKILL:
            self.outcome = Outcome.EXHAUSTED
        super().__init__(f"ended the kernel ({told or describe_exit(status)})")


class BadReply(NoValue):
    """The reply was not data, too large, or not a frame."""

    @property
    def summary(self) -> str:
        """Without the reply's own words."""
        return "returned what is not an answer"


class DeviceMissing(NoValue):
    """This machine lacks the device that the check needs."""

    outcome = Outcome.UNGRADED


def describe_exit(status: int | None) -> str:
    """An exit status in words."""
    if status is None:
        return "its channel was closed"
    if status >= 0:
        return f"exit code {status}"
    try:
        return f"signal {-status}, {signal.Signals(-status).name}"
    except ValueError:
        return f"signal {-status}"
