"""The zip for a Gradescope autograder: one assignment, ready to grade.

Owns: which files are in it; the same course gives the same bytes. May not: hold the
gradebook's address, another assignment's tests or solutions, or any submission.

It contains the course's seed and the assignment's solutions, so it is for instructors
and Gradescope only. Gradescope doesn't show it to students.
"""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path

from autograder.ci.pins import (
    imported_packages,
    pin,
    require_index,
    with_dependencies,
)
from autograder.ci.wheel import archive, wheel
from autograder.cluster.bundle import pack
from autograder.config import Assignment, Settings, shown
from autograder.errors import AutograderError
from autograder.files import write_whole
from autograder.grading.batch import require_assignment
from autograder.grading.freshness import require_fresh
from autograder.report.gradescope import VISIBILITIES

__all__ = ["COURSE", "TERMS", "gradescope_zip"]

#: Where the zip holds the course's files, and the options it was made with.
COURSE, TERMS = "course.tar", "terms.json"

_SCRIPTS = ("setup.sh", "run_autograder")

#: Read by setup.sh.
_INDEX = "torch-index.txt"

#: Packages with separate builds for CPUs, in a separate index.
_TORCH = ("torch", "torchaudio", "torchvision")


def gradescope_zip(
    settings: Settings,
    assignment: str,
    path: Path,
    *,
    hidden_checks: str = "visible",
    torch_index: str = "",
) -> Path:
    """Write the autograder's zip for one assignment.

    Args:
        settings: The course.
        assignment: What Gradescope will grade.
        path: The file, or a folder for it.
        hidden_checks: When students see hidden checks, by name: Gradescope's
            "visible", "after_due_date", "after_published" or "hidden".
        torch_index: Where PyTorch's builds for CPUs are, a tenth of the size of the
            ordinary ones, which are used if "".

    Returns:
        The file.

    Raises:
        AutograderError: The assignment can't be graded, or the file can't be written.
    """
    if hidden_checks not in VISIBILITIES:
        known = ", ".join(VISIBILITIES)
        raise AutograderError(
            f'hidden checks can\'t be "{hidden_checks}" on Gradescope. There are: '
            f"{known}."
        )
    require_index(torch_index)
    chosen = settings.assignment(assignment)
    require_assignment(chosen)
    require_fresh(chosen)
    file = path / f"{assignment}-gradescope.zip" if path.is_dir() else path
    members = _members(chosen, hidden_checks)
    if torch_index:
        members[_INDEX] = f"{torch_index}\n".encode()
    data = archive(members, programs=_SCRIPTS)
    try:
        write_whole(file, data, mode=0o600)  # the course's seed is in it
    except OSError as error:
        raise AutograderError(
            f"{shown(file)}: can't be written: {error.strerror}."
        ) from error
    return file


def _members(assignment: Assignment, hidden_checks: str) -> dict[str, bytes]:
    templates = files("autograder.ci") / "templates" / "gradescope"
    terms = {"assignment": assignment.name, "hidden_checks": hidden_checks}
    name, built = wheel()
    return {
        **{script: (templates / script).read_bytes() for script in _SCRIPTS},
        **_requirements(assignment),
        TERMS: json.dumps(terms, sort_keys=True).encode() + b"\n",
        COURSE: pack(assignment),
        name: built,
    }


def _requirements(assignment: Assignment) -> dict[str, bytes]:
    """Every package that grading needs, pinned; PyTorch's separate from all others."""
    settings = assignment.settings
    own = {path.stem for path in settings.course_root.iterdir()}
    folders = (
        assignment.source,
        assignment.release,
        assignment.tests,
        assignment.solutions,
    )
    imported = imported_packages(folders, own=own)
    needed = [
        name
        for name in with_dependencies({"autograder", *imported})
        if name != "autograder"
    ]
    apart = [name for name in needed if name in _TORCH]
    rest = [name for name in needed if name not in _TORCH]
    return {
        "requirements.txt": _lines(rest),
        "requirements-torch.txt": _lines(apart),
    }


def _lines(names: list[str]) -> bytes:
    return "".join(f"{pin(name)}\n" for name in names).encode()
