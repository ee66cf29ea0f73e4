"""A hand-in is there whole or not at all, also after a kill."""

from __future__ import annotations

import os

import pytest

from autograder.collect import handing
from autograder.collect.handing import Handing, Work, hand_over
from autograder.files import Beside
from tests.courses import files

OLD, NEW = Work(b"old", Beside()), Work(b"new", Beside())


@pytest.fixture
def squares(course):
    return course.assignment("squares")


def notebook(squares) -> bytes:
    return squares.submission("ada").read_bytes()


@pytest.mark.parametrize("can_exchange", [True, False])
def test_the_new_takes_the_place_of_the_old(squares, monkeypatch, can_exchange):
    if not can_exchange:
        monkeypatch.setattr(handing, "_exchanged", lambda *_: False)
    assert hand_over(squares, "ada", OLD) is Handing.NEW
    assert hand_over(squares, "ada", NEW) is Handing.REPLACED
    assert hand_over(squares, "ada", NEW) is Handing.UNCHANGED
    assert files(squares.settings.submitted_directory) == {
        "ada/squares/squares.ipynb": b"new"
    }


def test_the_old_comes_back_where_the_new_can_not_be_put(squares, monkeypatch):
    hand_over(squares, "ada", OLD)
    monkeypatch.setattr(handing, "_exchanged", lambda *_: False)
    rename, done = os.rename, []

    def second_fails(source, target, **more):
        done.append(source)
        if len(done) == 2:
            raise OSError(5, "Input/output error")
        rename(source, target, **more)

    monkeypatch.setattr(os, "rename", second_fails)
    with pytest.raises(handing.CollectError) as caught:
        hand_over(squares, "ada", NEW)
    assert "Input/output error" in str(caught.value)
    assert notebook(squares) == b"old"


def test_what_a_killed_run_put_aside_comes_back(squares):
    hand_over(squares, "ada", OLD)
    place = squares.submission("ada").parent
    left = place.parent / ".collecting-squares-killed"
    left.mkdir()
    place.rename(left / "old")
    assert hand_over(squares, "ada", OLD) is Handing.NEW
    assert notebook(squares) == b"old"
    assert [path.name for path in place.parent.iterdir()] == ["squares"]


def test_a_draft_of_a_run_that_may_live_is_left_alone(squares):
    hand_over(squares, "ada", OLD)
    left = squares.submission("ada").parents[1] / ".collecting-squares-alive"
    left.mkdir()
    hand_over(squares, "ada", NEW)
    assert left.is_dir()
    os.utime(left, (0, 0))
    hand_over(squares, "ada", OLD)
    assert not left.exists()


def test_a_hand_in_that_is_a_link_is_replaced_and_not_followed(squares, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    place = squares.submission("ada").parent
    place.parent.mkdir(parents=True)
    place.symlink_to(elsewhere)
    hand_over(squares, "ada", NEW)
    assert not place.is_symlink()
    assert notebook(squares) == b"new"
    assert files(elsewhere) == {}
