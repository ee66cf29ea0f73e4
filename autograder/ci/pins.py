"""The packages that a course's code needs, at the versions installed here.

Owns: finding imports, and adding dependencies. May not: ask an index, or import
what it lists.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Collection, Iterable, Iterator
from functools import cache
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from autograder.errors import AssignmentError, NotebookError
from autograder.notebook import read_course_notebook

__all__ = ["imported_packages", "pin", "require_index", "with_dependencies"]

#: Characters that are special neither to a shell nor to YAML.
_INDEX = re.compile(r"https://[A-Za-z0-9][A-Za-z0-9._:/+-]*", re.ASCII)

#: What PyTorch's ordinary Linux build needs but its CPU build does not.
_OF_CUDA = re.compile(r"nvidia-|cuda-|triton$")

#: A framework imported by name only, such as `import_module("torch")`.
_NAMED = re.compile(r"\w\(\s*[\"'](torch|tensorflow|keras)[\"']")


def imported_packages(
    folders: Iterable[Path], *, own: Collection[str] = ()
) -> set[str]:
    """The packages imported in notebooks and Python files.

    Args:
        folders: Where these are, at any depth.
        own: Modules of the course itself.

    Raises:
        AssignmentError: A file can't be read.
    """
    modules = {name for folder in folders for name in _imports_below(folder)}
    known = sys.stdlib_module_names | set(own)
    found: set[str] = set()
    for module in modules - known:
        found.update(map(canonicalize_name, _packages().get(module, ())))
    return found


def with_dependencies(packages: Iterable[str], *, for_cpu: bool = True) -> list[str]:
    """These packages and everything they need here, sorted.

    Args:
        packages: Their names.
        for_cpu: Leave out what only PyTorch's build for GPUs needs.
    """
    found: set[str] = set()
    waiting: list[str] = [canonicalize_name(name) for name in packages]
    while waiting:
        name = waiting.pop()
        if name in found or (for_cpu and _OF_CUDA.match(name)):
            continue
        try:
            needs = metadata.distribution(name).requires or []
        except metadata.PackageNotFoundError:
            continue  # an optional dependency that is not installed
        found.add(name)
        waiting += _names(needs)
    return sorted(found)


def pin(package: str) -> str:
    """`numpy==2.4.6`: the version installed here, whatever its build."""
    return f"{package}=={Version(metadata.version(package)).public}"


def require_index(address: str) -> None:
    """Refuse an unsafe address of a package index.

    Raises:
        AssignmentError: It is not a valid address.
    """
    if address and not _INDEX.fullmatch(address):
        raise AssignmentError(
            f'--torch-index "{address}": should be an address that begins with '
            "https://, as PyTorch's page on installing it names one for CPUs."
        )


def _names(requirements: Iterable[str]) -> Iterator[str]:
    """The names of the requirements that apply here."""
    for text in requirements:
        requirement = Requirement(text)
        if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
            yield canonicalize_name(requirement.name)


@cache
def _packages() -> dict[str, list[str]]:
    return dict(metadata.packages_distributions())


def _imports_below(folder: Path) -> Iterator[str]:
    for path in sorted(folder.rglob("*")):
        if path.suffix == ".py":
            try:
                yield from _imports(path.read_text(encoding="utf-8"))
            except (OSError, UnicodeDecodeError) as error:
                raise AssignmentError(f"{path}: can't be read: {error}") from error
        elif path.suffix == ".ipynb":
            yield from _imports_of_notebook(path)


def _imports_of_notebook(path: Path) -> Iterator[str]:
    try:
        notebook = read_course_notebook(path)
    except NotebookError as error:
        raise AssignmentError(str(error)) from error
    for cell in notebook.cells:
        if cell.cell_type == "code":
            yield from _imports(cell.source)


def _imports(code: str) -> Iterator[str]:
    """The top-level names of all modules that code imports; none if it isn't Python."""
    yield from _NAMED.findall(code)
    try:
        tree = ast.parse(re.sub(r"(?m)^\s*[%!].*$", "pass", code))
    except SyntaxError:
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]
