"""The rooms of autograder/: each imports downwards only, and none too much."""

from __future__ import annotations

import ast
import importlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "autograder"

#: From the ground up: a room may import those of the lines above its own, and itself.
STOREYS = (
    {"cellkinds", "errors", "imports", "model", "text"},
    {"files"},
    {"config"},
    {"notebook"},
    {"results"},
    {"arrays"},
    {"comparison"},
    {"wire"},
    {"sandbox"},
    {"execution"},
    {"checks"},
    {"gradebook"},
    {"grading"},
    {"collect"},
    {"cluster", "report"},
    {"selfcheck", "selfcheck_run", "release", "rehearsal", "usage"},
    {"attacks", "converters", "hardware"},
    {"ci", "demo", "doctor", "runner"},
    {"bench"},
    {"cli"},
)
HEIGHT = {room: height for height, rooms in enumerate(STOREYS) for room in rooms}
MODULES = [
    pytest.param(path, id=str(path.relative_to(PACKAGE)))
    for path in sorted(PACKAGE.rglob("*.py"))
    if path != PACKAGE / "__init__.py"
]


def room_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported(path: Path) -> Iterator[tuple[int, str]]:
    """Line and full name of everything that a module imports, wherever it does."""
    package = ["autograder", *path.relative_to(PACKAGE).parent.parts]
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            start = package[: len(package) - node.level + 1] if node.level else []
            base = ".".join([*start, *([node.module] if node.module else [])])
            if base == "autograder":
                yield from ((node.lineno, f"{base}.{each.name}") for each in node.names)
            else:
                yield node.lineno, base


@pytest.mark.parametrize("path", MODULES)
def test_a_room_imports_downwards_only(path):
    own = room_of(path)
    upwards = [
        f"line {line}: {own} imports {name}"
        for line, name in imported(path)
        if name.startswith("autograder.")
        and (room := name.split(".")[1]) != own
        and HEIGHT[room] >= HEIGHT[own]
    ]
    assert upwards == []


def test_every_room_has_its_storey():
    assert {room_of(each.values[0]) for each in MODULES} <= set(HEIGHT)


def test_the_check_sees_an_import_upwards(tmp_path, monkeypatch):
    path = tmp_path / "wire" / "odd.py"
    path.parent.mkdir()
    path.write_text(
        "from autograder import cli\n\n\ndef f():\n    from ..grading import pool\n"
    )
    monkeypatch.setattr(sys.modules[__name__], "PACKAGE", tmp_path)
    assert list(imported(path)) == [(1, "autograder.cli"), (5, "autograder.grading")]


@pytest.mark.parametrize("name", ["torch", "tensorflow", "keras"])
def test_no_framework_is_imported_at_the_head_of_a_module(name):
    heads = [
        f"{path.relative_to(PACKAGE)}:{node.lineno}"
        for path in sorted(PACKAGE.rglob("*.py"))
        for node in ast.parse(path.read_text("utf-8")).body
        if isinstance(node, ast.Import | ast.ImportFrom)
        for module in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
        )
        if module.split(".")[0] == name
    ]
    assert heads == []


@pytest.mark.parametrize(
    "module", ["autograder", "autograder.cli", "autograder.checks.plugin"]
)
def test_importing_us_loads_no_framework(module):
    code = (
        f"import sys, {module}; "
        "print([m for m in ('torch', 'tensorflow', 'keras') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"


@pytest.mark.parametrize("path", MODULES)
def test_public_names_exist(path):
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    name = ".".join(("autograder", *parts)).removesuffix(".__init__")
    module = importlib.import_module(name)
    public = getattr(module, "__all__", [])
    assert sorted(set(public)) == sorted(public)
    assert [each for each in public if not hasattr(module, each)] == []
