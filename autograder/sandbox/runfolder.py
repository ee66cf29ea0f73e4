"""A command's own temporary folder, and the removal of those left behind.

Owns: one folder below the system's temporary folder, which holds boxes, stages and
everything else of one run; it is removed when the run ends or, if the run was killed,
at the start of the next. May not: touch the folder of a live run, or of another user.

A run is alive while it holds the lock on its folder. The system releases a lock when
its process ends, however that happens, so process ids, which may be reused, are not
needed.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from autograder.sandbox.machine import temporary_folder

__all__ = ["let_pass", "remove_tree", "run_folder", "sweep", "temporary_files_in"]

#: The prefix of the folders' names.
PREFIX = "autograder-"

#: The length of such a name in bytes, with a separator and `tempfile`'s suffix.
_NAME_BYTES = len(PREFIX) + 9

_LOCK = ".lock"

#: How long a new folder may exist without its lock, in seconds.
_YOUNG_S = 600.0


@contextlib.contextmanager
def run_folder() -> Iterator[Path]:
    """A folder for this run, removed when the block ends; nested blocks share one.

    Raises:
        OSError: It can't be created.
        KernelError: No folder for temporary files can be written.
    """
    current = Path(tempfile.gettempdir())
    if current.name.startswith(PREFIX):
        yield current
        return
    parent = temporary_folder(room=_NAME_BYTES)
    sweep(parent)
    folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=parent))
    lock = -1
    try:
        lock = _locked(folder)
        yield folder
    finally:
        remove_tree(folder)
        if lock >= 0:
            os.close(lock)


def let_pass(path: Path) -> None:
    """Let other accounts reach a path in a run's folder, without listing its parents.

    Raises:
        OSError: A folder belongs to another user.
    """
    above = [*path.parents]
    runs = [at for at, folder in enumerate(above) if folder.name.startswith(PREFIX)]
    for folder in above[: runs[0] + 1 if runs else 0]:
        folder.chmod(folder.stat().st_mode | 0o001)


@contextlib.contextmanager
def temporary_files_in(folder: Path) -> Iterator[None]:
    """Make `tempfile` create all of this process's files there."""
    before = tempfile.tempdir
    tempfile.tempdir = str(folder)
    try:
        yield
    finally:
        tempfile.tempdir = before


def sweep(parent: Path) -> None:
    """Remove the folders of this user's dead runs."""
    for entry in _folders_of_runs(parent):
        lock = _lock_of_dead(Path(entry.path))
        if lock is not None:
            remove_tree(Path(entry.path))
            os.close(lock)


def remove_tree(path: Path) -> None:
    """Delete a folder and its content, even folders that a student has closed."""
    shutil.rmtree(path, ignore_errors=True)
    if not os.path.lexists(path):
        return
    with contextlib.suppress(OSError):
        for folder, inner, _ in os.walk(path):
            for name in inner:
                if not (found := Path(folder, name)).is_symlink():
                    found.chmod(0o700)
    shutil.rmtree(path, ignore_errors=True)


def _locked(folder: Path) -> int:
    """Lock one of our folders; the lock is held from its creation."""
    draft = folder / f"{_LOCK}-new"
    lock = os.open(draft, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    draft.rename(folder / _LOCK)
    return lock


def _folders_of_runs(parent: Path) -> list[os.DirEntry[str]]:
    with contextlib.suppress(OSError), os.scandir(parent) as entries:
        return [
            entry
            for entry in entries
            if entry.name.startswith(PREFIX)
            and entry.is_dir(follow_symlinks=False)
            and entry.stat(follow_symlinks=False).st_uid == os.geteuid()
        ]
    return []


def _lock_of_dead(folder: Path) -> int | None:
    """The lock of a dead run's folder, now held by us; None if the run may be alive."""
    try:
        lock = os.open(folder / _LOCK, os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC)
    except FileNotFoundError:
        return _held_if_old(folder)
    except OSError:
        return None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(lock)
        return None
    return lock


def _held_if_old(folder: Path) -> int | None:
    """The same for a run that was killed before it had its lock."""
    with contextlib.suppress(OSError):
        if time.time() - folder.lstat().st_mtime > _YOUNG_S:
            return _locked(folder)
    return None
