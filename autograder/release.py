"""release/<assignment>/, made from source/<assignment>/: what students get.

Owns: the folder's files, their bytes (the same source gives the same bytes) and its
replacement in one go. May not: run a notebook or open the gradebook.

Beside the notebook go the self-check's files: selfcheck.py, with the grader's own
comparison in it, and selfcheck_run.py, the same for every assignment; and
selfcheck.json, the examples that the public grading tests give.
"""

from __future__ import annotations

import fnmatch
import tempfile
from collections.abc import Iterator
from pathlib import Path

from autograder.checks.recording import record
from autograder.config import Settings, shown
from autograder.errors import AssignmentError
from autograder.gradebook import blanked, prepared
from autograder.grading.freshness import note_inputs
from autograder.notebook import read_course_notebook, write_notebook
from autograder.singlefile import as_one_file

__all__ = ["build", "release"]

#: Names that never reach students; nbgrader's own list and what desktops leave.
_IGNORED = (
    ".*",
    "__pycache__",
    "*.pyc",
    "feedback",
)

#: To which the link in an assignment's source folder leads.
_OURS = Path(__file__).resolve().with_name("selfcheck.py")


def release(settings: Settings, assignment: str) -> Path:
    """Rebuild an assignment's release folder atomically.

    Returns:
        The folder.

    Raises:
        AssignmentError: The assignment is unknown, or one of its files is a link out
            of the course, or the folder can't be written.
        NotebookError: The source notebook can't be released.
    """
    folder = settings.release_directory / assignment
    try:
        settings.release_directory.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(
            dir=settings.release_directory, prefix=f".{assignment}-"
        ) as apart:
            draft = Path(apart) / "new"
            build(settings, assignment, draft)
            _swap(draft, folder, old=Path(apart) / "old")
        note_inputs(settings.assignment(assignment))
    except OSError as error:
        raise AssignmentError(
            f"{shown(folder)}: can't be written: {error.strerror}"
            f"{_named(error)}. The release is unchanged."
        ) from error
    return folder


def build(settings: Settings, assignment: str, folder: Path) -> None:
    """Write everything that students get for an assignment into a new or empty folder.

    Raises:
        AssignmentError: See `release`; or the public tests can't be recorded.
        NotebookError: See `release`.
    """
    source = settings.source_notebook(assignment).parent
    folder.mkdir(parents=True, exist_ok=True)
    for path in _supporting_files(source, settings):
        copy = folder / path.relative_to(source)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(_bytes_of(path))
        copy.chmod(0o644)
    # Every notebook there is blanked: a second one may hold solutions as well.
    for path in sorted(source.glob("*.ipynb")):
        options = settings.nbgrader_options
        notebook = prepared(read_course_notebook(path), path, options=options)
        notebook = blanked(notebook, path, options=options)
        write_notebook(notebook, folder / path.name)
    _write_selfcheck(settings, assignment, folder)


def _write_selfcheck(settings: Settings, assignment: str, folder: Path) -> None:
    """Add the self-check, if the assignment has grading tests to make it from."""
    if (settings.tests_directory / assignment).is_dir():
        for name in ("selfcheck.py", "selfcheck_run.py"):
            (folder / name).write_bytes(_bytes_of(_OURS.with_name(name)))
        (folder / "selfcheck.json").write_bytes(record(settings, assignment))


def _bytes_of(path: Path) -> bytes:
    """What students get of a file; our selfcheck.py comes as one that stands alone."""
    is_ours = path.resolve() == _OURS
    return as_one_file(path).encode() if is_ours else path.read_bytes()


def _supporting_files(source: Path, settings: Settings) -> Iterator[Path]:
    """Files beside the notebook, sorted; links only to files of this course."""
    for path in _walk(source):
        target = path.resolve()
        if not target.is_relative_to(settings.course_root.resolve()):
            raise AssignmentError(
                f"{shown(path.parent)}/{path.name}: is a link out of the course. Put "
                "a copy of the file there."
            )
        if not target.is_file():
            raise AssignmentError(
                f"{shown(path.parent)}/{path.name}: is not a regular file. Remove it "
                "from the assignment's folder."
            )
        yield path


def _walk(folder: Path) -> Iterator[Path]:
    """All files below a folder; a linked folder is not entered."""
    for path in sorted(folder.iterdir()):
        if any(fnmatch.fnmatch(path.name, pattern) for pattern in _IGNORED):
            continue
        if path.is_dir() and not path.is_symlink():
            yield from _walk(path)
        elif path.suffix != ".ipynb":
            yield path


def _swap(draft: Path, folder: Path, *, old: Path) -> None:
    """Replace `folder` by `draft`; restore `folder` if that fails."""
    # mkdtemp's folders are accessible to their owner only.
    draft.chmod(0o755)
    if not folder.exists():
        draft.rename(folder)
        return
    folder.rename(old)
    try:
        draft.rename(folder)
    except OSError:
        old.rename(folder)
        raise


def _named(error: OSError) -> str:
    return f" ({Path(error.filename).name})" if error.filename else ""
