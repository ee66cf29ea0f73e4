"""What oracles and known mistakes give, kept from one submission to the next.

Owns: when two questions are the same one, and for how long what was found is believed.
May not: leave the trusted side; keep anything that a student's code has made, or what
may be different the next time.

All students get equal inputs, so a worker computes what is right for each of them once
and once more: the second time shows that the function gives the same for the same. Only
then is it kept. Inputs are the same if they are so to the last bit and in their types;
a student can add entries, by what a check passes on, and can't change one.

What can't be compared by its content is asked anew each time: objects of any class of
the course's, generators of random numbers, what lives in a student's kernel. A function
among the inputs is its code, what it has closed over and the globals that it reads; if
any of these is changed while it runs, its caller relies on its being run.
"""

from __future__ import annotations

import hashlib
import struct
import sys
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import BuiltinFunctionType, CodeType, FunctionType, ModuleType
from typing import Any, Final, TypeVar

import numpy as np

from autograder.arrays import Tensor, mapped, walked
from autograder.checks.edits import Edited
from autograder.comparison import Tolerance

__all__ = ["FORGETFUL", "Answers"]

T = TypeVar("T")

#: What all entries of a worker may take together, in bytes.
MOST_BYTES: Final = 64 << 20

#: What an entry is counted for beyond its arrays and texts, in bytes.
_ENTRY_BYTES: Final = 500

#: What a number or a container in a result is counted for, in bytes.
_ITEM_BYTES: Final = 100

#: Containers and functions inside one another; what is deeper is asked anew.
_DEPTH: Final = 16

_ATOMS: Final = (type(None), bool, int, float, complex, str, bytes)
_BY_IDENTITY: Final = (ModuleType, type, np.ufunc)


class _OpaqueError(Exception):
    """Something that can't be told from another by its content."""


@dataclass(frozen=True)
class _Content:
    """The content of a question or a result.

    Attributes:
        digest: Differs where anything differs.
        held: What the digest names by its place in memory; must not be freed meanwhile.
    """

    digest: bytes
    held: tuple[Any, ...] = ()


@dataclass
class _Entry:
    """What is known of one question.

    Attributes:
        seen: The digest of what came the first time.
        held: As in `_Content`.
        result: What came twice.
        is_sure: Whether it came twice.
        is_fickle: Something else came the second time.
        size: What it is counted for, in bytes.
    """

    seen: bytes
    held: tuple[Any, ...]
    result: Any = None
    is_sure: bool = False
    is_fickle: bool = False
    size: int = _ENTRY_BYTES


class Answers:
    """Results of trusted functions, by content.

    Args:
        most_bytes: What may be kept, 0 for nothing; what was not asked for longest
            goes first.

    Attributes:
        size: What is kept, in bytes, about.
    """

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self.size = 0
        self._most_bytes = most_bytes
        self._entries: OrderedDict[bytes, _Entry] = OrderedDict()

    def __len__(self) -> int:
        return len(self._entries)

    def ask(
        self,
        purpose: str,
        function: Callable[..., Any],
        args: Sequence[Any],
        kwargs: Mapping[str, Any],
        compute: Callable[[], T],
    ) -> T:
        """What `compute` gives; without calling it, if it is known.

        Args:
            purpose: What is computed of the function; another one is another question.
            function: What `compute` calls.
            args: The inputs that it gets copies of.
            kwargs: More inputs.
            compute: Called where the answer is not known.

        Returns:
            The result; the arrays in it can't be written to where it was known.
        """
        if not self._most_bytes:
            return compute()
        asked = tuple(args), dict(kwargs)
        question = _content_of(asked, purpose, function)
        if question is None:
            return compute()
        entry = self._entries.get(question.digest)
        if entry is not None:
            self._entries.move_to_end(question.digest)
            if entry.is_sure:
                return _copied(entry.result)  # type: ignore[no-any-return]
        result = compute()
        if entry is not None and entry.is_fickle:
            return result
        now, came = _content_of(asked, purpose, function), _content_of(result)
        if now is None or now.digest != question.digest or came is None or came.held:
            self._note(question, _Entry(b"", question.held, is_fickle=True))
        elif entry is None:
            self._note(question, _Entry(came.digest, question.held))
        else:
            self._settle(question, entry, came, result)
        return result

    def _settle(
        self, question: _Content, entry: _Entry, came: _Content, result: Any
    ) -> None:
        """Keep what has come for the second time, if it is the same."""
        size = _ENTRY_BYTES + _size(result)
        is_same = entry.seen == came.digest
        if not is_same or size > self._most_bytes // 8:
            self._note(question, _Entry(b"", question.held, is_fickle=True))
            return
        kept = _frozen(result)
        sure = _Entry(came.digest, question.held, kept, is_sure=True, size=size)
        self._note(question, sure)

    def _note(self, question: _Content, entry: _Entry) -> None:
        before = self._entries.pop(question.digest, None)
        self.size += entry.size - (before.size if before else 0)
        self._entries[question.digest] = entry
        while self.size > self._most_bytes:
            _, oldest = self._entries.popitem(last=False)
            self.size -= oldest.size


