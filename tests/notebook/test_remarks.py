"""What is told of a student's code before it is run."""

from __future__ import annotations

import copy
import time

import nbformat
import pytest
from nbformat.v4 import new_code_cell

from autograder.gradebook import blanked, prepared
from autograder.notebook import parse_submission, rebuild
from autograder.notebook.remarks import defined_in, plain_text

STUB = "def square(x):\n    raise NotImplementedError()"
ANSWER = "def square(x):\n    return x * x"


@pytest.fixture
def release(source, tmp_path):
    return blanked(prepared(source, tmp_path), tmp_path)


def notes_of(release, solution=None, *, own=(), at=None):
    """Notes on the release with a solution and own cells, at the end if not said."""
    made = copy.deepcopy(release)
    if solution is not None:
        made.cells[3].source = solution
    place = len(made.cells) if at is None else at
    made.cells[place:place] = [new_code_cell(text) for text in own]
    return rebuild(release, parse_submission(nbformat.writes(made).encode())).notes


class TestDefinedIn:
    @pytest.mark.parametrize(
        ("code", "names"),
        [
            ("def f(x):\n    y = 1\n    return y", ["f"]),
            ("async def f(): ...", ["f"]),
            ("@jit\ndef f(): ...\n\nclass G:\n    h = 1", ["f", "G"]),
            ("f = lambda x: x", ["f"]),
            ("f: int = 3", ["f"]),
            ("f == 3\nf(x=1)\nif f: pass", []),
            ("%%time\ndef f(): ...", ["f"]),
            ("def f(\n    a,\n):\n    return a", ["f"]),
        ],
    )
    def test_names_of_the_first_column(self, code, names):
        assert list(defined_in(code)) == names

    def test_each_with_its_text(self):
        code = "def f():\n    return 1\n\ng = 2\n"
        assert defined_in(code) == {"f": "def f():\n    return 1\n\n", "g": "g = 2\n"}

    @pytest.mark.parametrize(
        "code",
        ["\n" * 10**6, "x" * 10**6, " " * 10**6, "environ.update(" * 10**5,
         "os.environ[" * 10**5, "def " * 10**5, "environ |= " * 10**5],
        ids=lambda code: code[:15].strip() or repr(code[:1]),
    )  # fmt: skip
    def test_takes_time_in_proportion_to_the_source(self, release, code):
        started = time.process_time()
        notes_of(release, code)
        assert time.process_time() - started < 10


class TestAnswersBelowTheirChecks:
    def test_are_named_with_their_place(self, release):
        assert notes_of(release, own=[ANSWER]) == (
            "square is defined only in cell 8, below its check",
        )

    @pytest.mark.parametrize(
        "stub", [STUB, "# see below", "", STUB.replace("()\n", "()\r\n")]
    )
    def test_whatever_stands_in_their_place(self, release, stub):
        assert len(notes_of(release, stub, own=[ANSWER])) == 1

    def test_in_a_solution_cell_of_another_exercise(self, release):
        second = copy.deepcopy(release.cells[3:5])
        for cell, name in zip(second, ("cube_solution", "cube"), strict=True):
            cell.metadata.nbgrader.grade_id = cell.id = name
        second[0].source = "def cube(x):\n    raise NotImplementedError()"
        release.cells += second
        made = copy.deepcopy(release)
        made.cells[-2].source = f"{ANSWER}\n\ndef cube(x):\n    return x**3"
        notes = rebuild(release, parse_submission(nbformat.writes(made).encode())).notes
        assert notes == ("square is defined only in cell 8, below its check",)

    @pytest.mark.parametrize("own", [[], ["square(3)"], ["def other(): ..."], [ANSWER]])
    def test_nothing_is_told_where_the_answer_stands_above(self, release, own):
        assert notes_of(release, ANSWER, own=own) == ()

    def test_nor_where_an_own_cell_above_has_it(self, release):
        assert notes_of(release, STUB, own=[ANSWER], at=3) == ()
        assert notes_of(release, STUB, own=[ANSWER], at=4) == ()

    def test_nor_where_nothing_is_written(self, release):
        assert notes_of(release) == ()


class TestLateSettings:
    @pytest.mark.parametrize(
        ("code", "names"),
        [
            ('import os\nos.environ["KERAS_BACKEND"] = "torch"', "KERAS_BACKEND"),
            ("os.environ['OMP_NUM_THREADS']='1'", "OMP_NUM_THREADS"),
            ('environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")', "TF_CPP_MIN_LOG_LEVEL"),
            ('environ.update({"A": 1,\n "MKL_NUM_THREADS": "1"})', "MKL_NUM_THREADS"),
            ("os.environ.update(TF_USE_LEGACY_KERAS='1')", "TF_USE_LEGACY_KERAS"),
            ('os.environ |= {"OPENBLAS_NUM_THREADS": "1"}', "OPENBLAS_NUM_THREADS"),
            ('os.putenv("KMP_DUPLICATE_LIB_OK", "1")', "KMP_DUPLICATE_LIB_OK"),
            ("%env KERAS_BACKEND=jax", "KERAS_BACKEND"),
            ("%set_env TF_ENABLE_ONEDNN_OPTS 0", "TF_ENABLE_ONEDNN_OPTS"),
            (
                'os.environ["OMP_NUM_THREADS"] = os.environ["MKL_NUM_THREADS"] = "2"',
                "OMP_NUM_THREADS, MKL_NUM_THREADS",
            ),
        ],
    )  # fmt: skip
    @pytest.mark.parametrize("is_own", [True, False], ids=["own cell", "solution"])
    def test_are_named(self, release, code, names, is_own):
        told = f"sets {names}, which comes too late here: in grading the libraries are"
        told += " imported before the first cell"
        solution = None if is_own else f"{code}\n{ANSWER}"
        own = [code] if is_own else []
        place = 3 if is_own else 4
        assert notes_of(release, solution, own=own, at=2) == (f"cell {place} {told}",)

    @pytest.mark.parametrize(
        "code",
        [
            '# os.environ["KERAS_BACKEND"] = "torch"',
            'print(os.environ.get("KERAS_BACKEND"))',
            'os.environ["KERAS_BACKEND"] == "torch"',
            'os.environ["CUDA_VISIBLE_DEVICES"] = "0"',
            'os.environ["HOME"] = "KERAS_BACKEND"',
            "KERAS_BACKEND = 'torch'",
            "%env",
        ],
    )
    def test_nothing_is_told_of_others(self, release, code):
        assert notes_of(release, own=[code], at=2) == ()


def test_plain_text_is_the_same_whatever_an_editor_does_to_it():
    assert plain_text("\ufeffa \r\n\tb\r\n\r\n") == "a\n\tb"
