"""A submission's own folder: its home, its working files, its sockets.

Owns: making and removing the folder. May not: know what runs inside.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from types import TracebackType

__all__ = ["Box"]


class Box:
    """A fresh folder for one submission, removed when the block ends.

    Args:
        work: A folder of the caller's to work in; one inside the box when None.

    Attributes:
        root: The folder.
        work: The kernel's working directory; the assignment's files lie here.
        home: HOME, with IPython's and matplotlib's folders inside.
        run: Connection file and sockets.
    """

    def __init__(self, work: Path | None = None) -> None:
        self.root = Path(tempfile.mkdtemp(prefix="box-"))
        self.work = work or self.root / "work"
        self.home = self.root / "home"
        self.run = self.root / "run"
        for folder in (self.work, self.home, self.run):
            folder.mkdir(mode=0o700, exist_ok=True)

    def copy_in(self, folder: Path, *, leave_out: tuple[str, ...] = ()) -> None:
        """Copy an assignment's supporting files to the working directory."""
        ignore = shutil.ignore_patterns(*leave_out, ".ipynb_checkpoints")
        shutil.copytree(folder, self.work, ignore=ignore, dirs_exist_ok=True)

    def remove(self) -> None:
        """Delete the folder and all in it."""
        shutil.rmtree(self.root, ignore_errors=True)

    def __enter__(self) -> Box:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.remove()
