"""Try your functions on examples before you hand in: `check("corr2d")`.

This file came with the assignment. The file selfcheck.json beside it holds examples:
inputs, the results that are expected, and the results that well-known mistakes give.
`check` calls your functions with these inputs, compares, and shows what differs first.
Nothing is sent anywhere, and nothing here is a mark: grading asks these questions in
the same way, and others as well.

A result is looked at in this order: type, shape, dtype, finiteness (nan, infinity),
values. Numbers need not be equal to the last digit; shapes and dtypes have to be.

Needs numpy and nothing else. PyTorch or TensorFlow is imported only when an example is
about its tensors; they are put on the device that your notebook calls `DEVICE`.
"""

from __future__ import annotations

import datetime
import html
import inspect
import json
import linecache
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

__all__ = ["check"]


def check(grade_id: str) -> None:
    """Try an exercise's examples on the functions of your notebook, and show the result.

    Args:
        grade_id: The exercise, as its check cell names it.
    """
    _show(_report(grade_id, sys._getframe(1).f_globals))


def _report(grade_id: str, names: dict[str, Any]) -> _Report:
    path = _examples()
    if path is None:
        return _Report(
            grade_id,
            "selfcheck.json is missing. Put it in the folder of this notebook; it came "
            "with the assignment.",
        )
    data = json.loads(path.read_text(encoding="utf-8"))
    cases = data["exercises"].get(grade_id)
    if cases is None:
        known = ", ".join(data["exercises"])
        return _Report(grade_id, f"is no exercise of this assignment. It has: {known}.")
    if not cases:
        return _Report(grade_id, "has no examples to try; grading looks at it.")
    trials = [_try(case, names) for case in cases]
    if (data["hints_from"] or "") <= datetime.date.today().isoformat():
        _give_hints(trials, data["hints"])
    return _Report(grade_id, trials=trials)


def _examples() -> Path | None:
    """Find selfcheck.json: here, beside this file, or in the release of a source."""
    here, beside = Path.cwd(), Path(__file__).parent
    release = here.parents[1] if len(here.parents) > 1 else here
    folders = (here, beside, release / "release" / here.name)
    paths = [folder / "selfcheck.json" for folder in folders]
    return next((path for path in paths if path.is_file()), None)


# ---------------------------------------------------------------------- one example


@dataclass
class _Trial:
    """One example, and what your function did with it.

    `is_right` is None when it could not be tried, which is no mistake.
    """

    case: dict[str, Any]
    is_right: bool | None = True
    message: str = ""
    mismatch: Mismatch | None = None
    details: list[tuple[str, str]] = field(default_factory=list)
    suspects: list[str] = field(default_factory=list)
    hint: str = ""


def _try(case: dict[str, Any], names: dict[str, Any]) -> _Trial:
    """Call the function on the example's inputs and judge what comes back."""
    name = case["function"]
    function = names.get(name)
    if not callable(function):
        return _Trial(case, None, f"{name} is not defined yet; run the cell with it")
    try:
        args, kwargs = _inputs(case, names)
    except (_Missing, ImportError) as reason:
        return _Trial(case, None, f"{name} was not tried: {reason}")
    try:
        with _without(case["without"]):
            got = function(*args, **kwargs)
        numbers = _plain(got)
    except NotImplementedError:
        return _Trial(case, None, f"{name} is not written yet")
    except Exception as error:  # noqa: BLE001 - your function may raise anything
        return _raised(case, error, names, _told(function, case, names))
    trial = _judged(case, got, numbers, args, kwargs, names)
    if not trial.is_right:
        trial.details[:0] = _told(function, case, names)
    return trial


def _inputs(
    case: dict[str, Any], names: dict[str, Any]
) -> tuple[list[Any], dict[str, Any]]:
    """Make the example's inputs, new ones at each call."""
    args = [_decoded(arg, names) for arg in case["args"]]
    return args, {key: _decoded(arg, names) for key, arg in case["kwargs"].items()}


