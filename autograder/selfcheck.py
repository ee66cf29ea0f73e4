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
import os
import sys
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

import numpy as np

from autograder.arrays import leaves, mapped
from autograder.comparison import (
    Difference,
    Tolerance,
    coarsened,
    compare,
    difference_of,
    number_words,
    wrongness,
)
from autograder.imports import keep_order

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

# `autograder release` puts what is imported of the grader here, word for word.


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
