"""`autograder validate`: a verdict, an exit code, and nothing kept."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from tests.courses import CHECKS, add_checks, files, hand_in

RIGHT = "def square(x):\n    return x**2"
WRONG = "def square(x):\n    return x + x"

#: Right for the public check, wrong for the hidden ones.
FITTED = "def square(x):\n    return x * 3"


@pytest.fixture
def course(make_course, tmp_path, monkeypatch):
    settings = make_course('c.Autograder.wall = "process"')
    add_checks(settings)
    monkeypatch.chdir(tmp_path)
    return settings


@pytest.fixture
def written(course, tmp_path_factory):
    """A notebook with some code, outside of the course."""

    def make(code: str | None = None, name: str = "my work.ipynb") -> Path:
        path = tmp_path_factory.mktemp("notebook") / name
        shutil.move(hand_in(course, "nobody", code), path)
        shutil.rmtree(course.submitted_directory)
        return path

    return make


class TestRefused:
    def test_a_file_that_is_not_there_needs_a_person(self, autograder, course):
        done = autograder("validate", "nowhere.ipynb")
        assert (done.code, done.out) == (3, "nowhere.ipynb: nowhere.ipynb is missing\n")

    def test_another_courses_notebook_is_told(self, autograder, course, tmp_path):
        path = tmp_path / "x.ipynb"
        nbformat.write(new_notebook(cells=[new_code_cell("1")]), path)
        done = autograder("validate", path)
        assert (done.code, done.out) == (
            3,
            f"{path}: x.ipynb has no cells of this course's assignments. The course "
            "has: squares.\n",
        )

    def test_a_link_is_not_followed(self, autograder, course, tmp_path):
        (tmp_path / "x.ipynb").symlink_to(
            course.source_directory / "squares" / "squares.ipynb"
        )
        done = autograder("validate", "x.ipynb")
        assert (done.code, done.out) == (
            3,
            "x.ipynb: x.ipynb is a symbolic link or lies behind one\n",
        )

    def test_without_a_notebook_it_is_used_wrongly(self, autograder, course):
        assert autograder("validate").code == 2

    def test_an_unknown_wall_is_an_error(self, autograder, course, written):
        done = autograder("validate", written(RIGHT), "--wall", "paper")
        assert (done.code, done.out) == (1, "")
        assert done.err.startswith('error there is no wall "paper". There are: ')


@pytest.mark.slow
class TestVerdict:
    def test_public_checks_decide_and_nothing_is_kept(
        self, autograder, course, written
    ):
        path = written(FITTED)
        before = files(course.course_root)
        done = autograder("validate", path)
        assert (done.code, done.out) == (
            0,
            f"{path}: squares, 1 of 1 exercises pass their public checks\n"
            "  square: right\n",
        )
        after = files(course.course_root)
        new = {name for name in after if not name.startswith(".autograder/")}
        assert new == {name for name in before if not name.startswith(".autograder/")}
        assert not (course.state_directory / "results.db").exists()

    def test_what_is_wrong_is_told_with_its_values(self, autograder, course, written):
        path = written(WRONG)
        done = autograder("validate", path)
        assert done.code == 1
        head, *rest = done.out.splitlines()
        assert head == f"{path}: squares, 0 of 1 exercises pass their public checks"
        assert rest[:2] == ["  square: wrong", "      test_three: wrong"]
        assert "            got       6 at (0,)\n" in done.out
        assert "hidden" not in done.out

    def test_several_are_told_one_after_the_other(self, autograder, course, written):
        first, second = written(RIGHT), written()
        done = autograder("validate", first, second, "nowhere.ipynb", "--json")
        assert done.code == 3
        documents = json.loads(done.out)
        told = [
            (each["notebook"], each["status"], each["passed"], each["needs_attention"])
            for each in documents
        ]
        assert told == [
            (str(first), "graded", True, False),
            (str(second), "graded", False, False),
            ("nowhere.ipynb", "malformed", False, True),
        ]
        (exercise,) = documents[0]["exercises"]
        assert [check["name"] for check in exercise["checks"]] == ["test_three"]

    def test_files_beside_the_notebook_are_there(self, autograder, course, written):
        path = written("from mine import square")
        path.with_name("mine.py").write_text(RIGHT)
        assert autograder("validate", path).code == 0

    def test_an_exercise_without_public_checks_is_not_asked(
        self, autograder, course, written
    ):
        add_checks(course, CHECKS.replace("@pytest.mark.public\n", ""))
        done = autograder("validate", written(WRONG))
        assert done.code == 0
        assert "  square: has no public check\n" in done.out

    def test_a_check_that_is_asked_elsewhere_only_is_not_asked(
        self, autograder, course, written
    ):
        config = course.course_root / "course_config.py"
        devices = 'c.Autograder.devices = ["simulated"]'
        config.write_text(f"{config.read_text()}\n{devices}\n")
        public = "@pytest.mark.public\n"
        add_checks(course, CHECKS.replace(public, f"{public}@pytest.mark.device\n"))
        done = autograder("validate", written(WRONG))
        assert done.code == 0
        assert "  square: has no public check\n" in done.out
