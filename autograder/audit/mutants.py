"""Right functions, each with one small fault: the mutants of a cell's source.

Owns: which faults there are and how one reads. May not: run anything. A fault is one of
a slip of the pen: another operator or comparison, a number that is off by one, a float
that is doubled, a bound moved by one, a term, an argument, a statement or a refusal
left out, two arguments swapped.
"""

from __future__ import annotations

import ast
import difflib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

__all__ = ["Mutant", "mutants"]

#: What may stand by mistake where an operator stands.
OPERATORS: dict[type[ast.operator], tuple[type[ast.operator], ...]] = {
    ast.Add: (ast.Sub,),
    ast.Sub: (ast.Add,),
    ast.Mult: (ast.Div,),
    ast.Div: (ast.Mult, ast.FloorDiv),
    ast.FloorDiv: (ast.Mult, ast.Div),
    ast.Mod: (ast.Mult,),
    ast.Pow: (ast.Mult,),
    ast.MatMult: (ast.Mult,),
    ast.BitAnd: (ast.BitOr,),
    ast.BitOr: (ast.BitAnd,),
}

COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.Gt),
    ast.LtE: (ast.Lt, ast.GtE),
    ast.Gt: (ast.GtE, ast.Lt),
    ast.GtE: (ast.Gt, ast.LtE),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}

#: Calls whose arguments may stand in any order.
SYMMETRIC = {"maximum", "minimum", "result_type"}

#: Calls whose first two arguments are bounds, or whose only one is.
BOUNDED = {"range", "slice"}

#: Code that says too little alone about where a fault in it stands.
SMALL = (ast.Slice, ast.keyword, ast.Tuple, ast.List, ast.UnaryOp)

Fault = tuple[ast.AST, str, int | None, ast.AST]


@dataclass(frozen=True)
class Mutant:
    """A cell in which one function has one fault.

    Attributes:
        function: The function, or the class and its method: `LSTMCell.forward`.
        place: "line 3", counted from the docstring's end, or "default of stride".
        change: "`i + kh` -> `i - kh`".
        code: The whole cell's source.
        right: The function or class as it was, and
        wrong: with the fault, both without comments.
        is_refusal: Whether the fault is that something is not refused.
    """

    function: str
    place: str
    change: str
    code: str
    right: str = ""
    wrong: str = ""
    is_refusal: bool = False

    @property
    def description(self) -> str:
        """Name the fault among those of its function."""
        return f"{self.place}: {self.change}"

    @property
    def diff(self) -> str:
        """The fault as a unified diff of the function."""
        lines = difflib.unified_diff(
            self.right.splitlines(),
            self.wrong.splitlines(),
            "right",
            f"wrong: {self}",
            lineterm="",
        )
        return "\n".join(lines)

    def __str__(self) -> str:
        return f"{self.function}, {self.description}"


def mutants(source: str) -> Iterator[Mutant]:
    """Put each fault in turn into each function that a cell defines.

    Args:
        source: The cell; its functions and classes stand at its top.

    Yields:
        Sources that differ from the cell's and from each other.
    """
    cell = ast.parse(source)
    written = [ast.unparse(statement) for statement in cell.body]
    seen = {_joined(written)}
    told: Counter[tuple[str, str]] = Counter()
    for at, name, function in _functions(cell):
        for fault in _faults(function):
            place = _place(function, fault)
            change, faulty = _tried(cell.body[at], function, fault)
            code = _joined([*written[:at], faulty, *written[at + 1 :]])
            if code in seen:
                continue
            seen.add(code)
            told[name, f"{place}: {change}"] += 1
            if (times := told[name, f"{place}: {change}"]) > 1:
                change += f" (its place {times})"
            is_refusal = isinstance(_get(*fault[:3]), ast.Raise)
            yield Mutant(name, place, change, code, written[at], faulty, is_refusal)


def _functions(cell: ast.Module) -> Iterator[tuple[int, str, ast.FunctionDef]]:
    """Functions and methods, each after the place of its statement in the cell."""
    for at, node in enumerate(cell.body):
        if isinstance(node, ast.FunctionDef):
            yield at, node.name, node
        elif isinstance(node, ast.ClassDef):
            for method in node.body:
                if isinstance(method, ast.FunctionDef):
                    yield at, f"{node.name}.{method.name}", method


def _joined(statements: list[str]) -> str:
    return "\n\n\n".join(statements)


# --- one fault, put in and taken out again -------------------------------------------


