"""What a change of the course makes stale, and that the rest stays as it was.

A run that asks only what is stale must come to what a full run comes to, but for times.
"""

from __future__ import annotations

import copy
import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat.v4 import new_code_cell

from autograder.config import HERE, Settings, load_settings
from autograder.gradebook import Gradebook
from autograder.grading import run
from autograder.grading.course import grade_class
from autograder.grading.hand_in import hand_ins
from autograder.grading.joining import Joiner
from autograder.grading.plan import Plan, plan_for
from autograder.grading.status import status_of
from autograder.model import GradeReport
from autograder.notebook import read_course_notebook
from autograder.results import Store, part_from_json, part_to_json
from tests.attacks.attack import given
from tests.attacks.course import ASSIGNMENT, RIGHT, make_course

ORACLE = """import numpy as np


def double(x):
    return 2 * x


def total(x):
    return x.sum()
"""

MISTAKES = """from autograder.checks import Misconception


def tripled(x):
    return 3 * x


MISCONCEPTIONS = (
    Misconception("tripled", of="double", hint="Three times.", code=tripled),
)
"""

#: Students, and what they have written instead of the right answers.
CLASS = {
    "ada": {},
    "bob": {"double": "def double(x):\n    return 3 * x"},
    "cleo": {"slope": "def slope(f, x, h):\n    raise KeyError(str(x))"},
    "dan": {"double": "def double(x:\n", "total": "def total(x):\n    print(x)"},
}