def _judged(
    case: dict[str, Any],
    got: Any,
    numbers: Any,
    args: list[Any],
    kwargs: dict[str, Any],
    names: dict[str, Any],
) -> _Trial:
    """Compare an answer with what is expected of the example."""
    if "raises" in case:
        told = [("got", _text(numbers)), ("expected", case["raises"])]
        message = f"returns a result where a {case['raises']} is asked for"
        return _Trial(case, is_right=False, message=message, details=told)
    if sign := _misplaced(got, args):
        kind, message = sign
        return _Trial(case, is_right=False, message=message, suspects=_by(case, kind))
    mismatch = compare(numbers, _decoded(case["expected"], names), case["tolerance"])
    if mismatch:
        told = [("got", mismatch.got), ("expected", mismatch.expected)]
        trial = _Trial(case, is_right=False, message=mismatch.message, details=told)
        trial.mismatch = mismatch
        for mistake, result in case["mistakes"].items():
            if compare(numbers, _decoded(result, names), case["tolerance"]) is None:
                trial.suspects.append(mistake)
        return trial
    before = _arrays(_inputs(case, names))
    after = _arrays((args, kwargs))
    for position, (was, now) in enumerate(zip(before, after, strict=True), start=1):
        if was.shape != now.shape or was.tobytes() != now.tobytes():
            message = f"the result is right, but array argument {position} was changed"
            suspects = _by(case, "changes_input")
            return _Trial(case, is_right=False, message=message, suspects=suspects)
    return _Trial(case)


def _raised(
    case: dict[str, Any],
    error: Exception,
    names: dict[str, Any],
    told: list[tuple[str, str]],
) -> _Trial:
    """Judge an exception: asked for, or a mistake at some line of the notebook."""
    asked = case.get("raises")
    if asked and any(kind.__name__ == asked for kind in type(error).__mro__):
        return _Trial(case)
    frame, line = error.__traceback__, ""
    while frame:
        if frame.tb_frame.f_globals is names:
            source = linecache.getline(frame.tb_frame.f_code.co_filename, frame.tb_lineno)
            line = f"line {frame.tb_lineno}: {source.strip()}"
        frame = frame.tb_next
    message = f"raises {type(error).__name__}: {error}"
    if isinstance(error, _Forbidden):
        message = f"calls {error}, which you are asked to write yourself"
    if line:
        told.append(("at", line))
    if asked:
        told.append(("expected", asked))
    return _Trial(case, is_right=False, message=message, details=told)


def _by(case: dict[str, Any], sign: str) -> list[str]:
    """The known mistake that shows in another way than by its values."""
    return [case["signs"][sign]] if sign in case["signs"] else []


def _give_hints(trials: list[_Trial], hints: dict[str, str]) -> None:
    """Name a mistake where it explains at least half of a function's wrong results."""
    wrong = Counter(t.case["function"] for t in trials if t.mismatch)
    explained = Counter(mistake for t in trials for mistake in t.suspects)
    for trial in trials:
        least = wrong[trial.case["function"]] / 2 if trial.mismatch else 0
        likely = [mistake for mistake in trial.suspects if explained[mistake] >= least]
        if likely:
            trial.hint = hints[max(likely, key=lambda mistake: explained[mistake])]


class _Missing(Exception):  # noqa: N818 - a reason, not a fault
    """Something that an example needs is not on this machine."""


class _Forbidden(RuntimeError):  # noqa: N818
    """A library routine was called that the exercise asks to write oneself."""


@contextmanager
def _without(routines: list[str]) -> Iterator[None]:
    """Refuse calls of these library routines for a while."""
    undo: list[tuple[Any, str, Any]] = []
    for routine in routines:
        path = routine.split(".")
        loaded = [n for n in range(1, len(path)) if ".".join(path[:n]) in sys.modules]
        if not loaded:
            continue
        owner: Any = sys.modules[".".join(path[: loaded[-1]])]
        for part in path[loaded[-1] : -1]:
            owner = getattr(owner, part, None)
        if hasattr(owner, path[-1]):
            undo.append((owner, path[-1], getattr(owner, path[-1])))
            setattr(owner, path[-1], _guard(routine))
    try:
        yield
    finally:
        for owner, attribute, original in reversed(undo):
            setattr(owner, attribute, original)


