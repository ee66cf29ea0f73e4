"""The notebooks of a checkout, and which of them is the submission.

Owns: the bounds of the search, and the rule that chooses. May not: follow a link, run a
program, or trust a name: a notebook is recognised by its cells.

Of several notebooks of one assignment, these count, in this order: one with something
written in it; the one with the most of the assignment's cells; one of equal copies; the
one with the released name. Otherwise a person has to choose.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from autograder.config import Settings
from autograder.errors import (
    CollectError,
    MalformedError,
    UnreadableError,
)
from autograder.grading.untrusted import recognised
from autograder.sandbox import Disposable
from autograder.text import one_line

__all__ = ["Candidate", "Search", "chosen"]

#: How many files and folders are examined, how deep, and how many notebooks are read.
MOST_ENTRIES, MOST_FOLDERS, MOST_NOTEBOOKS = 20_000, 8, 200

#: Processor time for reading all notebooks of one checkout.
MOST_READ_S = 60.0

_SKIPPED = ("__pycache__", "node_modules", "site-packages")

#: What identifies a virtual environment, whatever its name.
_ENVIRONMENT = "pyvenv.cfg"


@dataclass(frozen=True)
class Candidate:
    """A notebook that may be the submission.

    Attributes:
        path: Its path.
        assignment: The assignment it belongs to.
        cells: How many of the assignment's cells it has; 0 if it can't be read.
        is_blank: Whether nothing has been written in it.
        digest: The digest of what is written in it.
        trouble: Why it can't be read, or "".
    """

    path: Path
    assignment: str
    cells: int = 0
    is_blank: bool = False
    digest: str = ""
    trouble: str = ""


@dataclass
class Search:
    """Looks through checkouts of one course.

    Attributes:
        settings: The course's.
        reader: Parses what students wrote, in a separate process.
        notes: What was left out, one line each.
    """

    settings: Settings
    reader: Disposable
    notes: list[str] = field(default_factory=list)

    def candidates(
        self, checkout: Path, *, depth: int = MOST_FOLDERS
    ) -> list[Candidate]:
        """All notebooks of the course's assignments in a checkout, the nearest first.

        Args:
            checkout: The folder.
            depth: How many levels of folders are searched.

        Raises:
            CollectError: The checkout can't be listed.
        """
        self.notes = []
        found, most_s = [], self.reader.spent_s + MOST_READ_S
        for number, path in enumerate(self._notebooks(checkout, depth)):
            if number == MOST_NOTEBOOKS or self.reader.spent_s > most_s:
                self.notes.append("not all notebooks were read: there are too many")
                break
            if candidate := self._candidate(path, checkout):
                found.append(candidate)
        return found

    def _candidate(self, path: Path, checkout: Path) -> Candidate | None:
        """The notebook, if it is one of the course's.

        One that can't be read counts if it has the name of a release.
        """
        own = path.stem if path.stem in self.settings.assignments else ""
        try:
            found = recognised(self.reader, self.settings, path, below=checkout)
        except (MalformedError, UnreadableError) as error:
            trouble = one_line(str(error))
            return Candidate(path, own, trouble=trouble) if own else None
        return Candidate(path, **vars(found)) if found else None

    def _notebooks(self, checkout: Path, depth: int) -> Iterator[Path]:
        """Paths of notebooks, a folder's own before those of its subfolders."""
        folders, seen = deque([(checkout, 0)]), 0
        passed_by = self._own_folders(checkout)
        while folders:
            folder, level = folders.popleft()
            for entry in _listed(folder, is_first=folder == checkout):
                seen += 1
                if seen > MOST_ENTRIES:
                    self.notes.append("not all files were examined: there are too many")
                    return
                if entry.name.startswith(".") or entry.is_symlink():
                    continue
                if entry.is_file(follow_symlinks=False):
                    if entry.name.lower().endswith(".ipynb"):
                        yield Path(entry.path)
                elif level < depth and _is_to_enter(entry, passed_by):
                    folders.append((Path(entry.path), level + 1))

    def _own_folders(self, checkout: Path) -> set[tuple[int, int]]:
        """The course's own folders, whose notebooks are not submissions."""
        settings = self.settings
        own = {
            settings.source_directory,
            settings.release_directory,
            settings.submitted_directory,
            settings.autograded_directory,
            settings.feedback_directory,
            settings.tests_directory,
            settings.solutions_directory,
        }
        root = settings.course_root.resolve()
        if not checkout.resolve().is_relative_to(root):
            own.add(root)
        return {
            (status.st_dev, status.st_ino)
            for status in (folder.stat() for folder in own if folder.is_dir())
        }


def chosen(candidates: Sequence[Candidate]) -> Candidate:
    """The submission among notebooks of one assignment, at least one.

    Raises:
        CollectError: A person has to choose; the message names them.
    """
    left = [each for each in candidates if not each.trouble] or list(candidates)
    left = [each for each in left if not each.is_blank] or left
    most = max(each.cells for each in left)
    left = [each for each in left if each.cells == most]
    if len({each.digest for each in left if not each.trouble}) == 1:
        return left[0]
    named = [each for each in left if each.path.stem == each.assignment]
    if len(named or left) == 1:
        return (named or left)[0]
    names = ", ".join(f'"{one_line(each.path.name, 80)}"' for each in left[:3])
    more = f" and {len(left) - 3} more" if len(left) > 3 else ""
    name = left[0].assignment
    raise CollectError(
        f"{name}: several notebooks may be the submission: {names}{more}. Name the one "
        f'that counts "{name}.ipynb", and no other.'
    )


def _is_to_enter(
    entry: os.DirEntry[str], passed_by: Collection[tuple[int, int]]
) -> bool:
    if entry.name in _SKIPPED or not entry.is_dir(follow_symlinks=False):
        return False
    if os.path.lexists(Path(entry.path, _ENVIRONMENT)):
        return False
    status = entry.stat(follow_symlinks=False)
    return (status.st_dev, status.st_ino) not in passed_by


def _listed(folder: Path, *, is_first: bool) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return sorted(entries, key=lambda entry: entry.name)
    except OSError as error:
        if not is_first:
            return []
        raise CollectError(
            f"{one_line(str(folder))}: the checkout can't be listed: {error.strerror}."
        ) from error
