"""A checkout's submission is found wherever it lies, and handed in whole."""

from __future__ import annotations

import json
import os
import subprocess
from datetime import UTC, datetime, timedelta, timezone

import nbformat
import pytest

from autograder.collect import Collected, Handing, collect_checkouts
from autograder.errors import AssignmentError, CollectError
from autograder.grading.hand_in import hand_ins
from tests.courses import files

WHEN = datetime(2026, 11, 30, 23, 59, 1, 5, tzinfo=UTC)
BEGINS = "it begins with a dot, a dash or a blank, or ends with a blank"

ANSWER = "def square(x):\n    return x * x"


def told(found: list[Collected]) -> list[tuple[str, str, str]]:
    return [(each.student, each.assignment, str(each.handing)) for each in found]


def trouble(found: list[Collected]) -> str:
    (only,) = found
    assert only.handing is None
    return only.trouble


@pytest.mark.parametrize(
    "path",
    [
        "squares.ipynb",
        "my work (final).ipynb",
        "a/b/c/HOMEWORK.IPYNB",
        "cubes/squares.ipynb",
        "$(touch pwned)/`x`; rm.ipynb",
        "-rf.ipynb",
    ],
)
def test_a_notebook_is_known_by_its_cells(course, push, written, path):
    checkout = push(**{path: written()})
    found = collect_checkouts(course, checkout, student="ada")
    assert told(found) == [("ada", "squares", "new")]
    handed_in = nbformat.read(course.assignment("squares").submission("ada"), 4)
    assert any(cell.source == ANSWER for cell in handed_in.cells)
    assert [each.student for each in hand_ins(course.assignment("squares"))] == ["ada"]


def test_one_that_lost_its_metadata_is_known_by_the_cells_ids(course, push, written):
    made = written()
    for cell in made.cells:
        cell.metadata.clear()
    found = collect_checkouts(course, push(**{"x.ipynb": made}), student="ada")
    assert told(found) == [("ada", "squares", "new")]


def test_each_assignment_of_a_checkout_is_handed_in(course, push, notebook, written):
    checkout = push(
        **{
            "s/squares.ipynb": written(),
            "c/x.ipynb": notebook("cubes", root_solution="1"),
        }
    )
    found = collect_checkouts(course, checkout, student="ada")
    assert told(found) == [("ada", "squares", "new"), ("ada", "cubes", "new")]
    only = collect_checkouts(course, checkout, student="bob", assignments=["cubes"])
    assert told(only) == [("bob", "cubes", "new")]


def test_files_beside_the_notebook_go_with_it(course, push, written, notebook):
    checkout = push(
        **{
            "hw/squares.ipynb": written(),
            "hw/mine.py": "x = 1",
            "hw/data/a.csv": "1,2",
            "hw/.secret": "s",
            "hw/timestamp.txt": "2000-01-01 00:00:00 UTC",
            "hw/old/squares.ipynb": notebook(),
            "hw/cubes/cubes.ipynb": notebook("cubes"),
            "hw/cubes/more.py": "y = 1",
            "README.md": "not beside it",
        }
    )
    (checkout / "hw" / "link.py").symlink_to("/etc/passwd")
    collect_checkouts(course, checkout, student="ada", assignments=["squares"], at=WHEN)
    place = course.assignment("squares").submission("ada").parent
    assert sorted(files(place)) == [
        *("data/a.csv", "mine.py", "squares.ipynb", "timestamp.txt")
    ]


def test_the_timestamp_is_nbgraders(course, push, written):
    from nbgrader.coursedir import CourseDirectory

    at = WHEN.astimezone(timezone(timedelta(hours=2)))
    collect_checkouts(course, push(**{"x.ipynb": written()}), student="ada", at=at)
    place = course.assignment("squares").submission("ada").parent
    assert (place / "timestamp.txt").read_text() == "2026-11-30 23:59:01.000005 UTC\n"
    read = CourseDirectory().get_existing_timestamp(str(place))
    assert read == WHEN.replace(tzinfo=None)


