"""Public checks, written down: exactly these, to the last bit, and nothing else."""

from __future__ import annotations

import ast
import json
import logging
import re
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import nbformat
import numpy as np
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from autograder import selfcheck
from autograder.arrays import torch_tensor
from autograder.checks import recording
from autograder.checks.recording import record
from autograder.config import Settings, load_settings
from autograder.errors import AssignmentError, ConfigError
from autograder.notebook import grade_cells, read_course_notebook
from autograder.singlefile import as_one_file

ROOT = Path(__file__).parents[2]

ORACLE = """
def square(x):
    return x * x

def half(x):
    return x / 2

def twice(x):
    return 2 * x
"""
MISTAKES = """
from autograder.checks import Misconception

def _square_doubled(x):
    return 2 * x

def _square_changes_input(x):
    x *= x
    return x

def _square_fails(x):
    raise RuntimeError("SECRET_OF_THE_MISTAKE")

MISCONCEPTIONS = (
    Misconception("square_doubled", "square", "Doubled.", _square_doubled),
    Misconception("square_fails", "square", "Fails.", _square_fails),
    Misconception(
        "square_changes_input", "square", "Changes x.", _square_changes_input,
        sign="changes_input",
    ),
)
"""
TESTS = """
import numpy as np
import pytest
from autograder.checks import agrees, gradients_agree, refuses
from solutions.squares import oracle

pytestmark = pytest.mark.grade("square")
public = pytest.mark.public

@public
def test_three_numbers(submission):
    agrees(submission.square, oracle.square, np.array([1.0, 2.0, 3.0]))

def test_secret_numbers(submission):
    agrees(submission.square, oracle.square, np.array([271828.0]))

@public
def test_twos(submission):
    agrees(submission.square, oracle.square, np.array([0.0, 2.0]))

@public
def test_refuses_text(submission):
    submission.square(np.ones(1))  # what is allowed is answered
    refuses(submission.square.without("numpy.square"), "x", n=2)

@public
@pytest.mark.parametrize("n", [1, 2], ids=["one", "two"])
def test_a_count(submission, n):
    agrees(submission.square, oracle.square, n)
    agrees(submission.square, oracle.square, n + 1)

@public
def test_drawn(submission, rng):
    agrees(submission.square, oracle.square, rng.normal(size=3))

@public
def test_function_that_the_notebook_gives(submission):
    agrees(submission.apply, applied, oracle.twice)

applied = oracle.apply = lambda f: f(1.0)
applied.__module__ = oracle.__name__

@public
def test_own_function(submission):
    agrees(submission.square, lambda f: 1.0, lambda x: x)

@public
def test_function_of_the_oracle(submission):
    agrees(submission.apply, applied, oracle.half)

@public
def test_namesake(submission):
    def twice(x):
        return 2 * x
    agrees(submission.apply, applied, twice)

@public
def test_gradients(submission):
    gradients_agree(submission.square, oracle.square, cotangent=np.ones(1))

@public
def test_looks(submission):
    assert submission.square(2).shape == ()

@public
def test_nothing(submission):
    pass

@public
def test_set(submission):
    agrees(submission.square, oracle.square, 3)
    agrees(submission.square, lambda x: 1.0, {1, 2})

@public
def test_fault(submission):
    agrees(submission.square, lambda x: 1 / 0, 1)
"""

NOT_GIVEN = "hands over a function that the notebook doesn't give to students"
LEFT_OUT = {
    "test_own_function": NOT_GIVEN,
    "test_function_of_the_oracle": NOT_GIVEN,
    "test_namesake": NOT_GIVEN,
    "test_gradients": "asks for gradients",
    "test_looks": "looks at a result instead of comparing it",
    "test_nothing": "compares nothing",
    "test_set": "has a set among its values",
    "test_fault": "raises ZeroDivisionError: division by zero",
}


