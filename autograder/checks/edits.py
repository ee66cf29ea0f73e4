"""Functions that are edits of others: a function's text, and pieces of it replaced.

Owns: finding the pieces, replacing them, and making the function that comes of it. May
not: know what is right or what is a mistake.
"""

from __future__ import annotations

import ast
import inspect
import linecache
import sys
import textwrap
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import FunctionType
from typing import Any

from autograder.errors import AssignmentError

__all__ = ["Edited", "Original", "Replacement", "Times", "times"]


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

    It is made when it is first called or looked at, so that a mistake of a framework's
    code costs no import before it is needed. `inspect.getsource`, `inspect.signature`
    and tracebacks show the edited code.

    Args:
        base: What it is an edit of.
        label: What it is called in tracebacks.
        source: Its code.
    """

    def __init__(self, base: Original, label: str, source: str) -> None:
        self._base = base
        self._label = label
        self.source = source
        self.__name__ = self.__qualname__ = base.name
        self.__module__ = base.module
        self.__doc__ = None

    def __repr__(self) -> str:
        return f"<{self._label}, an edit of {self._base}>"

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """What the edited function gives."""
        return self.__wrapped__(*args, **kwargs)

    @cached_property
    def __wrapped__(self) -> Callable[..., Any]:
        """The function, or the class."""
        file = f"<{self._label}: {self._base} edited>"
        lines = self.source.splitlines(keepends=True)
        linecache.cache[file] = (len(self.source), None, lines, file)
        names = dict(self._base.names)
        code = compile(self.source, file, "exec", dont_inherit=True)
        exec(code, names)  # noqa: S102 - code of the course, as an import runs it
        made: Callable[..., Any] = names[self.__name__]
        return made

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
                overlap; or what comes of it is no Python, or what it was before.
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
        try:
            ast.parse(source)
        except SyntaxError as error:
            line = source.splitlines()[(error.lineno or 1) - 1].strip()
            raise AssignmentError(
                f"{label}: {self} with its pieces replaced is no Python: "
                f"{error.msg} in {line!r}"
            ) from None
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
        kept = [each for each in tree.body if each in taken]
        return "\n\n\n".join(
            ast.get_source_segment(module, each) or "" for each in kept
        )


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


def _used(tree: ast.AST) -> set[str]:
    """Names that are read; those within annotations that are texts are none."""
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
