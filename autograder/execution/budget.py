"""The seconds of one submission: cells, calls, kernel restarts and replays together.

Owns: what has been used and what is left. May not: measure; whoever runs something says
what it took, without the time in which it waited for a processor or for us.
"""

from __future__ import annotations

from autograder.execution.novalue import OutOfTime

__all__ = ["Budget"]

#: What is begun while something is left gets so much at least, in seconds.
_LEAST_S = 0.1


class Budget:
    """Seconds that are spent and not got back.

    Args:
        total_s: All that there is.

    Attributes:
        total_s: The same.
        spent_s: What has been used; may come to more than there was.
    """

    def __init__(self, total_s: float) -> None:
        self.total_s = total_s
        self.spent_s = 0.0

    @property
    def is_used_up(self) -> bool:
        """Whether nothing may be begun any more."""
        return self.spent_s >= self.total_s

    @property
    def used_up(self) -> str:
        """The same in words, for a student."""
        return f"the notebook used its {self.total_s:g} s"

    def allow(self, limit_s: float) -> float:
        """How long something may take that has a limit of its own."""
        return min(limit_s, max(self.total_s - self.spent_s, _LEAST_S))

    def spend(self, seconds: float) -> None:
        """Take note of what something took."""
        self.spent_s += max(seconds, 0.0)

    def require(self) -> None:
        """Refuse to begin anything when all is used.

        Raises:
            OutOfTime: It is.
        """
        if self.is_used_up:
            raise OutOfTime(f"was not asked: {self.used_up}")