def write_course(folder: Path, tests: str = TESTS, *config: str) -> Settings:
    """Write a course with the assignment `squares`, whose notebook gives `twice`."""
    given = {"grade_id": "given", "locked": True}
    grade = {"grade_id": "square", "locked": True, "grade": True, "points": 1}
    absent = {"schema_version": 3, "grade": False, "solution": False, "task": False}
    cells = [
        new_code_cell(source, metadata={"nbgrader": {**absent, **grader}})
        for source, grader in (
            ("def twice(x):\n    return 2 * x", given),
            ('check("square")', grade),
        )
    ]
    python = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook = new_notebook(cells=cells, metadata={"kernelspec": python})
    files = {
        "course_config.py": "\n".join(("c = get_config()", *config)),
        "source/squares/squares.ipynb": nbformat.writes(notebook),
        "solutions/__init__.py": "",
        "solutions/squares/__init__.py": "",
        "solutions/squares/oracle.py": ORACLE,
        "solutions/squares/misconceptions.py": MISTAKES,
        "tests/grading/squares/test_square.py": tests,
    }
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return load_settings(folder)


class Kept(logging.Handler):
    """Keeps what is logged."""

    def __init__(self) -> None:
        super().__init__()
        self.messages: list[str] = []

    def emit(self, entry: logging.LogRecord) -> None:
        self.messages.append(entry.getMessage())


@pytest.fixture(scope="module")
def recorded(tmp_path_factory) -> tuple[bytes, list[str]]:
    """What comes of TESTS: the file, and what was logged."""
    kept = Kept()
    logging.getLogger("autograder.checks.recording").addHandler(kept)
    settings = write_course(
        tmp_path_factory.mktemp("course"), TESTS, 'c.Autograder.seed = "one"'
    )
    data = record(settings, "squares")
    logging.getLogger("autograder.checks.recording").removeHandler(kept)
    return data, kept.messages


@pytest.fixture(scope="module")
def cases(recorded) -> dict[str, dict]:
    found = json.loads(recorded[0])["exercises"]["square"]
    return {case["name"]: case for case in found}


@pytest.mark.slow
class TestWhatIsWrittenDown:
    def test_a_public_check_whole(self, cases):
        numbers = {"dtype": "float64", "shape": [3]}
        assert cases["three numbers"] == {
            "name": "three numbers",
            "function": "square",
            "args": [{**numbers, "data": [1.0, 2.0, 3.0]}],
            "kwargs": {},
            "without": [],
            "expected": {**numbers, "data": [1.0, 4.0, 9.0]},
            "tolerance": [1e-9, 1e-12, 1e-9],
            "mistakes": {"square_doubled": {**numbers, "data": [2.0, 4.0, 6.0]}},
            "signs": {"changes_input": "square_changes_input"},
        }

    def test_a_hidden_check_and_code_not_at_all(self, recorded):
        for secret in (
            b"secret",
            b"271828",
            b"SECRET_OF_THE_MISTAKE",
            b"def ",
            b"x * x",
            b"square_fails",
        ):
            assert secret not in recorded[0]

    def test_a_mistake_that_is_right_there_is_no_mistake(self, cases):
        assert cases["twos"]["mistakes"] == {}

    def test_an_expected_refusal(self, cases):
        assert cases["refuses text"] == {
            "name": "refuses text",
            "function": "square",
            "args": ["x"],
            "kwargs": {"n": 2},
            "without": ["numpy.square"],
            "raises": "ValueError",
            "signs": {},
        }

    def test_parts_and_parameters_are_named(self, cases):
        names = [name for name in cases if name.startswith("a count")]
        assert names == [
            f"a count: {n} ({part})" for n in ("one", "two") for part in (1, 2)
        ]

    def test_a_given_function_by_its_name(self, cases):
        case = cases["function that the notebook gives"]
        assert case["args"] == [{"name": "twice"}]
        assert case["expected"] == 2.0

    def test_hints_of_the_mistakes_that_are_told(self, recorded):
        document = json.loads(recorded[0])
        assert document["assignment"] == "squares"
        assert document["hints_from"] is None
        assert document["hints"] == {
            "square_changes_input": "Changes x.",
            "square_doubled": "Doubled.",
        }

    def test_the_log_says_what_is_left_out_and_why(self, recorded, cases):
        prefix = "squares, square, "
        told = dict(
            message.removeprefix(prefix).split(": left out of the self-check: it ")
            for message in recorded[1]
        )
        assert told == LEFT_OUT
        names = {recording.readable(name) for name in LEFT_OUT}
        assert not {name for name in cases if name.removesuffix(" (1)") in names}

    def test_another_secret_and_no_hints_change_nothing_else(self, recorded, tmp_path):
        settings = write_course(
            tmp_path,
            TESTS,
            'c.Autograder.seed = "two"',
            'c.Autograder.hints = "never"',
        )
        other = record(settings, "squares")
        assert b"doubled" not in other.lower()
        expected = json.loads(recorded[0])
        expected["hints"] = {}
        for case in expected["exercises"]["square"]:
            case["signs"] = {}
            if "mistakes" in case:
                case["mistakes"] = {}
        assert json.loads(other) == expected

    def test_hints_that_wait_for_a_day(self, tmp_path):
        tests = TESTS[: TESTS.index("def test_secret")]
        day = 'c.Autograder.hints = "after:2026-12-01"'
        document = json.loads(record(write_course(tmp_path, tests, day), "squares"))
        assert document["hints_from"] == "2026-12-01"
        assert document["hints"]["square_doubled"] == "Doubled."

    def test_tests_that_cannot_be_collected_stop_it(self, tmp_path, monkeypatch):
        settings = write_course(tmp_path, "import nothing_of_this_name")
        monkeypatch.chdir(tmp_path)
        with pytest.raises(AssignmentError) as caught:
            record(settings, "squares")
        assert str(caught.value) == (
            "tests/grading/squares: can't be recorded: ModuleNotFoundError: "
            "No module named 'nothing_of_this_name'"
        )


