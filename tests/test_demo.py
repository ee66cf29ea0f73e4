"""The sample class, graded once: what each gets; and three ways to equal verdicts."""

from __future__ import annotations

import inspect
import json
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest

from autograder.checks import Misconception
from autograder.checks.edits import Edited
from autograder.config import Settings, load_settings
from autograder.demo import grade_sample_class, known_mistakes, sample_class, variants
from autograder.errors import AssignmentError
from tests.courses import ROOT, copy_of_ours, files, run_autograder, run_pytest

OURS = load_settings(ROOT)
Check = tuple[str, str, str | None, str]

#: The hidden inputs of these tests, so that they can be repeated.
SEED = "tests"

#: The three ways don't depend on the assignment; two show it.
FIRST, *_, LAST = [[name] for name in OURS.assignments]

#: How many people have written right answers, beside the notebook's own.
STYLES = {
    "gradient_descent": 4,
    "backpropagation": 3,
    "convolution": 6,
    "pooling": 5,
    "recurrent": 4,
    "gan": 3,
    "attention": 4,
}

#: A pytest plugin that writes down what the checks of each exercise came to.
LISTENER = """
import json
import os

import pytest

from autograder.checks.plugin import desk_of, grade_id_for, verdict_of
from autograder.checks.verdict import settle


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session):
    desk, exercises = desk_of(session.config), {}
    for item in session.items:
        exercises.setdefault(grade_id_for(item), []).append(item)
    report = {
        grade_id: [
            [each.name, str(each.outcome), each.misconception, each.message]
            for each in settle(desk.decided(items, list(map(verdict_of, items))))
        ]
        for grade_id, items in exercises.items()
    }
    with open(os.environ["HEARD"], "w") as file:
        json.dump(report, file)
"""


class SampleClass:
    """The copy of the course, and what `autograder demo A --json` said there."""

    def __init__(self, settings: Settings, assignment: str) -> None:
        self.settings = settings
        root = settings.course_root
        self.done = run_autograder(
            "demo", assignment, "--json", cwd=root, AUTOGRADER_SEED=SEED
        )
        document = json.loads(self.done.stdout)
        assert document["assignment"] == assignment
        self.submissions: dict[str, dict[str, dict[str, Any]]] = {
            assignment: {s["student"]: s for s in document["submissions"]}
        }

    def path(self, assignment: str, student: str) -> Path:
        """A submission's notebook."""
        folder = self.settings.state_directory / "demo" / assignment / "submitted"
        return folder / student / assignment / f"{assignment}.ipynb"


@pytest.fixture(scope="module", params=OURS.assignments)
def assignment(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory, assignment: str) -> SampleClass:
    return SampleClass(copy_of_ours(tmp_path_factory.mktemp("course")), assignment)


def verdicts(submission: dict[str, Any]) -> dict[str, list[Check]]:
    """Name, outcome, mistake and message of each check, by exercise."""
    keys = ("name", "outcome", "misconception", "message")
    return {
        exercise["grade_id"]: [
            tuple(check[key] for key in keys) for check in exercise["checks"]
        ]
        for exercise in submission["exercises"]
    }


def lost(submission: dict[str, Any]) -> dict[str, str]:
    """Outcome of each exercise that has not all its points."""
    return {
        exercise["grade_id"]: exercise["outcome"]
        for exercise in submission["exercises"]
        if exercise["score"] != exercise["points"]
    }


def named(submission: dict[str, Any]) -> set[str]:
    """The mistakes that were named."""
    return {
        check["misconception"]
        for exercise in submission["exercises"]
        for check in exercise["checks"]
        if check["misconception"]
    }


def code_of(mistake: Misconception) -> str:
    """What is pasted into a notebook that makes it."""
    if isinstance(mistake.code, Edited):
        return mistake.code.source
    return textwrap.dedent(inspect.getsource(mistake.code))


