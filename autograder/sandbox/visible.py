"""Which files a walled kernel may see: the interpreter, its libraries, nothing else.

Owns: that list, computed in the trusted process. May not: mount anything.
"""

from __future__ import annotations

import os
import re
import stat
import sys
import sysconfig
from pathlib import Path

import autograder
from autograder.errors import WallError

__all__ = [
    "cuda_devices",
    "gpus",
    "require_closed",
    "require_hidden",
    "require_readable",
    "visible_paths",
]

#: System folders and files that programs and libraries need.
_SYSTEM = (
    "/usr",
    "/bin",
    "/sbin",
    "/lib",
    "/lib32",
    "/lib64",
    "/etc/alternatives",
    "/etc/fonts",
    "/etc/ld.so.cache",
    "/etc/ld.so.conf",
    "/etc/ld.so.conf.d",
    "/etc/localtime",
    "/etc/mime.types",
    "/sys/devices/system/cpu",
)


def visible_paths() -> tuple[str, ...]:
    """Paths that are visible read-only inside the full wall, as far as they exist.

    Only this package's own folder is visible: the course around it stays outside.
    """
    python = {
        sys.prefix,
        sys.base_prefix,
        sys.exec_prefix,
        *sysconfig.get_paths().values(),
        str(Path(sys.executable).resolve().parent.parent),
        str(Path(autograder.__file__).parent),
    }
    # An environment may be a link to one elsewhere.
    python |= {str(Path(path).resolve()) for path in python}
    paths = [*_SYSTEM, *sorted(python)]
    return tuple(path for path in paths if Path(path).exists())


def require_hidden(*folders: Path) -> None:
    """Check that no submission behind the full wall can see these folders.

    Raises:
        WallError: One is below a folder that every submission may read.
    """
    for folder in folders:
        for path in visible_paths():
            if folder.resolve().is_relative_to(Path(path).resolve()):
                raise WallError(
                    f"{folder} lies in {path}, which every submission can read: move "
                    "the course, or the environment that it runs in, elsewhere"
                )


def require_closed(*folders: Path) -> None:
    """Check that no other account can read these folders, as far as they exist.

    Raises:
        WallError: One is open, and so are all the folders above it.
    """
    for folder in folders:
        if not folder.exists():
            continue
        whole = folder.resolve()
        above = all(path.stat().st_mode & 0o001 for path in whole.parents)
        if above and whole.stat().st_mode & 0o007:
            raise WallError(
                f"{folder} can be read by every account, and so by a submission: run "
                f"chmod o-rwx {folder}"
            )


def require_readable() -> None:
    """Check that a notebook can read what is visible to it.

    If we are root, its processes get another user id and can't read files only root may
    read.

    Raises:
        WallError: Something can't be read, such as an environment made with umask 077.
    """
    if os.geteuid() != 0:
        return
    for path in visible_paths():
        mode = Path(path).stat().st_mode
        needed = 0o005 if stat.S_ISDIR(mode) else 0o004
        if mode & needed != needed:
            raise WallError(
                f"{path} can be read by root only, and notebooks run as another user: "
                f"run chmod -R go+rX {path}"
            )


def cuda_devices() -> tuple[str, ...]:
    """Device nodes of NVIDIA GPUs, visible only if a course grades on CUDA."""
    found = (*Path("/dev").glob("nvidia*"), *Path("/dev/nvidia-caps").glob("*"))
    return tuple(sorted(path for path in map(str, found) if _is_node(path)))


def gpus() -> tuple[str, ...]:
    """The usable GPUs, as CUDA_VISIBLE_DEVICES names them."""
    chosen = os.environ.get("CUDA_VISIBLE_DEVICES")
    if chosen is not None:
        return tuple(each.strip() for each in chosen.split(",") if each.strip())
    numbers = (re.fullmatch(r"/dev/nvidia(\d+)", path) for path in cuda_devices())
    return tuple(sorted((found[1] for found in numbers if found), key=int))


def _is_node(path: str) -> bool:
    return Path(path).is_char_device()
