"""Try your functions on examples before you hand in: `check("corr2d")`.

This file came with the assignment. The file selfcheck.json beside it holds examples:
inputs, the results that are expected, and the results that well-known mistakes give.
`check` calls your functions with these inputs, compares, and shows what differs first.
Nothing is sent anywhere, and nothing here is a mark: grading asks these questions in
the same way, and others as well.

A result is looked at in this order: type, shape, dtype, finiteness (nan, infinity),
values. Numbers need not be equal to the last digit; shapes and dtypes have to be.

Needs numpy and nothing else. PyTorch or TensorFlow is imported only when an example is
about its tensors; they are put on the device that your notebook calls `DEVICE`: "cpu",
"cuda", or "mps" on a Mac, which has no float64. What needs the CPU then says so.

`python selfcheck.py convolution.ipynb` runs a whole notebook and prints a table. That
takes the file selfcheck_run.py as well, and what Jupyter installs.

To import this file also keeps an order: triton, which PyTorch brings along on Linux, is
imported before TensorFlow. The other way round, the two would end Python.
"""

from __future__ import annotations

import contextlib
import datetime
import html
import importlib
import inspect
import json
import linecache
import math
import os
import sys
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal, NoReturn, TypeAlias

import numpy as np

__all__ = ["check"]

_Case = dict[str, Any]
_Names = dict[str, Any]


def check(grade_id: str) -> None:
    """Try an exercise's examples on the functions of your notebook; show what came.

    Args:
        grade_id: The exercise, as its check cell names it.

    Raises:
        AssertionError: Only where nbgrader validates the notebook, which takes a cell
            that raises nothing for right: an example came out wrong, or was not tried.
    """
    program = _nbgrader()
    if program == "autograde":
        _refuse_to_be_graded()
    with _quiet(program):
        report = _report(grade_id, sys._getframe(1).f_globals)
    _show(report, grade_id)
    if program and not report.is_right:
        raise AssertionError(str(report)) from None


def _nbgrader() -> str:
    """What nbgrader runs the notebook for, "validate" or "autograde"; else ""."""
    older = "validate" if "NBGRADER_VALIDATING" in os.environ else ""
    return os.environ.get("NBGRADER_EXECUTION", older)


def _refuse_to_be_graded() -> NoReturn:
    """End the kernel: nbgrader then gives no score, where it would give full marks.

    Points come from hidden checks as well, of which nothing is known here.
    """
    line = (
        "selfcheck: nbgrader can't grade these exercises by itself. Run `autograder "
        "grade`, or name autograder.converters in course_config.py.\n"
    )
    try:  # Jupyter shows what is printed in the notebook, which will be lost
        os.write(sys.stderr.fileno(), line.encode())
    finally:
        os._exit(1)


@contextlib.contextmanager
def _quiet(program: str) -> Iterator[None]:
    """Keep warnings from nbgrader's validation, which takes them for a mistake."""
    with warnings.catch_warnings():
        if program:
            warnings.simplefilter("ignore")
        yield


def _report(grade_id: str, names: _Names) -> _Report:
    path = _examples()
    if path is None:
        title = "selfcheck.json is missing; put it in this notebook's folder again"
        return _Report(f"{grade_id}: {title}.", [])
    data = json.loads(path.read_text(encoding="utf-8"))
    if grade_id not in data["exercises"]:
        known = ", ".join(data["exercises"])
        return _Report(f"{grade_id}: no such exercise. There are: {known}.", [])
    trials = [_try(case, names) for case in data["exercises"][grade_id]]
    if (data["hints_from"] or "") <= datetime.date.today().isoformat():
        _give_hints(trials, data["hints"])
    tried = [trial for trial in trials if trial.is_right is not None]
    return _Report(f"{grade_id}: {_summary(trials)}", trials if tried else [])


def _examples() -> Path | None:
    """Find selfcheck.json: here, beside this file, or in the release of a source."""
    here = Path.cwd()
    release = here / ".." / ".." / "release" / here.name
    for folder in (here, Path(__file__).parent, release):
        if (folder / "selfcheck.json").is_file():
            return folder / "selfcheck.json"
    return None


def _summary(trials: list[_Trial]) -> str:
    right = sum(trial.is_right is True for trial in trials)
    examples = "1 example" if len(trials) == 1 else f"{len(trials)} examples"
    if not trials:
        return "no examples to try; grading looks at it."
    if all(trial.is_right is None for trial in trials):
        reasons = dict.fromkeys(trial.message for trial in trials)
        return f"{'; '.join(reasons)}."
    if right == len(trials):
        return f"right on {examples}. Grading tries others as well."
    return f"right on {right} of {examples}."


# ---------------------------------------------------------------------- one example


@dataclass
class _Trial:
    """One example, and what your function did with it.

    Attributes:
        case: The example.
        is_right: None if it could not be tried, which is no mistake.
        message: What is wrong, or why it could not be tried.
        rows: What is told of it: pairs of a label and a text.
        difference: Where the result differs, if it was compared.
        suspects: Known mistakes that give this very result.
    """

    case: _Case
    is_right: bool | None = True
    message: str = ""
    rows: list[tuple[str, str]] = field(default_factory=list)
    difference: Difference | None = None
    suspects: list[str] = field(default_factory=list)

    @property
    def line(self) -> str:
        """Name and message."""
        name: str = self.case["name"]
        return f"{name}: {self.message}" if self.message else name


def _try(case: _Case, names: _Names) -> _Trial:
    """Call the function on the example's inputs and judge what comes back."""
    name = case["function"]
    function = names.get(name)
    if not callable(function):
        return _Trial(case, None, f"{name} is not defined yet; run the cell with it")
    try:
        args, kwargs = _inputs(case, names)
    except _MissingError as reason:
        return _Trial(case, None, f"{name} was not tried: {reason}")
    try:
        with _without(case["without"]):
            got = _result(function, args, kwargs, case)
        trial = _judged(case, got, (args, kwargs), names)
    except NotImplementedError:
        return _Trial(case, None, f"{name} is not written yet")
    except Exception as error:  # noqa: BLE001 - your function may raise anything
        trial = _raised(case, error, names)
    if trial.is_right is False:
        trial.rows[:0] = _shown_inputs(function, case, names)
    return trial


def _result(
    function: Callable[..., Any], args: list[Any], kwargs: dict[str, Any], case: _Case
) -> Any:
    """Call the function; and what it returns, if the example asks for that."""
    if "followed" not in case:
        return function(*args, **kwargs)
    *first, each = args
    made = function(*first, **kwargs)
    return [made(item) for item in each]


def _inputs(case: _Case, names: _Names) -> tuple[list[Any], dict[str, Any]]:
    """Make the example's inputs, new ones at each call."""
    args = [_decoded(arg, names) for arg in case["args"]]
    return args, {key: _decoded(arg, names) for key, arg in case["kwargs"].items()}


