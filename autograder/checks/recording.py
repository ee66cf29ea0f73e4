"""The self-check's examples: public checks, written down instead of put to a kernel.

Owns: running the tests marked `public` with a recorder as their submission, and the
bytes of selfcheck.json. What goes in is what those tests ask: inputs, the oracle's
results, tolerances, and what known mistakes give. May not: let out code, or a test that
is not public.

Recording happens in a process of its own, whose seed is a public one: an input that a
public test draws at random tells nothing about the hidden ones.
"""

from __future__ import annotations

import inspect
import json
import logging
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Generator, Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from nbformat import NotebookNode

from autograder.arrays import Tensor
from autograder.checks.agreement import (
    GradientQuestion,
    RefusalQuestion,
    ResultQuestion,
    doubt_of,
)
from autograder.checks.collecting import collect
from autograder.checks.misconceptions import Agreement, Misconception
from autograder.checks.plugin import desk_of, grade_id_for
from autograder.checks.soundness import no_checks, require_sound, unchecked
from autograder.checks.submission import Caller, Question
from autograder.comparison import compare
from autograder.config import SEED_VARIABLE, Settings, load_settings, shown
from autograder.errors import AssignmentError
from autograder.execution.remote import Call, Reply
from autograder.notebook import cells_of, read_course_notebook

__all__ = ["record"]

_log = logging.getLogger(__name__)

_SEED = "the inputs of the self-check are public"
_TIMEOUT_S = 300


def record(settings: Settings, assignment: str) -> bytes:
    """Write an assignment's public checks down, as selfcheck.json holds them.

    A public check that can't be written down, because it asks for gradients or hands
    over a function that the notebook doesn't give, is left out, with a warning in the
    log that says why. The same course gives the same bytes.

    Raises:
        AssignmentError: The grading tests can't be collected or run.
    """
    with tempfile.TemporaryDirectory(prefix="recording-") as folder:
        path = Path(folder) / "recorded.json"
        course = settings.course_root / "course_config.py"
        done = subprocess.run(
            [sys.executable, "-m", __name__, str(course), assignment, str(path)],
            env={**os.environ, SEED_VARIABLE: _SEED},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_TIMEOUT_S,
            check=False,
        )
        if not path.is_file():
            tests = shown(settings.tests_directory / assignment)
            reason = _reason(done.stderr)
            raise AssignmentError(f"{tests}: can't be recorded: {reason}")
        recorded = json.loads(path.read_bytes())
    for name, reason in recorded["left_out"].items():
        _log.warning(
            "%s, %s: left out of the self-check: it %s", assignment, name, reason
        )
    for warning in recorded["warnings"]:
        _log.warning("%s: %s", assignment, warning)
    document = {
        "assignment": assignment,
        "hints_from": settings.hints.partition(":")[2] or None,
        **recorded["document"],
    }
    return f"{_pretty(document, depth=5)}\n".encode()


def _reason(printed: str) -> str:
    """Why nothing was recorded: the last that was said."""
    lines = [line.strip() for line in printed.splitlines() if line.strip()]
    return (lines[-1:] or ["its process said nothing"])[0]


def _pretty(value: Any, depth: int, indent: str = "") -> str:
    """JSON with a line for each thing that a person may look for in a diff."""
    inside = list(value.values()) if isinstance(value, dict) else value
    is_nested = isinstance(value, list) and any(
        isinstance(item, dict | list) for item in inside
    )
    is_open = is_nested or (isinstance(value, dict) and "data" not in value)
    if depth == 0 or not inside or not is_open:
        return json.dumps(value, ensure_ascii=False, allow_nan=False)
    deeper = f"{indent} "
    lines = [_pretty(item, depth - 1, deeper) for item in inside]
    if isinstance(value, dict):
        keys = [json.dumps(key, ensure_ascii=False) for key in value]
        lines = [f"{key}: {line}" for key, line in zip(keys, lines, strict=True)]
    first, last = ("{", "}") if isinstance(value, dict) else ("[", "]")
    body = f",\n{deeper}".join(lines)
    return f"{first}\n{deeper}{body}\n{indent}{last}"


class _UnrecordableError(Exception):
    """A check can't be written down; the text goes on after "it"."""


class _Unanswered:
    """What a call gives that is not compared: nothing that a test could use."""

    def __getattr__(self, name: str) -> Any:
        raise _UnrecordableError("looks at a result instead of comparing it")