class TestTheSetting:
    @pytest.mark.parametrize("hints", ["at_once", "never", "after:2026-12-01"])
    def test_takes_a_word_or_a_day(self, tmp_path, hints):
        settings = write_course(tmp_path, TESTS, f'c.Autograder.hints = "{hints}"')
        assert settings.hints == hints

    @pytest.mark.parametrize("hints", ["later", "after:", "after:1.12.", "2026-12-01"])
    def test_takes_nothing_else(self, tmp_path, monkeypatch, hints):
        monkeypatch.chdir(tmp_path)
        with pytest.raises(ConfigError) as caught:
            write_course(tmp_path, TESTS, f'c.Autograder.hints = "{hints}"')
        assert str(caught.value) == (
            f"course_config.py: c.Autograder.hints = {hints!r}: should be "
            '"at_once", "never", or "after:" and a day, such as "after:2026-12-01".'
        )

    def test_takes_no_day_that_is_none(self, tmp_path):
        with pytest.raises(ConfigError, match="day is out of range for month"):
            write_course(tmp_path, TESTS, 'c.Autograder.hints = "after:2026-02-30"')


VALUES = {
    "none": None,
    "text": "a",
    "flag": True,
    "integer": -(2**63),
    "float": 0.1 + 0.2,
    "nan": float("nan"),
    "infinity": -float("inf"),
    "minus zero": -0.0,
    "complex": complex(float("nan"), -0.0),
    "list": [1, 2.0, None],
    "nested tuple": (1, (2.5, [True])),
    "dict": {"a": (1,), "data": np.array([1, 2])},
    "float64": np.array([[1e-320, np.pi], [np.nan, -np.inf]]),
    "float32": np.array([0.1, np.inf], np.float32),
    "float16": np.array([0.1], np.float16),
    "complex64": np.array([0.1 + np.inf * 1j, np.nan - 0.5j], np.complex64),
    "int8": np.array([-128, 127], np.int8),
    "uint64": np.array([2**64 - 1], np.uint64),
    "bool": np.array([True, False]),
    "no elements": np.zeros((0, 3), np.float32),
    "no axes": np.array(2.5),
    "numpy float": np.float32(0.1),
    "numpy int": np.int64(2**62),
    "numpy bool": np.bool_(True),
}


