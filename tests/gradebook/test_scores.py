"""Scores in nbgrader's database: one transaction, nothing a person wrote is lost."""

from __future__ import annotations

import contextlib
import math
import os
import shutil
import sqlite3
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import datetime, timedelta, timezone
from pathlib import Path

import nbformat
import pytest
from nbgrader.api import Gradebook as Nbgraders
from sqlalchemy.engine import make_url

from autograder.config import load_settings
from autograder.errors import GradebookError
from autograder.gradebook import Gradebook, blanked, prepared


@pytest.fixture
def settings(make_course):
    return make_course()


@pytest.fixture
def book(settings):
    with Gradebook(settings.db_url) as book:
        book.ensure_assignment("squares", settings.source_notebook("squares"))
        yield book


@pytest.fixture
def released(source, tmp_path):
    return blanked(prepared(source, tmp_path), tmp_path)


def grades(settings, student="ann") -> dict[str, tuple[float | None, bool]]:
    """Automatic score and whether a person has to look, by grade_id."""
    with Nbgraders(settings.db_url) as book:
        notebook = book.find_submission_notebook("squares", "squares", student)
        return {
            grade.name: (grade.auto_score, grade.needs_manual_grade)
            for grade in notebook.grades
        }


class TestAssignment:
    def test_has_nbgraders_cells(self, settings, book):
        with Nbgraders(settings.db_url) as theirs:
            notebook = theirs.find_notebook("squares", "squares")
            points = {cell.name: cell.max_score for cell in notebook.grade_cells}
            assert points == {"square": 2.0, "why": 1.0}
            solutions = {cell.name for cell in notebook.solution_cells}
            assert solutions == {"square_solution", "why"}
            sources = {cell.name: cell.source for cell in notebook.source_cells}
        assert set(sources) == {"setup", "square_solution", "square", "why"}
        assert "HIDDEN TESTS" in sources["square"]
        assert "return x * x" not in sources["square_solution"]

    @pytest.mark.slow
    def test_equals_what_nbgraders_own_command_writes(self, settings, book, tmp_path):
        def rows(url):
            with Nbgraders(url) as gradebook:
                cells = gradebook.find_notebook("squares", "squares").source_cells
                return {cell.name: (cell.source, cell.checksum) for cell in cells}

        theirs = f"sqlite:///{tmp_path}/theirs.db"
        command = [sys.executable, "-m", "nbgrader", "generate_assignment", "squares"]
        subprocess.run(
            [*command, f"--db={theirs}"],
            cwd=tmp_path,
            env={**os.environ, "HOME": str(tmp_path), "PATH": _with_scripts()},
            check=True,
            capture_output=True,
        )
        assert rows(settings.db_url) == rows(theirs)

    def test_is_not_written_again_when_nothing_changed(self, settings, book):
        path = Path(settings.db_url.removeprefix("sqlite:///"))
        before = path.read_bytes()
        book.ensure_assignment("squares", settings.source_notebook("squares"))
        assert path.read_bytes() == before

    def test_follows_the_source_when_points_change(self, settings, book, source):
        book.write_scores("squares", "ann", {"square": 2})
        source.cells[4].metadata.nbgrader.points = 5
        path = settings.source_notebook("squares")
        nbformat.write(source, path)
        book.ensure_assignment("squares", path)
        book.write_scores("squares", "ann", {"square": 4.5})
        assert grades(settings)["square"] == (4.5, False)

    def test_follows_the_source_when_cells_change_before_submissions(
        self, settings, book, source
    ):
        source.cells[4].metadata.nbgrader.grade_id = "cube"
        path = settings.source_notebook("squares")
        nbformat.write(source, path)
        book.ensure_assignment("squares", path)
        book.write_scores("squares", "ann", {"cube": 1})
        assert grades(settings) == {"cube": (1.0, False), "why": (None, True)}

    def test_refuses_other_cells_once_there_are_submissions(
        self, settings, book, source
    ):
        book.write_scores("squares", "ann", {"square": 2})
        source.cells[4].metadata.nbgrader.grade_id = "cube"
        path = settings.source_notebook("squares")
        nbformat.write(source, path)
        with pytest.raises(GradebookError) as caught:
            book.ensure_assignment("squares", path)
        assert str(caught.value) == (
            'assignment "squares": its graded cells were added, removed or renamed '
            "after submissions were graded. Put them back, or delete the assignment "
            "with `nbgrader db assignment remove squares --force`."
        )
        assert grades(settings)["square"] == (2.0, False)


