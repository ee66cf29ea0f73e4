"""What lies beside a notebook is taken along: read once, bounded, nothing believed."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from autograder.errors import UnreadableError
from autograder.files import Beside, read_beside
from autograder.files.beside import MOST_FILES, MOST_FOLDERS


@pytest.fixture
def folder(tmp_path) -> Path:
    made = tmp_path / "submitted" / "ada" / "squares"
    made.mkdir(parents=True)
    (made / "squares.ipynb").write_text("{}")
    return made


@pytest.fixture
def given(tmp_path) -> Path:
    """A release folder."""
    made = tmp_path / "release" / "squares"
    (made / "data").mkdir(parents=True)
    (made / "selfcheck.py").write_text("ours = 1")
    (made / "data" / "x.csv").write_text("1,2")
    return made


def put(folder: Path, *paths: str, data: str = "x") -> None:
    for path in paths:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(data)


def read(folder: Path, given: Path, *, max_bytes: int = 1000) -> Beside:
    below = folder.parents[1]
    return read_beside(
        folder / "squares.ipynb", below=below, given=given, max_bytes=max_bytes
    )


def names(beside: Beside) -> list[str]:
    return [str(path) for path in beside.files]


def test_a_notebook_alone_has_nothing_beside_it(folder, given):
    assert read(folder, given) == Beside()


def test_modules_data_and_folders_are_taken_along(folder, given):
    put(folder, "my_helpers.py", "data/y.csv", "deep/er/z.txt", "numpy.py")
    beside = read(folder, given)
    assert names(beside) == ["data/y.csv", "deep/er/z.txt", "my_helpers.py", "numpy.py"]
    assert beside.files[Path("my_helpers.py")] == b"x"
    assert beside.notes == ()


def test_hidden_files_caches_and_nbgraders_own_are_not(folder, given):
    put(folder, ".ipynb_checkpoints/a.ipynb", ".secret", "__pycache__/a.pyc",
        "timestamp.txt", "deep/.git/config")  # fmt: skip
    assert read(folder, given) == Beside()


def test_links_and_pipes_stay_where_they_are(folder, given, tmp_path):
    put(tmp_path, "secret/passwords.txt")
    (folder / "link.txt").symlink_to(tmp_path / "secret" / "passwords.txt")
    (folder / "linked").symlink_to(tmp_path / "secret")
    os.link(tmp_path / "secret" / "passwords.txt", folder / "hard.txt")
    os.mkfifo(folder / "pipe")
    assert names(read(folder, given)) == ["hard.txt"]


@pytest.mark.parametrize("level", [1, 2], ids=["assignment", "student"])
def test_a_linked_folder_is_not_entered(folder, given, tmp_path, level):
    put(folder, "x.txt")
    linked = [folder, folder.parent][level - 1]
    linked.rename(tmp_path / "elsewhere")
    linked.symlink_to(tmp_path / "elsewhere")
    assert read(folder, given) == Beside()


@pytest.mark.parametrize(
    "path",
    ["selfcheck.py", "selfcheck/__init__.py", "selfcheck.cpython-311-x86.so",
     "selfcheck.pyc", "data/x.csv", "data/x.csv/y.txt"],
)  # fmt: skip
def test_the_courses_own_is_used_where_both_have_one(folder, given, path):
    put(folder, path)
    beside = read(folder, given)
    assert beside.files == {}
    shown = {"selfcheck/__init__.py": "selfcheck", "data/x.csv/y.txt": "data/x.csv"}
    name = shown.get(path, path)
    told = f'the course\'s own "{name}" is used, not the one handed in'
    assert beside.notes == (told,)


def test_what_was_handed_out_and_comes_back_is_not_told(folder, given):
    put(folder, "selfcheck.py", data="ours = 1")
    put(folder, "selfcheck.txt", "data/selfcheck.py")
    beside = read(folder, given)
    assert names(beside) == ["data/selfcheck.py", "selfcheck.txt"]
    assert beside.notes == ()


def test_what_is_too_large_is_left_out_and_told(folder, given):
    put(folder, "a.bin", "c.txt", data="x" * 60)
    put(folder, "b.bin", data="x" * 600)
    beside = read(folder, given, max_bytes=100)
    assert names(beside) == ["a.bin"]
    assert beside.notes == (
        "files beside the notebook that are too many or too large are left out: "
        '"b.bin", "c.txt"',
    )


def test_what_is_too_much_or_too_deep_is_left_out_and_told(folder, given):
    put(folder, *(f"{number:04}.txt" for number in range(MOST_FILES + 4)))
    put(folder, "a/" * (MOST_FOLDERS + 1) + "x.txt", "a/" * MOST_FOLDERS + "y.txt")
    beside = read(folder, given, max_bytes=10**6)
    assert len(beside.files) == MOST_FILES
    assert beside.notes[0].endswith('"0501.txt", "0502.txt" and 3 more')


def test_names_are_shown_printable(folder, given):
    put(folder, "a\x1b[31m\n.bin", data="x" * 2000)
    assert "\x1b" not in read(folder, given).notes[0]


def test_what_this_machine_fails_to_read_is_no_fault_of_the_students(
    folder, given, monkeypatch
):
    put(folder, "a.txt")

    def full(*_args, **_kwargs):
        raise OSError(24, "Too many open files")

    monkeypatch.setattr(os, "listdir", full)
    with pytest.raises(UnreadableError) as caught:
        read(folder, given)
    assert str(caught.value) == (
        "a file beside squares.ipynb can't be read: Too many open files. Fix that "
        "and grade again."
    )


def test_where_the_release_is_looked_at_later_all_is_taken(folder, given):
    put(given, "selfcheck.py", data="given")
    put(folder, "selfcheck.py", data="changed")
    found = read_beside(
        folder / "squares.ipynb", below=folder, given=None, max_bytes=1_000
    )
    assert (list(found.files), found.notes) == ([Path("selfcheck.py")], ())


def test_what_is_no_part_of_it_is_left_out_unread(folder, given):
    for name in ("a.txt", "other/b.txt", "data/c.txt", "data/other/d.txt"):
        put(folder, name)
    found = read_beside(
        folder / "squares.ipynb",
        below=folder.parents[1],
        given=given,
        max_bytes=1_000,
        leave_out={Path("other"), Path("data/c.txt")},
    )
    assert list(found.files) == [Path("a.txt"), Path("data/other/d.txt")]


def test_the_digest_is_the_notebooks_unless_something_lies_beside_it():
    assert Beside().digest(b"{}") == hashlib.sha256(b"{}").hexdigest()
    digests = {
        Beside(files).digest(b"{}")
        for files in (
            {},
            {Path("a"): b"x"},
            {Path("b"): b"x"},
            {Path("a"): b"y"},
            {Path("a"): b"x", Path("b"): b""},
        )
    }
    assert len(digests) == 5