def _guard(routine: str) -> Callable[..., Any]:
    def refuse(*_args: Any, **_kwargs: Any) -> Any:
        raise _Forbidden(routine)

    return refuse


# ------------------------------------------------------------- values and tensors


def _decoded(value: Any, names: dict[str, Any]) -> Any:
    """Read a value of selfcheck.json; JSON has no arrays, tuples, tensors or nan."""
    if isinstance(value, list):
        return [_decoded(item, names) for item in value]
    if not isinstance(value, dict):
        return value
    if "tuple" in value:
        return tuple(_decoded(item, names) for item in value["tuple"])
    if "dict" in value:
        return {key: _decoded(item, names) for key, item in value["dict"].items()}
    if "name" in value:
        if value["name"] not in names:
            raise _Missing(f"{value['name']} is not defined; run the cell with it")
        return names[value["name"]]
    dtype = np.dtype(value.get("dtype", complex if "imag" in value else float))
    data = np.array(value["data"], float if dtype.kind in "fc" else dtype)
    if "imag" in value:
        data = data + 1j * np.array(value["imag"], float)
    array = data.astype(dtype).reshape(value.get("shape", ()))
    if "framework" in value:
        return _tensor(value["framework"], array, str(names.get("DEVICE", "cpu")))
    if "shape" in value:
        return array
    return array[()] if "dtype" in value else array.item()


def _tensor(framework: str, array: np.ndarray, device: str) -> Any:
    missing = 'there is no CUDA device here; set DEVICE = "cpu"'
    is_cuda = device.startswith("cuda")
    if framework == "torch":
        import torch

        if is_cuda and not torch.cuda.is_available():
            raise _Missing(missing)
        return torch.from_numpy(array).to(device)
    import tensorflow as tf

    if is_cuda and not tf.config.list_physical_devices("GPU"):
        raise _Missing(missing)
    with tf.device("/GPU:0" if is_cuda else "/CPU:0"):
        return tf.constant(array)


def _framework(value: Any) -> str:
    """Say whose tensor this is by its classes' names; "" if it is none."""
    tensors = ("torch.Tensor", "tensorflow.EagerTensor", "tensorflow.ResourceVariable")
    for cls in type(value).__mro__:
        home = cls.__module__.partition(".")[0]
        if f"{home}.{cls.__name__}" in tensors:
            return home
    return ""


def _plain(value: Any) -> Any:
    """Tensors as numpy arrays, however nested."""
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    framework = _framework(value)
    if not framework:
        return value
    if framework == "torch":
        value = value.detach().resolve_conj().resolve_neg().cpu()
        value = value.float() if str(value.dtype) == "torch.bfloat16" else value
    array: np.ndarray = value.numpy()
    return array.astype(np.float32) if array.dtype.name == "bfloat16" else array