def test_without_a_time_there_is_no_timestamp(course, push, written):
    collect_checkouts(course, push(**{"x.ipynb": written()}), student="ada")
    place = course.assignment("squares").submission("ada").parent
    assert sorted(files(place)) == ["squares.ipynb"]


def test_the_same_work_keeps_its_place_and_its_time(course, push, written):
    first = push(**{"x.ipynb": written(), "a.py": "1"})
    collect_checkouts(course, first, student="ada", at=WHEN)
    place = course.assignment("squares").submission("ada").parent
    before, inode = files(place), place.stat().st_ino
    again = push(**{"y/z.ipynb": written(), "y/a.py": "1"})
    found = collect_checkouts(course, again, student="ada", at=WHEN + timedelta(days=1))
    assert told(found) == [("ada", "squares", "unchanged")]
    assert (files(place), place.stat().st_ino) == (before, inode)


def test_other_work_takes_the_place_of_the_whole_old_folder(course, push, written):
    collect_checkouts(
        course, push(**{"x.ipynb": written(), "a.py": "1"}), student="ada", at=WHEN
    )
    collect_checkouts(course, push(**{"x.ipynb": written()}), student="bob", at=WHEN)
    bob = files(course.submitted_directory / "bob")
    found = collect_checkouts(
        course,
        push(**{"x.ipynb": written("def square(x):\n    return 1")}),
        student="ada",
    )
    assert told(found) == [("ada", "squares", "replaced")]
    assert sorted(files(course.submitted_directory / "ada")) == [
        "squares/squares.ipynb"
    ]
    assert files(course.submitted_directory / "bob") == bob


def test_what_cannot_be_written_leaves_all_as_it_was(
    course, push, written, monkeypatch
):
    collect_checkouts(course, push(**{"x.ipynb": written()}), student="ada", at=WHEN)
    before = files(course.submitted_directory)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    found = collect_checkouts(
        course, push(**{"x.ipynb": written("x = 1")}), student="ada"
    )
    assert trouble(found) == (
        "submitted/ada/squares: can't be written: No space left on device. What was "
        "handed in before is unchanged."
    )
    assert files(course.submitted_directory) == before
    ada = course.submitted_directory / "ada"
    assert [path.name for path in ada.iterdir()] == ["squares"]


class TestSeveral:
    """Several notebooks of one assignment in one checkout."""

    def test_the_one_with_something_written_counts(
        self, course, push, notebook, written
    ):
        checkout = push(**{"squares.ipynb": notebook(), "b/mine.ipynb": written()})
        (found,) = collect_checkouts(course, checkout, student="ada")
        assert found.handing is Handing.NEW
        assert found.notes == ('"b/mine.ipynb" was taken, of 2 notebooks of squares',)

    def test_equal_copies_are_one(self, course, push, written):
        checkout = push(**{"a/x.ipynb": written(), "b.ipynb": written()})
        (found,) = collect_checkouts(course, checkout, student="ada")
        assert found.notes == ('"b.ipynb" was taken, of 2 notebooks of squares',)

    def test_the_one_with_most_of_the_cells_counts(self, course, push, notebook):
        made = notebook("cubes", cube_solution="1", root_solution="1")
        part = notebook("cubes", cube_solution="2")
        part.cells = part.cells[:1]
        checkout = push(**{"a.ipynb": part, "b.ipynb": made})
        (found,) = collect_checkouts(course, checkout, student="ada")
        assert found.notes == ('"b.ipynb" was taken, of 2 notebooks of cubes',)

    def test_the_one_that_is_named_as_released_counts(self, course, push, written):
        checkout = push(
            **{"a.ipynb": written("x = 1"), "z/squares.ipynb": written("x = 2")}
        )
        (found,) = collect_checkouts(course, checkout, student="ada")
        assert found.notes == (
            '"z/squares.ipynb" was taken, of 2 notebooks of squares',
        )

    def test_else_a_person_has_to_look(self, course, push, written):
        checkout = push(**{"a.ipynb": written("x = 1"), "b.ipynb": written("x = 2")})
        assert trouble(collect_checkouts(course, checkout, student="ada")) == (
            'squares: several notebooks may be the submission: "a.ipynb", "b.ipynb". '
            'Name the one that counts "squares.ipynb", and no other.'
        )
        assert not course.submitted_directory.exists()


