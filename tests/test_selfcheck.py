"""What students read: the verdicts of grading, in their own words, and calm ones."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import subprocess
import sys
import textwrap
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import nbformat
import numpy as np
import pytest
from nbclient import NotebookClient
from nbformat import NotebookNode

from autograder import comparison, selfcheck, selfcheck_run
from autograder.arrays import to_numpy
from autograder.checks.failure import Suspect
from autograder.checks.misconceptions import Agreement, Misconception
from autograder.checks.verdict import Verdict, settle
from autograder.comparison import Tolerance
from autograder.model import CheckResult, Outcome
from autograder.notebook import read_course_notebook
from autograder.rehearsal import with_solutions
from autograder.singlefile import as_one_file
from solutions.convolution.misconceptions import MISCONCEPTIONS

ROOT = Path(__file__).parents[1]
RELEASE = ROOT / "release" / "convolution"
ARRAY = {"dtype": "float64", "shape": [2, 2], "data": [1.0, 2.0, 3.0, 4.0]}
EXPECTED = {"dtype": "float64", "shape": [2, 2], "data": [1.0, 4.0, 9.0, 16.0]}
DOUBLED = {"dtype": "float64", "shape": [2, 2], "data": [2.0, 4.0, 6.0, 8.0]}
FLOAT32 = {"dtype": "float32", "shape": [2], "data": [1.0, 2.0]}


def case(**changes: Any) -> dict[str, Any]:
    """An example: the squares of four numbers."""
    return {
        "name": "four numbers",
        "function": "square",
        "args": [ARRAY],
        "kwargs": {},
        "without": [],
        "expected": EXPECTED,
        "tolerance": [1e-9, 1e-12, 1e-9],
        "mistakes": {"doubled": DOUBLED},
        "signs": {"changes_input": "changes_input"},
        **changes,
    }


def refusal(**changes: Any) -> dict[str, Any]:
    """An example that is to be refused."""
    document = case(name="a bad one", raises="ValueError", **changes)
    return {
        key: document[key] for key in document if key not in ("expected", "mistakes")
    }


@pytest.fixture
def report(tmp_path, monkeypatch) -> Callable[..., selfcheck._Report]:
    """Put examples and functions together; the report of the exercise `square`."""
    monkeypatch.chdir(tmp_path)

    def make(*cases: dict[str, Any], hints_from: str | None = None, **names: Any):
        document = {
            "assignment": "squares",
            "hints_from": hints_from,
            "hints": {"doubled": "Doubled.", "changes_input": "Work on a copy."},
            "exercises": {"square": list(cases), "other": []},
        }
        Path("selfcheck.json").write_text(json.dumps(document), encoding="utf-8")
        return selfcheck._report("square", names)

    return make


def shown(text: str) -> str:
    return textwrap.dedent(text).strip("\n")


def wrong_answers(expected: Any, mistakes: list[Any]) -> Iterator[Any]:
    """Right and wrong answers to one example."""
    yield expected
    yield from mistakes
    yield from (None, "text", [], {}, {"a": 1}, object(), np.array(["a"]), True, 1, 1.5)
    yield from ([expected], [expected, expected], (expected, None))
    if not isinstance(expected, np.ndarray):
        yield from (str(expected), float("nan"), 1j, np.int32(7), np.bool_(True))
        if isinstance(expected, tuple):
            yield list(expected)
            for at in range(len(expected)):
                changed = expected[at] * 3 + 1
                yield (*expected[:at], changed, *expected[at + 1 :])
            return
        yield from (float(expected), np.array(expected), np.array([expected]))
        yield from (expected + 1, -expected, 10**30)
        return
    yield from (np.zeros_like(expected), np.ones_like(expected), expected * (1 + 1e-3))
    yield from (expected * (1 + 1e-15), expected + 1e-13, -expected, expected[None])
    yield from (expected.tolist(), tuple(expected.tolist()), expected.T, expected[:0])
    yield from (expected.astype(kind) for kind in ("f2", "f4", "f8", "i8", "c16", "?"))
    yield from (expected[..., :-1], np.ma.array(expected), expected.astype(object))
    for strange in (np.nan, np.inf, -np.inf):
        changed = expected.astype(float).copy()
        changed.flat[changed.size // 2 :] = strange
        yield from (changed, changed.astype(expected.dtype, copy=False))
    swapped = expected.astype(expected.dtype.newbyteorder())
    yield from (
        swapped,
        np.asfortranarray(expected),
        expected.view(np.matrix) if expected.ndim == 2 else expected[:, None],
    )


def recorded_cases() -> list[dict[str, Any]]:
    data = json.loads((RELEASE / "selfcheck.json").read_text(encoding="utf-8"))
    return [one for cases in data["exercises"].values() for one in cases]


class TestVerdicts:
    def test_are_those_of_grading_on_every_example(self):
        compared = 0
        for one in recorded_cases():
            expected = selfcheck._decoded(one["expected"], {})
            tolerance = Tolerance(*one["tolerance"])
            mistakes = [selfcheck._decoded(m, {}) for m in one["mistakes"].values()]
            plain = {**one, "args": [], "kwargs": {}}
            for got in wrong_answers(expected, mistakes):
                mismatch = comparison.compare(got, expected, tolerance)
                trial = selfcheck._judged(plain, got, ([], {}), {})
                assert trial.is_right is (mismatch is None), (one["name"], got)
                if mismatch:
                    rows = [("got", mismatch.got), ("expected", mismatch.expected)]
                    assert (trial.message, trial.rows) == (mismatch.message, rows)
                compared += 1
        assert compared > 1000

    def test_every_recorded_mistake_is_refused_and_gets_the_hint_of_grading(self):
        hints = {mistake.name: mistake.hint for mistake in MISCONCEPTIONS}
        for mistake in MISCONCEPTIONS:
            cases = [one for one in recorded_cases() if one["function"] == mistake.of]
            told = [one for one in cases if mistake.name in one.get("mistakes", {})]
            if not told:
                continue
            trials = []
            for one in cases:
                result = one["mistakes"].get(mistake.name, one["expected"])
                got, plain = selfcheck._decoded(result, {}), {**one, "args": []}
                trials.append(selfcheck._judged(plain, got, ([], {}), {}))
            assert [trial.is_right for trial in trials] == [
                one not in told for one in cases
            ]
            verdicts = [graded(trial, hints) for trial in trials]
            expected = [result.hint for result in settle(verdicts)]
            selfcheck._give_hints(trials, hints)
            given = [dict(trial.rows).get("hint") for trial in trials]
            assert given == expected
            assert any(given)


def graded(trial: selfcheck._Trial, hints: dict[str, str]) -> Verdict:
    """The verdict that grading would have before it names mistakes."""
    outcome = Outcome.PASSED if trial.is_right else Outcome.FAILED
    result = CheckResult(
        name=trial.case["name"], public=True, outcome=outcome, weight=1.0
    )
    suspects = tuple(Suspect(name, hints[name]) for name in trial.suspects)
    function = trial.case["function"]
    if not trial.is_right:
        return Verdict(result, function, suspects, is_compared=True)
    known = tuple(
        Misconception(name, function, hints[name], lambda given=given: given)
        for name, encoded in trial.case["mistakes"].items()
        for given in [selfcheck._decoded(encoded, {})]
    )
    expected = selfcheck._decoded(trial.case["expected"], {})
    tolerance = Tolerance(*trial.case["tolerance"])
    answer = Agreement(known, expected, tolerance, (), {})
    return Verdict(result, right=((function, answer),))


class TestWhatIsShown:
    def test_right(self, report):
        shows = report(case(), square=lambda x: x * x)
        assert repr(shows) == shown(
            """
            square: right on 1 example. Grading tries others as well.
              right  four numbers
            """
        )
        assert "#3a8f5c" in shows._repr_html_()

    def test_wrong_in_a_known_way(self, report):
        shows = report(case(), case(name="again"), square=lambda x: 2 * x)
        assert repr(shows) == shown(
            """
            square: right on 0 of 2 examples.
              wrong  four numbers: the result has wrong values
                     x         [[1., 2.],
                                [3., 4.]]
                     got       8 at (1, 1), and 2 more of 4 elements differ
                     expected  16
                     hint      Doubled.
              wrong  again: the result has wrong values
            """
        )

    def test_wrong_in_an_unknown_way_has_no_hint(self, report):
        assert "hint" not in repr(report(case(), square=lambda x: 3 * x))

    def test_a_mistake_that_a_right_result_clears_of_has_no_hint(self, report):
        def square(x):
            return 2 * x if x.ndim == 2 else x * x

        row = {"dtype": "float64", "shape": [2]}
        flat = case(
            name="a row",
            args=[{**row, "data": [1.0, 3.0]}],
            expected={**row, "data": [1.0, 9.0]},
            mistakes={"doubled": {**row, "data": [2.0, 6.0]}},
        )
        assert report(case(), flat, square=square).trials[0].suspects == ["doubled"]
        assert "hint" not in repr(report(case(), flat, square=square))
        assert "hint" in repr(report(case(), flat, square=lambda x: 2 * x))

    def test_a_coincidence_on_one_of_three_wrong_results_has_no_hint(self, report):
        answers = iter([2, 3, 5])
        cases = [case(name=name) for name in "abc"]
        shows = report(*cases, square=lambda x: next(answers) * x)
        assert shows.trials[0].suspects == ["doubled"]
        assert "hint" not in repr(shows)

    @pytest.mark.parametrize(
        ("hints_from", "is_given"), [("2000-01-01", True), ("9999-01-01", False)]
    )
    def test_hints_wait_for_their_day(self, report, hints_from, is_given):
        shows = report(case(), hints_from=hints_from, square=lambda x: 2 * x)
        assert ("Doubled." in repr(shows)) is is_given

    def test_an_input_that_was_changed(self, report):
        def square(x):
            x *= x
            return x

        assert repr(report(case(), square=square)) == shown(
            """
            square: right on 0 of 1 example.
              wrong  four numbers: the result is right, but array argument 1 was changed
                     x         [[1., 2.],
                                [3., 4.]]
                     hint      Work on a copy.
            """
        )

    def test_not_written_and_not_there_are_said_calmly(self, report):
        def square(x):
            raise NotImplementedError

        cases = case(), case(name="again")
        assert (
            repr(report(*cases, square=square)) == "square: square is not written yet."
        )
        message = "square: square is not defined yet; run the cell with it."
        assert repr(report(*cases)) == message
        assert repr(report(*cases, square=3)) == message
        assert "#d1713a" not in report(*cases)._repr_html_()

    def test_half_written(self, report):
        cases = case(), case(name="other function", function="cube")
        shows = report(*cases, square=lambda x: x * x)
        assert repr(shows) == shown(
            """
            square: right on 1 of 2 examples.
              right  four numbers
              open   other function: cube is not defined yet; run the cell with it
            """
        )

    def test_an_exception_with_the_line_it_came_from(self, report, tmp_path):
        cell = tmp_path / "cell.py"
        cell.write_text(
            "def square(x):\n    return helper(x)\n\n\n"
            "def helper(x):\n    return {}['no such key']\n"
        )
        names: dict[str, Any] = {}
        exec(compile(cell.read_text(), str(cell), "exec"), names)
        shows = selfcheck._Report("square", [selfcheck._try(case(), names)])
        assert repr(shows) == shown(
            """
            square
              wrong  four numbers: raises KeyError: 'no such key'
                     x         [[1., 2.],
                                [3., 4.]]
                     at        line 6: return {}['no such key']
            """
        )

    def test_a_refusal(self, report):
        def raising(error):
            def square(x):
                raise error("no")

            return square

        for error in (ValueError, UnicodeError):
            assert "right on 1" in repr(report(refusal(), square=raising(error)))
        told = repr(report(refusal(), square=raising(KeyError)))
        assert told.splitlines()[1:] == [
            "  wrong  a bad one: raises KeyError: 'no'",
            "         x         [[1., 2.],",
            "                    [3., 4.]]",
            "         expected  ValueError",
        ]
        told = repr(report(refusal(), square=raising(NotImplementedError)))
        assert "not written yet" in told
        assert repr(report(refusal(), square=lambda x: 7)).splitlines()[1:] == [
            "  wrong  a bad one: returns a result where a ValueError is asked for",
            "         x         [[1., 2.],",
            "                    [3., 4.]]",
            "         got       7",
            "         expected  ValueError",
        ]

    def test_a_routine_that_is_not_allowed(self, report):
        before = np.square
        banned = [
            "numpy.square",
            "no_such_module.f",
            "numpy.no_such.f",
            "numpy.no_such",
        ]
        shows = report(case(without=banned), square=lambda x: np.square(x))
        assert "calls numpy.square, which this exercise asks you to write yourself" in (
            repr(shows)
        )
        assert np.square is before

    def test_inputs_are_called_as_the_function_calls_them(self, report):
        def square(first, *more, base=0):
            return None

        one = case(args=[1, 2, 4, 5], kwargs={"base": 3})
        told = repr(report(one, square=square)).splitlines()
        assert (
            told[1] == "  wrong  four numbers: the result is None; is a return missing?"
        )
        assert told[2:5] == [
            "         first     1",
            "         more      (2, 4, 5)",
            "         base      3",
        ]

    @pytest.mark.parametrize(
        "square", [min, lambda x: x], ids=["built in", "one input"]
    )
    def test_inputs_have_numbers_where_the_function_has_no_names(self, report, square):
        one = case(args=[1, 2], expected=5, mistakes={})
        told = repr(report(one, square=square)).splitlines()
        assert told[2:4] == ["         input 1   1", "         input 2   2"]

    def test_a_given_function_goes_in_by_its_name(self, report):
        one = case(args=[{"name": "twice"}], expected=6, mistakes={})
        names = {"square": lambda f: f(3), "twice": lambda x: 2 * x}
        assert "right on 1 example" in repr(report(one, **names))
        assert repr(report(one, square=names["square"])) == (
            "square: square was not tried: twice is not defined; run the cell with it."
        )

    def test_an_exercise_without_examples_or_name(self, report):
        assert repr(report()) == "square: no examples to try; grading looks at it."
        assert repr(selfcheck._report("sqare", {})) == (
            "sqare: no such exercise. There are: square, other."
        )


class TestHtml:
    def test_every_word_of_a_student_is_escaped(self, report):
        def square(x):
            raise RuntimeError("<script>alert('x')</script>")

        html = report(case(), square=square)._repr_html_()
        assert "<script>" not in html
        assert "&lt;script&gt;" in html
        text = report(case(expected="a"), square=lambda x: "<img src=x>")._repr_html_()
        assert "<img" not in text

    def test_only_the_first_wrong_example_is_unfolded(self, report):
        cases = [case(name=name) for name in "abc"]
        html = report(*cases, square=lambda x: 3 * x)._repr_html_()
        assert (
            re.findall("<details[^>]*>", html) == ["<details open>"] + ["<details>"] * 2
        )

    def test_wrong_numbers_are_darker_the_wronger_they_are(self, report):
        def square(x):
            return x * x + np.array([[0, 1], [2, 4]])

        html = report(case(), square=square)._repr_html_()
        shades = re.findall(r"rgba\(209,113,58,([\d.]+)\)\">(\w+)", html)
        assert shades == [
            ("0.00", "1"),
            ("0.40", "5"),
            ("0.55", "11"),
            ("0.85", "20"),
            *(("0.00", number) for number in ("1", "4", "9", "16")),
        ]

    def test_both_shapes_are_drawn(self, report):
        html = report(case(), square=lambda x: x[:1])._repr_html_()
        assert html.count('<td style="border') == 2 + 4

    @pytest.mark.parametrize(
        ("shape", "place", "label"),
        [
            ((30, 40), (20, 3), "got, from row 15, column 0 of shape (30, 40)"),
            ((2, 3, 4, 5), (1, 2, 3, 4), "got [1, 2]"),
            ((50,), (49,), "got, from row 0, column 40 of shape (1, 50)"),
        ],
    )
    def test_the_picture_is_of_the_part_that_differs(self, shape, place, label):
        theirs = np.zeros(shape)
        ours = theirs.copy()
        ours[place] = np.nan
        difference = comparison.difference_of(ours, theirs, Tolerance(0, 0))
        html = selfcheck._picture(difference)
        assert label in html
        assert html.count('0.85)">nan') == 1
        assert html.count("<td") <= 200

    @pytest.mark.parametrize("array", [np.zeros((0, 3)), np.array(1.0)])
    def test_no_picture_of_nothing(self, array):
        difference = comparison.difference_of(array, np.ones(2), Tolerance(0, 0))
        assert selfcheck._picture(difference) == ""


class TestTensors:
    ONE = case(
        args=[{"framework": "torch", **FLOAT32}],
        expected={**FLOAT32, "data": [1.0, 4.0]},
        mistakes={},
        signs={"framework": "doubled"},
    )

    @pytest.fixture
    def torch(self):
        return pytest.importorskip("torch")

    @pytest.mark.parametrize(
        "dtype",
        [
            "float64",
            "float32",
            "float16",
            "bfloat16",
            "float8_e5m2",
            "complex64",
            "bool",
        ],
    )
    def test_are_read_as_in_grading(self, torch, dtype):
        tensor = torch.ones(2, 3).to(getattr(torch, dtype))
        tensor = tensor.conj() if tensor.is_complex() else tensor
        ours, theirs = selfcheck._plain([tensor])[0], to_numpy(tensor)
        assert (ours.dtype, ours.tolist()) == (theirs.dtype, theirs.tolist())

    @pytest.mark.parametrize("value", ["held", staticmethod(lambda: "held")])
    def test_in_a_keras_variable_count_as_that_tensor(self, value):
        members = {"__module__": "keras.src.backend", "value": value}
        assert selfcheck._bare(type("Variable", (), members)()) == "held"
        assert selfcheck._bare("held") == "held"

    def test_are_built_and_read(self, report, torch):
        shows = report(self.ONE, square=lambda x: x * x, DEVICE="cpu")
        assert "right on 1 example" in repr(shows)

    def test_that_record_operations_are_read(self, report, torch):
        shows = report(self.ONE, square=lambda x: (x * x).requires_grad_())
        assert "right on 1 example" in repr(shows)

    def test_must_come_back_as_tensors(self, report, torch):
        shows = report(self.ONE, square=lambda x: (x * x).numpy())
        assert repr(shows) == shown(
            """
            square: right on 0 of 1 example.
              wrong  four numbers: the result is not a torch tensor
                     x         [1., 2.] (torch float32)
                     hint      Doubled.
            """
        )

    def test_must_keep_their_device(self, report, torch):
        shows = report(self.ONE, square=lambda x: (x * x).to("meta"))
        assert "the result is not on the device of the input" in repr(shows)

    def test_that_were_changed_are_seen(self, report, torch):
        shows = report(self.ONE, square=lambda x: x.mul_(x))
        assert "array argument 1 was changed" in repr(shows)

    def test_without_the_library_are_not_tried(self, report, monkeypatch):
        monkeypatch.setitem(sys.modules, "torch", None)
        assert repr(report(self.ONE, square=lambda x: x)) == (
            "square: square was not tried: torch is not installed here."
        )

    def test_without_a_gpu_are_not_tried(self, report, monkeypatch):
        cuda = SimpleNamespace(is_available=lambda: False)
        monkeypatch.setitem(sys.modules, "torch", SimpleNamespace(cuda=cuda))
        assert repr(report(self.ONE, square=lambda x: x, DEVICE="cuda")) == (
            'square: square was not tried: torch finds no GPU here; set DEVICE = "cpu".'
        )

    def test_on_a_mac_are_put_on_mps(self, report, monkeypatch):
        macs(monkeypatch)
        shows = report(self.ONE, square=lambda x: x * x, DEVICE="mps")
        assert "right on 1 example" in repr(shows)

    def test_of_float64_need_the_cpu_where_the_device_is_mps(self, report, monkeypatch):
        macs(monkeypatch)
        one = {**self.ONE, "args": [{"framework": "torch", **ARRAY}]}
        assert repr(report(one, square=lambda x: x * x, DEVICE="mps")) == (
            "square: square was not tried: it needs the CPU, for mps has no float64; "
            'set DEVICE = "cpu".'
        )

    @pytest.mark.parametrize(
        ("framework", "module", "lacks"),
        [
            (
                "torch",
                SimpleNamespace(
                    backends=SimpleNamespace(
                        mps=SimpleNamespace(is_available=lambda: False)
                    )
                ),
                "torch finds no mps device here",
            ),
            (
                "tensorflow",
                SimpleNamespace(
                    config=SimpleNamespace(list_physical_devices=lambda kind: [])
                ),
                "tensorflow finds no GPU here without tensorflow-metal",
            ),
        ],
        ids=["torch", "tensorflow"],
    )
    def test_without_mps_are_not_tried(
        self, report, monkeypatch, framework, module, lacks
    ):
        monkeypatch.setitem(sys.modules, framework, module)
        one = {**self.ONE, "args": [{"framework": framework, **FLOAT32}]}
        assert repr(report(one, square=lambda x: x, DEVICE="mps")) == (
            f'square: square was not tried: {lacks}; set DEVICE = "cpu".'
        )

    def test_of_tensorflow_are_on_the_gpu_that_its_metal_plugin_makes(
        self, monkeypatch
    ):
        places = []

        @contextlib.contextmanager
        def device(name):
            places.append(name)
            yield

        config = SimpleNamespace(list_physical_devices=lambda kind: [kind])
        library = SimpleNamespace(config=config, device=device, constant=np.copy)
        monkeypatch.setitem(sys.modules, "tensorflow", library)
        for name in ("mps", "mps:0", "cuda", "cpu"):
            selfcheck._tensor("tensorflow", np.ones(2, np.float32), name)
        assert places == ["/GPU:0", "/GPU:0", "/GPU:0", "/CPU:0"]

    def test_given_to_a_question_about_arrays_are_read(self, report, torch):
        shows = report(case(), square=lambda x: torch.from_numpy(x * x))
        assert "right on 1 example" in repr(shows)


class _OnMps:
    """A stand-in for a tensor on a Mac's GPU: no machine here has one."""

    def __init__(self, array: np.ndarray, device: str = "cpu") -> None:
        self.array, self.device = array, device

    def to(self, device: str) -> _OnMps:
        if self.array.dtype == np.float64 and device == "mps":
            raise TypeError("the MPS framework doesn't support float64")
        return _OnMps(self.array, f"{device}:0")

    def __mul__(self, other: _OnMps) -> _OnMps:
        return _OnMps(self.array * other.array, self.device)

    def detach(self) -> _OnMps:
        return self

    resolve_conj = resolve_neg = cpu = detach

    @property
    def dtype(self) -> str:
        return f"torch.{self.array.dtype}"

    def numpy(self) -> np.ndarray:
        return self.array


