"""Made-up repositories of students: bare ones, as a server has them."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

__all__ = ["Push", "bare_repository", "git", "raw_commit"]


@dataclass(frozen=True)
class Push:
    """One commit: when, what it holds, and what it says."""

    date: str
    files: Mapping[str | bytes, str | bytes] = field(default_factory=dict)
    message: str = "work"

    @property
    def seconds(self) -> int:
        return int(datetime.fromisoformat(self.date).timestamp())


def git(*words: str | Path, cwd: Path, given: bytes = b"") -> str:
    """Run git without anybody's settings; what it printed."""
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(cwd),
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": "/dev/null",
        "GIT_AUTHOR_NAME": "A",
        "GIT_AUTHOR_EMAIL": "a@example.org",
        "GIT_COMMITTER_NAME": "A",
        "GIT_COMMITTER_EMAIL": "a@example.org",
    }
    done = subprocess.run(
        ["git", *map(str, words)],
        cwd=cwd,
        env=environment,
        input=given,
        capture_output=True,
        check=True,
    )
    return done.stdout.decode()


def bare_repository(path: Path, *pushes: Push, branch: str = "main") -> Path:
    """A bare repository whose default branch holds these commits, oldest first."""
    path.mkdir(parents=True)
    git("init", "--quiet", "--bare", "--template=", ".", cwd=path)
    git("symbolic-ref", "HEAD", f"refs/heads/{branch}", cwd=path)
    for push in pushes:
        git("fast-import", "--quiet", cwd=path, given=_stream(push, path, branch))
    return path


def raw_commit(path: Path, *lines: tuple[str, bytes, bytes], date: int) -> str:
    """A commit of a tree that git itself would not write; the branch points at it.

    Args:
        path: The bare repository.
        lines: Mode, name and content of each; a name may be anything.
        date: Seconds since 1970.
    """
    tree = b""
    for mode, name, content in lines:
        blob = git("hash-object", "-w", "--stdin", cwd=path, given=content).strip()
        tree += mode.encode() + b" " + name + b"\0" + bytes.fromhex(blob)
    words = ("hash-object", "-w", "-t", "tree", "--literally", "--stdin")
    name = git(*words, cwd=path, given=tree).strip()
    person = f"A <a@example.org> {date} +0000"
    text = f"tree {name}\nauthor {person}\ncommitter {person}\n\nodd\n".encode()
    commit = git("hash-object", "-w", "-t", "commit", "--stdin", cwd=path, given=text)
    git("update-ref", "HEAD", commit.strip(), cwd=path)
    return commit.strip()


def _stream(push: Push, path: Path, branch: str) -> bytes:
    """A commit as fast-import reads it."""
    ref = f"refs/heads/{branch}"
    message = push.message.encode()
    parts = [
        f"commit {ref}\n".encode(),
        f"committer A <a@example.org> {push.seconds} +0000\n".encode(),
        b"data %d\n%s\n" % (len(message), message),
    ]
    if (path / ref).exists():
        parts.append(f"from {ref}^0\n".encode())
    for name, content in push.files.items():
        data = content.encode() if isinstance(content, str) else content
        parts.append(b"M 100644 inline %s\n" % _quoted(name))
        parts.append(b"data %d\n%s\n" % (len(data), data))
    return b"".join(parts)


def _quoted(name: str | bytes) -> bytes:
    """A path as fast-import takes it, whatever it holds."""
    raw = name.encode() if isinstance(name, str) else name
    return b'"' + b"".join(b"\\%03o" % byte for byte in raw) + b'"'
