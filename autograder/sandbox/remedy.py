"""Why a machine refuses the full wall, and what its owner can do about it.

Owns: the settings of Linux that matter, read and never changed.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

from autograder.sandbox.container import is_container, missing_options

__all__ = ["remedy"]

#: Settings under /proc/sys that forbid user namespaces, with the value that does, and
#: the one that allows them.
_SETTINGS: Mapping[str, tuple[str, str]] = {
    "kernel/unprivileged_userns_clone": ("0", "1"),
    "kernel/apparmor_restrict_unprivileged_userns": ("1", "0"),
    "user/max_user_namespaces": ("0", "15000"),
}

_ALL_OPTIONS = "--security-opt seccomp=unconfined and apparmor=unconfined"

_WEAKER = (
    "or, where you trust every submission, choose the weaker wall: --wall process, "
    'or c.Autograder.wall = "process"'
)


def remedy(root: Path = Path("/")) -> str:
    """What to do on a machine that refuses the full wall, in one line.

    Args:
        root: Where the machine's files lie; another folder in tests.
    """
    if sys.platform != "linux":
        return f"it needs Linux. Grade on a Linux machine; {_WEAKER}"
    wrong = [
        f"{name.replace('/', '.')}={good}"
        for name, (bad, good) in _SETTINGS.items()
        if _read(root / "proc/sys" / name) == bad
    ]
    if wrong:
        return f"run: sudo sysctl -w {' '.join(wrong)}; {_WEAKER}"
    if is_container(root):
        options = " ".join(missing_options(root)) or _ALL_OPTIONS
        return (
            "this container can't create namespaces: start it with --privileged, or "
            f"with {options}; {_WEAKER}"
        )
    return f"run as root, or allow user namespaces to this user; {_WEAKER}"


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        return ""
