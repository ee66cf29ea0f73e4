"""autograded/: what nbgrader's own commands make of our notebooks and scores."""

from __future__ import annotations

import errno
import os
from datetime import UTC, datetime

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_output
from nbgrader.apps.api import NbGraderAPI
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config

from autograder.errors import GradebookError
from autograder.gradebook import Gradebook, timestamp_of, write_autograded
from autograder.notebook import (
    parse_submission,
    read_course_notebook,
    rebuild,
)
from autograder.release import release

WHEN = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)


@pytest.fixture
def course(make_course):
    """The course, released, with its assignment in the gradebook."""
    settings = make_course()
    release(settings, "squares")
    with Gradebook(settings.db_url) as book:
        book.ensure_assignment("squares", settings.source_notebook("squares"))
    return settings


@pytest.fixture
def executed(course):
    """A graded notebook as the engine leaves it."""
    skeleton = read_course_notebook(
        course.release_directory / "squares" / "squares.ipynb"
    )
    theirs = nbformat.from_dict(skeleton)
    theirs.cells.append(new_code_cell("own = 1"))
    theirs.cells[3].source = "def square(x):\n    return x"
    notebook = rebuild(skeleton, parse_submission(nbformat.writes(theirs).encode()))
    grade_cell = notebook.notebook.cells[4]
    grade_cell.outputs = [
        new_output("stream", text="square: 0.5 of 2 points\n  hint <b>twice</b> x\n")
    ]
    return notebook.notebook


def put(course, student, notebook, score, *, collected=f"{WHEN:%Y-%m-%d %H:%M:%S} UTC"):
    """Hand in, with nbgrader's timestamp.txt if it was collected, and grade."""
    folder = course.submitted_directory / student / "squares"
    folder.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, folder / "squares.ipynb")
    if collected:
        (folder / "timestamp.txt").write_text(collected)
    timestamp, _ = timestamp_of(folder)
    path = write_autograded(
        course.autograded_directory,
        student=student,
        assignment="squares",
        notebook=notebook,
        timestamp=timestamp,
    )
    with Gradebook(course.db_url) as book:
        book.write_scores(
            "squares",
            student,
            {"square": score},
            timestamp=timestamp,
            notebook=notebook,
        )
    return path


def nbgraders(course) -> NbGraderAPI:
    """nbgrader's API, as formgrader and the command line use it."""
    config = Config()
    config.CourseDirectory.root = str(course.course_root)
    config.CourseDirectory.db_url = course.db_url
    coursedir = CourseDirectory(config=config)
    return NbGraderAPI(coursedir, config=config)


def test_the_file_is_the_notebook_and_the_timestamp_nbgraders(course, executed):
    path = put(course, "ann", executed, 0.5)
    assert path == course.autograded_directory / "ann" / "squares" / "squares.ipynb"
    assert nbformat.read(path, 4) == executed
    assert sorted(each.name for each in path.parent.iterdir()) == [
        "squares.ipynb",
        "timestamp.txt",
    ]
    coursedir = nbgraders(course).coursedir
    found = coursedir.get_existing_timestamp(str(path.parent))
    assert found == WHEN.replace(tzinfo=None)


@pytest.mark.parametrize("name", ["", ".", "..", "a/b", "../x", "a\0"])
def test_a_name_is_never_a_path(tmp_path, executed, name):
    with pytest.raises(GradebookError, match="can't be the name of a folder"):
        write_autograded(
            tmp_path / "out", student=name, assignment="squares", notebook=executed
        )
    assert not (tmp_path / "out").exists()


def test_a_folder_that_cannot_be_written_is_told(tmp_path, executed, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "autograded").write_text("in the way")
    with pytest.raises(GradebookError) as caught:
        write_autograded(
            tmp_path / "autograded",
            student="ann",
            assignment="squares",
            notebook=executed,
        )
    assert str(caught.value) == (
        "autograded/ann/squares/squares.ipynb: can't be written: Not a directory. "
        "Fix the folder and grade again."
    )


