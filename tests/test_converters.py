"""nbgrader's own commands and buttons: our scores or none, our release or none."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbgrader.api import Gradebook as Nbgraders
from nbgrader.apps import NbGrader
from nbgrader.apps.api import NbGraderAPI
from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory
from nbgrader.validator import Validator
from traitlets.config import Config

from autograder import converters
from autograder.config import Settings
from autograder.converters import Grading, Releasing
from autograder.errors import AssignmentError, AutograderError
from autograder.gradebook import Gradebook
from autograder.model import CheckResult, ExerciseReport, GradeReport, Outcome, Status
from autograder.release import release
from tests.courses import CHECKS, ROOT, files, hand_in

RIGHT = "def square(x):\n    return x * x"
WRONG = "def square(x):\n    return x + x"
HALF = "def square(x):\n    return x * x if type(x) is int else x"
LINES = (
    'c.CourseDirectory.course_id = "tiny"',
    'c.Autograder.wall = "process"',
    'c.Autograde.exporter_class = "autograder.converters.Grading"',
    'c.GenerateAssignment.exporter_class = "autograder.converters.Releasing"',
)


@pytest.fixture
def course(make_course, source, tmp_path, monkeypatch) -> Settings:
    """A course as README has it: a check cell that shows and never raises."""
    monkeypatch.chdir(tmp_path)
    source.cells[2].source = "import math\n\nfrom selfcheck import check"
    source.cells[4].source = 'check("square")'
    settings: Settings = make_course(*LINES)
    (tmp_path / "nbgrader_config.py").write_text('load_subconfig("course_config.py")\n')
    tests = settings.tests_directory / "squares"
    tests.mkdir(parents=True)
    (tests / "test_square.py").write_text(CHECKS, encoding="utf-8")
    return settings


@pytest.fixture(scope="module")
def made_once(tmp_path_factory) -> Path:
    """Where the release is kept, which takes seconds to make."""
    folder: Path = tmp_path_factory.mktemp("release") / "squares"
    return folder


@pytest.fixture
def released(course, made_once) -> Settings:
    if made_once.exists():
        shutil.copytree(made_once, course.release_directory / "squares")
    else:
        shutil.copytree(release(course, "squares"), made_once)
    return course


def hand_in_folder(settings: Settings, student: str, code: str | None = None) -> Path:
    """Hand in all that was released, as `nbgrader submit` does."""
    path = hand_in(settings, student, code)
    for name in ("selfcheck.py", "selfcheck.json"):
        shutil.copy(settings.release_directory / "squares" / name, path.parent)
    return path


def nbgrader(*arguments: object, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run nbgrader as people do, in a process of its own."""
    scripts = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    return subprocess.run(
        [sys.executable, "-m", "nbgrader", *map(str, arguments)],
        cwd=cwd,
        env={**os.environ, "PATH": scripts, "HOME": str(cwd), "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )


def formgrader(settings: Settings, **options: object) -> NbGraderAPI:
    """What formgrader's buttons call, with the course's own configuration."""
    app = NbGrader()
    app.load_config_file()
    config = Config(app.config)
    config.CourseDirectory.root = str(settings.course_root)
    config.CourseDirectory.update(options)
    return NbGraderAPI(CourseDirectory(config=config), config=config)


def scores(settings: Settings) -> dict[str, float | None]:
    """Automatic score of the exercise by student."""
    with Nbgraders(settings.db_url) as book:
        return {
            each.student_id: grade.auto_score
            for each in book.assignment_submissions("squares")
            for grade in each.notebooks[0].grades
            if grade.name == "square"
        }


def report(student: str, outcome: Outcome = Outcome.PASSED, **more: Any) -> GradeReport:
    check = CheckResult(name="test_three", public=True, outcome=outcome)
    exercise = ExerciseReport("square", 2.0, (check,))
    graded = {"status": Status.GRADED, "exercises": (exercise,), **more}
    return GradeReport(assignment="squares", student=student, **graded)


@pytest.fixture
def at_home(monkeypatch) -> None:
    """What is done in a process of its own is done in this one."""
    monkeypatch.setattr(
        converters, "_apart", lambda action, *args, **more: action(*args, **more)
    )


@pytest.fixture
def asked(monkeypatch, at_home) -> list[Any]:
    """What is asked of `grade_class`, in whose place it grades nobody."""
    calls: list[Any] = []

    def grade_class(assignment, *, students=(), force):
        calls.append((assignment.settings, assignment.name, list(students)))
        return [report(student) for student in students or ["all"]]

    monkeypatch.setattr(converters, "grade_class", grade_class)
    return calls


class TestAutograde:
    @pytest.mark.slow
    def test_the_command_gives_our_scores(self, released):
        for student, code in [("ada", RIGHT), ("bob", HALF), ("eve", None)]:
            hand_in_folder(released, student, code)
        done = nbgrader("autograde", "squares", cwd=released.course_root)
        assert done.returncode == 0, done.stderr
        assert scores(released) == {"ada": 2.0, "bob": 0.5, "eve": 0.0}
        assert "squares, eve: graded, score 0.0 of 2.0" in done.stderr
        with Nbgraders(released.db_url) as book:
            assert book.find_assignment("squares").course_id == "tiny"
        assert list(files(released.autograded_directory)) == [
            f"{each}/squares/squares.ipynb" for each in scores(released)
        ]

    @pytest.mark.slow
    def test_the_button_gives_our_scores_and_refuses_without_loss(
        self, released, monkeypatch
    ):
        hand_in_folder(released, "ada", RIGHT)
        button = formgrader(released)
        assert button.autograde("squares", "ada")["success"] is True
        assert scores(released) == {"ada": 2.0}
        assert button.get_submission("squares", "ada")["autograded"] is True
        before = files(released.autograded_directory)

        hand_in_folder(released, "ada", None)
        (released.tests_directory / "squares" / "test_square.py").write_text(
            "import no"
        )
        result = button.autograde("squares", "ada")
        assert result["success"] is False
        assert result["log"].strip().startswith("[ERROR] tests/grading/squares: ")
        assert len(result["log"].strip().splitlines()) == 1
        assert scores(released) == {"ada": 2.0}
        assert files(released.autograded_directory) == before

    def test_grades_whom_nbgrader_was_asked_for(self, released, asked):
        for student in ("ada", "alan", "bob"):
            hand_in(released, student)
        button = formgrader(released)
        for students in ("*", "ada", "a*"):
            assert button.autograde("squares", students)["success"] is True
        button = formgrader(released, student_id_exclude="alan,bob")
        assert button.autograde("squares", "*")["success"] is True
        assert [call[1:] for call in asked] == [
            ("squares", []),
            ("squares", ["ada"]),
            ("squares", ["ada", "alan"]),
            ("squares", ["ada"]),
        ]

    def test_the_settings_are_the_courses_but_what_nbgrader_was_told(
        self, released, asked, tmp_path
    ):
        hand_in(released, "ada")
        assert formgrader(released).autograde("squares", "ada")["success"] is True
        shutil.move(tmp_path / "submitted", tmp_path / "in")
        options = {
            "submitted_directory": "in",
            "autograded_directory": "out",
            "db_url": "sqlite:///other.db",
            "course_id": "dl",
        }
        assert formgrader(released, **options).autograde("squares", "ada")["success"]
        (plain, *_), (told, *_) = asked
        assert plain == released
        assert told == released.model_copy(
            update={
                "submitted_directory": tmp_path / "in",
                "autograded_directory": tmp_path / "out",
                "db_url": f"sqlite:///{tmp_path}/other.db",
                "course_id": "dl",
            }
        )

    def test_tells_of_each_student(self, released, monkeypatch, at_home):
        hand_in(released, "ada")
        made = [
            report("ada", note="cell twice"),
            report("bob", status=Status.MALFORMED, outcome=Outcome.NOT_RUN),
            report("eve", outcome=Outcome.UNGRADED, status=Status.UNGRADED, note="why"),
        ]
        monkeypatch.setattr(converters, "grade_class", lambda *_, **__: made)
        result = formgrader(released).autograde("squares", "*")
        assert result["success"] is False
        lines = result["log"].strip().splitlines()
        assert lines[:2] == [
            "[INFO] squares, ada: graded, score 2.0 of 2.0 (cell twice)",
            "[WARNING] squares, bob: malformed, score 0.0 of 2.0",
        ]
        assert lines[2] == "[WARNING] squares, eve: ungraded (why)"
        assert lines[3] == (
            "[ERROR] not graded: eve. Their earlier scores in the gradebook are "
            "unchanged; the reasons are above."
        )

    def test_an_assignment_without_grading_tests_is_refused(self, released, tmp_path):
        hand_in(released, "ada", RIGHT)
        shutil.rmtree(tmp_path / "tests")
        result = formgrader(released).autograde("squares", "ada")
        assert result["success"] is False
        assert result["log"].strip() == (
            "[ERROR] squares has no grading tests: tests/grading/squares is missing. "
            "Write pytest files there."
        )
        assert not released.autograded_directory.exists()

    def test_a_course_without_our_configuration_is_refused(self, released, tmp_path):
        hand_in(released, "ada", RIGHT)
        button = formgrader(released)
        (tmp_path / "course_config.py").unlink()
        result = button.autograde("squares", "ada")
        assert result["success"] is False
        assert "course_config.py: there is no such file." in result["log"]

    def test_folders_in_another_order_are_refused(self, released, asked, tmp_path):
        (tmp_path / "submitted" / "squares" / "ada").mkdir(parents=True)
        shutil.copy(
            released.release_directory / "squares" / "squares.ipynb",
            tmp_path / "submitted" / "squares" / "ada",
        )
        order = "{nbgrader_step}/{assignment_id}/{student_id}"
        button = formgrader(released, directory_structure=order)
        result = button.autograde("squares", "ada")
        assert result["log"].strip() == (
            f"[ERROR] c.CourseDirectory.directory_structure = {order!r}: the "
            "autograder needs '{nbgrader_step}/{student_id}/{assignment_id}'."
        )
        assert asked == []

    def test_a_closed_class_list_is_kept(self, released, asked):
        hand_in(released, "ada")
        button = formgrader(released)
        result = button.autograde("squares", "ada", create=False)
        assert result["log"].strip() == (
            "[ERROR] No student with ID 'ada' exists in the database"
        )
        with Nbgraders(released.db_url) as book:
            book.add_student("ada")
        assert button.autograde("squares", "ada", create=False)["success"] is True
        assert len(asked) == 1


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:Object of type:sqlalchemy.exc.SAWarning")
def test_without_our_configuration_nbgrader_gives_no_score(released):
    """The last line of defence: `check` ends the kernel of `nbgrader autograde`."""
    hand_in_folder(released, "eve")
    with Gradebook(released.db_url) as book:
        book.ensure_assignment("squares", released.source_notebook("squares"))
    config = Config()
    config.CourseDirectory.root = str(released.course_root)
    button = NbGraderAPI(CourseDirectory(config=config), config=config)
    assert button.autograde("squares", "eve")["success"] is False
    assert scores(released) == {"eve": None}


class TestGenerate:
    @pytest.mark.slow
    def test_the_command_makes_our_release(self, released, tmp_path):
        ours = files(released.release_directory)
        shutil.rmtree(released.release_directory)
        done = nbgrader("generate_assignment", "squares", cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        assert "squares/selfcheck.json" in ours
        assert files(released.release_directory) == ours
        with Nbgraders(released.db_url) as book:
            assert book.find_notebook("squares", "squares").max_score == 3
            assert book.find_assignment("squares").course_id == "tiny"

    def test_the_button_makes_our_release_over_an_old_one(self, course, at_home):
        folder = course.release_directory / "squares"
        folder.mkdir(parents=True)
        (folder / "old.txt").write_text("x")
        done = formgrader(course).generate_assignment("squares", force=False)
        assert done["success"] is True
        names = [
            "selfcheck.json",
            "selfcheck.py",
            "selfcheck_run.py",
            "squares.ipynb",
        ]
        assert sorted(files(folder)) == names
        assert formgrader(course).get_assignment("squares")["status"] == "draft"

    def test_what_cannot_be_released_leaves_the_old_release(
        self, released, source, at_home
    ):
        before = files(released.release_directory)
        source.cells[3].source = "### BEGIN SOLUTION"
        nbformat.write(source, released.source_notebook("squares"))
        result = formgrader(released).generate_assignment("squares")
        assert result["success"] is False
        assert result["log"].strip().splitlines()[-1] == (
            '[ERROR] source/squares/squares.ipynb, cell 4 (grade_id "square_solution"):'
            " no end solution statement found."
        )
        assert files(released.release_directory) == before

    def test_an_unknown_assignment_is_made_only_where_it_may(self, course):
        result = formgrader(course).generate_assignment("squares", create=False)
        assert result["log"].strip() == (
            "[ERROR] No assignment called 'squares' exists in the database"
        )
        assert not (course.release_directory / "squares").exists()

    def test_the_gradebook_is_left_alone_where_nbgrader_is_told_to(
        self, course, at_home
    ):
        button = formgrader(course)
        button.config.GenerateAssignment.no_database = True
        assert button.generate_assignment("squares")["success"] is True
        assert (course.release_directory / "squares" / "selfcheck.json").is_file()
        assert not (course.course_root / "gradebook.db").exists()


class TestValidate:
    @pytest.mark.slow
    def test_the_command_praises_the_right_answer_only(
        self, released, source, tmp_path
    ):
        source.cells.pop()  # nbgrader fails a written answer that is empty
        nbformat.write(source, released.source_notebook("squares"))
        release(released, "squares")
        paths = [
            hand_in_folder(released, *each)
            for each in [("ada", RIGHT), ("bob", WRONG), ("eve", None)]
        ]
        done = nbgrader("validate", paths[0], cwd=tmp_path)
        assert done.stdout.strip() == "Success! Your notebook passes all the tests."
        wrong, empty = (Validator().validate(str(path)) for path in paths[1:])
        assert "the result has wrong values" in wrong["failed"][0]["raw_error"]
        assert "square is not written yet" in empty["failed"][0]["raw_error"]


class TestApart:
    def test_nothing_that_was_imported_before_is_used(self, tmp_path):
        (tmp_path / "seen").write_text("x")
        assert converters._apart(os.getpid) != os.getpid()
        assert converters._apart(os.listdir, str(tmp_path)) == ["seen"]

    def test_an_error_of_ours_stays_ours(self, course):
        with pytest.raises(AssignmentError, match='there is no assignment "cubes"'):
            converters._apart(release, course, "cubes")

    def test_a_death_is_one_line(self):
        with pytest.raises(AutograderError) as caught:
            converters._apart(os._exit, 1)
        assert str(caught.value) == (
            "the process that did the work was killed; the machine may lack memory. "
            "Try again."
        )


class TestExporters:
    @pytest.mark.parametrize("exporter", [Grading, Releasing])
    def test_are_for_nbgraders_converters_only(self, exporter):
        with pytest.raises(NbGraderException) as caught:
            exporter()
        assert str(caught.value) == (
            f"{exporter.__name__} of autograder.converters can't be used here. "
            "Run `autograder grade` or `autograder release`."
        )

    def test_hand_nothing_to_nbgraders_own_loop(self, released, asked, monkeypatch):
        """Should another nbgrader loop all the same, it gets no notebook from us."""
        path = hand_in(released, "ada")
        button = formgrader(released)
        made: list[Grading] = []
        grade = Grading._convert

        def keep(self, converter, folders):
            made.append(self)
            grade(self, converter, folders)

        monkeypatch.setattr(Grading, "_convert", keep)
        assert button.autograde("squares", "ada")["success"] is True
        assert made[0].parent.assignments == {}
        with pytest.raises(NbGraderException, match="can't be used here"):
            made[0].from_filename(str(path))

    def test_are_named_in_this_repositorys_configuration(self, monkeypatch):
        monkeypatch.chdir(ROOT)
        app = NbGrader()
        app.load_config_file()
        assert app.config.Autograde.exporter_class == "autograder.converters.Grading"
        assert (
            app.config.GenerateAssignment.exporter_class
            == "autograder.converters.Releasing"
        )


def test_one_error_of_ours_is_one_line_of_nbgraders(released, monkeypatch, at_home):
    def refuse(*_: object, **__: object) -> None:
        raise AutograderError("the wall is refused; run `autograder doctor`")

    hand_in(released, "ada")
    monkeypatch.setattr(converters, "grade_class", refuse)
    result = formgrader(released).autograde("squares", "ada")
    assert result["success"] is False
    assert result["log"] == "[ERROR] the wall is refused; run `autograder doctor`\n"