def _tried(
    statement: ast.stmt, function: ast.FunctionDef, fault: Fault
) -> tuple[str, str]:
    """How a fault reads, and its statement with it; the tree is left as it was."""
    parent, field, index, new = fault
    old = _get(parent, field, index)
    shown = _context(function, old)
    before = _words(shown)
    _set(parent, field, index, new)
    try:
        after = _words(new if shown is old else shown)
        return f"`{before}` -> `{after}`", ast.unparse(statement)
    finally:
        _set(parent, field, index, old)


def _get(parent: ast.AST, field: str, index: int | None) -> Any:
    value = getattr(parent, field)
    return value if index is None else value[index]


def _set(parent: ast.AST, field: str, index: int | None, value: Any) -> None:
    if index is None:
        setattr(parent, field, value)
    else:
        getattr(parent, field)[index] = value


def _context(function: ast.FunctionDef, node: ast.AST) -> ast.AST:
    """The smallest piece of code around a node that says where it stands."""
    parents = {
        child: parent
        for parent in ast.walk(function)
        for child in ast.iter_child_nodes(parent)
    }
    whole = (ast.BinOp, ast.BoolOp, ast.Compare, ast.Call, ast.stmt, ast.IfExp)
    if isinstance(node, whole):
        return node
    around = parents[node]
    while isinstance(around, SMALL):
        if isinstance(parents[around], ast.stmt | ast.arguments):
            return around
        around = parents[around]
    is_code = isinstance(around, ast.expr | ast.Assign | ast.AugAssign | ast.Return)
    return around if is_code else node


def _words(node: ast.AST) -> str:
    """A piece of code in one line; of a block, its head."""
    if isinstance(node, ast.Pass):
        return "nothing"
    text = ast.unparse(node)
    return text.splitlines()[0] + " ..." if "\n" in text else text


def _place(function: ast.FunctionDef, fault: Fault) -> str:
    """Where a fault stands, in words that a longer docstring leaves as they are."""
    old = _get(*fault[:3])
    defaults = function.args.defaults
    parameters = function.args.args[-len(defaults) :]
    for parameter, default in zip(parameters, defaults, strict=False):
        if any(node is old for node in ast.walk(default)):
            return f"default of {parameter.arg}"
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return f"line {old.lineno - body[0].lineno + 1}"


# --- which faults there are ----------------------------------------------------------


def _faults(function: ast.FunctionDef) -> Iterator[Fault]:
    """Every fault of a function: what stands where, and what shall stand there."""
    bound = _bindings(function)
    for index in range(len(function.args.defaults)):
        yield from _faults_at(function.args, "defaults", index)
    first = 1 if ast.get_docstring(function) else 0
    for index in range(first, len(function.body)):
        yield from _faults_below(function, "body", index, bound)


def _faults_below(
    parent: ast.AST, field: str, index: int | None, bound: Counter[str]
) -> Iterator[Fault]:
    """The faults of a statement and of all statements and expressions in it."""
    node = _get(parent, field, index)
    is_last = isinstance(parent, ast.FunctionDef) and node is parent.body[-1]
    if _may_be_left_out(node, bound, is_last=is_last):
        yield parent, field, index, ast.copy_location(ast.Pass(), node)
    if isinstance(node, ast.Raise):
        return  # what a refusal says
    for name, at, item in _parts(node):
        if isinstance(item, ast.stmt):
            yield from _faults_below(node, name, at, bound)
        else:
            yield from _faults_at(node, name, at)
    if isinstance(node, ast.AugAssign):
        for operator in OPERATORS.get(type(node.op), ()):
            new = ast.AugAssign(node.target, operator(), node.value)
            yield parent, field, index, ast.copy_location(new, node)


def _faults_at(parent: ast.AST, field: str, index: int | None) -> Iterator[Fault]:
    """The faults of an expression and of all expressions in it."""
    node = _get(parent, field, index)
    if isinstance(node, ast.JoinedStr):
        return  # what a message says
    for new in _replacements(node):
        yield parent, field, index, ast.copy_location(new, node)
    for name, at, _item in _parts(node):
        yield from _faults_at(node, name, at)


def _parts(node: ast.AST) -> Iterator[tuple[str, int | None, ast.AST]]:
    """The pieces of code in a piece of code, types left out."""
    for name, value in ast.iter_fields(node):
        items = list(enumerate(value)) if isinstance(value, list) else [(None, value)]
        for at, item in items:
            if isinstance(item, ast.AST) and name not in ("annotation", "returns"):
                yield name, at, item


def _bindings(function: ast.FunctionDef) -> Counter[str]:
    """How often each name gets a value."""
    arguments = (n.arg for n in ast.walk(function) if isinstance(n, ast.arg))
    return Counter([*arguments, *_stored(function)])