def _judged(case: _Case, got: Any, inputs: Any, names: _Names) -> _Trial:
    """Compare an answer with the expected one; look whether the inputs were kept."""
    if "raises" in case:
        rows = [("got", _text(got)), ("expected", case["raises"])]
        message = f"returns a result where a {case['raises']} is asked for"
        return _Trial(case, False, message, rows)
    got = mapped(got, _bare)
    if misplaced := _misplaced(got, inputs[0]):
        sign, message = misplaced
        return _Trial(case, False, message, suspects=_signed(case, sign))
    numbers, tolerance = _plain(got), Tolerance(*case["tolerance"])
    expected = _decoded(case["expected"], names)
    if difference := difference_of(numbers, expected, tolerance):
        mismatch = difference.mismatch
        rows = [("got", mismatch.got), ("expected", mismatch.expected)]
        suspects = [
            mistake
            for mistake, result in case["mistakes"].items()
            if _is_from(_decoded(result, names), numbers, tolerance)
        ]
        return _Trial(case, False, mismatch.message, rows, difference, suspects)
    pairs = zip(_arrays(_inputs(case, names)), _arrays(inputs), strict=True)
    for position, (before, after) in enumerate(pairs, start=1):
        if before.shape != after.shape or before.tobytes() != after.tobytes():
            message = f"the result is right, but array argument {position} was changed"
            return _Trial(case, False, message, suspects=_signed(case, "changes_input"))
    return _Trial(case)


def _is_from(result: Any, got: Any, tolerance: Tolerance) -> bool:
    """Whether what came is a known mistake's result, at the precision that this has."""
    return compare(got, result, coarsened(tolerance, result)) is None


def _raised(case: _Case, error: Exception, names: _Names) -> _Trial:
    """Judge an exception: asked for, or a mistake at some line of the notebook."""
    asked = case.get("raises")
    if asked and any(kind.__name__ == asked for kind in type(error).__mro__):
        return _Trial(case)
    rows, trace = [("expected", asked)] if asked else [], error.__traceback__
    while trace:  # the last line of the notebook that it came through
        if trace.tb_frame.f_globals is names:
            file, number = trace.tb_frame.f_code.co_filename, trace.tb_lineno
            rows[:] = [
                ("at", f"line {number}: {linecache.getline(file, number).strip()}")
            ]
        trace = trace.tb_next
    message = f"raises {type(error).__name__}: {error}"
    if isinstance(error, _ForbiddenError):
        message = f"calls {error}, which this exercise asks you to write yourself"
    return _Trial(case, False, message, rows)


def _shown_inputs(
    function: Callable[..., Any], case: _Case, names: _Names
) -> list[tuple[str, str]]:
    """The example's inputs, under the names that your function gives them."""
    args, kwargs = _inputs(case, names)
    try:
        bound = inspect.signature(function).bind(*args, **kwargs).arguments
    except (TypeError, ValueError):  # it takes other inputs, or is not Python's
        bound = {f"input {n}": arg for n, arg in enumerate(args, start=1)} | kwargs
    return [(name, _text(value)) for name, value in bound.items()]


def _signed(case: _Case, sign: str) -> list[str]:
    """Name the known mistake that shows in another way than by its values."""
    return [case["signs"][sign]] if sign in case["signs"] else []


def _give_hints(trials: list[_Trial], hints: dict[str, str]) -> None:
    """Name a mistake where it explains two thirds of a function's wrong results.

    A coincidence on one example names nothing, and neither does a mistake that would
    have got an example wrong which the function got right. Of several mistakes that
    would explain a result, the one that explains most is named.
    """
    wrong = Counter(trial.case["function"] for trial in trials if trial.difference)
    explained = Counter(mistake for trial in trials for mistake in trial.suspects)
    right = [trial.case for trial in trials if trial.is_right]
    cleared = {mistake for case in right for mistake in case.get("mistakes", ())}
    for trial in trials:
        least = 2 * wrong[trial.case["function"]] if trial.difference else 0
        likely = [
            mistake
            for mistake in trial.suspects
            if 3 * explained[mistake] >= least
            and not (trial.difference and mistake in cleared)
        ]
        if likely:
            trial.rows.append(("hint", hints[max(likely, key=explained.__getitem__)]))


class _MissingError(Exception):
    """Something that an example needs is not here."""


class _ForbiddenError(RuntimeError):
    """A library routine was called that the exercise asks to write oneself."""


@contextlib.contextmanager
def _without(routines: list[str]) -> Iterator[None]:
    """Refuse calls of these library routines for a while."""
    undo = []
    for routine in routines:
        *path, name = routine.split(".")
        owner: Any = sys.modules.get(path[0])
        for depth, part in enumerate(path[1:], start=2):  # what isn't loaded stays so
            loaded = sys.modules.get(".".join(path[:depth]))
            owner = loaded or getattr(owner, "__dict__", {}).get(part)
        if owner is not None and hasattr(owner, name):
            undo.append((owner, name, getattr(owner, name)))
            setattr(owner, name, _guard(routine))
    try:
        yield
    finally:
        for owner, name, original in reversed(undo):
            setattr(owner, name, original)


def _guard(routine: str) -> Callable[..., Any]:
    def refuse(*_args: Any, **_kwargs: Any) -> Any:
        raise _ForbiddenError(routine)

    return refuse


# ------------------------------------------------------------- values and tensors


def _decoded(value: Any, names: _Names) -> Any:
    """Read a value of selfcheck.json; JSON has no arrays, tuples, tensors or nan."""
    if isinstance(value, list):
        return [_decoded(item, names) for item in value]
    if not isinstance(value, dict):
        return value
    if "tuple" in value:
        return tuple(_decoded(item, names) for item in value["tuple"])
    if "dict" in value:
        return {key: _decoded(item, names) for key, item in value["dict"].items()}
    if "name" in value:  # a function that the notebook gives
        if value["name"] not in names:
            raise _MissingError(f"{value['name']} is not defined; run the cell with it")
        return names[value["name"]]
    dtype = np.dtype(value.get("dtype", complex if "imag" in value else float))
    data = np.array(value["data"], float if dtype.kind in "fc" else dtype)
    if "imag" in value:
        parts, data = (data, np.array(value["imag"], float)), data.astype(complex)
        data.real, data.imag = parts
    array = data.astype(dtype).reshape(value.get("shape", ()))
    if "framework" in value:
        return _tensor(value["framework"], array, str(names.get("DEVICE", "cpu")))
    if "shape" in value:
        return array
    return array[()] if "dtype" in value else array.item()


