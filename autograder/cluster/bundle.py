"""Everything needed to grade one assignment, packed into bytes.

Owns: the choice of files, the settings as data, and the name by content. May not:
contain a student's data, or the address of the gradebook.

Equal courses give equal bytes: files are sorted by name, without times or owners.
"""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from autograder.config import (
    CONFIG_KEYS,
    Assignment,
    Settings,
    load_settings,
    shown,
)
from autograder.errors import AutograderError
from autograder.results.files import Files
from autograder.results.keys import versions
from autograder.results.prints import prints_of
from autograder.results.released import released_points

__all__ = ["name_of", "pack", "unpack"]

#: The largest bundle, in bytes: every worker holds it in memory.
MAX_BYTES = 256 << 20

#: Where the description and the course's files are in the archive.
_DESCRIPTION, _COURSE = "course.json", "course"

#: Folders in the settings; those outside the course's get a place in it.
_FOLDERS = (
    "source_directory",
    "release_directory",
    "tests_directory",
    "solutions_directory",
    "submitted_directory",
    "autograded_directory",
    "feedback_directory",
)

#: Settings that are sent in another way, or not at all.
_APART = (*_FOLDERS, "seed", "workers")

_IGNORED = ("__pycache__",)


def pack(assignment: Assignment) -> bytes:
    """Pack an assignment into bytes, including the seed but not the gradebook.

    Raises:
        AutograderError: A file can't be read, or together they are too large.
    """
    places = _places(assignment.settings)
    files: dict[str, Path] = {}
    for path in _paths(assignment):
        if name := _name_in(path, assignment.settings, places):
            files[name] = path
    files.pop("course_config.py", None)  # replaced by ours
    told = {
        "assignment": assignment.name,
        "device": assignment.device,
        "versions": versions(),
    }
    config = _config(assignment.settings, places)
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w", format=tarfile.PAX_FORMAT) as archive:
        _add(archive, _DESCRIPTION, json.dumps(told, sort_keys=True).encode())
        _add(archive, f"{_COURSE}/course_config.py", config.encode())
        for name, path in sorted(files.items()):
            try:
                _add(archive, f"{_COURSE}/{name}", path.read_bytes())
            except OSError as error:
                raise AutograderError(
                    f"{shown(path)}: can't be read: {error.strerror}. Fix that and "
                    "grade again."
                ) from error
            if stream.tell() > MAX_BYTES:
                raise AutograderError(
                    f"{assignment.name}: release, tests and solutions are more than "
                    f"{MAX_BYTES >> 20} MiB, too much for every worker to hold. Take "
                    "large files out."
                )
    return stream.getvalue()


def name_of(bundle: bytes) -> str:
    """The bundle's name: SHA-256 of its bytes, hex."""
    return hashlib.sha256(bundle).hexdigest()


def unpack(bundle: bytes, name: str, folder: Path) -> tuple[Assignment, dict[str, str]]:
    """Write a bundle's files into a private folder.

    Returns:
        The assignment, as it is graded there, and the coordinator's versions.

    Raises:
        AutograderError: The bytes don't match the name.
    """
    if name_of(bundle) != name:
        raise AutograderError(
            "the course arrived damaged: its SHA-256 differs. Grade again."
        )
    root = folder / _COURSE
    root.mkdir(mode=0o700)
    with tarfile.open(fileobj=io.BytesIO(bundle)) as archive:
        for member in archive:
            _extract(archive, member, folder)
    told = json.loads((folder / _DESCRIPTION).read_bytes())
    settings = load_settings(root)
    return settings.assignment(told["assignment"], told["device"]), told["versions"]


def _extract(archive: tarfile.TarFile, member: tarfile.TarInfo, folder: Path) -> None:
    """Write one file of a bundle; Python before 3.11.4 has no extraction filter."""
    name, data = PurePosixPath(member.name), archive.extractfile(member)
    if name.is_absolute() or ".." in name.parts or data is None:
        raise AutograderError(
            f"the course holds {member.name!r}, which is not one of its files."
        )
    path = folder / name
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.write_bytes(data.read())


def _config(settings: Settings, places: dict[str, str]) -> str:
    """A course_config.py with the current settings, except their folders.

    The course's own is not sent: it is a program, and may contain private data such as
    the address of the gradebook. The seed is sent: it and a check's name determine the
    check's inputs.
    """
    own = {name: getattr(settings, name) for name in CONFIG_KEYS if name not in _APART}
    own["seed"] = settings.seed
    own |= {name: places[name] for name in _FOLDERS if name in CONFIG_KEYS}
    theirs = {name: places[name] for name in _FOLDERS if name not in CONFIG_KEYS}
    sections = {
        **settings.nbgrader_options,
        "Autograder": own,
        "CourseDirectory": theirs,
    }
    lines = [
        f"c.{section}.{name} = {value!r}"
        for section, values in sorted(sections.items())
        for name, value in sorted(values.items())
        if value is not None
    ]
    return "\n".join(["c = get_config()", *lines, ""])


def _places(settings: Settings) -> dict[str, str]:
    """Where each folder is below the course's on the other machine."""
    places = {}
    for name in _FOLDERS:
        folder: Path = getattr(settings, name)
        inside = folder.is_relative_to(settings.course_root)
        place = folder.relative_to(settings.course_root) if inside else Path(name)
        places[name] = place.as_posix()
    return places


def _paths(assignment: Assignment) -> Iterator[Path]:
    """The files that grading reads; some appear more than once."""
    settings = assignment.settings
    for name in settings.assignments:  # to recognise another assignment's notebook
        yield from _below(settings.release_directory / name)
    for folder in (assignment.release, assignment.source):
        yield from _below(folder)
    for folder, own in (
        (settings.solutions_directory, assignment.solutions),
        (settings.tests_directory, assignment.tests),
    ):
        others = {folder / name for name in settings.assignments} - {own}
        yield from _below(folder, without=others)
    yield from _imported(assignment)


def _imported(assignment: Assignment) -> Iterator[Path]:
    """Modules and data of the course that its checks import, wherever they are."""
    settings, seen = assignment.settings, Files()
    points = released_points(assignment.release_notebook)
    prints_of(
        seen,
        settings.course_root,
        assignment.tests,
        assignment.solutions,
        list(points),
    )
    for question in seen.seen:
        kind, _, path = question.partition(" ")
        if kind in ("read", "digest"):
            yield Path(path)


def _below(folder: Path, *, without: set[Path] | None = None) -> Iterator[Path]:
    """Files below a folder, in order, without caches of Python and tools."""
    if not folder.is_dir():
        return
    for path in sorted(folder.iterdir()):
        if path.name.startswith(".") or path.name in _IGNORED:
            continue
        if path.is_dir():
            if path not in (without or ()):
                yield from _below(path)
        elif path.is_file():
            yield path


def _name_in(path: Path, settings: Settings, places: dict[str, str]) -> str | None:
    """A file's name in the archive; None for one outside the course."""
    root = settings.course_root
    folders = {root: "."} | {getattr(settings, name): places[name] for name in places}
    for folder, place in folders.items():
        if path.is_relative_to(folder):
            return (Path(place) / path.relative_to(folder)).as_posix()
    return None


def _add(archive: tarfile.TarFile, name: str, data: bytes) -> None:
    info = tarfile.TarInfo(str(PurePosixPath(name)))
    info.size, info.mode = len(data), 0o600
    archive.addfile(info, io.BytesIO(data))
