"""A course module as a list of statements, and which of them have side effects.

Owns: a file's statements, the names that each binds, and whether running one can change
more than those names. May not: resolve imports.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from autograder.results.statements import (
    Builder,
    Content,
    bound_by,
    content_of,
    is_typing_only,
)

__all__ = ["BUT", "MISCONCEPTION", "Import", "Item", "Module"]

#: The parameters of `autograder.checks.Misconception`.
MISCONCEPTION = Builder(
    parameters=("name", "of", "hint", "code", "result", "sign"), of="of", hint="hint"
)

#: Parameters of `autograder.checks.RightAnswer.but`.
BUT = ("name", "pieces", "hint", "result", "sign")

_PLAIN_IN_CLASS = (
    ast.AnnAssign,
    ast.Assign,
    ast.AsyncFunctionDef,
    ast.ClassDef,
    ast.FunctionDef,
    ast.Pass,
)
_Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, eq=False)
class Import:
    """One name of an import statement.

    Attributes:
        module: The module of the statement.
        node: The statement.
        alias: The name.
    """

    module: Module
    node: ast.Import | ast.ImportFrom
    alias: ast.alias

    @property
    def is_from(self) -> bool:
        """Whether it is `from ... import ...`."""
        return isinstance(self.node, ast.ImportFrom)

    @property
    def level(self) -> int:
        """How many dots precede its module's name."""
        return self.node.level if isinstance(self.node, ast.ImportFrom) else 0

    @property
    def name(self) -> str:
        """What is imported."""
        return self.alias.name

    @property
    def binds(self) -> str:
        """The name it is bound to."""
        name = self.alias.name
        return self.alias.asname or (name if self.is_from else name.partition(".")[0])

    @property
    def parts(self) -> list[str]:
        """Its module's name."""
        if isinstance(self.node, ast.ImportFrom):
            return self.node.module.split(".") if self.node.module else []
        return self.alias.name.split(".")


@dataclass(eq=False)
class Item:
    """One top-level statement, or one name of an import.

    Attributes:
        module: Its module.
        index: Its position there.
        node: The statement.
        imported: For an import, the name it imports.
        binds: The names that it binds.
        has_effect: Whether running it can change what others bind.
        runs_course: Whether it binds a value that the course's code computes on import.
    """

    module: Module
    index: int
    node: ast.stmt
    imported: Import | None = None
    binds: frozenset[str] = frozenset()
    has_effect: bool = False
    runs_course: bool = False

    @cached_property
    def content(self) -> Content:
        """Its content; for an import, its own name only."""
        each = self.imported
        if each is None:
            return self.module.content_of(self.node)
        if isinstance(each.node, ast.ImportFrom):
            own = ast.ImportFrom(each.node.module, [each.alias], each.node.level)
            return self.module.content_of(own)
        return self.module.content_of(ast.Import([each.alias]))

    @property
    def digest(self) -> bytes:
        """SHA-256 of its text, without the known mistakes in it."""
        return self.content.digest


