"""`grade --ci` and `grade --report`: from a checkout to what a runner reads."""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest

from autograder.model import CheckResult, ExerciseReport, Outcome
from tests.courses import add_checks, files, hand_in
from tests.report.made import HOSTILE, one
from tests.runner.reading import commands, outputs_in

NEED = "--checkout and --fail-under need --ci."

RIGHT = "def square(x):\n    return x**2"
WRONG = "def square(x):\n    return x + x"


@pytest.fixture
def course(make_course, tmp_path, monkeypatch):
    """The tiny course; we are elsewhere, and on no runner."""
    for name in ("GITHUB_ACTIONS", "GITLAB_CI"):
        monkeypatch.delenv(name, raising=False)
    settings = make_course('c.Autograder.wall = "process"')
    add_checks(settings)
    monkeypatch.chdir(tmp_path)
    return settings


@pytest.fixture
def checkout(course, tmp_path_factory):
    """Push some code: a checkout whose notebook has an odd name and place."""

    def push(code: str | None, name: str = "ada", path: str = "hw/`x`.ipynb") -> Path:
        folder = tmp_path_factory.mktemp("pushed") / name
        (folder / path).parent.mkdir(parents=True)
        shutil.move(hand_in(course, "nobody", code), folder / path)
        shutil.rmtree(course.submitted_directory)
        return folder

    return push


@pytest.fixture
def on_github(monkeypatch, tmp_path):
    """Be a GitHub runner; the folder with its files."""
    folder = tmp_path / "runner"
    folder.mkdir()
    for name in ("summary", "output"):
        (folder / name).touch()
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_REPOSITORY_OWNER", "ada")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(folder / "summary"))
    monkeypatch.setenv("GITHUB_OUTPUT", str(folder / "output"))
    return folder


@pytest.fixture
def ungraded(monkeypatch):
    """Nothing may be graded: refusals come before."""

    def graded(*_arguments: object, **_options: object) -> None:
        raise AssertionError("was graded")

    monkeypatch.setattr("autograder.grading.course.grade_class", graded)


class TestUse:
    @pytest.mark.parametrize(
        ("arguments", "told"),
        [
            (["squares", "--checkout", "x"], NEED),
            (
                ["squares", "--fail-under", "0"],
                "--checkout and --fail-under need --ci.",
            ),
            (["--ci", "--fail-under", "60"], "Invalid value for '--fail-under'"),
            (["--ci", "--fail-under", "nan"], "Invalid value for '--fail-under'"),
            ([], "Missing argument 'ASSIGNMENTS...'"),
            (
                ["--ci", "--student", "a", "--student", "b"],
                "with --ci, --student names the one of the checkout.",
            ),
        ],
        ids=["checkout", "share", "percent", "nan", "nothing", "two"],
    )
    def test_wrong_use_is_exit_code_2(
        self, autograder, course, ungraded, arguments, told
    ):
        done = autograder("grade", *arguments)
        assert done.code == 2
        assert told in " ".join(done.err.split())

    @pytest.mark.parametrize(
        "report", ["junit", "xml=x", "junit=source", "junit=course_config.py/x"]
    )
    def test_a_bad_report_is_refused_before_anything_is_graded(
        self, autograder, course, ungraded, report
    ):
        hand_in(course, "ada", RIGHT)
        before = files(course.course_root)
        done = autograder("grade", "squares", "--report", report)
        assert (done.code, done.out) == (1, "")
        assert done.err.startswith(f'error --report "{report}": ')
        assert done.err.count("\n") == 1
        assert files(course.course_root) == before

    def test_an_unknown_checkout_is_one_line(self, autograder, course, ungraded):
        done = autograder("grade", "--ci", "--checkout", "nowhere")
        assert (done.code, done.out, done.err) == (
            1,
            "",
            "error nowhere: there is no such checkout. Name a folder.\n",
        )

    def test_nothing_found_is_exit_code_3(self, autograder, course, ungraded, tmp_path):
        (tmp_path / "[red]empty").mkdir()
        done = autograder("grade", "--ci", "--checkout", "[red]empty")
        assert (done.code, done.out, done.err) == (
            3,
            "",
            "[red]empty: \"[red]empty\" can't be a student's id: it holds [ ]\n",
        )
        done = autograder(
            "grade", "--ci", "--checkout", "[red]empty", "--student", "ada"
        )
        assert (done.code, done.out, done.err) == (
            3,
            "",
            "ada: no notebook of squares was found in the checkout\n",
        )


