"""When each checkout of a folder was handed in, as recorded by the fetch.

Owns: reading collected.json, which is beside the checkouts and no student's file. May
not: read anything in a checkout.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from autograder.errors import MalformedError, UnreadableError
from autograder.files import read_bytes

__all__ = ["LIST", "listed_times"]

#: The list's name; `students` holds an object for each, with `student` and `time`.
LIST = "collected.json"

_MOST_MIB = 64


def listed_times(folder: Path) -> dict[str, datetime]:
    """The times in a folder's list, by student; none if there is no list."""
    try:
        data = read_bytes(folder / LIST, max_mib=_MOST_MIB, below=folder)
        document: Any = json.loads(data)
    except (MalformedError, UnreadableError, ValueError, RecursionError):
        return {}
    entries = document.get("students") if isinstance(document, dict) else None
    return dict(_times(entries if isinstance(entries, list) else []))


def _times(entries: list[Any]) -> Iterator[tuple[str, datetime]]:
    for entry in entries:
        if not isinstance(entry, dict):
            continue
        try:
            time = datetime.fromisoformat(str(entry.get("time")))
        except ValueError:
            continue  # nothing was handed in
        if time.tzinfo:
            yield str(entry.get("student")), time
