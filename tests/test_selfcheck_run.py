"""`python selfcheck.py X.ipynb`: runs all cells, says what differs, obeys nothing."""

from __future__ import annotations

import base64
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from autograder import selfcheck_run
from autograder.notebook import read_course_notebook
from autograder.rehearsal import with_solutions

ROOT = Path(__file__).parents[1]
RELEASE = ROOT / "release" / "convolution"
END = "Nothing here counts: grading asks these questions and others as well."


def case(function: str, expected: int, name: str = "three") -> dict[str, Any]:
    """An example: what a function makes of 3."""
    return {
        "name": name,
        "function": function,
        "args": [3],
        "kwargs": {},
        "without": [],
        "expected": expected,
        "tolerance": [0.0, 0.0, 0.0],
        "mistakes": {"doubled": 6} if expected == 9 else {},
        "signs": {},
    }


EXAMPLES = {
    "assignment": "powers",
    "hints_from": None,
    "hints": {"doubled": "Times itself, not twice."},
    "exercises": {
        "square": [case("square", 9), case("square", 9, "again")],
        "cube": [case("cube", 27)],
        "essay": [],
    },
}


def graded(grade_id: str, points: float | None = None) -> Any:
    metadata = {"nbgrader": {"grade": True, "grade_id": grade_id, "points": points}}
    used = metadata if points is not None else {}
    return new_code_cell(f'check("{grade_id}")', metadata=used)


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Put an assignment of two exercises and an essay into a folder."""

    def write(square: str, cube: str, *more: str, name: str = "powers.ipynb") -> Path:
        cells = [
            new_markdown_cell("# Powers"),
            new_code_cell("from selfcheck import check"),
            new_code_cell(square),
            graded("square", 2),
            new_code_cell(cube),
            graded("cube"),
            *map(new_code_cell, more),
        ]
        for file in ("selfcheck.py", "selfcheck_run.py"):
            shutil.copy(RELEASE / file, tmp_path)
        document = json.dumps(EXAMPLES)
        (tmp_path / "selfcheck.json").write_text(document, encoding="utf-8")
        path = tmp_path / name
        nbformat.write(new_notebook(cells=cells), path)
        return path

    return write


RIGHT = ("def square(x):\n    return x * x", "def cube(x):\n    return x ** 3")
DOUBLED = "def square(x):\n    return x + x"
EMPTY = "def cube(x):\n    raise NotImplementedError"


def run(capsys, *arguments: object) -> tuple[int, list[str]]:
    code = selfcheck_run.main(list(map(str, arguments)))
    return code, capsys.readouterr().out.splitlines()


class TestTable:
    def test_right(self, write, capsys, monkeypatch):
        path = write(*RIGHT)
        before = path.read_bytes()
        monkeypatch.chdir(path.parent)
        assert run(capsys, path.name) == (
            0,
            [
                "powers.ipynb",
                "  exercise  right  what differs first",
                "  square    2/2",
                "  cube      1/1",
                "  essay     -      no examples; grading looks at it",
                f"2 of 2 exercises are right on their examples. {END}",
            ],
        )
        assert path.read_bytes() == before

    def test_wrong_and_not_written(self, write, capsys):
        code, lines = run(capsys, write(DOUBLED, EMPTY))
        assert code == 1
        assert lines[2:] == [
            "  square    0/2    three: the result has the wrong value "
            "(got 6; expected 9)",
            "                   hint: Times itself, not twice.",
            "  cube      0/1    cube is not written yet",
            "  essay     -      no examples; grading looks at it",
            f"0 of 2 exercises are right on their examples. {END}",
        ]

    def test_several_notebooks(self, write, capsys):
        first, second = write(*RIGHT), write(DOUBLED, EMPTY, name="other.ipynb")
        code, lines = run(capsys, first, second)
        assert code == 1
        assert [line for line in lines if line.endswith(".ipynb")] == [
            str(first),
            str(second),
        ]

    def test_json(self, write, capsys):
        code, lines = run(capsys, write(DOUBLED, RIGHT[1]), "--json")
        (document,) = json.loads("\n".join(lines))
        square, cube, essay = document["exercises"]
        assert code == 1
        assert not document["is_right"]
        assert (square["right"], square["total"], square["state"]) == (0, 2, "wrong")
        assert (cube["state"], essay["state"]) == ("right", "none")
        assert square["hint"] == "Times itself, not twice."

    def test_what_a_cell_prints_is_no_result(self, write, capsys):
        forged = json.dumps({"grade_id": "square", "title": "", "trials": []})
        printed = f"print('square: right on 2 examples.')\nprint({forged!r})"
        code, lines = run(capsys, write(f"{DOUBLED}\n{printed}", RIGHT[1]))
        assert code == 1
        assert lines[2].startswith("  square    0/2 ")


class TestTrouble:
    def test_a_cell_that_raises_costs_itself(self, write, capsys):
        code, lines = run(capsys, write("1 / 0", RIGHT[1]))
        assert code == 1
        assert lines[2:7] == [
            "  square    0/2    square is not defined yet; run the cell with it",
            "  cube      1/1",
            "  essay     -      no examples; grading looks at it",
            "  cell 3 (1 / 0) raised ZeroDivisionError: division by zero",
            f"1 of 2 exercises are right on their examples. {END}",
        ]

    def test_many_cells_that_raise_are_counted(self):
        remarks = [f"cell {number} raised" for number in range(100)]
        told = selfcheck_run._few(remarks)
        assert len(told) == 21
        assert told[18:] == ["cell 18 raised", "and 80 more like these", remarks[-1]]
        assert selfcheck_run._few(remarks[:20]) == remarks[:20]

    def test_a_check_cell_that_raises(self, write, capsys):
        code, lines = run(capsys, write("del check", RIGHT[1]))
        told = "its check cell raised NameError: name 'check' is not defined"
        assert code == 1
        assert lines[2:4] == [
            f"  square    0/2    {told}",
            f"  cube      0/1    {told}",
        ]

    def test_an_example_that_hangs_costs_its_exercise(self, write, capsys):
        endless = "def square(x):\n    while True:\n        pass"
        code, lines = run(capsys, write(endless, RIGHT[1]), "--timeout", 2)
        assert code == 1
        assert lines[2:4] == [
            "  square    0/2    its check cell took longer than 2 s",
            "  cube      1/1",
        ]

    def test_a_cell_that_can_not_be_interrupted(self, write, capsys, monkeypatch):
        monkeypatch.setattr(selfcheck_run, "_BACK_S", 1)
        stubborn = (
            "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\n"
            "while True:\n    pass"
        )
        code, lines = run(capsys, write(stubborn, RIGHT[1]), "--timeout", 1)
        why = "its check cell was not reached: cell 3 could not be interrupted"
        assert code == 1
        assert lines[2:4] == [f"  square    0/2    {why}", f"  cube      0/1    {why}"]
        assert lines[-2] == (
            "  cell 3 could not be interrupted; the cells after it were not run"
        )

    def test_a_kernel_that_dies(self, write, capsys):
        deadly = "import os\n\n\ndef square(x):\n    os._exit(3)"
        code, lines = run(capsys, write(deadly, RIGHT[1]))
        assert code == 1
        later = "its check cell was not reached: cell 4 ended the kernel"
        assert lines[2:4] == [
            "  square    0/2    its check cell ended the kernel",
            f"  cube      0/1    {later}",
        ]

    def test_a_check_cell_that_is_gone(self, write, capsys):
        path = write(*RIGHT)
        notebook = nbformat.read(path, 4)
        del notebook.cells[5]
        nbformat.write(notebook, path)
        code, lines = run(capsys, path)
        assert code == 1
        assert lines[3] == (
            '  cube      0/1    no cell of the notebook calls check("cube")'
        )

    def test_nbgrader_around_it_changes_nothing(self, write, capsys, monkeypatch):
        monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
        assert run(capsys, write(*RIGHT))[0] == 0


class TestWrongUse:
    def refused(self, capsys, *arguments: object) -> str:
        assert selfcheck_run.main(list(map(str, arguments))) == 2
        caught = capsys.readouterr()
        assert caught.out == ""
        return caught.err

    def test_no_such_notebook(self, write, capsys):
        path = write(*RIGHT)
        missing = path.with_name("pow.ipynb")
        told = f"selfcheck: {missing}: there is no such notebook\n"
        assert self.refused(capsys, missing) == told

    def test_no_notebook(self, write, capsys):
        path = write(*RIGHT)
        path.write_text("{", encoding="utf-8")
        assert self.refused(capsys, path).startswith(
            f"selfcheck: {path} is not a notebook: "
        )

    def test_no_examples(self, write, capsys):
        path = write(*RIGHT)
        path.with_name("selfcheck.json").unlink()
        assert self.refused(capsys, path) == (
            "selfcheck: selfcheck.json is missing; put the one that came with the "
            "assignment into the notebook's folder\n"
        )

    def test_broken_examples(self, write, capsys):
        path = write(*RIGHT)
        path.with_name("selfcheck.json").write_text("[]")
        assert "selfcheck.json can't be read; put the one" in self.refused(capsys, path)

    @pytest.mark.parametrize("module", ["nbclient", "nbformat"])
    def test_without_jupyter(self, write, capsys, monkeypatch, module):
        path = write(*RIGHT)
        monkeypatch.setitem(sys.modules, module, None)
        assert self.refused(capsys, path) == (
            f"selfcheck: {module} is not installed here; it comes with Jupyter: "
            "python -m pip install jupyterlab\n"
        )

    def test_a_summary_that_can_not_be_written(self, write, tmp_path, capsys):
        options = write(*RIGHT), "--summary", tmp_path
        assert selfcheck_run.main(list(map(str, options))) == 2
        told = capsys.readouterr().err
        assert told == f"selfcheck: {tmp_path} can't be written: Is a directory\n"

    @pytest.mark.parametrize(
        "arguments",
        [
            (),
            ("x.ipynb", "--timeout", "0"),
            ("x.ipynb", "--timeout", "nan"),
            ("x.ipynb", "--json", "--annotations"),
            ("x.ipynb", "--color"),
        ],
        ids=" ".join,
    )
    def test_a_wrong_command_line(self, arguments, capsys):
        with pytest.raises(SystemExit) as ended:
            selfcheck_run.main(arguments)
        assert ended.value.code == 2

    def test_every_option_is_explained(self):
        options = {
            name
            for action in selfcheck_run._parser()._actions
            for name in action.option_strings
            if name.startswith("--") and name != "--help"
        }
        assert {name for name in options if name not in selfcheck_run.__doc__} == set()


#: What a terminal, a shell, YAML, Markdown and GitHub's log would obey.
HOSTILE = "\n::error::x\n##[add-mask]x <script>`$(id)` | [a](b) **c** \x1b[31m%0A,:"


class TestGitHub:
    @pytest.fixture
    def hostile(self, write) -> Path:
        code = f"def square(x):\n    raise ValueError({HOSTILE!r})"
        return write(code, EMPTY, name="a,b:c%`$(id)`.ipynb")

    def test_the_table_holds_no_command(self, hostile, capsys):
        _, lines = run(capsys, hostile)
        assert not [line for line in lines if line.strip().startswith("::")]
        assert not [line for line in lines if "##[" in line or "\x1b" in line]

    def test_annotations_are_escaped(self, hostile, capsys, monkeypatch):
        monkeypatch.setenv("GITHUB_WORKSPACE", str(hostile.parent))
        _, lines = run(capsys, hostile, "--annotations")
        error, notice = [line for line in lines if line.startswith("::")]
        text = hostile.read_text(encoding="utf-8").splitlines()
        number = 1 + next(i for i, line in enumerate(text) if 'check(\\"square' in line)
        assert error.startswith(
            f"::error file=a%2Cb%3Ac%25`$(id)`.ipynb,line={number},title=square::"
            "three: raises ValueError: ::error::x # #[add-mask]x <script>"
        )
        assert "%250A,:" in error
        assert notice.endswith(",title=cube::cube is not written yet")
        assert notice.startswith("::notice file=")

    def test_more_than_ten_errors_become_ten(self, monkeypatch, tmp_path):
        exercises = [
            selfcheck_run._Exercise(f"e{n}", 1, state="wrong", message="no")
            for n in range(14)
        ]
        checked = selfcheck_run._Checked(Path("x.ipynb"), exercises)
        lines = selfcheck_run._annotations(checked)
        assert len(lines) == 10
        assert lines[-1] == (
            "::error file=x.ipynb,title=Others::And e9, e10, e11, e12, e13."
        )

    def test_the_summary_is_plain_text_to_markdown(self, hostile, capsys, tmp_path):
        summary = tmp_path / "summary.md"
        summary.write_text("before\n")
        run(capsys, hostile, "--summary", summary)
        text = summary.read_text(encoding="utf-8")
        assert text.startswith("before\n### Self-check of ")
        (row,) = [line for line in text.splitlines() if line.startswith("| square ")]
        plain = re.sub(r"\\[!-/:-@\[-`{-~]", "", row)
        assert plain.count("|") == 4
        assert not set("<>`[]*$") & set(plain)
        told = row.split(" | ")
        assert told[:2] == ["| square", "0 of 2"]

    def test_classroom_reads_points(self, write, capsys):
        code, lines = run(capsys, write(DOUBLED, RIGHT[1]), "--classroom")
        assert code == 1
        assert lines[-2:] == [
            "::notice title=Autograding complete::Points 1/3",
            '::notice title=Autograding report::{"totalPoints": 1.0, "maxPoints": 3.0}',
        ]

    def test_classrooms_reporter_reads_the_result(self, write, capsys, tmp_path):
        output = tmp_path / "output"
        run(capsys, write(DOUBLED, RIGHT[1]), "--grader-output", output)
        name, _, value = output.read_text().partition("=")
        result = json.loads(base64.b64decode(value))
        assert name == "result"
        assert (result["version"], result["status"], result["max_score"]) == (
            1,
            "fail",
            3.0,
        )
        tests = [tuple(test.values())[:4] for test in result["tests"]]
        assert tests == [("square", "fail", 0.0, 2.0), ("cube", "pass", 1.0, 1.0)]


@pytest.mark.slow
class TestRelease:
    """As students do it: a process of its own, nothing of ours on its path."""

    @pytest.fixture
    def folder(self, tmp_path) -> Path:
        ignored = shutil.ignore_patterns("__pycache__")
        return Path(shutil.copytree(RELEASE, tmp_path / "mine", ignore=ignored))

    def run(self, folder: Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "mine/selfcheck.py", "mine/convolution.ipynb"],
            cwd=folder.parent,
            env={**os.environ, "PYTHONPATH": "", "PYTHONSAFEPATH": ""},
            capture_output=True,
            text=True,
            check=False,
        )

    def test_untouched(self, folder):
        done = self.run(folder)
        lines = done.stdout.splitlines()
        assert (done.returncode, done.stderr, len(lines)) == (1, "", 15)
        assert all("is not written yet" in line for line in lines[2:14])
        assert lines[-1].startswith("0 of 12 exercises are right")

    def test_solved(self, folder):
        blank = read_course_notebook(folder / "convolution.ipynb")
        source = read_course_notebook(ROOT / "source/convolution/convolution.ipynb")
        nbformat.write(with_solutions(blank, source), folder / "convolution.ipynb")
        done = self.run(folder)
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.splitlines()[-1].startswith("12 of 12 exercises are right")
