"""Read a course's files for fingerprints; every failure is one clear line.

Owns: reading, and a record of what was read. May not: know what a file means.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from autograder.errors import UnreadableError

__all__ = ["Files"]

#: Files that Python and its tools leave behind.
_CACHES = frozenset(
    {"__pycache__", ".mypy_cache", ".pytest_cache", ".ruff_cache", ".hypothesis"}
    | {".ipynb_checkpoints", ".git"}
)
#: A larger file is identified by its size and modification time, not its bytes.
MAX_BYTES = 1 << 28


class Files:
    """Reads files and records every answer, so that all can be checked again.

    Attributes:
        seen: The answers, as short strings, by question and path.
    """

    def __init__(self) -> None:
        self.seen: dict[str, str] = {}

    def read(self, path: Path) -> bytes:
        """A file's bytes.

        Raises:
            UnreadableError: The machine can't read it, or it is not a regular file.
        """
        content = _read(path)
        self.seen[f"read {path}"] = hashlib.sha256(content).hexdigest()
        return content

    def is_file(self, path: Path) -> bool:
        """Whether there is a file.

        Raises:
            UnreadableError: The machine can't say, or it is a link that leads nowhere.
        """
        answer = _is_there(path, stat.S_ISREG)
        self.seen[f"is_file {path}"] = str(answer)
        return answer

    def is_folder(self, path: Path) -> bool:
        """Whether there is a folder.

        Raises:
            UnreadableError: The machine can't say, or it is a link that leads nowhere.
        """
        answer = _is_there(path, stat.S_ISDIR)
        self.seen[f"is_folder {path}"] = str(answer)
        return answer

    def below(self, folder: Path) -> list[Path]:
        """All files below a folder, behind links too, in order; none if it is absent.

        Raises:
            UnreadableError: The machine can't list a folder.
        """
        found = list(_below(folder, frozenset())) if self.is_folder(folder) else []
        names = "\0".join(map(str, found)).encode("utf-8", "surrogateescape")
        self.seen[f"below {folder}"] = hashlib.sha256(names).hexdigest()
        return found

    def digest(self, path: Path) -> bytes:
        """SHA-256 of a file's bytes, read in pieces.

        Raises:
            UnreadableError: The machine can't read it.
        """
        answer = _digest(path)
        self.seen[f"digest {path}"] = answer.hex()
        return answer

    def sees(self, seen: Mapping[str, str]) -> bool:
        """Whether every earlier question still has the same answer.

        Raises:
            UnreadableError: The machine can't read what it could read before.
        """
        asked: dict[str, Callable[[Path], object]] = {
            "read": self.read,
            "is_file": self.is_file,
            "is_folder": self.is_folder,
            "below": self.below,
            "digest": self.digest,
        }
        for question, answer in seen.items():
            kind, _, path = question.partition(" ")
            if kind not in asked:
                return False
            if kind == "read" and not self.is_file(Path(path)):
                return False
            asked[kind](Path(path))
            if self.seen[question] != answer:
                return False
        return True


def _read(path: Path) -> bytes:
    try:
        if not stat.S_ISREG(path.stat().st_mode):  # a pipe would never end
            raise UnreadableError(f"{path}: is not a regular file. Remove it.")
        return path.read_bytes()
    except OSError as error:
        raise _unreadable(path, error) from error


def _is_there(path: Path, is_kind: Callable[[int], bool]) -> bool:
    try:
        return is_kind(path.stat().st_mode)
    except FileNotFoundError as error:
        if path.is_symlink():
            raise _unreadable(path, error) from error
        return False
    except NotADirectoryError:
        return False
    except OSError as error:
        raise _unreadable(path, error) from error


def _digest(path: Path) -> bytes:
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            return hashlib.sha256(b"no ordinary file").digest()
        if status.st_size > MAX_BYTES:
            known = f"{status.st_size} {status.st_mtime_ns}"
            return hashlib.sha256(known.encode()).digest()
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").digest()
    except OSError as error:
        raise _unreadable(path, error) from error


def _below(folder: Path, above: frozenset[str]) -> Iterator[Path]:
    real = os.path.realpath(folder)
    if real in above:  # a link to a folder that holds it
        return
    try:
        with os.scandir(folder) as entries:
            found = sorted((entry.name, entry.is_dir()) for entry in entries)
    except OSError as error:
        raise _unreadable(folder, error) from error
    for name, is_directory in found:
        if not is_directory:
            yield folder / name
        elif name not in _CACHES:
            yield from _below(folder / name, above | {real})


def _unreadable(path: Path, error: OSError) -> UnreadableError:
    reason = error.strerror or type(error).__name__
    return UnreadableError(
        f"{path}: can't be read: {reason}. Make it readable, or remove it."
    )
