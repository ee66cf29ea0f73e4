"""Grade what a student uploaded, in Gradescope's container.

Owns: which of the uploaded files is the notebook, and the order: unpack the course,
grade, write results.json. May not: grade by itself, or write results if the autograder
failed: then it exits with an error, and Gradescope gives nobody a zero.

Everything from the student is data: names of files, the notebook, and the name in
submission_metadata.json. None of it becomes a path, a command or a log line before it
is limited and printable.
"""

from __future__ import annotations

import json
import os
import re
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

import nbformat

from autograder.ci.gradescope import COURSE, TERMS
from autograder.cluster.bundle import name_of, unpack
from autograder.config import Assignment, Limits
from autograder.errors import AutograderError, MalformedError, WallError
from autograder.execution.launchers import launcher_for
from autograder.execution.session import Session
from autograder.files import read_beside, read_bytes, write_whole
from autograder.grading.course import grade_class
from autograder.grading.notgraded import not_graded
from autograder.model import GradeReport, Status
from autograder.report.gradescope import results
from autograder.sandbox import LEVELS, Box
from autograder.text import one_line, printable

__all__ = ["grade_upload", "main", "strongest_wall"]

#: Where Gradescope's containers have everything.
ROOT = Path("/autograder")

#: How many uploaded files are examined, how deep, and how many are named.
_MOST_FILES, _MOST_FOLDERS, _MOST_NAMED = 2_000, 4, 3

#: The longest student name that becomes a folder's name.
_MOST_NAME = 100


def main(arguments: Sequence[str] | None = None) -> int:
    """Grade /autograder/submission, or another root's; return the exit code."""
    given = sys.argv[1:] if arguments is None else arguments
    root = Path(given[0]) if given else ROOT
    os.environ["AUTOGRADER_WARM_MINUTES"] = "0"  # the container ends with us
    try:
        report = grade_upload(root)
    except (AutograderError, OSError) as error:
        sys.stderr.write(f"autograder: {one_line(str(error))}\n")
        return 1
    score, most = report.score or 0.0, report.max_score
    sys.stdout.write(
        f"{one_line(_named(root))}: {score:.4g} of {most:g} points, {report.status}; "
        f"wall: {report.wall or 'none, for nothing was run'}\n"
    )
    return 0


def grade_upload(root: Path) -> GradeReport:
    """Grade the submission below a root and write its results.json.

    Args:
        root: Laid out like Gradescope's /autograder: source/ (the zip, unpacked),
            submission/, results/ and perhaps submission_metadata.json.

    Returns:
        The report; it has a score.

    Raises:
        AutograderError: It could not be graded, through our fault; there is no
            results.json.
        OSError: One of our files can't be read or written.
    """
    target = root / "results" / "results.json"
    target.unlink(missing_ok=True)
    source = root / "source"
    source.chmod(0o700)  # the seed and the solutions are there
    terms: dict[str, str] = json.loads((source / TERMS).read_text(encoding="utf-8"))
    bundle = (source / COURSE).read_bytes()
    with tempfile.TemporaryDirectory(prefix="course-") as folder:
        assignment, _ = unpack(bundle, name_of(bundle), Path(folder))
        report = _graded(assignment, root / "submission", _student(root))
        found = results(report, hidden_checks=terms["hidden_checks"])
    write_whole(target, f"{json.dumps(found, indent=1, allow_nan=False)}\n".encode())
    return report


def _graded(assignment: Assignment, submission: Path, student: str) -> GradeReport:
    """Find the notebook, move it to the course's submissions, grade it."""
    try:
        path, note = _notebook_in(submission, assignment.notebook)
    except MalformedError as error:
        return not_graded(assignment, student, Status.MISSING, str(error))
    try:
        notes = [note, *_hand_in(assignment, path, submission, student)]
    except MalformedError as error:
        return not_graded(assignment, student, Status.MALFORMED, str(error))
    report = _behind_strongest_wall(assignment, student)
    told = "; ".join(filter(None, (*notes, report.note)))
    return replace(report, note=told)


def _behind_strongest_wall(assignment: Assignment, student: str) -> GradeReport:
    """Grade behind the strongest wall that this container allows."""
    wall, refusals = strongest_wall()
    sys.stdout.writelines(f"{refusal}\n" for refusal in refusals)
    settings = assignment.settings.model_copy(update={"wall": wall})
    here = Assignment(settings, assignment.name, assignment.device)
    (report,) = grade_class(here, students=[student], workers=1, force=True)
    return report


def strongest_wall() -> tuple[str, list[str]]:
    """The strongest wall available here, and why no stronger one is.

    Raises:
        WallError: None is available.
        KernelError: No kernel starts at all, for example for lack of memory.
    """
    refusals: list[str] = []
    for level in LEVELS:
        try:
            _try_wall(level)
        except WallError as error:
            refusals.append(one_line(str(error)))
        else:
            return level, refusals
    raise WallError("; ".join(refusals))


