"""The files that were handed in beside a notebook: helper modules, data, pictures.

Owns: which of them are included, read once and by descriptor. May not: trust a name,
follow a link, open anything but regular files, or replace a file of the release.
"""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from autograder.errors import UnreadableError
from autograder.files.reading import open_below
from autograder.text import printable

__all__ = ["Beside", "read_beside"]

#: How many files are included, and from how many levels of folders.
MOST_FILES, MOST_FOLDERS = 500, 8

#: What an import accepts as a module, besides a folder.
_MODULES = (".py", ".pyc", ".so", ".pyd")

#: nbgrader's own file, and what Python creates itself.
_IGNORED = ("timestamp.txt", "__pycache__")

_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC

#: How many names a note lists.
_FEW = 3


@dataclass(frozen=True)
class Beside:
    """Files to put beside the notebook, and what was left out.

    Attributes:
        files: Contents by relative path, sorted.
        notes: For the student, one line each.
    """

    files: Mapping[Path, bytes] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def digest(self, notebook: bytes) -> str:
        """SHA-256 of a notebook and these files, hex."""
        digest = hashlib.sha256(notebook)
        for path, data in self.files.items():
            for part in (os.fsencode(path), data):
                digest.update(hashlib.sha256(part).digest())
        return digest.hexdigest()


def read_beside(
    notebook: Path,
    *,
    below: Path,
    given: Path | None,
    max_bytes: int,
    leave_out: Collection[Path] = (),
) -> Beside:
    """Read what a student handed in beside a notebook.

    Hidden files, links and anything but regular files are skipped. If the release has a
    file or module of the same name, the course's wins.

    Args:
        notebook: The handed-in notebook.
        below: No folder on the way from here may be a link.
        given: The assignment's release folder; None if it is checked later.
        max_bytes: Of all files together; in the order of their names, what no longer
            fits is left out.
        leave_out: Files and folders to skip, relative to the notebook's folder.

    Raises:
        UnreadableError: This machine can't read one of them.
    """
    try:
        nothing = Path(os.devnull)
        reading = _Reading(notebook, given or nothing, max_bytes, frozenset(leave_out))
        return reading.beside(below)
    except (FileNotFoundError, NotADirectoryError):
        return Beside()  # gone, or turned into a link, since the notebook was read
    except OSError as error:
        if error.errno == errno.ELOOP:
            return Beside()
        raise UnreadableError(
            f"a file beside {notebook.name} can't be read: {error.strerror or error}. "
            "Fix that and grade again."
        ) from error


class _Reading:
    """One walk through a student's folder."""

    def __init__(
        self,
        notebook: Path,
        given: Path,
        max_bytes: int,
        leave_out: frozenset[Path],
    ) -> None:
        self._folder, self._notebook = notebook.parent, notebook.name
        self._given = given
        self._modules = _modules(given)
        self._room = max_bytes
        self._leave_out = leave_out
        self._files: dict[Path, bytes] = {}
        self._given_instead: list[str] = []
        self._no_room: list[str] = []

    def beside(self, below: Path) -> Beside:
        """Read all files that are included."""
        descriptor = open_below(self._folder, below)
        try:
            self._read_folder(descriptor, Path())
        finally:
            os.close(descriptor)
        return Beside(self._files, tuple(self._notes()))

    def _notes(self) -> Iterator[str]:
        if self._given_instead:
            names = _listed(self._given_instead)
            yield f"the course's own {names} is used, not the one handed in"
        if self._no_room:
            yield f"files beside the notebook that are too many or too large are " \
                f"left out: {_listed(self._no_room)}"  # fmt: skip

    def _read_folder(self, descriptor: int, inside: Path) -> None:
        for name in sorted(os.listdir(descriptor)):
            path = inside / name
            if name.startswith(".") or name in (*_IGNORED, self._notebook):
                continue
            if path in self._leave_out:
                continue
            if len(self._no_room) > MOST_FILES:
                return
            status = os.stat(name, dir_fd=descriptor, follow_symlinks=False)
            if stat.S_ISDIR(status.st_mode):
                self._enter(descriptor, path)
            elif stat.S_ISREG(status.st_mode):
                self._read_file(descriptor, path, status.st_size)

    def _enter(self, descriptor: int, path: Path) -> None:
        given = self._given / path
        is_other = given.exists() and not given.is_dir()
        if is_other or self._is_module_of_ours(path):
            self._given_instead.append(str(path))
        elif len(path.parts) > MOST_FOLDERS:
            self._no_room.append(str(path))
        else:
            flags = _READ | os.O_DIRECTORY
            inner = os.open(path.name, flags, dir_fd=descriptor)
            try:
                self._read_folder(inner, path)
            finally:
                os.close(inner)

    def _read_file(self, descriptor: int, path: Path, size: int) -> None:
        if size > self._room or len(self._files) >= MOST_FILES:
            self._no_room.append(str(path))
            return
        with os.fdopen(os.open(path.name, _READ, dir_fd=descriptor), "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                return  # it was a folder a moment ago
            data = file.read(self._room + 1)
        given = self._given / path
        if given.exists() or self._is_module_of_ours(path):
            if not given.is_file() or given.read_bytes() != data:
                self._given_instead.append(str(path))
        elif len(data) > self._room:
            self._no_room.append(str(path))
        else:
            self._files[path] = data
            self._room -= len(data)

    def _is_module_of_ours(self, path: Path) -> bool:
        """Whether an import would find this instead of a module of the release."""
        name, _, _ = path.name.partition(".")
        is_module = path.suffix in ("", *_MODULES)
        is_same = (self._given / path).is_dir()
        return (
            len(path.parts) == 1
            and is_module
            and not is_same
            and (name in self._modules)
        )


def _modules(given: Path) -> set[str]:
    if not given.is_dir():
        return set()
    return {
        path.name.partition(".")[0]
        for path in given.iterdir()
        if path.is_dir() or path.suffix in _MODULES
    }


def _listed(names: list[str]) -> str:
    shown = ", ".join(f'"{printable(name)[:80]}"' for name in names[:_FEW])
    more = len(names) - _FEW
    return shown + (f" and {more} more" if more > 0 else "")
