"""Rosters: what is read, and what is refused with its line."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from autograder.collect.roster import Entry, read_roster
from autograder.errors import CollectError

SERVER = "https://github.com"


@pytest.fixture
def read(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def reading(text: str, encoding: str = "utf-8") -> list[Entry]:
        (tmp_path / "roster.csv").write_text(text, encoding=encoding, newline="")
        return read_roster(tmp_path / "roster.csv", server=SERVER)

    return reading


def test_students_and_addresses_are_read(read):
    assert read(
        "student,repository\n"
        "ada,https://github.com/course/ada\n"
        "bob,course/bob\n"
        "\n"
        "eve,git@github.com:course/eve.git\n"
    ) == [
        Entry("ada", "https://github.com/course/ada"),
        Entry("bob", "https://github.com/course/bob"),
        Entry("eve", "git@github.com:course/eve.git"),
    ]


def test_other_columns_and_what_spreadsheets_make_of_a_file_do_no_harm(read):
    text = (
        "Name;Student;Repository;Until\r\nAda L.;ada;c/ada;2026-12-01 13:00 +0100\r\n"
    )
    assert read(text, "utf-8-sig") == [
        Entry("ada", f"{SERVER}/c/ada", datetime(2026, 12, 1, 12, tzinfo=UTC))
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", 'line 1: there is no column "student". The first line names the columns'),
        ("student,url\nada,x", 'line 1: there is no column "repository".'),
        ("student,repository\n", "lists no student. Add a line for each."),
        (
            "student,repository\n,c/a\n",
            "line 2: \"\" can't be a student's id: it is empty.",
        ),
        ("student,repository\nada\n", 'line 2: student "ada" has no repository.'),
        (
            "student,repository\nada,c/a\n\nada,c/b\n",
            'line 4: student "ada" is already in line 2.',
        ),
        (
            "student,repository\n../ada,c/a\n",
            "line 2: \"../ada\" can't be a student's id",
        ),
        ("student,repository\na*,c/a\n", "line 2: \"a*\" can't be a student's id"),
        ("student,repository\n-a,c/a\n", "line 2: \"-a\" can't be a student's id"),
        (f"student,repository\n{'é' * 65},c/a\n", "can't be a student's id"),
        (
            "student,repository\nada,ext::sh -c id\n",
            'line 2: "ext::sh -c id" is not a repository address.',
        ),
        (
            "student,repository\nada,ext::id\n",
            'line 2: "ext::id" is not a repository address',
        ),
        ("student,repository\nada,--upload-pack=id\n", "is not a repository address"),
        (
            "student,repository\nada,ftp://x/y\n",
            'line 2: "ftp://x/y" is not a repository address',
        ),
        (
            "student,repository\nada,https://me:pw@github.com/c/a\n",
            "line 2: the address has a name or a password in it. Remove it, and put "
            "the token in the variable AUTOGRADER_GIT_TOKEN.",
        ),
        (
            "student,repository,until\nada,c/a,2026-12-01 12:00\n",
            'line 2: "2026-12-01 12:00" has no time zone.',
        ),
        ('student,repository\n"ada,c/a\n', "unexpected end of data"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(read, text, told):
    with pytest.raises(CollectError) as caught:
        read(text)
    assert told in str(caught.value)
    assert str(caught.value).startswith("roster.csv")
    assert "\n" not in str(caught.value)


def test_a_password_is_not_repeated(read):
    with pytest.raises(CollectError) as caught:
        read("student,repository\nada,https://x:hunter2@github.com/c/a\n")
    assert "hunter2" not in str(caught.value)


def test_no_roster_says_how_to_write_one(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(CollectError) as caught:
        read_roster(tmp_path / "roster.csv", server=SERVER)
    assert str(caught.value) == (
        "roster.csv: there is no such file. Write one whose first line is "
        "student,repository, with a line for each student."
    )
