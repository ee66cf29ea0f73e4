"""Why a call of a student's function gave no value.

Owns: one exception for each reason, with its outcome and a message that a hidden check
may show. May not: trust a student's text.

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

import builtins
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

#: The longest exception text that is kept, in characters.
TEXT_LIMIT = 2000

#: Names of common exceptions of the libraries.
_LIBRARY_ERRORS = frozenset(
    {
        "AxisError",
        "DTypePromotionError",
        "InvalidArgumentError",
        "LinAlgError",
        "OperatorNotAllowedInGraphError",
    }
)

#: What `frameworks` says if there is no GPU.
_NO_DEVICE = ("PyTorch sees no CUDA device", "TensorFlow sees no CUDA device")

#: What `frameworks` says if no gradient flows.
_BROKEN = (
    "no gradient reaches one of the arguments",
    "the result does not remember how it was computed",
)


class NoValue(Exception):
    """A call gave no value.

    Attributes:
        outcome: The check's outcome.
        function: Name of the student's function that was called, if known.
    """

    outcome = Outcome.RAISED
    function = ""

    @property
    def summary(self) -> str:
        """What happened, in our own words; safe for a hidden check.

        Anything from the kernel may repeat a hidden input: texts, class names, exit
        codes, even of exceptions created by our own agent.
        """
        return "gave no answer"


class NotDefined(NoValue):
    """The notebook has no such name."""

    outcome = Outcome.NOT_RUN

    @property
    def summary(self) -> str:
        """Without the reply's own text."""
        return "is not defined"


class NotWritten(NoValue):
    """The stub is still there: it raised NotImplementedError."""

    outcome = Outcome.NOT_RUN

    def __init__(self, text: str) -> None:
        super().__init__(f"is not written yet{': ' + text if text else ''}")

    @property
    def summary(self) -> str:
        """Without the exception's own text."""
        return "is not written yet"


class StudentRaised(NoValue):
    """The student's code raised.

    Attributes:
        types: Class names of the exception, most derived first.
        text: The exception's own text, truncated.
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
        """Only the exception's class, and only if it is a common one."""
        return f"raised {self.known_type or 'an exception'}"

    @property
    def known_type(self) -> str:
        """The exception's class name, if Python or a library has such a class."""
        name = self.types[0] if self.types else ""
        kind = getattr(builtins, name, None)
        is_known = isinstance(kind, type) and issubclass(kind, BaseException)
        return name if is_known or name in _LIBRARY_ERRORS else ""


class ForbiddenCall(NoValue):
    """A library routine was called that the exercise rules out."""

    outcome = Outcome.FAILED

    @property
    def summary(self) -> str:
        """Without the reply's own text."""
        return "calls a routine that this exercise asks you to write yourself"


class BrokenGraph(NoValue):
    """No gradient flows through the student's function."""

    outcome = Outcome.FAILED

    @property
    def summary(self) -> str:
        """The reply's text, if it is one that our agent uses."""
        return str(self) if str(self) in _BROKEN else "no gradient flows"


class CallTimedOut(NoValue):
    """No reply within the limit; `is_alive` says whether the kernel came back.

    Attributes:
        was_busy: Whether the call itself was running all the time, as in an endless
            loop; otherwise it waited for something that another call may have taken or
            left undone.
    """

    outcome = Outcome.TIMED_OUT
    was_busy = False

    @property
    def summary(self) -> str:
        """The full message, since it is our own."""
        return str(self)


class OutOfTime(NoValue):
    """The notebook has used all its time; nothing was asked."""

    outcome = Outcome.TIMED_OUT

    @property
    def summary(self) -> str:
        """The full message, since it is our own."""
        return str(self)


class OutOfMemory(NoValue):
    """The student's code ran out of memory."""

    outcome = Outcome.EXHAUSTED

    @property
    def summary(self) -> str:
        """Without the exception's own text."""
        return "ran out of memory"


class KernelDied(NoValue):
    """The kernel's process ended during the call."""

    def __init__(self, status: int | None, told: str = "") -> None:
        self.status = status
        self.told = told
        if told or status == -signal.SIGKILL:
            self.outcome = Outcome.EXHAUSTED
        super().__init__(f"ended the kernel ({told or describe_exit(status)})")

    @property
    def summary(self) -> str:
        """Without the exit code, which the student's code chooses."""
        is_code = not self.told and self.status is not None and self.status >= 0
        return "ended the kernel" if is_code else str(self)


class BadReply(NoValue):
    """The reply was not data, too large, or not a frame."""

    @property
    def summary(self) -> str:
        """Without the reply's own text."""
        return "returned what is not an answer"


class DeviceMissing(NoValue):
    """This machine lacks the device that the check needs."""

    outcome = Outcome.UNGRADED

    @property
    def summary(self) -> str:
        """The reply's text, if it is one that our agent uses."""
        text = str(self)
        return text if text in _NO_DEVICE else "needs a device that this machine lacks"


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