class TestFirstRuns:
    """Several programs begin on a new course at once."""

    @pytest.mark.parametrize("turn", range(3))
    def test_at_once_all_succeed_and_every_score_stands(self, settings, turn, caplog):
        source = settings.source_notebook("squares")
        together = threading.Barrier(6)

        def begin(student: str) -> None:
            together.wait()
            with Gradebook(settings.db_url, course_id="dl") as book:
                book.ensure_assignment("squares", source)
                book.write_scores("squares", student, {"square": 1.5})

        students = [f"s{number}" for number in range(6)]
        with ThreadPoolExecutor(6) as pool:
            list(pool.map(begin, students))
        assert [grades(settings, each)["square"][0] for each in students] == [1.5] * 6
        assert caplog.records == []  # nbgrader logs a traceback for what it rolls back
        assert lost_rows(settings) == 0

    def test_with_other_cells_lose_no_row(self, settings, source):
        """While one writes scores, another has a source with other cells."""
        path = settings.source_notebook("squares")
        other = path.with_name("other.ipynb")
        source.cells[4].metadata.nbgrader.points = 5
        source.cells[2].metadata.nbgrader.grade_id = "start"
        nbformat.write(source, other)
        together = threading.Barrier(4)

        def begin(number: int) -> None:
            together.wait()
            with Gradebook(settings.db_url) as book:
                with contextlib.suppress(GradebookError):  # the other came first
                    book.ensure_assignment("squares", other if number % 2 else path)
                book.write_scores("squares", f"s{number}", {"square": 1.5})

        with ThreadPoolExecutor(4) as pool:
            list(pool.map(begin, range(4)))
        for number in range(4):
            assert grades(settings, f"s{number}")["square"] == (1.5, False)
        assert lost_rows(settings) == 0

    def test_keep_the_cells_ids_when_only_points_change(self, settings, book, source):
        def ids() -> set[str]:
            with Nbgraders(settings.db_url) as theirs:
                notebook = theirs.find_notebook("squares", "squares")
                return {cell.id for cell in (*notebook._base_cells, notebook)}

        before = ids()
        source.cells[4].metadata.nbgrader.points = 5
        path = settings.source_notebook("squares")
        nbformat.write(source, path)
        book.ensure_assignment("squares", path)
        assert ids() == before


class TestCourse:
    def test_is_the_courses_own(self, make_course):
        settings = make_course('c.CourseDirectory.course_id = "dl"')
        with Gradebook.of_course(settings) as book:
            book.ensure_assignment("squares", settings.source_notebook("squares"))
        with Nbgraders(settings.db_url, "dl") as theirs:
            assert theirs.find_assignment("squares").course_id == "dl"
        with closing(sqlite3.connect(_file_of(settings))) as db:
            assert db.execute("SELECT id FROM course").fetchall() == [("dl",)]

    def test_without_a_name_is_nbgraders_default(self, settings):
        with Gradebook.of_course(settings) as book:
            book.ensure_assignment("squares", settings.source_notebook("squares"))
        with Nbgraders(settings.db_url) as theirs:
            assert theirs.find_assignment("squares").course_id == "default_course"

    def test_that_is_named_later_keeps_what_is_there(self, settings, book, make_course):
        """As in nbgrader, which finds assignments and students by name alone."""
        book.write_scores("squares", "ann", {"square": 1})
        with Nbgraders(settings.db_url) as theirs:
            grade = theirs.find_grade("why", "squares", "squares", "ann")
            grade.manual_score = 0.5
            theirs.db.commit()
        renamed = make_course('c.CourseDirectory.course_id = "dl"')
        with Gradebook.of_course(renamed) as later:
            later.ensure_assignment("squares", renamed.source_notebook("squares"))
            later.write_scores("squares", "bob", {"square": 2})
        with Nbgraders(settings.db_url, "dl") as theirs:
            assert theirs.find_submission("squares", "ann").score == 1.5
            assert theirs.find_submission("squares", "bob").score == 2
            assert [each.name for each in theirs.assignments] == ["squares"]