def _tensor(framework: str, array: np.ndarray, device: str) -> Any:
    """Make a tensor on a device; the only place that imports a framework."""
    try:
        library = importlib.import_module(framework)
    except ImportError:
        raise _MissingError(f"{framework} is not installed here") from None
    if array.dtype in (np.float64, np.complex128) and device.startswith("mps"):
        number = array.dtype.name
        raise _MissingError(f"it needs the CPU, for mps has no {number}; {_ON_CPU}")
    if missing := _missing_device(library, framework, device):
        raise _MissingError(f"{framework} {missing}; {_ON_CPU}")
    if framework == "torch":
        return library.from_numpy(array).to(device)
    with library.device("/CPU:0" if device == "cpu" else "/GPU:0"):
        return library.constant(array)


_ON_CPU = 'set DEVICE = "cpu"'


def _missing_device(library: Any, framework: str, device: str) -> str:
    """What a framework lacks for a device, or ""; TensorFlow calls mps a GPU too."""
    kind = device.partition(":")[0]
    if kind not in ("cuda", "mps"):
        return ""
    if framework == "torch":
        is_mps = kind == "mps"
        place = library.backends.mps if is_mps else library.cuda
        name = "mps device" if is_mps else "GPU"
        return "" if place.is_available() else f"finds no {name} here"
    if library.config.list_physical_devices("GPU"):
        return ""
    return "finds no GPU here" + (" without tensorflow-metal" if kind == "mps" else "")


def _framework(value: Any) -> str:
    """Say whose tensor this is by its classes' names; "" if it is none."""
    tensors = ("torch.Tensor", "tensorflow.EagerTensor", "tensorflow.ResourceVariable")
    for cls in type(value).__mro__:
        home = cls.__module__.partition(".")[0]
        if f"{home}.{cls.__name__}" in tensors:
            return home
    return ""


def _bare(value: Any) -> Any:
    """The tensor in a Keras variable; anything else as it is."""
    for cls in type(value).__mro__:
        if cls.__module__.partition(".")[0] == "keras" and cls.__name__ == "Variable":
            return value.value() if callable(value.value) else value.value
    return value


def _plain(value: Any) -> Any:
    """Tensors as numpy arrays, however nested."""
    return mapped(value, _plain_leaf)


def _plain_leaf(value: Any) -> Any:
    framework = _framework(value)
    if framework == "torch":
        value = value.detach().resolve_conj().resolve_neg().cpu()
        is_odd = str(value.dtype).startswith(("torch.bfloat16", "torch.float8"))
        value = value.float() if is_odd else value  # numpy has no such dtypes
    array = value.numpy() if framework else value
    is_narrow = framework and array.dtype.name == "bfloat16"  # TensorFlow's own dtype
    return array.astype(np.float32) if is_narrow else array


def _arrays(value: Any) -> list[np.ndarray]:
    """List the arrays and tensors in nested inputs, in order."""
    return [leaf for leaf in leaves(_plain(value)) if isinstance(leaf, np.ndarray)]


def _misplaced(got: Any, args: list[Any]) -> tuple[str, str] | None:
    """Say whether tensors went in and something else, or elsewhere, came out."""
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

# Word for word the rules of grading, which come from the grader itself: nobody edits
# them here, and `autograder release` writes them anew.


# The walk through nested values: lists, tuples and dicts, and what they hold.


def walked(value: Any) -> Iterator[Any]:
    """Yield a value and all that it holds: a container before its items, in order.

    A dict holds its values; its keys are not walked through.
    """
    yield value
    if isinstance(value, (list, tuple, dict)):
        for item in value.values() if isinstance(value, dict) else value:
            yield from walked(item)


def leaves(value: Any) -> Iterator[Any]:
    """Yield what a nested value holds that is no list, tuple or dict, in order."""
    return (each for each in walked(value) if not isinstance(each, (list, tuple, dict)))


def mapped(value: Any, of_leaf: Callable[[Any], Any]) -> Any:
    """Copy a nested value, with `of_leaf` of each leaf in the leaf's place.

    A list gives a list, a dict a dict with the same keys, a tuple a tuple; a named
    tuple stays one. Of any other subclass the copy is of the base class, for nobody
    knows how to make another.
    """
    if isinstance(value, list):
        return [mapped(item, of_leaf) for item in value]
    if isinstance(value, dict):
        return {key: mapped(item, of_leaf) for key, item in value.items()}
    if not isinstance(value, tuple):
        return of_leaf(value)
    items = [mapped(item, of_leaf) for item in value]
    is_named = hasattr(type(value), "_make")
    return type(value)._make(items) if is_named else tuple(items)  # type: ignore[attr-defined]


# Any framework's array as plain numpy, without importing the framework.


Array: TypeAlias = np.ndarray[Any, np.dtype[Any]]
FRAMEWORKS: Final = ("torch", "tensorflow")
DEVICES: Final = ("cpu", "cuda")
_CLASS: Final[Any] = type.__dict__  # descriptors that no metaclass can replace


@dataclass(frozen=True, eq=False)
class Tensor:
    """A framework's tensor as the trusted side sees it: numbers and where they lived.

    Attributes:
        array: The values.
        framework: "torch" or "tensorflow".
        device: "cpu" or "cuda".
        requires_grad: Whether torch records operations on it.

    Raises:
        TypeError: `array` is not a numpy array.
        ValueError: `framework` or `device` is unknown.
    """

    array: Array
    framework: str
    device: str = "cpu"
    requires_grad: bool = False

    def __post_init__(self) -> None:
        if not isinstance(self.array, np.ndarray):
            raise TypeError(f"got {_named(self.array)}, expected a numpy array")
        if self.framework not in FRAMEWORKS:
            raise ValueError(_unknown("framework", self.framework, FRAMEWORKS))
        if self.device not in DEVICES:
            raise ValueError(_unknown("device", self.device, DEVICES))


def type_name(kind: type) -> str:
    """A class's name, whatever its metaclass says."""
    return str.__str__(_CLASS["__name__"].__get__(kind))


def _named(value: object) -> str:
    name = type_name(type(value))[:80]
    is_vowel = name.lower().startswith(("a", "e", "i", "o", "u", "ndarray"))
    article = "an" if is_vowel else "a"
    return "None" if value is None else f"{article} {name}"


def _unknown(what: str, got: object, known: tuple[str, ...]) -> str:
    names = ", ".join(f'"{name}"' for name in known)
    return f"unknown {what} {got!r}; use one of {names}"


# What a comparison is given and what it gives back: plain values.


Kind: TypeAlias = Literal["type", "shape", "dtype", "finiteness", "values"]

KINDS: Final[tuple[Kind, ...]] = ("type", "shape", "dtype", "finiteness", "values")
"""The reasons, in the order in which they are looked for."""