@dataclass(eq=False)
class Module:
    """A Python file.

    Attributes:
        path: Its path.
        source: Its bytes.
        is_parsed: Whether it could be parsed.
        items: Its statements, in order.
        bindings: The statements that bind a name.
        builders: Calls that build known mistakes.
        touched: The statements that may change what a name holds.
    """

    path: Path
    source: bytes
    is_parsed: bool = True
    items: list[Item] = field(default_factory=list)
    bindings: dict[str, list[Item]] = field(default_factory=dict)
    builders: Mapping[str, Builder] = field(default_factory=dict)
    touched: dict[str, list[Item]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        try:
            tree = ast.parse(self.source)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            self.is_parsed = False
            return
        for node in tree.body:
            for item in self._items_of(node):
                self.items.append(item)
                for name in item.binds:
                    self.bindings.setdefault(name, []).append(item)

    def edits_of(self, item: Item) -> dict[str, Builder]:
        """How its right answers build known mistakes, by the name of the call.

        `by_loops = RightAnswer(plain_loops.corr2d)` makes `by_loops.but(...)` one, if
        nothing else is ever called `by_loops`.
        """
        node = item.node
        if not (isinstance(node, ast.Assign) and isinstance(node.value, ast.Call)):
            return {}
        of = _of_right_answer(node.value)
        if of is None or any(len(self.bindings[name]) > 1 for name in item.binds):
            return {}
        builder = Builder(BUT, "", "hint", fixed=of)
        return {f"{name}.but": builder for name in item.binds}

    def builder_in(self, item: Item) -> Builder | None:
        """How one of its functions builds known mistakes from its arguments."""
        first, last = item.node.lineno, item.node.end_lineno or 0
        if any(first <= line <= last for line in self._lines_of_mistakes):
            return _builder_in(item.node)
        return None

    @cached_property
    def _lines_of_mistakes(self) -> list[int]:
        lines = enumerate(self.source.splitlines(), start=1)
        return [number for number, line in lines if b"Misconception" in line]

    def content_of(self, *nodes: ast.AST) -> Content:
        """Read a part of it."""
        return content_of(*nodes, builders=self.builders, source=self.source)

    def classify(self, is_of_course: Callable[[Import], bool]) -> None:
        """Find the statements that do more than bind their names.

        Args:
            is_of_course: Whether an import refers to the course's code.
        """
        own: set[str] = set()
        for item in self.items:
            if (item.imported and is_of_course(item.imported)) or isinstance(
                item.node, _Function | ast.ClassDef
            ):
                own |= item.binds
        for item in self.items:
            is_base = bool(self.edits_of(item))  # whose text is read, and no more
            if item.imported is None and not is_base:
                self._classify(item, own)
            if item.has_effect or item.runs_course or is_base:
                own |= item.binds

    def _classify(self, item: Item, own: set[str]) -> None:
        eager, is_call = self._eager(item)
        if eager is None:
            item.has_effect = True
            return
        if not (is_call or eager.calls):
            return
        names = {chain[0] for chain in eager.chains}
        item.runs_course = bool(names & own) or eager.finds_own
        for name in self._same_as(names) - item.binds:
            self.touched.setdefault(name, []).append(item)

    def _same_as(self, names: set[str]) -> set[str]:
        """The module's names, each with those its value may share parts with."""
        found: set[str] = set()
        waiting = list(names)
        while waiting:
            name = waiting.pop()
            if name in found or name not in self.bindings:
                continue
            found.add(name)
            for item in self.bindings[name]:
                if isinstance(item.node, ast.Assign | ast.AnnAssign):
                    waiting += [chain[0] for chain in item.content.chains]
        return found

    def _eager(self, item: Item) -> tuple[Content | None, bool]:
        """What part of a definition runs on import, and whether it makes unseen calls.

        Returns:
            The content, or None for a statement that is not a plain definition.
        """
        node = item.node
        if isinstance(node, _Function):
            parts: list[ast.AST] = [*_eager_of_function(node)]
            return self.content_of(*parts), bool(node.decorator_list)
        if isinstance(node, ast.ClassDef):
            if not all(map(_is_plain_in_class, node.body)):
                return None, True
            parts = list(_eager_of_class(node))
            return self.content_of(*parts), bool(
                node.decorator_list or node.bases or node.keywords
            )
        if isinstance(node, ast.Assign):
            is_plain = all(map(_is_name, node.targets))
            return (item.content if is_plain else None), False
        if isinstance(node, ast.AnnAssign) and _is_name(node.target):
            return item.content, False
        return None, True

    def _items_of(self, node: ast.stmt) -> Iterator[Item]:
        index = len(self.items)
        if isinstance(node, ast.Import | ast.ImportFrom):
            for number, alias in enumerate(node.names):
                each = Import(self, node, alias)
                binds = frozenset({each.binds})
                yield Item(self, index + number, node, each, binds)
        elif not _does_nothing(node):
            names = bound_by(node, has_walrus=b":=" in self.source)
            yield Item(self, index, node, binds=frozenset(names))


def _builder_in(node: ast.stmt) -> Builder | None:
    """How a function builds a known mistake from its arguments; None if it doesn't."""
    if not isinstance(node, _Function):
        return None
    calls = [
        each
        for each in ast.walk(node)
        if isinstance(each, ast.Call)
        and getattr(each.func, "attr", getattr(each.func, "id", "")) == "Misconception"
    ]
    if len(calls) != 1 or any(each.arg is None for each in calls[0].keywords):
        return None
    parameters = [each.arg for each in (*node.args.posonlyargs, *node.args.args)]
    named = {*parameters, *(each.arg for each in node.args.kwonlyargs)}
    given = dict(zip(MISCONCEPTION.parameters, calls[0].args, strict=False))
    given |= {each.arg: each.value for each in calls[0].keywords if each.arg}
    of, hint = given.get("of"), given.get("hint")
    if not (isinstance(hint, ast.Name) and hint.id in named):
        return None
    uses = [each for each in ast.walk(node) if getattr(each, "id", "") == hint.id]
    if len(uses) != 1:
        return None
    if isinstance(of, ast.Constant) and isinstance(of.value, str):
        return Builder(tuple(parameters), "", hint.id, fixed=of.value)
    if isinstance(of, ast.Name) and of.id in named:
        return Builder(tuple(parameters), of.id, hint.id)
    return None


def _of_right_answer(node: ast.Call) -> str | None:
    """The student's function that `RightAnswer(...)` answers, if it is written out."""
    if getattr(node.func, "attr", getattr(node.func, "id", "")) != "RightAnswer":
        return None
    if len(node.args) != 1 or any(each.arg != "of" for each in node.keywords):
        return None
    for each in node.keywords:
        value = getattr(each.value, "value", None)
        return value if isinstance(value, str) else None
    answer = node.args[0]
    if isinstance(answer, ast.Attribute):
        return answer.attr
    return None  # a bare name may differ from the function's own


def _does_nothing(node: ast.stmt) -> bool:
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return True
    if isinstance(node, ast.If):
        return is_typing_only(node) and not node.orelse
    return isinstance(node, ast.Pass)


def _is_name(target: ast.expr) -> bool:
    if isinstance(target, ast.Tuple | ast.List):
        return all(map(_is_name, target.elts))
    if isinstance(target, ast.Starred):
        return _is_name(target.value)
    return isinstance(target, ast.Name)


def _is_plain_in_class(node: ast.stmt) -> bool:
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Constant)
    if isinstance(node, ast.Assign):
        return all(map(_is_name, node.targets))
    if isinstance(node, ast.ClassDef):
        return all(map(_is_plain_in_class, node.body))
    return isinstance(node, _PLAIN_IN_CLASS)


def _eager_of_function(node: _Function) -> list[ast.expr]:
    defaults = [*node.args.defaults, *filter(None, node.args.kw_defaults)]
    return [*node.decorator_list, *defaults]


def _eager_of_class(node: ast.ClassDef) -> Iterator[ast.AST]:
    yield from node.decorator_list
    yield from node.bases
    yield from node.keywords
    for each in node.body:
        if isinstance(each, _Function):
            yield from _eager_of_function(each)
        elif isinstance(each, ast.ClassDef):
            yield from _eager_of_class(each)
        elif isinstance(each, ast.Assign | ast.AnnAssign) and each.value:
            yield each.value
