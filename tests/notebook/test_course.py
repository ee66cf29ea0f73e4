"""The course's own notebooks: sound, or the run stops with one line."""

from __future__ import annotations

import copy
import json

import nbformat
import pytest

from autograder.errors import NotebookError
from autograder.notebook import read_course_notebook, write_notebook


@pytest.fixture
def path(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path / "squares.ipynb"


def refusal(path) -> str:
    """The message with which a course notebook is refused."""
    with pytest.raises(NotebookError) as caught:
        read_course_notebook(path)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_reads_what_jupyter_writes(source, path):
    nbformat.write(source, path)
    assert isinstance(json.loads(path.read_text())["cells"][3]["source"], list)
    assert read_course_notebook(path) == source


def test_cells_without_ids_get_the_same_ids_each_time(source, path):
    for cell in source.cells:
        del cell["id"]
    source.nbformat_minor = 4
    path.write_text(nbformat.writes(source))
    ids = [cell.id for cell in read_course_notebook(path).cells]
    assert ids == [f"cell-{number}" for number in range(1, 8)]


@pytest.mark.parametrize("minor", [0, 4, 5, 6, 99])
def test_every_minor_version_of_format_4_is_read(source, path, minor):
    raw = json.loads(nbformat.writes(source))
    raw["nbformat_minor"] = minor
    path.write_text(json.dumps(raw))
    assert [cell.source for cell in read_course_notebook(path).cells] == [
        cell.source for cell in source.cells
    ]


def test_writing_gives_the_same_bytes_each_time_and_leaves_no_draft(source, path):
    write_notebook(source, path)
    first = path.read_bytes()
    write_notebook(read_course_notebook(path), path)
    assert path.read_bytes() == first
    assert list(path.parent.iterdir()) == [path]


def test_a_failed_write_leaves_the_old_file(source, path):
    write_notebook(source, path)
    broken = copy.deepcopy(source)
    broken.cells[0].source = "\ud800"
    before = path.read_bytes()
    with pytest.raises(UnicodeEncodeError):
        write_notebook(broken, path)
    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]


class TestFiles:
    def test_missing(self, path):
        assert refusal(path) == (
            "squares.ipynb: can't be read: No such file or directory. An assignment's "
            "notebook is source/<assignment>/<assignment>.ipynb."
        )

    @pytest.mark.parametrize(
        ("data", "message"),
        [
            (b"\xff\xfe", "squares.ipynb: is not UTF-8 text. Save it again."),
            (
                b'{\n"cells": [,]}',
                "squares.ipynb, line 2: is not JSON: Expecting value. Fix it in a "
                "text editor, or take it from git again.",
            ),
            (b"[]", "squares.ipynb: the file is JSON, but not a notebook."),
            (
                b'{"nbformat": 5, "cells": []}',
                "squares.ipynb: the notebook has format 5; this course reads 4.",
            ),
            (
                b'{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [{}]}',
                "squares.ipynb: is not a valid notebook: {'id': 'cell-1'} is not valid "
                "under any of the given schemas. Open and save it in JupyterLab.",
            ),
        ],
        ids=["encoding", "json", "list", "format", "cell"],
    )
    def test_damage_is_told_in_one_line(self, path, data, message):
        path.write_bytes(data)
        assert refusal(path) == message


class TestMetadata:
    @pytest.mark.parametrize(
        ("index", "change", "message"),
        [
            (
                4,
                {"points": None},
                'squares.ipynb, cell 5 (grade_id "square"): grade cell has no points. '
                'Add "points" to its nbgrader metadata.',
            ),
            (
                4,
                {"points": -1},
                'squares.ipynb, cell 5 (grade_id "square"): "points" is -1. Make it a '
                "number that is not negative.",
            ),
            (
                6,
                {"points": "1"},
                'squares.ipynb, cell 7 (grade_id "why"): "points" is \'1\'. Make it a '
                "number that is not negative.",
            ),
            (
                4,
                {"points": True},
                'squares.ipynb, cell 5 (grade_id "square"): "points" is True. Make it '
                "a number that is not negative.",
            ),
            (
                4,
                {"grade_id": "setup"},
                'squares.ipynb, cell 5 (grade_id "setup"): cell 3 has the same '
                "grade_id. Give one of them another.",
            ),
            (
                3,
                {"grade_id": ""},
                "squares.ipynb, cell 4: nbgrader cell has no grade_id. Add a "
                '"grade_id" to its nbgrader metadata.',
            ),
        ],
        ids=["no points", "negative", "text", "bool", "twice", "no id"],
    )
    def test_cells_that_cannot_be_graded_are_named(
        self, source, path, index, change, message
    ):
        source.cells[index].metadata.nbgrader.update(change)
        nbformat.write(source, path)
        assert refusal(path) == message

    @pytest.mark.parametrize(
        ("schema", "message"),
        [
            (
                2,
                "has schema 2, this course reads 3. Run `nbgrader update course/a`.",
            ),
            (
                "1",
                "has schema '1', this course reads 3. Run `nbgrader update course/a`.",
            ),
            (
                None,
                "has schema 0, this course reads 3. Run `nbgrader update course/a`.",
            ),
            (
                4,
                "has schema 4, this course reads 3. Install the nbgrader that wrote "
                "it, or update the autograder.",
            ),
        ],
        ids=["older", "text", "oldest", "newer"],
    )
    def test_another_schema_is_told_with_the_way_to_update_it(
        self, source, path, schema, message
    ):
        grader = source.cells[4].metadata.nbgrader
        if schema is None:
            del grader["schema_version"]
        else:
            grader.schema_version = schema
        folder = path.parent / "course" / "a"
        folder.mkdir(parents=True)
        nbformat.write(source, folder / "a.ipynb")
        assert refusal(folder / "a.ipynb") == (
            'course/a/a.ipynb, cell 5 (grade_id "square"): its nbgrader metadata '
            + message
        )

    def test_metadata_that_is_no_object_is_named(self, source, path):
        source.cells[0].metadata["nbgrader"] = "yes"
        nbformat.write(source, path)
        assert refusal(path) == (
            "squares.ipynb, cell 1: its nbgrader metadata is 'yes'. Make it an object, "
            "or remove it."
        )
