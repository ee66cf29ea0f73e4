"""The audit of a course made by hand: one exercise, and nothing beside its checks."""

from __future__ import annotations

import json

import pytest

from tests.courses import CHECKS, add_checks, files, run_autograder, tiny_source

#: With a rule that the text asks and no public case does, and a branch without effect.
SOLUTION = """def square(x):
    \"\"\"x times x; a ValueError for text.\"\"\"
    ### BEGIN SOLUTION
    if isinstance(x, str):
        raise ValueError("no number")
    if abs(x).sum() > 1000:
        return x * x + 0
    return x * x
    ### END SOLUTION"""

#: One case is public; of the refusal there is a hidden one; the last looks at nothing.
WEAK = '''
"""Checks of `square`, some of which are weak."""

import numpy as np
import pytest

from autograder.checks import agrees, refuses

pytestmark = pytest.mark.grade("square")


def right(x):
    return x * x


@pytest.mark.public
def test_three(submission):
    agrees(submission.square, right, np.array([3.0, 2.0]))


def test_any_length(submission, rng):
    agrees(submission.square, right, rng.normal(size=5))


def test_refuses_text(submission):
    refuses(submission.square, "three")


def test_it_can_be_called(submission):
    try:
        submission.square(np.ones(3))
    except Exception:
        pass
'''


@pytest.fixture
def source():
    notebook = tiny_source()
    notebook.cells[3].source = SOLUTION
    return notebook


@pytest.fixture
def course(make_course):
    settings = make_course('c.Autograder.wall = "process"')
    add_checks(settings, WEAK)
    return settings


def audited(course, *arguments):
    """What `autograder audit` ends with, and its document."""
    done = run_autograder(
        "audit",
        *arguments,
        "--json",
        cwd=course.course_root,
        AUTOGRADER_SEED="tests",
        AUTOGRADER_WARM_MINUTES="0",
    )
    assert done.stderr == "", done.stderr
    return done.returncode, json.loads(done.stdout)


def kinds(document):
    return {
        (each["kind"], each["what"])
        for exercise in document["exercises"]
        for each in exercise["findings"]
    }


@pytest.mark.slow
class TestByHand:
    def test_holes_are_found(self, course):
        code, document = audited(course, "squares")
        (exercise,) = document["exercises"]
        assert (code, document["proven"]) == (1, False)
        assert exercise["right"] == {"tried": 1, "good": 1}
        assert exercise["mistakes"] == {"tried": 0, "good": 0}
        assert ("check without teeth", "test_it_can_be_called") in kinds(document)
        assert ("blank answer accepted", "the release") in kinds(document)
        assert [
            what
            for kind, what in kinds(document)
            if kind == "mutant not refused" and "line 3" in what and "1001" in what
        ] == ["square, line 3: `abs(x).sum() > 1000` -> `abs(x).sum() > 1001`"]
        assert (
            "square refuses what the right answer refuses with a ValueError"
            in exercise["no_public_case_asks"]
        )
        assert (
            "square, line 2: `raise ValueError('no number')` -> `nothing` "
            "(test_refuses_text)"
        ) in exercise["no_public_case_asks"]

    def test_a_survivor_is_shown_as_a_diff(self, course):
        done = run_autograder("audit", cwd=course.course_root)
        assert done.returncode == 1
        shown = done.stdout.splitlines()
        at = shown.index(
            "square: mutant not refused: square, line 4: `x * x + 0` -> `x * x - 0`"
        )
        assert "    -        return x * x + 0" in shown[at:]
        assert "    +        return x * x - 0" in shown[at:]

    def test_what_is_declared_is_no_finding(self, course, source):
        folder = course.solutions_directory / "squares"
        folder.mkdir(parents=True)
        folder.joinpath("exceptions.py").write_text(
            "from autograder.audit.exceptions import Equivalent, OneProperty\n"
            "EXCEPTIONS = (\n"
            "    OneProperty('test_it_can_be_called', 'It ends.'),\n"
            "    OneProperty('test_gone', 'It is gone.'),\n"
            "    Equivalent('square', 'Zero is zero.',\n"
            "        ('line 4: `x * x + 0` -> `x * x - 0`',)),\n"
            "    Equivalent('square', 'It is gone.', ('line 9: `a` -> `b`',)),\n"
            ")\n"
        )
        _, document = audited(course, "squares", "--quick")
        assert [(each["what"], each["detail"]) for each in document["findings"]] == [
            ("OneProperty of test_gone", "there is no check test_gone"),
            ("Equivalent of square", "there is no mutant line 9: `a` -> `b`"),
        ]
        assert not any(kind == "check without teeth" for kind, _ in kinds(document))