#: For those who ask once.
FORGETFUL: Final = Answers(most_bytes=0)


def _content_of(
    value: Any, purpose: str = "", function: Callable[..., Any] | None = None
) -> _Content | None:
    """The content of a value, or None where something in it has none of its own.

    Args:
        value: Inputs or a result.
        purpose: Of the question, if it is one.
        function: The trusted function that is asked.
    """
    content = _Digest()
    try:
        content.add(purpose, _DEPTH)
        content.add_trusted(function, _DEPTH)
        content.add(value, _DEPTH)
    except _OpaqueError:
        return None
    digest = hashlib.blake2b(b"".join(content.parts), digest_size=32).digest()
    return _Content(digest, tuple(content.held))


class _Digest:
    """A value on its way to a digest: a tag, its sizes and its bytes, in order."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []
        self.held: list[Any] = []
        #: Where what can be written to came first: in its second place it is the same,
        #: and a function that writes to one writes to both.
        self._places: dict[int, int] = {}

    def add(self, value: Any, depth: int) -> None:
        """Append a value and what it contains."""
        kind = type(value)
        if kind in _ATOMS:
            self._add_atom(value, kind)
        elif issubclass(kind, np.generic):
            self._add_scalar(value, kind)
        elif isinstance(value, _BY_IDENTITY) or _is_builtin(value):
            self._add_by_identity(value)
        elif depth == 0:
            raise _OpaqueError
        elif kind is tuple:
            self._append(b"tuple", b"%d" % len(value))
            for item in value:
                self.add(item, depth - 1)
        elif kind is Tolerance:
            numbers = value.rtol, value.atol, value.peak
            self._append(b"tolerance", struct.pack("<3d", *numbers))
        elif kind is FunctionType:
            self._add_function(value, depth - 1)
        elif self._is_first(value):
            self._add_holder(value, kind, depth - 1)

    def add_trusted(self, function: Any, depth: int) -> None:
        """Append a function of the course's own: by its name in its module, if any."""
        if isinstance(function, Edited):
            self._add_by_identity(function)
            return
        if type(function) is not FunctionType or not _is_of_course(function):
            self.add(function, depth)
            return
        self._add_by_identity(function)
        if vars(function):
            self.add(vars(function), depth)

    def _add_atom(self, value: Any, kind: type) -> None:
        tag = kind.__name__.encode()
        if kind is float:
            self._append(tag, struct.pack("<d", value))
        elif kind is complex:
            self._append(tag, struct.pack("<dd", value.real, value.imag))
        elif kind is str:
            self._append(tag, value.encode("utf-8", "surrogatepass"))
        elif kind is bytes:
            self._append(tag, value)
        else:
            self._append(tag, str(value).encode())

    def _add_scalar(self, value: np.generic, kind: type) -> None:
        if kind.__module__ != "numpy" or value.dtype.kind not in "biufcSU":
            raise _OpaqueError
        self._append(b"scalar" + value.dtype.str.encode(), value.tobytes())

    def _add_holder(self, value: Any, kind: type, depth: int) -> None:
        if kind is np.ndarray:
            if value.dtype.kind not in "biufcSU":
                raise _OpaqueError
            # The order in memory is the order in which numpy adds up.
            form = (value.dtype.str, value.shape, value.strides)
            self._append(b"array" + repr(form).encode(), value.tobytes())
        elif kind is Tensor:
            form = (value.framework, value.device, value.requires_grad)
            self._append(b"tensor", repr(form).encode())
            self.add(value.array, depth)
        elif kind is list:
            self._append(b"list", b"%d" % len(value))
            for item in value:
                self.add(item, depth)
        elif kind is dict:
            self._append(b"dict", b"%d" % len(value))
            for key, item in value.items():
                self.add(key, depth)
                self.add(item, depth)
        else:
            raise _OpaqueError

    def _add_function(self, function: FunctionType, depth: int) -> None:
        """Append what a function does: its code, and what else it can see."""
        code, names = function.__code__, function.__globals__
        self._add_by_identity(code)
        self._add_by_identity(names)
        self.add(vars(function), depth)
        self.add(function.__defaults__, depth)
        self.add(function.__kwdefaults__, depth)
        for cell in function.__closure__ or ():
            try:
                held = cell.cell_contents
            except ValueError:  # not given a value yet
                raise _OpaqueError from None
            self.add(held, depth)
        for name in sorted(_names_in(code) & names.keys()):
            self.add(name, depth)
            self.add_trusted(names[name], depth)

    def _add_by_identity(self, value: Any) -> None:
        self.held.append(value)
        self._append(b"this", b"%d" % id(value))

    def _is_first(self, value: Any) -> bool:
        place = self._places.get(id(value))
        if place is None:
            self._places[id(value)] = len(self._places)
            return True
        self._append(b"again", b"%d" % place)
        return False

    def _append(self, tag: bytes, raw: bytes) -> None:
        self.parts += (b"%d %d " % (len(tag), len(raw)), tag, raw)


