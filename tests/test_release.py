"""release/: what students get, whole or not at all, the same from the same source."""

from __future__ import annotations

import json
import math
import os
import stat
from pathlib import Path
from typing import Any

import nbformat
import pytest

from autograder.config import load_settings
from autograder.errors import AssignmentError, NotebookError
from autograder.release import build, release
from tests.courses import files

ROOT = Path(__file__).parents[1]


def same_but_for_rounding(one: Any, other: Any) -> bool:
    """Whether two recordings are equal but for the last digits of their numbers.

    Those come from the processor: a matrix product adds in another order where the
    vectors are longer.
    """
    match one, other:
        case float(), float():
            return math.isclose(one, other, rel_tol=1e-5, abs_tol=1e-12)
        case list(), list():
            pairs = zip(one, other, strict=False)
            return len(one) == len(other) and all(
                same_but_for_rounding(*pair) for pair in pairs
            )
        case dict(), dict():
            return list(one) == list(other) and all(
                same_but_for_rounding(value, other[key]) for key, value in one.items()
            )
    return type(one) is type(other) and bool(one == other)


@pytest.fixture
def settings(make_course, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return make_course()


@pytest.fixture
def source_folder(settings) -> Path:
    return settings.source_directory / "squares"


class TestContent:
    def test_has_no_solution_and_no_hidden_test(self, settings):
        folder = release(settings, "squares")
        assert folder == settings.release_directory / "squares"
        (name, data) = files(folder).popitem()
        assert name == "squares.ipynb"
        for secret in (b"return x * x", b"never negative", b"square(3)", b"BEGIN"):
            assert secret not in data
        notebook = nbformat.reads(data.decode(), 4)
        nbformat.validate(notebook)
        assert notebook.cells[4].metadata.nbgrader.points == 2

    def test_is_the_same_bytes_each_time(self, settings):
        first = files(release(settings, "squares"))
        assert files(release(settings, "squares")) == first

    def test_outputs_of_the_source_do_not_show(self, settings, source, source_folder):
        clean = files(release(settings, "squares"))
        output = nbformat.v4.new_output("stream", text="25")
        source.cells[5].outputs, source.cells[5].execution_count = [output], 3
        nbformat.write(source, source_folder / "squares.ipynb")
        assert files(release(settings, "squares")) == clean

    def test_supporting_files_come_along(self, settings, source_folder):
        (source_folder / "data" / "deep").mkdir(parents=True)
        (source_folder / "data" / "deep" / "x.csv").write_text("1,2")
        (source_folder / "helper.py").write_text("x = 1")
        (source_folder / "helper.py").chmod(0o400)
        folder = release(settings, "squares")
        assert sorted(files(folder)) == [
            "data/deep/x.csv",
            "helper.py",
            "squares.ipynb",
        ]
        assert stat.S_IMODE((folder / "helper.py").stat().st_mode) == 0o644
        assert stat.S_IMODE(folder.stat().st_mode) == 0o755

    @pytest.mark.parametrize(
        "name",
        [
            ".ipynb_checkpoints/squares-checkpoint.ipynb",
            ".DS_Store",
            "__pycache__/helper.cpython-311.pyc",
            "data/solved.ipynb",
        ],
    )
    def test_what_lies_about_does_not(self, settings, source_folder, name):
        path = source_folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("secret")
        assert list(files(release(settings, "squares"))) == ["squares.ipynb"]

    def test_a_second_notebook_is_blanked_as_well(
        self, settings, source, source_folder
    ):
        nbformat.write(source, source_folder / "extra.ipynb")
        made = files(release(settings, "squares"))
        assert sorted(made) == ["extra.ipynb", "squares.ipynb"]
        assert made["extra.ipynb"] == made["squares.ipynb"]

    def test_the_courses_own_stub_is_used(self, make_course):
        settings = make_course('c.ClearSolutions.code_stub = {"python": "..."}')
        data = files(release(settings, "squares"))["squares.ipynb"]
        assert b"YOUR CODE HERE" not in data


class TestLinks:
    def test_within_the_course_become_files(self, settings, source_folder, tmp_path):
        (tmp_path / "shared.csv").write_text("1,2")
        (source_folder / "x.csv").symlink_to(tmp_path / "shared.csv")
        copy = release(settings, "squares") / "x.csv"
        assert not copy.is_symlink()
        assert copy.read_text() == "1,2"

    @pytest.mark.parametrize(
        "target", ["/etc/hostname", "/etc"], ids=["file", "folder"]
    )
    def test_out_of_the_course_are_refused(self, settings, source_folder, target):
        (source_folder / "x").symlink_to(target)
        with pytest.raises(AssignmentError) as caught:
            release(settings, "squares")
        assert str(caught.value) == (
            "source/squares/x: is a link out of the course. Put a copy of the file "
            "there."
        )

    @pytest.mark.parametrize("kind", ["broken link", "folder link", "pipe"])
    def test_what_is_no_file_is_refused(self, settings, source_folder, tmp_path, kind):
        if kind == "pipe":
            os.mkfifo(source_folder / "x")
        else:
            to = tmp_path / ("source" if kind == "folder link" else "nowhere")
            (source_folder / "x").symlink_to(to)
        with pytest.raises(AssignmentError) as caught:
            release(settings, "squares")
        assert str(caught.value) == (
            "source/squares/x: is not a regular file. Remove it from the assignment's "
            "folder."
        )


class TestReplacement:
    def test_drops_what_the_source_no_longer_has(self, settings, source_folder):
        (source_folder / "old.txt").write_text("x")
        release(settings, "squares")
        (source_folder / "old.txt").unlink()
        assert list(files(release(settings, "squares"))) == ["squares.ipynb"]

    def test_leaves_nothing_but_the_release(self, settings):
        release(settings, "squares")
        release(settings, "squares")
        assert [path.name for path in settings.release_directory.iterdir()] == [
            "squares"
        ]

    def test_a_failure_leaves_the_old_release(self, settings, source, source_folder):
        before = files(release(settings, "squares"))
        source.cells[3].source = "### BEGIN SOLUTION"
        nbformat.write(source, source_folder / "squares.ipynb")
        with pytest.raises(NotebookError, match="no end solution statement"):
            release(settings, "squares")
        assert files(settings.release_directory / "squares") == before
        assert [path.name for path in settings.release_directory.iterdir()] == [
            "squares"
        ]

    def test_a_failed_swap_puts_the_old_release_back(self, settings, monkeypatch):
        before = files(release(settings, "squares"))
        rename = Path.rename

        def full_disk(path: Path, target: Path) -> Path:
            if path.name == "new":
                raise OSError(28, "No space left on device", str(path))
            return rename(path, target)

        monkeypatch.setattr(Path, "rename", full_disk)
        with pytest.raises(AssignmentError) as caught:
            release(settings, "squares")
        assert str(caught.value) == (
            "release/squares: can't be written: No space left on device (new). "
            "The release is unchanged."
        )
        assert files(settings.release_directory / "squares") == before

    def test_an_unknown_assignment_makes_no_folder(self, settings):
        with pytest.raises(AssignmentError, match='there is no assignment "cubes"'):
            release(settings, "cubes")
        assert list(settings.release_directory.iterdir()) == []


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ({"data": [0.1 + 0.2, 1]}, {"data": [0.3, 1]}, True),
        ({"data": [0.3]}, {"data": [0.3001]}, False),
        ({"data": [0.3]}, {"data": [0.3, 0.3]}, False),
        ({"a": 1.0, "b": 2.0}, {"b": 2.0, "a": 1.0}, False),
        ([1], [1.0], False),
        ([1], [True], False),
        (["1"], ["2"], False),
        ([1e-17], [3e-17], True),
        ([math.nan], [0.0], False),
    ],
)
def test_only_rounding_is_forgiven(one, other, same):
    assert same_but_for_rounding(one, other) is same


class TestThisCourse:
    @pytest.fixture
    def course(self):
        """This repository's own course."""
        return load_settings(ROOT)

    @pytest.mark.parametrize("assignment", load_settings(ROOT).assignments)
    def test_release_is_what_source_makes_now(self, tmp_path, course, assignment):
        build(course, assignment, tmp_path / assignment)
        committed = files(course.release_directory / assignment)
        made = files(tmp_path / assignment)
        recordings = [
            json.loads(each.pop("selfcheck.json")) for each in (committed, made)
        ]
        again = f"run: autograder release {assignment}"
        assert committed == made, again
        assert same_but_for_rounding(*recordings), again

    def test_release_holds_no_answer(self, course):
        for assignment in course.assignments:
            notebook = course.release_directory / assignment / f"{assignment}.ipynb"
            text = notebook.read_text(encoding="utf-8")
            for mark in ("BEGIN SOLUTION", "BEGIN HIDDEN TESTS", "BEGIN MARK SCHEME"):
                assert mark not in text
