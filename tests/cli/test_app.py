"""The command line: help, errors in one line, exit codes, JSON."""

from __future__ import annotations

import io
import json
import re
import shutil
import signal
import sys
from pathlib import Path

import pytest
import typer
from rich.console import Console

from autograder.cli import app, grading, main, options
from autograder.doctor import Finding
from autograder.errors import AutograderError
from autograder.model import (
    CheckResult,
    ExerciseReport,
    GradeReport,
    Outcome,
    Status,
)
from tests.courses import add_checks, files, hand_in, run_autograder

COMMANDS = sorted(typer.main.get_command(app.app).commands)
HEARD = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
RIGHT = "def square(x):\n    return x**2"


class Done:
    """How a command ended and what it printed."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err

    @property
    def error(self) -> str:
        """The one line on stderr, and nothing on stdout."""
        assert self.out == ""
        assert self.err.endswith("\n")
        assert self.err.count("\n") == 1
        return self.err.removeprefix("error ").rstrip("\n")


@pytest.fixture
def run(monkeypatch, capfd):
    """Run a command in this process."""
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("TERM", "dumb")
    # `main` is the last that a process does, and does not take its handlers back.
    handlers = {number: signal.getsignal(number) for number in HEARD}
    monkeypatch.setattr(sys, "unraisablehook", sys.unraisablehook)

    def command(*arguments: object) -> Done:
        monkeypatch.setattr(sys, "argv", ["autograder", *map(str, arguments)])
        code = 0
        try:
            main()
        except SystemExit as end:
            code = int(end.code or 0)
        return Done(code, *capfd.readouterr())

    yield command
    for number, handler in handlers.items():
        signal.signal(number, handler)


@pytest.fixture
def course(make_course, tmp_path, monkeypatch):
    """The tiny course, released, with checks; the folder to work in."""
    monkeypatch.chdir(tmp_path)
    settings = make_course('c.Autograder.wall = "process"')
    add_checks(settings)
    return settings


class TestHelp:
    def test_without_a_command_all_are_listed(self, run):
        done = run()
        assert all(re.search(rf"^\W*{name}\b", done.out, re.M) for name in COMMANDS)

    def test_the_commands_of_a_course_are_there(self):
        assert {"bench", "demo", "doctor", "grade", "release"} <= set(COMMANDS)

    @pytest.mark.parametrize("option", ["--help", "-h"])
    @pytest.mark.parametrize("name", COMMANDS)
    def test_each_explains_itself(self, run, name, option):
        done = run(name, option)
        assert (done.code, done.err) == (0, "")
        assert f"Usage: autograder {name}" in done.out

    @pytest.mark.parametrize("name", ["bench", "doctor", "grade", "release"])
    def test_each_shows_an_example(self, run, name):
        assert re.search(rf"Example: autograder {name}\b", run(name, "--help").out)


class TestUse:
    @pytest.mark.parametrize(
        ("arguments", "told"),  # in typer's words, so only what they are about
        [
            (["grde"], "No such command 'grde'"),
            (["grade"], "Missing argument"),
            (["grade", "squares", "--fast"], "No such option: --fast"),
            (["grade", "squares", "--workers", "0"], "Invalid value for '--workers'"),
            (["grade", "squares", "--workers", "two"], "Invalid value for '--workers'"),
            (["doctor", "squares"], "(squares)"),
        ],
        ids=["command", "argument", "option", "range", "type", "extra"],
    )
    def test_wrong_use_is_exit_code_2(self, run, course, arguments, told):
        before = files(course.course_root)
        done = run(*arguments)
        assert (done.code, done.out) == (2, "")
        assert told in done.err
        assert "Traceback" not in done.err
        assert files(course.course_root) == before


class TestErrors:
    """Each is exit code 1 and one line, and nothing is written."""

    @pytest.fixture
    def error(self, run, course):
        def told(*arguments: object) -> str:
            before = files(course.course_root)
            done = run(*arguments)
            assert done.code == 1
            assert files(course.course_root) == before
            return done.error

        return told

    @pytest.mark.parametrize("command", ["grade", "release"])
    def test_unknown_assignment(self, error, command):
        assert error(command, "sqares") == (
            'there is no assignment "sqares"; did you mean "squares"? '
            "The course has: squares."
        )

    @pytest.mark.parametrize("command", ["release", "demo"])
    def test_no_assignment_yet(self, error, course, command):
        shutil.rmtree(course.source_directory / "squares")
        assert error(command) == (
            "there is no assignment in source yet. An assignment of the autograder is "
            "one notebook that is named like its folder: "
            "source/<assignment>/<assignment>.ipynb."
        )

    def test_nothing_handed_in(self, error):
        assert error("grade", "squares") == (
            "no submissions for squares: looked for "
            "submitted/<student>/squares/squares.ipynb."
        )

    def test_student_without_a_notebook(self, error, course):
        hand_in(course, "ada")
        assert error("grade", "squares", "--student", "bob") == (
            'student "bob" has not handed in squares: '
            "submitted/bob/squares/squares.ipynb is missing."
        )

    @pytest.mark.parametrize("command", ["grade", "release"])
    def test_missing_source(self, error, course, command):
        (course.course_root / "course_config.py").write_text(
            'c = get_config()\nc.Autograder.assignments = ["squares", "cubes"]\n'
        )
        assert error(command, "cubes") == (
            'assignment "cubes": source/cubes/cubes.ipynb is missing. Write it, or '
            "remove the assignment from c.Autograder.assignments."
        )

    def test_not_released(self, error, course):
        (course.release_directory / "squares" / "squares.ipynb").unlink()
        assert error("grade", "squares") == (
            "squares is not released: release/squares/squares.ipynb is missing. "
            "Run `autograder release squares`."
        )

    def test_no_grading_tests(self, error, course):
        course.tests_directory.rename("elsewhere")
        assert error("grade", "squares") == (
            "squares has no grading tests: tests/grading/squares is missing. "
            "Write pytest files there."
        )

    def test_unknown_device(self, error, course):
        hand_in(course, "ada")
        assert error("grade", "squares", "--device", "tpu") == (
            'there is no device "tpu". Use cpu, cuda or simulated.'
        )

    def test_unknown_wall(self, error, course):
        hand_in(course, "ada")
        assert error("grade", "squares", "--wall", "[red]paper").startswith(
            'there is no wall "[red]paper". There are: '
        )

    @pytest.mark.parametrize(
        ("text", "told"),
        [
            (
                "c = get_config(\n",
                "course_config.py:1: SyntaxError: '(' was never closed",
            ),
            (
                "\n\n1 / 0\n",
                "course_config.py:3: ZeroDivisionError: division by zero",
            ),
            (
                "c = get_config()\nc.Autograder.cell_timeout_s = 'long'\n",
                "course_config.py: c.Autograder.cell_timeout_s = 'long': "
                "should be a valid number.",
            ),
        ],
        ids=["syntax", "raises", "value"],
    )
    @pytest.mark.parametrize("command", [["grade", "squares"], ["release"], ["demo"]])
    def test_broken_configuration(self, error, course, command, text, told):
        (course.course_root / "course_config.py").write_text(text)
        assert error(*command) == told

    @pytest.mark.parametrize("command", [["grade", "squares"], ["release"], ["demo"]])
    def test_no_course_there(self, error, course, command):
        assert error(*command, "--course", "source") == (
            "source/course_config.py: there is no such file. Run this in the "
            "course's folder, or name the folder with --course DIR."
        )

    def test_a_broken_source_notebook(self, error, course):
        (course.source_directory / "squares" / "squares.ipynb").write_text("{")
        assert error("release", "squares").startswith(
            "source/squares/squares.ipynb, line 1: is not JSON: "
        )

    def test_an_assignment_without_known_mistakes_has_no_demo(self, error):
        assert error("demo").startswith("squares: ")

    def test_a_new_seed_is_refused_where_it_is_set(self, error, monkeypatch):
        monkeypatch.setenv("AUTOGRADER_SEED", "x")
        assert error("grade", "squares", "--new-seed") == (
            "--new-seed: the course's seed is set by the variable AUTOGRADER_SEED. "
            "Change it there."
        )

    def test_square_brackets_are_no_markup(self, error, course):
        assert error("grade", "[bold]squares[/]").startswith(
            'there is no assignment "[bold]squares[/]"'
        )


def test_an_interrupt_is_one_line_and_exit_code_130(run, course, monkeypatch):
    def interrupted(*_arguments: object, **_options: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("autograder.grading.course.grade_class", interrupted)
    done = run("grade", "squares")
    assert (done.code, done.err) == (130, "interrupted; what was graded is kept\n")


class TestEnds:
    """How `grade` ends, by what came of the class."""

    @pytest.fixture
    def ended(self, run, course, monkeypatch):
        """Grade assignments of which it is known what comes."""

        def grade(*arguments: object, **outcomes: object) -> Done:
            def graded(assignment, **_options):
                outcome = outcomes[assignment.name]
                if isinstance(outcome, Exception):
                    raise outcome
                return [outcome]

            monkeypatch.setattr("autograder.grading.course.grade_class", graded)
            return run("grade", *outcomes, *arguments)

        return grade

    @staticmethod
    def report(status: Status = Status.GRADED, *outcomes: Outcome) -> GradeReport:
        return GradeReport(
            assignment="a",
            student="ada",
            status=status,
            exercises=tuple(
                ExerciseReport(f"e{at}", 2.0, (CheckResult("it", True, outcome),))
                for at, outcome in enumerate(outcomes)
            ),
            note="torn" if status is not Status.GRADED else "",
        )

    @pytest.mark.parametrize(
        ("report", "code"),
        [
            ((Status.GRADED, Outcome.PASSED), 0),
            ((Status.GRADED, Outcome.FAILED), 0),
            ((Status.GRADED, Outcome.PASSED, Outcome.UNGRADED), 3),
            ((Status.MALFORMED, Outcome.NOT_RUN), 3),
            ((Status.MISSING, Outcome.NOT_RUN), 3),
            ((Status.UNGRADED, Outcome.UNGRADED), 3),
        ],
    )
    @pytest.mark.parametrize("as_json", [(), ("--json",)])
    def test_a_person_has_to_look_is_exit_code_3(self, ended, report, code, as_json):
        done = ended(*as_json, a=self.report(*report))
        assert (done.code, done.err) == (code, "")
        is_open = Outcome.UNGRADED in report
        if as_json:
            (submission,) = json.loads(done.out)["submissions"]
            assert (submission["score"] is None) is is_open
        else:
            assert ("not graded" in done.out) is is_open

    def test_an_error_in_one_assignment_leaves_the_others(self, ended):
        well = self.report(Status.GRADED, Outcome.PASSED)
        done = ended("--json", a=well, b=AutograderError("b is [broken]."), c=well)
        assert (done.code, done.err) == (1, "error b is [broken].\n")
        a, b, c = json.loads(done.out)
        assert b == {"assignment": "b", "error": "b is [broken]."}
        assert [each["submissions"][0]["score"] for each in (a, c)] == [2.0, 2.0]

    def test_the_tables_of_the_others_are_shown(self, ended):
        well = self.report(Status.GRADED, Outcome.PASSED)
        done = ended(a=well, b=AutograderError("b is broken."), c=well)
        assert (done.code, done.err) == (1, "error b is broken.\n")
        assert done.out.count("1 submissions, 1 graded") == 2

    @pytest.mark.parametrize("as_json", [(), ("--json",)])
    def test_what_nobody_expected_is_one_line_and_a_file(self, ended, as_json):
        done = ended(*as_json, a=ZeroDivisionError("division\nby zero"))
        assert (done.code, done.error) == (
            1,
            "ZeroDivisionError: division by zero. This is a bug in the grader. The "
            "traceback is in .autograder/last-error.txt.",
        )
        text = Path(".autograder/last-error.txt").read_text()
        assert text.startswith("Traceback (most recent call last):")
        assert text.endswith("ZeroDivisionError: division\nby zero\n")

    def test_an_error_of_the_system_names_the_file(self, ended):
        done = ended(a=OSError(28, "No space left on device", "some/file"))
        assert (done.code, done.error) == (
            1,
            "some/file: No space left on device. Fix that and try again. The "
            "traceback is in .autograder/last-error.txt.",
        )

    def test_tracebacks_are_printed_on_demand(self, ended, monkeypatch):
        monkeypatch.setenv("AUTOGRADER_DEBUG", "1")
        done = ended(a=ZeroDivisionError("boom"))
        assert "Traceback (most recent call last):" in done.err
        assert "\nZeroDivisionError: boom\n" in done.err


def test_release_says_where(run, course):
    done = run("release")
    assert (done.code, done.out, done.err) == (
        0,
        "released squares: release/squares\n",
        "",
    )


def test_stop_says_whom_it_has_ended(run, monkeypatch):
    ended = [[4711], [4711], []]
    monkeypatch.setattr("autograder.execution.warm.stop", lambda: ended.pop(0))
    assert run("stop").out == "stopped: process 4711\n"
    assert json.loads(run("stop", "--json").out) == {"stopped": [4711]}
    done = run("stop")
    assert (done.code, done.err) == (0, "")
    assert done.out == "nothing to stop: no process stays between commands\n"


@pytest.mark.parametrize(("is_well", "code"), [(True, 0), (False, 1)])
def test_doctor_is_exit_code_1_where_something_is_not_well(
    run, monkeypatch, is_well, code
):
    findings = [Finding("Python", True, "3.11"), Finding("kernel", is_well, "told")]
    monkeypatch.setattr("autograder.doctor.examine", lambda _course: findings)
    table, data = run("doctor"), run("doctor", "--json")
    assert (table.code, data.code) == (code, code)
    assert f"{'ok' if is_well else '!!'} kernel told" in " ".join(table.out.split())
    assert json.loads(data.out) == [finding.to_json() for finding in findings]


@pytest.mark.slow
class TestProgress:
    def test_a_students_name_is_neither_markup_nor_a_line(self):
        file = io.StringIO()
        with options.progress_bar(quiet=False) as progress:
            progress.disable = True
            tick = options.ticker(progress, "grading")
            tick(1, 2, "[link=evil]x\n\x1b[31my")
            console = Console(file=file, width=200, force_terminal=True)
            console.print(progress.make_tasks_table(progress.tasks))
        printed = file.getvalue()
        assert "[link=evil]x \N{REPLACEMENT CHARACTER}[31my" in printed
        assert "\x1b]8" not in printed
        assert printed.count("\n") == 1


class TestNewSeed:
    def test_is_drawn_and_told(self, course, capfd):
        old = course.seed
        grading._renew_seed(course)
        assert course.seed != old
        (kept,) = course.state_directory.glob("seed-*")
        assert capfd.readouterr().err == (
            "new seed: hidden checks get new inputs; the old one is kept in "
            f".autograder/{kept.name}. Grade everybody again.\n"
        )


class TestGrade:
    def test_json_is_one_document_with_the_keys_of_the_contract(self, course):
        hand_in(course, "ada", RIGHT)
        hand_in(course, "bob")
        run_autograder("release", "squares", cwd=course.course_root)
        done = run_autograder("grade", "squares", "--json", cwd=course.course_root)
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.count("\n") == 1
        document = json.loads(done.stdout)
        assert set(document) == {"assignment", "submissions"}
        assert document["assignment"] == "squares"
        for submission in document["submissions"]:
            assert {"student", "score", "max_score", "status", "exercises"} <= set(
                submission
            )
            for exercise in submission["exercises"]:
                assert set(exercise) == {
                    "grade_id",
                    "score",
                    "points",
                    "outcome",
                    "checks",
                }
                for check in exercise["checks"]:
                    keys = {"name", "public", "outcome", "misconception", "message"}
                    assert keys <= set(check)
        assert [(s["student"], s["score"]) for s in document["submissions"]] == [
            ("ada", 2.0),
            ("bob", 0.0),
        ]

    def test_a_table_has_a_row_a_student_and_a_line_at_the_end(self, course):
        hand_in(course, "ada", RIGHT)
        hand_in(course, "bob")
        hand_in(course, "cleo", "def square(x):\n    return x + x")
        done = run_autograder(
            "grade",
            "squares",
            "--student",
            "cleo",
            "--student",
            "ada",
            cwd=course.course_root,
        )
        assert done.returncode == 0
        assert re.search(r"ada\W+2 / 2\W+all right", done.stdout)
        assert re.search(r"cleo\W+0 / 2\W+square 0/2: wrong", done.stdout)
        assert "bob" not in done.stdout
        assert done.stdout.endswith("2 submissions, 2 graded, 1 with full points\n")

    def test_a_check_that_is_ungraded_is_exit_code_3(self, course):
        path = course.tests_directory / "squares" / "test_square.py"
        text = path.read_text()
        path.write_text(f"{text}\n\ndef test_oracle_fails(submission):\n    1 / 0\n")
        hand_in(course, "ada", RIGHT)
        done = run_autograder("grade", "squares", "--json", cwd=course.course_root)
        assert done.returncode == 3
        (submission,) = json.loads(done.stdout)["submissions"]
        (exercise,) = submission["exercises"]
        assert (exercise["score"], exercise["outcome"]) == (None, "ungraded")
        (check,) = (c for c in exercise["checks"] if c["outcome"] == "ungraded")
        assert check["message"] == (
            "this check could not be run, through no fault of yours; your instructor "
            "will see it"
        )
        assert check["detail"] == "ZeroDivisionError: division by zero"

    def test_a_device_that_isnt_here_leaves_its_checks_open(self, course):
        if Path("/dev/nvidia0").exists():
            pytest.skip("this machine has a GPU")
        path = course.tests_directory / "squares" / "test_square.py"
        path.write_text(
            f"{path.read_text()}\n\n"
            "@pytest.mark.device\n"
            "def test_on_device(submission, device):\n"
            "    from autograder.checks import torch_tensor\n\n"
            "    x = torch_tensor(np.ones(2), device=device)\n"
            "    agrees(submission.square, right, x)\n"
        )
        config = course.course_root / "course_config.py"
        devices = 'c.Autograder.devices = ["cpu", "cuda"]'
        config.write_text(f"{config.read_text()}\n{devices}\n")
        hand_in(course, "ada", RIGHT)
        done = run_autograder("grade", "squares", "--json", cwd=course.course_root)
        assert done.returncode == 3
        (submission,) = json.loads(done.stdout)["submissions"]
        assert (submission["device"], submission["score"]) == ("cpu", None)
        (exercise,) = submission["exercises"]
        assert exercise["score"] is None
        answers = {(c["name"], c["device"]): c for c in exercise["checks"]}
        assert answers["test_on_device", "cpu"]["outcome"] == "passed"
        there = answers["test_on_device", "cuda"]
        assert (there["outcome"], there["message"], there["detail"]) == (
            "ungraded",
            "needs cuda, where it has not run yet",
            "needs cuda: run `autograder grade squares --device cuda` on a GPU runner",
        )

    def test_a_device_that_isnt_here_can_not_be_asked_for(self, course):
        if Path("/dev/nvidia0").exists():
            pytest.skip("this machine has a GPU")
        arguments = ("grade", "squares", "--device", "cuda")
        hand_in(course, "ada", RIGHT)
        done = run_autograder(*arguments, cwd=course.course_root)
        assert (done.returncode, done.stdout) == (1, "")
        assert done.stderr == (
            "error this course does not grade on cuda. To have it so, write "
            'c.Autograder.devices = ["cpu", "cuda"] in course_config.py.\n'
        )
        config = course.course_root / "course_config.py"
        config.write_text(f'{config.read_text()}\nc.Autograder.devices = ["cuda"]\n')
        done = run_autograder(*arguments, cwd=course.course_root)
        assert (done.returncode, done.stdout) == (1, "")
        assert done.stderr == (
            "error this machine has no CUDA device: there is no /dev/nvidia0, or the "
            "variable CUDA_VISIBLE_DEVICES hides it. Run this on a machine with an "
            "NVIDIA GPU and its driver, or in a container that was given the GPU.\n"
        )
