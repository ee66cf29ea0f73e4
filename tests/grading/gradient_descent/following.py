"""Putting a question to what a student's function returns.

`agrees` asks a function that takes and gives data. A maker of schedules gives a
function, so here the two calls are made to look like one: `rates(eta0, k, times)`.
"""

from __future__ import annotations

from dataclasses import replace

from autograder.checks import CheckFailed, RemoteFunction, RemoteObject
from autograder.checks.submission import Question, Relay
from autograder.comparison import Mismatch
from autograder.execution.remote import Call, Reply

__all__ = ["rates_of"]


def rates_of(maker: RemoteFunction) -> RemoteFunction:
    """Make of a maker of schedules a function that lists their rates.

    Args:
        maker: The student's function; takes numbers and returns a function of t.

    Returns:
        The function under the maker's name, which takes one argument more, the times,
        and returns a list of what the schedule gives at each of them.
    """
    return RemoteFunction(_Following(maker.caller), maker.target)


class _Following(Relay):
    """Calls a function and then what it has returned; passes the rest on."""

    def take(self, question: Question) -> None:
        """Say that the result is to be called, too, and pass on."""
        __tracebackhide__ = True
        super().take(replace(question, is_followed=True))

    def call(self, call: Call) -> Reply:
        """Make a schedule of all arguments but the last; ask it for each time."""
        *numbers, times = call.args
        make = RemoteFunction(self.caller, call.target, call.forbidden)
        schedule = make(*numbers, **call.kwargs)
        if not isinstance(schedule, RemoteObject):
            reason = "the result is not a function"
            got = type(schedule).__name__
            mismatch = Mismatch("type", reason, got, "a function of t")
            raise CheckFailed(str(call.target), reason, mismatch=mismatch)
        return Reply(value=[schedule(t) for t in times], after=())
