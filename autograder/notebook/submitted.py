"""What students hand in: read once, by descriptor, and believed in nothing."""

from __future__ import annotations

import errno
import json
import os
import stat
from collections import Counter
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from autograder.errors import AutograderError, MalformedError, UnreadableError
from autograder.notebook.form import new_cell, notebook_of, upgraded

__all__ = [
    "PARAMETER_TAGS",
    "open_below",
    "parse_submission",
    "read_bytes",
    "read_submission",
]

#: More cells than a person writes; each costs a round trip to the kernel.
MAX_CELLS = 2_000

#: Tags of the cells in which papermill puts its parameters; never the student's to set.
PARAMETER_TAGS = frozenset({"parameters", "injected-parameters"})


def read_submission(
    path: Path, *, max_mib: float, below: Path | None = None
) -> NotebookNode:
    """Read a submission; only cell types, sources, ids, grade_ids and tags are kept.

    Args:
        path: The handed-in notebook.
        max_mib: Size in MiB above which it isn't read.
        below: No part of `path` below this folder may be a symbolic link.

    Raises:
        MalformedError: It is not a notebook that can be graded; the reason is for
            the student.
        UnreadableError: This machine fails to read it; the reason is for whoever
            grades.
    """
    return parse_submission(read_bytes(path, max_mib=max_mib, below=below))


def read_bytes(path: Path, *, max_mib: float, below: Path | None = None) -> bytes:
    """Read a student's file once, by descriptor; see `read_submission`.

    Raises:
        MalformedError: It is missing, a link, no regular file, or too large.
        UnreadableError: It is none of these, and yet this machine fails to read it.
    """
    limit = int(max_mib * 2**20)
    try:
        with os.fdopen(open_below(path, below), "rb") as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode):
                raise MalformedError(f"{path.name} is not a regular file")
            # One byte more than allowed: the file may grow while it is read.
            data = file.read(limit + 1) if status.st_size <= limit else None
    except OSError as error:
        raise _not_opened(path, below, error) from error
    if data is None or len(data) > limit:
        raise MalformedError(
            f"{path.name} is larger than {max_mib:g} MiB; clear its outputs and hand "
            "it in again"
        )
    return data


def parse_submission(data: bytes) -> NotebookNode:
    """Make a notebook of what is left of a submission when nothing is believed.

    Raises:
        MalformedError: It is not a notebook that can be graded.
    """
    try:
        raw = json.loads(
            data.decode("utf-8-sig"), object_pairs_hook=_without_duplicates
        )
    except UnicodeDecodeError as error:
        raise MalformedError("the notebook is not UTF-8 text") from error
    except json.JSONDecodeError as error:
        raise MalformedError(
            f"the notebook is not JSON: {error.msg} in line {error.lineno}"
        ) from error
    except RecursionError as error:
        raise MalformedError("the notebook is nested too deeply") from error
    except ValueError as error:
        # Python refuses to read integers of more than 4300 digits.
        raise MalformedError("the notebook holds an endless number") from error
    cells = upgraded(raw)["cells"]
    if not cells:
        raise MalformedError("the notebook has no cells")
    if len(cells) > MAX_CELLS:
        raise MalformedError(f"the notebook has more than {MAX_CELLS} cells")
    return notebook_of(_cleaned(number, cell) for number, cell in enumerate(cells, 1))


def open_below(path: Path, below: Path | None) -> int:
    """Open for reading, following no link in any part of the path below `below`.

    O_NONBLOCK keeps a named pipe from holding us up.
    """
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    if below is None:
        return os.open(path, flags)
    *folders, name = path.relative_to(below).parts
    at = os.open(below, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        for folder in folders:
            inner = os.open(folder, flags | os.O_DIRECTORY, dir_fd=at)
            os.close(at)
            at = inner
        return os.open(name, flags, dir_fd=at)
    finally:
        os.close(at)


def _not_opened(path: Path, below: Path | None, error: OSError) -> AutograderError:
    """Whose fault it is that a file can't be read, and why, in one line.

    The student's are three things only: it is missing, a link, or no regular file.
    What it is counts more than the error: a device may be refused as "permission
    denied". All else is the machine's: rights, descriptors, memory, disks, mounts.
    """
    try:
        mode = path.lstat().st_mode
    except OSError:
        mode = 0  # nobody knows
    if error.errno == errno.ENOENT and (below is None or below.is_dir()):
        return MalformedError(f"{path.name} is missing")
    if error.errno in (errno.ELOOP, errno.ENOTDIR) or stat.S_ISLNK(mode):
        return MalformedError(f"{path.name} is a symbolic link or lies behind one")
    if mode and not stat.S_ISREG(mode):
        return MalformedError(f"{path.name} is not a regular file")
    return UnreadableError(
        f"{path.name} can't be read: {error.strerror or error}. Mend that and grade "
        "again."
    )


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse a JSON object that says two things under one key."""
    made = dict(pairs)
    if len(made) < len(pairs):
        key = Counter(key for key, _ in pairs).most_common(1)[0][0]
        raise MalformedError(
            f'the notebook has the key "{key[:40]}" twice in one place'
        )
    return made


def _cleaned(number: int, raw: object) -> NotebookNode:
    """The few things of a student's cell that are read at all.

    Raises:
        MalformedError: The cell has no type or no source.
    """
    if not isinstance(raw, dict):
        raise MalformedError(f"cell {number} of the notebook is no cell")
    kind = raw.get("cell_type")
    if kind not in ("code", "markdown", "raw"):
        raise MalformedError(f"cell {number} of the notebook has no known type")
    source = _joined(raw.get("source"))
    if source is None:
        raise MalformedError(f"cell {number} of the notebook has no source")
    metadata = raw.get("metadata")
    cell = new_cell(
        kind,
        # A lone surrogate is legal in JSON and in no text file.
        source.encode("utf-8", "replace").decode("utf-8"),
        cell_id=_text(raw.get("id")),
        metadata=_cleaned_metadata(metadata if isinstance(metadata, dict) else {}),
    )
    attachments = _attachments(raw.get("attachments"))
    if kind == "markdown" and attachments:
        cell["attachments"] = attachments
    return cell


def _attachments(raw: object) -> NotebookNode:
    """Pictures attached to a text, by name; what is no base64 text is left out."""
    kept = NotebookNode()
    for name, bundle in raw.items() if isinstance(raw, dict) else ():
        pictures = NotebookNode(
            (kind, encoded)
            for kind, value in (bundle.items() if isinstance(bundle, dict) else ())
            if (encoded := _joined(value)) and encoded.isascii()
        )
        if pictures and name.isprintable() and all(map(str.isprintable, pictures)):
            kept[name] = pictures
    return kept


def _cleaned_metadata(raw: dict[str, Any]) -> dict[str, Any]:
    grader = raw.get("nbgrader")
    grade_id = _text(grader.get("grade_id")) if isinstance(grader, dict) else ""
    tags = raw.get("tags")
    texts = [_text(tag) for tag in tags] if isinstance(tags, list) else []
    return {
        "tags": [tag for tag in texts if tag in PARAMETER_TAGS],
        **({"nbgrader": {"grade_id": grade_id}} if grade_id else {}),
    }


def _joined(source: object) -> str | None:
    """A cell's source, which JSON holds as a text or as a list of lines."""
    if isinstance(source, str):
        return source
    if isinstance(source, list) and all(isinstance(line, str) for line in source):
        return "".join(source)
    return None


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