@dataclass(frozen=True)
class Tolerance:
    """How far a number may be from the expected one.

    An element agrees if

        |got - expected| <= atol + rtol |expected| + peak max |expected|

    with the maximum over the finite elements of the same array. The last term lets an
    element that is small because large terms cancelled carry the large ones' rounding
    error; in a nested result each array has its own maximum.

    Attributes:
        rtol: Relative to the element.
        atol: Absolute.
        peak: Relative to the largest element of the array.

    Raises:
        ValueError: One of them is negative, infinite or nan.
    """

    rtol: float
    atol: float
    peak: float = 0.0

    def __post_init__(self) -> None:
        for name in ("rtol", "atol", "peak"):
            number = getattr(self, name)
            if not (math.isfinite(number) and number >= 0):
                raise ValueError(f"{name} is {number}; use a finite number, 0 or more")


@dataclass(frozen=True)
class Mismatch:
    """The first reason why a result is not the expected one.

    Attributes:
        kind: What differs.
        message: One line for a person. It never holds an expected value, so it may be
            shown for a hidden check; `got` and `expected` may not.
        got: What came: the worst element, or the shape, dtype or type.
        expected: What should have come.
        index: Where in the array, if an element is at fault.
        count: How many elements are at fault; 0 if the whole is.
        size: How many elements the expected array has; 0 if the whole is at fault.
        max_error: Largest |got - expected| of the elements at fault, finite; None
            unless numbers were compared by value.
    """

    kind: Kind
    message: str
    got: str
    expected: str
    index: tuple[int, ...] | None = None
    count: int = 0
    size: int = 0
    max_error: float | None = None


@dataclass(frozen=True, eq=False)
class Difference:
    """A mismatch and the arrays that it is about, for whoever draws them.

    Attributes:
        mismatch: What is told.
        arrays: What came, what should have come, and True where an element is at
            fault; without the last where shapes differ, empty where the item is no
            array.
    """

    mismatch: Mismatch
    arrays: tuple[Array, ...] = ()


# The words of a mismatch: short, printable, of a bounded length.


_MAX_TEXT: Final = 60  # characters
_MAX_KEYS: Final = 8
_MAX_DIGITS: Final = 24  # of an int; float64 has 17
_DIGITS: Final = (6, 9, 12)  # significant digits to try; 17 tells any two floats apart

_KIND_WORDS: Final[tuple[tuple[type, str], ...]] = (
    (str, "text"),
    (bytes, "bytes"),
    (bool, "True or False"),  # before int, its base
    (np.bool_, "True or False"),
    (int, "an integer"),
    (np.integer, "an integer"),
    (complex, "a complex number"),
    (np.complexfloating, "a complex number"),
    (float, "a number"),
    (np.floating, "a number"),
)


def subject_of(path: tuple[str, ...]) -> str:
    """Name what a message is about: the whole result, or an item of it."""
    return ", ".join(path) if path else "the result"


def describe(value: object) -> str:
    """Say in a few words what a value is."""
    if isinstance(value, Tensor):
        return f"a {value.framework} tensor on {value.device}"
    if isinstance(value, np.ndarray):
        return _describe_array(value)
    if isinstance(value, (list, tuple, dict)):
        name = next(kind for kind in (list, tuple, dict) if isinstance(value, kind))
        return f"a {name.__name__} of {count_words(len(value))}"
    if isinstance(value, (str, bytes)):
        noun = "text" if isinstance(value, str) else "bytes"
        return f"the {noun} {clipped(repr(value))}"
    if value is None or isinstance(value, (bool, np.bool_)):
        return str(value)
    if isinstance(value, (int, float, complex, np.generic)):
        return f"a number ({type(value).__name__})"
    # A handle of the wire stands for an object of a class that only the kernel knows.
    name_of_class = getattr(value, "type_name", "") or type(value).__name__
    return _with_article(clipped(ascii(name_of_class).strip("'\"")))


def describe_kind(expected: object) -> str:
    """Say what kind of value is expected, without telling the value."""
    matches = (text for kind, text in _KIND_WORDS if isinstance(expected, kind))
    return next(matches, None) or describe(expected)


def shape_words(axes: tuple[int, ...]) -> str:
    """Format a shape; that of a scalar with a word beside it."""
    return str(axes) if axes else "() (a single number)"


def count_words(number_of: int) -> str:
    """Format a number of items."""
    return "1 item" if number_of == 1 else f"{number_of} items"


def key_words(value: dict[Any, Any]) -> str:
    """List a dict's keys, the first few."""
    if not value:
        return "no keys"
    names = ", ".join(clipped(repr(key)) for key in list(value)[:_MAX_KEYS])
    more = len(value) - _MAX_KEYS
    return f"keys {names}" + (f" and {more} more" if more > 0 else "")


def clipped(text: str) -> str:
    """Cut a text to a bounded length."""
    return text if len(text) <= _MAX_TEXT else f"{text[: _MAX_TEXT - 3]}..."


def place_words(index: tuple[int, ...]) -> str:
    """Format an element's place; nothing for a scalar."""
    return f" at {index}" if index else ""


def told_apart(got: Any, expected: Any) -> tuple[str, str]:
    """Format two unequal numbers with so many digits that they look unequal."""
    for digits in _DIGITS:
        pair = number_words(got, digits), number_words(expected, digits)
        if pair[0] != pair[1]:
            return pair
    return number_words(got, 17), number_words(expected, 17)


def number_words(value: Any, digits: int = _DIGITS[0]) -> str:
    """Format one number with so many significant digits."""
    if isinstance(value, (bool, np.bool_)):
        return str(bool(value))
    if isinstance(value, (int, np.integer)):
        text = str(int(value))
        if len(text) <= _MAX_DIGITS:
            return text
        return f"{text[:8]}...{text[-8:]} ({len(text.lstrip('-'))} digits)"
    if isinstance(value, (complex, np.complexfloating)):
        return f"{value.real:.{digits}g}{value.imag:+.{digits}g}j"
    return f"{float(value):.{digits}g}"


def _describe_array(array: np.ndarray[Any, Any]) -> str:
    if isinstance(array, np.ma.MaskedArray):
        return "a masked array"
    if array.dtype.kind not in "biufc":
        return f"an array of dtype {clipped(str(array.dtype))}"
    return f"a numpy array of shape {array.shape}"


def _with_article(name: str) -> str:
    return f"{'an' if name[:1].lower() in tuple('aeiou') else 'a'} {name}"


# Arrays of equal shape and fitting dtype, element by element.


_Mask = np.ndarray[Any, np.dtype[np.bool_]]


def int_difference(got: Array, expected: Array, subject: str) -> Difference | None:
    """Compare ints or bools exactly, whatever their width."""
    wrong = np.not_equal(got, expected).astype(bool)
    if not wrong.any():
        return None
    index = _worst(got, expected, wrong)
    error = abs(int(got[index]) - int(expected[index]))
    return _value_difference(got, expected, subject, wrong, index, error)


