"""What is made of an upload before it is graded: which notebook, and whose."""

from __future__ import annotations

import json

import pytest

from autograder.ci import container
from autograder.ci.container import _named, _notebook_in, _student
from autograder.errors import AutograderError, MalformedError, WallError


@pytest.fixture
def put(tmp_path):
    """Upload files by name; the folder that they lie in."""

    def put(*names: str):
        for name in names:
            path = tmp_path / "submission" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
        return tmp_path / "submission"

    return put


class TestNotebook:
    @pytest.mark.parametrize(
        ("names", "taken"),
        [
            (["a.ipynb", "notes.txt"], "a.ipynb"),
            (["a.ipynb", "b.ipynb"], "a.ipynb"),
            (["deep/a.ipynb", "b.ipynb"], "deep/a.ipynb"),
            (["a.ipynb", "old/a.ipynb"], "a.ipynb"),
            (["a.ipynb", ".ipynb_checkpoints/a.ipynb"], "a.ipynb"),
            (["repository/a.ipynb", ".git/a.ipynb"], "repository/a.ipynb"),
        ],
        ids=str,
    )
    def test_of_the_right_name_goes_first_nearest_to_the_top(self, put, names, taken):
        folder = put(*names)
        assert _notebook_in(folder, "a.ipynb") == (folder / taken, "")

    def test_that_is_the_only_one_is_taken_and_named(self, put):
        folder = put("work (2).IPYNB", "x.py")
        assert _notebook_in(folder, "a.ipynb") == (
            folder / "work (2).IPYNB",
            '"work (2).IPYNB" was taken for a.ipynb',
        )

    @pytest.mark.parametrize(
        ("names", "told"),
        [
            (["x.txt"], 'no notebook was uploaded. Upload a.ipynb. There is "x.txt".'),
            (
                ["b.ipynb", "c.ipynb"],
                "there are several notebooks, and none is called a.ipynb: "
                '"b.ipynb", "c.ipynb". Upload the one that counts as a.ipynb.',
            ),
            (
                ["x/a.ipynb", "y/a.ipynb"],
                'there are several notebooks, and they have one name: "x/a.ipynb", '
                '"y/a.ipynb". Upload the one that counts as a.ipynb.',
            ),
        ],
        ids=["none", "several", "one name"],
    )
    def test_that_nobody_can_tell_is_asked_for(self, put, names, told):
        with pytest.raises(MalformedError) as caught:
            _notebook_in(put(*names), "a.ipynb")
        assert str(caught.value) == told

    def test_an_empty_upload(self, tmp_path):
        with pytest.raises(MalformedError, match=r"^no notebook was uploaded\. Upload"):
            _notebook_in(tmp_path, "a.ipynb")

    def test_behind_a_link_is_none(self, put, tmp_path):
        folder = put("x.txt")
        (tmp_path / "elsewhere").mkdir()
        (tmp_path / "elsewhere" / "a.ipynb").touch()
        (folder / "a.ipynb").symlink_to(tmp_path / "elsewhere" / "a.ipynb")
        (folder / "more").symlink_to(tmp_path / "elsewhere")
        with pytest.raises(MalformedError):
            _notebook_in(folder, "a.ipynb")


class TestStudent:
    def who(self, tmp_path, text: str) -> tuple[str, str]:
        (tmp_path / "submission_metadata.json").write_text(text, encoding="utf-8")
        return _student(tmp_path), _named(tmp_path)

    def test_is_named_by_email_and_all_of_a_group_are(self, tmp_path):
        users = [
            {"email": "bob@x.org", "name": "Bob"},
            {"email": "ada@x.org", "name": "Ada"},
        ]
        assert self.who(tmp_path, json.dumps({"users": users})) == (
            "ada@x.org_bob@x.org",
            "Bob, Ada",
        )

    @pytest.mark.parametrize(
        "email",
        ["../../etc", "..", "/", "$(id)", "-rf", ".hidden", "a\n::b", "x" * 4000, "ü"],
        ids=repr,
    )
    def test_has_an_id_that_is_the_name_of_a_folder(self, tmp_path, email):
        users = {"users": [{"email": email, "name": f"{email}\x1b"}]}
        student, name = self.who(tmp_path, json.dumps(users))
        assert student == (tmp_path / student).name
        assert 0 < len(student) <= 100
        assert student[0] not in ".-"
        assert name.isprintable()

    @pytest.mark.parametrize(
        "text",
        ["", "[]", "{}", '{"users": 3}', '{"users": [3, null, {"email": 4}]}',
         '{"users": null}', "[" * 100_000],
        ids=["empty", "list", "object", "number", "odd", "null", "deep"],
    )  # fmt: skip
    def test_who_is_not_told_is_graded_all_the_same(self, tmp_path, text):
        student, name = self.who(tmp_path, text)
        assert student in ("student", "4")
        assert name == "a student"

    def test_no_file_says_who(self, tmp_path):
        assert (_student(tmp_path), _named(tmp_path)) == ("student", "a student")


class TestWall:
    def test_is_the_first_that_can_be_had(self, monkeypatch):
        tried = []

        def attempt(level):
            tried.append(level)
            if level == "full":
                raise WallError("no\nnamespaces")

        monkeypatch.setattr(container, "_try_wall", attempt)
        assert container.strongest_wall() == ("account", ["no namespaces"])
        assert tried == ["full", "account"]

    def test_none_at_all_is_our_failure(self, monkeypatch):
        def refuse(level):
            raise WallError(f"no {level}")

        monkeypatch.setattr(container, "_try_wall", refuse)
        with pytest.raises(WallError) as caught:
            container.strongest_wall()
        assert str(caught.value) == "no full; no account; no process"


def test_a_failure_is_one_line_and_no_results(tmp_path, monkeypatch, capsys):
    def fail(root):
        raise AutograderError("a\nline")

    monkeypatch.setattr(container, "grade_upload", fail)
    assert container.main([str(tmp_path)]) == 1
    assert capsys.readouterr().err == "autograder: a line\n"
