"""The questions that grading tests ask: agrees, gradients_agree, refuses.

Owns: running student and oracle on equal inputs and judging the difference. May not:
reach a kernel by itself (the proxy does) or give points.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from autograder.arrays import Tensor, leaves, mapped
from autograder.checks.failure import CheckFailed
from autograder.checks.misconceptions import (
    Agreement,
    Misconception,
    Sign,
    known_for,
    plain,
    recognise,
    signed_by,
)
from autograder.checks.roughness import roughened
from autograder.checks.submission import Question, RemoteFunction, RemoteObject
from autograder.comparison import (
    Mismatch,
    Tolerance,
    compare,
    magnitude,
    noise_tolerance,
)
from autograder.comparison.words import describe
from autograder.execution.novalue import BrokenGraph, ForbiddenCall, StudentRaised

__all__ = [
    "GradientQuestion",
    "RefusalQuestion",
    "ResultQuestion",
    "agrees",
    "doubt_of",
    "gradients_agree",
    "refuses",
]

Oracle = Callable[..., Any]


@dataclass(frozen=True)
class ResultQuestion(Question):
    """Does the student's function give the oracle's result?

    Attributes:
        oracle: The reference; takes and returns numpy.
        tolerance: Instead of the one that the oracle's own rounding gives.
    """

    oracle: Oracle
    tolerance: Tolerance | None = None

    def right(self) -> Agreement:
        """What is right, and how near to it is near enough, by numpy's rounding."""
        args, kwargs = plain(self.args), plain(self.kwargs)
        answers = self.student.caller.answers
        known = known_for(self.oracle, self.student.name)

        def compute() -> tuple[Any, Tolerance]:
            expected = self.oracle(*copy.deepcopy(args), **copy.deepcopy(kwargs))
            limit = self.tolerance or _noise(self.oracle, args, kwargs, expected)
            return expected, limit

        given = (args, self.tolerance)
        expected, limit = answers.ask("result", self.oracle, given, kwargs, compute)
        return Agreement(known, expected, limit, args, kwargs, answers)

    def put(self) -> None:
        """As `agrees` says."""
        __tracebackhide__ = True
        name = self.student.name
        reply = _reply(self.student, self.args, self.kwargs)
        right = self.right()
        if not self.tolerance:
            limit = roughened(right.tolerance, (self.args, self.kwargs))
            right = replace(right, tolerance=limit)
        _require_place(name, reply.value, self.args, right.known)
        self._require_equal(plain(reply.value), right)
        self.student.caller.note_right(name, right)
        _require_unchanged(name, (right.args, right.kwargs), reply.after, right.known)

    def _require_equal(self, got: Any, right: Agreement) -> None:
        """Require that a result is the right one; name the mistakes that give it."""
        __tracebackhide__ = True
        mismatch = compare(got, right.expected, right.tolerance)
        if mismatch is None:
            return
        raise CheckFailed(
            self.student.name,
            mismatch.message,
            mismatch=mismatch,
            suspects=recognise(got, right),
            is_compared=True,
            doubt=doubt_of(right.expected),
        )


@dataclass(frozen=True)
class GradientQuestion(Question):
    """Do gradients flow through the student's function, and are they right?

    Attributes:
        oracle: Gives one array for each tensor argument.
        cotangent: Weights of the result's elements.
    """

    oracle: Oracle
    cotangent: np.ndarray

    def put(self) -> None:
        """As `gradients_agree` says."""
        __tracebackhide__ = True
        got = self._gradient()
        expected, limit = self._right()
        mismatch = compare(plain(got), expected, roughened(limit, self.args))
        if mismatch:
            raise CheckFailed(
                self.student.name,
                f"its gradient: {mismatch.message}",
                mismatch=mismatch,
                doubt=doubt_of(expected),
            )

    def _gradient(self) -> Any:
        __tracebackhide__ = True
        student, cotangent = self.student, self.cotangent
        try:
            return student.gradient(*self.args, cotangent=cotangent, **self.kwargs)
        except BrokenGraph as broken:
            known = known_for(self.oracle, student.name)
            suspects = signed_by(known, "broken_graph")
            reason = f"no gradient: {broken.summary}"
            raise CheckFailed(student.name, reason, suspects=suspects) from None
        except ForbiddenCall as call:
            raise _forbidden(student, call) from None

    def _right(self) -> tuple[Any, Tolerance]:
        """The oracle's gradients and how near to them is near enough."""
        numbers, kwargs = plain(self.args), self.kwargs
        inputs = self.cotangent, *numbers

        def compute() -> tuple[tuple[Any, ...], Tolerance]:
            copies = copy.deepcopy(numbers)
            expected = tuple(self.oracle(self.cotangent, *copies, **kwargs))
            return expected, _noise(self.oracle, inputs, kwargs, expected)

        answers = self.student.caller.answers
        return answers.ask("gradients", self.oracle, inputs, kwargs, compute)


