"""The reports of a class, only a few of which are held in memory.

Owns: the others, in an unnamed temporary file. May not: change a report.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, overload

from autograder.model import GradeReport

__all__ = ["Reports"]

#: How many are held in memory: a report may take 100 KiB there.
MOST_HELD = 200


class Reports(Sequence[GradeReport]):
    """A class's reports, in the order of their students.

    Args:
        assignment: Name of the assignment.
    """

    def __init__(self, assignment: str) -> None:
        self._assignment = assignment
        self._held: dict[int, GradeReport] = {}
        self._places: list[tuple[str, int]] = []
        self._is_sorted = True
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - closed with this object

    def add(self, report: GradeReport) -> None:
        """Add a report."""
        if len(self._held) < MOST_HELD:
            place = -1 - len(self._held)
            self._held[place] = report
        else:
            place = self._file.seek(0, 2)
            text = json.dumps(report.to_json(), allow_nan=False)
            self._file.write(f"{text}\n".encode())
        self._places.append((report.student, place))
        self._is_sorted = False

    def __len__(self) -> int:
        return len(self._places)

    def __iter__(self) -> Iterator[GradeReport]:
        return (self[number] for number in range(len(self)))

    @overload
    def __getitem__(self, which: int) -> GradeReport: ...

    @overload
    def __getitem__(self, which: slice) -> list[GradeReport]: ...

    def __getitem__(self, which: int | slice) -> GradeReport | list[GradeReport]:
        self._sort()
        if isinstance(which, slice):
            return [self._at(place) for _, place in self._places[which]]
        return self._at(self._places[which][1])

    def __eq__(self, other: object) -> bool:
        """Whether another sequence holds equal reports in the same order."""
        if not isinstance(other, Sequence):
            return NotImplemented
        return len(self) == len(other) and all(map(GradeReport.__eq__, self, other))

    __hash__ = None  # type: ignore[assignment]

    def __reduce__(self) -> tuple[Any, ...]:
        """How reports are pickled for another process: all of them, in memory."""
        return _reports_of, (self._assignment, list(self))

    def _sort(self) -> None:
        if not self._is_sorted:
            self._places.sort(key=lambda each: each[0])
            self._is_sorted = True

    def _at(self, place: int) -> GradeReport:
        if place < 0:
            return self._held[place]
        self._file.seek(place)
        data = json.loads(self._file.readline())
        report = GradeReport.from_json(self._assignment, data)
        return replace(report, is_reused=data["is_reused"])


def _reports_of(assignment: str, reports: Sequence[GradeReport]) -> Reports:
    made = Reports(assignment)
    for report in reports:
        made.add(report)
    return made