class TestLog:
    """What GitHub takes from a log in which a student's text stands."""

    @pytest.fixture
    def told(self, course, checkout, on_github, monkeypatch):
        """A submission of which a hostile text is told; grading is stood for."""
        (report,) = one()[0].reports
        text = "\n".join(HOSTILE.values())
        check = CheckResult(text, True, Outcome.FAILED, message=text)
        hostile = replace(
            report, exercises=(ExerciseReport(text, 1.0, (check,)),), note=text
        )
        monkeypatch.setattr(
            "autograder.grading.course.grade_class", lambda *_, **__: [hostile]
        )
        monkeypatch.setenv("GITHUB_WORKSPACE", str(checkout(RIGHT)))
        return hostile

    def test_holds_one_annotation_and_no_other_command(self, autograder, told):
        done = autograder("grade", "--ci")
        assert (done.code, commands(done.err)) == (0, [])
        assert [name for name, _ in commands(done.out)] == ["notice"]
        assert "::error::forged" in done.out

    def test_holds_as_little_beside_a_document(self, autograder, told):
        done = autograder("grade", "--ci", "--json")
        assert (done.code, commands(done.out)) == (0, [])
        assert [name for name, _ in commands(done.err)] == ["notice"]
        (assignment,) = json.loads(done.out)["assignments"]
        (submission,) = assignment["submissions"]
        assert "##[error]forged" in submission["note"]


@pytest.mark.slow
class TestGrade:
    def test_reports_are_written_beside_the_table(self, autograder, course):
        hand_in(course, "ada", RIGHT)
        hand_in(course, "bob", WRONG)
        done = autograder(
            *("grade", "squares", "--workers", 1),
            *("--report", "junit=out/j.xml", "--report", "results=out/r.json"),
            *("--report", "markdown=out/s.md", "--report", "html=out/p.html"),
        )
        assert done.code == 0
        assert sorted(files(Path("out"))) == ["j.xml", "p.html", "r.json", "s.md"]
        (assignment,) = json.loads(Path("out/r.json").read_text())["assignments"]
        assert [each["score"] for each in assignment["submissions"]] == [2.0, 0.0]
        root = ElementTree.fromstring(Path("out/j.xml").read_bytes())
        assert [each.get("name") for each in root] == ["squares.ada", "squares.bob"]

    def test_a_refused_assignment_is_in_the_reports(self, autograder, course):
        done = autograder("grade", "squares", "--report", "results=r.json")
        assert done.code == 1
        (assignment,) = json.loads(Path("r.json").read_text())["assignments"]
        assert assignment == {
            "assignment": "squares",
            "is_refused": True,
            "submissions": [],
        }


