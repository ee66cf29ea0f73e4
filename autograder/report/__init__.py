"""Reports in the formats that people and their machines read.

Owns: the list of kinds. May not: grade, or open the gradebook. Equal input gives equal
bytes. All kinds show only what a student may read, and automatic points: penalties and
manual points are in the gradebook.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Sequence
from importlib.util import find_spec

from autograder.report.told import ClassReport

__all__ = ["ClassReport", "document", "kinds"]

#: The module of each kind; it has a function `document`.
_MODULES = {
    "gradescope": "autograder.report.gradescope",
    "html": "autograder.report.page",
    "junit": "autograder.report.junit",
    "markdown": "autograder.report.markdown",
    "results": "autograder.report.results",
}


def kinds() -> tuple[str, ...]:
    """The names of all kinds of reports."""
    return tuple(name for name, module in _MODULES.items() if find_spec(module))


def document(kind: str, classes: Sequence[ClassReport]) -> bytes:
    """The report of one kind on everything graded, as one document.

    Args:
        kind: One of `kinds()`.
        classes: The outcome of each assignment, in the order of the report.
    """
    module = importlib.import_module(_MODULES[kind])
    make: Callable[[Sequence[ClassReport]], bytes] = module.document
    return make(classes)
