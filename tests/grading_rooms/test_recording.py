"""What can't be written costs its student only, for whom all stays as it was."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbgrader.api import Gradebook as Book

from autograder.config import Assignment, Settings
from autograder.errors import GradebookError
from autograder.gradebook import Gradebook
from autograder.grading import pool
from autograder.grading.course import grade_class
from autograder.grading.messages import Answer
from autograder.model import Status
from tests.courses import add_checks, files, hand_in
from tests.grading_rooms.test_batch import report_of

STUDENTS = ("ada", "bob")


class Workers:
    """Stands for a crew: whoever hands in has passed, or failed, all checks."""

    outcome = "passed"

    def __init__(self, assignment: Assignment, **_options: Any) -> None:
        self.notebook = nbformat.read(assignment.release_notebook, 4)

    def __enter__(self) -> Workers:
        return self

    def __exit__(self, *_error: object) -> None:
        return None

    def grade(self, jobs):
        for job in jobs:
            report = report_of(job.student, note=self.outcome)
            report["exercises"][0]["checks"][0]["outcome"] = self.outcome
            self.notebook.metadata["of"] = f"{job.student} {self.outcome}"
            yield job, Answer(report, json.dumps(self.notebook))


@pytest.fixture
def course(make_course, tmp_path, monkeypatch):
    """A course in which ada and bob have failed, and are to pass now."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(pool, "Crew", Workers)
    settings = make_course('c.Autograder.wall = "process"')
    add_checks(settings)
    for student in STUDENTS:
        hand_in(settings, student)
    monkeypatch.setattr(Workers, "outcome", "failed")
    grade_class(settings.assignment("squares"))
    assert scores(settings) == {"ada": 0.0, "bob": 0.0}
    monkeypatch.setattr(Workers, "outcome", "passed")
    return settings


def scores(settings: Settings) -> dict[str, float | None]:
    """What stands in nbgrader's gradebook."""
    with Book(settings.db_url) as book:
        return {
            each.student.id: each.notebooks[0].grades[0].auto_score
            for each in book.assignment_submissions("squares")
        }


def files_of(settings: Settings, student: str) -> dict[str, bytes]:
    """All that is kept of one student, but for the gradebook."""
    kept = files(settings.autograded_directory)
    return {name: data for name, data in kept.items() if name.startswith(student)}


def path_of(settings: Settings, student: str) -> Path:
    return settings.autograded_directory / student / "squares" / "squares.ipynb"


def test_without_trouble_everybody_is_recorded(course):
    before = {student: files_of(course, student) for student in STUDENTS}
    reports = grade_class(course.assignment("squares"), force=True)
    assert [each.score for each in reports] == [2.0, 2.0]
    assert scores(course) == {"ada": 2.0, "bob": 2.0}
    assert all(files_of(course, each) != before[each] for each in STUDENTS)


def no_folder(course: Settings, monkeypatch: pytest.MonkeyPatch) -> str:
    """Where ada's folder should be lies a file."""
    path = course.autograded_directory / "ada"
    path.rename(course.autograded_directory / "away")
    path.write_text("mine")
    return "autograded/ada/squares/squares.ipynb: can't be written: "


def no_file(course: Settings, monkeypatch: pytest.MonkeyPatch) -> str:
    """Where ada's notebook should be lies a folder."""
    path = path_of(course, "ada")
    path.unlink()
    path.mkdir()
    return "autograded/ada/squares/squares.ipynb: can't be written: Is a directory"


def refusing(error: Exception) -> Any:
    """The gradebook takes bob's scores and not ada's."""

    def arrange(course: Settings, monkeypatch: pytest.MonkeyPatch) -> str:
        right = Gradebook.write_scores

        def write(self: Gradebook, assignment: str, student: str, *rest: Any, **more):
            if student == "ada":
                raise error
            return right(self, assignment, student, *rest, **more)

        monkeypatch.setattr(Gradebook, "write_scores", write)
        return ""

    return arrange


@pytest.mark.parametrize(
    ("arrange", "reason"),
    [
        (no_folder, None),
        (no_file, None),
        (refusing(GradebookError("locked. Wait.")), "locked. Wait."),
        (
            refusing(OSError(28, "No space left on device", "a/b.db")),
            "a/b.db: No space left on device. Fix that and grade again.",
        ),
        (refusing(RuntimeError("two\nlines")), "RuntimeError: two lines"),
    ],
    ids=["folder", "notebook", "gradebook", "disk", "fault of ours"],
)
def test_it_costs_one_student_whose_old_state_stays(
    course, monkeypatch, arrange, reason
):
    start = arrange(course, monkeypatch)
    before = files_of(course, "ada")
    ada, bob = grade_class(course.assignment("squares"), force=True)
    assert (ada.status, ada.score, bob.score) == (Status.UNGRADED, None, 2.0)
    assert ada.needs_attention
    assert ada.note.startswith(f"graded, but not recorded: {start}")
    if reason:
        assert ada.note == f"graded, but not recorded: {reason}"
    assert "\n" not in ada.note
    assert files_of(course, "ada") == before
    assert scores(course) == {"ada": 0.0, "bob": 2.0}


def test_where_nothing_was_nothing_is_left(course, monkeypatch):
    hand_in(course, "cleo")
    right = Gradebook.write_scores

    def write(self, assignment, student, *rest, **more):
        if student == "cleo":
            raise GradebookError("no")
        return right(self, assignment, student, *rest, **more)

    monkeypatch.setattr(Gradebook, "write_scores", write)
    reports = grade_class(course.assignment("squares"), force=True)
    assert [each.score for each in reports] == [2.0, 2.0, None]
    assert files_of(course, "cleo") == {}


def test_what_cant_be_put_back_is_told(course, monkeypatch):
    def write(self, assignment, student, *_rest, **_more):
        path = path_of(course, student)
        path.unlink()
        path.mkdir()
        raise GradebookError("no.")

    monkeypatch.setattr(Gradebook, "write_scores", write)
    ada, _ = grade_class(course.assignment("squares"), force=True)
    assert "what was there before could not be put back: " in ada.note
    assert "Is a directory" in ada.note


def test_only_one_student_waits_in_vain_for_the_gradebook(course, monkeypatch):
    patience = []

    def write(self, *_arguments, **_options):
        patience.append(self.patience_s)
        self.patience_s = min(self.patience_s, 0.01)
        time.sleep(0.02)  # its patience is at an end
        raise GradebookError("held by another program")

    monkeypatch.setattr(Gradebook, "write_scores", write)
    reports = grade_class(course.assignment("squares"), force=True)
    assert patience == [60.0, 0.0]
    assert [each.score for each in reports] == [None, None]
