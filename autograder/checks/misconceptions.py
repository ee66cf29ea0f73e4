"""Known wrong answers, and recognising a result as one.

Owns: the value type that `solutions/<assignment>/misconceptions.py` fills and the
comparison of a wrong result with each of them. May not: decide whether a result is
wrong; that was decided before.
"""

from __future__ import annotations

import copy
import importlib.util
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from autograder.arrays import Tensor, mapped
from autograder.checks.answers import FORGETFUL, Answers
from autograder.checks.failure import Suspect
from autograder.comparison import Tolerance, coarsened, compare
from autograder.errors import AssignmentError

__all__ = [
    "SAME",
    "Agreement",
    "Misconception",
    "Sign",
    "known_for",
    "mistakes_in",
    "names_mistakes",
    "plain",
    "recognise",
    "signed_by",
]

Sign = Literal["value", "framework", "device", "broken_graph", "changes_input"]

#: Says that a mistake's code also computes its result in the trusted process.
SAME = object()


@dataclass(frozen=True)
class Misconception:
    """A known wrong answer with a name.

    Attributes:
        name: In snake_case, unique within the assignment.
        of: Name of the student's function that it replaces.
        hint: For the student: what was computed and where to look, not the fixed line.
        code: A function as a student would write it; its source stands alone but for
            `np` and the notebook's own functions.
        result: A numpy function with the same result, when `code` needs a framework;
            None if no numpy result can equal it.
        sign: How it shows: by its value, or by something that a check sees directly.
    """

    name: str
    of: str
    hint: str
    code: Callable[..., Any]
    result: Callable[..., Any] | object | None = SAME
    sign: Sign = "value"

    @property
    def function(self) -> Callable[..., Any] | None:
        """What computes its result in the trusted process, or None."""
        if self.result is SAME:
            return self.code
        return self.result  # type: ignore[return-value]


@dataclass(frozen=True)
class Agreement:
    """A question and its right answer; for a right answer it serves as an alibi.

    Attributes:
        known: Mistakes of the function that was asked.
        expected: The oracle's result.
        tolerance: How far from it a number may be.
        args: The inputs, tensors as plain arrays.
        kwargs: More inputs.
        answers: Caches results of mistakes for the next submission.
    """

    known: tuple[Misconception, ...]
    expected: Any
    tolerance: Tolerance
    args: Sequence[Any]
    kwargs: Mapping[str, Any]
    answers: Answers = field(default=FORGETFUL, repr=False, compare=False)

    def clears(self, name: str) -> bool:
        """Whether a known mistake would have given a wrong result here.

        A right answer here rules out that mistake. One that shows other than by its
        value, or gives nothing on these inputs, is not ruled out.
        """
        for mistake in self.known:
            if mistake.name == name:
                is_given, result = self.given_by(mistake)
                return is_given and not self.allows(result)
        return False

    def given_by(self, mistake: Misconception) -> tuple[bool, Any]:
        """Whether a mistake gives a result on these inputs, and the result."""
        function = mistake.function
        if function is None or mistake.sign != "value":
            return False, None

        def compute() -> Any:
            args, kwargs = copy.deepcopy((self.args, dict(self.kwargs)))
            return function(*args, **kwargs)

        with np.errstate(all="ignore"):
            try:
                result = self.answers.ask(
                    "mistake", function, self.args, self.kwargs, compute
                )
            except Exception:  # noqa: BLE001 - a mistake may fail in any way
                return False, None
        return True, result

    def allows(self, result: object) -> bool:
        """Whether a result is right."""
        return _equal(result, self.expected, self.tolerance)


def known_for(function: Callable[..., Any], name: str) -> tuple[Misconception, ...]:
    """The misconceptions of `name`, from the module beside the oracle's.

    Args:
        function: The oracle's function; its module says where to look.
        name: The student's function.
    """
    package = (getattr(function, "__module__", "") or "").rpartition(".")[0]
    known = mistakes_in(package) if package else ()
    return tuple(mistake for mistake in known if mistake.of == name)


def mistakes_in(package: str) -> tuple[Misconception, ...]:
    """All that `<package>.misconceptions` names; none where there is no such module.

    Raises:
        AssignmentError: The module is there and can't be imported, or names something
            else than misconceptions.
    """
    name = f"{package}.misconceptions"
    try:
        if not names_mistakes(package):
            return ()
        module = importlib.import_module(name)
    except Exception as error:
        raise AssignmentError(
            f"{name}: can't be imported: {type(error).__name__}: {error}"
        ) from error
    known = getattr(module, "MISCONCEPTIONS", None)
    if not isinstance(known, tuple | list):
        raise AssignmentError(
            f"{name}: MISCONCEPTIONS must be a tuple of Misconception, got "
            f"{'nothing' if known is None else type(known).__name__}"
        )
    for number, mistake in enumerate(known, start=1):
        if not isinstance(mistake, Misconception):
            raise AssignmentError(
                f"{name}: item {number} of MISCONCEPTIONS must be a Misconception, "
                f"got {type(mistake).__name__}"
            )
    return tuple(known)


def names_mistakes(package: str) -> bool:
    """Whether Python finds a module `<package>.misconceptions`, right or wrong."""
    name = f"{package}.misconceptions"
    if name in sys.modules:
        return True
    try:
        return name in sys.modules or importlib.util.find_spec(name) is not None
    except ModuleNotFoundError as error:
        if error.name and f"{name}.".startswith(f"{error.name}."):
            return False  # it, or a package that it would lie in
        raise


def recognise(got: object, right: Agreement) -> tuple[Suspect, ...]:
    """Find every known mistake whose result on some inputs is the one that came.

    A mistake that gives the right result on these inputs is never found. One that loses
    precision is compared at the remaining precision.

    Args:
        got: The wrong result, tensors as plain arrays.
        right: What was asked, what is right, and the mistakes that are known.
    """
    found = []
    for mistake in right.known:
        is_given, result = right.given_by(mistake)
        near = coarsened(right.tolerance, result)
        if is_given and _equal(got, result, near) and not right.allows(result):
            found.append(Suspect(mistake.name, mistake.hint))
    return tuple(found)


def signed_by(known: Sequence[Misconception], sign: Sign) -> tuple[Suspect, ...]:
    """The known mistakes that a check sees directly, such as a broken graph."""
    return tuple(
        Suspect(mistake.name, mistake.hint) for mistake in known if mistake.sign == sign
    )


def plain(value: Any) -> Any:
    """Tensors as the arrays in them, however nested."""
    return mapped(value, lambda leaf: leaf.array if isinstance(leaf, Tensor) else leaf)


def _equal(left: object, right: object, tolerance: Tolerance) -> bool:
    try:
        return compare(left, right, tolerance) is None
    except TypeError:  # a mistake may return what can't be compared
        return False
