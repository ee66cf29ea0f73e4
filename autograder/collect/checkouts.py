"""Checkouts: what students pushed, wherever its notebook is.

Owns: telling one checkout from a folder of them, whose it is, and what happens to each.
May not: run a student's code, or follow a link.

A folder is one checkout if its student is given, if it is a repository, or if it, or a
folder in it named like an assignment, contains a notebook of the course. Any other is a
folder of checkouts, one per student, named after the student.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from autograder.collect.commit import committed_at
from autograder.collect.finding import Candidate, Search, chosen
from autograder.collect.handing import Handing, Work, hand_over
from autograder.collect.listed import listed_times
from autograder.collect.students import student_trouble
from autograder.config import Assignment, Settings, shown
from autograder.errors import AssignmentError, AutograderError, CollectError
from autograder.grading.handed import read_whole
from autograder.sandbox import Disposable
from autograder.text import one_line

__all__ = ["Collected", "collect_checkouts"]


@dataclass(frozen=True)
class Collected:
    """The outcome for one assignment in one checkout.

    Attributes:
        student: The student's id, or the checkout's name if that can't be an id.
        assignment: The assignment; "" if none was found.
        handing: The outcome of handing in; None if nothing was handed in.
        trouble: Why a person has to look, in one line, or "".
        notes: Further remarks, one line each.
    """

    student: str
    assignment: str = ""
    handing: Handing | None = None
    trouble: str = ""
    notes: tuple[str, ...] = ()


def collect_checkouts(
    settings: Settings,
    folder: Path,
    *,
    student: str | None = None,
    owner: str | None = None,
    assignments: Sequence[str] = (),
    at: datetime | None = None,
) -> list[Collected]:
    """Hand in the work in a checkout, or in each checkout of a folder.

    Args:
        settings: The course's.
        folder: A checkout, or a folder of checkouts.
        student: Whose it is; then `folder` is one checkout.
        owner: Whose it is if it turns out to be one checkout. If neither is given, the
            folders' names tell.
        assignments: Only these; all of the course if empty.
        at: When it was handed in. If None, the time comes from the list made when a
            folder of checkouts was fetched, or else from the last commit.

    Returns:
        One for each assignment found, and one for each checkout without any.

    Raises:
        AssignmentError: The course has no such assignment, or one isn't released.
        CollectError: There is no such folder, or it can't be listed.
    """
    wanted = _released(settings, assignments)
    if not folder.is_dir():
        raise CollectError(
            f"{shown(folder)}: there is no such checkout. Name a folder."
        )
    with closing(Disposable()) as reader:
        collection = _Collection(Search(settings, reader), wanted, at)
        if student is not None or collection.is_checkout(folder):
            named = (student, owner, folder.resolve().name)
            name = next(each for each in named if each is not None)
            return list(collection.collect(folder, name))
        times = listed_times(folder)
        return [
            each
            for checkout in _folders(folder)
            for each in collection.collect(
                checkout, checkout.name, at=times.get(checkout.name)
            )
        ]


def _released(settings: Settings, assignments: Sequence[str]) -> list[str]:
    """The assignments to look for.

    Raises:
        AssignmentError: See `collect_checkouts`.
    """
    names = list(dict.fromkeys(assignments)) or settings.require_assignments()
    found = []
    for name in names:
        _ = settings.source_notebook(name)
        release = settings.assignment(name).release_notebook
        if release.is_file():
            found.append(name)
        elif assignments:
            raise AssignmentError(
                f"{name} is not released: {shown(release)} is missing. "
                f"Run `autograder release {name}`."
            )
    return found


@dataclass
class _Collection:
    search: Search
    wanted: Collection[str]
    at: datetime | None

    @property
    def _settings(self) -> Settings:
        return self.search.settings

    def is_checkout(self, folder: Path) -> bool:
        """Whether a folder is one checkout; see the module's docstring."""
        names = set(self._settings.assignments)
        return (
            os.path.lexists(folder / ".git")
            or bool(self.search.candidates(folder, depth=0))
            or any(
                self.search.candidates(each, depth=0)
                for each in _folders(folder)
                if each.name in names
            )
            or not _folders(folder)
        )

    def collect(
        self, checkout: Path, student: str, *, at: datetime | None = None
    ) -> Iterator[Collected]:
        """Hand in each assignment in one checkout, with the given time."""
        if trouble := student_trouble(student, self._settings.assignments):
            yield Collected(one_line(student, 80), trouble=trouble)
            return
        try:
            found = self.search.candidates(checkout)
        except CollectError as error:
            yield Collected(student, trouble=str(error))
            return
        notes = tuple(self.search.notes)
        named = [each for each in self.wanted if any(_of(each, found))]
        if not named:
            yield Collected(student, trouble=self._none(found), notes=notes)
            return
        at = self.at or at or committed_at(checkout)
        for name in named:
            yield self._handed_in(checkout, student, name, found, at, notes)

    def _none(self, found: Sequence[Candidate]) -> str:
        others = sorted({each.assignment for each in found})
        instead = f"; there is one of {', '.join(others)}" if others else ""
        known = ", ".join(self.wanted)
        return f"no notebook of {known} was found in the checkout{instead}"

    def _handed_in(
        self,
        checkout: Path,
        student: str,
        name: str,
        found: Sequence[Candidate],
        at: datetime | None,
        notes: tuple[str, ...],
    ) -> Collected:
        """Choose an assignment's notebook and hand it in with the files beside it."""
        assignment = self._settings.assignment(name)
        mine = list(_of(name, found))
        try:
            best = chosen(mine)
            work = _work(assignment, best, checkout, found, at)
            handing = hand_over(assignment, student, work)
        except AutograderError as error:
            return Collected(student, name, trouble=one_line(str(error)), notes=notes)
        told = [*notes, *work.beside.notes, *_passed_over(best, mine, checkout)]
        return Collected(student, name, handing, notes=tuple(told))


