"""The seconds of one submission: cells, calls, kernel restarts and replays together.

Owns: what has been used and what is left. May not: measure; the caller reports what
something took, without the time spent waiting for a processor or for us.
"""

from __future__ import annotations

from autograder.execution.novalue import OutOfTime

__all__ = ["Budget"]

#: The least time for anything that is started while time is left, in seconds.
_LEAST_S = 0.1


class Budget:
    """A budget of seconds.

    Args:
        total_s: The whole budget.

    Attributes:
        total_s: The same.
        spent_s: What has been used; may exceed the budget.
    """

    def __init__(self, total_s: float) -> None:
        self.total_s = total_s
        self.spent_s = 0.0

    @property
    def is_used_up(self) -> bool:
        """Whether nothing may be started any more."""
        return self.spent_s >= self.total_s

    @property
    def used_up(self) -> str:
        """The same in words, for a student."""
        return f"the notebook used its {self.total_s:g} s"

    def allow(self, limit_s: float) -> float:
        """How long something with its own limit may take."""
        return min(limit_s, max(self.total_s - self.spent_s, _LEAST_S))

    def spend(self, seconds: float) -> None:
        """Record what something took."""
        self.spent_s += max(seconds, 0.0)

    def require(self) -> None:
        """Refuse to start anything if the budget is used up.

        Raises:
            OutOfTime: It is.
        """
        if self.is_used_up:
            raise OutOfTime(f"was not asked: {self.used_up}")
