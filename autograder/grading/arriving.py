"""Exchange parts of results with other machines, as files.

Owns: which parts belong to this course as it is, and why others are refused.
May not: grade, or know how a part is written down.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from autograder.config import HERE, Assignment, Settings, shown
from autograder.errors import AutograderError, ResultsError
from autograder.files import write_whole
from autograder.grading.batch import require_assignment
from autograder.grading.freshness import require_fresh
from autograder.grading.handed import read_handed_in
from autograder.grading.joining import Joiner
from autograder.grading.keeping import Keeper
from autograder.grading.projection import Projection
from autograder.grading.reports import Reports
from autograder.model import GradeReport, Status
from autograder.results import (
    Part,
    Store,
    grading_lock,
    read_parts,
    written_parts,
)
from autograder.results.keys import (
    changes,
    context_of,
    on_each_device,
    stale_exercises,
)
from autograder.results.released import released_points

__all__ = ["Merged", "merge_parts", "write_parts"]

_log = logging.getLogger(__name__)


@dataclass
class Merged:
    """The outcome of importing parts from elsewhere.

    Attributes:
        reports: By assignment, for everybody who has a part now.
        taken: How many parts were new.
        known: How many were already here.
        refused: Why others were not taken, one line each.
    """

    reports: dict[str, Reports] = field(default_factory=dict)
    taken: int = 0
    known: int = 0
    refused: list[str] = field(default_factory=list)


def write_parts(
    assignments: Collection[Assignment],
    path: Path,
    *,
    students: Collection[str] = (),
    devices: Collection[str],
) -> None:
    """Write the newest parts of some devices into a file for another machine.

    Args:
        assignments: Which ones.
        path: The file; written whole or not at all.
        students: Only these; everybody if empty.
        devices: Whose parts.

    Raises:
        AutograderError: The file can't be written, or a result can't be read.
    """

    def parts() -> Iterator[Part]:
        for assignment in assignments:
            with Store(assignment.settings.results_directory, writes=False) as store:
                for student, device in store.keys(assignment.name):
                    is_chosen = not students or student in students
                    if not is_chosen or device not in devices:
                        continue
                    if part := store.part(assignment.name, student, device):
                        yield part

    try:
        write_whole(path, (line.encode() for line in written_parts(parts())))
    except OSError as error:
        raise ResultsError(
            f"{shown(path)}: can't be written: {error.strerror}. The results are kept; "
            "run the same command with another --parts."
        ) from error


def merge_parts(settings: Settings, files: Sequence[Path]) -> Merged:
    """Import parts that other machines made, and write the results they complete.

    A part is taken if it is about the course as it is here: its release, checks,
    settings, seed and versions, and the submission, if it is here too.

    Args:
        settings: The course.
        files: Written by `write_parts`.

    Raises:
        AutograderError: A file was not made by `write_parts`, or the course can't be
            read or written; what was imported until then is kept.
    """
    names = _assignments_in(files)  # read all of them before importing anything
    merged = Merged()
    for name in names:
        if name in settings.assignments:
            _merge(settings.assignment(name), files, merged)
        else:
            merged.refused.append(f"{name}: this course has no such assignment")
    return merged


def _assignments_in(files: Sequence[Path]) -> list[str]:
    return list(dict.fromkeys(part.assignment for _, part in _parts_of(files)))


def _parts_of(files: Sequence[Path]) -> Iterator[tuple[str, Part]]:
    """The parts of some files, each with its place for messages."""
    for path in files:
        try:
            with path.open(encoding="utf-8") as file:
                for number, part in enumerate(read_parts(file, path.name), start=2):
                    yield f"{path.name}, line {number}", part
        except (OSError, UnicodeDecodeError) as error:
            why = getattr(error, "strerror", None) or "it is not UTF-8 text"
            raise ResultsError(
                f"{shown(path)}: can't be read: {why}. Write it with "
                "`autograder grade <assignment> --parts FILE`."
            ) from error


def _merge(assignment: Assignment, files: Sequence[Path], merged: Merged) -> None:
    require_assignment(assignment)
    require_fresh(assignment)
    results = assignment.settings.results_directory
    with (
        grading_lock(results, assignment.name, tell=_log.warning),
        Store(results, tell=_log.warning) as store,
    ):
        joiner = Joiner(assignment, store)
        gate = _Gate(assignment)
        with Projection(assignment, store, joiner) as projection:
            keeper = Keeper(assignment, joiner, projection)
            failed = {}
            for part in gate.let_in(files, joiner, merged):
                report = keeper.keep(part)
                if report.status is Status.UNGRADED:
                    failed[part.student] = report
            reports = Reports(assignment.name)
            for report in keeper.reused(joiner.students):
                reports.add(failed.get(report.student, report))
            projection.note_state(is_whole=False)
    merged.reports[assignment.name] = reports


class _Gate:
    """Decides whether parts match the assignment as it is now.

    Args:
        assignment: The assignment.
    """

    def __init__(self, assignment: Assignment) -> None:
        self._assignment = assignment
        points = released_points(assignment.release_notebook)
        self._context = context_of(assignment, points)
        self._points = points

    def let_in(
        self, files: Sequence[Path], joiner: Joiner, merged: Merged
    ) -> Iterator[Part]:
        """The parts that are taken; the others are counted or reported."""
        for place, part in _parts_of(files):
            if part.assignment != self._assignment.name:
                continue
            there = joiner.kept(part.student, part.device)
            if why := self.objection(part):
                where = f"{place}: {part.student} on {part.device}"
                merged.refused.append(f"{where}: {why}")
            elif there and there.key == part.key and not there.is_open:
                merged.known += 1
            else:
                merged.taken += 1
                yield part

    def objection(self, part: Part) -> str:
        """Why a part is refused, or ""."""
        if part.device not in (HERE, *self._assignment.settings.devices):
            return f"this course does not grade on {part.device}"
        if differing := self._differing(part):
            return f"was graded with something else: {'; '.join(differing)}"
        if self._is_changed(part):
            return "the submission here is another: it was changed, or is older there"
        report = GradeReport.from_json(part.assignment, part.report)
        given = {each.grade_id: each.points for each in report.exercises}
        if any(self._points.get(name) != most for name, most in given.items()):
            return "its exercises or points are not those of the release"
        return ""

    def _differing(self, part: Part) -> list[str]:
        """What its verdicts depend on that differs here."""
        key = replace(part.key, submission="")
        stale = stale_exercises(key, self._context)
        if stale is not None and part.device != HERE:
            stale = tuple(
                each for each in stale if each in on_each_device(self._context)
            )
        if stale == ():
            return []
        told = changes(key, self._context)
        return [each.replace(" changed", " differs") for each in told] or ["its key"]

    def _is_changed(self, part: Part) -> bool:
        """Whether the student's submission is here and differs."""
        path = self._assignment.submission(part.student)
        if not path.is_file():
            return False
        try:
            data, beside = read_handed_in(self._assignment, path)
        except AutograderError:
            return not part.key.submission.startswith("unread: ")
        return beside.digest(data) != part.key.submission
