"""Those who grade: workers on this machine, or wherever a run is told to look.

Owns: what a run asks of them. May not: know where they are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from types import TracebackType
from typing import Protocol, Self

from autograder.config import Assignment
from autograder.grading.messages import Answer, Failure, Job

__all__ = ["Hire", "Workforce"]


class Workforce(Protocol):
    """Workers that get ready when the block is entered and are free when it is left."""

    def __enter__(self) -> Self:
        """Begin to get ready; nothing is waited for."""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Let go of them; whatever they still do is stopped."""

    def grade(self, jobs: Sequence[Job]) -> Iterator[tuple[Job, Answer | Failure]]:
        """Grade jobs; answers come in the order of finishing, one for each job.

        Raises:
            AutograderError: Nobody can be graded; one line says why.
        """


#: Finds those who grade so many submissions of an assignment.
Hire = Callable[[Assignment, int], Workforce]
