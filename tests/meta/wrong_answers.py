"""What bad answers have in common: wrappers that make any right function wrong.

Lies beside the notebook while answers are examined, so it imports numpy only. Results
may be numbers, arrays, tensors of either framework, and tuples of these.
"""

from __future__ import annotations

import functools
import time
from collections.abc import Callable
from typing import Any

import numpy as np

__all__ = ["ALWAYS", "OF_ARRAYS", "OF_NUMBERS", "OF_ONE_NUMBER", "RECALL"]

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
        array = array.copy()
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
        first = next(arg for arg in args if hasattr(arg, "shape"))
        first[...] = 0
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

#: Of any function.
ALWAYS = (text, nothing, empty, zeros, one_more_axis, refuses_everything)

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

#: Of functions that give arrays or tensors of floats.
OF_ARRAYS = (
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

#: Of functions that give one float: it has no order, and Python's float any dtype.
OF_ONE_NUMBER = tuple(
    way for way in OF_ARRAYS if way not in (constant, shuffled, in_double)
)

#: Of functions that count.
OF_NUMBERS = (one, one_too_many, nan, as_float)


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
    framework = type(result).__module__.partition(".")[0]
    if framework == "torch":
        import torch

        return torch.from_numpy(np.array(spoil(result.detach().numpy())))
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