@pytest.fixture(scope="module")
def graded_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The course, whose class has been graded, to be copied."""
    root = tmp_path_factory.mktemp("course")
    settings = make_course(root)
    with (root / "course_config.py").open("a") as config:
        config.write('c.Autograder.wall = "process"\n')
    solutions = root / "solutions" / ASSIGNMENT
    solutions.mkdir(parents=True)
    for path in (solutions.parent, solutions):
        (path / "__init__.py").touch()
    (solutions / "oracle.py").write_text(ORACLE)
    (solutions / "misconceptions.py").write_text(MISTAKES)
    for name in ("double", "total"):
        path = checks_of(settings, name)
        head, _, rest = path.read_text().partition("def oracle(x):\n")
        checks = rest.partition("\n\n\n")[2]
        imported = "from solutions.numbers import oracle\n\n"
        text = head.replace("\npytestmark", f"\n{imported}pytestmark") + checks
        path.write_text(text.replace(" oracle,", f" oracle.{name},"))
    skeleton = read_course_notebook(settings.assignment(ASSIGNMENT).release_notebook)
    for student, cells in CLASS.items():
        notebook = copy.deepcopy(skeleton)
        for name, right in RIGHT.items():
            given(notebook, f"{name}_solution").source = cells.get(name, right)
        notebook.cells.append(new_code_cell("print('the end')", id="own"))
        path = settings.assignment(ASSIGNMENT).submission(student)
        path.parent.mkdir(parents=True)
        nbformat.write(notebook, path)
    graded(load_settings(root))
    return root


@pytest.fixture
def course(
    graded_once: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Settings:
    """A copy of that course: results hold wherever it lies."""
    root = tmp_path / "course"
    shutil.copytree(graded_once, root)
    monkeypatch.chdir(root)
    return load_settings()


def checks_of(settings: Settings, name: str) -> Path:
    return settings.assignment(ASSIGNMENT).tests / f"test_{name}.py"


def planned(settings: Settings) -> Plan:
    assignment = settings.assignment(ASSIGNMENT)
    with Store(settings.results_directory) as store:
        newest = Joiner(assignment, store).newest(HERE)
        return plan_for(assignment, hand_ins(assignment), store, newest)


def graded(settings: Settings, **options: Any) -> list[GradeReport]:
    reports = grade_class(settings.assignment(ASSIGNMENT), workers=1, **options)
    return [timeless(report) for report in reports]


def timeless(report: GradeReport) -> GradeReport:
    exercises = tuple(
        replace(each, checks=tuple(replace(c, seconds=0.0) for c in each.checks))
        for each in report.exercises
    )
    return replace(report, exercises=exercises, seconds=0.0, timings={})


def notebooks(settings: Settings) -> dict[str, Any]:
    """What was made of each submission, but for when."""
    assignment = settings.assignment(ASSIGNMENT)
    found = {}
    for student in CLASS:
        text = assignment.autograded(student).read_text("utf-8")
        notebook = json.loads(text)
        notebook["metadata"].pop("papermill", None)
        for cell in notebook["cells"]:
            cell["metadata"].pop("papermill", None)
        found[student] = notebook["cells"]
    return found


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


#: A change of the course: a file, what it replaces, and the exercises that it makes
#: stale.
CHANGES = {
    "a check": ("tests/grading/numbers/test_slope.py", "0.5)", "0.25)", {"slope"}),
    "a first check": (
        "tests/grading/numbers/test_double.py",
        "-2.0",
        "-4.0",
        {"double"},
    ),
    "an oracle": (
        "solutions/numbers/oracle.py",
        "return x.sum()",
        "return x.sum() + 1",
        {"total"},
    ),
    "a known mistake": (
        "solutions/numbers/misconceptions.py",
        "return 3 * x",
        "return x * 4",
        {"double"},
    ),
}


class TestChanges:
    def test_an_unchanged_class_has_nothing_to_run(self, course, monkeypatch):
        first = graded(course)
        assert [each.score for each in first] == [7.0, 6.0, 5.0, 2.0]
        assert planned(course).to_run == []
        before = notebooks(course)
        monkeypatch.setattr(run.Run, "_hired", None)  # whoever hires fails
        assert graded(course) == first
        with Store(course.results_directory) as store:
            part = store.part(ASSIGNMENT, "ada", "cpu")
        assert part_from_json(json.loads(json.dumps(part_to_json(part)))) == part
        reports = grade_class(course.assignment(ASSIGNMENT))
        assert all(each.is_reused for each in reports)
        assert notebooks(course) == before

    def test_what_changes_no_verdict_makes_nothing_stale(self, course):
        path = checks_of(course, "slope")
        path.write_text(f"# a comment\n{path.read_text()}\n\n# and another\n")
        edit(course.course_root / "solutions/numbers/oracle.py", "2 * x", "2*x")
        (course.course_root / "README.md").write_text("new")
        assert planned(course).to_run == []

    @pytest.mark.slow
    @pytest.mark.parametrize("change", CHANGES)
    def test_only_what_is_stale_is_asked_and_equals_a_full_run(self, course, change):
        name, old, new, stale = CHANGES[change]
        edit(course.course_root / name, old, new)
        steps = planned(course).to_run
        assert [set(each.wanted or ()) for each in steps] == [stale] * len(CLASS)
        (exercise,) = stale
        states = {each.state for each in status_of(course.assignment(ASSIGNMENT))}
        reasons = status_of(course.assignment(ASSIGNMENT))[0].reasons
        assert states == {"stale"}
        assert reasons[0].endswith(f"of {exercise} changed")
        again, of_again = graded(course), notebooks(course)
        assert planned(course).to_run == []
        assert graded(course, force=True) == again
        assert notebooks(course) == of_again

    @pytest.mark.slow
    def test_where_only_a_hint_changes_no_kernel_starts(self, course, monkeypatch):
        _, bob, *_ = graded(course)
        told = bob.exercises[0].checks[0]
        assert (told.misconception, told.hint) == ("tripled", "Three times.")
        edit(
            course.course_root / "solutions/numbers/misconceptions.py",
            "Three times.",
            "You took it three times.",
        )
        with monkeypatch.context() as patched:
            patched.setattr(run.Run, "_hired", None)
            # nor are scores written, which would have those by hand looked at again
            patched.setattr(Gradebook, "write_scores", None)
            again, of_again = graded(course), notebooks(course)
        assert again[1].exercises[0].checks[0].hint == "You took it three times."
        assert "Three times." not in json.dumps(of_again)
        assert graded(course, force=True) == again
        assert notebooks(course) == of_again

    def test_each_thing_that_can_change_a_verdict_is_named(self, course, monkeypatch):
        def reasons() -> set[str]:
            steps = planned(course).steps
            return {reason for step in steps for reason in step.reasons}

        assert reasons() == set()
        monkeypatch.setenv("AUTOGRADER_SEED", "another")
        assert {each.wanted for each in planned(load_settings()).to_run} == {()}
        course = load_settings()
        assert reasons() == {"the seed changed"}
        monkeypatch.delenv("AUTOGRADER_SEED")
        course = load_settings().model_copy(update={"call_timeout_s": 2.0})
        assert reasons() == {"the setting call_timeout_s changed"}
        course = load_settings()
        ada = course.assignment(ASSIGNMENT).submission("ada")
        ada.write_text(ada.read_text().replace("the end", "at last"))
        (step,) = planned(course).to_run
        assert (step.student, step.reasons) == ("ada", ("the submission changed",))
        (ada.parent / "helper.py").write_text("x = 1\n")
        assert [each.student for each in planned(course).to_run] == ["ada"]
        (course.assignment(ASSIGNMENT).release / "data.txt").write_text("other\n")
        assert "the release changed" in reasons()
