"""Run a program as a user without any right, whoever runs the tests.

As root, folders that such a user can't enter (root's home, say, with the interpreter in
it) are covered in a mount namespace of this process's own, so that what is needed can
be read; then all rights are given up. Called as `ordinary.py PROGRAM ARGUMENT...`.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from autograder.sandbox import syscalls

__all__ = ["become_ordinary"]

#: "nobody", on all Linux systems.
_NOBODY = 65534


def become_ordinary(needed: list[Path]) -> None:
    """Give up root for good; `needed` can be read afterwards."""
    syscalls.unshare(syscalls.CLONE_NEWNS)
    syscalls.mount("none", "/", flags=syscalls.MS_REC | syscalls.MS_PRIVATE)
    stage = Path(tempfile.mkdtemp(prefix="ordinary-"))
    for closed in _closed_folders(needed):
        _cover(closed, [each for each in needed if each.is_relative_to(closed)], stage)
    stage.rmdir()
    os.setgroups([])
    os.setresgid(_NOBODY, _NOBODY, _NOBODY)
    os.setresuid(_NOBODY, _NOBODY, _NOBODY)


def _closed_folders(needed: list[Path]) -> list[Path]:
    """The topmost folders on the way to `needed` that not everybody may enter."""
    on_the_way = {folder for path in needed for folder in path.parents}
    closed = [each for each in on_the_way if not each.stat().st_mode & 0o001]
    return [each for each in closed if not set(closed) & set(each.parents)]


def _cover(closed: Path, needed: list[Path], stage: Path) -> None:
    """Put a folder that all may enter over one, with `needed` inside it as before."""
    bind = syscalls.MS_BIND | syscalls.MS_REC
    held = [stage / str(number) for number in range(len(needed))]
    for path, place in zip(needed, held, strict=True):
        place.mkdir()
        syscalls.mount(str(path), str(place), flags=bind)
    syscalls.mount("tmpfs", str(closed), "tmpfs", data="mode=755")
    for path, place in zip(needed, held, strict=True):
        path.mkdir(parents=True, exist_ok=True)
        syscalls.mount(str(place), str(path), flags=bind)
        syscalls.detach(str(place))
        place.rmdir()


def _needed() -> list[Path]:
    """The interpreter, its environment and the course."""
    course = Path(__file__).resolve().parents[2]
    places = [Path(sys.prefix), Path(sys.base_prefix), course]
    return [
        each for each in places if not any(other in each.parents for other in places)
    ]


if __name__ == "__main__":
    if os.geteuid() == 0:
        become_ordinary(_needed())
    os.execv(sys.argv[1], sys.argv[1:])