class TestNothing:
    def test_no_notebook_is_told(self, course, push):
        assert trouble(collect_checkouts(course, push(), student="ada")) == (
            "no notebook of squares, cubes was found in the checkout"
        )

    def test_another_assignments_is_told(self, course, push, notebook):
        checkout = push(**{"x.ipynb": notebook("cubes")})
        found = collect_checkouts(
            course, checkout, student="a", assignments=["squares"]
        )
        assert trouble(found) == (
            "no notebook of squares was found in the checkout; there is one of cubes"
        )

    def test_a_strangers_notebook_is_none(self, course, push):
        made = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("x")])
        checkout = push(**{"squares/other.ipynb": made, "broken.ipynb": "{"})
        assert trouble(collect_checkouts(course, checkout, student="ada")).startswith(
            "no"
        )

    def test_a_broken_one_with_our_name_is_handed_in_to_be_told(self, course, push):
        checkout = push(**{"squares.ipynb": "<<<<<<< HEAD\n{"})
        found = collect_checkouts(course, checkout, student="ada")
        assert told(found) == [("ada", "squares", "new")]

    def test_hidden_folders_links_and_environments_are_passed_by(
        self, course, push, written
    ):
        passed_by = (".git/x", ".ipynb_checkpoints", "mine/lib", "node_modules")
        checkout = push(
            **{f"{folder}/squares.ipynb": written() for folder in passed_by},
            **{"mine/pyvenv.cfg": "home = /usr/bin"},
        )
        elsewhere = push("bob", **{"squares.ipynb": written()})
        (checkout / "linked").symlink_to(elsewhere)
        (checkout / "squares.ipynb").symlink_to(elsewhere / "squares.ipynb")
        os.mkfifo(checkout / "pipe.ipynb")
        assert trouble(collect_checkouts(course, checkout, student="ada")) == (
            "no notebook of squares, cubes was found in the checkout"
        )

    def test_the_courses_own_notebooks_are_nobodys(self, course, push, written):
        found = collect_checkouts(course, course.course_root, student="ada")
        assert trouble(found).startswith("no notebook of squares, cubes was found")
        push.place(course.course_root / "pushed" / "x.ipynb", written())
        found = collect_checkouts(course, course.course_root, student="ada")
        assert told(found) == [("ada", "squares", "new")]

    def test_too_many_files_are_told(self, course, push, monkeypatch):
        monkeypatch.setattr("autograder.collect.finding.MOST_ENTRIES", 3)
        checkout = push(**{f"{number}.txt": "" for number in range(9)})
        (found,) = collect_checkouts(course, checkout, student="ada")
        assert found.notes == ("not all files were examined: there are too many",)

    def test_too_many_notebooks_are_told(self, course, push, written, monkeypatch):
        monkeypatch.setattr("autograder.collect.finding.MOST_NOTEBOOKS", 2)
        checkout = push(**{f"{number}.ipynb": "{" for number in range(9)})
        (found,) = collect_checkouts(course, checkout, student="ada")
        assert found.notes == ("not all notebooks were read: there are too many",)