def _arrays(value: Any) -> list[np.ndarray]:
    """The arrays and tensors in nested inputs, in order."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, (list, tuple)):
        return [array for item in value for array in _arrays(item)]
    number = _plain(value)
    return [number] if isinstance(number, np.ndarray) else []


def _misplaced(got: Any, args: list[Any]) -> tuple[str, str] | None:
    """Whether tensors went in and something else, or elsewhere, came out."""
    wanted = next((arg for arg in args if _framework(arg)), None)
    if wanted is None:
        return None
    for item in got if isinstance(got, (tuple, list)) else [got]:
        if _framework(item) != _framework(wanted):
            return "framework", f"the result is not a {_framework(wanted)} tensor"
        if str(item.device) != str(wanted.device):
            return "device", "the result is not on the device of the input"
    return None


# ------------------------------------------------------------------------ comparing

_KINDS = ("type", "shape", "dtype", "finiteness", "values")


@dataclass(frozen=True)
class Mismatch:
    """The first reason why a result is not the expected one.

    `place` is where it differs most; `arrays` are both arrays and the wrong places.
    """

    kind: str
    message: str
    got: str
    expected: str
    place: tuple[int, ...] | None = None
    arrays: tuple[np.ndarray, ...] = ()


def compare(got: Any, expected: Any, tolerance: list[float]) -> Mismatch | None:
    """Find the first reason why `got` is not `expected`; None if they agree.

    Args:
        got: What your function returned, tensors as numpy arrays.
        expected: What it is compared with.
        tolerance: (relative to the element, absolute, relative to the largest element).
    """
    found = _mismatches(got, expected, tolerance, "")
    return min(found, key=lambda reason: _KINDS.index(reason.kind), default=None)


def _mismatches(
    got: Any, expected: Any, tolerance: list[float], path: str
) -> Iterator[Mismatch]:
    """The first mismatch of every item, in nested lists and dicts."""
    subject = path or "the result"
    if isinstance(expected, (list, tuple, dict)):
        kind: Any = dict if isinstance(expected, dict) else (list, tuple)
        if not isinstance(got, kind):
            yield _wrong_type(got, expected, subject)
        elif isinstance(expected, dict) and got.keys() != expected.keys():
            keys = ", ".join(map(repr, got)), ", ".join(map(repr, expected))
            yield Mismatch("shape", f"{subject} has the wrong keys", *keys)
        elif len(got) != len(expected):
            message = f"{subject} has the wrong number of items"
            yield Mismatch("shape", message, _text(len(got)), _text(len(expected)))
        else:
            steps = expected if isinstance(expected, dict) else range(len(expected))
            for key in steps:
                step = f"item {key + 1} of {len(expected)}"
                step = f"key {key!r}" if isinstance(expected, dict) else step
                deeper = f"{path}, {step}" if path else step
                yield from _mismatches(got[key], expected[key], tolerance, deeper)
    elif expected is None or isinstance(expected, str):
        if type(got) is not type(expected):
            yield _wrong_type(got, expected, subject)
        elif got != expected:
            message = f"{subject} is the wrong text"
            yield Mismatch("values", message, _text(got), _text(expected))
    elif found := _number_mismatch(got, expected, tolerance, subject):
        yield found


def _number_mismatch(
    got: Any, expected: Any, tolerance: list[float], subject: str
) -> Mismatch | None:
    """Compare numbers, arrays, and lists that stand for arrays."""
    ours, theirs = _numbers(got), _numbers(expected)
    if ours is None or theirs is None:
        return _wrong_type(got, expected, subject)
    (array, is_python), (wanted, _) = ours, theirs
    if array.shape != wanted.shape:
        shapes = str(array.shape), str(wanted.shape)
        message = f"{subject} has the wrong shape"
        return Mismatch("shape", message, *shapes, arrays=(array, wanted))
    kinds = _kind(array) + _kind(wanted)
    if kinds in ("bb", "ii"):
        wrong = np.not_equal(array, wanted).astype(bool)
        return _wrong_values(array, wanted, wrong, subject)
    is_one = is_python and array.ndim == 0  # Python's numbers have no dtype
    fits = kinds in ("ff", "fc", "cc") and (is_one or array.dtype == wanted.dtype)
    if kinds in ("if", "ic") and is_python and (is_one or wanted.dtype == float):
        floats = array.astype(float)
        fits = all(int(a) == int(b) for a, b in zip(floats.flat, array.flat, strict=True))
    if not fits:
        name = type(got).__name__ if is_one else str(array.dtype)
        integer = "an integer" if kinds[1] == "i" else str(wanted.dtype)
        return Mismatch("dtype", f"{subject} has the wrong dtype", name, integer)
    wide = complex if kinds[1] == "c" else float
    return _float_mismatch(array.astype(wide), wanted.astype(wide), tolerance, subject)


def _float_mismatch(
    ours: np.ndarray, theirs: np.ndarray, tolerance: list[float], subject: str
) -> Mismatch | None:
    strange = np.zeros(ours.shape, bool)
    for got, expected in ((ours.real, theirs.real), (ours.imag, theirs.imag)):
        infinite = np.isinf(got) | np.isinf(expected)
        strange |= np.isnan(got) != np.isnan(expected)
        strange |= infinite & (got != expected)
    if strange.any():
        place = tuple(int(axis) for axis in np.argwhere(strange)[0])
        message = f"{subject} is not finite"
        if not np.isfinite(theirs[place]):
            message = f"{subject} has the wrong nan or infinity"
        return _elements("finiteness", message, ours, theirs, strange, place)
    rtol, atol, peak = tolerance
    with np.errstate(all="ignore"):
        size = np.abs(theirs)
        largest = np.max(size, initial=0.0, where=np.isfinite(size))
        near = np.abs(ours - theirs) <= atol + rtol * size + peak * largest
    return _wrong_values(ours, theirs, np.isfinite(theirs) & ~near, subject)


def _wrong_values(
    ours: np.ndarray, theirs: np.ndarray, wrong: np.ndarray, subject: str
) -> Mismatch | None:
    if not wrong.any():
        return None
    if "O" in ours.dtype.kind + theirs.dtype.kind:  # ints that no float can hold
        place = tuple(int(axis) for axis in np.argwhere(wrong)[0])
    else:
        errors = np.where(wrong, _distance(ours, theirs), -1.0)
        worst = np.unravel_index(int(np.argmax(errors)), wrong.shape)
        place = tuple(int(axis) for axis in worst)
    message = f"{subject} has {'wrong values' if place else 'the wrong value'}"
    return _elements("values", message, ours, theirs, wrong, place)


def _elements(
    kind: str,
    message: str,
    ours: np.ndarray,
    theirs: np.ndarray,
    wrong: np.ndarray,
    place: tuple[int, ...],
) -> Mismatch:
    """Tell a mismatch of elements by the worst of them."""
    got, expected = next(
        pair
        for digits in (6, 9, 12, 17)
        if (pair := (_digits(ours[place], digits), _digits(theirs[place], digits)))
        and (pair[0] != pair[1] or digits == 17)
    )
    others = int(np.count_nonzero(wrong)) - 1
    where = f" at {place}" if place else ""
    more = f", and {others} more of {wrong.size} elements differ" if others else ""
    arrays = (ours, theirs, wrong)
    return Mismatch(kind, message, got + where + more, expected, place, arrays)


def _distance(ours: np.ndarray, theirs: np.ndarray) -> np.ndarray:
    wide = complex if "c" in ours.dtype.kind + theirs.dtype.kind else float
    with np.errstate(all="ignore"):
        distance: np.ndarray = np.abs(ours.astype(wide) - theirs.astype(wide))
    return distance


def _wrong_type(got: Any, expected: Any, subject: str) -> Mismatch:
    message = f"{subject} has the wrong type"
    if got is None:
        message = f"{subject} is None; is a return missing?"
    return Mismatch("type", message, _described(got), _described(expected))


def _described(value: Any) -> str:
    if value is None or isinstance(value, (bool, np.bool_)):
        return str(value)
    if isinstance(value, np.ndarray):
        return f"a numpy array of shape {value.shape} and dtype {value.dtype}"
    name = type(value).__name__
    sized = isinstance(value, (list, tuple, dict))
    return f"{name} of {len(value)} items" if sized else f"a value of type {name}"


def _numbers(value: Any) -> tuple[np.ndarray, bool] | None:
    """Read numbers as one array, and whether all were Python's own; None if not."""
    if isinstance(value, (np.ndarray, np.generic)):
        is_plain = not isinstance(value, np.ma.MaskedArray) and value.dtype.kind in _ALL
        return (np.asarray(value), False) if is_plain else None
    if isinstance(value, (bool, int, float, complex)):
        if isinstance(value, int) and not isinstance(value, bool):
            small = -(2**63) <= value < 2**63
            return np.array(value, np.int64 if small else object), True
        return np.array(value), True
    if not isinstance(value, (list, tuple)):
        return None
    read = [_numbers(item) for item in value]
    parts = [part for part in read if part is not None]
    arrays = [array for array, _ in parts]
    is_ragged = len(parts) < len(read) or len({array.shape for array in arrays}) > 1
    if is_ragged or len({array.dtype.kind == "b" for array in arrays}) > 1:
        return None
    return np.array(arrays or [], None if arrays else float), all(p for _, p in parts)