class TestScores:
    def test_stand_in_nbgraders_gradebook(self, settings, book):
        when = datetime(2026, 3, 1, 12, tzinfo=timezone(timedelta(hours=2)))
        book.write_scores("squares", "ann", {"square": 1.5}, timestamp=when)
        assert grades(settings) == {"square": (1.5, False), "why": (None, True)}
        with Nbgraders(settings.db_url) as theirs:
            submission = theirs.find_submission("squares", "ann")
            assert (submission.score, submission.max_score) == (1.5, 3.0)
            assert submission.timestamp == datetime(2026, 3, 1, 10)

    def test_none_leaves_the_cell_to_a_person(self, settings, book):
        book.write_scores("squares", "ann", {"square": None})
        assert grades(settings)["square"] == (None, True)

    def test_regrading_overwrites(self, settings, book):
        book.write_scores("squares", "ann", {"square": 2})
        book.write_scores("squares", "ann", {"square": 0})
        assert grades(settings)["square"] == (0.0, False)
        book.write_scores("squares", "ann", {"square": None})
        assert grades(settings)["square"] == (None, True)

    def test_what_a_person_wrote_stays(self, settings, book):
        book.write_scores("squares", "ann", {"square": 2})
        with Nbgraders(settings.db_url) as theirs:
            grade = theirs.find_grade("square", "squares", "squares", "ann")
            grade.manual_score, grade.extra_credit = 1.0, 0.5
            why = theirs.find_grade("why", "squares", "squares", "ann")
            why.manual_score, why.needs_manual_grade = 0.75, False
            comment = theirs.find_comment("why", "squares", "squares", "ann")
            comment.manual_comment = "Nearly."
            theirs.db.commit()
        book.write_scores("squares", "ann", {"square": 0})
        with Nbgraders(settings.db_url) as theirs:
            grade = theirs.find_grade("square", "squares", "squares", "ann")
            assert (grade.auto_score, grade.manual_score) == (0.0, 1.0)
            assert (grade.extra_credit, grade.score) == (0.5, 1.5)
            assert grade.needs_manual_grade is True
            assert theirs.find_submission("squares", "ann").score == 2.25
            comment = theirs.find_comment("why", "squares", "squares", "ann")
            assert comment.comment == "Nearly."

    def test_an_unanswered_question_scores_zero_as_in_nbgrader(
        self, settings, book, released
    ):
        book.write_scores("squares", "ann", {"square": 0}, notebook=released)
        assert grades(settings)["why"] == (0.0, False)
        with Nbgraders(settings.db_url) as theirs:
            comment = theirs.find_comment("why", "squares", "squares", "ann")
            assert comment.comment == "No response."
        released.cells[6].source = "Because squares are."
        book.write_scores("squares", "ann", {"square": 0}, notebook=released)
        assert grades(settings)["why"] == (None, True)
        with Nbgraders(settings.db_url) as theirs:
            comment = theirs.find_comment("why", "squares", "squares", "ann")
            assert comment.comment is None

    def test_students_do_not_mix(self, settings, book):
        for number in range(5):
            book.write_scores("squares", f"s{number}", {"square": number / 4})
        scores = [grades(settings, f"s{number}")["square"][0] for number in range(5)]
        assert scores == [0, 0.25, 0.5, 0.75, 1]

    @pytest.mark.parametrize(
        "score", [math.nan, math.inf, -math.inf, -0.01, 2.01], ids=str
    )
    def test_no_score_outside_of_the_points_is_written(self, settings, book, score):
        book.write_scores("squares", "ann", {"square": 1})
        with pytest.raises(GradebookError) as caught:
            book.write_scores("squares", "ann", {"square": score})
        assert str(caught.value) == (
            f'assignment "squares", grade_id "square": the score {score} is not in '
            "0..2; nothing was written."
        )
        assert grades(settings)["square"] == (1.0, False)

    def test_an_unknown_grade_id_writes_nothing(self, settings, book):
        with pytest.raises(GradebookError) as caught:
            book.write_scores("squares", "ann", {"square": 1, "cube": 1})
        assert str(caught.value) == (
            'assignment "squares", grade_id "cube": the gradebook has no such grade '
            "cell. It has: square, why."
        )
        with Nbgraders(settings.db_url) as theirs:
            assert theirs.students == []

    def test_an_unknown_assignment_is_told(self, settings, book):
        with pytest.raises(GradebookError) as caught:
            book.write_scores("cubes", "ann", {})
        assert str(caught.value) == (
            'assignment "cubes" is not in the gradebook. Run `autograder grade cubes`.'
        )

    def test_one_student_is_one_transaction(self, book):
        """SQLite's change counter (bytes 24 to 27) grows once for each transaction."""
        path = Path(str(book._book.engine.url.database))

        def transactions() -> int:
            return int.from_bytes(path.read_bytes()[24:28], "big")

        before = transactions()
        book.write_scores("squares", "ann", {"square": 1})
        assert transactions() == before + 1


