"""A course with two devices: parts are made apart, in any order, and joined."""

from __future__ import annotations

import contextlib
import json
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import nbformat
import pytest
from nbgrader.api import Gradebook

from autograder.config import Settings, load_settings
from autograder.errors import AutograderError, ResultsError
from autograder.grading import devices, run
from autograder.grading.arriving import Merged, merge_parts, write_parts
from autograder.grading.course import grade_class
from autograder.grading.devices import devices_for
from autograder.grading.status import State, status_of
from autograder.model import GradeReport, Outcome
from autograder.results import DATABASE, Store, keys
from autograder.results.keys import versions
from tests.courses import CHECKS, add_checks, hand_in, run_autograder, tiny_course

#: One check that is asked once, on the CPU, and two that are asked on every device.
ON_DEVICES = """


@pytest.mark.public
@pytest.mark.device
def test_zero_on_device(submission, device):
    agrees(submission.square, right, torch_tensor(np.zeros(2), device=device))


@pytest.mark.weight(2)
@pytest.mark.device
def test_any_on_device(submission, device, rng):
    agrees(submission.square, right, torch_tensor(rng.normal(size=4), device=device))
"""

TWO = (
    'c.Autograder.devices = ["cpu", "simulated"]',
    'c.Autograder.wall = "process"',
    'c.Autograder.seed = "the same in every copy"',
)

RIGHT = "def square(x):\n    return x**2"
NO_TENSORS = "def square(x):\n    return x + x if hasattr(x, 'grad') else x * x"
CODES = {"ada": RIGHT, "bob": NO_TENSORS}

REASON = "needs simulated: run `autograder grade squares --device simulated`"


def checks(extra: str = ON_DEVICES) -> str:
    imported = "from autograder.checks import agrees, refuses, torch_tensor"
    return CHECKS.replace("from autograder.checks import agrees, refuses", imported) + (
        extra
    )


@pytest.fixture(scope="module")
def template(tmp_path_factory) -> Path:
    """A course with two devices where three have handed in and nobody is graded."""
    root = tmp_path_factory.mktemp("template") / "course"
    settings = tiny_course(root, *TWO)
    add_checks(settings, checks())
    for student, code in CODES.items():
        hand_in(settings, student, code)
    return root


def copied(template: Path, root: Path, *on: str) -> Path:
    """A copy of a course, graded on some devices."""
    shutil.copytree(template, root)
    with contextlib.chdir(root):
        for device in on:
            graded(load_settings(root), device)
    return root


@pytest.fixture(scope="module")
def here_first(template, tmp_path_factory) -> Path:
    """That course, graded on the CPU."""
    return copied(template, tmp_path_factory.mktemp("here") / "course", "cpu")


@pytest.fixture(scope="module")
def there_first(template, tmp_path_factory) -> Path:
    """That course, graded on the other device."""
    return copied(template, tmp_path_factory.mktemp("there") / "course", "simulated")


@pytest.fixture(scope="module")
def at_once(template, tmp_path_factory) -> tuple[Path, list[GradeReport]]:
    """That course, graded on both in one run, and what that gave."""
    root = copied(template, tmp_path_factory.mktemp("both") / "course")
    with contextlib.chdir(root):
        return root, graded(load_settings(root), "cpu", "simulated")


@pytest.fixture
def both_at_once(at_once) -> list[GradeReport]:
    """What one run with both devices gives."""
    return at_once[1]


@pytest.fixture
def copy_of(tmp_path, monkeypatch) -> Callable[[Path], Settings]:
    """Copies a course; results hold wherever it lies."""

    def copy(root: Path) -> Settings:
        made = copied(root, tmp_path / "course")
        monkeypatch.chdir(made)
        return load_settings(made)

    return copy


def graded(settings: Settings, *on: str, **options) -> list[GradeReport]:
    reports = grade_class(
        settings.assignment("squares"), devices=on, workers=1, **options
    )
    return [timeless(report) for report in reports]


def timeless(report: GradeReport) -> GradeReport:
    exercises = tuple(
        replace(each, checks=tuple(replace(c, seconds=0.0) for c in each.checks))
        for each in report.exercises
    )
    return replace(report, exercises=exercises, seconds=0.0, timings={})


def gradebook(settings: Settings) -> dict[str, float | None]:
    with Gradebook(settings.db_url) as book:
        return {
            each.student.id: each.notebooks[0].grades[0].auto_score
            for each in book.assignment_submissions("squares")
        }


