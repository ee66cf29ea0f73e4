"""Which deep-learning frameworks a course imports.

Owns: the search through its notebooks, solutions and grading tests. May not: import or
run any of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from autograder.config import Settings

__all__ = ["used_frameworks"]

#: By module; Keras comes with TensorFlow here.
_FRAMEWORKS = {"torch": "torch", "tensorflow": "tensorflow", "keras": "tensorflow"}

#: An import, also in the JSON of a notebook, where a line begins after a quote.
_IMPORT = re.compile(
    r"(?:^|[\"'])[ ]*(?:from|import)[ ]+(?:[\w.]+(?:[ ]+as[ ]+\w+)?[ ]*,[ ]*)*"
    r"(torch|tensorflow|keras)\b"
    r"|import_module\([\"'\\]+(torch|tensorflow|keras)\b"
    r"|Deferred\([\"'](torch|tensorflow|keras)\b",
    re.MULTILINE,
)


def used_frameworks(settings: Settings) -> set[str]:
    """The frameworks that a course imports anywhere: "torch", "tensorflow" or both."""
    found: set[str] = set()
    for path in _files(settings):
        text = path.read_text(encoding="utf-8", errors="replace")
        for match in _IMPORT.finditer(text):
            found.add(_FRAMEWORKS[next(filter(None, match.groups()))])
    return found


def _files(settings: Settings) -> Iterator[Path]:
    roots = (
        settings.source_directory,
        settings.solutions_directory,
        settings.tests_directory,
    )
    for root in roots:
        for assignment in settings.assignments:
            for pattern in ("*.ipynb", "*.py"):
                yield from sorted((root / assignment).rglob(pattern))
