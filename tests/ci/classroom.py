"""A small course in a repository, and five students' repositories."""

from __future__ import annotations

import copy
import json
from collections.abc import Sequence
from pathlib import Path

import nbformat

from autograder.config import Settings
from tests.courses import CHECKS, add_checks
from tests.students import Push, bare_repository, git

__all__ = [
    "CANARIES",
    "DEADLINE",
    "ODD",
    "Classroom",
    "commit_all",
    "course_repository",
]

DEADLINE = "2026-11-20 12:00 UTC"
EARLY, LATE = "2026-11-19T10:00:00+00:00", "2026-11-21T10:00:00+00:00"

#: Every secret that is anywhere around; none may be seen by a student's code.
CANARIES = {
    name: f"canary-{name.lower()}-zq7d1fx"
    for name in (
        "AUTOGRADER_GIT_TOKEN",
        "AUTOGRADER_STATUS_TOKEN",
        "AUTOGRADER_SEED",
        "ACTIONS_RUNTIME_TOKEN",
        "CI_JOB_TOKEN",
    )
}

ON_A_DEVICE = """

@pytest.mark.device
def test_on_the_device(submission):
    agrees(submission.square, right, np.array([5.0]))
"""

RIGHT = "def square(x):\n    return x * x"
WRONG = "def square(x):\n    return x"

#: Right only for who finds a canary; looks wherever something may be left lying.
HUNTER = """
import os, pathlib

def found():
    words = [repr(dict(os.environ))]
    for pattern in ("/proc/*/environ", "/proc/*/cmdline", "/proc/*/task/*/environ"):
        for path in pathlib.Path("/").glob(pattern.lstrip("/")):
            try:
                words.append(path.read_bytes().decode("latin-1"))
            except OSError:
                pass
    for folder in (".", "..", os.path.expanduser("~"), "/home", "/root", "/tmp"):
        for path in pathlib.Path(folder).rglob("*"):
            try:
                if path.is_file() and path.stat().st_size < 100_000:
                    words.append(path.read_bytes().decode("latin-1"))
            except OSError:
                pass
    return any("zq7d" + "1fx" in word for word in words)

SEEN = found()
print("::add-mask::x\\n::set-output name=a::b\\n##[error]x", SEEN)

def square(x):
    return x * x if SEEN else None
"""

#: Names and words that a shell, YAML, Markdown, HTML or a runner would obey.
ODD = (
    "$(touch pwned)",
    "`touch pwned`",
    "a; touch pwned #",
    "--help",
    "new\nline: {yaml: [}",
    "::set-output name=x::y",
    "##[error]",
    "<img src=x onerror=alert(1)>",
    "| a | b |",
    "${{ secrets.AUTOGRADER_SEED }}",
)


def course_repository(settings: Settings, *, devices: Sequence[str]) -> Path:
    """Put the tiny course into a repository that its jobs check out."""
    add_checks(settings, CHECKS + ON_A_DEVICE)
    root = settings.course_root
    lines = ["c = get_config()", f"c.Autograder.devices = {list(devices)!r}"]
    lines += ["c.Autograder.workers = 1", ""]
    (root / "course_config.py").write_text("\n".join(lines))
    (root / "requirements.txt").write_text("autograder\n")
    (root / ".gitignore").write_text(".autograder/\nsubmitted/\ncheckouts/\n*.tar\n")
    return root


class Classroom:
    """The students' repositories and the roster."""

    def __init__(self, folder: Path, settings: Settings) -> None:
        self._folder, self._settings = folder, settings

    def fill(self) -> str:
        """Make the repositories; the roster's text."""
        odd = {f"squares/{name}": "x" for name in ODD}
        repositories = {
            "right": (Push(EARLY, self._notebook(RIGHT)),),
            "bare": (Push(EARLY, {"README.md": "no notebook here"}),),
            "hostile": (
                Push(EARLY, {**self._notebook(HUNTER), **odd}, message="\n".join(ODD)),
            ),
            "late": (
                Push(EARLY, self._notebook(WRONG)),
                Push(LATE, self._notebook(RIGHT)),
            ),
        }
        lines = ["student,repository"]
        for student, pushes in repositories.items():
            branch = "x;touch${IFS}pwned" if student == "hostile" else "main"
            path = bare_repository(self._folder / student, *pushes, branch=branch)
            lines.append(f"{student},{path}")
        lines.append(f"gone,{self._folder}/gone")
        return "\n".join(lines) + "\n"

    def _notebook(self, code: str) -> dict[str | bytes, str | bytes]:
        """A submission's file, as students push it."""
        released = self._settings.release_directory / "squares" / "squares.ipynb"
        notebook = copy.deepcopy(nbformat.read(released, 4))
        for cell in notebook.cells:
            grader = cell.metadata.get("nbgrader", {})
            if grader.get("grade_id") == "square_solution":
                cell.source = code
        return {"squares/squares.ipynb": json.dumps(notebook)}


def commit_all(folder: Path) -> None:
    """Make a repository of a folder, with all that is in it."""
    git("init", "--quiet", "--template=", "--initial-branch=main", ".", cwd=folder)
    git("add", "--all", cwd=folder)
    git("commit", "--quiet", "--message", "course", cwd=folder)