_OnMps.__module__, _OnMps.__name__ = "torch", "Tensor"


def macs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have a torch that finds mps."""
    mps = SimpleNamespace(is_available=lambda: True)
    library = SimpleNamespace(backends=SimpleNamespace(mps=mps), from_numpy=_OnMps)
    monkeypatch.setitem(sys.modules, "torch", library)


SCRIPT = """
import sys
from selfcheck import check
def corr2d(x, k):
    return None
check("corr2d")
large = {"torch", "tensorflow", "IPython", "autograder", "matplotlib"}
assert not large & set(sys.modules)
"""


class TestFiles:
    def run(self, folder: Path, script: str) -> str:
        done = subprocess.run(
            [sys.executable, "-c", script],
            cwd=folder,
            env={"PYTHONPATH": "", "PATH": ""},
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout

    def test_the_two_files_and_numpy_are_enough(self, tmp_path):
        for name in ("selfcheck.py", "selfcheck.json"):
            (tmp_path / name).write_bytes((RELEASE / name).read_bytes())
        printed = self.run(tmp_path, SCRIPT)
        assert printed.startswith("corr2d: right on 0 of 2 examples.\n")

    def test_without_examples_it_says_what_to_do(self, tmp_path):
        (tmp_path / "selfcheck.py").write_bytes((RELEASE / "selfcheck.py").read_bytes())
        assert self.run(tmp_path, SCRIPT) == (
            "corr2d: selfcheck.json is missing; put it in this notebook's folder "
            "again.\n"
        )

    def test_the_source_uses_the_release(self):
        source = ROOT / "source" / "convolution"
        assert (source / "selfcheck.py").is_symlink()
        assert not (source / "selfcheck.json").exists()
        with_package = SCRIPT.replace('"autograder", ', "")
        assert "right on 0 of 2 examples." in self.run(source, with_package)

    @pytest.mark.parametrize("module", [selfcheck, selfcheck_run], ids=["py", "run"])
    def test_students_get_a_file_not_a_link(self, module):
        ours = Path(module.__file__)
        copy = RELEASE / ours.name
        assert not copy.is_symlink()
        assert copy.read_text(encoding="utf-8") == as_one_file(ours)

    def test_without_the_second_file_the_command_line_says_so(self, tmp_path):
        (tmp_path / "selfcheck.py").write_bytes((RELEASE / "selfcheck.py").read_bytes())
        done = subprocess.run(
            [sys.executable, "selfcheck.py", "x.ipynb"],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, done.stdout, done.stderr) == (
            2,
            "",
            "selfcheck: selfcheck_run.py is missing; put it beside selfcheck.py.\n",
        )


def run(notebook: NotebookNode, folder: Path) -> dict[str, str]:
    """Run a notebook in a folder; what its grade cells show, as text."""
    for cell in notebook.cells:
        if "picture" in cell.metadata.get("tags", ()):
            cell.source = ""
    client = NotebookClient(
        notebook, timeout=120, resources={"metadata": {"path": str(folder)}}
    )
    client.execute()
    shows = {}
    for cell in notebook.cells:
        grader = cell.metadata.get("nbgrader", {})
        if cell.cell_type == "code" and grader.get("grade"):
            (output,) = cell.outputs
            assert output.output_type == "display_data"
            assert "text/html" in output.data
            shows[grader.grade_id] = output.data["text/plain"]
    return shows


@pytest.mark.slow
class TestNotebook:
    @pytest.fixture
    def blank(self) -> NotebookNode:
        return read_course_notebook(RELEASE / "convolution.ipynb")

    @pytest.fixture
    def folder(self, tmp_path) -> Path:
        """A student's copy of the release: what a run leaves is left there."""
        ignored = shutil.ignore_patterns("__pycache__")
        return Path(shutil.copytree(RELEASE, tmp_path / "release", ignore=ignored))

    def test_untouched_it_is_calm(self, blank, folder):
        shows = run(blank, folder)
        assert len(shows) == 12
        for grade_id, text in shows.items():
            lines = text.splitlines()
            assert len(lines) == 1
            assert re.fullmatch(
                rf"{grade_id}: (\w+ is not written yet(; |\.))+", lines[0]
            )

    def test_solved_it_is_green(self, blank, folder):
        source = read_course_notebook(ROOT / "source/convolution/convolution.ipynb")
        shows = run(with_solutions(blank, source), folder)
        assert len(shows) == 12
        for grade_id, text in shows.items():
            assert re.match(rf"{grade_id}: right on \d+ examples?\. Grading", text)

    def test_exceptions_name_the_line_of_the_cell(self, folder):
        cells = [
            "from selfcheck import check",
            "def corr2d(x, k):\n    return 1 / 0",
            'check("corr2d")',
        ]
        notebook = nbformat.v4.new_notebook(
            cells=[nbformat.v4.new_code_cell(cell) for cell in cells]
        )
        client = NotebookClient(notebook, resources={"metadata": {"path": str(folder)}})
        client.execute()
        (output,) = notebook.cells[2].outputs
        assert "line 2: return 1 / 0" in output.data["text/plain"]