def shown(settings: Settings, student: str) -> str:
    """What stands below the grade cell in a student's autograded notebook."""
    path = settings.assignment("squares").autograded(student)
    (text,) = (
        cell.outputs[0].text
        for cell in nbformat.read(path, 4).cells
        if cell.metadata.get("nbgrader", {}).get("grade")
        and not cell.metadata.nbgrader.solution
        and cell.cell_type == "code"
    )
    return text


def answers(report: GradeReport) -> Iterator[tuple[str, str]]:
    for exercise in report.exercises:
        yield from ((check.label, str(check.outcome)) for check in exercise.checks)


class TestBoth:
    def test_a_marked_check_is_asked_on_each_device_all_others_once(self, both_at_once):
        ada, bob = both_at_once
        assert list(answers(ada)) == [
            ("test_three", "passed"),
            ("test_any_length", "passed"),
            ("test_whole_numbers", "passed"),
            ("test_zero_on_device", "passed"),
            ("test_zero_on_device on simulated", "passed"),
            ("test_any_on_device", "passed"),
            ("test_any_on_device on simulated", "passed"),
        ]
        assert ada.score == ada.max_score
        # Of 10 shares, one for each unmarked check and twice that for the weighted one,
        # it loses those of the numbers that aren't zero, on both devices.
        assert bob.score == pytest.approx(bob.max_score * 6 / 10)

    @pytest.mark.parametrize("order", ["here_first", "there_first"])
    def test_two_runs_in_either_order_give_the_same(
        self, request, copy_of, both_at_once, order
    ):
        course = copy_of(request.getfixturevalue(order))
        second = "simulated" if order == "here_first" else "cpu"
        assert graded(course, second) == both_at_once
        expected = {each.student: each.score for each in both_at_once}
        assert gradebook(course) == expected
        assert "test_any_on_device on simulated" in shown(course, "bob")

    def test_a_third_run_has_nothing_to_do(
        self, at_once, copy_of, both_at_once, monkeypatch
    ):
        course = copy_of(at_once[0])
        monkeypatch.setattr(run, "grade_hand_ins", nothing_is_run)
        again = graded(course, "simulated", "cpu")
        assert again == both_at_once
        assert all(report.is_reused for report in again)

    def test_a_run_killed_between_the_devices_goes_on(
        self, template, copy_of, both_at_once
    ):
        course = copy_of(template)
        code = "from autograder.cli import main; main()"
        options = ("--device", "cpu", "--device", "simulated", "--workers", "1")
        grading = subprocess.Popen(
            [sys.executable, "-c", code, "grade", "squares", *options],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        while grading.poll() is None and len(parts_in(course)) < 3:
            time.sleep(0.02)
        grading.kill()
        grading.wait()
        assert len(parts_in(course)) >= 3
        assert graded(course, "cpu", "simulated") == both_at_once
        expected = {each.student: each.score for each in both_at_once}
        assert gradebook(course) == expected


def parts_in(course: Settings) -> list[tuple[str, str]]:
    if not (course.results_directory / DATABASE).exists():
        return []
    with Store(course.results_directory, writes=False) as store:
        return [*store.keys("squares")]


def nothing_is_run(*_: object, **__: object) -> Iterator[None]:
    raise AssertionError("something was run")


class TestTheFirstOfTwo:
    def test_the_cpu_leaves_open_what_another_device_has_to_say(
        self, here_first, copy_of
    ):
        course = copy_of(here_first)
        ada, *_ = graded(course)
        (exercise,) = ada.exercises
        assert (ada.score, exercise.score, exercise.outcome) == (
            None,
            None,
            Outcome.UNGRADED,
        )
        open_ = [each for each in exercise.checks if each.device == "simulated"]
        assert [each.detail for each in open_] == [REASON, REASON]
        assert gradebook(course) == dict.fromkeys(CODES)
        assert shown(course, "ada").startswith("square: not graded yet")
        assert "needs simulated, where it has not run yet" in shown(course, "ada")

    def test_status_names_what_is_open(self, here_first, at_once, copy_of):
        course = load_settings(here_first)
        ada, *_ = status_of(course.assignment("squares"))
        assert (ada.state, ada.reasons, ada.score) == (State.OPEN, (REASON,), None)
        course = copy_of(at_once[0])
        ada, *_ = status_of(course.assignment("squares"))
        assert (ada.state, ada.reasons, ada.score) == (State.GRADED, (), 2)

    def test_another_device_alone_gives_no_score(self, there_first, copy_of):
        course = copy_of(there_first)
        ada, *_ = graded(course, "simulated")
        assert (ada.score, ada.note) == (
            None,
            "graded on simulated only: run `autograder grade squares`",
        )
        assert not course.assignment("squares").autograded("ada").exists()

    def test_another_device_asks_the_marked_checks_only(self, there_first, copy_of):
        course = copy_of(there_first)
        with Store(course.results_directory, writes=False) as store:
            part = store.part("squares", "ada", "simulated")
        assert part is not None
        assert (part.notebook, part.executed) == (None, None)
        report = GradeReport.from_json("squares", part.report)
        assert [each.label for each in report.exercises[0].checks] == [
            "test_zero_on_device on simulated",
            "test_any_on_device on simulated",
        ]


class TestWhatChanges:
    def test_a_new_submission_makes_the_other_part_stale(self, at_once, copy_of):
        course = copy_of(at_once[0])
        hand_in(course, "bob", RIGHT)
        _, bob = graded(course)
        told = {check.detail for e in bob.exercises for check in e.checks}
        assert told == {
            "",
            "needs simulated again (the submission changed): run "
            "`autograder grade squares --device simulated`",
        }
        assert gradebook(course)["bob"] is None
        _, bob = graded(course, "simulated")
        assert bob.score == bob.max_score
        assert gradebook(course)["bob"] == bob.max_score

    def test_a_device_that_the_course_drops_no_longer_counts(
        self, here_first, copy_of, monkeypatch
    ):
        course = copy_of(here_first)
        assert gradebook(course)["ada"] is None
        config = course.course_root / "course_config.py"
        config.write_text(config.read_text() + '\nc.Autograder.devices = ["cpu"]\n')
        monkeypatch.setattr(run, "grade_hand_ins", nothing_is_run)
        ada, *_ = graded(load_settings(course.course_root))
        assert (ada.score, gradebook(course)["ada"]) == (2, 2)
        assert "simulated" not in shown(course, "ada")

    def test_a_course_may_ask_them_elsewhere_only(self, template, copy_of):
        course = copy_of(template)
        config = course.course_root / "course_config.py"
        config.write_text(
            config.read_text() + '\nc.Autograder.devices = ["simulated"]\n'
        )
        settings = load_settings(course.course_root)
        ada, bob = graded(settings, "cpu", "simulated")
        assert [label for label, _ in answers(ada)] == [
            "test_three",
            "test_any_length",
            "test_whole_numbers",
            "test_zero_on_device on simulated",
            "test_any_on_device on simulated",
        ]
        assert bob.score == pytest.approx(bob.max_score * 5 / 7)

    def test_where_no_check_is_marked_another_device_has_nothing_to_do(
        self, template, copy_of, monkeypatch
    ):
        course = copy_of(template)
        add_checks(course, CHECKS)
        graded(course)
        monkeypatch.setattr(run, "grade_hand_ins", nothing_is_run)
        ada, *_ = graded(course, "simulated", "cpu")
        assert ada.score == ada.max_score

    def test_a_device_that_fails_is_our_fault_and_costs_no_points(
        self, here_first, copy_of, monkeypatch
    ):
        course = copy_of(here_first)

        def fails(assignment, submissions, **_options):
            from autograder.grading.batch import Result
            from autograder.grading.notgraded import not_graded
            from autograder.model import Status

            for each in submissions:
                note = "the grader failed: the device did not answer"
                yield Result(
                    each,
                    not_graded(assignment, each.student, Status.UNGRADED, note),
                )

        with monkeypatch.context() as patch:
            patch.setattr(run, "grade_hand_ins", fails)
            ada, *_ = graded(course, "simulated")
        told = {check.detail for e in ada.exercises for check in e.checks}
        assert told == {"", "simulated: the grader failed: the device did not answer"}
        assert ada.score is None
        ada, *_ = graded(course, "simulated")
        assert ada.score == ada.max_score


class TestDevicesFor:
    @pytest.fixture
    def course(self, template) -> Settings:
        return load_settings(template)

    def test_a_machine_without_a_gpu_has_the_cpu(self, course, monkeypatch):
        monkeypatch.setattr(devices, "cuda_devices", lambda: ("/dev/nvidiactl",))
        monkeypatch.setattr(devices, "gpus", lambda: ())
        settings = course.model_copy(update={"devices": ["cpu", "cuda"]})
        assert devices_for(settings) == ["cpu"]

    def test_a_gpu_is_used_where_the_course_grades_on_it(self, course, monkeypatch):
        monkeypatch.setattr(devices, "cuda_devices", lambda: ("/dev/nvidia0",))
        monkeypatch.setattr(devices, "gpus", lambda: ("0",))
        settings = course.model_copy(update={"devices": ["cuda"]})
        assert devices_for(settings) == ["cpu", "cuda"]
        assert devices_for(settings, ["cuda"]) == ["cuda"]
        assert devices_for(course) == ["cpu"]

    def test_a_cluster_may_have_the_gpu_that_this_machine_lacks(
        self, course, monkeypatch
    ):
        monkeypatch.setattr(devices, "cuda_devices", lambda: ())
        settings = course.model_copy(update={"devices": ["cpu", "cuda"]})
        assert devices_for(settings, ["cuda"], is_elsewhere=True) == ["cuda"]
        assert devices_for(settings, is_elsewhere=True) == ["cpu"]

    def test_a_simulated_one_is_used_only_if_asked_for(self, course):
        assert devices_for(course) == ["cpu"]
        assert devices_for(course, ["simulated"]) == ["simulated"]

    def test_one_that_is_unknown_or_no_device_of_the_course_is_refused(self, course):
        with pytest.raises(AutograderError, match=r"^there is no device \"tpu\"\. "):
            devices_for(course, ["tpu"])
        with pytest.raises(AutograderError) as caught:
            devices_for(course, ["cuda"])
        assert str(caught.value) == (
            "this course does not grade on cuda. To have it so, write "
            'c.Autograder.devices = ["cpu", "simulated", "cuda"] in course_config.py.'
        )


def test_reports_tell_the_device_of_a_check(both_at_once):
    ada, *_ = both_at_once
    told = json.loads(json.dumps(ada.to_json()))
    assert [each["device"] for each in told["exercises"][0]["checks"]] == [
        *("", "", ""),
        *("cpu", "simulated", "cpu", "simulated"),
    ]


class TestPartsThatTravel:
    """A course on two machines: each grades on its own device."""

    @pytest.fixture
    def files(self, here_first, there_first, tmp_path) -> list[Path]:
        made = []
        for root, device in ((here_first, "cpu"), (there_first, "simulated")):
            assignment = load_settings(root).assignment("squares")
            made.append(tmp_path / f"{device}.jsonl")
            write_parts([assignment], made[-1], devices=[device])
        return made

    @pytest.mark.parametrize("turned", [False, True], ids=["in order", "turned"])
    def test_parts_from_two_machines_make_the_whole(
        self, template, copy_of, both_at_once, files, turned
    ):
        course = copy_of(template)
        for file in reversed(files) if turned else files:
            merged = merge_parts(course, [file])
        assert (merged.taken, merged.known, merged.refused) == (2, 0, [])
        assert whole(merged) == both_at_once
        expected = {each.student: each.score for each in both_at_once}
        assert gradebook(course) == expected
        assert "test_any_on_device on simulated" in shown(course, "bob")

    def test_several_files_are_joined_at_once(self, template, copy_of, files):
        course = copy_of(template)
        merged = merge_parts(course, [*files, files[0]])
        assert (merged.taken, merged.known, merged.refused) == (4, 2, [])
        assert gradebook(course)["ada"] == 2

    def test_what_was_merged_is_not_graded_again(
        self, template, copy_of, files, monkeypatch
    ):
        course = copy_of(template)
        merge_parts(course, files)
        monkeypatch.setattr(run, "grade_hand_ins", nothing_is_run)
        ada, *_ = graded(course, "cpu", "simulated")
        assert (ada.score, ada.max_score) == (2, 2)

    def test_without_the_submissions_the_parts_are_taken(
        self, template, copy_of, files
    ):
        course = copy_of(template)
        shutil.rmtree(course.submitted_directory)
        merged = merge_parts(course, files)
        assert (merged.taken, merged.refused) == (4, [])
        assert gradebook(course)["ada"] == 2

    def test_parts_of_another_submission_are_refused(self, template, copy_of, files):
        course = copy_of(template)
        hand_in(course, "bob", RIGHT)
        merged = merge_parts(course, files)
        why = "the submission here is another: it was changed, or is older there"
        assert merged.refused == [
            f"cpu.jsonl, line 3: bob on cpu: {why}",
            f"simulated.jsonl, line 3: bob on simulated: {why}",
        ]
        assert gradebook(course) == {"ada": 2}

    @pytest.mark.parametrize(
        ("change", "differing"),
        [
            ("checks", ["checks of square differs"]),
            ("seed", ["the seed differs"]),
            ("setting", ["the setting disk_mib differs"]),
        ],
    )
    def test_parts_graded_with_something_else_are_refused(
        self, template, copy_of, files, change, differing
    ):
        course = copy_of(template)
        config = course.course_root / "course_config.py"
        match change:
            case "checks":
                path = course.tests_directory / "squares" / "test_square.py"
                path.write_text(path.read_text() + "\nMORE = 1\n")
            case "seed":
                config.write_text(config.read_text() + 'c.Autograder.seed = "new"\n')
            case "setting":
                config.write_text(config.read_text() + "c.Autograder.disk_mib = 9\n")
        merged = merge_parts(load_settings(course.course_root), files)
        assert merged.taken == 0
        assert merged.refused[0] == (
            "cpu.jsonl, line 2: ada on cpu: was graded with something else: "
            + "; ".join(differing)
        )
        assert len(merged.refused) == 4

    def test_other_versions_are_refused_other_builds_are_not(
        self, template, copy_of, files, monkeypatch
    ):
        course = copy_of(template)
        there = versions()
        monkeypatch.setattr(keys, "versions", lambda: {**there, "numpy": "1.0"})
        merged = merge_parts(course, files[1:])
        assert "the version of numpy differs" in merged.refused[0]
        assert "+" not in there.get("torch", "")
        assert there["Python"].count(".") == 1

    def test_a_device_that_the_course_does_not_grade_on_is_refused(
        self, template, copy_of, files
    ):
        course = copy_of(template)
        merged = merge_parts(course.model_copy(update={"devices": ["cpu"]}), files)
        assert merged.refused[0] == (
            "simulated.jsonl, line 2: ada on simulated: this course does not grade on "
            "simulated"
        )
        assert gradebook(course)["ada"] == 2

    def test_a_file_that_is_none_of_ours_takes_nothing(self, template, copy_of, files):
        course = copy_of(template)
        bad = Path("bad.jsonl")
        bad.write_text("{}\n")
        with pytest.raises(ResultsError) as caught:
            merge_parts(course, [*files, bad])
        assert str(caught.value) == ("bad.jsonl: is not an autograder results file.")
        with pytest.raises(ResultsError) as caught:
            merge_parts(course, [Path("nowhere.jsonl")])
        assert str(caught.value) == (
            "nowhere.jsonl: can't be read: No such file or directory. Write it with "
            "`autograder grade <assignment> --parts FILE`."
        )
        assert not (course.results_directory / DATABASE).exists()

    def test_the_command_tells_what_was_refused(self, template, copy_of, files):
        course = copy_of(template)
        hand_in(course, "bob", RIGHT)
        done = run_autograder("merge", *files, cwd=course.course_root)
        assert (done.returncode, done.stderr.count("refused ")) == (3, 2)
        assert "parts: 2 taken, 0 known already" in done.stdout

    def test_a_killed_merge_goes_on(self, template, copy_of, both_at_once, files):
        course = copy_of(template)
        code = "from autograder.cli import main; main()"
        for wait_s in (0.6, 1.2, 1.8, 2.4, 3.0):
            merging = subprocess.Popen(
                [sys.executable, "-c", code, "merge", *map(str, files)],
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            with contextlib.suppress(subprocess.TimeoutExpired):
                merging.wait(wait_s)
            merging.kill()
            merging.wait()
        merged = merge_parts(course, files)
        assert merged.taken + merged.known == 4
        assert whole(merged) == both_at_once
        assert gradebook(course)["ada"] == 2


def whole(merged: Merged) -> list[GradeReport]:
    """The reports after a merge, as those of a run."""
    return [
        replace(timeless(each), is_reused=False) for each in merged.reports["squares"]
    ]
