"""What an audit is to except: declared by the course, each with its reason.

Owns: the kinds of exceptions, and reading `solutions/<assignment>/exceptions.py`, where
they stand in one tuple, EXCEPTIONS. May not: judge whether one is true; an audit tries
each, and says so where it is not, or where what it names is gone.
"""

from __future__ import annotations

import importlib.util
import sys
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import ModuleType

from autograder.config import Assignment, shown
from autograder.errors import AssignmentError

__all__ = [
    "Accepted",
    "Equivalent",
    "Exceptions",
    "OneProperty",
    "Slow",
    "TrueName",
    "exceptions_of",
]


@dataclass(frozen=True)
class Equivalent:
    """Mutants of one function that no check can refuse, for one reason.

    A mutant is equivalent where its function gives right results for everything that
    the exercise allows. One that merely gets through is none: it is a hole in the
    checks.

    Attributes:
        function: The function, or the class and its method; of an oracle's function
            `oracle.` and its name.
        reason: Why every result is right, in one sentence.
        changes: The mutants' descriptions.
        is_free: Whether these are other choices that the exercise leaves free. What is
            learnt with them is good enough, but another draw may fall below the bar.
    """

    function: str
    reason: str
    changes: tuple[str, ...]
    is_free: bool = False

    def __str__(self) -> str:
        return f"Equivalent of {self.function}"


@dataclass(frozen=True)
class TrueName:
    """A generated wrong answer that is a known mistake, and gets its name.

    Attributes:
        function: The function that is wrong.
        way: How, by a name of `autograder.audit.wrong_answers`.
        names: The known mistakes that it makes indeed, in the order of the checks.
        reason: Why, in one sentence.
    """

    function: str
    way: str
    names: tuple[str, ...]
    reason: str

    def __str__(self) -> str:
        return f"TrueName of {self.function}, {self.way}"


@dataclass(frozen=True)
class Accepted:
    """A generated wrong answer that the exercise allows.

    Attributes:
        function: The function.
        way: How it differs from the right one.
        reason: Why that is no mistake, in one sentence.
    """

    function: str
    way: str
    reason: str

    def __str__(self) -> str:
        return f"Accepted of {self.function}, {self.way}"


@dataclass(frozen=True)
class OneProperty:
    """A check that asks for one property, which an odd answer may have by chance.

    Attributes:
        check: The test's function.
        reason: Which property, in one sentence; other checks refuse the rest.
    """

    check: str
    reason: str

    def __str__(self) -> str:
        return f"OneProperty of {self.check}"


@dataclass(frozen=True)
class Slow:
    """A function whose every call takes long: each N-th of its mutants is tried.

    Attributes:
        function: The function.
        every: N.
        reason: What takes long, in one sentence.
    """

    function: str
    every: int
    reason: str

    def __post_init__(self) -> None:
        if self.every < 1:
            raise ValueError(f"{self}: every must be 1 or more, got {self.every}")

    def __str__(self) -> str:
        return f"Slow of {self.function}"


Declared = Equivalent | TrueName | Accepted | OneProperty | Slow


class Exceptions:
    """The exceptions of one assignment.

    Args:
        declared: All of them, in the order in which they stand.

    Attributes:
        declared: The same.
    """

    def __init__(self, declared: tuple[Declared, ...] = ()) -> None:
        self.declared = declared

    def equivalent_to(self, function: str, change: str) -> Equivalent | None:
        """The entry of a mutant that is equivalent, or None."""
        return self._equivalents.get((function, change))

    def names_of(self, function: str, way: str) -> tuple[str, ...]:
        """The known mistakes that a wrong answer makes indeed."""
        for each in self.declared:
            if isinstance(each, TrueName) and (each.function, each.way) == (
                function,
                way,
            ):
                return each.names
        return ()

    def accepts(self, function: str, way: str) -> bool:
        """Whether the exercise allows an answer that was meant to be wrong."""
        return any(
            isinstance(each, Accepted) and (each.function, each.way) == (function, way)
            for each in self.declared
        )

    def may_pass_by_chance(self, check: str) -> bool:
        """Whether a check, by its name with parameters, asks for one property only."""
        name = check.partition("[")[0]
        return any(
            isinstance(each, OneProperty) and each.check == name
            for each in self.declared
        )

    def every(self, function: str) -> int:
        """Of how many mutants of a function one is tried; 1 is all."""
        for each in self.declared:
            if isinstance(each, Slow) and each.function == function:
                return each.every
        return 1

    @cached_property
    def _equivalents(self) -> dict[tuple[str, str], Equivalent]:
        return {
            (each.function, change): each
            for each in self.declared
            if isinstance(each, Equivalent)
            for change in each.changes
        }


def exceptions_of(assignment: Assignment) -> Exceptions:
    """Read an assignment's exceptions; it may have none.

    Raises:
        AssignmentError: The file can't be read, or holds something else.
    """
    path = assignment.solutions / "exceptions.py"
    package = assignment.solutions / "exceptions" / "__init__.py"
    path = package if package.is_file() else path
    if not path.is_file():
        return Exceptions()
    try:
        module = _loaded(path, f"_exceptions_of_{assignment.name}")
    except Exception as error:
        raise AssignmentError(
            f"{shown(path)}: can't be imported: {type(error).__name__}: {error}"
        ) from error
    declared = getattr(module, "EXCEPTIONS", None)
    if not isinstance(declared, tuple):
        raise AssignmentError(f"{shown(path)}: EXCEPTIONS must be a tuple")
    for number, each in enumerate(declared, start=1):
        if not isinstance(each, Declared):
            raise AssignmentError(
                f"{shown(path)}: item {number} of EXCEPTIONS must be an exception of "
                f"autograder.audit.exceptions, got {type(each).__name__}"
            )
        if not each.reason.strip():
            raise AssignmentError(f"{shown(path)}: {each} has no reason")
    return Exceptions(declared)


def _loaded(path: Path, name: str) -> ModuleType:
    """A module by its path, whatever package of that name there is elsewhere."""
    folder = [str(path.parent)] if path.name == "__init__.py" else None
    spec = importlib.util.spec_from_file_location(
        name, path, submodule_search_locations=folder
    )
    if spec is None or spec.loader is None:
        raise ImportError(f"{path} is no Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    finally:
        del sys.modules[name]
    return module