def _of(assignment: str, found: Sequence[Candidate]) -> Iterator[Candidate]:
    return (each for each in found if each.assignment == assignment)


def _passed_over(
    best: Candidate, found: Sequence[Candidate], checkout: Path
) -> Iterator[str]:
    """A remark if there were several notebooks."""
    others = [each for each in found if each.path != best.path]
    if others:
        name = one_line(str(best.path.relative_to(checkout)), 200)
        yield f'"{name}" was taken, of {len(found)} notebooks of {best.assignment}'


def _work(
    assignment: Assignment,
    best: Candidate,
    checkout: Path,
    found: Sequence[Candidate],
    at: datetime | None,
) -> Work:
    """Read a notebook and the files beside it, within the course's limits.

    Other notebooks of the course are skipped, with their folders.
    """
    folder = best.path.parent
    own = Path(assignment.notebook)
    leave_out = {own, *_others(folder, found, assignment.name)}
    data, beside = read_whole(
        assignment, best.path, below=checkout, leave_out=leave_out
    )
    return Work(data, beside, at)


def _others(
    folder: Path, found: Sequence[Candidate], assignment: str
) -> Iterator[Path]:
    """Copies of a notebook below its folder, and the folders of other assignments."""
    for each in found:
        if each.path.is_relative_to(folder):
            inside = each.path.relative_to(folder)
            is_copy = each.assignment == assignment or len(inside.parts) == 1
            yield inside if is_copy else inside.parent


def _folders(folder: Path) -> list[Path]:
    """Folders in a folder, by name, without hidden ones and links."""
    try:
        with os.scandir(folder) as entries:
            return sorted(
                Path(entry.path)
                for entry in entries
                if entry.is_dir(follow_symlinks=False)
                and not entry.name.startswith(".")
            )
    except OSError as error:
        raise CollectError(
            f"{shown(folder)}: can't be listed: {error.strerror}."
        ) from error
