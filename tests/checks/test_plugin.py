"""What `pytest tests/grading/<assignment>` means: marks, order, submissions, verdicts.

Each test is a pytest of its own, in the tiny course of conftest.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.courses import CHECKS, add_checks, hand_in, run_pytest

pytestmark = pytest.mark.slow

TESTS = "tests/grading/squares"

#: A plugin that writes down what the checks came to.
LISTENER = """
import json
import os

import pytest

from autograder.checks.plugin import desk_of, verdict_of
from autograder.checks.verdict import settle


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session):
    verdicts = {item: verdict_of(item) for item in session.items if verdict_of(item)}
    decided = desk_of(session.config).decided(list(verdicts), list(verdicts.values()))
    results = settle(decided)
    with open(os.environ["HEARD"], "w") as file:
        json.dump([[str(r.outcome), r.name, r.message] for r in results], file)
"""


@pytest.fixture
def course(make_course, tmp_path, monkeypatch):
    """The tiny course with its checks, in which pytest is run."""
    monkeypatch.chdir(tmp_path)
    settings = make_course('c.Autograder.wall = "process"')
    add_checks(settings)
    return settings


def run(settings, *arguments: object):
    return run_pytest(*arguments, cwd=settings.course_root)


def write(settings, text: str) -> None:
    path = settings.tests_directory / "squares" / "test_square.py"
    path.write_text(text, encoding="utf-8")


def error_line(done) -> str:
    """The one line with which pytest refused to begin."""
    assert done.returncode == 4
    (line,) = (
        line
        for line in (done.stdout + done.stderr).splitlines()
        if line.startswith("ERROR: ")
    )
    return line.removeprefix("ERROR: ")


def heard(settings, tmp_path: Path, *arguments: object) -> list[list[str]]:
    """Outcome, name and message of every check of a run."""
    (settings.course_root / "listener.py").write_text(LISTENER)
    report = tmp_path / "heard.json"
    run_pytest(
        TESTS,
        "-p",
        "listener",
        *arguments,
        cwd=settings.course_root,
        HEARD=str(report),
        PYTHONPATH=str(settings.course_root),
    )
    found: list[list[str]] = json.loads(report.read_text())
    return found


def test_the_sources_own_solution_is_the_submission(course):
    done = run(course, TESTS)
    assert done.returncode == 0, done.stdout
    assert "3 passed" in done.stdout


class TestSubmission:
    def test_a_right_one_passes(self, course):
        path = hand_in(course, "ada", "def square(x):\n    return x**2")
        done = run(course, TESTS, "--submission", path)
        assert (done.returncode, "3 passed" in done.stdout) == (0, True)

    def test_a_wrong_one_fails_and_shows_values_to_the_instructor(self, course):
        path = hand_in(course, "bob", "def square(x):\n    return x + x")
        done = run(course, TESTS, "--submission", path)
        assert (done.returncode, "3 failed" in done.stdout) == (1, True)
        assert "E         got       6 at (0,)\nE         expected  9" in done.stdout
        assert "agreement.py" not in done.stdout  # no frames of ours

    def test_pytests_own_options_work(self, course):
        path = hand_in(course, "bob", "def square(x):\n    return x + x")
        done = run(course, TESTS, "--submission", path, "-k", "three", "-x")
        assert "1 failed, 2 deselected" in done.stdout

    @pytest.mark.parametrize(
        ("content", "reason"),
        [
            ("{", "the notebook is not JSON: "),
            (None, "notebook.ipynb is missing"),
        ],
        ids=["malformed", "missing"],
    )
    def test_one_that_is_no_notebook_is_one_line(self, course, content, reason):
        path = course.course_root / "notebook.ipynb"
        if content is not None:
            path.write_text(content)
        done = run(course, TESTS, "--submission", path.name)
        assert error_line(done).startswith(f"--submission notebook.ipynb: {reason}")
        assert "Traceback" not in done.stdout + done.stderr

    def test_verdicts_of_a_stub_that_raises_and_of_a_hidden_check(
        self, course, tmp_path
    ):
        text = "def square(x):\n    raise KeyError(str(x))"
        path = hand_in(course, "eve", text)
        outcomes = heard(course, tmp_path, "--submission", path)
        assert outcomes == [
            [
                "raised",
                "test_three",
                "square raised KeyError: '[3.]'\n  at        raise KeyError(str(x))",
            ],
            ["raised", "test_any_length", "square raised KeyError"],
            ["raised", "test_whole_numbers", "square raised KeyError"],
        ]


class TestMarks:
    def test_an_unknown_grade_id_is_refused_with_those_there_are(self, course):
        write(course, CHECKS.replace('grade("square")', 'grade("cube")'))
        assert error_line(run(course, TESTS)) == (
            f'{TESTS}/test_square.py::test_three: grade_id "cube" is no grade cell of '
            "source/squares/squares.ipynb. It has: square."
        )

    @pytest.mark.parametrize("weight", ["0", "float('nan')", '"2"'])
    def test_a_weight_that_is_no_share_is_refused(self, course, weight):
        write(course, CHECKS.replace("weight(2)", f"weight({weight})"))
        value = eval(weight)
        assert error_line(run(course, TESTS)) == (
            f"{TESTS}/test_square.py::test_any_length: pytest.mark.weight must be a "
            f"positive number, got {value!r}"
        )

    @pytest.mark.parametrize("seconds", ["0", "float('inf')", "'9'", "True"])
    def test_a_time_that_is_none_is_refused(self, course, seconds):
        write(course, CHECKS.replace("weight(2)", f"seconds({seconds})"))
        assert error_line(run(course, TESTS)) == (
            f"{TESTS}/test_square.py::test_any_length: pytest.mark.seconds must be a "
            f"positive number, got {eval(seconds)!r}"
        )

    @pytest.mark.parametrize(
        ("mark", "most"), [("seconds(1e300)", 86400), ("weight(1e300)", 1000000)]
    )
    def test_one_that_is_far_too_large_is_refused(self, course, mark, most):
        write(course, CHECKS.replace("weight(2)", mark))
        assert error_line(run(course, TESTS)) == (
            f"{TESTS}/test_square.py::test_any_length: pytest.mark."
            f"{mark.partition('(')[0]} must be at most {most}, got 1e+300"
        )

    @pytest.mark.parametrize("mark", ["grade", "grade()", "grade(3)", "grade(x='y')"])
    def test_a_grade_that_names_no_cell_is_refused(self, course, mark):
        write(course, CHECKS.replace('grade("square")', mark))
        assert error_line(run(course, TESTS)) == (
            f"{TESTS}/test_square.py::test_three: pytest.mark.grade must name one "
            'grade cell, as in pytest.mark.grade("conv2d")'
        )

    def test_a_check_may_give_its_calls_more_time(self, course, tmp_path):
        slow = CHECKS.replace("def right", "import time\n\n\ndef right")
        slow = slow.replace(
            "agrees(submission.square, right, rng.normal(size=5))",
            "agrees(submission.square, right, rng.normal(size=5))\n"
            "    assert submission._caller.call_timeout_s == 40",
        )
        write(course, slow.replace("weight(2)", "seconds(40)"))
        outcomes = [outcome for outcome, _, _ in heard(course, tmp_path)]
        assert outcomes == ["passed"] * 3

    def test_all_five_are_known_to_strict_pytest(self, course):
        done = run(course, "--markers")
        marks = (
            "grade(grade_id)",
            "public",
            "device",
            "weight(number)",
            "seconds(number)",
        )
        for mark in marks:
            assert f"@pytest.mark.{mark}: " in done.stdout

    def test_a_test_without_a_grade_cell_can_have_no_submission(self, course):
        write(course, CHECKS.replace("pytestmark", "nomark"))
        done = run(course, TESTS, "-x")
        assert done.returncode == 1
        assert (
            f"{TESTS}/test_square.py::test_three: uses `submission` without "
            'pytest.mark.grade("...")'
        ) in done.stdout


def test_checks_come_in_the_notebooks_order_whatever_their_files(
    course, source, make_course
):
    second = source.cells[4].copy()
    second.metadata = {**second.metadata}
    second.metadata["nbgrader"] = {**second.metadata["nbgrader"], "grade_id": "again"}
    second.id = "again"
    source.cells.insert(6, second)
    make_course()
    folder = course.tests_directory / "squares"
    text = (
        "import pytest\n\npytestmark = pytest.mark.grade('again')\n\ndef test_z(): ..."
    )
    (folder / "test_aa.py").write_text(text)
    (folder / "test_zz.py").write_text("def test_plain(): ...")
    done = run(course, TESTS, "--collect-only", "-q")
    assert [line.partition("::")[2] for line in done.stdout.splitlines()[:5]] == [
        "test_three",
        "test_any_length",
        "test_whole_numbers",
        "test_z",
        "test_plain",
    ]


def test_our_own_faults_are_ungraded_in_every_phase(course, tmp_path):
    write(
        course,
        """
