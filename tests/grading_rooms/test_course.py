"""A class graded for real, in the tiny course: workers, kernels, gradebook."""

from __future__ import annotations

import contextlib
import html
import multiprocessing
import shutil

import nbformat
import pytest
from nbgrader.api import Gradebook

from autograder.config import load_settings
from autograder.errors import AutograderError
from autograder.grading import pool, run
from autograder.grading.batch import Result
from autograder.grading.course import grade_class
from autograder.grading.notgraded import not_graded
from autograder.model import CheckResult, ExerciseReport, GradeReport, Outcome, Status
from autograder.results import Store
from tests.courses import CHECKS, add_checks, files, hand_in

RIGHT = "def square(x):\n    return x**2"
WRONG = "def square(x):\n    return x + x"


def named(name: str, text: str) -> str:
    """The checks, and one more line at the head of the first of them."""
    head = f"def {name}(submission):\n"
    return CHECKS.replace(head, f"{head}    {text}\n")


@pytest.fixture
def course(make_course, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    settings = make_course('c.Autograder.wall = "process"')
    add_checks(settings)
    return settings


def scores(settings) -> dict[str, float | None]:
    """What stands in nbgrader's gradebook for the exercise `square`."""
    with Gradebook(settings.db_url) as book:
        return {
            each.student.id: each.notebooks[0].grades[0].auto_score
            for each in book.assignment_submissions("squares")
        }


@pytest.mark.slow
def test_a_class_is_graded_recorded_and_kept(course):
    hand_in(course, "ada", RIGHT)
    hand_in(course, "bob", WRONG)
    hand_in(course, "cleo").write_text("{")
    (course.submitted_directory / "eve" / "squares").mkdir(parents=True)
    ticks = []
    reports = grade_class(
        course.assignment("squares"), workers=2, tick=lambda *tick: ticks.append(tick)
    )

    assert [(each.student, each.status, each.score) for each in reports] == [
        ("ada", Status.GRADED, 2.0),
        ("bob", Status.GRADED, 0.0),
        ("cleo", Status.MALFORMED, 0.0),
        ("eve", Status.MISSING, 0.0),
    ]
    assert [tick[:2] for tick in ticks] == [(1, 4), (2, 4), (3, 4), (4, 4)]
    assert sorted(tick[2] for tick in ticks) == ["ada", "bob", "cleo", "eve"]
    # nobody who handed in nothing is put into the gradebook
    assert scores(course) == {"ada": 2.0, "bob": 0.0, "cleo": 0.0}
    with Store(course.results_directory, writes=False) as store:
        kept = {each.student: each.status for each in store.keys("squares").values()}
    assert kept == {"ada": "graded", "bob": "graded", "cleo": "malformed"}
    assert sorted(
        path for path in files(course.autograded_directory) if path.endswith(".ipynb")
    ) == [f"{student}/squares/squares.ipynb" for student in ("ada", "bob", "cleo")]
    assert multiprocessing.active_children() == []


@pytest.mark.slow
def test_the_reason_takes_the_place_of_an_earlier_submission(course):
    handed_in = hand_in(course, "ada", RIGHT)
    path = course.autograded_directory / "ada" / "squares" / "squares.ipynb"
    grade_class(course.assignment("squares"), workers=1)
    assert "x**2" in path.read_text("utf-8")
    handed_in.write_text("no <b>notebook</b>", encoding="utf-8")
    [report] = grade_class(course.assignment("squares"), workers=1)
    assert report.status is Status.MALFORMED
    cells = nbformat.read(path, 4).cells
    assert "could not be read" in cells[0].source
    assert html.escape(report.note) in cells[0].source
    assert "x**2" not in path.read_text("utf-8")
    assert scores(course) == {"ada": 0.0}


@pytest.mark.slow
def test_the_autograded_notebook_shows_no_value_of_a_hidden_check(course):
    hand_in(course, "bob", "def square(x):\n    raise KeyError(str(x))")
    (report,) = grade_class(course.assignment("squares"), workers=1)
    path = course.autograded_directory / "bob" / "squares" / "squares.ipynb"
    cells = nbformat.read(path, 4).cells
    (cell,) = (c for c in cells if c.metadata.get("nbgrader", {}).get("points") == 2)
    assert cell.outputs[0].text == (
        "square: 0 of 2 points\n"
        "  raised    test_three\n"
        "            square raised KeyError: '[3.]'\n"
        "              at        raise KeyError(str(x))\n"
        "  raised    test_any_length\n"
        "            square raised KeyError\n"
        "  raised    test_whole_numbers\n"
        "            square raised KeyError\n"
    )
    hidden = report.exercises[0].checks[1]
    assert "KeyError: '[" in hidden.detail  # for the instructor
    assert hidden.detail.partition("'")[2] not in path.read_text()


@pytest.mark.slow
def test_what_we_could_not_grade_keeps_its_old_score(course, monkeypatch):
    hand_in(course, "ada", RIGHT)
    hand_in(course, "bob", RIGHT)
    grade_class(course.assignment("squares"), workers=2)
    before = files(course.autograded_directory)

    def fails(assignment, submissions, **_options):
        for each in submissions:
            note = "the machine is on fire"
            yield Result(
                each, not_graded(assignment, each.student, Status.UNGRADED, note)
            )

    monkeypatch.setattr(run, "grade_hand_ins", fails)
    (course.submitted_directory / "bob" / "squares" / "squares.ipynb").unlink()
    for _ in range(5):  # however often
        reports = grade_class(course.assignment("squares"), workers=1, force=True)
        assert [each.status for each in reports] == [Status.UNGRADED, Status.MISSING]
        assert scores(course) == {"ada": 2.0, "bob": 2.0}
        assert files(course.autograded_directory) == before
    monkeypatch.undo()
    ada, _ = grade_class(course.assignment("squares"), workers=1)
    assert (ada.score, ada.is_reused) == (2.0, False)


def test_late_penalties_and_odd_timestamps_are_told(make_course, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    course = make_course(
        'c.Autograder.wall = "process"',
        'c.CourseDirectory.course_id = "dl"',
        'c.LateSubmissionPlugin.penalty_method = "zero"',
    )
    add_checks(course)
    times = {
        "ada": "2026-03-01 11:00:00 UTC",
        "bob": "2026-03-01 13:00:00 UTC",
        "cleo": "soon",
    }
    for student, text in times.items():
        (hand_in(course, student, RIGHT).parent / "timestamp.txt").write_text(text)
    passed = CheckResult(name="test_three", public=True, outcome=Outcome.PASSED)

    def graded(_assignment, submissions, **_options):
        for each in submissions:
            exercise = ExerciseReport("square", 2.0, (passed,))
            yield Result(
                each, GradeReport("squares", each.student, Status.GRADED, (exercise,))
            )

    monkeypatch.setattr(run, "grade_hand_ins", graded)
    monkeypatch.setattr(pool, "Crew", lambda *_, **__: contextlib.nullcontext())

    def notes() -> list[str]:
        return [
            each.note for each in grade_class(course.assignment("squares"), workers=1)
        ]

    assert notes()[:2] == ["", ""]  # it is due at no time yet
    with Gradebook(course.db_url, "dl") as book:
        assert book.find_assignment("squares").course_id == "dl"
        book.update_or_create_assignment("squares", duedate="2026-03-01 12:00:00 UTC")
    assert notes() == [
        "",
        "handed in late: 2 points are taken off",
        'timestamp.txt does not contain a time: "soon"',
    ]
    with Gradebook(course.db_url, "dl") as book:
        assert book.find_submission("squares", "bob").late_submission_penalty == 2
        book.grant_extension("squares", "bob", hours=1)
    assert notes()[:2] == ["", ""]
    with Gradebook(course.db_url, "dl") as book:
        assert book.find_submission("squares", "bob").late_submission_penalty == 0


@pytest.mark.slow
def test_a_worker_killed_again_and_again_leaves_the_class_complete(course):
    lethal = (
        "if submission.square(0) == 'kill':\n"
        "        import os, signal\n\n"
        "        os.kill(os.getpid(), signal.SIGKILL)"
    )
    add_checks(course, named("test_three", lethal))
    hand_in(course, "ada", RIGHT)
    hand_in(course, "bob", "def square(x):\n    return 'kill'")
    hand_in(course, "cleo", RIGHT)
    reports = grade_class(course.assignment("squares"), workers=1)
    assert [(each.student, each.status, each.score) for each in reports] == [
        ("ada", Status.GRADED, 2.0),
        ("bob", Status.UNGRADED, None),
        ("cleo", Status.GRADED, 2.0),
    ]
    assert reports[1].note == "the grader failed: its worker process died twice"
    assert scores(course) == {"ada": 2.0, "cleo": 2.0}
    with Store(course.results_directory, writes=False) as store:
        assert store.keys("squares")["bob", "cpu"].is_open


@pytest.mark.slow
def test_a_check_that_hangs_on_our_side_is_named_and_costs_nobody_else(make_course):
    course = make_course(
        'c.Autograder.wall = "process"', "c.Autograder.check_timeout_s = 2"
    )
    endless = "while submission.square(0) == 'odd':\n        pass"
    add_checks(course, named("test_three", endless))
    hand_in(course, "ada", RIGHT)
    hand_in(course, "bob", "def square(x):\n    return 'odd'")
    ada, bob = grade_class(course.assignment("squares"), workers=1)
    assert (ada.status, ada.score) == (Status.GRADED, 2.0)
    assert (bob.status, bob.score, bob.needs_attention) == (Status.GRADED, None, True)
    reason = "CheckStopped: test_three did not finish and was stopped"
    assert [check.detail for check in bob.exercises[0].checks] == [reason] * 3
    assert scores(course) == {"ada": 2.0, "bob": None}


@pytest.mark.slow
def test_a_course_may_lie_in_a_folder_of_any_name(course, tmp_path, monkeypatch):
    hand_in(course, "ada", RIGHT)
    odd = tmp_path / "a b'c\"d\\e?f%g#h ü=&;{x}~" / "new\nline"
    shutil.copytree(tmp_path, odd, ignore=lambda *_: [odd.parent.name])
    monkeypatch.chdir(odd)
    moved = load_settings(odd)
    (report,) = grade_class(moved.assignment("squares"), workers=1)
    assert (report.note, report.score) == ("", 2.0)
    assert scores(moved) == {"ada": 2.0}


@pytest.mark.slow
def test_an_exception_of_the_grader_is_told_and_the_worker_goes_on(course):
    (course.tests_directory / "conftest.py").write_text(
        "from autograder.grading import worker\n\n"
        "right = worker.grade\n\n\n"
        "def fails(course, student, *rest, **more):\n"
        "    if student == 'ada':\n"
        "        raise RuntimeError('boom')\n"
        "    return right(course, student, *rest, **more)\n\n\n"
        "worker.grade = fails\n"
    )
    hand_in(course, "ada", RIGHT)
    hand_in(course, "bob", RIGHT)
    ada, bob = grade_class(course.assignment("squares"), workers=1)
    assert (ada.status, ada.note) == (
        Status.UNGRADED,
        "the grader failed: RuntimeError: boom",
    )
    assert bob.score == 2.0
    assert scores(course) == {"bob": 2.0}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (
            "import nothing_here",
            "tests/grading/squares/test_square.py: "
            "ModuleNotFoundError: No module named 'nothing_here'",
        ),
        (
            "def broken(:",
            "tests/grading/squares/test_square.py: SyntaxError: invalid syntax",
        ),
        (
            CHECKS.replace('"square")', '"cube")'),
            'tests/grading/squares/test_square.py::test_three: grade_id "cube" is no '
            "grade cell of source/squares/squares.ipynb. It has: square.",
        ),
    ],
    ids=["import", "syntax", "grade_id"],
)
def test_tests_that_cant_be_collected_are_one_line(course, text, reason, capfd):
    hand_in(course, "ada", RIGHT)
    add_checks(course, text)
    with pytest.raises(AutograderError) as caught:
        grade_class(course.assignment("squares"), workers=1)
    assert str(caught.value) == (
        f"tests/grading/squares: the grading tests can't be collected: {reason}"
    )
    assert capfd.readouterr() == ("", "")
    with Store(course.results_directory, writes=False) as store:
        assert store.keys("squares") == {}
    assert multiprocessing.active_children() == []