@dataclass(frozen=True)
class RefusalQuestion(Question):
    """Does the student's function raise ValueError for bad arguments?"""

    def put(self) -> None:
        """As `refuses` says."""
        __tracebackhide__ = True
        student = self.student
        try:
            reply = student.reply(*self.args, **self.kwargs)
        except StudentRaised as raised:
            if "ValueError" in raised.types:
                return
            got = raised.types[0] if raised.types else "an exception"
            named = raised.known_type or "an exception"
            reason = f"raises {named} where a ValueError is asked for"
        except ForbiddenCall as call:
            raise _forbidden(student, call) from None
        else:
            got = f"a result ({type(reply.value).__name__})"
            reason = "returns a result where a ValueError is asked for"
        mismatch = Mismatch(kind="type", message=reason, got=got, expected="ValueError")
        raise CheckFailed(student.name, reason, mismatch=mismatch)


def agrees(
    student: RemoteFunction,
    oracle: Oracle,
    *args: Any,
    tolerance: Tolerance | None = None,
    **kwargs: Any,
) -> None:
    """Require that the student's function gives the oracle's result.

    Both get copies of the same inputs. Compared in this order: type, shape, dtype,
    finiteness, values; then that no input was changed. Tensors go to the student on
    their device, to the oracle as numpy arrays; the result must be a tensor of the same
    framework on the same device.

    Args:
        student: A name of the `submission` fixture.
        oracle: The reference; takes and returns numpy.
        *args: Inputs for both; functions stay here and are called back.
        tolerance: Instead of the one that the oracle's own rounding gives.
        **kwargs: More inputs for both.

    Raises:
        CheckFailed: An answer came and is wrong.
        NoValue: No answer came; says why.
    """
    __tracebackhide__ = True
    student.caller.take(ResultQuestion(student, args, kwargs, oracle, tolerance))


def gradients_agree(
    student: RemoteFunction,
    oracle: Oracle,
    *args: Any,
    cotangent: np.ndarray,
    **kwargs: Any,
) -> None:
    """Require that gradients flow through the student's function, and are right.

    Args:
        student: A name of the `submission` fixture; takes tensors.
        oracle: Gradients of sum(cotangent * result) by each tensor argument:
            `oracle(cotangent, *arrays, **kwargs)` returns one array for each.
        *args: Inputs; those that are tensors are differentiated by.
        cotangent: Weights of the result's elements, of the result's shape.
        **kwargs: More inputs for both.

    Raises:
        CheckFailed: No gradient flows, or it is wrong.
        NoValue: No answer came; says why.
    """
    __tracebackhide__ = True
    student.caller.take(GradientQuestion(student, args, kwargs, oracle, cotangent))


def refuses(student: RemoteFunction, *args: Any, **kwargs: Any) -> None:
    """Require that the student's function raises ValueError for bad arguments.

    Raises:
        CheckFailed: It returned, or raised something else.
        NoValue: No answer came; says why.
    """
    __tracebackhide__ = True
    student.caller.take(RefusalQuestion(student, args, kwargs))


def doubt_of(expected: Any) -> str:
    """Why an oracle's result is hardly what anybody should return, or ""."""
    if expected is None:
        return "the oracle gives None; is a return missing?"
    if any(_has_nan(number) for number in _numbers(expected)):
        return "the oracle gives nan"
    return ""


def _has_nan(number: Any) -> bool:
    return bool(number.dtype.kind in "fc" and np.isnan(number).any())


def _numbers(value: Any) -> Iterator[Any]:
    """The numpy arrays and numbers in a result, Python's own among them."""
    for leaf in map(plain, leaves(value)):
        if isinstance(leaf, np.ndarray | np.generic | float | complex):
            yield np.asarray(leaf)


def _reply(
    student: RemoteFunction, args: Sequence[Any], kwargs: Mapping[str, Any]
) -> Any:
    try:
        return student.reply(*_to_send(args), **_to_send(dict(kwargs)))
    except ForbiddenCall as call:
        raise _forbidden(student, call) from None


