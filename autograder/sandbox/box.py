"""A submission's own folder: its home, its working files, its sockets.

Owns: making and removing the folder, and the environment that a kernel sees in it.
May not: know what runs inside.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path
from types import TracebackType

__all__ = ["Box"]

#: Settings of the environment that a kernel inherits from us; all else is dropped.
_INHERITED = ("LANG", "LC_ALL", "LC_CTYPE", "TZ", "LD_LIBRARY_PATH", "OPENBLAS_CORETYPE")


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

    def environment(self, *, threads: int = 1, device: str = "cpu") -> dict[str, str]:
        """The whole environment of a kernel in this box; nothing else gets in."""
        inherited = {key: os.environ[key] for key in _INHERITED if key in os.environ}
        cuda = os.environ.get("CUDA_VISIBLE_DEVICES") if device == "cuda" else ""
        return {
            **inherited,
            **({} if cuda is None else {"CUDA_VISIBLE_DEVICES": cuda}),
            "PATH": os.pathsep.join([os.path.dirname(sys.executable), os.defpath]),
            "HOME": str(self.home),
            "TMPDIR": str(self.work),
            "IPYTHONDIR": str(self.home / "ipython"),
            "MPLCONFIGDIR": str(self.home / "matplotlib"),
            "MPLBACKEND": "module://matplotlib_inline.backend_inline",
            "JUPYTER_RUNTIME_DIR": str(self.run),
            "PYTHONSAFEPATH": "1",
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONHASHSEED": "0",
            "OMP_NUM_THREADS": str(threads),
            "MKL_NUM_THREADS": str(threads),
            "OPENBLAS_NUM_THREADS": str(threads),
            "TF_NUM_INTRAOP_THREADS": str(threads),
            "TF_NUM_INTEROP_THREADS": str(threads),
            "TF_CPP_MIN_LOG_LEVEL": "3",
            "TF_ENABLE_ONEDNN_OPTS": "0",
            "NVIDIA_TF32_OVERRIDE": "0",
        }

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
