"""Jobs out, answers in, the dead replaced: with stand-ins for the workers."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from autograder.errors import AutograderError
from autograder.grading import pool, progress, watchdog
from autograder.grading.messages import Answer, Failure, Job
from autograder.grading.pool import Crew, run_jobs
from tests.grading_rooms import workers


@pytest.fixture
def settings(make_course):
    return make_course('c.Autograder.wall = "process"')


def told_by(answer: Answer | Failure) -> Any:
    """What a stand-in has told in the place of a report, or why there is none."""
    return answer.report if isinstance(answer, Answer) else answer


@pytest.fixture
def answers(settings, monkeypatch):
    """Run jobs for students; what each got, in the order of finishing."""

    def run(*students: str, number: int = 2, work=workers.work):
        monkeypatch.setattr(pool, "_work", work)
        jobs = [Job(student, f"/{student}.ipynb") for student in students]
        found = run_jobs(jobs, settings.assignment("squares"), workers=number)
        return [(job.student, told_by(answer)) for job, answer in found]

    return run


@pytest.mark.parametrize("number", [1, 2, 4])
def test_every_job_is_answered_once(answers, number):
    students = [f"student-{n}" for n in range(6)]
    found = answers(*students, number=number)
    assert sorted(student for student, _ in found) == students
    assert all(answer["student"] == student for student, answer in found)
    assert {answer["path"] for _, answer in found} == {f"/{s}.ipynb" for s in students}
    assert len({answer["pid"] for _, answer in found}) <= number


def test_a_crew_grades_again_though_one_of_it_has_died(settings, monkeypatch):
    monkeypatch.setattr(pool, "_work", workers.work)
    with Crew(settings.assignment("squares"), size=2) as crew:
        for students in (["ada", "lethal"], ["bob", "cleo", "dan"], []):
            jobs = [Job(student, f"/{student}.ipynb") for student in students]
            assert sorted(job.student for job, _ in crew.grade(jobs)) == students


def test_no_job_needs_no_worker(answers):
    assert answers(work=workers.stillborn) == []


def test_a_job_whose_worker_dies_is_given_to_another(answers):
    found = dict(answers("ada", "lethal-once", "bob", number=1))
    assert {student: answer["student"] for student, answer in found.items()} == {
        "ada": "ada",
        "lethal-once": "lethal-once",
        "bob": "bob",
    }
    assert found["lethal-once"]["pid"] != found["ada"]["pid"]


@pytest.mark.parametrize("number", [1, 2])
def test_a_job_that_kills_two_workers_is_given_up_and_the_others_go_on(answers, number):
    found = dict(answers("ada", "lethal", "bob", "cleo", number=number))
    assert found.pop("lethal") == Failure("its worker process died twice")
    assert {answer["student"] for answer in found.values()} == {"ada", "bob", "cleo"}


def test_one_worker_that_never_gets_ready_is_replaced(answers):
    found = answers("ada", "bob", number=1, work=workers.stillborn_once)
    assert sorted(student for student, _ in found) == ["ada", "bob"]


def test_workers_that_never_get_ready_are_an_error(answers):
    with pytest.raises(AutograderError) as caught:
        answers("ada", "bob", number=1, work=workers.stillborn)
    assert str(caught.value) == (
        "squares: a worker ended before its first job (exit code 7); "
        "run `autograder doctor`"
    )


def test_a_reason_not_to_begin_is_an_error(answers):
    with pytest.raises(AutograderError) as caught:
        answers("ada", "bob", work=workers.refused)
    assert str(caught.value) == "tests/grading/squares: no checks"


def test_no_worker_is_left_behind_by_one_who_stops_listening(settings, monkeypatch):
    monkeypatch.setattr(pool, "_work", workers.work)
    jobs = [Job(f"student-{n}", "") for n in range(9)]
    found = run_jobs(jobs, settings.assignment("squares"), workers=2)
    next(found)
    assert multiprocessing.active_children()
    found.close()
    assert multiprocessing.active_children() == []


class TestHanging:
    """Each limit is a moment here, and workers are looked at all the time."""

    @pytest.fixture
    def settings(self, make_course):
        return make_course(
            'c.Autograder.wall = "process"', "c.Autograder.check_timeout_s = 0.3"
        )

    @pytest.fixture(autouse=True)
    def quick(self, monkeypatch):
        monkeypatch.setattr(watchdog, "PULSE_S", 0.05)
        monkeypatch.setattr(watchdog, "STOPPED_S", 0.3)

    def test_the_rest_of_the_submission_and_of_the_class_is_graded(self, answers):
        found = dict(answers("ada", "bob+a", "cleo", number=1, work=workers.hanging))
        told = "test_a did not finish and was stopped"
        assert {name: answer["left_out"] for name, answer in found.items()} == {
            "ada": {},
            "bob+a": {"a": told},
            "cleo": {},
        }

    def test_each_exercise_that_hangs_is_left_out(self, answers):
        [(_, answer)] = answers("ada+a+b", number=1, work=workers.hanging)
        assert set(answer["left_out"]) == {"a", "b"}

    def test_a_submission_on_which_too_much_hangs_is_given_up(self, answers):
        found = dict(answers("ada+a+b+c+d", "bob", number=1, work=workers.hanging))
        assert found["bob"]["student"] == "bob"
        assert found["ada+a+b+c+d"] == Failure(
            "its worker was ended: test_d did not finish and was stopped"
        )

    def test_an_oracle_that_lets_nobody_through_is_asked_no_more(self, answers):
        students = [f"student-{n}+a" for n in range(5)]
        found = dict(answers(*students, number=1, work=workers.hanging))
        told = [found[each]["left_out"]["a"] for each in students]
        alone = "test_a did not finish and was stopped"
        assert told == [alone] * 3 + [f"{alone}, for 3 submissions"] * 2

    @pytest.mark.skipif(sys.platform != "linux", reason="read from /proc")
    def test_a_stopped_worker_is_replaced_and_costs_nothing(self, answers):
        found = dict(answers("ada", "stopped", "bob", number=1, work=workers.hanging))
        assert {each: answer["left_out"] for each, answer in found.items()} == {
            "ada": {},
            "stopped": {},
            "bob": {},
        }

    def test_tests_that_are_never_collected_are_an_error(self, answers, monkeypatch):
        monkeypatch.setattr(progress, "START_S", 0.3)
        with pytest.raises(AutograderError) as caught:
            answers("ada", number=1, work=workers.never_ready)
        assert str(caught.value) == (
            "squares: a worker did not get ready: it made no progress for 0 s "
            "(collecting the grading tests). Look for code that never ends when the "
            "grading tests are imported."
        )
        assert multiprocessing.active_children() == []


class TestLeftBehind:
    @pytest.fixture(autouse=True)
    def temporary(self, tmp_path, monkeypatch) -> Iterator[Path]:
        """Where temporary files go: in a folder with a short path, as it must have.

        `tmp_path` only has pytest make its own folder first, outside of this one.
        """
        monkeypatch.setattr(watchdog, "PULSE_S", 0.05)
        monkeypatch.setattr(watchdog, "STOPPED_S", 0.3)
        with tempfile.TemporaryDirectory(prefix="t-", dir="/tmp") as folder:
            monkeypatch.setattr(tempfile, "tempdir", folder)
            yield Path(folder)

    def test_nothing_is_left_by_workers_that_were_killed(self, answers, temporary):
        found = answers("ada", "stopped", "bob", number=2, work=workers.hanging)
        assert len(found) == 3
        assert list(temporary.iterdir()) == []

    def test_nothing_is_left_by_an_interrupt(self, settings, monkeypatch, temporary):
        monkeypatch.setattr(pool, "_work", workers.hanging)
        jobs = [Job(name, "") for name in ("ada", "bob+a")]

        def interrupt() -> None:
            with Crew(settings.assignment("squares"), size=2) as crew:
                next(crew.grade(jobs))
                assert list(temporary.rglob("file"))
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            interrupt()
        assert list(temporary.iterdir()) == []
        assert multiprocessing.active_children() == []

    def test_a_worker_does_not_hear_ctrl_c(self, settings, monkeypatch):
        """It goes to all processes of a terminal, and only one has a word to say."""
        monkeypatch.setattr(pool, "_work", workers.work)
        with Crew(settings.assignment("squares"), size=1) as crew:
            (child,) = multiprocessing.active_children()
            os.kill(child.pid, signal.SIGINT)  # while it imports
            [(_, answer)] = crew.grade([Job("ada", "")])
            assert told_by(answer)["pid"] == child.pid
