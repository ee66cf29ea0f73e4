"""Write files atomically.

Owns: how a file is written, and the drafts of killed writers. May not: know what a file
contains.

A file is first written under a temporary name, its draft, and then renamed. A rename is
atomic within one file system, so a reader sees the old bytes or the new ones, even if
the writer is killed. The bytes are on the disk before the rename: some file systems
keep a rename through a power cut and not what was written before it, which leaves an
empty file under the right name.
"""

from __future__ import annotations

import contextlib
import errno
import functools
import hashlib
import os
import re
import time
from collections.abc import Iterable
from pathlib import Path

__all__ = ["sweep_drafts", "write_new", "write_whole"]

#: A draft's name: where its writer runs, its process id, a random part.
_DRAFT = re.compile(r"\.writing-([0-9a-f]{8})-(\d+)-[0-9a-f]{8}")

#: A draft from elsewhere is kept for a day: we can't tell if its writer is alive.
_ELSEWHERE_S = 86_400.0

#: Errors of file systems that can't sync a folder, and don't need to.
_NO_SYNC = (errno.EINVAL, errno.ENOTSUP, errno.EBADF, errno.EACCES)


def write_whole(
    path: Path, data: bytes | Iterable[bytes], *, mode: int | None = None
) -> None:
    """Write a file atomically; its folder is created.

    After a power cut, either the old or the new file is there, and complete; which one
    depends on the file system.

    Args:
        path: Its path. An existing link is replaced, not followed.
        data: Its content, or an iterable of pieces; if that raises, nothing is written.
        mode: Its exact permissions; by default 0o666 without the umask's bits, as for a
            new file, whatever an older file's were.

    Raises:
        OSError: It can't be written; the old file is unchanged.
    """
    draft = _draft(path, data, mode)
    try:
        draft.replace(path)
    except BaseException:
        _remove(draft)
        raise


def write_new(path: Path, data: bytes, *, mode: int | None = None) -> bool:
    """Write a file atomically unless there is one: the first writer wins.

    For files that are created once and must not be lost: the name, too, is on disk
    before this returns.

    Returns:
        Whether it was written; False if there was one, which stays unchanged.

    Raises:
        OSError: It can't be written.
    """
    draft = _draft(path, data, mode)
    try:
        os.link(draft, path)  # a rename would replace the other file
    except FileExistsError:
        return False
    finally:
        _remove(draft)
    _sync_folder(path.parent)
    return True


def sweep_drafts(folder: Path) -> int:
    """Remove the drafts of dead writers; return how many there were.

    A process's first write into a folder does this automatically.
    """
    removed = 0
    with contextlib.suppress(OSError):  # none can be listed, so none can be removed
        for name in os.listdir(folder):  # noqa: PTH208 - names are all that is needed
            if (found := _DRAFT.fullmatch(name)) and _is_stale(folder / name, found):
                removed += _remove(folder / name)
    return removed


def _draft(path: Path, data: bytes | Iterable[bytes], mode: int | None) -> Path:
    """Write the draft of a file; remove it on failure."""
    path.parent.mkdir(parents=True, exist_ok=True)
    _sweep_once(path.parent, os.getpid())
    name = f".writing-{_here()}-{os.getpid()}-{os.urandom(4).hex()}"
    draft = path.with_name(name)
    # The system applies the umask, which can't be read without being changed.
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
    descriptor = os.open(draft, flags, 0o666 if mode is None else 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.writelines([data] if isinstance(data, bytes) else data)
            if mode is not None:
                os.fchmod(descriptor, mode)
            file.flush()
            os.fsync(descriptor)
    except BaseException:
        _remove(draft)
        raise
    return draft


def _remove(draft: Path) -> bool:
    """Remove a draft if possible; the original error is what matters."""
    try:
        draft.unlink()
    except OSError:
        return False
    return True


@functools.lru_cache(maxsize=4096)
def _sweep_once(folder: Path, pid: int) -> None:
    """Clean up a folder at a process's first write: listing it each time is slow."""
    sweep_drafts(folder)


def _is_stale(draft: Path, found: re.Match[str]) -> bool:
    if found[1] == _here():
        return not _is_running(int(found[2]))
    try:
        return abs(time.time() - draft.stat().st_mtime) > _ELSEWHERE_S
    except OSError:
        return False  # its writer has just renamed it


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:  # it is running, as another user
        return True
    return True


@functools.cache
def _here() -> str:
    """Where process ids are comparable to ours: this host, this pid namespace."""
    try:
        space = os.readlink("/proc/self/ns/pid")  # noqa: PTH115 - no path, a number
    except OSError:
        space = ""
    return hashlib.sha256(f"{os.uname().nodename}\0{space}".encode()).hexdigest()[:8]


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in _NO_SYNC:
            raise
    finally:
        os.close(descriptor)
