"""Read what students hand in: once, by descriptor, trusting nothing."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from autograder.errors import MalformedError
from autograder.files import read_bytes
from autograder.notebook.form import new_cell, notebook_of, upgraded

__all__ = [
    "PARAMETER_TAGS",
    "parse_submission",
    "read_submission",
]

#: More cells than a person would write; each costs a round trip to the kernel.
MAX_CELLS = 2_000

#: Tags of the cells in which papermill puts its parameters; students can't set them.
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
        UnreadableError: This machine can't read it; the reason is for the instructor.
    """
    return parse_submission(read_bytes(path, max_mib=max_mib, below=below))


def parse_submission(data: bytes) -> NotebookNode:
    """Make a notebook from the few parts of a submission that are used.

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
        why = "the notebook contains an integer of more than 4300 digits"
        raise MalformedError(why) from error
    cells = upgraded(raw)["cells"]
    if not cells:
        raise MalformedError("the notebook has no cells")
    if len(cells) > MAX_CELLS:
        raise MalformedError(f"the notebook has more than {MAX_CELLS} cells")
    return notebook_of(_cleaned(number, cell) for number, cell in enumerate(cells, 1))


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse a JSON object with a duplicate key."""
    made = dict(pairs)
    if len(made) < len(pairs):
        key = Counter(key for key, _ in pairs).most_common(1)[0][0]
        raise MalformedError(
            f'the notebook has the key "{key[:40]}" twice in one object'
        )
    return made


def _cleaned(number: int, raw: object) -> NotebookNode:
    """The few parts of a student's cell that are used.

    Raises:
        MalformedError: The cell has no type or no source.
    """
    if not isinstance(raw, dict):
        raise MalformedError(f"cell {number} of the notebook is not a cell")
    kind = raw.get("cell_type")
    if kind not in ("code", "markdown", "raw"):
        raise MalformedError(f"cell {number} of the notebook has an unknown type")
    source = _joined(raw.get("source"))
    if source is None:
        raise MalformedError(f"cell {number} of the notebook has no source")
    metadata = raw.get("metadata")
    cell = new_cell(
        kind,
        # A lone surrogate is legal in JSON but not in a text file.
        source.encode("utf-8", "replace").decode("utf-8"),
        cell_id=_text(raw.get("id")),
        metadata=_cleaned_metadata(metadata if isinstance(metadata, dict) else {}),
    )
    attachments = _attachments(raw.get("attachments"))
    if kind == "markdown" and attachments:
        cell["attachments"] = attachments
    return cell


def _attachments(raw: object) -> NotebookNode:
    """Pictures attached to a text cell, by name; only those in base64 text."""
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
    """A cell's source, which JSON holds as a string or a list of lines."""
    if isinstance(source, str):
        return source
    if isinstance(source, list) and all(isinstance(line, str) for line in source):
        return "".join(source)
    return None


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
