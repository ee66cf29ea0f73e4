"""Checks that do not come to an end, over a whole class.

Owns: when an exercise's checks are put to nobody any more. May not: end anything.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from autograder.grading.watchdog import Hang

__all__ = ["HangingChecks"]

#: For how many submissions a check may hang until it is the check's own fault.
MOST_SUBMISSIONS = 3


class HangingChecks:
    """Which exercises hang, and for whom.

    Where one submission is through with an exercise's checks, they do end: it is
    somebody's data that they hang on, and everybody else goes on being asked. An
    oracle that loops lets nobody through, and after a few submissions, each of which
    costs the whole time limit, nobody else is held up.
    """

    def __init__(self) -> None:
        self._hung: Counter[str] = Counter()
        self._told: dict[str, str] = {}
        self._completed: set[str] = set()

    @property
    def for_everybody(self) -> dict[str, str]:
        """Exercises that are put to nobody any more, and why."""
        return {
            grade_id: f"{self._told[grade_id]}, for {times} submissions"
            for grade_id, times in self._hung.items()
            if times >= MOST_SUBMISSIONS and grade_id not in self._completed
        }

    def note_hang(self, hang: Hang) -> None:
        """A submission's worker has hung in a check."""
        self._hung[hang.grade_id] += 1
        self._told[hang.grade_id] = hang.told

    def note_completed(self, grade_ids: Iterable[str]) -> None:
        """A submission has come through these exercises."""
        self._completed.update(grade_ids)
