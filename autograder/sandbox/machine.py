"""What this machine has for grading, and what it has too little of.

Owns: memory, shell limits, disk space, and a folder whose path is short enough for
sockets. All of it is read and never changed. May not: decide how many workers there
are.
"""

from __future__ import annotations

import contextlib
import os
import resource
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from autograder.errors import KernelError

__all__ = [
    "available_mib",
    "low_disks",
    "low_limits",
    "oom_kills",
    "temporary_folder",
]

_MIB = 1 << 20

#: Disk space that boxes, results and the gradebook need, in MiB.
DISK_MIB = 50

#: The fewest files that are created there.
_INODES = 1000

#: The longest path of a folder for boxes, in bytes. A socket's path is at most 107.
_LONGEST = 64

#: How version 1 of cgroups writes "no limit".
_NO_LIMIT = 1 << 60


def available_mib(root: Path = Path("/")) -> float:
    """The memory left on the machine or in a cgroup around us.

    Args:
        root: Where the machine's files lie; another folder in tests.
    """
    free = [_free_of(folder) for folder in _groups(root, "memory")]
    lines = [line.split() for line in _lines(root / "proc/meminfo")]
    free += [int(words[1]) / 1024 for words in lines if words[0] == "MemAvailable:"]
    return max(0.0, min(free, default=float("inf")))


def oom_kills(root: Path = Path("/")) -> int:
    """How often the machine or a cgroup around us has killed a process for memory."""
    files = [root / "proc/vmstat"]
    for folder in _groups(root, "memory"):
        files += [folder / "memory.events", folder / "memory.oom_control"]
    lines = [line.split() for file in files for line in _lines(file)]
    return sum(int(words[1]) for words in lines if words[:1] == ["oom_kill"])


def _groups(root: Path, controller: str) -> Iterator[Path]:
    """The folders of our cgroup and those around it that count resources.

    In a container the path may be the machine's, of which only the top is visible.
    """
    for line in _lines(root / "proc/self/cgroup"):
        _, controllers, path = line.split(":", 2)
        if controller in controllers.split(","):
            tops = [root / "sys/fs/cgroup" / controller]
        elif not controllers:
            tops = [root / "sys/fs/cgroup", root / "sys/fs/cgroup/unified"]
        else:
            continue
        for top in tops:
            folder = top / path.strip("/")
            while folder.is_relative_to(top):
                yield folder
                folder = folder.parent


def _free_of(group: Path) -> float:
    """What a cgroup's processes may still take, in MiB; cached files can be dropped."""
    for most, used, cached in (
        ("memory.max", "memory.current", "inactive_file"),
        ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"),
    ):
        with contextlib.suppress(OSError, ValueError):
            limit = int((group / most).read_text())
            if limit >= _NO_LIMIT:
                continue
            taken = int((group / used).read_text())
            lines = [line.split() for line in _lines(group / "memory.stat")]
            spare = sum(int(words[1]) for words in lines if words[0] == cached)
            return (limit - max(0, taken - spare)) / _MIB
    return float("inf")


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return []


def _low_pids(processes: int, root: Path = Path("/")) -> list[str]:
    """The warning if a cgroup allows too few more processes, or ""."""
    free = []
    for group in _groups(root, "pids"):
        with contextlib.suppress(OSError, ValueError):  # ValueError: "max"
            most = int((group / "pids.max").read_text())
            free.append(most - int((group / "pids.current").read_text()))
    if not free or min(free) >= processes + 64:
        return []
    return [
        f"a cgroup allows {min(free)} more processes here and a notebook may need "
        f"{processes}: raise the container's limit, or lower c.Autograder.processes"
    ]


def low_limits(
    *, memory_mib: float, disk_mib: float, processes: int, seconds: float
) -> list[str]:
    """Limits of this shell (`ulimit`) that are lower than the settings promise.

    Args:
        memory_mib: What a notebook may use.
        disk_mib: What it may write.
        processes: How many processes and threads it may have.
        seconds: How long it may run.

    Returns:
        One line for each: what is too low, and what to do.
    """
    needs = [
        ("v", resource.RLIMIT_AS, int(2 * memory_mib + 8192) * _MIB, 1024),
        ("d", resource.RLIMIT_DATA, int(memory_mib + 2048) * _MIB, 1024),
        ("f", resource.RLIMIT_FSIZE, int(disk_mib + 64) * _MIB, 1024),
        ("n", resource.RLIMIT_NOFILE, 256, 1),
        ("t", resource.RLIMIT_CPU, int(2 * seconds) + 60, 1),
    ]
    if os.getuid() != 0:  # it does not apply to root
        needs.append(("u", resource.RLIMIT_NPROC, processes + 64, 1))
    low = [
        _low(flag, resource.getrlimit(what)[0] // unit, need // unit)
        for flag, what, need, unit in needs
        if 0 <= resource.getrlimit(what)[0] < need  # -1 is none
    ]
    return low + _low_pids(processes)


def _low(flag: str, now: int, need: int) -> str:
    return (
        f"`ulimit -{flag}` is {now} and grading needs {need}: run "
        f"`ulimit -{flag} {need}` first, or have the limit of this user raised"
    )


def low_disks(*folders: Path) -> list[str]:
    """Folders whose disk is nearly full: one line each, with what to do."""
    return [told for folder in folders if (told := _low_disk(folder))]


def _low_disk(folder: Path) -> str:
    try:
        free, files = shutil.disk_usage(folder).free, os.statvfs(folder)
    except OSError as error:
        return f"{folder}: {error.strerror}"
    if free < DISK_MIB * _MIB:
        left = f"{free // _MIB} MiB left"
    elif files.f_files and files.f_favail < _INODES:
        left = f"room for {files.f_favail} files"
    else:
        return ""
    return (
        f"the disk of {folder} has only {left} and grading needs {DISK_MIB} MiB and "
        f"{_INODES} files: free some, or set TMPDIR to a folder on another disk"
    )


def temporary_folder(*, room: int = 0) -> Path:
    """Where boxes are created: TMPDIR, or another folder if its path is too long.

    Args:
        room: How many bytes shorter the path must be, for a folder inside it.

    Raises:
        KernelError: No folder can be written.
    """
    try:
        usual = tempfile.gettempdir()
    except FileNotFoundError as error:
        raise KernelError(
            "no folder for temporary files can be written: set TMPDIR to one, on a "
            f"disk with {DISK_MIB} MiB left"
        ) from error
    for place in (usual, "/tmp", "/var/tmp", "/dev/shm"):
        is_short = len(os.fsencode(place)) <= _LONGEST - room
        if is_short and os.access(place, os.W_OK | os.X_OK):
            return Path(place)
    raise KernelError(
        f"{usual}: is too long a path for sockets. Set TMPDIR to a folder whose path "
        f"has at most {_LONGEST - room} bytes"
    )