class _Recorder(Caller):
    """The submission's place while tests are recorded: questions are written down.

    Args:
        given: Names of the functions that the notebook gives to students.
        with_mistakes: Whether known mistakes are written down too.

    Attributes:
        is_recording: Whether the check is public; of a hidden one nothing is kept but
            what is wrong with its oracle.
        doubt: What is wrong with an oracle's result, or "".
    """

    def __init__(self, given: Sequence[str], *, with_mistakes: bool) -> None:
        self.is_recording = True
        self.doubt = ""
        self.cases: list[dict[str, Any]] = []
        self.hints: dict[str, str] = {}
        self._given = given
        self._with_mistakes = with_mistakes

    def take(self, question: Question) -> None:
        """Write a question down instead of putting it; its check then passes.

        Raises:
            _UnrecordableError: It has no place in a self-check.
        """
        match question:
            case ResultQuestion():
                right = question.right()
                if doubt := doubt_of(right.expected):
                    self.doubt = f"{doubt} ({question.student.name})"
                if self.is_recording:
                    home = inspect.getmodule(question.oracle)
                    asked = self._asked(question, home)
                    self.cases.append({**asked, **self._answered(right)})
            case RefusalQuestion():
                if self.is_recording:
                    asked = self._asked(question, None)
                    self.cases.append({**asked, "raises": "ValueError", "signs": {}})
            case GradientQuestion():
                raise _UnrecordableError("asks for gradients")

    def call(self, call: Call) -> Reply:
        """Answer a call whose result the test can't use."""
        return Reply(value=_Unanswered(), after=())

    def gradient(self, call: Call, *, cotangent: np.ndarray | None) -> Any:
        """Answer a gradient likewise."""
        return _Unanswered()

    def note_right(self, function: str, right: Agreement) -> None:
        """Take note of nothing: no answer is compared while tests are recorded."""

    def _asked(self, question: Question, home: ModuleType | None) -> dict[str, Any]:
        """What a student's function is asked.

        Args:
            question: What is put to it.
            home: The oracle's module, if there is an oracle.
        """
        student = question.student
        if student.target.handle is not None or student.target.path:
            raise _UnrecordableError("calls a method of a student's object")
        asked: dict[str, Any] = {
            "function": student.name,
            "args": [self._encoded(arg, home) for arg in question.args],
            "kwargs": {
                key: self._encoded(value, home)
                for key, value in question.kwargs.items()
            },
            "without": list(student.forbidden),
        }
        if question.is_followed:
            asked["followed"] = True
        return asked

    def _encoded(self, value: Any, home: ModuleType | None) -> Any:
        """Encode an input; a function by its name, if students have it too."""
        if not callable(value):
            return _encode(value)
        name = getattr(value, "__name__", "")
        if name in self._given and getattr(home, name, None) is value:
            return {"name": name}
        raise _UnrecordableError(
            "hands over a function that the notebook doesn't give to students"
        )

    def _answered(self, right: Agreement) -> dict[str, Any]:
        """What is right, and how known mistakes show."""
        limit = right.tolerance
        return {
            "expected": _encode(right.expected),
            "tolerance": [limit.rtol, limit.atol, limit.peak],
            "mistakes": self._mistakes(right),
            "signs": self._signs(right.known),
        }

    def _mistakes(self, right: Agreement) -> dict[str, Any]:
        """Results of known mistakes, where they are not the right ones."""
        results = {}
        for mistake in right.known if self._with_mistakes else ():
            try:
                results[mistake.name] = _mistaken(mistake, right)
            except _UnrecordableError:  # right here, or without a result
                continue
            self.hints[mistake.name] = mistake.hint
        return results

    def _signs(self, known: Sequence[Misconception]) -> dict[str, str]:
        """Known mistakes that show in another way than by their values."""
        signs: dict[str, str] = {}
        for mistake in known if self._with_mistakes else ():
            if mistake.sign in ("framework", "device", "changes_input"):
                signs.setdefault(mistake.sign, mistake.name)
                self.hints[mistake.name] = mistake.hint
        return dict(sorted(signs.items()))


def _mistaken(mistake: Misconception, right: Agreement) -> Any:
    """What a mistake gives on a question's inputs, if that is wrong there.

    Raises:
        _UnrecordableError: It gives nothing, or nothing that can be told from the right
            answer.
    """
    is_given, result = right.given_by(mistake)
    if not is_given:
        raise _UnrecordableError("has no result")
    if compare(result, right.expected, right.tolerance) is None:
        raise _UnrecordableError("is right")
    return _encode(result)


def _encode(value: Any) -> Any:
    """A value as JSON that `selfcheck` reads back to the last bit.

    Raises:
        _UnrecordableError: It has no such form.
    """
    if isinstance(value, Tensor):
        return {"framework": value.framework, **_encode(value.array)}
    if isinstance(value, np.ndarray | np.generic):
        return _encode_array(np.asarray(value), is_array=isinstance(value, np.ndarray))
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, int) and -(2**63) <= value < 2**63:
        return value
    if isinstance(value, float):
        return value if np.isfinite(value) else {"data": str(value)}
    if isinstance(value, complex):
        return {"data": str(value.real), "imag": str(value.imag)}
    if isinstance(value, list):
        return [_encode(item) for item in value]
    if isinstance(value, tuple):
        return {"tuple": [_encode(item) for item in value]}
    if isinstance(value, dict) and all(isinstance(key, str) for key in value):
        return {"dict": {key: _encode(item) for key, item in value.items()}}
    raise _UnrecordableError(f"has a {type(value).__name__} among its values")


def _encode_array(array: np.ndarray, *, is_array: bool) -> dict[str, Any]:
    if array.dtype.kind not in "biufc":
        raise _UnrecordableError(f"has an array of dtype {array.dtype}")
    shape = {"shape": list(array.shape)} if is_array else {}
    document = {"dtype": str(array.dtype), **shape, "data": _listed(array.real)}
    if array.dtype.kind == "c":
        document["imag"] = _listed(array.imag)
    return document


