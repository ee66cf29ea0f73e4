"""How a container restricts the full wall, and which options would lift that.

Owns: the signs of a container, and the options of Docker and Podman by name. May not:
change anything, or try the wall.
"""

from __future__ import annotations

from pathlib import Path

__all__ = ["is_container", "missing_options"]

#: Files that container engines create in a container's root.
_MARKS = (".dockerenv", "run/.containerenv")

#: What an engine forbids by default, and the option that allows it.
_SECCOMP = "--security-opt seccomp=unconfined"
_APPARMOR = "--security-opt apparmor=unconfined"
_MASKED = "--security-opt systempaths=unconfined"
_MASKED_PODMAN = "--security-opt unmask=ALL"


def is_container(root: Path = Path("/")) -> bool:
    """Whether we run in a container.

    Args:
        root: Where the machine's files lie; another folder in tests.
    """
    return any((root / mark).exists() for mark in _MARKS)


def missing_options(root: Path = Path("/")) -> list[str]:
    """Options that the wall may need and this container was started without.

    Args:
        root: Where the machine's files lie; another folder in tests.
    """
    status = _read(root / "proc/self/status").splitlines()
    profile = _read(root / "proc/self/attr/current").strip("\0\n ")
    mounts = [line.split() for line in _read(root / "proc/self/mountinfo").splitlines()]
    missing = []
    if any(line.split() == ["Seccomp:", "2"] for line in status):
        missing.append(_SECCOMP)
    if profile.endswith("(enforce)"):
        missing.append(_APPARMOR)
    if any(len(words) > 4 and words[4].startswith("/proc/") for words in mounts):
        # Without it the wall still works, but there is no /proc behind it.
        is_podman = (root / "run/.containerenv").exists()
        missing.append(_MASKED_PODMAN if is_podman else _MASKED)
    return missing


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
