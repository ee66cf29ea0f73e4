"""A module of ours and what it imports of the others, as one file.

Owns: which definitions that takes, their order, and the imports of the whole. May not:
run what it reads, or change a definition: each stands there word for word.

The module says where the definitions go, with a comment that begins with `MARK`. They
come as a section: room by room, the ones that are used, and nothing else.
"""

from __future__ import annotations

import ast
import sys
import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

__all__ = ["MARK", "SingleFileError", "as_one_file"]

#: What the comment begins with in whose place the section comes.
MARK = "# `autograder release` puts"

_PACKAGE = Path(__file__).parent
_WIDTH = 88

_LONG = (ast.FunctionDef, ast.ClassDef)

_HEAD = """\
# Word for word the rules of grading, which come from the grader itself: nobody edits
# them here, and `autograder release` writes them anew.
"""


class SingleFileError(ValueError):
    """A module can't be made into one file; says what stands against it."""


@dataclass(frozen=True)
class _Import:
    """One name that a module imports: `from module import name`, or `import module`."""

    module: str
    name: str = ""

    @property
    def is_ours(self) -> bool:
        """Whether it comes from this package."""
        return self.module.partition(".")[0] == _PACKAGE.name


@dataclass(frozen=True)
class _Module:
    """A module's text, what it defines at its top, and what it imports.

    Attributes:
        title: The first line of its docstring.
        lines: Its text.
        defined: Nodes by name, in their order.
        imported: Imports by the name that they give.
    """

    title: str
    lines: list[str]
    defined: dict[str, ast.stmt]
    imported: dict[str, _Import]

    def text_of(self, name: str) -> str:
        """A definition with the comments right above it and the text right below."""
        node = self.defined[name]
        decorators = getattr(node, "decorator_list", [])
        start = min(each.lineno for each in [node, *decorators]) - 1
        while start and self.lines[start - 1].startswith("#"):
            start -= 1
        end = node.end_lineno or node.lineno
        if end < len(self.lines) and self.lines[end].startswith('"""'):
            while not self.lines[end].rstrip().endswith('"""'):
                end += 1
            end += 1
        return "\n".join(self.lines[start:end])

    def used_by(self, name: str) -> set[str]:
        """The names that a definition looks up."""
        nodes = ast.walk(self.defined[name])
        return {node.id for node in nodes if isinstance(node, ast.Name)}


def as_one_file(path: Path) -> str:
    """The text of a module with what it imports of this package in place of `MARK`.

    One that imports nothing of it is such a file already.

    Raises:
        SingleFileError: It has no `MARK`; two definitions or imports have one name; or
            a whole module of ours is imported, or a definition under another name.
    """
    text = path.read_text(encoding="utf-8")
    entry = _parsed(text)
    taken = _closure(entry)
    if not taken:
        return text
    outside = _outside(entry, taken)
    names = [name for each in (entry.defined, *taken.values()) for name in each]
    names += [name for name, _ in outside]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise SingleFileError(f"{path.name}: defined twice: {', '.join(twice)}")
    head, body = _parts(text)
    marked = [line for line in body.splitlines() if line.startswith(MARK)]
    if len(marked) != 1:
        raise SingleFileError(f"{path.name}: has no line that begins with {MARK!r}")
    return f"{head}{_imports(outside)}{body.replace(marked[0], _section(taken))}"


def _closure(entry: _Module) -> dict[str, list[str]]:
    """By module, the lowest first, the names that the entry's imports lead to."""
    wanted: dict[str, set[str]] = {}
    waiting = [*_ours(entry, entry.imported)]
    while waiting:
        found = _home(waiting.pop())
        known = wanted.setdefault(found.module, set())
        if found.name in known:
            continue
        known.add(found.name)
        module = _read(found.module)
        used = module.used_by(found.name)
        waiting += [_Import(found.module, name) for name in used & set(module.defined)]
        waiting += _ours(module, used & set(module.imported))
    return {
        module: [name for name in _read(module).defined if name in wanted[module]]
        for module in _ordered(wanted)
    }


def _ours(module: _Module, names: Iterable[str]) -> Iterator[_Import]:
    """What stands behind those names that are imported of this package."""
    for name in names:
        found = module.imported[name]
        if found.is_ours and found.name not in ("", name):
            raise SingleFileError(
                f"{found.name} is imported as {name}; use its own name"
            )
        if found.is_ours:
            yield found