class TestWhose:
    def test_a_folder_of_checkouts_is_one_a_student(self, course, push, written):
        folder = push(
            "all",
            **{"ada/hw/x.ipynb": written(), "bob/squares.ipynb": written("x = 1")},
        )
        (folder / "cleo").mkdir()
        found = collect_checkouts(course, folder)
        assert told(found) == [
            ("ada", "squares", "new"),
            ("bob", "squares", "new"),
            ("cleo", "", "None"),
        ]

    def test_the_list_beside_the_checkouts_says_when(self, course, push, written):
        students = [
            {"student": "ada", "time": "2026-11-30T23:59:01+00:00"},
            {"student": "bob", "time": None},
            {"student": "cleo", "time": "2026-11-30T23:59:01"},
            "dan",
        ]
        folder = push(
            "all",
            **{
                "collected.json": json.dumps({"students": students}),
                "ada/x.ipynb": written(),
                "bob/x.ipynb": written(),
                "cleo/x.ipynb": written(),
                "bob/collected.json": json.dumps({"students": students[:1]}),
            },
        )
        collect_checkouts(course, folder)
        assert sorted(files(course.submitted_directory)) == [
            "ada/squares/squares.ipynb",
            "ada/squares/timestamp.txt",
            "bob/squares/collected.json",
            "bob/squares/squares.ipynb",
            "cleo/squares/squares.ipynb",
        ]

    @pytest.mark.parametrize("text", ["", "{", "[]", '{"students": 3}', "[" * 9_999])
    def test_a_list_that_is_none_says_nothing(self, course, push, written, text):
        folder = push("all", **{"collected.json": text, "ada/x.ipynb": written()})
        assert told(collect_checkouts(course, folder)) == [("ada", "squares", "new")]

    @pytest.mark.parametrize("path", ["x.ipynb", "squares/any.ipynb"])
    def test_a_folder_with_a_notebook_is_one_checkout(
        self, course, push, written, path
    ):
        found = collect_checkouts(course, push("ada", **{path: written()}))
        assert told(found) == [("ada", "squares", "new")]

    def test_an_owner_is_whose_it_is_where_it_is_one(self, course, push, written):
        one = push("submission", **{"x.ipynb": written()})
        many = push("all", **{"bob/x.ipynb": written()})
        found = collect_checkouts(course, one, owner="ada")
        found += collect_checkouts(course, many, owner="ada")
        assert told(found) == [("ada", "squares", "new"), ("bob", "squares", "new")]

    def test_a_repository_is_one_checkout(self, course, push, written):
        checkout = push("ada", **{".git": "gitdir: x", "hw/x.ipynb": written()})
        assert told(collect_checkouts(course, checkout)) == [("ada", "squares", "new")]

    @pytest.mark.parametrize(
        ("name", "reason"),
        [
            (
                ".hidden",
                "it begins with a dot, a dash or a blank, or ends with a blank",
            ),
            (
                "--force",
                "it begins with a dot, a dash or a blank, or ends with a blank",
            ),
            ("a\nb", "that is at most 128 bytes of printable text"),
            ("x" * 129, "that is at most 128 bytes of printable text"),
            ("../bob", BEGINS),
            ("a/../b", "it holds /"),
            ("*", "it holds *"),
            ("squares", "an assignment has that name"),
            ("", "it is empty"),
        ],
    )
    def test_a_name_that_is_no_id_is_refused(self, course, push, written, name, reason):
        checkout = push(**{"x.ipynb": written()})
        found = collect_checkouts(course, checkout, student=name)
        assert trouble(found).endswith(f"can't be a student's id: {reason}")
        assert not course.submitted_directory.exists()

    @pytest.mark.parametrize(
        "name", ["ada@uni.example", "o'neil", "$(reboot)", "<b>", "ада", "a b", "a+b"]
    )
    def test_any_other_is_a_folders_name(self, course, push, written, name):
        found = collect_checkouts(course, push(**{"x.ipynb": written()}), student=name)
        assert told(found) == [(name, "squares", "new")]
        assert course.assignment("squares").submission(name).is_file()

    def test_a_students_folder_that_is_a_link_is_refused(self, course, push, written):
        (course.submitted_directory / "bob").mkdir(parents=True)
        (course.submitted_directory / "ada").symlink_to("bob")
        found = collect_checkouts(course, push(**{"x.ipynb": written()}), student="ada")
        assert trouble(found) == (
            "submitted/ada: is a link. Put a folder in its place."
        )
        assert files(course.submitted_directory) == {}


