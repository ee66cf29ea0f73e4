"""Analyse one Python statement: its content and the names it uses, without running it.

Owns: a statement's text in a form that doesn't depend on comments, formatting and
docstrings; the names in it; the known mistakes built in it. May not: read a file or
resolve a name.
"""

from __future__ import annotations

import ast
import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

__all__ = ["Builder", "Content", "Mistake", "bound_by", "content_of", "is_typing_only"]

#: Names and attributes that may import a module dynamically.
_IMPORTERS = frozenset(
    {"import_module", "__import__", "importorskip", "resolve_name", "__globals__"}
    | {"f_globals", "__loader__", "__spec__"}
)
#: Names that do the same, but mean something different as attributes: `model.eval()`.
_FINDERS = frozenset(
    {"builtins", "eval", "exec", "importlib", "pkgutil", "runpy", "__builtins__"}
)
#: Names that may look up a module's own names.
_OWN_NAMES = frozenset({"eval", "exec", "globals", "locals", "vars"})
#: Names that may access an attribute dynamically.
_BY_NAME = frozenset(
    {"getattr", "attrgetter", "methodcaller", "__getattr__", "__getattribute__"}
)
#: Fields without meaning, or missing in some versions of Python: `def f[T]()` names T
#: where it is used.
_SKIPPED = frozenset({"ctx", "kind", "type_comment", "type_params"})


@dataclass(frozen=True)
class Builder:
    """How a call builds a known mistake: Misconception itself, or a wrapper around it.

    A method is identified by its object's name and its own: `by_loops.but`.

    Attributes:
        parameters: Names of its positional parameters.
        of: The parameter that holds the student's function; "" if `fixed` does.
        hint: The parameter that holds the hint.
        fixed: The student's function, if it is the same for all mistakes built.
    """

    parameters: tuple[str, ...]
    of: str
    hint: str
    fixed: str | None = None


@dataclass(frozen=True)
class Mistake:
    """A known mistake as it is built somewhere.

    Attributes:
        of: The student's function; None if it is not written out.
        content: Its call without the hint.
        hint: The hint.
    """

    of: str | None
    content: Content
    hint: Content


@dataclass
class Content:
    """The content of a statement.

    Attributes:
        words: Its text, piece by piece; equal for equal code.
        chains: Names with their attributes: `oracle.conv2d` is ("oracle", "conv2d"), a
            name alone is a chain of one.
        imports: Import statements anywhere in it.
        strings: Its string constants.
        mistakes: Known mistakes built in it, which `words` leaves out.
        grades: First arguments of its grade marks; None for one that is not a string.
        calls: Whether it calls anything.
        asks_by_name: Whether it may access an attribute by a computed name.
        finds_modules: Whether it may import a module dynamically.
        finds_own: Whether it may look up its module's names dynamically.
    """

    words: list[str] = field(default_factory=list)
    chains: set[tuple[str, ...]] = field(default_factory=set)
    imports: list[ast.Import | ast.ImportFrom] = field(default_factory=list)
    strings: set[str] = field(default_factory=set)
    mistakes: list[Mistake] = field(default_factory=list)
    grades: set[str | None] = field(default_factory=set)
    calls: bool = False
    asks_by_name: bool = False
    finds_modules: bool = False
    finds_own: bool = False

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """Every word in it, from names and strings."""
        # In `words`, line breaks in strings are escaped.
        text = " ".join((*self.words, *self.strings))
        return frozenset(re.findall(r"\w+", text))

    @cached_property
    def digest(self) -> bytes:
        """SHA-256 of its text."""
        text = "\0".join(self.words)
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


def content_of(
    *nodes: ast.AST, builders: Mapping[str, Builder], source: bytes = b""
) -> Content:
    """Read statements or expressions.

    Args:
        *nodes: What to read.
        builders: Names of calls that build known mistakes.
        source: The file's bytes, for code that is nested too deeply to walk: every word
            of it counts as a name.
    """
    content = Content()
    try:
        for node in nodes:
            _Reader(content, builders).read(node)
    except RecursionError:
        lines = source.splitlines()
        kept = [
            b"\n".join(lines[node.lineno - 1 : node.end_lineno])
            for node in nodes
            if isinstance(node, ast.stmt | ast.expr)
        ]
        text = b"\n".join(kept).decode("utf-8", "replace")
        names = set(re.findall(r"\w+", text))
        return Content(
            words=[text],
            chains={(name,) for name in names},
            strings=names,
            grades={None} if "grade" in names else set(),
            calls=True,
            asks_by_name=True,
            finds_modules=True,
            finds_own=True,
        )
    return content


