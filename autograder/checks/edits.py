"""Functions that are edits of others: a function's text, and pieces of it replaced.

Owns: finding the pieces, replacing them, and making the function that comes of it. May
not: know what is right or what is a mistake.
"""

from __future__ import annotations
import __future__

import ast
import builtins
import inspect
import linecache
import re
import symtable
import sys
import textwrap
import zlib
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import CodeType, FunctionType
from typing import Any

from autograder.errors import AssignmentError

__all__ = ["Edited", "Original", "Replacement", "Times", "times"]


#: Names that no dot stands before, and no = after.
_ALONE = re.compile(r"(?<![\w.])[^\W\d]\w*\b(?!\s*=(?!=))")


@dataclass(frozen=True)
class Times:
    """A replacement of a piece that stands in a right answer more than once.

    Attributes:
        count: How often it stands there.
        text: What stands there instead, each time.
    """

    count: int
    text: str


#: What a piece is replaced by.
Replacement = str | Times


def times(count: int, text: str) -> Times:
    """Replace a piece that stands in the right answer `count` times, each time."""
    return Times(count, text)


class Edited:
    """A function that is a right one but for some pieces.

    `inspect.getsource`, `inspect.signature` and tracebacks show the edited code; of a
    class, only `source` does.

    Args:
        base: What it is an edit of.
        label: What it is called in errors and tracebacks.
        source: Its code.

    Raises:
        AssignmentError: The code is no Python, can't be defined, or uses a name that
            neither it nor the base's file nor Python defines.
    """

    def __init__(self, base: Original, label: str, source: str) -> None:
        self._base = base
        self._label = label
        self.source = source
        self.__name__ = self.__qualname__ = base.name
        self.__module__ = base.module
        self.__doc__ = None
        self.__wrapped__ = self._made()

    def __repr__(self) -> str:
        return f"<{self._label}, an edit of {self._base}>"

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """What the edited function gives."""
        return self.__wrapped__(*args, **kwargs)

    def _made(self) -> Callable[..., Any]:
        """The function, or the class: the edit, never the base itself."""
        number = zlib.crc32(self.source.encode())
        file = f"<{self._label}: {self._base} edited, {number:08x}>"
        names = dict(self._base.names)
        names.pop(self.__name__, None)
        try:
            code = self._base.compiled(self.source, file)
        except SyntaxError as error:
            line = self.source.splitlines()[(error.lineno or 1) - 1].strip()
            raise self._refused(f"is no Python: {error.msg} in {line!r}") from None
        lines = self.source.splitlines(keepends=True)
        linecache.cache[file] = (len(self.source), None, lines, file)
        try:
            exec(code, names)
        except Exception as error:
            fault = f"{type(error).__name__}: {error}"
            raise self._refused(f"can't be defined: {fault}") from error
        if self.__name__ not in names:
            raise self._refused(f"defines no {self.__name__!r}")
        self._require_defined(code, names)
        made: Callable[..., Any] = names[self.__name__]
        return made

    def _require_defined(self, code: CodeType, names: Collection[str]) -> None:
        """Refuse a name that is neither an attribute nor found anywhere."""
        alone = set(_ALONE.findall(self.source)) & _names_in(code)
        missing = {each for each in alone - {*names} if not hasattr(builtins, each)}
        # To know what a name is takes as long as to compile, so few are asked about.
        asked = _global_names(self.source) if missing else ()
        for name in sorted(missing.intersection(asked)):
            raise self._refused(
                f"uses {name!r}, which neither it nor its file nor Python defines"
            )

    def _refused(self, reason: str) -> AssignmentError:
        text = f"{self._label}: {self._base} with its pieces replaced {reason}"
        return AssignmentError(text)

    def helpers(self, known: Collection[str]) -> str:
        """Statements of the right answer's file that it needs where it is pasted.

        Args:
            known: Names that are there already, as are those of Python itself.
        """
        return self._base.helpers(self.source, known)


