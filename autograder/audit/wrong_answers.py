"""What bad answers have in common: wrappers that make any right function wrong.

Owns: the ways to be wrong, and which of them are wrong for a function: those that
change what it gives to the checks' own inputs. May not: import anything but numpy, for
it lies beside the notebook while answers are examined. Results may be numbers, arrays,
tensors of either framework, and tuples of these.
"""

from __future__ import annotations

import functools
import re
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

__all__ = ["RECALL", "UNLIKE_ANY_MISTAKE", "WAYS", "observations", "observed"]

Function = Callable[..., Any]


# --- results that are spoilt, item by item --------------------------------------


def zeros(right: Function) -> Function:
    """Zeros of the right shape and dtype."""
    return _spoilt(right, np.zeros_like)


def constant(right: Function) -> Function:
    """The right mean everywhere."""
    return _spoilt(right, lambda array: np.full_like(array, array.mean()))


def one(right: Function) -> Function:
    """The number one."""
    return _spoilt(right, np.ones_like)


def shuffled(right: Function) -> Function:
    """The right numbers, each one place on."""
    return _spoilt(right, lambda array: np.roll(array.ravel(), 1).reshape(array.shape))


def nan_in_one_place(right: Function) -> Function:
    """All right but for one nan."""

    def spoil(array: np.ndarray) -> np.ndarray:
        array = array.astype(float if array.dtype.kind in "biu" else array.dtype)
        array.flat[-1:] = np.nan
        return array

    return _spoilt(right, spoil)


def nan(right: Function) -> Function:
    """The float nan instead of a number."""
    return _spoilt(right, lambda array: np.full(array.shape, np.nan))


def infinite(right: Function) -> Function:
    """Infinity everywhere."""
    return _spoilt(right, lambda array: np.full(array.shape, np.inf, array.dtype))


def slightly_wrong(right: Function) -> Function:
    """Off by a thousandth of the largest number, in one place."""

    def spoil(array: np.ndarray) -> np.ndarray:
        array = array.copy()
        array.flat[-1:] += array.dtype.type(1e-3 * np.abs(array).max(initial=1))
        return array

    return _spoilt(right, spoil)


def one_too_many(right: Function) -> Function:
    """A count that is off by one."""
    return _spoilt(right, lambda array: array + 1)


def empty(right: Function) -> Function:
    """An array without elements."""
    return _spoilt(right, lambda array: np.empty(0, array.dtype))


def one_more_axis(right: Function) -> Function:
    """The right numbers in an array with an axis too many."""
    return _spoilt(right, lambda array: array[None])


def flat(right: Function) -> Function:
    """The right numbers in one long row, and one more."""
    return _spoilt(right, lambda array: np.append(array, array.dtype.type(0)))


def complex_numbers(right: Function) -> Function:
    """The right numbers as complex ones."""
    return _spoilt(right, lambda array: array.astype(np.complex128))


def whole_numbers(right: Function) -> Function:
    """The right numbers, rounded to ints."""
    return _spoilt(right, lambda array: np.rint(array).astype(np.int64))


def in_double(right: Function) -> Function:
    """The right numbers at float64, whatever went in."""
    return _spoilt(right, lambda array: array.astype(np.float64))


def in_single(right: Function) -> Function:
    """The right numbers at float32, whatever went in."""
    return _spoilt(right, lambda array: array.astype(np.float32))


def as_float(right: Function) -> Function:
    """The right count as a float."""
    return _spoilt(right, lambda array: array.astype(float))


# --- other ways to be wrong ------------------------------------------------------


def text(right: Function) -> Function:
    """The right result, printed."""
    return _then(right, str)


def nothing(right: Function) -> Function:
    """None, as when a return is missing."""
    return _then(right, lambda _result: None)


def refuses_everything(right: Function) -> Function:
    """A ValueError, whatever went in."""

    def answer(*_args: Any, **_kwargs: Any) -> Any:
        raise ValueError("no")

    return answer


def refuses_nothing(right: Function) -> Function:
    """Zero where the right answer is a ValueError."""

    def answer(*args: Any, **kwargs: Any) -> Any:
        try:
            return right(*args, **kwargs)
        except ValueError:
            return np.zeros(())

    return answer


def changes_input(right: Function) -> Function:
    """The right result, and zeros in the first array that went in."""

    def answer(*args: Any, **kwargs: Any) -> Any:
        result = right(*args, **kwargs)
        for arg in args:
            if hasattr(arg, "shape"):
                arg[...] = 0
                break
        return result

    return answer