def float_difference(
    got: Array, expected: Array, subject: str, tolerance: Tolerance
) -> Difference | None:
    """Compare finiteness, then values within `tolerance`."""
    dtype = np.complex128 if expected.dtype.kind == "c" else np.float64
    ours, theirs = got.astype(dtype), expected.astype(dtype)
    strange = _strange(ours.real, theirs.real) | _strange(ours.imag, theirs.imag)
    if strange.any():
        return _finiteness_difference(ours, theirs, subject, strange)
    with np.errstate(over="ignore", invalid="ignore"):
        errors = np.abs(ours - theirs)
        limits = tolerance.atol + tolerance.rtol * np.abs(theirs)
        limits = limits + tolerance.peak * peak_of(theirs)
        # Equal numbers agree even where |expected| overflows, as 1e308+1e308j does.
        wrong = np.isfinite(theirs) & ~(errors <= limits) & (ours != theirs)
    if not wrong.any():
        return None
    index = _worst(ours, theirs, wrong)
    return _value_difference(ours, theirs, subject, wrong, index, errors[index])


def wrongness(got: Array, expected: Array, wrong: _Mask) -> Array:
    """Return |got - expected| where `wrong`, -1 elsewhere.

    As far as float64 tells errors apart; infinite where one of the two is nan.
    """
    if "O" in got.dtype.kind + expected.dtype.kind:  # ints that float64 may not hold
        return np.where(wrong, 1.0, -1.0)
    with np.errstate(over="ignore", invalid="ignore"):
        errors = np.abs(widened(got) - widened(expected))
    return np.where(wrong, np.where(np.isnan(errors), np.inf, errors), -1.0)


def _worst(got: Array, expected: Array, wrong: _Mask) -> tuple[int, ...]:
    flat = int(np.argmax(wrongness(got, expected, wrong)))
    return _index(np.unravel_index(flat, wrong.shape))


def peak_of(array: Array) -> float:
    """Return the largest finite |element|; 0.0 if there is none."""
    with np.errstate(over="ignore", invalid="ignore"):
        size = np.abs(widened(array))
    return float(np.max(size, initial=0.0, where=np.isfinite(size)))


def widened(array: Array) -> Array:
    """Return the numbers as float64 or complex128."""
    return array.astype(np.complex128 if array.dtype.kind == "c" else np.float64)


def _strange(got: Array, expected: Array) -> _Mask:
    """Mark where one is nan and the other isn't, or where infinities differ."""
    nan = np.isnan(got) != np.isnan(expected)
    infinite = np.isinf(got) | np.isinf(expected)
    mask: _Mask = nan | (infinite & (got != expected))
    return mask


def _finiteness_difference(
    got: Array, expected: Array, subject: str, strange: _Mask
) -> Difference:
    index = _index(np.argwhere(strange)[0])
    count = int(np.count_nonzero(strange))
    message = f"{subject} is not finite"
    if not np.isfinite(expected[index]):
        message = f"{subject} has the wrong nan or infinity"
    others = f", and at {count - 1} more of {got.size} elements" if count > 1 else ""
    ours = number_words(got[index]) + place_words(index) + others
    theirs = number_words(expected[index])
    mismatch = Mismatch(
        "finiteness", message, ours, theirs, index=index, count=count, size=got.size
    )
    return Difference(mismatch, (got, expected, strange))


def _value_difference(
    got: Array,
    expected: Array,
    subject: str,
    wrong: _Mask,
    index: tuple[int, ...],
    error: float,
) -> Difference:
    count = int(np.count_nonzero(wrong))
    message = f"{subject} has {'wrong values' if index else 'the wrong value'}"
    others = (
        f", and {count - 1} more of {got.size} elements differ" if count > 1 else ""
    )
    ours, theirs = told_apart(got[index], expected[index])
    mismatch = Mismatch(
        "values",
        message,
        ours + place_words(index) + others,
        theirs,
        index=index,
        count=count,
        size=got.size,
        max_error=_finite(error),
    )
    return Difference(mismatch, (got, expected, wrong))


def _index(place: Any) -> tuple[int, ...]:
    return tuple(int(axis) for axis in place)


def _finite(error: float) -> float:
    """Return the error as a float that JSON can hold."""
    try:
        return min(float(error), sys.float_info.max)
    except OverflowError:  # a difference of ints beyond any float
        return sys.float_info.max


# Numbers, arrays and lists of numbers, read as one thing: an array of a known kind.


_MAX_AXES: Final = 64  # numpy's own limit; the wire's is lower
_PYTHON: Final = (bool, int, float, complex)
_NUMPY: Final = (np.ndarray, np.generic)


@dataclass(frozen=True)
class Numbers:
    """Numbers as an array, and whether all of them were Python's own.

    Attributes:
        array: In this machine's byte order; of bools, ints, floats or complex numbers,
            or of objects, which then are ints beyond 64 bits.
        is_python: Whether they came as Python's numbers, which have no dtype.
    """

    array: Array
    is_python: bool

    @property
    def kind(self) -> str:
        """One letter: b(ool), i(nt), f(loat) or c(omplex)."""
        letter = self.array.dtype.kind
        return "i" if letter in "uO" else letter

    @property
    def is_weak(self) -> bool:
        """Whether this is one Python number, which takes any dtype of its kind."""
        return self.is_python and self.array.ndim == 0

    @property
    def dtype_name(self) -> str:
        """The dtype as numpy prints it, or Python's name where there is none."""
        if self.is_weak or self.array.dtype.kind == "O":
            return {"b": "bool", "i": "int", "f": "float", "c": "complex"}[self.kind]
        return str(self.array.dtype)

    def standing_for(self, wanted: Numbers, *, exact_ints: bool) -> Array | None:
        """Return the numbers if their kind and dtype may stand for `wanted`'s.

        Args:
            wanted: The expected numbers, of the same shape.
            exact_ints: Whether a float may not stand for an int.
        """
        pair = self.kind + wanted.kind
        if pair in ("bb", "ii"):
            return self.array
        if pair in ("if", "ic") and self.is_python:
            fits = self.is_weak or wanted.array.dtype == np.float64
            return _exact_floats(self.array) if fits else None
        if pair == "fi":
            is_big = wanted.array.dtype.kind == "O"
            return None if exact_ints or is_big else self.array
        if pair in ("ff", "fc", "cc"):
            same = self.array.dtype == wanted.array.dtype
            return self.array if same or self.is_weak else None
        return None


def read_numbers(value: object) -> Numbers | None:
    """Read a number, an array, or a list of these that is not ragged.

    Returns:
        None if `value` is none of these: text, None, a dict, a masked array, an array
        of objects, a list that mixes bools with numbers...
    """
    if isinstance(value, _NUMPY):
        return _from_numpy(value)
    if isinstance(value, _PYTHON):
        return _from_python([value], ())
    if isinstance(value, (list, tuple)):
        return _from_list(value)
    return None


def _from_numpy(value: Array | np.generic) -> Numbers | None:
    if isinstance(value, np.ma.MaskedArray):
        return None
    array = np.asarray(value)
    if array.dtype.kind not in "biufc":
        return None
    return Numbers(array.astype(array.dtype.newbyteorder("="), copy=False), False)