import pytest

pytestmark = pytest.mark.grade("square")


@pytest.fixture
def late(submission):
    yield submission
    raise RuntimeError("teardown")


def test_oracle_is_broken(submission):
    submission.square(3)
    raise ZeroDivisionError


def test_fixture_is_broken(no_such_fixture): ...


def test_cleaning_up_is_broken(late):
    assert late.square(3) == 9


def test_refused_and_cleaning_up_is_broken(late):
    assert late.square(3) == 10


def test_is_skipped(submission):
    pytest.skip("no runner")


def test_is_right(submission):
    assert submission.square(3) == 9
""",
    )
    outcomes = {name: outcome for outcome, name, _ in heard(course, tmp_path)}
    assert outcomes == {
        "test_oracle_is_broken": "ungraded",
        "test_fixture_is_broken": "ungraded",
        "test_cleaning_up_is_broken": "ungraded",
        "test_refused_and_cleaning_up_is_broken": "failed",
        "test_is_skipped": "ungraded",
        "test_is_right": "passed",
    }


class TestOddAnswers:
    """What a check's own code fails on: the answer's fault, or the check's."""

    CHECK = """
import numpy as np
import pytest

pytestmark = pytest.mark.grade("square")


@pytest.mark.public
def test_shown(submission):
    assert np.asarray(submission.square(3)).ndim == 0


def test_hidden(submission):
    assert np.asarray(submission.square(3)).ndim == 0


def test_broken(submission):
    submission.square(3)
    raise ValueError("ours")


def test_broken_before_the_question(submission):
    assert submission is None


def test_full_disk(submission):
    if isinstance(submission.square(3), list):
        raise OSError(28, "No space left on device")


def test_refuses(submission):
    if isinstance(submission.square(3), list):
        pytest.fail("a list")
"""
    BROKEN = "this check could not be run, through no fault of yours; your instructor "

    def test_the_sources_solution_decides_whose_fault_it_is(self, course, tmp_path):
        write(course, self.CHECK)
        path = hand_in(course, "eve", "def square(x):\n    return [[1], [1, 2]]")
        can_not = "square: the check can't use what was returned"
        shown, *hidden = heard(course, tmp_path, "--submission", path)
        assert shown[:2] == ["failed", "test_shown"]
        assert shown[2].startswith(f"{can_not} (ValueError: setting an array element")
        assert hidden == [
            ["failed", "test_hidden", can_not],
            ["ungraded", "test_broken", f"{self.BROKEN}will see it"],
            [
                "ungraded",
                "test_broken_before_the_question",
                f"{self.BROKEN}will see it",
            ],
            ["ungraded", "test_full_disk", f"{self.BROKEN}will see it"],
            ["failed", "test_refuses", "the check refused it"],
        ]

    def test_an_oracle_that_gives_nan_is_our_fault(self, course, tmp_path):
        nan = 'def right(x):\n    return x * float("nan")'
        write(course, CHECKS.replace("def right(x):\n    return x * x", nan))
        path = hand_in(course, "ada", "def square(x):\n    return x * x")
        outcomes = heard(course, tmp_path, "--submission", path)
        assert [outcome for outcome, _, _ in outcomes] == ["ungraded"] * 3

    def test_where_the_oracle_rightly_gives_nan_another_answer_is_wrong(
        self, course, source, make_course, tmp_path
    ):
        source.cells[3].source = (
            'def square(x):\n    """x times x."""\n    ### BEGIN SOLUTION\n'
            '    return x * float("nan")\n    ### END SOLUTION'
        )
        make_course()
        nan = 'def right(x):\n    return x * float("nan")'
        write(course, CHECKS.replace("def right(x):\n    return x * x", nan))
        path = hand_in(course, "ada", "def square(x):\n    return x * 1.0")
        outcomes = heard(course, tmp_path, "--submission", path)
        assert [outcome for outcome, _, _ in outcomes] == ["failed"] * 3
        assert "wrong nan or infinity" in outcomes[0][2]