def _forbidden(student: RemoteFunction, call: ForbiddenCall) -> CheckFailed:
    # The reply says which; it is believed only if the exercise names it.
    named = [name for name in student.forbidden if name == str(call)]
    routine = named[0] if named else "a routine"
    reason = f"calls {routine}, which this exercise asks you to write yourself"
    return CheckFailed(student.name, reason)


def _to_send(value: Any) -> Any:
    """Kept objects as their handles, however nested."""

    def sent(leaf: Any) -> Any:
        return leaf.handle if isinstance(leaf, RemoteObject) else leaf

    return mapped(value, sent)


def _noise(
    oracle: Oracle, args: Sequence[Any], kwargs: Mapping[str, Any], rounded: Any
) -> Tolerance:
    """The tolerance that the oracle's own rounding error gives at the inputs' dtype."""
    floats = [
        array.dtype
        for array in _arrays((args, kwargs))
        if array.dtype.kind in "fc" and array.size
    ]
    dtype = min(floats, key=lambda kind: kind.itemsize, default=np.dtype(float))
    exact = rounded
    if dtype != np.dtype(float):
        exact = oracle(*_widen(args), **_widen(dict(kwargs)))
    with np.errstate(all="ignore"):
        scale = magnitude(args, kwargs) or None
        return noise_tolerance(rounded, exact, dtype, scale=scale)


def _widen(value: Any) -> Any:
    """A copy with every floating array at float64, however nested."""

    def wide(leaf: Any) -> Any:
        is_narrow = isinstance(leaf, np.ndarray) and leaf.dtype.kind == "f"
        return leaf.astype(np.float64) if is_narrow else copy.deepcopy(leaf)

    return mapped(value, wide)


def _arrays(value: Any) -> Iterator[np.ndarray]:
    """The arrays in nested arguments, in the order in which the agent lists them."""
    return (leaf for leaf in leaves(value) if isinstance(leaf, np.ndarray))


def _require_place(
    name: str,
    got: Any,
    args: Sequence[Any],
    known: Sequence[Misconception],
) -> None:
    """Require that tensors come back as tensors, where the inputs were."""
    wanted = next((arg for arg in args if isinstance(arg, Tensor)), None)
    if wanted is None:
        return
    items = got if isinstance(got, tuple | list) else (got,)
    for item in items:
        sign: Sign
        if not isinstance(item, Tensor) or item.framework != wanted.framework:
            came, words = describe(item), f"a {wanted.framework} tensor"
            sign, reason = "framework", f"the result is not {words}"
            # What is no array at all, such as None, is another mistake.
            known = known if isinstance(item, np.ndarray) else ()
        elif item.device != wanted.device:
            came, sign, words = item.device, "device", wanted.device
            reason = "the result is not on the device of the input"
        else:
            continue
        raise CheckFailed(
            name,
            reason,
            mismatch=Mismatch(kind="type", message=reason, got=came, expected=words),
            suspects=signed_by(known, sign),
        )


def _require_unchanged(
    name: str,
    sent: Any,
    after: Sequence[np.ndarray],
    known: Sequence[Misconception],
) -> None:
    """Require that the arrays that were sent came back as they were."""
    before = list(_arrays(sent))
    if len(before) != len(after):
        raise CheckFailed(name, "its arguments did not come back from the call")
    for position, (was, now) in enumerate(zip(before, after, strict=True), start=1):
        if not _is_same(was, now):
            reason = f"the result is right, but array argument {position} was changed"
            makers = [each for each in known if _is_left_by(each, sent, after)]
            suspects = signed_by(makers, "changes_input")
            raise CheckFailed(name, reason, suspects=suspects)


def _is_left_by(mistake: Misconception, sent: Any, after: Sequence[np.ndarray]) -> bool:
    """Whether a known mistake leaves the inputs in this very state."""
    if mistake.sign != "changes_input" or mistake.function is None:
        return False
    args, kwargs = copy.deepcopy(sent)
    with np.errstate(all="ignore"):
        try:
            mistake.function(*args, **kwargs)
        except Exception:  # noqa: BLE001 - a mistake may fail in any way
            return False
    pairs = zip(_arrays((args, kwargs)), after, strict=True)
    return all(_is_same(left, now) for left, now in pairs)


def _is_same(was: np.ndarray, now: np.ndarray) -> bool:
    """Whether two arrays are equal, nan to nan."""
    if was.shape != now.shape or was.dtype != now.dtype:
        return False
    return np.array_equal(was, now, equal_nan=was.dtype.kind in "fc")