_ALL = "biufc"  # numpy's letters for numbers: bool, int, unsigned, float, complex


def _kind(array: np.ndarray) -> str:
    return "i" if array.dtype.kind in "uO" else array.dtype.kind


# ---------------------------------------------------------------------- for the eye


def _told(
    function: Callable[..., Any], case: dict[str, Any], names: dict[str, Any]
) -> list[tuple[str, str]]:
    """The example's inputs, under the names that your function gives them."""
    args, kwargs = _inputs(case, names)
    try:
        own = list(inspect.signature(function).parameters)
    except (TypeError, ValueError):  # a function that is not written in Python
        own = []
    own += [f"input {n}" for n in range(len(own) + 1, len(args) + 1)]
    pairs = [*zip(own, args, strict=False), *kwargs.items()]
    return [(name, _text(value)) for name, value in pairs]


def _text(value: Any) -> str:
    """A value in few words; arrays with their numbers as long as they are small."""
    if _framework(value):
        return f"{_text(_plain(value))} ({_framework(value)} tensor)"
    if isinstance(value, np.ndarray):
        text = np.array2string(
            value, separator=", ", threshold=48, edgeitems=3, max_line_width=72
        )
        return text if value.dtype == float else f"{text} ({value.dtype})"
    text = getattr(value, "__name__", "") if callable(value) else repr(value)
    return text if len(text) < 200 else f"{text[:200]}..."


