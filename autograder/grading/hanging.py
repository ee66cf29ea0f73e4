"""Checks that never finish, across a whole class.

Owns: when an exercise's checks are skipped for everybody. May not: stop anything.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from autograder.grading.watchdog import Hang

__all__ = ["HangingChecks"]

#: For how many submissions a check may hang before the check itself is to blame.
MOST_SUBMISSIONS = 3


class HangingChecks:
    """Which exercises hang, and for whom.

    If one submission gets through an exercise's checks, they can finish: they hang on
    one student's data, and go on being asked of everybody else. An oracle that loops
    hangs for everybody; after a few submissions, each of which costs the whole time
    limit, its checks are skipped.
    """

    def __init__(self) -> None:
        self._hung: Counter[str] = Counter()
        self._told: dict[str, str] = {}
        self._completed: set[str] = set()

    @property
    def for_everybody(self) -> dict[str, str]:
        """Exercises that are skipped for everybody, and why."""
        return {
            grade_id: f"{self._told[grade_id]}, for {times} submissions"
            for grade_id, times in self._hung.items()
            if times >= MOST_SUBMISSIONS and grade_id not in self._completed
        }

    def note_hang(self, hang: Hang) -> None:
        """Record that a submission's worker hung in a check."""
        self._hung[hang.grade_id] += 1
        self._told[hang.grade_id] = hang.told

    def note_completed(self, grade_ids: Iterable[str]) -> None:
        """Record that a submission got through these exercises."""
        self._completed.update(grade_ids)