class TestEncoding:
    @pytest.mark.parametrize("value", VALUES.values(), ids=VALUES)
    def test_values_come_back_to_the_last_bit(self, value):
        text = json.dumps(recording._encode(value), allow_nan=False)
        back = selfcheck._decoded(json.loads(text), {})
        assert type(back) is type(value)
        assert repr(back) == repr(value)
        for ours, theirs in zip(
            selfcheck._arrays([back]), selfcheck._arrays([value]), strict=True
        ):
            assert (ours.dtype, ours.shape) == (theirs.dtype, theirs.shape)
            assert np.array_equal(ours, theirs, equal_nan=ours.dtype.kind in "fc")

    def test_tensors_come_back_as_tensors_of_the_framework(self):
        torch = pytest.importorskip("torch")
        array = np.array([[1.0, 2.0]], np.float32)
        back = selfcheck._decoded(recording._encode(torch_tensor(array)), {})
        assert isinstance(back, torch.Tensor)
        assert back.dtype == torch.float32
        assert back.tolist() == [[1.0, 2.0]]

    @pytest.mark.parametrize(
        "value", [{1, 2}, {1: 2}, b"x", 2**63, np.array(["a"]), SimpleNamespace()]
    )
    def test_what_has_no_form_is_refused(self, value):
        with pytest.raises(recording._UnrecordableError):
            recording._encode(value)

    @pytest.mark.parametrize(
        ("name", "words"),
        [
            ("test_lecture_example", "lecture example"),
            ("test_on_8x8[3x3, padding 1]", "on 8x8: 3x3, padding 1"),
            ("test_list[a[0]]", "list: a[0]"),
        ],
    )
    def test_names_read_as_words(self, name, words):
        assert recording.readable(name) == words


@pytest.fixture(scope="module")
def course() -> Settings:
    """This repository's own course."""
    return load_settings(ROOT)


@pytest.fixture(scope="module")
def documents(course) -> list[dict]:
    """The selfcheck.json of every assignment."""
    assert course.assignments
    folders = [course.release_directory / name for name in course.assignments]
    return [json.loads((path / "selfcheck.json").read_text()) for path in folders]


class TestThisCourse:
    def test_every_automatic_exercise_has_an_example(self, course, documents):
        for document in documents:
            source = course.source_notebook(document["assignment"])
            wanted = [
                cell.grade_id for cell in grade_cells(read_course_notebook(source))
            ]
            assert [name for name, cases in document["exercises"].items() if cases] == (
                wanted
            )

    @pytest.mark.parametrize("assignment", load_settings(ROOT).assignments)
    def test_no_hidden_test_and_no_code_gets_out(self, course, assignment):
        ours = ROOT / "autograder"
        public = [
            as_one_file(ours / "selfcheck.py"),
            (ours / "selfcheck_run.py").read_text(encoding="utf-8"),
        ]
        given = given_code(course, assignment)
        secrets = {each for each in secrets_of(course, assignment) if each not in given}
        assert len(secrets) > 100
        for path in (course.release_directory / assignment).rglob("*"):
            if "__pycache__" in path.parts:  # of whoever has run a notebook there
                continue
            told = path.read_text(encoding="utf-8")
            if told in public:
                continue
            assert not {each for each in secrets if occurs(each, told)}, path.name
            assert not re.search(r"\bsolutions/|\boracle\b", told), path.name


def given_code(course: Settings, assignment: str) -> str:
    """The source notebook's cells that students are meant to read as they are."""
    cells = nbformat.read(course.source_notebook(assignment), 4).cells
    flags = [cell.metadata.get("nbgrader", {}) for cell in cells]
    return "\n".join(
        cell.source
        for cell, flag in zip(cells, flags, strict=True)
        if not (flag.get("solution") or flag.get("grade"))
    )


def occurs(secret: str, text: str) -> bool:
    """Whether it stands there by itself, not as the end of a longer name."""
    return secret in text and bool(re.search(rf"(?<!\w){re.escape(secret)}", text))


def secrets_of(course: Settings, assignment: str) -> Iterator[str]:
    """Names and inputs of hidden tests; lines of the oracle and of the mistakes."""
    for path in (course.tests_directory / assignment).glob("test_*.py"):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                marks = [ast.unparse(mark) for mark in node.decorator_list]
                if "pytest.mark.public" not in marks:
                    yield node.name
                    yield f'"name": "{recording.readable(node.name)}'
                    yield from identifiers(node)
    for path in (course.solutions_directory / assignment).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and re.match("_(?!_)", node.name):
                yield f"{node.name}("
            if isinstance(node, ast.Return | ast.Assign | ast.AugAssign):
                line = ast.unparse(node)
                is_telling = len(line) > 24 and "(" in line
                if is_telling and not line.startswith("rng = "):
                    yield line


def identifiers(test: ast.FunctionDef) -> Iterator[str]:
    """The ids of a test's parameters that are long enough to be telling."""
    for node in ast.walk(test):
        text = node.value if isinstance(node, ast.Constant) else None
        if isinstance(text, str) and " " in text and len(text) > 12:
            yield f'{text}"'