def _stored(node: ast.AST) -> Iterator[str]:
    """The names that get a value in a piece of code."""
    for each in ast.walk(node):
        if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store):
            yield each.id


def _may_be_left_out(node: ast.AST, bound: Counter[str], *, is_last: bool) -> bool:
    """Whether code without a statement can still run."""
    match node:
        case ast.Expr(value=ast.Constant()):
            return False  # a docstring
        case ast.Raise() | ast.Expr() | ast.AugAssign() | ast.For():
            return True
        case ast.If(body=[ast.Raise()]):
            return False  # the same as without its raise
        case ast.If():
            return True
        case ast.Return():
            return not is_last
        case ast.Assign(targets=targets):
            stored = (name for target in targets for name in _stored(target))
            return all(bound[name] > 1 for name in stored)
    return False


def _replacements(node: ast.AST) -> Iterator[ast.AST]:
    """What may stand by mistake where an expression stands."""
    match node:
        case ast.Constant(value=bool(value)):
            yield ast.Constant(not value)
        case ast.Constant(value=int(value)):
            yield from (ast.Constant(value + 1), ast.Constant(value - 1))
        case ast.Constant(value=float(value)):
            yield ast.Constant(2 * value)
        case ast.UnaryOp(op=ast.USub() | ast.Not() | ast.Invert(), operand=operand):
            yield operand
        case ast.BinOp(left=left, op=op, right=right):
            for other in OPERATORS.get(type(op), ()):
                yield ast.BinOp(left, other(), right)
            yield from (left, right)
        case ast.BoolOp(op=op, values=values):
            yield ast.BoolOp(ast.Or() if isinstance(op, ast.And) else ast.And(), values)
            for index in range(len(values)):
                rest = values[:index] + values[index + 1 :]
                yield ast.BoolOp(op, rest) if len(rest) > 1 else rest[0]
        case ast.Compare(left=left, ops=ops, comparators=comparators):
            for index, comparison in enumerate(ops):
                for unlike in COMPARISONS[type(comparison)]:
                    changed = [*ops[:index], unlike(), *ops[index + 1 :]]
                    yield ast.Compare(left, changed, comparators)
        case ast.IfExp(body=body, orelse=orelse):
            yield from (body, orelse)
        case ast.Slice():
            yield from _slices(node)
        case ast.Call():
            yield from _calls(node)


def _slices(node: ast.Slice) -> Iterator[ast.Slice]:
    """The same slice with a bound moved by one, or without its step."""
    if node.lower is None and node.upper is None:
        return
    lowers = list(_moved(node.lower)) if node.lower else [ast.Constant(1)]
    uppers = list(_moved(node.upper)) if node.upper else [_minus_one()]
    for lower in lowers:
        yield ast.Slice(lower, node.upper, node.step)
    for upper in uppers:
        yield ast.Slice(node.lower, upper, node.step)
    if node.step and not isinstance(node.step, ast.Constant):
        yield ast.Slice(node.lower, node.upper, None)


def _calls(node: ast.Call) -> Iterator[ast.Call]:
    """The same call with arguments swapped or left out, or bounds moved by one."""
    name = getattr(node.func, "attr", getattr(node.func, "id", ""))
    args = node.args
    for index in range(len(args) - 1):
        pair = args[index : index + 2]
        if name in SYMMETRIC or any(isinstance(arg, ast.Starred) for arg in pair):
            continue
        swapped = [*args[:index], *reversed(pair), *args[index + 2 :]]
        yield ast.Call(node.func, swapped, node.keywords)
    for index, keyword in enumerate(node.keywords):
        is_switch = getattr(keyword.value, "value", None) in (True, False)
        if keyword.arg and not is_switch:
            rest = [*node.keywords[:index], *node.keywords[index + 1 :]]
            yield ast.Call(node.func, args, rest)
    for index, arg in enumerate(args[:2] if name in BOUNDED else ()):
        for moved in _moved(arg):
            changed = [*args[:index], moved, *args[index + 1 :]]
            yield ast.Call(node.func, changed, node.keywords)


def _moved(bound: ast.expr) -> Iterator[ast.expr]:
    """A bound one further up and one further down; numbers have their own faults."""
    number = bound.operand if isinstance(bound, ast.UnaryOp) else bound
    if not isinstance(number, ast.Constant):
        for operator in (ast.Add(), ast.Sub()):
            yield ast.BinOp(bound, operator, ast.Constant(1))


def _minus_one() -> ast.expr:
    return ast.UnaryOp(ast.USub(), ast.Constant(1))