@pytest.mark.slow
class TestSound:
    @pytest.fixture
    def source(self):
        return tiny_source()

    def test_a_course_without_holes_is_proven(self, make_course):
        settings = make_course('c.Autograder.wall = "process"')
        add_checks(settings, CHECKS)
        before = files(settings.course_root)
        code, document = audited(settings)
        assert (kinds(document), document["findings"]) == (set(), [])
        assert (code, document["proven"]) == (0, True)
        assert files(settings.course_root) == before  # nothing is kept


#: Of one mistake nobody can tell the name, one is none, one is all right.
MISTAKES = """
from autograder.checks import Misconception


def doubled(x):
    return 2 * x


def cubed(x):
    return x * x * x


def powered(x):
    return x**2


MISCONCEPTIONS = (
    Misconception("doubled", "square", "That is twice x.", doubled),
    Misconception("cubed", "square", "That is the third power.", cubed, result=None),
    Misconception("powered", "square", "That is right.", powered),
)
"""

BESIDE_ORACLE = """
import numpy as np
import pytest

from autograder.checks import agrees
from solutions.squares import oracle

pytestmark = [pytest.mark.grade("square"), pytest.mark.public]


@pytest.mark.parametrize("x", [3.0, -1.5, 0.1])
def test_known(submission, x):
    agrees(submission.square, oracle.square, np.array([x, 2 * x]))
"""


@pytest.mark.slow
class TestBesideOracle:
    @pytest.fixture
    def source(self):
        notebook = tiny_source()
        notebook.cells[3].source += "\n\n\ndef helper(x):\n    return x"
        return notebook

    def test_each_kind_of_answer_is_judged(self, make_course):
        settings = make_course('c.Autograder.wall = "process"')
        add_checks(settings, BESIDE_ORACLE)
        folder = settings.solutions_directory / "squares"
        for name, text in {
            "oracle.py": "def square(x):\n    return x * x\n",
            "misconceptions.py": MISTAKES,
            "variants/by_sum.py": "def square(x):\n    return x + x\n",
            "variants/by_power.py": "def square(x):\n    return x**2\n",
        }.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        code, document = audited(settings)
        (exercise,) = document["exercises"]
        assert kinds(document) == {
            ("right answer refused", "by_sum"),
            ("function that no check calls", "helper"),
            ("wrong answer accepted", "square, public cases by heart"),
            ("known mistake without its name", "cubed"),
            ("known mistake accepted", "powered"),
        }
        assert exercise["mistakes"] == {"tried": 3, "good": 1}
        assert (code, exercise["no_public_case_asks"]) == (1, [])


class TestRefused:
    def test_an_unknown_assignment_is_one_line(self, course):
        done = run_autograder("audit", "sqares", cwd=course.course_root)
        assert (done.returncode, done.stdout) == (1, "")
        assert done.stderr.startswith('error there is no assignment "sqares"')
        assert done.stderr.count("\n") == 1

    def test_an_unknown_exercise_is_one_line(self, course):
        done = run_autograder(
            "audit", "squares", "--exercise", "cube", cwd=course.course_root
        )
        assert (done.returncode, done.stdout) == (1, "")
        assert done.stderr == 'error squares has no exercise "cube". It has: square.\n'

    def test_checks_that_can_not_be_collected_are_one_line(self, course):
        path = course.tests_directory / "squares" / "test_square.py"
        path.write_text("import nowhere_at_all\n")
        done = run_autograder("audit", "squares", cwd=course.course_root)
        assert (done.returncode, done.stdout) == (1, "")
        assert done.stderr.startswith(
            "error tests/grading/squares: the grading tests can't be collected: "
        )
        assert "ModuleNotFoundError: No module named 'nowhere_at_all'" in done.stderr
        assert done.stderr.count("\n") == 1
