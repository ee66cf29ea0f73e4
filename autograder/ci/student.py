"""Files for a student's repository that run the public self-check on each push.

Owns: these files' content. May not: contain anything that students don't already have
in release/, or require our package to be installed.

The workflow names the assignments of the course, which are letters, digits, "_", "-"
and "."; no name from a student's repository appears in it or in a command.
"""

from __future__ import annotations

import sys

from autograder.ci.pins import imported_packages, pin, require_index
from autograder.ci.rendering import render
from autograder.config import Settings, shown
from autograder.errors import AssignmentError, AutograderError

__all__ = ["HOSTS", "student_files"]

#: Where a student's repository may be hosted, and the file that is read there.
HOSTS = {"github": ".github/workflows/selfcheck.yml", "gitlab": ".gitlab-ci.yml"}

#: What the workflow installs, one per line.
REQUIREMENTS = "selfcheck-requirements.txt"

#: The release's file that runs a notebook from the command line.
_RUN = "selfcheck_run.py"

#: The packages that run a notebook, whatever it imports.
_JUPYTER = frozenset({"ipykernel", "nbclient", "nbformat", "numpy"})

#: TensorFlow's package has another name where its CPU build is separate.
_TENSORFLOW = {
    "tensorflow-cpu": "sys_platform == 'linux' and platform_machine == 'x86_64'",
    "tensorflow": "sys_platform != 'linux' or platform_machine != 'x86_64'",
}


def student_files(
    settings: Settings, *, host: str = "github", torch_index: str = ""
) -> dict[str, str]:
    """The files that a student's repository gets besides those in release/.

    They work for a repository with one assignment at its top level, and for one of the
    whole course with a folder for each assignment.

    Args:
        settings: The course, with at least one released assignment.
        host: "github" or "gitlab".
        torch_index: Where PyTorch's builds for CPUs are, which are a tenth of the
            ordinary ones; these when "".

    Returns:
        Texts by path, from the top of the student's repository.

    Raises:
        AutograderError: There is no such host, or nothing is released yet.
    """
    if host not in HOSTS:
        known = ", ".join(HOSTS)
        raise AutograderError(f'no host "{host}" is known. There are: {known}.')
    require_index(torch_index)
    assignments = settings.require_assignments()
    requirements = _requirements(settings, assignments)
    values = {
        "python": f"{sys.version_info.major}.{sys.version_info.minor}",
        "requirements": REQUIREMENTS,
        "torch_index": torch_index,
        "needs_torch": bool(torch_index)
        and any(line.startswith("torch==") for line in requirements),
        "names": " ".join(assignments),
    }
    path = HOSTS[host]
    template = f"student/{path.rpartition('/')[2].removeprefix('.')}.j2"
    return {
        path: render(template, values),
        REQUIREMENTS: "".join(f"{line}\n" for line in requirements),
    }


def _requirements(settings: Settings, assignments: list[str]) -> list[str]:
    """What the released notebooks import, at the course's versions."""
    folders = [
        folder
        for name in assignments
        if (folder := settings.release_directory / name).joinpath(_RUN).is_file()
    ]
    if not folders:
        raise AssignmentError(
            f"{shown(settings.release_directory)}: no assignment there has a "
            f"{_RUN}, so there is no self-check to run. Run `autograder release`."
        )
    own = {path.stem for folder in folders for path in folder.iterdir()}
    found = _JUPYTER | imported_packages(folders, own=own)
    lines = [pin(name) for name in found - _TENSORFLOW.keys()]
    for name in found & _TENSORFLOW.keys():
        version = pin(name).partition("==")[2]
        lines += [f"{each}=={version} ; {on}" for each, on in _TENSORFLOW.items()]
    return sorted(set(lines))