def _try_wall(level: str) -> None:
    """Run one of our cells behind a wall."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("0")])
    launcher = launcher_for(level, _EMPTY, preload=())
    try:
        with (
            Box() as box,
            Session(notebook, box, limits=_EMPTY, launcher=launcher) as session,
        ):
            session.advance(1)
    finally:
        launcher.close()


#: The limits for an empty notebook.
_EMPTY = Limits(memory_mib=512, disk_mib=32, processes=64)


# ------------------------------------------------------------------ what was uploaded


def _notebook_in(submission: Path, name: str) -> tuple[Path, str]:
    """The intended notebook, and a remark on the choice.

    It is the correctly named one nearest to the top, or the only one.

    Raises:
        MalformedError: There is none, or it is unclear which of several it is.
    """
    files = list(islice(_files(submission), _MOST_FILES))
    notebooks = [path for path in files if path.suffix.lower() == ".ipynb"]
    named = [path for path in notebooks if path.name == name]
    nearest = min((len(path.parts) for path in named), default=0)
    meant = [path for path in named if len(path.parts) == nearest] or notebooks
    if len(meant) == 1:
        taken = f"{_quoted(meant, submission)} was taken for {name}"
        return meant[0], "" if named else taken
    if meant:
        listed = _quoted(meant, submission)
        is_one = f"none is called {name}" if not named else "they have one name"
        raise MalformedError(
            f"there are several notebooks, and {is_one}: {listed}. Upload the one "
            f"that counts as {name}."
        )
    instead = f" There is {_quoted(files, submission)}." if files else ""
    raise MalformedError(f"no notebook was uploaded. Upload {name}.{instead}")


def _files(folder: Path, depth: int = 0) -> Iterator[Path]:
    """Regular files below a folder, sorted; no hidden ones, and no link is followed."""
    with os.scandir(folder) as entries:
        listed = sorted(entries, key=lambda entry: entry.name)
    for entry in listed:
        if entry.name.startswith((".", "__MACOSX", "__pycache__")):
            continue
        if entry.is_file(follow_symlinks=False):
            yield Path(entry.path)
        elif entry.is_dir(follow_symlinks=False) and depth < _MOST_FOLDERS:
            yield from _files(Path(entry.path), depth + 1)


def _quoted(paths: Sequence[Path], folder: Path) -> str:
    names = [str(path.relative_to(folder)) for path in paths[:_MOST_NAMED]]
    shown = ", ".join(f'"{printable(name)[:120]}"' for name in names)
    more = len(paths) - _MOST_NAMED
    return shown + (f" and {more} more" if more > 0 else "")


def _hand_in(
    assignment: Assignment, path: Path, submission: Path, student: str
) -> tuple[str, ...]:
    """Copy a notebook and the files beside it to the course's submissions.

    Returns:
        What was left out, one line each.

    Raises:
        MalformedError: The notebook can't be read, through the student's fault.
    """
    limits, below = assignment.limits, submission.parent
    data = read_bytes(path, max_mib=limits.submission_max_mib, below=below)
    beside = read_beside(
        path,
        below=below,
        given=assignment.release,
        max_bytes=int(limits.submission_max_mib * 2**20) - len(data),
    )
    target = assignment.submission(student)
    for name, content in {Path(target.name): data, **beside.files}.items():
        copy = target.parent / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(content)
    return beside.notes


# ------------------------------------------------------------------------ who it was


def _student(root: Path) -> str:
    """A student's id that can be the name of a folder."""
    names = [_safe(str(user.get("email", ""))) for user in _users(root)]
    joined = "_".join(sorted(filter(None, names)))[:_MOST_NAME]
    return joined or "student"


def _safe(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9@_+-]+", ".", text[:_MOST_NAME]).strip(".-")


def _named(root: Path) -> str:
    """The names of those who handed in, for the instructor's log."""
    names = [one_line(str(user.get("name", "")), 80) for user in _users(root)]
    return ", ".join(filter(None, names)) or "a student"


def _users(root: Path) -> list[dict[str, Any]]:
    """Who handed in, by submission_metadata.json; nobody if it doesn't say."""
    try:
        text = (root / "submission_metadata.json").read_text(encoding="utf-8")
        users = json.loads(text)["users"]
    except (OSError, ValueError, LookupError, TypeError, RecursionError):
        return []  # the name changes no score
    listed = users if isinstance(users, list) else []
    return [user for user in listed[:20] if isinstance(user, dict)]


if __name__ == "__main__":
    sys.exit(main())