class TestErrors:
    def test_a_folder_that_is_not_there(self, course):
        with pytest.raises(CollectError) as caught:
            collect_checkouts(course, course.course_root / "nowhere")
        assert str(caught.value) == (
            "nowhere: there is no such checkout. Name a folder."
        )

    def test_an_assignment_that_is_not_there(self, course, push):
        with pytest.raises(AssignmentError, match='no assignment "spheres"'):
            collect_checkouts(course, push(), assignments=["spheres"])

    def test_one_that_is_not_released(self, course, push):
        course.assignment("cubes").release_notebook.unlink()
        with pytest.raises(AssignmentError) as caught:
            collect_checkouts(course, push(), assignments=["cubes"])
        assert str(caught.value) == (
            "cubes is not released: release/cubes/cubes.ipynb is missing. "
            "Run `autograder release cubes`."
        )


def git(checkout, *arguments: str, **variables: str) -> None:
    subprocess.run(
        ["git", "-C", str(checkout), *arguments],
        check=True,
        capture_output=True,
        env={**os.environ, **variables},
    )


@pytest.fixture
def repository(push, written):
    """A checkout with one commit of a known time."""
    checkout = push(**{"x.ipynb": written()})
    git(checkout, "init", "-q", "-b", "a/$(touch)")
    git(checkout, "add", "-A")
    commit = ["-c", "user.name=ada", "-c", "user.email=a@b", "commit", "-qm", "`x`"]
    when = {"GIT_AUTHOR_DATE": "@1 +0000", "GIT_COMMITTER_DATE": "@1764547141 +0200"}
    git(checkout, *commit, **when)
    return checkout


class TestTime:
    """A repository's last commit says when; none of its programs is run."""

    def timestamp(self, course, checkout) -> str:
        collect_checkouts(course, checkout, student="ada")
        place = course.assignment("squares").submission("ada").parent
        return (place / "timestamp.txt").read_text()

    def test_is_that_of_the_last_commit(self, course, repository):
        assert self.timestamp(course, repository) == "2025-11-30 23:59:01.000000 UTC\n"

    def test_is_read_from_packed_references_and_objects(self, course, repository):
        git(repository, "gc", "-q")
        git(repository, "pack-refs", "--all")
        assert self.timestamp(course, repository).startswith("2025-11-30 23:59:01")

    def test_is_read_from_a_detached_head(self, course, repository):
        git(repository, "checkout", "-q", "--detach")
        assert self.timestamp(course, repository).startswith("2025-11-30 23:59:01")

    def test_nothing_that_the_repository_names_is_run(
        self, course, repository, tmp_path
    ):
        trap = tmp_path / "sprung"
        script = tmp_path / "trap.sh"
        script.write_text(f"#!/bin/sh\ntouch {trap}\n")
        script.chmod(0o755)
        for key in ("core.fsmonitor", "core.pager", "gpg.program", "core.sshCommand"):
            git(repository, "config", key, str(script))
        git(repository, "config", "log.showSignature", "true")
        git(repository, "config", "core.hooksPath", str(tmp_path))
        assert self.timestamp(course, repository).startswith("2025-11-30 23:59:01")
        assert not trap.exists()

    @pytest.mark.parametrize(
        "head",
        [
            "",
            "ref: refs/../../../../etc/passwd",
            "ref: refs/heads/none",
            "0" * 40,
            "--help",
            "ref: refs/heads/a\nb",
        ],
        ids=["empty", "out", "unborn", "no commit", "option", "newline"],
    )
    def test_is_unknown_where_head_names_no_commit(self, course, repository, head):
        (repository / ".git" / "HEAD").write_text(head)
        found = collect_checkouts(course, repository, student="ada")
        assert told(found) == [("ada", "squares", "new")]
        place = course.assignment("squares").submission("ada").parent
        assert sorted(files(place)) == ["squares.ipynb"]