class TestDatabase:
    def test_is_made_without_alembic_on_the_path(self, tmp_path, monkeypatch):
        monkeypatch.setenv("PATH", str(tmp_path))
        with Gradebook(f"sqlite:///{tmp_path}/new.db"):
            pass
        with closing(sqlite3.connect(tmp_path / "new.db")) as db:
            assert db.execute("SELECT count(*) FROM alembic_version").fetchone() == (1,)

    @pytest.mark.slow
    def test_has_the_tables_and_version_of_one_that_nbgrader_made(
        self, tmp_path, monkeypatch
    ):
        monkeypatch.setenv("PATH", _with_scripts())

        def content(name):
            with closing(sqlite3.connect(tmp_path / name)) as db:
                tables = db.execute("SELECT name, sql FROM sqlite_master").fetchall()
                version = db.execute("SELECT version_num FROM alembic_version")
                return {
                    name: " ".join(sql.split()).rstrip(";") if sql else None
                    for name, sql in tables
                    # Ours has alembic's primary key, nbgrader's has none.
                    if "alembic" not in name
                }, version.fetchall()

        with Gradebook(f"sqlite:///{tmp_path}/ours.db"):
            pass
        with Nbgraders(f"sqlite:///{tmp_path}/theirs.db"):
            pass
        assert content("ours.db") == content("theirs.db")

    def test_is_made_whole_or_not_at_all(self, tmp_path, monkeypatch):
        def cut_off(*_: object) -> None:
            raise KeyboardInterrupt

        url = f"sqlite:///{tmp_path}/new.db"
        with monkeypatch.context() as patch:
            patch.setattr("alembic.script.ScriptDirectory", cut_off)
            with pytest.raises(KeyboardInterrupt):
                Gradebook(url)
        with closing(sqlite3.connect(tmp_path / "new.db")) as db:
            assert db.execute("SELECT name FROM sqlite_master").fetchall() == []
        with Gradebook(url) as book, pytest.raises(GradebookError, match="not in the"):
            book.write_scores("squares", "ann", {})

    def test_made_by_many_at_once_is_made_once(self, tmp_path):
        url = f"sqlite:///{tmp_path}/new.db"
        with ThreadPoolExecutor(4) as pool:
            books = list(pool.map(lambda _: Gradebook(url), range(4)))
        for book in books:
            book.close()
        with closing(sqlite3.connect(tmp_path / "new.db")) as db:
            assert db.execute("SELECT count(*) FROM course").fetchone() == (1,)

    def test_that_is_held_for_a_while_is_waited_for(self, settings, book):
        path = settings.db_url.removeprefix("sqlite:///")
        with closing(
            sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        ) as other:
            other.execute("BEGIN EXCLUSIVE")
            timer = threading.Timer(0.5, lambda: other.execute("COMMIT"))
            timer.start()
            book.write_scores("squares", "ann", {"square": 1})
            timer.join()
        assert grades(settings)["square"] == (1.0, False)

    def test_that_stays_held_is_told_and_keeps_its_scores(self, settings, book):
        book.write_scores("squares", "ann", {"square": 1})
        path = settings.db_url.removeprefix("sqlite:///")
        with (
            Gradebook(settings.db_url, patience_s=0.3) as hasty,
            closing(sqlite3.connect(path, isolation_level=None)) as other,
        ):
            other.execute("BEGIN EXCLUSIVE")
            with pytest.raises(GradebookError) as caught:
                hasty.write_scores("squares", "ann", {"square": 2})
        assert str(caught.value) == (
            f"sqlite:///{path}: database is locked. Another program holds it: close "
            "formgrader, or wait, and grade again."
        )
        assert grades(settings)["square"] == (1.0, False)

    def test_that_cannot_be_opened_is_told_at_once(self, tmp_path):
        with pytest.raises(GradebookError) as caught:
            Gradebook(f"sqlite:///{tmp_path}/missing/gradebook.db")
        assert str(caught.value) == (
            f"sqlite:///{tmp_path}/missing/gradebook.db: unable to open database file. "
            "Check c.CourseDirectory.db_url and that its folder can be written."
        )

    @pytest.mark.parametrize(
        "name",
        ["a b", "a?b", "50%41", "a'b", 'a"b', "a\\\\b", "a#b", "über", "a:b@c;d&e"],
    )
    def test_lies_in_a_folder_of_any_name(self, tmp_path, make_course, name):
        made = make_course()
        folder = tmp_path / name
        folder.mkdir()
        shutil.copytree(made.source_directory, folder / "source")
        (folder / "course_config.py").write_text("c = get_config()\n")
        settings = load_settings(folder)
        with Gradebook.of_course(settings) as book:
            book.ensure_assignment("squares", settings.source_notebook("squares"))
            book.write_scores("squares", "ann", {"square": 1})
        assert (folder / "gradebook.db").is_file()
        assert sorted(path.name for path in tmp_path.iterdir()) == sorted(
            [name, "course_config.py", "source"]
        )
        assert grades(settings)["square"] == (1.0, False)

    def test_url_that_is_none_is_told(self):
        with pytest.raises(GradebookError) as caught:
            Gradebook("gradebook.db")
        assert str(caught.value) == (
            "c.CourseDirectory.db_url = 'gradebook.db' is not a database URL. Write it "
            "as sqlite:///gradebook.db or postgresql://user@host/name."
        )

    def test_two_programs_may_write_in_turn(self, settings, book):
        with Gradebook(settings.db_url) as other:
            for turn in range(3):
                book.write_scores("squares", "ann", {"square": turn / 2})
                other.write_scores("squares", "bob", {"square": 1 - turn / 2})
        assert grades(settings, "ann")["square"] == (1.0, False)
        assert grades(settings, "bob")["square"] == (0.0, False)


def lost_rows(settings) -> int:
    """How many grades and comments are of a cell that is not there any more."""
    with closing(sqlite3.connect(_file_of(settings))) as db:
        return sum(
            db.execute(
                f"SELECT count(*) FROM {table} WHERE cell_id NOT IN "
                "(SELECT id FROM base_cell)"
            ).fetchone()[0]
            for table in ("grade", "comment")
        )


def _file_of(settings) -> str:
    return str(make_url(settings.db_url).database)


def _with_scripts() -> str:
    return os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