def _from_python(values: list[Any], shape: tuple[int, ...]) -> Numbers | None:
    kinds = {_base_of(kind) for kind in {type(value) for value in values}}
    if bool in kinds and len(kinds) > 1:
        return None
    if kinds == {int}:
        return Numbers(_int_array(values).reshape(shape), True)
    dtype = bool if bool in kinds else complex if complex in kinds else float
    try:
        array = np.array(values, dtype)
    except OverflowError:  # an int among floats that no float can hold
        return None
    return Numbers(array.reshape(shape), True)


def _base_of(kind: type) -> type:
    """The Python number that a class of numbers is, such as int for an enum of ints."""
    return next(base for base in _PYTHON if issubclass(kind, base))


def _int_array(values: list[int]) -> Array:
    """Choose the first of int64, uint64 and object that holds all values."""
    low, high = min(values), max(values)
    for dtype in (np.int64, np.uint64):
        limits = np.iinfo(dtype)
        if limits.min <= low and high <= limits.max:
            return np.array(values, dtype)
    array = np.empty(len(values), object)
    array[:] = values
    return array


def _exact_floats(ints: Array) -> Array | None:
    """Turn ints into floats if each equals its float."""
    try:
        floats = ints.astype(np.float64)
    except OverflowError:
        return None
    pairs = zip(floats.flat, ints.flat, strict=True)
    return floats if all(int(f) == int(i) for f, i in pairs) else None


def _from_list(value: list[Any] | tuple[Any, ...]) -> Numbers | None:
    try:
        shape, leaves = _flatten(value, _MAX_AXES)
    except _NotABlockError:
        return None
    if not any(isinstance(leaf, _NUMPY) for leaf in leaves):
        return _from_python(leaves, shape)
    return _join(leaves, shape)


class _NotABlockError(Exception):
    """A list is not a rectangular block of numbers."""


def _flatten(value: object, depth: int) -> tuple[tuple[int, ...], list[Any]]:
    """Return the shape of nested lists, and their leaves: numbers and arrays."""
    if isinstance(value, _NUMPY):
        return value.shape, [value]
    if isinstance(value, _PYTHON):
        return (), [value]
    if not isinstance(value, (list, tuple)) or depth == 0:
        raise _NotABlockError
    shape: tuple[int, ...] = ()
    leaves: list[Any] = []
    for n, item in enumerate(value):
        inner, more = _flatten(item, depth - 1)
        if n and inner != shape:
            raise _NotABlockError
        shape = inner
        leaves += more
    return (len(value), *shape), leaves


def _join(leaves: list[Any], shape: tuple[int, ...]) -> Numbers | None:
    """Join leaves of which some are numpy's into one array of their common dtype."""
    parts = [part.array for part in map(read_numbers, leaves) if part is not None]
    if len(parts) < len(leaves) or len({part.dtype.kind == "b" for part in parts}) > 1:
        return None
    # Python's numbers are weak beside numpy's (NEP 50), as in an expression of both.
    dtypes = [
        leaf
        if isinstance(leaf, _PYTHON) and not isinstance(leaf, _NUMPY)
        else part.dtype
        for leaf, part in zip(leaves, parts, strict=True)
    ]
    try:
        common = np.result_type(*dtypes)
        flat = [part.astype(common).ravel() for part in parts]
    except OverflowError:  # an int that the common dtype can't hold
        return None
    if common.kind == "O" or any(part.dtype.kind == "O" for part in parts):
        return None
    return Numbers(np.concatenate(flat).reshape(shape), False)


# How near is near enough: tolerances from rounding error.


@dataclass(frozen=True)
class _Floor:
    """A dtype's numbers in the rule; see `noise_tolerance`."""

    floor: float
    cap: float
    atol: float
    epsilon: float


_HALF: Final = _Floor(floor=1e-2, cap=5e-2, atol=1e-3, epsilon=2.0**-10)
_SINGLE: Final = _Floor(floor=3e-5, cap=4e-4, atol=1e-7, epsilon=2.0**-23)
_DOUBLE: Final = _Floor(floor=1e-9, cap=4e-4, atol=1e-12, epsilon=2.0**-52)


def coarsened(tolerance: Tolerance, result: object) -> Tolerance:
    """Widen a tolerance to the floor of the dtype in which a result came.

    For a result that lost precision on its way: another order of the same sums differs
    from it by its own rounding, not by the inputs'. Floors as in `noise_tolerance`.

    Args:
        tolerance: The one for a result at the inputs' dtype.
        result: Arrays and numbers, however nested; float64 and ints widen nothing.
    """
    for leaf in _leaves(result):
        if leaf.dtype.kind in "fc" and (numbers := _floor_of(leaf.dtype)) != _DOUBLE:
            tolerance = Tolerance(
                rtol=max(tolerance.rtol, numbers.floor),
                atol=max(tolerance.atol, numbers.atol),
                peak=max(tolerance.peak, numbers.floor),
            )
    return tolerance


def _floor_of(dtype: np.dtype[Any]) -> _Floor:
    if dtype == np.float16:
        return _HALF
    if dtype in (np.float32, np.complex64):
        return _SINGLE
    if dtype.kind in "biufc":
        return _DOUBLE
    raise ValueError(f"no tolerance for dtype {dtype}; use a dtype of numbers")


def _leaves(value: object) -> Iterator[Array]:
    """Yield every array and number in nested lists, tuples and dicts."""
    for leaf in leaves(value):
        numbers = read_numbers(leaf.array if isinstance(leaf, Tensor) else leaf)
        if numbers is not None and numbers.array.dtype.kind != "O":
            yield numbers.array


# The walk through nested results, and the order of reasons: `compare`.


_Path = tuple[str, ...]


def compare(
    got: object, expected: object, tolerance: Tolerance, *, exact_ints: bool = True
) -> Mismatch | None:
    """Find the first reason why `got` is not `expected`.

    Lists, tuples and dicts are compared item by item; a list may stand for a tuple and
    the reverse. Of several items at fault the one with the earliest kind of reason is
    told, then the first. Messages count items from 1 ("item 2 of 3") and elements of
    arrays from 0, as numpy does.

    Numbers must be of the expected kind: a bool is no number, a float no int, a complex
    number no real one. Ints of any width agree if they are equal, exactly. Floats and
    complex numbers must have the expected dtype. Python's own numbers have none: one
    float may stand for a scalar of any float dtype, an int for a float that it equals.
    A list of numbers may stand for an array, as float64, if it is not ragged.

    Shapes are never broadcast. nan agrees with nan only, an infinity with the same
    infinity only.

    Args:
        got: What the student's code returned, as the wire delivers it.
        expected: What is right: numbers, numpy arrays, `Tensor`s, text, bytes, None;
            and lists, tuples or dicts of these.
        tolerance: For floats and complex numbers.
        exact_ints: Whether a float is refused where an int is expected; if not, it is
            compared within `tolerance`.

    Returns:
        None if they agree.

    Raises:
        TypeError: `expected` holds something that can't be compared: our fault.
    """
    found = difference_of(got, expected, tolerance, exact_ints=exact_ints)
    return found.mismatch if found else None