class Original:
    """A function of which others are edits.

    Its text is the function's without its docstring. Pieces are looked for in it: one
    within a line as it is written, one of several lines at any indentation, which its
    replacement gets as well.

    Args:
        function: A function or class of an importable module, such as a variant's or
            the oracle's.
    """

    def __init__(self, function: Callable[..., Any]) -> None:
        self.function = function
        self.name: str = function.__name__
        self.module: str = function.__module__

    def __str__(self) -> str:
        return f"{self.module}.{self.name}"

    @cached_property
    def text(self) -> str:
        """Its code, without the docstring."""
        try:
            source = inspect.getsource(self.function)
        except (OSError, TypeError) as error:
            raise AssignmentError(f"{self}: its code can't be read ({error})") from None
        return _without_docstring(textwrap.dedent(source))

    @property
    def names(self) -> dict[str, Any]:
        """The names of its module."""
        if isinstance(self.function, FunctionType):
            return self.function.__globals__
        return vars(sys.modules[self.module])

    @cached_property
    def _flags(self) -> int:
        """Those of what its file imports from `__future__`."""
        flags = 0
        for name in __future__.all_feature_names:
            feature: __future__._Feature = getattr(__future__, name)
            if self.names.get(name) is feature:
                flags |= feature.compiler_flag
        return flags

    def compiled(self, source: str, file: str) -> CodeType:
        """Code compiled as that of its file is."""
        flags = self._flags
        code: CodeType = compile(source, file, "exec", flags, dont_inherit=True)
        return code

    def edited(self, pieces: Mapping[str, Replacement], *, label: str = "") -> Edited:
        """The function with some of its pieces replaced.

        Args:
            pieces: Pieces of its code and what stands there instead. Each must occur
                once, or as often as `times` says; all are looked for in the right
                answer, none in what has been replaced. A line of which nothing is left
                is dropped.
            label: What it is called in errors and tracebacks.

        Raises:
            AssignmentError: A piece is not there, or more or less often than said; two
                overlap; or what comes of it is what it was before, or no function.
        """
        label = label or f"{self.name}, edited"
        places: list[tuple[int, int, str]] = []
        for piece, replacement in pieces.items():
            is_said = isinstance(replacement, Times)
            count = replacement.count if isinstance(replacement, Times) else 1
            text = replacement.text if isinstance(replacement, Times) else replacement
            found = list(_places(self.text, piece, text))
            if len(found) != count:
                expected = f"{count} times" if is_said else "once"
                raise AssignmentError(
                    f"{label}: {piece!r} is to stand in {self} {expected}, but it "
                    f"stands there {_often(len(found))}"
                )
            places += found
        source = self._replaced(sorted(places), label)
        if source == self.text:
            raise AssignmentError(f"{label}: nothing of {self} is changed by it")
        return Edited(self, label, source)

    def _replaced(self, places: list[tuple[int, int, str]], label: str) -> str:
        parts, end = [], 0
        for start, stop, text in places:
            if start < end:
                raise AssignmentError(
                    f"{label}: two pieces overlap in {self}, at "
                    f"{self.text[start:stop]!r}"
                )
            parts += [self.text[end:start], text]
            end = stop
        lines = "".join([*parts, self.text[end:]]).splitlines()
        return "\n".join(line for line in lines if line.strip()) + "\n"

    def helpers(self, source: str, known: Collection[str]) -> str:
        """Statements of its module that code needs, but for names that are known."""
        module = inspect.getsource(sys.modules[self.module])
        tree = ast.parse(module)
        makers: dict[str, ast.stmt] = {}
        for statement in tree.body:
            for name in _bound(statement):
                makers[name] = statement
        taken: set[ast.stmt] = set()
        waiting = _used(ast.parse(source)) - {self.name}
        seen = set(known)
        while waiting:
            name = waiting.pop()
            if name in seen or name not in makers:
                continue
            seen.add(name)
            if makers[name] not in taken:
                taken.add(makers[name])
                waiting |= _used(makers[name])
        lines = module.splitlines()
        kept = [_written(each, lines) for each in tree.body if each in taken]
        return "\n\n\n".join(kept)


def _often(count: int) -> str:
    return {0: "nowhere", 1: "once"}.get(count, f"{count} times")


def _places(text: str, piece: str, new: str) -> Iterator[tuple[int, int, str]]:
    """Where a piece stands: first letter, last letter, and what is put there."""
    lines = textwrap.dedent(piece).strip("\n").splitlines()
    new = textwrap.dedent(new).strip("\n")
    if len(lines) <= 1:
        yield from _places_in_line(text, piece.strip("\n"), new)
        return
    whole, start = text.splitlines(keepends=True), 0
    for number, line in enumerate(whole):
        shift = line[: len(line) - len(line.lstrip())]
        shift = shift[: len(shift) - (len(lines[0]) - len(lines[0].lstrip()))]
        wanted = [f"{shift}{each}" if each.strip() else "" for each in lines]
        there = [each.rstrip("\n") for each in whole[number : number + len(lines)]]
        if there == wanted:
            length = len("\n".join(there))
            yield start, start + length, textwrap.indent(new, shift)
        start += len(line)


def _places_in_line(text: str, piece: str, new: str) -> Iterator[tuple[int, int, str]]:
    if not piece:
        return
    first, *rest = new.splitlines() or [""]
    start = text.find(piece)
    while start >= 0:
        line = text[text.rfind("\n", 0, start) + 1 : start]
        shift = line[: len(line) - len(line.lstrip())] if line.strip() else line
        more = [f"{shift}{each}" for each in rest]
        yield start, start + len(piece), "\n".join([first, *more])
        start = text.find(piece, start + len(piece))


def _without_docstring(source: str) -> str:
    (node,) = ast.parse(source).body
    lines = source.splitlines()
    body = getattr(node, "body", [])
    if len(body) > 1 and isinstance(body[0], ast.Expr):
        value = body[0].value
        if isinstance(value, ast.Constant) and isinstance(value.value, str):
            del lines[body[0].lineno - 1 : body[0].end_lineno]
    return "\n".join(line for line in lines if line.strip()) + "\n"


def _bound(statement: ast.stmt) -> Iterator[str]:
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        yield statement.name
    elif isinstance(statement, ast.Import | ast.ImportFrom):
        for alias in statement.names:
            yield alias.asname or alias.name.partition(".")[0]
    else:
        for node in ast.walk(statement):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                yield node.id


def _written(statement: ast.stmt, lines: list[str]) -> str:
    """The lines of a statement, its decorators among them."""
    above = getattr(statement, "decorator_list", [])
    first = min(each.lineno for each in (statement, *above))
    return "\n".join(lines[first - 1 : statement.end_lineno])


def _used(tree: ast.AST) -> set[str]:
    """Names that are read; those within annotations that are texts are none."""
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}


def _names_in(code: CodeType) -> set[str]:
    """The names of modules, of Python and of attributes that code uses."""
    names = set(code.co_names)
    for each in code.co_consts:
        if isinstance(each, CodeType):
            names |= _names_in(each)
    return names


def _global_names(source: str) -> Iterator[str]:
    """The names that functions look up in their module, and in Python at last."""
    waiting = symtable.symtable(source, "", "exec").get_children()
    while waiting:
        table = waiting.pop()
        waiting += table.get_children()
        for symbol in table.get_symbols():
            if symbol.is_global() and not symbol.is_declared_global():
                yield symbol.get_name()
