"""Putting a question to what a student's function returns.

`agrees` asks a function that takes and gives data. A maker of schedules gives a
function, so here the two calls are made to look like one: `rates(eta0, k, times)`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from autograder.checks import CheckFailed, RemoteFunction, RemoteObject
from autograder.checks.agreement import Question, Witness
from autograder.checks.misconceptions import Agreement
from autograder.checks.submission import Caller
from autograder.comparison import Mismatch
from autograder.execution.remote import Reply, Target

__all__ = ["rates_of"]


def rates_of(maker: RemoteFunction) -> RemoteFunction:
    """Make of a maker of schedules a function that lists their rates.

    Args:
        maker: The student's function; takes numbers and returns a function of t.

    Returns:
        The function under the maker's name, which takes one argument more, the times,
        and returns a list of what the schedule gives at each of them.
    """
    is_written_down = isinstance(maker.caller, Witness)
    caller = (_FollowingWitness if is_written_down else _Following)(maker.caller)
    return RemoteFunction(caller, maker.target)


@dataclass(frozen=True)
class _Following:
    """A `Caller` that calls a function and then what it has returned."""

    caller: Caller

    def heard(self, function: str, right: Agreement) -> None:
        """Pass on."""
        self.caller.heard(function, right)

    def call(
        self,
        target: Target,
        args: Sequence[Any],
        kwargs: dict[str, Any],
        *,
        forbidden: Sequence[str],
    ) -> Reply:
        """Make a schedule of all arguments but the last; ask it for each time."""
        *numbers, times = args
        schedule = RemoteFunction(self.caller, target, tuple(forbidden))(
            *numbers, **kwargs
        )
        if not isinstance(schedule, RemoteObject):
            reason = "the result is not a function"
            got = type(schedule).__name__
            mismatch = Mismatch("type", reason, got, "a function of t")
            raise CheckFailed(str(target), reason, mismatch=mismatch)
        return Reply(value=[schedule(t) for t in times], after=())

    def gradient(
        self,
        target: Target,
        args: Sequence[Any],
        kwargs: dict[str, Any],
        *,
        cotangent: np.ndarray | None,
        forbidden: Sequence[str],
    ) -> Any:
        """Pass on; there is nothing to follow."""
        return self.caller.gradient(
            target, args, kwargs, cotangent=cotangent, forbidden=forbidden
        )


class _FollowingWitness(_Following):
    """The same where questions are written down for the self-check."""

    def write_down(self, question: Question) -> None:
        """Say that the result is to be called, too."""
        followed = replace(question, is_followed=True)
        self._witness.write_down(followed)

    def refuse(self, reason: str) -> None:
        """Pass on."""
        self._witness.refuse(reason)

    @property
    def _witness(self) -> Witness:
        if not isinstance(self.caller, Witness):
            raise TypeError(f"{self.caller} writes nothing down")
        return self.caller