def memorised(right: Function) -> Function:
    """What was right before `recall_only`; after it, the first result for all else."""
    global _is_recalling
    _is_recalling = False
    results: dict[str, Any] = {}

    def answer(*args: Any, **kwargs: Any) -> Any:
        key = repr((_seen(args), _seen(kwargs)))
        if not _is_recalling:
            results[key] = right(*args, **kwargs)
        return results.get(key, next(iter(results.values()), None))

    return answer


def recall_only() -> None:
    """Let memorised answers work from memory."""
    global _is_recalling
    _is_recalling = True


_is_recalling = False

#: A cell that does so.
RECALL = "wrong_answers.recall_only()"

#: What no known mistake gives: the first check that refuses it shows as much as all.
UNLIKE_ANY_MISTAKE = frozenset(
    each.__name__
    for each in (
        text,
        nothing,
        empty,
        refuses_everything,
        nan_in_one_place,
        complex_numbers,
    )
)

#: Of any function.
_ALWAYS = (text, nothing, empty, zeros, one_more_axis, refuses_everything)

#: Of functions that give floats.
_OF_FLOATS = (
    constant,
    shuffled,
    nan_in_one_place,
    infinite,
    slightly_wrong,
    flat,
    complex_numbers,
    whole_numbers,
    in_double,
    in_single,
)

#: Of functions that count, or say yes and no.
_OF_COUNTS = (one, one_too_many, nan, as_float, shuffled, flat)

#: All ways to be wrong, but for `memorised`.
WAYS = tuple(
    way.__name__
    for way in dict.fromkeys(
        (*_ALWAYS, *_OF_FLOATS, *_OF_COUNTS, refuses_nothing, changes_input)
    )
)


# --- which ways are wrong --------------------------------------------------------


class _Seen:
    """What a right function did when the checks called it.

    Attributes:
        wrong: Ways that changed a result of its.
        kinds: Of results: "count", "floats" or "other".
    """

    def __init__(self) -> None:
        self.wrong: set[str] = set()
        self.kinds: set[str] = set()

    def note(self, result: Any) -> None:
        """Take note of a result."""
        self.kinds.update(map(_kind, _leaves(result)))
        for way in dict.fromkeys((*_ALWAYS[:-1], *_OF_FLOATS, *_OF_COUNTS)):
            name = way.__name__
            if name not in self.wrong and _changes(way, result):
                self.wrong.add(name)

    @property
    def ways(self) -> dict[str, bool]:
        """The ways that are asked of results of such kinds; whether each is wrong."""
        kinds = self.kinds
        asked = _OF_COUNTS if kinds == {"count"} else _OF_FLOATS
        ways = (*_ALWAYS, *(asked if kinds & {"count", "floats"} else ()))
        found = {way.__name__: way.__name__ in self.wrong for way in ways}
        found[refuses_everything.__name__] = bool(kinds)
        for way in (refuses_nothing, changes_input):
            found[way.__name__] = way.__name__ in self.wrong
        return found


#: In the name of a dtype, of numpy's or of a framework's.
_WHOLE = re.compile(r"\b(u?int\d*|bool)\b")

_seen_of: dict[str, _Seen] = {}


def observed(right: Function) -> Function:
    """The right function, which takes note of what it is asked and gives."""
    seen = _seen_of[right.__name__] = _Seen()

    @functools.wraps(right)
    def answer(*args: Any, **kwargs: Any) -> Any:
        first = next((arg for arg in args if hasattr(arg, "shape")), None)
        before = _numbers(first)
        try:
            result = right(*args, **kwargs)
        except ValueError:
            seen.wrong.add(refuses_nothing.__name__)
            raise
        if before is not None and before.any() and _same(before, _numbers(first)):
            seen.wrong.add(changes_input.__name__)
        seen.note(result)
        return result

    return answer


def observations() -> dict[str, dict[str, bool]]:
    """Of each observed function the ways that there are, and whether each is wrong."""
    return {name: seen.ways for name, seen in _seen_of.items()}


def _leaves(result: Any) -> Iterator[Any]:
    """What a result is made of, as `_map` takes it apart."""
    if isinstance(result, dict):
        result = tuple(result.values())
    if isinstance(result, tuple):
        for item in result:
            yield from _leaves(item)
    else:
        yield result