def test_inputs_are_equal_for_all_and_new_for_another_seed_or_check(course, tmp_path):
    write(
        course,
        """
import pytest

pytestmark = pytest.mark.grade("square")


@pytest.mark.public
@pytest.mark.parametrize("n", [1, 2])
def test_draw(rng, n):
    raise AssertionError(rng.integers(2**62))
""",
    )

    def drawn(seed: str) -> list[str]:
        course_config = course.course_root / "course_config.py"
        course_config.write_text(f"c = get_config()\nc.Autograder.seed = {seed!r}\n")
        return [message for _, _, message in heard(course, tmp_path)]

    first, second = drawn("one"), drawn("two")
    assert len({*first, *second}) == 4
    assert drawn("one") == first


def test_a_cuda_check_without_a_gpu_is_ungraded(course, tmp_path):
    if Path("/dev/nvidia0").exists():
        pytest.skip("this machine has a GPU")
    write(
        course,
        """
import numpy as np
import pytest

from autograder.checks import agrees, torch_tensor

pytestmark = [pytest.mark.grade("square"), pytest.mark.device]


def test_on_device(submission, device):
    x = torch_tensor(np.ones(2), device=device)
    agrees(submission.square, lambda x: x * x, x)
""",
    )
    assert heard(course, tmp_path, "--device", "cuda") == [
        ["ungraded", "test_on_device", "square PyTorch sees no CUDA device"]
    ]
