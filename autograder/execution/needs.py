"""Find the libraries that an assignment's kernels need, without running anything.

Owns: the search through the source notebook's code cells and the grading tests. May
not: import what it finds, or look at a submission: a fork server imports nothing
because of a student. Anything else a student imports is imported in that student's
kernel.
"""

from __future__ import annotations

import ast
import contextlib
import json
import re
from pathlib import Path

from autograder.config import Assignment
from autograder.execution.preload import LAST, LIBRARIES, OPTIMIZER, PRELOADED

__all__ = ["needed_modules"]

#: A line that is IPython's, not Python's; its indentation stays.
_MAGIC = re.compile(r"(?m)^([ \t]*)(?:[%!?].*|[\w.]+\?+)$")

#: An import in a cell that is not valid Python, such as a skeleton with a gap.
_IMPORT = re.compile(r"(?m)^[ \t]*(?:import|from)[ \t]+([\w.]+)")

#: Libraries whose objects may be arguments of a student's functions.
_FRAMEWORKS = ("torch", "tensorflow", "keras")


def needed_modules(
    assignment: Assignment, *, is_for_many: bool = True
) -> tuple[str, ...]:
    """The libraries of an assignment's kernels: imports of its notebook and checks.

    Only libraries that a fork server may import; all of them if the source can't be
    read, which is reported elsewhere.

    Args:
        assignment: What is graded.
        is_for_many: Whether late imports of only some notebooks pay off.
    """
    try:
        cells = _code_cells(assignment.source / assignment.notebook)
        tests = _texts(assignment.tests)
    except (OSError, ValueError, TypeError, LookupError):
        return PRELOADED
    asked = {name for text in cells for name in _imported(text)}
    if is_for_many and any(".optim" in text for text in cells):
        asked.add(OPTIMIZER)
    # Tests run on our side, where they import what they like: kernels only need the
    # libraries of arguments.
    for text in tests:
        asked |= _imported(text) & set(_FRAMEWORKS)
    return _chosen(asked)


def _chosen(asked: set[str]) -> tuple[str, ...]:
    """Which imports and their dependencies a fork server may import."""
    tops = {name.partition(".")[0] for name in asked}
    chosen = {name for top in tops for name in LIBRARIES.get(top, ())}
    chosen |= {name for name in asked if name.partition(".")[0] in LIBRARIES}
    known = [name for name in PRELOADED if name in chosen]
    others = sorted(chosen - set(known))
    return (*known, *others, LAST)


def _code_cells(path: Path) -> list[str]:
    cells = json.loads(path.read_bytes())["cells"]
    return ["".join(each["source"]) for each in cells if each["cell_type"] == "code"]


def _texts(folder: Path) -> list[str]:
    paths = sorted(folder.rglob("*.py"))
    return [path.read_text(encoding="utf-8", errors="replace") for path in paths]


def _imported(text: str) -> set[str]:
    """Full names of the modules that a text imports, and frameworks that it names."""
    tree = _parsed(text)
    if tree is None:
        return set(_IMPORT.findall(text))
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module)
        elif isinstance(node, ast.Constant) and node.value in _FRAMEWORKS:
            found.add(str(node.value))  # import_module("torch"), framework="torch"
    return found


def _parsed(text: str) -> ast.Module | None:
    for version in (text, _MAGIC.sub(r"\1pass", text)):
        with contextlib.suppress(SyntaxError, ValueError, RecursionError):
            return ast.parse(version)
    return None