@pytest.mark.slow
class TestPushed:
    def test_github_gets_a_log_a_summary_and_outputs(
        self, autograder, course, checkout, on_github, monkeypatch
    ):
        monkeypatch.setenv("GITHUB_WORKSPACE", str(checkout(RIGHT)))
        done = autograder("grade", "--ci")
        assert done.code == 0
        lines = done.out.splitlines()
        assert lines[1:3] == [
            "squares, ada: 2 of 2 automatic points",
            "  square 2 / 2: right",
        ]
        assert commands(done.out) == [
            ("notice", "title=squares%2C ada|2 of 2 automatic points")
        ]
        assert commands(done.err) == []
        told = outputs_in((on_github / "output").read_bytes())
        assert told == {"score": "2", "max_score": "2", "status": "final"}
        summary = (on_github / "summary").read_text()
        assert summary.startswith(
            "## `squares`\n\n### `ada`: 2 of 2 automatic points\n"
        )
        assert (course.submitted_directory / "ada/squares/squares.ipynb").is_file()

    def test_what_was_graded_is_not_graded_again(
        self, autograder, course, checkout, monkeypatch
    ):
        first, again = checkout(WRONG), checkout(WRONG, "again", "other.ipynb")
        arguments = ("grade", "--ci", "--student", "ada", "--fail-under", "0.6")
        assert autograder(*arguments, "--checkout", first).code == 4
        monkeypatch.setattr("autograder.grading.pool.Crew", None)  # would be hired
        done = autograder(*arguments, "--checkout", again)
        assert done.code == 4
        assert "  square 0 / 2: wrong\n" in done.out

    def test_a_low_score_is_no_failure(self, autograder, course, checkout):
        assert autograder("grade", "--ci", "--checkout", checkout(WRONG)).code == 0

    def test_hidden_checks_are_told_by_name_only(self, autograder, course, checkout):
        code = "def square(x):\n    raise KeyError('secret ' + str(x))"
        folder = checkout(code)
        done = autograder("grade", "--ci", "--checkout", folder, "--report", "junit=j")
        assert "      test_any_length (hidden): stopped with an error\n" in done.out
        assert "test_three: stopped with an error" in done.out
        before, _, after = done.out.partition("(hidden)")
        assert "secret [3.]" in before  # of the public check, whose input they have
        assert "secret" not in after
        cases = ElementTree.fromstring(Path("j").read_bytes()).iter("testcase")
        told = {case.get("name"): "".join(case.itertext()) for case in cases}
        assert "secret [3.]" in told["square: test_three"]
        assert told["square: test_any_length"].strip() == "stopped with an error"

    def test_gitlab_gets_junit_and_metrics(
        self, autograder, course, checkout, monkeypatch
    ):
        project = checkout(WRONG)
        monkeypatch.setenv("GITLAB_CI", "true")
        monkeypatch.setenv("CI_PROJECT_DIR", str(project))
        monkeypatch.setenv("CI_PROJECT_NAMESPACE", "course/bob")
        assert autograder("grade", "--ci").code == 0
        root = ElementTree.fromstring((project / "autograder-junit.xml").read_bytes())
        assert root[0].get("name") == "squares.bob"
        metrics = (project / "autograder-metrics.txt").read_text()
        assert 'autograder_score{assignment="squares"} 0\n' in metrics

    def test_a_folder_of_checkouts_is_a_class(
        self, autograder, course, checkout, tmp_path
    ):
        folder = tmp_path / "checkouts"
        folder.mkdir()
        for name, code in (("ada", RIGHT), ("bob", WRONG), ("--x", RIGHT)):
            shutil.move(checkout(code, name), folder / name)
        done = autograder("grade", "--ci", "--checkout", folder, "--json")
        assert done.code == 3
        assert "can't be a student's id" in done.err
        (assignment,) = json.loads(done.out)["assignments"]
        scores = {each["student"]: each["score"] for each in assignment["submissions"]}
        assert scores == {"ada": 2.0, "bob": 0.0}

    def test_a_broken_notebook_is_told_and_needs_a_person(
        self, autograder, course, checkout, on_github, monkeypatch
    ):
        folder = checkout(None, path="squares.ipynb")
        text = "<<<<<<< HEAD\n::error::forged\n"
        (folder / "squares.ipynb").write_text(text)
        monkeypatch.setenv("GITHUB_WORKSPACE", str(folder))
        done = autograder("grade", "--ci")
        assert done.code == 3
        assert "  malformed: the notebook is not JSON: " in done.out
        assert [name for name, _ in commands(done.out)] == ["error"]
        told = outputs_in((on_github / "output").read_bytes())
        assert told["status"] == "malformed"

    def test_names_and_messages_of_a_repository_do_nothing(
        self, autograder, course, checkout, on_github, monkeypatch, tmp_path
    ):
        odd = "$(touch pwned);`touch pwned`|{{x}}/<b>@all.ipynb"
        folder = checkout(RIGHT, "::error::x", odd)
        about = ["-c", "user.name=::error::a", "-c", "user.email=`touch pwned`"]
        for arguments in (
            ["init", "-q", "-b", "${{env.X}}/`touch`"],
            ["add", "-A"],
            [*about, "commit", "-qm", "$(touch pwned)\n::set-output name=score::9"],
        ):
            subprocess.run(["git", "-C", folder, *arguments], check=True)
        done = autograder("grade", "--ci", "--checkout", folder)
        assert done.code == 0
        assert [name for name, _ in commands(done.out)] == ["notice"]
        assert list(tmp_path.rglob("pwned")) == list(folder.rglob("pwned")) == []
        place = course.submitted_directory / "ada" / "squares"
        assert sorted(files(place)) == ["squares.ipynb", "timestamp.txt"]