@pytest.mark.slow
class TestSampleClass:
    def test_all_is_well_and_everybody_is_there(self, sample, assignment):
        assert sample.done.returncode == 0, sample.done.stderr
        assert sample.done.stderr == ""
        students = sample.submissions[assignment]
        expected = [student for student, _ in sample_class(OURS, assignment)]
        assert sorted(students) == sorted(expected)
        assert len(students) >= 12

    def test_only_the_file_that_is_no_notebook_is_not_graded(self, sample, assignment):
        students = sample.submissions[assignment]
        statuses = {name: each["status"] for name, each in students.items()}
        assert statuses.pop("cut-off-file") == "malformed"
        assert set(statuses.values()) == {"graded"}
        assert students["cut-off-file"]["score"] == 0

    def test_right_answers_get_all_points_and_all_others_fewer(
        self, sample, assignment
    ):
        for name, each in sample.submissions[assignment].items():
            if name.startswith("right-"):
                assert (name, lost(each), named(each)) == (name, {}, set())
                assert each["score"] == each["max_score"]
            else:
                assert each["score"] < each["max_score"], name

    def test_every_style_of_right_answer_is_there(self, sample, assignment):
        styles = {f"right-{path.stem}" for path in variants(OURS, assignment)}
        assert len(styles) == STYLES[assignment]
        assert styles | {"right-as-taught"} == {
            name for name in sample.submissions[assignment] if name.startswith("right-")
        }

    def test_each_mistake_is_named_and_nothing_else_is(self, sample, assignment):
        by_code = {
            code_of(mistake): mistake.name
            for mistake in known_mistakes(OURS, assignment)
        }
        for name, each in sample.submissions[assignment].items():
            if name.startswith("mistaken-"):
                text = sample.path(assignment, name).read_text()
                source = "".join(
                    f"\n{''.join(cell['source'])}\n"
                    for cell in json.loads(text)["cells"]
                )
                made = {mistake for code, mistake in by_code.items() if code in source}
                assert made
                assert (name, named(each)) == (name, made)
            else:
                assert (name, named(each)) == (name, set())

    def test_a_blank_notebook_was_not_written(self, sample, assignment):
        blank = sample.submissions[assignment]["nothing-written"]
        assert blank["score"] == 0
        assert set(lost(blank).values()) == {"not_run"}

    @pytest.mark.parametrize(
        ("student", "outcome", "message"),
        [
            ("syntax-error", "raised", "is not defined, because SyntaxError"),
            ("endless-loop", "timed_out", "gave no answer within "),
            ("kills-its-kernel", "raised", "ended the kernel (exit code 0)"),
        ],
    )
    def test_what_breaks_costs_the_exercise_it_is_in_and_no_other(
        self, sample, assignment, student, outcome, message
    ):
        submission = sample.submissions[assignment][student]
        ((broken, found),) = lost(submission).items()
        assert found == outcome
        (exercise,) = (e for e in submission["exercises"] if e["grade_id"] == broken)
        assert any(message in check["detail"] for check in exercise["checks"])

    def test_the_courses_own_folders_are_not_touched(self, sample, assignment):
        root = sample.settings.course_root
        assert not (root / "gradebook.db").exists()
        assert not (root / "submitted").exists()
        assert not (root / "autograded").exists()
        place = root / ".autograder" / "demo" / assignment
        assert (place / "gradebook.db").is_file()
        assert (place / "autograded" / "right-as-taught" / assignment).is_dir()


@pytest.mark.slow
class TestThreeWays:
    """pytest, pytest --submission and autograder grade, with one seed."""

    @staticmethod
    def heard(sample: SampleClass, assignment: str, *arguments: object) -> Any:
        root = sample.settings.course_root
        (root / "listener.py").write_text(LISTENER)
        done = run_pytest(
            f"tests/grading/{assignment}",
            "-p",
            "listener",
            "--tb=no",
            *arguments,
            cwd=root,
            HEARD=str(root / "heard.json"),
            AUTOGRADER_SEED=SEED,
            PYTHONPATH=str(root),
        )
        assert done.returncode in (0, 1), done.stdout + done.stderr
        heard = json.loads((root / "heard.json").read_text())
        return {
            name: [tuple(each) for each in checks] for name, checks in heard.items()
        }

    @pytest.mark.parametrize("assignment", LAST, indirect=True)
    def test_the_source_itself_as_the_one_who_copied_it(self, sample, assignment):
        graded = sample.submissions[assignment]["right-as-taught"]
        assert self.heard(sample, assignment) == verdicts(graded)

    @pytest.mark.parametrize("assignment", [*FIRST, *LAST], indirect=True)
    def test_a_file_as_the_one_who_handed_it_in(self, sample, assignment):
        self.require_equal(sample, assignment, "mistaken-4")

    @pytest.mark.parametrize("assignment", LAST, indirect=True)
    def test_a_file_with_a_cell_that_does_not_parse(self, sample, assignment):
        self.require_equal(sample, assignment, "syntax-error")

    def require_equal(self, sample: SampleClass, assignment: str, student: str) -> None:
        path = sample.path(assignment, student)
        heard = self.heard(sample, assignment, "--submission", path)
        graded = verdicts(sample.submissions[assignment][student])
        assert heard == graded
        outcomes = {check[1] for checks in graded.values() for check in checks}
        assert len(outcomes) > 1  # or it would prove little


class TestWithoutGrading:
    def test_an_assignment_without_known_mistakes_writes_nothing(
        self, make_course, tmp_path
    ):
        settings = make_course()
        (tmp_path / "release").mkdir()
        (tmp_path / "release" / "squares").mkdir()
        source = settings.source_notebook("squares")
        released = tmp_path / "release" / "squares" / "squares.ipynb"
        released.write_bytes(source.read_bytes())
        before = files(tmp_path)
        with pytest.raises(AssignmentError) as caught:
            grade_sample_class(settings, "squares")
        assert str(caught.value).startswith(
            f"squares: {tmp_path}/solutions/squares/misconceptions can't be imported ("
        )
        assert files(tmp_path) == before

    def test_known_mistakes_are_those_of_the_solutions(self):
        (assignment, *_) = OURS.assignments
        known = known_mistakes(OURS, assignment)
        assert len(known) > 50
        code = (
            "from pathlib import Path; from autograder.config import load_settings; "
            "from autograder.demo import known_mistakes; "
            f"s = load_settings(Path({str(ROOT)!r})); "
            f"print(len(known_mistakes(s, {assignment!r})))"
        )
        done = subprocess.run(  # from anywhere
            [sys.executable, "-c", code],
            cwd="/",
            capture_output=True,
            text=True,
            check=True,
        )
        assert int(done.stdout) == len(known)