class TestNbgrader:
    def test_makes_feedback_from_it(self, course, executed):
        put(course, "ann", executed, 0.5)
        result = nbgraders(course).generate_feedback("squares", "ann")
        assert result["success"], result
        page = course.feedback_directory / "ann" / "squares" / "squares.html"
        html = page.read_text(encoding="utf-8")
        assert "(Score: 0.5 / 3.0)" in html
        assert "square: 0.5 of 2 points" in html
        assert "own = 1" in html or "own" in html
        assert "No response." in html  # the written answer was not written

    def test_makes_feedback_anew_for_a_later_submission(self, course, executed):
        put(course, "ann", executed, 0.5)
        nbgraders(course).generate_feedback("squares", "ann", force=False)
        put(course, "ann", executed, 2, collected="2026-03-02 12:30:00 UTC")
        nbgraders(course).generate_feedback("squares", "ann", force=False)
        page = course.feedback_directory / "ann" / "squares" / "squares.html"
        assert "(Score: 2.0 / 3.0)" in page.read_text(encoding="utf-8")

    def test_shows_it_in_formgrader(self, course, executed):
        put(course, "ann", executed, 0.5)
        submission = nbgraders(course).get_submission("squares", "ann")
        assert submission["autograded"] is True
        assert (submission["score"], submission["max_score"]) == (0.5, 3.0)
        assert submission["timestamp"] == "2026-03-01T12:30:00"
        assert submission["needs_manual_grade"] is False
        (shown,) = nbgraders(course).get_notebook_submissions("squares", "squares")
        assert (shown["student"], shown["failed_tests"]) == ("ann", True)
        (assignment,) = nbgraders(course).get_assignments()
        assert assignment["num_submissions"] == 1
        assert assignment["average_score"] == 0.5

    def test_takes_it_for_graded_without_timestamps_too(self, course, executed):
        put(course, "ann", executed, 0.5, collected=None)
        assert nbgraders(course).get_submission("squares", "ann")["autograded"] is True

    def test_takes_it_for_ungraded_when_handed_in_again(self, course, executed):
        put(course, "ann", executed, 0.5)
        folder = course.submitted_directory / "ann" / "squares"
        (folder / "timestamp.txt").write_text("2026-03-09 09:00:00 UTC")
        assert nbgraders(course).get_submission("squares", "ann")["autograded"] is False


class TestAttachedPictures:
    """nbconvert ends with an error at the name of a picture that isn't there."""

    @pytest.mark.parametrize(
        "text",
        [
            "![p](attachment:p.png)",
            "![p]( <attachment:a p.png> 'title')",
            "![p](\nattachment:)",
            "![p][r]\n\n[r]: attachment:p.png",
            "![p](attachment&#58;p.png)",
            "![p](&#x41;ttachment:p.png) ![p](&#97;ttachment&#X3a;p.png)",
            "![p](attachment\\:p.png) ![p](attachment&colon;p.png)",
            "![p](attachment:p(1).png) ![p](attachment:((p.png)",
        ],
    )
    def test_that_are_lost_break_no_feedback(self, course, executed, text):
        executed.cells[6].source = text
        put(course, "ann", executed, 0.5)
        assert nbgraders(course).generate_feedback("squares")["success"] is True
        page = course.feedback_directory / "ann" / "squares" / "squares.html"
        assert "lost-attachment:" in page.read_text(encoding="utf-8")

    @pytest.mark.parametrize(
        ("name", "address"),
        [
            ("image.png", "attachment:image.png"),
            ("a picture.png", "<attachment:a picture.png>"),
            ("a picture.png", "attachment:a%20picture.png"),
            ("p (1).png", "attachment:p%20(1).png"),
            ("Bäume.png", "attachment:Bäume.png"),
        ],
    )
    def test_that_are_there_are_shown(self, course, executed, name, address):
        executed.cells[6].source = f"see attachment: ![p]({address})"
        executed.cells[6].attachments = {name: {"image/png": "QUJD"}}
        path = put(course, "ann", executed, 0.5)
        kept = nbformat.read(path, 4).cells[6]
        assert kept.source == executed.cells[6].source
        assert nbgraders(course).generate_feedback("squares")["success"] is True
        page = course.feedback_directory / "ann" / "squares" / "squares.html"
        assert "data:image/png;base64,QUJD" in page.read_text(encoding="utf-8")


