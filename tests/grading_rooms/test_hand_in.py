"""Who handed in, and what is said of a notebook that lies elsewhere."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from autograder.errors import AssignmentError
from autograder.grading.hand_in import HandIn, hand_ins
from autograder.model import Status
from tests.courses import add_checks, hand_in


@pytest.fixture
def course(make_course, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    settings = make_course()
    add_checks(settings)
    return settings


def refusal(action, *arguments) -> str:
    with pytest.raises(AssignmentError) as caught:
        action(*arguments)
    return str(caught.value)


def put(course, *paths: str) -> None:
    """Write empty files below submitted/."""
    for path in paths:
        file = course.submitted_directory / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("{}")


def found(course) -> dict[str, tuple[Status, str] | None]:
    return {
        each.student: each.verdict for each in hand_ins(course.assignment("squares"))
    }


class TestHandIns:
    def test_are_sorted_by_student(self, course):
        for student in ("cleo", "ada", "bob"):
            hand_in(course, student)
        found = hand_ins(course.assignment("squares"))
        assert [each.student for each in found] == ["ada", "bob", "cleo"]
        assert all(each.is_there for each in found)

    def test_a_folder_without_its_notebook_counts_as_handed_in(self, course):
        (course.submitted_directory / "eve" / "squares").mkdir(parents=True)
        (found,) = hand_ins(course.assignment("squares"))
        assert (found.student, found.is_there) == ("eve", False)

    def test_other_assignments_files_and_depths_do_not(self, course):
        hand_in(course, "ada")
        root = course.submitted_directory
        (root / "bob" / "cubes").mkdir(parents=True)
        (root / "squares").mkdir()
        (root / "cleo").mkdir()
        (root / "cleo" / "squares").write_text("no folder")
        assert [each.student for each in hand_ins(course.assignment("squares"))] == [
            "ada"
        ]

    def test_a_link_that_leads_nowhere_is_there_and_will_be_malformed(self, course):
        path = hand_in(course, "ada")
        path.unlink()
        path.symlink_to("nowhere.ipynb")
        (found,) = hand_ins(course.assignment("squares"))
        assert found.is_there

    def test_only_students_asked_for_in_the_order_asked_and_once(self, course):
        for student in ("ada", "bob", "cleo"):
            hand_in(course, student)
        found = hand_ins(course.assignment("squares"), ["cleo", "ada", "cleo"])
        assert [each.student for each in found] == ["cleo", "ada"]

    def test_nobody_is_an_error(self, course):
        assert refusal(hand_ins, course.assignment("squares")) == (
            "no submissions for squares: looked for "
            "submitted/<student>/squares/squares.ipynb."
        )

    @pytest.mark.parametrize(
        ("student", "folder"),
        [("eve", "submitted/eve"), ("../ada", "ada")],
        ids=["unknown", "a path"],
    )
    def test_one_asked_for_who_has_not_is_an_error(self, course, student, folder):
        hand_in(course, "ada")
        assert refusal(hand_ins, course.assignment("squares"), ["ada", student]) == (
            f'student "{student}" has not handed in squares: '
            f"{folder}/squares/squares.ipynb is missing."
        )


MISPLACED = {
    "downloaded twice": (
        "ada/squares/squares (1).ipynb",
        '"squares (1).ipynb": rename it to "squares.ipynb"',
    ),
    "other case": (
        "ada/squares/Squares.ipynb",
        '"Squares.ipynb": rename it to "squares.ipynb"',
    ),
    "any other name": (
        "ada/squares/Untitled.ipynb",
        '"Untitled.ipynb": rename it to "squares.ipynb"',
    ),
    "a text file": (
        "ada/squares/squares.ipynb.txt",
        '"squares.ipynb.txt": rename it to "squares.ipynb"',
    ),
    "json": (
        "ada/squares/squares.json",
        '"squares.json": rename it to "squares.ipynb"',
    ),
    "no folder": (
        "ada/squares.ipynb",
        '"ada/squares.ipynb": rename it to "ada/squares/squares.ipynb"',
    ),
    "no folder, renamed": (
        "ada/hw-squares-final.ipynb",
        '"ada/hw-squares-final.ipynb": rename it to "ada/squares/squares.ipynb"',
    ),
    "a folder too deep": (
        "ada/squares/squares/squares.ipynb",
        '"ada/squares/squares/squares.ipynb": rename it to "ada/squares/squares.ipynb"',
    ),
    "below another folder": (
        "ada/week 3/squares/squares.ipynb",
        '"ada/week 3/squares/squares.ipynb": rename it to "ada/squares/squares.ipynb"',
    ),
    "folder of another case": (
        "ada/SQUARES/work.ipynb",
        '"ada/SQUARES/work.ipynb": rename it to "ada/squares/squares.ipynb"',
    ),
    "folders swapped": (
        "squares/ada/squares.ipynb",
        '"squares/ada/squares.ipynb": rename it to "ada/squares/squares.ipynb"',
    ),
    "exported": ("ada/squares/squares.html", '"squares.html" instead'),
}


class TestMisplaced:
    @pytest.mark.parametrize(("path", "told"), MISPLACED.values(), ids=list(MISPLACED))
    def test_is_missing_and_the_note_says_how_to_rename_it(self, course, path, told):
        put(course, path)
        expected = f"no squares.ipynb in the student's folder; there is {told}"
        assert found(course) == {"ada": (Status.MISSING, expected)}

    def test_two_notebooks_of_other_names_leave_the_choice_to_a_person(self, course):
        put(course, "ada/squares/a.ipynb", "ada/squares/b.ipynb")
        assert found(course)["ada"] == (
            Status.MISSING,
            "no squares.ipynb in the student's folder; there is "
            '"a.ipynb", "b.ipynb": rename the one that counts to "squares.ipynb"',
        )

    def test_many_are_counted(self, course):
        put(course, *(f"ada/squares/{number}.ipynb" for number in range(9)))
        assert '"0.ipynb", "1.ipynb", "2.ipynb" and 6 more: ' in found(course)["ada"][1]

    def test_in_nobodys_folder_is_listed_under_its_own_name(self, course):
        put(course, "ada_squares.ipynb")
        assert found(course) == {
            "ada_squares.ipynb": (
                Status.MISSING,
                "no squares.ipynb in the student's folder; there is "
                '"ada_squares.ipynb", in no student\'s folder: rename it to '
                '"<student>/squares/squares.ipynb"',
            )
        }

    def test_a_second_notebook_beside_the_right_one_is_noted(self, course):
        hand_in(course, "ada")
        put(course, "ada/squares/squares-Copy1.ipynb")
        (ada,) = hand_ins(course.assignment("squares"))
        assert ada.verdict is None
        assert ada.note == '"squares-Copy1.ipynb" beside it was not graded'

    def test_what_the_release_and_jupyter_put_there_is_nothing_to_note(self, course):
        hand_in(course, "ada")
        put(
            course,
            "ada/squares/.ipynb_checkpoints/squares-checkpoint.ipynb",
            "ada/squares/timestamp.txt",
            "ada/squares/data.json",
        )
        (course.release_directory / "squares" / "extra.ipynb").write_text("{}")
        put(course, "ada/squares/extra.ipynb")
        (ada,) = hand_ins(course.assignment("squares"))
        assert (ada.verdict, ada.note) == (None, "")

    def test_who_lies_right_is_listed_once(self, course):
        hand_in(course, "ada")
        put(course, "ada/squares.ipynb", "squares/ada/squares.ipynb")
        (ada,) = hand_ins(course.assignment("squares"))
        assert ada.is_there

    def test_other_assignments_notebooks_are_not_ours(self, course):
        source = course.source_directory / "squares_2"
        source.mkdir()
        (source / "squares_2.ipynb").write_text("{}")
        course = course.model_copy(update={"assignments": ["squares", "squares_2"]})
        put(course, "ada/squares_2/squares_2.ipynb", "bob/squares/squares_2.ipynb")
        assert found(course) == {
            "bob": (
                Status.MISSING,
                "no squares.ipynb in the student's folder; there is "
                '"squares_2.ipynb" instead',
            )
        }

    def test_no_link_is_followed(self, course, tmp_path):
        (tmp_path / "secret").mkdir()
        (tmp_path / "secret" / "squares.ipynb").write_text("{}")
        put(course, "ada/notes.txt")
        (course.submitted_directory / "ada" / "link").symlink_to(tmp_path / "secret")
        (course.submitted_directory / "squares.ipynb").symlink_to("nowhere")
        assert refusal(hand_ins, course.assignment("squares")).startswith(
            "no submissions"
        )

    def test_names_are_shown_printable_and_cut(self, course):
        put(course, f"ada/squares/{'x' * 200}\n.ipynb")
        note = found(course)["ada"][1]
        assert f'"{"x" * 120}": rename it' in note
        put(course, "bob/squares/\x1b[31mred.ipynb")
        assert '"\N{REPLACEMENT CHARACTER}[31mred.ipynb"' in found(course)["bob"][1]

    def test_one_asked_for_by_name_is_told_the_same(self, course):
        put(course, "ada/squares.ipynb")
        assert refusal(hand_ins, course.assignment("squares"), ["ada"]) == (
            'student "ada" has not handed in squares: submitted/ada/squares/'
            'squares.ipynb is missing. There is "ada/squares.ipynb": rename it to '
            '"ada/squares/squares.ipynb".'
        )


@pytest.mark.parametrize("where", ["ada", "ada/squares"], ids=["student's", "own"])
def test_a_folder_that_cant_be_listed_is_our_trouble(course, monkeypatch, where):
    hand_in(course, "ada")
    hand_in(course, "bob")
    closed, listed = course.submitted_directory / where, os.scandir

    def scandir(path):
        if Path(path) == closed:
            raise PermissionError(13, "Permission denied", str(path))
        return listed(path)

    monkeypatch.setattr(os, "scandir", scandir)
    assert found(course) == {
        "ada": (
            Status.UNGRADED,
            f"submitted/{where} can't be read: Permission denied",
        ),
        "bob": None,
    }


def test_a_hand_in_is_there_as_anything_that_has_the_name(tmp_path):
    path = tmp_path / "squares.ipynb"
    assert not HandIn("ada", path).is_there
    path.mkdir()
    assert HandIn("ada", path).is_there
