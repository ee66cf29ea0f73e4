"""The rooms of autograder/: each imports downwards only, and none too much."""

from __future__ import annotations

import ast
import importlib
import re
import subprocess
import sys
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "autograder"

#: From the ground up: a room may import those of the lines above its own, and itself.
STOREYS = (
    {"cellkinds", "errors", "imports", "model", "singlefile", "text"},
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
    {"audit", "ci", "demo", "doctor", "runner"},
    {"bench"},
    {"cli"},
)
HEIGHT = {room: height for height, rooms in enumerate(STOREYS) for room in rooms}
PATHS = sorted(PACKAGE.rglob("*.py"))
MODULES = [
    pytest.param(path, id=str(path.relative_to(PACKAGE)))
    for path in PATHS
    if path != PACKAGE / "__init__.py"
]


#: Lines that a function's code has at most, its signature and docstring aside.
LONGEST = 50


def room_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def module_parts(path: Path) -> tuple[str, ...]:
    """A module's name below the package, part by part."""
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return parts[:-1] if parts[-1] == "__init__" else parts


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


def at_the_head(path: Path) -> Iterator[str]:
    """The names of the modules, and in them, that are imported with a module."""
    for node in ast.parse(path.read_text("utf-8")).body:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


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


def code_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """How many lines a function's code has, its signature and docstring aside."""
    first = function.body[ast.get_docstring(function) is not None :]
    return (function.end_lineno or 0) - first[0].lineno + 1 if first else 0


def test_no_function_is_too_long():
    long = [
        f"{path.relative_to(PACKAGE)}:{node.lineno}: {node.name} has {lines} lines"
        for path in sorted(PACKAGE.rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (lines := code_lines(node)) > LONGEST
    ]
    assert long == []


def test_only_a_functions_code_is_counted():
    text = """
def f(
    x,
):
    '''One.

    Two.
    '''
    y = x
    return y
"""
    (function,) = ast.parse(text).body
    assert isinstance(function, ast.FunctionDef)
    assert code_lines(function) == 2


def graph() -> dict[str, set[str]]:
    """The modules that each module imports when it is imported itself."""
    names = {".".join(("autograder", *module_parts(path))): path for path in PATHS}

    def module_of(name: str) -> str:
        return name if name in names else name.rpartition(".")[0]

    return {
        name: {module_of(each) for each in at_the_head(path)} & names.keys() - {name}
        for name, path in names.items()
    }


def test_modules_import_each_other_in_no_circle():
    try:
        order = list(TopologicalSorter(graph()).static_order())
    except CycleError as circle:
        pytest.fail(" -> ".join(circle.args[1]))
    assert len(order) == len(PATHS)


def test_a_circle_is_seen(tmp_path, monkeypatch):
    for name, other in (("one", "two"), ("two", "one")):
        text = f"from autograder.wire.{other} import f\n"
        (tmp_path / "wire").mkdir(exist_ok=True)
        (tmp_path / "wire" / f"{name}.py").write_text(text)
    here = sys.modules[__name__]
    monkeypatch.setattr(here, "PACKAGE", tmp_path)
    monkeypatch.setattr(here, "PATHS", sorted(tmp_path.rglob("*.py")))
    with pytest.raises(pytest.fail.Exception, match=r"autograder\.wire\.one"):
        test_modules_import_each_other_in_no_circle()


def test_the_list_of_rooms_in_contributing_is_the_one_that_is_held():
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    told = text.partition("from rooms listed before its own:")[2].partition(";")[0]
    listed = [
        {room.strip() for room in re.split(r",| and ", storey) if room.strip()}
        for storey in " ".join(told.split()).split(" - ")
    ]
    assert listed == [{*storey} for storey in STOREYS]
