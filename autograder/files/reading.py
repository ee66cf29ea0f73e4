"""Read what students hand in: once, by descriptor, and within limits.

Owns: which files are opened at all. May not: interpret their content.
"""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

from autograder.errors import AutograderError, MalformedError, UnreadableError

__all__ = ["open_below", "read_bytes"]


def read_bytes(path: Path, *, max_mib: float, below: Path | None = None) -> bytes:
    """Read a student's file once, by descriptor.

    Args:
        path: The file.
        max_mib: Size in MiB above which it isn't read.
        below: No part of `path` below this folder may be a symbolic link.

    Raises:
        MalformedError: It is missing, a link, not a regular file, or too large.
        UnreadableError: It is none of these, but this machine can't read it.
    """
    limit = int(max_mib * 2**20)
    try:
        with os.fdopen(open_below(path, below), "rb") as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode):
                raise MalformedError(f"{path.name} is not a regular file")
            # One byte more than allowed: the file may grow while it is read.
            data = file.read(limit + 1) if status.st_size <= limit else None
    except OSError as error:
        raise _not_opened(path, below, error) from error
    if data is None or len(data) > limit:
        raise MalformedError(
            f"{path.name} is larger than {max_mib:g} MiB; clear its outputs and hand "
            "it in again"
        )
    return data


def open_below(path: Path, below: Path | None) -> int:
    """Open for reading, following no link in any part of the path below `below`.

    O_NONBLOCK keeps a named pipe from blocking us.
    """
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    if below is None:
        return os.open(path, flags)
    at = os.open(below, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    if path == below:
        return at
    *folders, name = path.relative_to(below).parts
    try:
        for folder in folders:
            inner = os.open(folder, flags | os.O_DIRECTORY, dir_fd=at)
            os.close(at)
            at = inner
        return os.open(name, flags, dir_fd=at)
    finally:
        os.close(at)


def _not_opened(path: Path, below: Path | None, error: OSError) -> AutograderError:
    """Whose fault it is that a file can't be read, and why, in one line.

    Only three cases are the student's fault: it is missing, a link, or not a regular
    file. The kind of file counts more than the error: a device may be refused as
    "permission denied". Everything else is the machine's fault: rights, descriptors,
    memory, disks, mounts.
    """
    try:
        mode = path.lstat().st_mode
    except OSError:
        mode = 0  # unknown
    if error.errno == errno.ENOENT and (below is None or below.is_dir()):
        return MalformedError(f"{path.name} is missing")
    if error.errno in (errno.ELOOP, errno.ENOTDIR) or stat.S_ISLNK(mode):
        return MalformedError(f"{path.name} is a symbolic link or lies behind one")
    if mode and not stat.S_ISREG(mode):
        return MalformedError(f"{path.name} is not a regular file")
    return UnreadableError(
        f"{path.name} can't be read: {error.strerror or error}. Fix that and grade "
        "again."
    )