def difference_of(
    got: object, expected: object, tolerance: Tolerance, *, exact_ints: bool = True
) -> Difference | None:
    """Find what `compare` finds, with the arrays that it is about."""
    found = _Walk(tolerance, exact_ints).differences(got, expected, ())
    return min(found, key=lambda each: KINDS.index(each.mismatch.kind), default=None)


@dataclass(frozen=True)
class _Walk:
    """One call of `compare`: its rules, applied to every pair of items."""

    tolerance: Tolerance
    exact_ints: bool

    def differences(
        self, got: object, expected: object, path: _Path
    ) -> Iterator[Difference]:
        """Yield the first difference of every item that has one."""
        if isinstance(expected, (list, tuple)):
            yield from self._of_sequence(got, expected, path)
        elif isinstance(expected, dict):
            yield from self._of_dict(got, expected, path)
        else:
            found = self._of_item(got, expected, subject_of(path))
            if found is not None:
                yield found

    def _of_sequence(
        self, got: object, expected: list[Any] | tuple[Any, ...], path: _Path
    ) -> Iterator[Difference]:
        if not isinstance(got, (list, tuple)):
            yield _type_difference(got, expected, subject_of(path))
        elif len(got) != len(expected):
            message = f"{subject_of(path)} has the wrong number of items"
            ours, theirs = count_words(len(got)), count_words(len(expected))
            yield Difference(Mismatch("shape", message, ours, theirs))
        else:
            for n, pair in enumerate(zip(got, expected, strict=True), start=1):
                step = f"item {n} of {len(expected)}"
                yield from self.differences(*pair, (*path, step))

    def _of_dict(
        self, got: object, expected: dict[Any, Any], path: _Path
    ) -> Iterator[Difference]:
        if not isinstance(got, dict):
            yield _type_difference(got, expected, subject_of(path))
        elif got.keys() != expected.keys():
            message = f"{subject_of(path)} has the wrong keys"
            ours, theirs = key_words(got), key_words(expected)
            yield Difference(Mismatch("shape", message, ours, theirs))
        else:
            for key, value in expected.items():
                step = f"key {clipped(repr(key))}"
                yield from self.differences(got[key], value, (*path, step))

    def _of_item(
        self, got: object, expected: object, subject: str
    ) -> Difference | None:
        if expected is None:
            return None if got is None else _type_difference(got, expected, subject)
        if isinstance(expected, (str, bytes)):
            return _text_difference(got, expected, subject)
        if isinstance(expected, Tensor):
            return self._of_tensor(got, expected, subject)
        return self._of_numbers(got, expected, subject)

    def _of_tensor(
        self, got: object, expected: Tensor, subject: str
    ) -> Difference | None:
        home = (expected.framework, expected.device)
        if not isinstance(got, Tensor) or (got.framework, got.device) != home:
            return _type_difference(got, expected, subject)
        return self._of_numbers(got.array, expected.array, subject)

    def _of_numbers(
        self, got: object, expected: object, subject: str
    ) -> Difference | None:
        theirs = read_numbers(expected)
        if theirs is None:
            what = describe(expected)
            raise TypeError(f"can't compare with {what}; expected numbers or text")
        ours = read_numbers(got)
        if ours is None:
            return _type_difference(got, expected, subject)
        if ours.array.shape != theirs.array.shape:
            shapes = shape_words(ours.array.shape), shape_words(theirs.array.shape)
            mismatch = Mismatch("shape", f"{subject} has the wrong shape", *shapes)
            return Difference(mismatch, (ours.array, theirs.array))
        return self._of_elements(ours, theirs, subject)

    def _of_elements(
        self, ours: Numbers, theirs: Numbers, subject: str
    ) -> Difference | None:
        array = ours.standing_for(theirs, exact_ints=self.exact_ints)
        if array is None:
            wanted = "an integer" if theirs.kind == "i" else str(theirs.array.dtype)
            message = f"{subject} has the wrong dtype"
            return Difference(Mismatch("dtype", message, ours.dtype_name, wanted))
        if ours.kind in "bi" and theirs.kind in "bi":
            return int_difference(array, theirs.array, subject)
        return float_difference(array, theirs.array, subject, self.tolerance)


def _type_difference(got: object, expected: object, subject: str) -> Difference:
    if got is None:
        message = f"{subject} is None; is a return missing?"
    else:
        message = f"{subject} has the wrong type"
    ours, theirs = describe(got), describe_kind(expected)
    return Difference(Mismatch("type", message, ours, theirs))


def _text_difference(
    got: object, expected: str | bytes, subject: str
) -> Difference | None:
    kind, noun = (str, "text") if isinstance(expected, str) else (bytes, "bytes")
    if not isinstance(got, kind):
        return _type_difference(got, expected, subject)
    if got == expected:
        return None
    shown = clipped(repr(got)), clipped(repr(expected))
    return Difference(Mismatch("values", f"{subject} is the wrong {noun}", *shown))


# The order in which frameworks are imported: the one place that decides it.


class _TritonFirst:
    """Imports triton just before TensorFlow."""

    @staticmethod
    def find_spec(name: str, *_: object) -> None:
        """Called by Python for each new import; finds none."""
        if name == "tensorflow":
            with contextlib.suppress(ImportError, OSError):  # not here: nothing to do
                importlib.import_module("triton")


def keep_order() -> None:
    """From now on, import triton before TensorFlow in this process and its forks."""
    if _TritonFirst not in sys.meta_path:
        sys.meta_path.insert(0, _TritonFirst)


# ---------------------------------------------------------------------- for the eye

_GREEN, _ORANGE, _GREY = "#3a8f5c", "#d1713a", "#8a97a3"
_WORDS = {True: "right", False: "wrong", None: "open "}
_SIGNS = {True: (_GREEN, "✓"), False: (_ORANGE, "✗"), None: (_GREY, "○")}
_TEXT = "font-family:monospace;white-space:pre"
_HINT = f"border-left:3px solid {_ORANGE};padding-left:8px;max-width:46em"
_LABEL = "padding:2px 14px 2px 0;text-align:left;vertical-align:top"
_NUMBER = "border:1px solid rgba(128,128,128,.45);padding:3px 7px;text-align:right"
_SPAN = 10  # rows and columns that a picture shows


