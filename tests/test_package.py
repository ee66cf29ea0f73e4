"""What a wheel holds and needs: every import declared, every entry point there."""

from __future__ import annotations

import ast
import importlib
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]

#: Never imported but where the course itself has them, or by whom an extra is for.
OPTIONAL = {"distributed", "keras", "tensorflow", "torch", "triton"}

#: The course's own references, which `rehearsal` and `demo` read.
COURSES = {"solutions"}


#: Who may put something else in the place of a library's own, as README says.
PATCHING = {
    "execution/forbidden.py": "routines that an exercise rules out, in a kernel",
    "execution/kernel.py": "what ipykernel lists while it starts, in a kernel",
    "selfcheck.py": "routines that an exercise rules out, in a student's own kernel",
}

#: Attributes of our own values: a column of a row, a field of a syntax tree.
_NOT_PATCHING = {"audit/mutants.py", "gradebook/cells.py"}


def imported() -> dict[str, str]:
    """Top-level modules that autograder/ imports, each with one place."""
    found: dict[str, str] = {}
    for path in sorted((ROOT / "autograder").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and not node.level:
                names = [node.module or ""]
            else:
                continue
            for name in names:
                where = f"{path.relative_to(ROOT)}:{node.lineno}"
                found.setdefault(name.partition(".")[0], where)
    return found


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def declared() -> set[str]:
    names = (re.match(r"[\w.-]+", each) for each in PROJECT["dependencies"])
    return {canonical(name[0]) for name in names if name}


def test_all_that_is_imported_is_declared():
    distributions = packages_distributions()
    ours = {"autograder", *OPTIONAL, *COURSES, *sys.stdlib_module_names}
    missing = {
        module: where
        for module, where in imported().items()
        if module not in ours
        and declared().isdisjoint(map(canonical, distributions.get(module, [module])))
    }
    assert missing == {}


@pytest.mark.parametrize(
    "target",
    [
        target
        for group in (PROJECT["scripts"], *PROJECT["entry-points"].values())
        for target in group.values()
    ],
)
def test_entry_points_lead_somewhere(target):
    module, _, name = target.partition(":")
    assert hasattr(importlib.import_module(module), name)


def test_nothing_is_patched_but_what_readme_names():
    package = ROOT / "autograder"
    pattern = re.compile(r"\bsetattr\(|\bmock\b|\b__setattr__\b|\bmonkeypatch\b")
    found = {
        str(path.relative_to(package))
        for path in package.rglob("*.py")
        if pattern.search(path.read_text("utf-8"))
    }
    assert found - _NOT_PATCHING == {*PATCHING}
