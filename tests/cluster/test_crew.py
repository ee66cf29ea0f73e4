"""A class graded by Dask workers: separate processes, here all on one machine."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from autograder.bench.measure import tree
from autograder.cluster.crew import DaskCrew
from autograder.config import Settings, load_settings
from autograder.errors import AutograderError
from autograder.grading.course import grade_class
from autograder.grading.messages import Job
from autograder.model import GradeReport, Outcome
from autograder.results import Store
from tests.courses import add_checks, files, hand_in, run_autograder

RIGHT = "def square(x):\n    return x**2"
WRONG = "def square(x):\n    return x + x"
HANGING = "def square(x):\n    while True:\n        pass"
SLOW = "import time\ntime.sleep(1)\ndef square(x):\n    return x**2"

Start = Callable[..., subprocess.Popen[bytes]]


def wait_until(is_so: Callable[[], object], timeout_s: float = 60) -> None:
    deadline = time.monotonic() + timeout_s
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.1)


@pytest.fixture(scope="module")
def scheduler(tmp_path_factory) -> Iterator[str]:
    """The address of a scheduler."""
    pytest.importorskip("distributed", reason="dask[distributed] isn't installed")
    path = tmp_path_factory.mktemp("dask") / "scheduler.json"
    command = [sys.executable, "-m", "dask", "scheduler", "--no-dashboard"]
    place = ["--host", "127.0.0.1", "--port", "0", "--scheduler-file", str(path)]
    process = subprocess.Popen([*command, *place], stderr=subprocess.DEVNULL)
    wait_until(lambda: path.exists() and path.read_text("utf-8").endswith("}"))
    yield json.loads(path.read_text("utf-8"))["address"]
    process.terminate()
    process.wait()


@pytest.fixture
def start_worker(scheduler, tmp_path) -> Iterator[Start]:
    """Start a Dask worker with one thread; each is ended with the test."""
    started = []

    def start(*options: str, **variables: str) -> subprocess.Popen[bytes]:
        folder = tmp_path / f"worker-{len(started)}"
        command = [sys.executable, "-m", "dask", "worker", scheduler, "--no-nanny"]
        place = ["--host", "127.0.0.1", "--local-directory", str(folder)]
        size = ["--nthreads", "1", "--no-dashboard"]
        process = subprocess.Popen(
            [*command, *place, *size, *options],
            env={**os.environ, **variables},
            stderr=subprocess.DEVNULL,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.terminate()
    for process in started:
        process.wait()


@pytest.fixture
def course(make_course, tmp_path, monkeypatch) -> Settings:
    monkeypatch.chdir(tmp_path)
    settings = make_course(
        'c.Autograder.wall = "process"', "c.Autograder.call_timeout_s = 1"
    )
    add_checks(settings)
    return settings


def on(scheduler: str):
    return lambda assignment, _jobs: DaskCrew(assignment, scheduler)


def timeless(report: GradeReport) -> GradeReport:
    """A report without its times."""
    exercises = tuple(
        replace(each, checks=tuple(replace(check, seconds=0) for check in each.checks))
        for each in report.exercises
    )
    return replace(report, exercises=exercises, seconds=0, timings={})


@pytest.mark.slow
def test_a_cluster_gives_the_results_of_this_machine(scheduler, start_worker, course):
    hand_in(course, "ada", RIGHT)
    path = hand_in(course, "bob", WRONG)
    (path.parent / "helper.py").write_text("x = 1\n", encoding="utf-8")
    hand_in(course, "cleo").write_text("{")
    hand_in(course, "dan", HANGING)
    assignment = course.assignment("squares")
    here = grade_class(assignment, workers=1)
    notebooks = files(course.autograded_directory)

    workers = [start_worker(), start_worker()]
    there = grade_class(assignment, hire=on(scheduler), force=True)

    assert [timeless(each) for each in there] == [timeless(each) for each in here]
    assert [each.score for each in there] == [2, 0, 0, 0]
    assert there[3].exercises[0].outcome is Outcome.TIMED_OUT
    assert files(course.autograded_directory) == notebooks
    for worker in workers:  # its processes are gone
        wait_until(lambda pid=worker.pid: tree(pid) == [pid])
    again = grade_class(assignment, hire=on("tcp://127.0.0.1:1"))
    assert all(each.is_reused for each in again)  # and no scheduler was asked


@pytest.mark.slow
def test_what_a_lost_worker_was_at_is_graded_by_another(
    scheduler, start_worker, course
):
    students = [f"student-{number}" for number in range(4)]
    for student in students:
        hand_in(course, student, SLOW)
    workers = [start_worker(), start_worker()]
    killed = []

    def tick(*_told: object) -> None:
        if not killed:
            killed.append(workers[0])
            os.kill(workers[0].pid, signal.SIGKILL)

    reports = grade_class(
        course.assignment("squares"), hire=on(scheduler), tick=tick, force=True
    )
    assert [(each.student, each.score) for each in reports] == [
        (student, 2.0) for student in students
    ]


@pytest.mark.slow
def test_a_coordinator_that_is_killed_goes_on_where_it_was(
    scheduler, start_worker, course
):
    students = [f"student-{number}" for number in range(3)]
    for student in students:
        hand_in(course, student, SLOW)
    worker = start_worker()
    code = "from autograder.cli import main; main()"
    process = subprocess.Popen(
        [sys.executable, "-c", code, "grade", "squares", "--scheduler", scheduler],
        cwd=course.course_root,
        stdout=subprocess.DEVNULL,
    )

    def kept() -> set[str]:
        with Store(course.results_directory, writes=False) as store:
            return {student for student, _ in store.keys("squares")}

    wait_until(kept)
    process.kill()
    process.wait()
    before = kept()
    reports = grade_class(course.assignment("squares"), hire=on(scheduler))
    assert [each.score for each in reports] == [2.0] * 3
    assert {each.student for each in reports if each.is_reused} == before
    assert worker.poll() is None


@pytest.mark.slow
def test_a_worker_without_the_wall_refuses(scheduler, start_worker, course, tmp_path):
    config = tmp_path / "course_config.py"
    config.write_text('c = get_config()\nc.Autograder.wall = "full"\n', "utf-8")
    hand_in(course, "ada", RIGHT)
    walled = load_settings(config).assignment("squares")
    # There the course would lie where every submission can read it.
    with tempfile.TemporaryDirectory(prefix="t", dir=sys.prefix) as seen:
        start_worker(TMPDIR=seen)
        with pytest.raises(AutograderError) as caught:
            grade_class(walled, hire=on(scheduler))
    assert str(caught.value).startswith(f"{socket.gethostname()}: {seen}/")
    assert "which every submission can read" in str(caught.value)
    with Store(course.results_directory, writes=False) as store:
        assert store.keys("squares") == {}


@pytest.mark.parametrize(
    ("device", "asked"), [("cpu", None), ("cuda", {"GPU": 1})], ids=["cpu", "cuda"]
)
def test_only_checks_on_a_gpu_ask_for_a_worker_that_offers_one(course, device, asked):
    pytest.importorskip("distributed", reason="dask[distributed] isn't installed")

    class Client:
        def submit(self, *_values: object, resources: object, **_options: object):
            return resources

    crew = DaskCrew(course.assignment("squares", device), "tcp://127.0.0.1:1")
    crew._client = Client()
    assert crew._submitted(Job("ada", str(hand_in(course, "ada", RIGHT)))) == asked


def test_a_scheduler_that_is_not_there_is_one_line(course):
    pytest.importorskip("distributed", reason="dask[distributed] isn't installed")
    hand_in(course, "ada", RIGHT)
    done = run_autograder(
        "grade", "squares", "--scheduler", "tcp://127.0.0.1:1", cwd=course.course_root
    )
    assert done.returncode == 1
    [line] = done.stderr.splitlines()
    assert line.startswith(
        "error the scheduler at tcp://127.0.0.1:1 can't be reached: "
    )


def test_without_dask_one_line_says_what_to_install(course, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(AutograderError) as caught:
        DaskCrew(course.assignment("squares"), "tcp://127.0.0.1:1")
    assert str(caught.value) == (
        "--scheduler needs Dask, which isn't installed. Install it with `pip install "
        "'autograder[dask]'`, here and for the workers."
    )
