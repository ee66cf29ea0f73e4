"""The interface of a set of workers, on this machine or elsewhere.

Owns: what a run needs from them. May not: know where they are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from types import TracebackType
from typing import Protocol, Self

from autograder.config import Assignment
from autograder.grading.messages import Answer, Failure, Job

__all__ = ["Hire", "Workforce"]


class Workforce(Protocol):
    """Workers that get ready on entering the block and are released on leaving it."""

    def __enter__(self) -> Self:
        """Begin to get ready, without waiting."""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Release them; whatever they are still doing is stopped."""

    def grade(self, jobs: Sequence[Job]) -> Iterator[tuple[Job, Answer | Failure]]:
        """Grade jobs; answers come in the order of finishing, one for each job.

        Raises:
            AutograderError: Nobody can be graded, and why, in one line.
        """


#: Provides workers for a number of submissions of an assignment.
Hire = Callable[[Assignment, int], Workforce]