def _listed(array: np.ndarray) -> list[Any]:
    """The numbers in C order; JSON has no nan and no infinity, so these are text."""
    numbers = array.ravel().tolist()
    return [number if np.isfinite(number) else str(number) for number in numbers]


class _Clerk:
    """A pytest plugin that records each of the public checks.

    Hidden checks are put too, to hear whether their oracles are of use, and forgotten.

    Attributes:
        exercises: What was recorded, by grade_id.
        left_out: Public checks that can't be recorded, and why.
        warnings: What is wrong with the checks, where they can be put all the same.
    """

    def __init__(
        self, recorder: _Recorder, settings: Settings, assignment: str
    ) -> None:
        self.exercises: dict[str, list[dict[str, Any]]] = {}
        self.left_out: dict[str, str] = {}
        self.warnings: list[str] = []
        self._recorder = recorder
        self._settings = settings
        self._assignment = assignment
        self._trouble = ""

    @pytest.hookimpl(wrapper=True)
    def pytest_collection_modifyitems(
        self, session: pytest.Session, items: list[pytest.Item]
    ) -> Generator[None, None, None]:
        """Called after collection; the plugin of the checks has put them in order."""
        yield
        if session.testsfailed:  # pytest says itself which can't be collected
            return
        settings, assignment = self._settings, self._assignment
        try:
            require_sound(settings.assignment(assignment), items)
        except AssignmentError as error:
            raise pytest.UsageError(str(error)) from None
        source = read_course_notebook(settings.source_notebook(assignment))
        folder = settings.tests_directory / assignment
        self.warnings += [no_checks(each, folder) for each in unchecked(source, items)]
        self.exercises = {str(grade_id_for(item)): [] for item in items}
        desk_of(session.config).exam = self._recorder

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, Any, Any]:
        """Called for each check: record it whole or leave it out."""
        recorder, is_public = self._recorder, item.get_closest_marker("public")
        recorder.cases, recorder.doubt, self._trouble = [], "", ""
        recorder.is_recording = bool(is_public)
        hints = dict(recorder.hints)
        done = yield
        if recorder.doubt:
            self.warnings.append(f"{item.nodeid}: {recorder.doubt}")
        if not is_public:
            return done
        cases = recorder.cases
        if not self._trouble and not cases:
            self._trouble = "compares nothing"
        if self._trouble:
            self.left_out[f"{grade_id_for(item)}, {item.name}"] = self._trouble
            recorder.hints = hints
            return done
        for number, case in enumerate(cases, start=1):
            name = readable(item.name) + (f" ({number})" if len(cases) > 1 else "")
            self.exercises[str(grade_id_for(item))].append({"name": name, **case})
        return done

    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> None:
        """Called after each phase of a check: keep why it can't be recorded."""
        if call.excinfo and not self._trouble:
            error = call.excinfo.value
            is_ours = isinstance(error, _UnrecordableError)
            self._trouble = (
                str(error) if is_ours else f"raises {call.excinfo.exconly()}"
            )


def readable(name: str) -> str:
    """A test's name as a student reads it.

    >>> readable("test_shapes_on_8x8[3x3, padding 1]")
    'shapes on 8x8: 3x3, padding 1'
    """
    base, _, parameters = name.partition("[")
    words = base.removeprefix("test_").replace("_", " ")
    return f"{words}: {parameters.removesuffix(']')}" if parameters else words


def _given_functions(notebook: NotebookNode) -> list[str]:
    """Names of the functions in the notebook's locked cells."""
    given = [cell.source for cell in cells_of(notebook) if cell.kind == "locked"]
    return re.findall(r"^def (\w+)\(", "\n".join(given), re.MULTILINE)


def _record_here(course: Path, assignment: str) -> Mapping[str, Any] | str:
    """Run the public checks in this process; what was recorded, or why nothing was."""
    settings = load_settings(course)
    notebook = read_course_notebook(settings.source_notebook(assignment))
    recorder = _Recorder(
        _given_functions(notebook), with_mistakes=settings.hints != "never"
    )
    clerk = _Clerk(recorder, settings, assignment)
    collected = collect(settings.assignment(assignment), clerk)
    # A check that is left out counts as failed there; what can't go on has no checks.
    ends = (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED)
    has_none = collected.code == pytest.ExitCode.NO_TESTS_COLLECTED
    if collected.code not in ends and not (has_none and clerk.exercises):
        return collected.reason
    document = {"hints": dict(sorted(recorder.hints.items()))}
    return {
        "document": {**document, "exercises": clerk.exercises},
        "left_out": clerk.left_out,
        "warnings": clerk.warnings,
    }


def main() -> None:
    """Record for `record`: course_config.py, assignment, file to write."""
    course, assignment, path = sys.argv[1:]
    recorded = _record_here(Path(course), assignment)
    if isinstance(recorded, str):
        sys.exit(recorded)
    Path(path).write_text(json.dumps(recorded, allow_nan=False), encoding="utf-8")


if __name__ == "__main__":
    main()
