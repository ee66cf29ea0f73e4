"""Copy one student's files from a commit into a folder.

Owns: which of them are copied, under which names, and writing the folder atomically.
May not: create a link, or keep a student's own timestamp.txt.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

from autograder.collect.git import Bounds, Item, Repository
from autograder.collect.moments import nbgrader_time
from autograder.errors import CollectError

__all__ = ["put_empty", "put_files"]

_DRAFT = ".collecting-"
_TIMESTAMP = "timestamp.txt"

#: Modes of regular files; a link is 120000 and a submodule 160000.
_FILES = ("100644", "100755", "100664")

#: Limits of Linux.
_MOST_NAME, _MOST_PATH, _MOST_FOLDERS = 255, 1_000, 32


def put_files(
    repository: Repository,
    commit: str,
    folder: Path,
    *,
    bounds: Bounds,
    time: datetime | None,
) -> tuple[str, ...]:
    """Put a commit's files into a folder, replacing what was there.

    Args:
        repository: Where the commit was fetched.
        commit: Its name.
        folder: The student's.
        bounds: How many files and MiB may be copied.
        time: For nbgrader's timestamp.txt.

    Returns:
        What was left out, one line per reason.

    Raises:
        CollectError: The tree is malformed, or the files can't be written.
    """
    items, notes = _chosen(repository.tree(commit), bounds)
    with _Draft(folder) as draft:
        for item, data in zip(items, repository.contents(items), strict=True):
            draft.write(item.path, data)
        if time:
            draft.stamp(time)
    return notes


def put_empty(folder: Path) -> None:
    """Replace the folder by an empty one: nothing was handed in."""
    with _Draft(folder):
        pass


def _chosen(tree: Iterable[Item], bounds: Bounds) -> tuple[list[Item], tuple[str, ...]]:
    """Which files are copied, and remarks on the others."""
    chosen: list[Item] = []
    odd = no_files = no_room = 0
    room = int(bounds.mib * 2**20)
    for item in tree:
        if item.mode not in _FILES:
            no_files += 1
        elif not _is_plain(item.path):
            odd += 1
        elif item.path.rpartition(b"/")[2] == _TIMESTAMP.encode():
            continue  # it would be mistaken for nbgrader's
        elif item.size > room or len(chosen) >= bounds.files:
            no_room += 1
        else:
            chosen.append(item)
            room -= item.size
    counts = (
        (no_files, "links or submodules"),
        (odd, "names that no folder can have"),
        (no_room, "too many or too large"),
    )
    return chosen, tuple(f"left out: {n} ({why})" for n, why in counts if n)


def _is_plain(path: bytes) -> bool:
    parts = path.split(b"/")
    return (
        len(path) <= _MOST_PATH
        and len(parts) <= _MOST_FOLDERS
        and not any(
            part in (b"", b".", b"..")
            or part.lower() == b".git"
            or len(part) > _MOST_NAME
            for part in parts
        )
    )


class _Draft:
    """A new folder beside the old one, which replaces it when complete."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __enter__(self) -> _Draft:
        self._folder.parent.mkdir(parents=True, exist_ok=True)
        parent = self._folder.parent
        self._outer = Path(tempfile.mkdtemp(prefix=_DRAFT, dir=parent))
        self._new = self._outer / "new"
        self._new.mkdir()
        return self

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        try:
            if error is None:
                self._swap()
            elif isinstance(error, OSError):
                raise CollectError(
                    f"its files can't be written: {error.strerror}"
                ) from error
        finally:
            shutil.rmtree(self._outer, ignore_errors=True)

    def write(self, path: bytes, data: bytes) -> None:
        """Write one file; a tree that contains one twice is malformed."""
        target = self._new / os.fsdecode(path)
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("xb") as file:
            file.write(data)

    def stamp(self, time: datetime) -> None:
        """Write the time of the hand-in, wherever it may be looked for."""
        for folder in {self._new, *_with_notebooks(self._new)}:
            (folder / _TIMESTAMP).write_text(f"{nbgrader_time(time)}\n", "ascii")

    def _swap(self) -> None:
        if self._folder.is_symlink() or self._folder.exists():
            self._folder.rename(self._outer / "old")
        self._new.rename(self._folder)


def _with_notebooks(folder: Path) -> Iterator[Path]:
    for path, _, names in os.walk(folder):
        if any(name.lower().endswith(".ipynb") for name in names):
            yield Path(path)
