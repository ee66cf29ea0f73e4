"""Whatever is killed, at whatever moment: the batch completes, nothing is left."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from autograder.config import Settings
from autograder.grading.batch import grade_hand_ins
from autograder.grading.hand_in import hand_ins
from autograder.model import Status
from autograder.sandbox.runfolder import sweep
from tests.attacks.attack import Attack
from tests.attacks.classroom import hand_in
from tests.attacks.course import ASSIGNMENT, POINTS, Canaries, make_course
from tests.attacks.processes import adopting, descendants, left_since, now

pytestmark = pytest.mark.slow

#: In the command of the fork server, and of whatever is forked from it.
SERVER = "autograder.execution.zygote"

CLASS = [f"student-{number}" for number in range(6)]


def found_at(depth: int, text: str) -> list[int]:
    """Processes so far below this one whose command has the text."""
    return [
        pid
        for pid, (level, command) in descendants().items()
        if level == depth and text in command
    ]


def workers() -> list[int]:
    """Processes that grade."""
    return found_at(1, "spawn_main")


def servers() -> list[int]:
    """The first fork server; those that workers use are forked from it."""
    return found_at(1, SERVER)


def lent_servers() -> list[int]:
    """Fork servers that the first one has forked for workers."""
    return found_at(2, SERVER)


def supervisors() -> list[int]:
    """What waits outside for the end of a box."""
    return found_at(3, SERVER)


def kernels() -> list[int]:
    """First processes of boxes."""
    return found_at(4, SERVER)


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A course and its class; each submission takes a third of a second."""
    root = tmp_path_factory.mktemp("course")
    settings = make_course(root)
    for student in CLASS:
        slow = Attack(student, opening="import time; time.sleep(0.3)")
        hand_in(settings, slow, Canaries(root, "NONE"))
    return settings


@pytest.fixture
def before() -> Iterator[set[int]]:
    """The processes below this one as it begins; later also all orphans of its."""
    with adopting() as there:
        yield there


def kill_one(
    victims: Callable[[], list[int]], before: set[int], is_over: threading.Event
) -> bool:
    """Kill the first victim that is seen while a kernel runs."""
    while not is_over.wait(0.02):
        found = sorted(set(victims()) - before) if kernels() else []
        if found:
            time.sleep(0.1)
            with contextlib.suppress(ProcessLookupError):
                os.kill(found[0], signal.SIGKILL)
                return True
    return False


@pytest.mark.parametrize(
    "victims", [workers, servers, lent_servers, supervisors, kernels]
)
def test_a_kill_costs_nobody_a_point(settings, before, victims):
    is_over = threading.Event()
    with ThreadPoolExecutor(1) as pool:
        killing = pool.submit(kill_one, victims, before, is_over)
        try:
            submissions = hand_ins(settings.assignment(ASSIGNMENT))
            results = list(
                grade_hand_ins(settings.assignment(ASSIGNMENT), submissions, workers=2)
            )
        finally:
            is_over.set()
        assert killing.result()
    reports = [result.report for result in results]
    assert sorted(report.student for report in reports) == CLASS
    assert {report.status for report in reports} == {Status.GRADED}
    assert {report.score for report in reports} == {float(sum(POINTS.values()))}
    assert left_since(before) == []


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_nobody_goes_on_when_the_command_is_ended(settings, before, tmp_path, number):
    command = ["-m", "autograder.cli", "grade", ASSIGNMENT, "--force"]
    grading = subprocess.Popen(
        [sys.executable, *command],
        cwd=settings.course_root,
        env={**os.environ, "TMPDIR": str(tmp_path)},
        stdout=subprocess.DEVNULL,
    )
    try:
        while grading.poll() is None and not any("zygote" in c for c in now(before)):
            time.sleep(0.02)
        time.sleep(1)  # in the midst of imports, or of grading
        assert grading.poll() is None
        assert len(now(before)) > 2
    finally:
        grading.send_signal(number)
        grading.wait()
    assert left_since(before) == []
    sweep(tmp_path)  # as the next run does at its start; after a kill there is need
    assert list(tmp_path.iterdir()) == []