class _Report:
    """What `check` shows: HTML in a notebook, text elsewhere.

    The first wrong example is told in full; in HTML the others unfold.
    """

    def __init__(self, title: str, trials: list[_Trial]) -> None:
        self.title = title
        self.trials = trials

    @property
    def is_right(self) -> bool:
        """Whether there are examples and all of them came out right."""
        return bool(self.trials) and all(trial.is_right for trial in self.trials)

    def to_json(self) -> dict[str, Any]:
        """What `python selfcheck.py` reads of it; JSON's own types only."""
        trials = [
            {
                "name": trial.case["name"],
                "is_right": trial.is_right,
                "message": trial.message,
                "rows": [list(row) for row in trial.rows],
            }
            for trial in self.trials
        ]
        return {"title": self.title, "trials": trials}

    def __repr__(self) -> str:
        lines, is_told = [self.title], False
        for trial in self.trials:
            lines.append(f"  {_WORDS[trial.is_right]}  {trial.line}")
            rows = [] if is_told or trial.is_right is not False else trial.rows
            is_told = is_told or bool(rows)
            for label, text in rows:
                indented = text.replace("\n", "\n" + " " * 19)
                lines.append(f"         {label:9} {indented}")
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        """Called by Jupyter; every text is escaped, for students write some of it."""
        right = [trial.is_right for trial in self.trials]
        colour = _GREEN if right and all(right) else _GREY
        colour = _ORANGE if False in right else colour
        first = right.index(False) if False in right else None
        lines = [
            _trial_html(trial, is_open=number == first)
            for number, trial in enumerate(self.trials)
        ]
        style = f"border-left:4px solid {colour};padding:2px 0 2px 12px;margin:4px 0"
        title = f"<div><b>{html.escape(self.title)}</b></div>"
        return f'<div style="{style}">{title}{"".join(lines)}</div>'


def _trial_html(trial: _Trial, *, is_open: bool) -> str:
    colour, sign = _SIGNS[trial.is_right]
    line = f'<b style="color:{colour}">{sign}</b> {html.escape(trial.line)}'
    if trial.is_right is not False:
        return f"<div>{line}</div>"
    rows = "".join(
        f'<tr style="background:none"><td style="{_LABEL};opacity:.65">'
        f'{html.escape(label)}</td><td style="{_LABEL}">'
        f'<div style="{_HINT if label == "hint" else _TEXT}">{html.escape(text)}</div>'
        "</td></tr>"
        for label, text in trial.rows
    )
    table = f'<table style="margin:4px 0 6px 18px;border:none">{rows}</table>'
    picture = _picture(trial.difference) if trial.difference else ""
    unfolded = " open" if is_open else ""
    return f"<details{unfolded}><summary>{line}</summary>{table}{picture}</details>"


def _picture(difference: Difference) -> str:
    """Both arrays as grids, side by side; the wronger a number, the darker it is."""
    if not difference.arrays or 0 in (a.size * a.ndim for a in difference.arrays):
        return ""
    ours, theirs, *wrong = difference.arrays
    index = difference.mismatch.index
    shade = np.zeros(ours.shape)
    if wrong:
        errors = wrongness(ours, theirs, wrong[0])
        largest = np.max(errors, initial=0.0, where=np.isfinite(errors)) or 1.0
        shade = np.where(wrong[0], 0.25 + 0.6 * np.minimum(errors / largest, 1), 0)
    grids = _grid("got", ours, shade, index)
    grids += _grid("expected", theirs, np.zeros(theirs.shape), index)
    return f'<div style="margin:0 0 8px 18px">{grids}</div>'


def _grid(
    title: str, array: np.ndarray, shade: np.ndarray, place: tuple[int, ...] | None
) -> str:
    """The last two axes of an array around a place, as a table of numbers."""
    place = place or (0,) * array.ndim
    outer = place[:-2]
    array, shade = np.atleast_2d(array[outer]), np.atleast_2d(shade[outer])
    middle = (0, *place)[-2:]
    starts = [
        max(0, min(at - _SPAN // 2, length - _SPAN))
        for at, length in zip(middle, array.shape, strict=True)
    ]
    window = tuple(slice(start, start + _SPAN) for start in starts)
    rows = ""
    for numbers, shades in zip(array[window], shade[window], strict=True):
        cells = "".join(
            f'<td style="{_NUMBER};background:rgba(209,113,58,{strength:.2f})">'
            f"{html.escape(number_words(number, 4))}</td>"
            for number, strength in zip(numbers, shades, strict=True)
        )
        rows += f'<tr style="background:none">{cells}</tr>'
    part = f" {list(outer)}" if outer else ""
    if max(array.shape) > _SPAN:
        first = f"row {starts[0]}, column {starts[1]}"
        part += f", from {first} of shape {array.shape}"
    return (
        '<div style="display:inline-block;vertical-align:top;margin-right:28px">'
        f'<div style="opacity:.65">{title}{part}</div>'
        f'<table style="border-collapse:collapse;margin:2px 0">{rows}</table></div>'
    )


def _text(value: Any) -> str:
    """A value in few words; an array with its numbers as long as they are few."""
    framework, array = _framework(value), _plain(value)
    if isinstance(array, np.ndarray):
        text = np.array2string(array, separator=", ", threshold=48, max_line_width=72)
        if text.count("\n") > 12 and array.dtype.kind in "iuf":
            # A stack of pictures says more in a line.
            low, high = float(array.min()), float(array.max())
            text = f"shape {array.shape}, from {low:g} to {high:g}"
        dtype = "" if array.dtype == float else str(array.dtype)
        kind = " ".join(part for part in (framework, dtype) if part)
        return f"{text} ({kind})" if kind else text
    text = getattr(value, "__name__", "") if callable(value) else repr(value)
    return text if len(text) < 200 else f"{text[:200]}..."


#: Set by selfcheck_run.py, which reads this kind of output from the notebook's cells:
#: nothing that a cell prints can be taken for it.
_RUN, _KIND = "SELFCHECK_RUN", "application/vnd.selfcheck+json"


def _show(report: _Report, grade_id: str) -> None:
    """Display a report in a notebook, print it elsewhere."""
    ipython = sys.modules.get("IPython")
    if not (ipython and ipython.get_ipython()):
        print(report)  # noqa: T201 - that is what it is for
    elif _RUN in os.environ:
        told = {"grade_id": grade_id, **report.to_json()}
        shown = {_KIND: told, "text/plain": repr(report)}
        ipython.display.display(shown, raw=True)
    else:
        ipython.display.display(report)


keep_order()  # a notebook imports this file in its first cell, before any framework


# ----------------------------------------------------------------------- command line


def _main() -> int:
    """Run the notebooks that the command line names."""
    try:
        run = importlib.import_module("selfcheck_run")
    except ModuleNotFoundError as error:
        if error.name != "selfcheck_run":
            raise
        line = "selfcheck: selfcheck_run.py is missing; put it beside selfcheck.py.\n"
        sys.stderr.write(line)
        return 2
    code: int = run.main()
    return code


if __name__ == "__main__":
    sys.exit(_main())
