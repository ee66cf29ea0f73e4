"""A submission's own folder: its home, its working files, its sockets.

Owns: making and removing the folder. May not: know what runs inside.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import TracebackType

from autograder.errors import KernelError
from autograder.sandbox.machine import temporary_folder
from autograder.sandbox.runfolder import let_pass, remove_tree

__all__ = ["Box"]


class Box:
    """A fresh folder for one submission, removed when the block ends.

    Attributes:
        root: The folder.
        work: The kernel's working directory, with the assignment's files.
        home: HOME, with IPython's and matplotlib's folders inside.
        run: Connection file and sockets.
        seat: Which of a worker's two simultaneous boxes it is, 0 or 1.
    """

    def __init__(self, *, seat: int = 0) -> None:
        self.seat = seat
        place = temporary_folder()
        try:
            self.root = Path(tempfile.mkdtemp(prefix="box-", dir=place))
            self.work = self.root / "work"
            self.home = self.root / "home"
            self.run = self.root / "run"
            for folder in (self.work, self.home, self.run):
                folder.mkdir(mode=0o700)
        except OSError as error:
            raise KernelError(
                f"{place}: no box can be made there: {error.strerror}. Free some room, "
                "or set TMPDIR to another folder"
            ) from error

    def copy_in(self, folder: Path, *, leave_out: tuple[str, ...] = ()) -> None:
        """Copy an assignment's supporting files to the working directory."""
        ignore = shutil.ignore_patterns(*leave_out, ".ipynb_checkpoints")
        shutil.copytree(folder, self.work, ignore=ignore, dirs_exist_ok=True)

    def put(self, files: Mapping[Path, bytes]) -> None:
        """Write files to the working directory, by relative path."""
        for path, data in files.items():
            file = self.work / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(data)

    def copy_in_foreign(self, folder: Path, *, at_most_mib: float) -> None:
        """Copy the folder of a program that doesn't know about boxes.

        Hidden files (.git, .venv) stay outside, and so does anything but regular files:
        a link made by a student could lead anywhere.

        Raises:
            KernelError: There is more than `at_most_mib`.
        """
        room = int(at_most_mib * (1 << 20))
        for path in _regular_files(folder):
            room -= path.stat().st_size
            if room < 0:
                raise KernelError(
                    f"{folder} holds more than the {at_most_mib:g} MiB that a walled "
                    "kernel takes along: run the notebook in a folder of its own"
                )
        for path in _regular_files(folder):
            copied = self.work / path.relative_to(folder)
            copied.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, copied, follow_symlinks=False)

    def give(self, account: int) -> None:
        """Give the folder and its content to another account; its parents stay ours.

        Raises:
            OSError: This user is not allowed to.
        """
        let_pass(self.root)
        for folder, _, names in os.walk(self.root):
            for path in (Path(folder), *(Path(folder, name) for name in names)):
                os.chown(path, account, account, follow_symlinks=False)

    def remove(self) -> None:
        """Delete the folder and its content."""
        remove_tree(self.root)

    def __enter__(self) -> Box:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.remove()


def _regular_files(folder: Path) -> Iterator[Path]:
    """All regular files below a folder that are not hidden."""
    for entry in sorted(os.scandir(folder), key=lambda each: each.name):
        if entry.name.startswith("."):
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from _regular_files(Path(entry.path))
        elif entry.is_file(follow_symlinks=False):
            yield Path(entry.path)
