"""The questions that grading tests ask: agrees, gradients_agree, refuses.

Owns: running student and oracle on equal inputs and judging the difference. May not:
reach a kernel by itself (the proxy does) or give points.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

import numpy as np

from autograder.arrays import Tensor, leaves, mapped
from autograder.checks.answers import FORGETFUL, Answers
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
from autograder.checks.submission import RemoteFunction, RemoteObject
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
    "Question",
    "Witness",
    "agrees",
    "doubt_of",
    "gradients_agree",
    "refuses",
]

Oracle = Callable[..., Any]


@dataclass(frozen=True)
class Question:
    """What `agrees` or `refuses` would put to a student's function.

    Attributes:
        student: The function, with the routines that it may not call.
        args: Inputs; tensors are still wrapped.
        kwargs: More inputs.
        oracle: The reference; None where a ValueError is asked for.
        expected: The oracle's result.
        tolerance: How far from it a number may be.
        known: Mistakes of this function.
        is_followed: Whether the function gives a function of its own, which is then
            called with each item of the last argument; the result lists what it gives.
    """

    student: RemoteFunction
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    oracle: Oracle | None = None
    expected: Any = None
    tolerance: Tolerance | None = None
    known: tuple[Misconception, ...] = ()
    is_followed: bool = False


@runtime_checkable
class Witness(Protocol):
    """A caller that writes questions down and puts them to nobody; see `recording`."""

    def write_down(self, question: Question) -> None:
        """Take a question; its check then counts as passed."""

    def refuse(self, reason: str) -> None:
        """Hear of a question that can't be written down."""


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
    known = known_for(oracle, student.name)
    numbers, options = plain(args), plain(kwargs)
    answers = _answers_of(student)
    if isinstance(student.caller, Witness):
        expected, limit = _answer(answers, oracle, numbers, options, tolerance)
        student.caller.write_down(
            Question(student, args, kwargs, oracle, expected, limit, known)
        )
        return
    reply = _reply(student, known, args, kwargs)
    expected, limit = _answer(answers, oracle, numbers, options, tolerance)
    limit = tolerance or roughened(limit, (args, kwargs))
    _require_place(student.name, reply.value, args, known)
    got = plain(reply.value)
    mismatch = compare(got, expected, limit)
    if mismatch:
        suspects = recognise(
            got,
            expected,
            known,
            numbers,
            options,
            tolerance=limit,
            answers=answers,
        )
        raise CheckFailed(
            student.name,
            mismatch.message,
            mismatch=mismatch,
            suspects=suspects,
            is_compared=True,
            doubt=doubt_of(expected),
        )
    right = Agreement(known, expected, limit, numbers, options, answers)
    student.caller.heard(student.name, right)
    _require_unchanged(student.name, (numbers, options), reply.after, known)


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
    if isinstance(student.caller, Witness):
        student.caller.refuse("asks for gradients")
        return
    known = known_for(oracle, student.name)
    try:
        got = student.gradient(*args, cotangent=cotangent, **kwargs)
    except BrokenGraph as broken:
        suspects = signed_by(known, "broken_graph")
        reason = f"no gradient: {broken.summary}"
        raise CheckFailed(student.name, reason, suspects=suspects) from None
    except ForbiddenCall as call:
        raise _forbidden(student, call) from None
    numbers = plain(args)

    def compute() -> tuple[tuple[Any, ...], Tolerance]:
        expected = tuple(oracle(cotangent, *copy.deepcopy(numbers), **kwargs))
        return expected, _noise(oracle, (cotangent, *numbers), kwargs, expected)

    inputs = cotangent, *numbers
    expected, limit = _answers_of(student).ask(
        "gradients", oracle, inputs, kwargs, compute
    )
    limit = roughened(limit, args)
    mismatch = compare(plain(got), expected, limit)
    if mismatch:
        raise CheckFailed(
            student.name,
            f"its gradient: {mismatch.message}",
            mismatch=mismatch,
            doubt=doubt_of(expected),
        )


def refuses(student: RemoteFunction, *args: Any, **kwargs: Any) -> None:
    """Require that the student's function raises ValueError for bad arguments.

    Raises:
        CheckFailed: It returned, or raised something else.
        NoValue: No answer came; says why.
    """
    __tracebackhide__ = True
    if isinstance(student.caller, Witness):
        student.caller.write_down(Question(student, args, kwargs))
        return
    try:
        reply = student.reply(*args, **kwargs)
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


def _answers_of(student: RemoteFunction) -> Answers:
    """What earlier submissions have made known; nothing for a test's own caller."""
    answers = getattr(student.caller, "answers", None)
    return answers if isinstance(answers, Answers) else FORGETFUL


def _answer(
    answers: Answers,
    oracle: Oracle,
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
    tolerance: Tolerance | None,
) -> tuple[Any, Tolerance]:
    """The oracle's result and how near to it is near enough."""

    def compute() -> tuple[Any, Tolerance]:
        expected = oracle(*copy.deepcopy(args), **copy.deepcopy(kwargs))
        return expected, tolerance or _noise(oracle, args, kwargs, expected)

    given = (args, tolerance)
    return answers.ask("result", oracle, given, kwargs, compute)


def _reply(
    student: RemoteFunction,
    known: Sequence[Misconception],
    args: Sequence[Any],
    kwargs: Mapping[str, Any],
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
