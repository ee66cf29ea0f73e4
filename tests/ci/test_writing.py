"""Files for a service: all or none, and nothing of a person's is replaced unasked."""

from __future__ import annotations

import pytest

from autograder.ci.writing import write_files
from autograder.errors import WorkflowError
from tests.courses import files

TWO = {"a/b.yml": b"1", "c.txt": b"2"}


def test_files_are_written_in_folders_of_their_own(tmp_path):
    assert write_files(TWO, tmp_path) == [tmp_path / "a/b.yml", tmp_path / "c.txt"]
    assert files(tmp_path) == TWO


def test_equal_files_are_left_alone(tmp_path):
    write_files(TWO, tmp_path)
    assert write_files(TWO, tmp_path) == []


def test_one_that_differs_keeps_all_from_being_written(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "c.txt").write_text("mine")
    with pytest.raises(WorkflowError) as caught:
        write_files(TWO, tmp_path)
    assert str(caught.value) == (
        "c.txt: already exists and differs. --force replaces it."
    )
    assert files(tmp_path) == {"c.txt": b"mine"}


def test_force_replaces_it(tmp_path):
    (tmp_path / "c.txt").write_text("mine")
    write_files(TWO, tmp_path, force=True)
    assert files(tmp_path) == TWO


def test_a_folder_in_the_way_is_told(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "c.txt").mkdir()
    with pytest.raises(WorkflowError) as caught:
        write_files(TWO, tmp_path, force=True)
    assert str(caught.value) == "c.txt: can't be read: Is a directory."