class TestTimestamp:
    @pytest.mark.parametrize(
        "text",
        [
            "2026-03-01 12:30:00 UTC",
            "2026-03-01 12:30:00.000000 +0000\n",
            "2026-03-01 07:30:00 America/New_York",
        ],
    )
    def test_is_nbgraders(self, tmp_path, text):
        (tmp_path / "timestamp.txt").write_text(text)
        assert timestamp_of(tmp_path) == (WHEN, "")

    def test_there_is_none_without_the_file(self, tmp_path):
        assert timestamp_of(tmp_path) == (None, "")
        assert timestamp_of(tmp_path / "no such folder") == (None, "")

    @pytest.mark.parametrize(
        ("data", "shown"),
        [
            (b"", "it is empty"),
            (b" \n", "it is empty"),
            (b"soon", '"soon"'),
            (b"2026-13-45 99:99:99 UTC", '"2026-13-45 99:99:99 UTC"'),
            (b"9" * 500, f'"{"9" * 40}"'),
            (b"x" * 5_000, f'"{"x" * 40}"'),
            ("2026-03-01 12:30".encode("utf-16"), None),
            (
                b"\xff\x1b[31m",
                '"\N{REPLACEMENT CHARACTER}\N{REPLACEMENT CHARACTER}[31m"',
            ),
        ],
        ids=["empty", "blank", "word", "no date", "digits", "long", "utf-16", "bytes"],
    )
    def test_text_that_is_no_time_is_told(self, tmp_path, data, shown):
        (tmp_path / "timestamp.txt").write_bytes(data)
        moment, remark = timestamp_of(tmp_path)
        assert moment is None
        assert remark.startswith("timestamp.txt does not contain a time: ")
        assert remark.isprintable()
        if shown:
            assert remark == f"timestamp.txt does not contain a time: {shown}"

    @pytest.mark.parametrize("kind", ["folder", "link", "loop", "pipe"])
    def test_what_is_no_file_is_told(self, tmp_path, kind):
        path = tmp_path / "timestamp.txt"
        if kind == "folder":
            path.mkdir()
        elif kind == "pipe":
            os.mkfifo(path)
        else:
            (tmp_path / "there").write_text("2026-03-01 12:30:00 UTC")
            path.symlink_to("there" if kind == "link" else "timestamp.txt")
        assert timestamp_of(tmp_path) == (
            None,
            "timestamp.txt is not a regular file, so no time is known",
        )

    @pytest.mark.parametrize(
        "number", [errno.EACCES, errno.EIO, errno.EMFILE], ids=errno.errorcode.get
    )
    @pytest.mark.parametrize("at", ["open", "read"])
    def test_what_this_machine_cannot_read_is_not_taken_for_none(
        self, tmp_path, monkeypatch, number, at
    ):
        def refuse(*_: object, **__: object) -> None:
            raise OSError(number, os.strerror(number))

        monkeypatch.chdir(tmp_path)
        (tmp_path / "timestamp.txt").write_text("2026-03-01 12:30:00 UTC")
        with monkeypatch.context() as patch:
            patch.setattr(os, at, refuse)
            with pytest.raises(GradebookError) as caught:
                timestamp_of(tmp_path)
        assert str(caught.value) == (
            f"timestamp.txt: can't be read: {os.strerror(number)}. It says when the "
            "submission was handed in; fix it and grade again."
        )

    def test_of_an_earlier_submission_does_not_stay(self, course, executed):
        path = put(course, "ann", executed, 0.5)
        (course.submitted_directory / "ann" / "squares" / "timestamp.txt").unlink()
        put(course, "ann", executed, 0.5, collected=None)
        assert [each.name for each in path.parent.iterdir()] == ["squares.ipynb"]
