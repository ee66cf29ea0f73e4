"""Jobs out, answers in, the dead replaced: with stand-ins for the workers."""

from __future__ import annotations

import multiprocessing

import pytest

from autograder.errors import AutograderError
from autograder.grading import pool
from autograder.grading.pool import Crew, Job, run_jobs
from tests.grading_rooms import workers


@pytest.fixture
def settings(make_course):
    return make_course('c.Autograder.wall = "process"')


@pytest.fixture
def answers(settings, monkeypatch):
    """Run jobs for students; what each got, in the order of finishing."""

    def run(*students: str, number: int = 2, work=workers.work):
        monkeypatch.setattr(pool, "_work", work)
        jobs = [Job(student, f"/{student}.ipynb") for student in students]
        found = run_jobs(jobs, settings, "squares", device="cpu", workers=number)
        return [(job.student, answer) for job, answer in found]

    return run


@pytest.mark.parametrize("number", [1, 2, 4])
def test_every_job_is_answered_once(answers, number):
    students = [f"student-{n}" for n in range(6)]
    found = answers(*students, number=number)
    assert sorted(student for student, _ in found) == students
    assert all(answer["report"] == student for student, answer in found)
    assert {answer["path"] for _, answer in found} == {f"/{s}.ipynb" for s in students}
    assert len({answer["pid"] for _, answer in found}) <= number


def test_a_crew_grades_again_though_one_of_it_has_died(settings, monkeypatch):
    monkeypatch.setattr(pool, "_work", workers.work)
    with Crew(settings, "squares", device="cpu", size=2) as crew:
        for students in (["ada", "lethal"], ["bob", "cleo", "dan"], []):
            jobs = [Job(student, f"/{student}.ipynb") for student in students]
            assert sorted(job.student for job, _ in crew.grade(jobs)) == students


def test_no_job_needs_no_worker(answers):
    assert answers(work=workers.stillborn) == []


def test_a_job_whose_worker_dies_is_given_to_another(answers):
    found = dict(answers("ada", "lethal-once", "bob", number=1))
    assert {student: answer["report"] for student, answer in found.items()} == {
        "ada": "ada",
        "lethal-once": "lethal-once",
        "bob": "bob",
    }
    assert found["lethal-once"]["pid"] != found["ada"]["pid"]


@pytest.mark.parametrize("number", [1, 2])
def test_a_job_that_kills_two_workers_is_given_up_and_the_others_go_on(answers, number):
    found = dict(answers("ada", "lethal", "bob", "cleo", number=number))
    assert found.pop("lethal") == {"failure": "its worker process died twice"}
    assert {answer["report"] for answer in found.values()} == {"ada", "bob", "cleo"}


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
    found = run_jobs(jobs, settings, "squares", device="cpu", workers=2)
    next(found)
    assert multiprocessing.active_children()
    found.close()
    assert multiprocessing.active_children() == []
