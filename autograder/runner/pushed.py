"""Collect and grade what was pushed, and decide how the run ends.

Owns: the order, and the exit code. May not: print, or write a report.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from autograder.collect import Collected, collect_checkouts
from autograder.config import Settings
from autograder.errors import AutograderError
from autograder.model import GradeReport
from autograder.report import ClassReport
from autograder.runner.surroundings import Surroundings

__all__ = ["EXIT_BELOW", "Pushed", "collected"]

#: The exit code if everything was graded and a share is below `--fail-under`.
EXIT_BELOW = 4

#: Tolerance when comparing a share of the points: 0.6 is not a binary fraction.
_ROUNDING = 1e-9

#: Grades some students' submissions of an assignment.
Grade = Callable[[str, Sequence[str]], Sequence[GradeReport]]


@dataclass
class Pushed:
    """The outcome for what was pushed.

    Attributes:
        found: The outcome for each assignment in each checkout.
        classes: What was graded, by assignment.
    """

    found: Sequence[Collected]
    classes: list[ClassReport] = field(default_factory=list)

    def grade(self, grade: Grade) -> Iterator[tuple[str, Exception | None]]:
        """Grade what was found, one assignment after another.

        Args:
            grade: Grades an assignment's students.

        Yields:
            Each assignment, and why it could not be graded; the others still are.
        """
        names = dict.fromkeys(each.assignment for each in self.found if each.handing)
        for name in names:
            students = [
                each.student
                for each in self.found
                if each.assignment == name and each.handing
            ]
            try:
                reports = grade(name, list(dict.fromkeys(students)))
            except (AutograderError, OSError) as error:
                self.classes.append(ClassReport(name, is_refused=True))
                yield name, error
                continue
            self.classes.append(ClassReport(name, reports))
            yield name, None

    def exit_code(self, *, fail_under: float | None) -> int:
        """The exit code of the run, if nothing failed.

        Args:
            fail_under: The share of the automatic points that each submission needs.

        Returns:
            3 if a person has to look; otherwise 4 if a share is too low; otherwise 0.
        """
        reports = [report for each in self.classes for report in each.reports]
        if any(each.trouble for each in self.found) or not self.found:
            return 3
        if any(report.needs_attention for report in reports):
            return 3
        is_below = fail_under is not None and any(
            (report.score or 0.0) < fail_under * report.max_score - _ROUNDING
            for report in reports
        )
        return EXIT_BELOW if is_below else 0


def collected(
    settings: Settings,
    surroundings: Surroundings,
    *,
    checkouts: Sequence[Path] = (),
    student: str | None = None,
    assignments: Sequence[str] = (),
) -> list[Collected]:
    """Hand in what was pushed.

    Args:
        settings: The course's.
        surroundings: Where we run.
        checkouts: Checkouts, or folders of them; the one given by the surroundings if
            empty.
        student: The student whose checkout it is, if given.
        assignments: Only these; all of the course if empty.

    Raises:
        AutograderError: An assignment or a folder is missing.
    """
    if not checkouts:
        here = surroundings.checkout
        owner = student or surroundings.student or here.resolve().name
        at = surroundings.handed_in_at
        return collect_checkouts(
            settings, here, student=owner, assignments=assignments, at=at
        )
    found = [
        each
        for checkout in checkouts
        for each in collect_checkouts(
            settings,
            checkout,
            student=student,
            owner=surroundings.student if len(checkouts) == 1 else None,
            assignments=assignments,
        )
    ]
    return [*found, *_twice(found)]


def _twice(found: Sequence[Collected]) -> Iterator[Collected]:
    """Problems that need a person: one student's assignment found in two checkouts."""
    counts = Counter((each.student, each.assignment) for each in found if each.handing)
    for (student, assignment), count in counts.items():
        if count > 1:
            yield Collected(
                student,
                assignment,
                trouble=f"{assignment} was found in {count} checkouts; the last one "
                "was graded",
            )