def _kind(leaf: Any) -> str:
    if hasattr(leaf, "shape"):
        is_whole = _WHOLE.search(str(getattr(leaf, "dtype", "")))
        return "count" if is_whole else "floats"
    if isinstance(leaf, int):
        return "count"
    return "floats" if isinstance(leaf, float | complex | list) else "other"


def _changes(way: Function, result: Any) -> bool:
    """Whether a way makes something else of a result."""
    try:
        with np.errstate(all="ignore"):
            return not _same(way(lambda: result)(), result)
    except (AttributeError, TypeError, ValueError, OverflowError):
        return False  # nothing that can be spoilt so, such as a tensor within a graph


def _same(left: Any, right: Any) -> bool:
    """Whether two results are one and the same, in type, dtype and every number.

    Of single numbers numpy's are as good as Python's.
    """
    left, right = (x.item() if isinstance(x, np.generic) else x for x in (left, right))
    if type(left) is not type(right):
        return False
    if isinstance(left, dict):
        return left.keys() == right.keys() and all(
            _same(left[k], right[k]) for k in left
        )
    if isinstance(left, tuple | list):
        return len(left) == len(right) and all(map(_same, left, right))
    if hasattr(left, "shape"):
        left, right = (np.asarray(_plain(each)) for each in (left, right))
        is_alike = left.dtype == right.dtype and left.shape == right.shape
        is_float = left.dtype.kind in "fc"
        return bool(is_alike and np.array_equal(left, right, equal_nan=is_float))
    return bool(left == right or (left != left and right != right))


def _numbers(value: Any) -> np.ndarray | None:
    """A copy of an array or tensor that can be changed, or None."""
    if isinstance(value, np.ndarray):
        return value.copy() if value.flags.writeable else None
    is_torch = type(value).__module__.partition(".")[0] == "torch"
    return np.array(_plain(value)) if is_torch and hasattr(value, "shape") else None


def _plain(value: Any) -> Any:
    """A tensor's numbers; all else as it is."""
    framework = type(value).__module__.partition(".")[0]
    if framework == "torch":
        return value.detach().cpu().numpy()
    return value.numpy() if framework == "tensorflow" else value


# --- the means -------------------------------------------------------------------

#: Results of right functions that took long: whoever trains a network, by what went in.
_remembered: dict[str, Any] = {}

#: What is long, in seconds.
_LONG = 0.1


def _spoilt(right: Function, spoil: Callable[[np.ndarray], Any]) -> Function:
    return _then(right, functools.partial(_map, spoil))


def _then(right: Function, change: Callable[[Any], Any]) -> Function:
    def answer(*args: Any, **kwargs: Any) -> Any:
        if not _is_data([args, kwargs]):
            return change(right(*args, **kwargs))
        key = repr((right.__name__, _seen(args), _seen(kwargs)))
        if key in _remembered:  # one training serves all ways to spoil it
            return change(_remembered[key])
        started = time.perf_counter()
        result = right(*args, **kwargs)
        if time.perf_counter() - started > _LONG:
            _remembered[key] = result
        return change(result)

    return answer


def _map(spoil: Callable[[np.ndarray], Any], result: Any) -> Any:
    """Spoil a result, and give it back as what it was."""
    if isinstance(result, tuple):
        return tuple(_map(spoil, item) for item in result)
    if isinstance(result, dict):
        return {key: _map(spoil, item) for key, item in result.items()}
    framework = type(result).__module__.partition(".")[0]
    if framework == "torch":
        import torch

        return torch.from_numpy(np.array(spoil(result.detach().cpu().numpy())))
    if framework == "tensorflow":
        import tensorflow as tf

        return tf.constant(spoil(result.numpy()))
    if isinstance(result, np.ndarray):
        return spoil(result)
    spoilt = spoil(np.array(result))
    return spoilt.item() if spoilt.ndim == 0 else spoilt


def _is_data(value: Any) -> bool:
    """Whether equal values are the same to any function: no generator, no function."""
    if isinstance(value, tuple | list):
        return all(map(_is_data, value))
    if isinstance(value, dict):
        return all(map(_is_data, value.values()))
    return isinstance(value, np.ndarray | float | int | str | None)


def _seen(value: Any) -> Any:
    """What makes two inputs equal; functions differ by nothing."""
    if isinstance(value, tuple | list):
        return [_seen(item) for item in value]
    if isinstance(value, dict):
        return [(key, _seen(value[key])) for key in sorted(value)]
    if hasattr(value, "shape"):
        array = np.asarray(value)
        return array.shape, str(array.dtype), array.tobytes()
    return "a function" if callable(value) else value