def _is_builtin(value: Any) -> bool:
    """Whether a value is a function of a module in C, and no method of an object."""
    is_function = isinstance(value, BuiltinFunctionType)
    return is_function and isinstance(value.__self__, ModuleType | None)


def _is_of_course(function: FunctionType) -> bool:
    """Whether a function is found by its name in an imported module, as oracles are."""
    module = sys.modules.get(function.__module__ or "")
    if module is None or function.__closure__:
        return False
    return getattr(module, function.__qualname__, None) is function


def _names_in(code: CodeType) -> set[str]:
    """The names that code looks up, in functions within it, too."""
    inner = (each for each in code.co_consts if isinstance(each, CodeType))
    return set(code.co_names).union(*(_names_in(each) for each in inner))


def _size(value: Any) -> int:
    """About how many bytes a result takes."""
    return sum(_own_size(each) for each in walked(value))


def _own_size(value: Any) -> int:
    """About how many bytes a value takes without its items."""
    if isinstance(value, np.ndarray):
        return _ITEM_BYTES + value.nbytes
    if isinstance(value, Tensor):
        return 2 * _ITEM_BYTES + value.array.nbytes
    if isinstance(value, str | bytes):
        return _ITEM_BYTES + 4 * len(value)
    if isinstance(value, dict):
        return _ITEM_BYTES + sum(map(_own_size, value))
    return _ITEM_BYTES


def _frozen(value: Any) -> Any:
    """A copy whose arrays nobody can write to."""

    def fixed(leaf: Any) -> Any:
        if isinstance(leaf, Tensor):
            home = leaf.framework, leaf.device, leaf.requires_grad
            return Tensor(fixed(leaf.array), *home)
        if not isinstance(leaf, np.ndarray):
            return leaf
        array = leaf.copy(order="K")
        array.flags.writeable = False
        return array

    return mapped(value, fixed)


def _copied(value: Any) -> Any:
    """The same arrays in lists and dicts of their own."""
    return mapped(value, lambda leaf: leaf)