class _Reader:
    """One walk through a statement."""

    def __init__(self, content: Content, builders: Mapping[str, Builder]) -> None:
        self._content = content
        self._builders = builders
        self._say = content.words.append

    def read(self, node: ast.AST) -> None:
        kind = node.__class__
        special = _SPECIAL.get(kind)
        if special is None or not special(self, node):
            self._say(kind.__name__)
            self._fields(node)

    def _fields(self, node: ast.AST) -> None:
        say = self._say
        for name in _fields_of(type(node)):
            value = getattr(node, name, None)
            if value.__class__ is list:
                say("[")
                for item in value:
                    if isinstance(item, ast.AST):
                        self.read(item)
                    else:
                        say(repr(item))
                say("]")
            elif isinstance(value, ast.AST):
                self.read(value)
            else:
                say(repr(value))

    def _name(self, node: ast.Name) -> bool:
        self._see_name(node.id)
        self._content.chains.add((node.id,))
        self._say("Name")
        self._say(node.id)
        return True

    def _attribute(self, node: ast.Attribute) -> bool:
        """A chain of attributes starting with a name is one piece."""
        self._see(node.attr)
        attributes = [node.attr]
        base = node.value
        while isinstance(base, ast.Attribute):
            self._see(base.attr)
            attributes.append(base.attr)
            base = base.value
        if attributes[0] == "grade" and _last_name(node.value) == "mark":
            self._content.grades.add(None)
        if not isinstance(base, ast.Name):
            return False
        self._see_name(base.id)
        chain = (base.id, *reversed(attributes))
        if chain[:2] == ("sys", "modules"):
            self._content.finds_modules = True
        self._content.chains.add(chain)
        self._say("Chain")
        self._say(".".join(chain))
        return True

    def _constant(self, node: ast.Constant) -> bool:
        if isinstance(node.value, str):
            self._content.strings.add(node.value)
            if node.value == "grade":  # as in getattr(pytest.mark, "grade")
                self._content.grades.add(None)
        # An integer may be too long for repr.
        is_whole = type(node.value) is int
        self._say(hex(node.value) if is_whole else repr(node.value))  # type: ignore[arg-type]
        return True

    def _expression(self, node: ast.Expr) -> bool:
        """A string on its own, such as a docstring, does nothing."""
        return isinstance(node.value, ast.Constant) and isinstance(
            node.value.value, str
        )

    def _condition(self, node: ast.If) -> bool:
        if not is_typing_only(node):
            return False
        for each in node.orelse:
            self.read(each)
        return True

    def _import(self, node: ast.Import | ast.ImportFrom) -> bool:
        self._content.imports.append(node)
        for alias in node.names:
            for part in alias.name.split("."):
                self._see_name(part)
        module = getattr(node, "module", None) or ""
        for part in module.split("."):
            self._see_name(part)
        if module == "sys":
            self._content.finds_modules = True
        return False

    def _scope(self, node: ast.Global | ast.Nonlocal) -> bool:
        self._content.chains.update((name,) for name in node.names)
        return False

    def _call(self, node: ast.Call) -> bool:
        grade = _grade_of(node)
        if grade is not None:
            before = set(self._content.grades)
            self._say("Call")
            self._fields(node)
            self._content.grades = before | {grade}
            self._content.calls = True
            return True
        builder = self._builders.get(_last_name(node.func))
        if builder is None:
            builder = self._builders.get(_dotted(node.func))
        if builder is None or not self._mistake(node, builder):
            self._content.calls = True
            return False
        return True

    def _mistake(self, node: ast.Call, builder: Builder) -> bool:
        """Extract a known mistake, if its arguments can be matched."""
        unnamed = any(isinstance(each, ast.Starred) for each in node.args)
        if unnamed or any(each.arg is None for each in node.keywords):
            return False
        if len(node.args) > len(builder.parameters):
            return False
        given = dict(zip(builder.parameters, node.args, strict=False))
        given |= {each.arg: each.value for each in node.keywords if each.arg}
        of = given.get(builder.of)
        is_written = isinstance(of, ast.Constant) and isinstance(of.value, str)
        name = of.value if is_written else None  # type: ignore[union-attr]
        hint = given.pop(builder.hint, None)
        content, reader = _part(self._builders)
        reader.read(node.func)
        for key in sorted(given):
            content.words.append(key)
            reader.read(given[key])
        hints, reader = _part(self._builders)
        if hint is not None:
            reader.read(hint)
        mistake = Mistake(builder.fixed or name, content, hints)
        self._content.mistakes.append(mistake)
        self._content.mistakes += content.mistakes + hints.mistakes
        return True

    def _see(self, name: str) -> None:
        content = self._content
        if name in _IMPORTERS:
            content.finds_modules = True
        if name in _BY_NAME:
            content.asks_by_name = True

    def _see_name(self, name: str) -> None:
        self._see(name)
        if name in _FINDERS:
            self._content.finds_modules = True
        if name in _OWN_NAMES:
            self._content.finds_own = True


