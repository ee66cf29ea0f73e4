"""A folder tree laid out like Gradescope's /autograder, and its two scripts, run."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

__all__ = ["Tree", "other_python"]


class Tree:
    """What Gradescope makes of an autograder's zip and an upload.

    Args:
        root: Stands for /autograder.
        archive: The zip.
    """

    def __init__(self, root: Path, archive: Path) -> None:
        self.root = root
        for name in ("source", "submission", "results"):
            (root / name).mkdir(parents=True)
        subprocess.run(["unzip", "-q", archive, "-d", root / "source"], check=True)
        script = root / "source" / "run_autograder"
        (root / "run_autograder").write_bytes(script.read_bytes())
        (root / "run_autograder").chmod(script.stat().st_mode)

    def upload(self, name: str, data: str | bytes) -> Path:
        """Put a file into the submission."""
        path = self.root / "submission" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data.encode() if isinstance(data, str) else data)
        return path

    def by(self, *users: dict[str, Any]) -> None:
        """Say who uploaded it."""
        text = json.dumps({"id": 7, "users": users})
        (self.root / "submission_metadata.json").write_text(text, encoding="utf-8")

    def run(
        self, *before: str, python: str = sys.executable
    ) -> subprocess.CompletedProcess[str]:
        """Run the zip's own run_autograder; `before` goes before it."""
        return subprocess.run(
            [*before, self.root / "run_autograder"],
            cwd=self.root,
            env={
                **os.environ,
                "AUTOGRADER_ROOT": str(self.root),
                "AUTOGRADER_PYTHON": python,
            },
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )

    @property
    def results(self) -> dict[str, Any] | None:
        """What Gradescope would show, if there is anything."""
        path = self.root / "results" / "results.json"
        if not path.exists():
            return None
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return found


def other_python(folder: Path) -> str | None:
    """An interpreter that every account can run, with the packages of this one.

    Tests may run with one that lies in root's own folder; the system's may do.
    """
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    for base in (Path(sys._base_executable), Path("/usr/bin", version)):
        if base.is_file() and all(
            path.stat().st_mode & 0o001 for path in base.resolve().parents
        ):
            command = [base, "-m", "venv", "--without-pip", folder]
            if subprocess.run(command, check=False).returncode:
                continue
            paths = [path for path in sys.path if path.endswith("site-packages")]
            ours = str(Path(__file__).parents[2])
            site = folder / "lib" / version / "site-packages"
            (site / "here.pth").write_text("\n".join([*paths, ours, ""]))
            return str(folder / "bin" / "python")
    return None


def names_in(archive: Path) -> list[str]:
    """The names of a zip's members."""
    with zipfile.ZipFile(archive) as opened:
        return opened.namelist()