class TestUnderNbgrader:
    """nbgrader takes a cell that raises nothing for right."""

    @pytest.fixture
    def check(self, report, monkeypatch) -> Callable[..., None]:
        """Run a check cell as `nbgrader validate` does, or as it is told."""
        monkeypatch.setenv("NBGRADER_EXECUTION", "validate")

        def run(*cases: dict[str, Any], grade_id: str = "square", **names: Any) -> None:
            report(*cases)
            exec(f"check({grade_id!r})", {"check": selfcheck.check, **names})

        return run

    def test_a_right_answer_raises_nothing(self, check, capsys):
        check(case(), square=lambda x: x * x)
        assert capsys.readouterr().out.startswith("square: right on 1 example.")

    @pytest.mark.parametrize(
        ("function", "told"),
        [
            (lambda x: x + x, "four numbers: the result has wrong values"),
            (lambda x: 1 / 0, "four numbers: raises ZeroDivisionError"),
            (lambda x: None, "four numbers: the result is None"),
            (None, "square: square is not defined yet; run the cell with it."),
        ],
        ids=["wrong", "raises", "none", "missing"],
    )
    def test_a_wrong_answer_raises_what_is_shown(self, check, function, told):
        with pytest.raises(AssertionError) as caught:
            check(case(), case(), square=function)
        assert told in str(caught.value)

    def test_an_empty_answer_raises(self, check):
        def square(x):
            raise NotImplementedError

        with pytest.raises(AssertionError, match=r"^square: square is not written yet"):
            check(case(), square=square)

    def test_one_example_of_two_is_not_enough(self, check):
        cases = case(), case(function="cube")
        with pytest.raises(AssertionError, match="right on 1 of 2 examples"):
            check(*cases, square=lambda x: x * x)

    def test_what_was_not_tried_is_not_called_right(self, check, tmp_path):
        with pytest.raises(AssertionError, match="no examples to try"):
            check(grade_id="other")
        with pytest.raises(AssertionError, match="no such exercise"):
            check(grade_id="cube")
        exercise = case()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(selfcheck, "_examples", lambda: None)
            with pytest.raises(AssertionError, match=r"selfcheck\.json is missing"):
                check(exercise, square=lambda x: x * x)

    def test_a_warning_is_no_mistake(self, check):
        """nbgrader gives nothing for a cell that writes to stderr."""

        def square(x):
            np.log(np.zeros(1))
            warnings.warn("old", DeprecationWarning, stacklevel=1)
            return x * x

        with warnings.catch_warnings(record=True) as seen:
            warnings.simplefilter("always")
            check(case(), square=square)
        assert seen == []

    def test_an_older_nbgrader_is_known_as_well(self, check, monkeypatch):
        monkeypatch.delenv("NBGRADER_EXECUTION")
        monkeypatch.setenv("NBGRADER_VALIDATING", "1")
        with pytest.raises(AssertionError):
            check(case(), square=lambda x: x + x)

    def test_elsewhere_nothing_is_raised(self, check, monkeypatch, capsys):
        monkeypatch.delenv("NBGRADER_EXECUTION")
        check(case(), square=lambda x: x + x)
        assert "the result has wrong values" in capsys.readouterr().out

    def test_a_kernel_that_is_to_be_autograded_ends(self, tmp_path):
        shutil.copy(RELEASE / "selfcheck.py", tmp_path)
        done = subprocess.run(
            [sys.executable, "-c", "from selfcheck import check; check('square')"],
            cwd=tmp_path,
            env={**os.environ, "NBGRADER_EXECUTION": "autograde"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, done.stdout, done.stderr) == (
            1,
            "",
            "selfcheck: nbgrader can't grade these exercises by itself. Run "
            "`autograder grade`, or name autograder.converters in course_config.py.\n",
        )