def _part(builders: Mapping[str, Builder]) -> tuple[Content, _Reader]:
    content = Content()
    return content, _Reader(content, builders)


_SPECIAL: dict[type, Callable[[_Reader, Any], bool]] = {
    ast.Attribute: _Reader._attribute,
    ast.Call: _Reader._call,
    ast.Constant: _Reader._constant,
    ast.Expr: _Reader._expression,
    ast.Global: _Reader._scope,
    ast.If: _Reader._condition,
    ast.Import: _Reader._import,
    ast.ImportFrom: _Reader._import,
    ast.Name: _Reader._name,
    ast.Nonlocal: _Reader._scope,
}


_FIELDS: dict[type, tuple[str, ...]] = {}


def _fields_of(kind: type[ast.AST]) -> tuple[str, ...]:
    fields = _FIELDS.get(kind)
    if fields is None:
        fields = tuple(name for name in kind._fields if name not in _SKIPPED)
        _FIELDS[kind] = fields
    return fields


def is_typing_only(node: ast.stmt) -> bool:
    """Whether a statement is `if TYPE_CHECKING:`, whose body never runs."""
    return isinstance(node, ast.If) and _last_name(node.test) == "TYPE_CHECKING"


def bound_by(node: ast.stmt, *, has_walrus: bool) -> set[str]:
    """The module's names that a top-level statement may bind.

    Args:
        node: The statement.
        has_walrus: Whether `:=` may occur in its value.
    """
    found: set[str] = set()
    waiting: list[ast.AST] = [node]
    if isinstance(node, ast.Assign) and not has_walrus:
        waiting = [*node.targets]
    elif isinstance(node, ast.AnnAssign) and not has_walrus:
        waiting = [node.target]
    while waiting:
        each = waiting.pop()
        if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(each.name)
            continue
        if isinstance(each, ast.Name) and not isinstance(each.ctx, ast.Load):
            found.add(each.id)
        elif isinstance(each, ast.ExceptHandler | ast.MatchAs | ast.MatchStar):
            found.update(filter(None, [each.name]))
        elif isinstance(each, ast.MatchMapping):
            found.update(filter(None, [each.rest]))
        elif isinstance(each, ast.Import):
            found.update(a.asname or a.name.partition(".")[0] for a in each.names)
        elif isinstance(each, ast.ImportFrom):
            found.update(alias.asname or alias.name for alias in each.names)
        elif isinstance(each, ast.If) and is_typing_only(each):
            waiting += each.orelse
            continue
        elif isinstance(each, ast.comprehension):
            waiting += [each.iter, *each.ifs]
            continue
        waiting += ast.iter_child_nodes(each)
    return found


def _last_name(node: ast.expr) -> str:
    if isinstance(node, ast.Name):
        return node.id
    return node.attr if isinstance(node, ast.Attribute) else ""


def _dotted(node: ast.expr) -> str:
    """`by_loops.but` for an attribute of a name; otherwise no valid name."""
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        return f"{node.value.id}.{node.attr}"
    return ""


def _grade_of(node: ast.Call) -> str | None:
    """The grade_id of `pytest.mark.grade("...")`; None for any other call."""
    func = node.func
    if not isinstance(func, ast.Attribute) or func.attr != "grade":
        return None
    if _last_name(func.value) != "mark" or node.keywords or len(node.args) != 1:
        return None
    argument = node.args[0]
    is_text = isinstance(argument, ast.Constant) and isinstance(argument.value, str)
    return argument.value if is_text else None  # type: ignore[attr-defined]
