"""Why a check failed, as a value: for the student and for the instructor.

Owns: the exception and its messages. May not: decide anything.
"""

from __future__ import annotations

from dataclasses import dataclass

from autograder.comparison import Mismatch

__all__ = ["CheckFailed", "Suspect"]


@dataclass(frozen=True)
class Suspect:
    """A known mistake that gives exactly the result.

    Attributes:
        name: The misconception's name.
        hint: What to tell the student.
    """

    name: str
    hint: str


class CheckFailed(AssertionError):
    """A check got a wrong answer.

    Attributes:
        function: Name of the student's function.
        reason: One line without inputs or values; safe for a hidden check.
        mismatch: What was compared and differs, if anything was compared.
        suspects: Every known mistake that gives exactly this result.
        is_compared: Whether the result was compared with an expected value, so that
            a misconception could have been recognised.
        doubt: Why the check, not the answer, may be wrong, or "".
    """

    def __init__(
        self,
        function: str,
        reason: str,
        *,
        mismatch: Mismatch | None = None,
        suspects: tuple[Suspect, ...] = (),
        is_compared: bool = False,
        doubt: str = "",
    ) -> None:
        self.function = function
        self.reason = reason
        self.mismatch = mismatch
        self.suspects = suspects
        self.is_compared = is_compared
        self.doubt = doubt
        super().__init__(self.explanation)

    @property
    def explanation(self) -> str:
        """The full message, with values: for public checks and for instructors."""
        lines = [f"{self.function}: {self.reason}"]
        if self.mismatch:
            lines += [f"  got       {self.mismatch.got}"]
            lines += [f"  expected  {self.mismatch.expected}"]
        return "\n".join(lines)

    @property
    def summary(self) -> str:
        """One line without inputs or values: for hidden checks."""
        return f"{self.function}: {self.reason}"
