"""When a checkout's last commit was made.

Owns: how git is run on a student's repository. May not: let git read that repository's
configuration or hooks, which can name programs to run.

git gets an empty repository of our own, and only the objects of the student's.
"""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from autograder.errors import MalformedError, UnreadableError
from autograder.files import read_bytes

__all__ = ["committed_at"]

_ID = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_COMMITTER = re.compile(r"^committer .*> (\d{1,12}) [+-]\d{4}$", re.MULTILINE)

#: Limits on git's time, in seconds, and on a file of references, in MiB.
_GIT_S, _NAMES_MIB = 20, 4


def committed_at(checkout: Path) -> datetime | None:
    """The committer's time of a checkout's HEAD; None if it can't be read.

    It is what the committer's clock said, which can be set at will.
    """
    repository = checkout / ".git"
    if not repository.is_dir() or repository.is_symlink():
        return None
    try:
        commit = _head(repository)
    except (MalformedError, UnreadableError, UnicodeDecodeError):
        return None
    text = _commit(repository / "objects", commit) if commit else ""
    found = _COMMITTER.search(text.partition("\n\n")[0])
    try:
        return datetime.fromtimestamp(int(found[1]), UTC) if found else None
    except (ValueError, OverflowError, OSError):
        return None


def _head(repository: Path) -> str:
    """The id of the commit that HEAD names, or ""."""
    told = _text(repository / "HEAD", repository)
    if told.startswith("ref: refs/"):
        name = told.removeprefix("ref: ")
        parts = name.split("/")
        if any(part in ("", ".", "..") for part in parts):
            return ""
        try:
            told = _text(repository.joinpath(*parts), repository)
        except MalformedError:
            told = _packed(repository, name)
    return told if _ID.fullmatch(told) else ""


def _packed(repository: Path, name: str) -> str:
    """What the file of packed references says about a name."""
    for line in _text(repository / "packed-refs", repository).splitlines():
        commit, _, packed = line.partition(" ")
        if packed == name:
            return commit
    return ""


def _text(path: Path, repository: Path) -> str:
    data = read_bytes(path, max_mib=_NAMES_MIB, below=repository)
    return data.decode("utf-8", "replace").strip()


def _commit(objects: Path, commit: str) -> str:
    """A commit's text, or ""."""
    kind = "sha256" if len(commit) == 64 else "sha1"
    with tempfile.TemporaryDirectory(prefix="git-") as folder:
        environment = {
            "PATH": os.environ.get("PATH", os.defpath),
            "LC_ALL": "C",
            "HOME": folder,
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_TERMINAL_PROMPT": "0",
            "GIT_NO_LAZY_FETCH": "1",
        }
        empty = [
            "git",
            "init",
            "--quiet",
            "--bare",
            "--template=",
            f"--object-format={kind}",
        ]
        asked = ["git", f"--git-dir={folder}", "cat-file", "commit", commit]
        theirs = {**environment, "GIT_OBJECT_DIRECTORY": str(objects.absolute())}
        try:
            _run([*empty, folder], environment)
            return _run(asked, theirs)
        except (OSError, subprocess.SubprocessError):
            return ""  # there is no git, or no such commit


def _run(command: list[str], environment: dict[str, str]) -> str:
    done = subprocess.run(
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        timeout=_GIT_S,
        check=True,
    )
    return done.stdout.decode("utf-8", "replace")