def _home(asked: _Import) -> _Import:
    """Where a name is defined, of which a package may only say where it is."""
    module = _read(asked.module)
    if asked.name in module.defined:
        return asked
    if asked.name not in module.imported:
        raise SingleFileError(
            f"{asked.module} defines no {asked.name!r}; import definitions, not modules"
        )
    return _home(module.imported[asked.name])


def _ordered(wanted: dict[str, set[str]]) -> Iterator[str]:
    """The modules, each after those that it imports."""
    done: set[str] = set()

    def visit(module: str) -> Iterator[str]:
        if module in done:
            return
        done.add(module)
        for each in _read(module).imported.values():
            if each.is_ours:
                yield from visit(_home(each).module)
        if module in wanted:
            yield module

    for module in sorted(wanted):
        yield from visit(module)


def _section(taken: dict[str, list[str]]) -> str:
    """The definitions, each module's under the first line of its docstring."""
    section = _HEAD
    for name, names in taken.items():
        module = _read(name)
        section += f"\n\n# {module.title}\n"
        was_short = False
        for each in names:
            text = module.text_of(each)
            is_short = not isinstance(module.defined[each], _LONG)
            is_row = is_short and was_short and "\n" not in text
            section += f"{'' if is_row else _gap(is_short, was_short)}{text}\n"
            was_short = is_short
    return section.rstrip()


def _gap(*are_short: bool) -> str:
    """The empty lines between two definitions."""
    return "\n" if all(are_short) else "\n\n"


def _outside(entry: _Module, taken: dict[str, list[str]]) -> set[tuple[str, _Import]]:
    """What is imported that is not ours, with the name that it gets."""
    wanted = {each for each in entry.imported.items() if not each[1].is_ours}
    for name, names in taken.items():
        module = _read(name)
        used = {word for each in names for word in module.used_by(each)}
        imported = {each for each in module.imported.items() if each[0] in used}
        wanted |= {each for each in imported if not each[1].is_ours}
    return wanted


def _imports(wanted: set[tuple[str, _Import]]) -> str:
    """The lines that import, in the order that ruff gives them."""
    groups = [
        _import_lines([each for each in wanted if _is_standard(each[1]) is standard])
        for standard in (True, False)
    ]
    return "\n\n".join("\n".join(lines) for lines in groups if lines) + "\n"


def _is_standard(imported: _Import) -> bool:
    return imported.module.partition(".")[0] in sys.stdlib_module_names


def _import_lines(wanted: list[tuple[str, _Import]]) -> list[str]:
    whole = [(name, each.module) for name, each in wanted if not each.name]
    lines = [
        f"import {module}" if name == module else f"import {module} as {name}"
        for name, module in sorted(whole, key=lambda pair: pair[1])
    ]
    homes = sorted({each.module for _, each in wanted if each.name})
    for home in homes:
        names = sorted(
            each.name if each.name == name else f"{each.name} as {name}"
            for name, each in wanted
            if each.name and each.module == home
        )
        line = f"from {home} import {', '.join(names)}"
        if len(line) > _WIDTH:
            inside = textwrap.indent(",\n".join(names), "    ")
            line = f"from {home} import (\n{inside},\n)"
        lines.append(line)
    return lines


def _parts(text: str) -> tuple[str, str]:
    """A module's text before its first import and after its last."""
    imports = [
        node
        for node in ast.parse(text).body
        if isinstance(node, ast.Import | ast.ImportFrom)
        and getattr(node, "module", "") != "__future__"
    ]
    lines = text.splitlines(keepends=True)
    last = imports[-1].end_lineno or imports[-1].lineno
    return "".join(lines[: imports[0].lineno - 1]), "".join(lines[last:])


@cache
def _read(module: str) -> _Module:
    path = _PACKAGE.joinpath(*module.split(".")[1:])
    path = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    return _parsed(path.read_text(encoding="utf-8"))


def _parsed(text: str) -> _Module:
    tree = ast.parse(text)
    title = (ast.get_docstring(tree) or "").partition("\n")[0]
    made = _Module(title, text.splitlines(), {}, {})
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and node.module != "__future__":
            for alias in node.names:
                given = alias.asname or alias.name
                made.imported[given] = _Import(node.module or "", alias.name)
        elif isinstance(node, ast.Import):
            for alias in node.names:
                made.imported[alias.asname or alias.name] = _Import(alias.name)
        elif isinstance(node, _LONG):
            made.defined[node.name] = node
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for each in (name for target in targets for name in ast.walk(target)):
                if isinstance(each, ast.Name) and each.id != "__all__":
                    made.defined[each.id] = node
    return made