def _digits(value: Any, digits: int = 4) -> str:
    if isinstance(value, (bool, np.bool_, int, np.integer)):
        return str(value)
    if isinstance(value, (complex, np.complexfloating)):
        return f"{value.real:.{digits}g}{value.imag:+.{digits}g}j"
    return f"{float(value):.{digits}g}"


class _Report:
    """What `check` shows: HTML in a notebook, text elsewhere."""

    def __init__(
        self, grade_id: str, note: str = "", trials: list[_Trial] | None = None
    ) -> None:
        self.trials = trials or []
        self.note = f"{grade_id}: {note}" if note else self._summary(grade_id)
        right = [trial.is_right for trial in self.trials]
        self.colour = _GREEN if right and all(right) else _GREY
        if False in right:
            self.colour = _ORANGE

    def _summary(self, grade_id: str) -> str:
        tried = [trial for trial in self.trials if trial.is_right is not None]
        if not tried:
            reasons = dict.fromkeys(trial.message for trial in self.trials)
            return f"{grade_id}: {'; '.join(reasons)}."
        count, all_of = sum(bool(trial.is_right) for trial in tried), len(self.trials)
        examples = "1 example" if all_of == 1 else f"{all_of} examples"
        if count == all_of:
            return f"{grade_id}: right on {examples}. Grading tries others as well."
        return f"{grade_id}: right on {count} of {examples}."

    def _shown(self) -> list[_Trial]:
        is_tried = any(trial.is_right is not None for trial in self.trials)
        return self.trials if is_tried else []

    def __repr__(self) -> str:
        lines, has_told = [self.note], False
        for trial in self._shown():
            message = f": {trial.message}" if trial.message else ""
            lines.append(f"  {_WORDS[trial.is_right]}  {trial.case['name']}{message}")
            if trial.is_right is False and not has_told:
                has_told = True
                for label, text in _rows(trial):
                    lines.append(f"         {label:9} " + text.replace("\n", "\n" + " " * 19))
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        lines = [f"<div><b>{html.escape(self.note)}</b></div>"]
        for trial in self._shown():
            lines.append(_trial_html(trial, is_open=not any("<details" in x for x in lines)))
        style = f"border-left:4px solid {self.colour};padding:2px 0 2px 12px;margin:4px 0"
        return f'<div style="{style}">{"".join(lines)}</div>'


_GREEN, _ORANGE, _GREY = "#3a8f5c", "#d1713a", "#8a97a3"
_WORDS = {True: "right", False: "wrong", None: "open "}
_SIGNS = {True: (_GREEN, "✓"), False: (_ORANGE, "✗"), None: (_GREY, "○")}


def _rows(trial: _Trial) -> list[tuple[str, str]]:
    return [*trial.details, *([("hint", trial.hint)] if trial.hint else [])]


def _trial_html(trial: _Trial, *, is_open: bool) -> str:
    """One line for an example; a wrong one unfolds, the first is unfolded."""
    colour, sign = _SIGNS[trial.is_right]
    message = f": {trial.message}" if trial.message else ""
    line = f"{html.escape(trial.case['name'])}{html.escape(message)}"
    line = f'<span style="color:{colour}"><b>{sign}</b></span> {line}'
    if trial.is_right is not False:
        return f"<div>{line}</div>"
    cell = "padding:2px 14px 2px 0;text-align:left;vertical-align:top"
    rows = "".join(
        f'<tr style="background:none"><td style="{cell};opacity:.65">{html.escape(label)}'
        f'</td><td style="{cell}"><div style="{_FONTS[label == "hint"]}">'
        f"{html.escape(text)}</div></td></tr>"
        for label, text in _rows(trial)
    )
    table = f'<table style="margin:4px 0 6px 18px;border:none">{rows}</table>'
    picture = _picture(trial.mismatch) if trial.mismatch else ""
    is_open_now = " open" if is_open else ""
    return f"<details{is_open_now}><summary>{line}</summary>{table}{picture}</details>"


_FONTS = {
    False: "font-family:monospace;white-space:pre",
    True: f"border-left:3px solid {_ORANGE};padding-left:8px;max-width:46em",
}


def _picture(mismatch: Mismatch) -> str:
    """Both arrays as grids, side by side; the wronger a number, the darker it is."""
    if not mismatch.arrays or mismatch.arrays[0].ndim == 0:
        return ""
    ours, theirs, *marks = mismatch.arrays
    shade = np.zeros(ours.shape)
    if marks:
        errors = np.where(marks[0], _distance(ours, theirs), 0.0)
        largest = np.max(errors, initial=0.0, where=np.isfinite(errors)) or 1.0
        shade = np.where(marks[0], 0.25 + 0.6 * np.nan_to_num(errors / largest, nan=1), 0)
    grids = _grid("got", ours, shade, mismatch.place)
    grids += _grid("expected", theirs, np.zeros(theirs.shape), mismatch.place)
    return f'<div style="margin:0 0 8px 18px">{grids}</div>'


def _grid(
    title: str, array: np.ndarray, shade: np.ndarray, place: tuple[int, ...] | None
) -> str:
    """A part of an array of 10 x 10 numbers at most, around a place."""
    if array.size == 0 or array.ndim == 0:
        return ""
    place = place or (0,) * array.ndim
    place = place if array.ndim > 1 else (0, *place)
    array, shade = np.atleast_2d(array), np.atleast_2d(shade)
    starts = [max(0, min(i - 5, n - 10)) for i, n in zip(place[-2:], array.shape[-2:])]
    window = (*place[:-2], *(slice(start, start + 10) for start in starts))
    rows = ""
    for numbers, shades in zip(array[window], shade[window], strict=True):
        cells = "".join(
            f'<td style="{_CELL};background:rgba(209,113,58,{min(s, 0.85):.2f})">'
            f"{html.escape(_digits(number))}</td>"
            for number, s in zip(numbers, shades, strict=True)
        )
        rows += f'<tr style="background:none">{cells}</tr>'
    part = str(list(place[:-2])) if len(place) > 2 else ""
    caption = f"{title}{part}, shape {array.shape}" if not shade.any() else f"{title}{part}"
    return (
        '<div style="display:inline-block;vertical-align:top;margin-right:28px">'
        f'<div style="opacity:.65">{caption}</div>'
        f'<table style="border-collapse:collapse;margin:2px 0">{rows}</table></div>'
    )


_CELL = "border:1px solid rgba(128,128,128,.45);padding:3px 7px;text-align:right"


def _show(report: _Report) -> None:
    """Display it in a notebook, print it elsewhere."""
    ipython = sys.modules.get("IPython")
    if ipython and ipython.get_ipython():
        from IPython.display import display

        display(report)  # type: ignore[no-untyped-call]
    else:
        print(report)  # noqa: T201 - that is what it is for
