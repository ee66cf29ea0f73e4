"""Whatever is killed, at whatever moment: the batch completes, nothing is left."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from autograder.grading.batch import grade_hand_ins, hand_ins
from autograder.model import Status
from tests.attacks.attack import Attack
from tests.attacks.classroom import hand_in
from tests.attacks.course import ASSIGNMENT, POINTS, Canaries, make_course

pytestmark = pytest.mark.slow

CLASS = [f"student-{number}" for number in range(6)]


def processes() -> Iterator[tuple[int, int, str]]:
    """Every process: its id, its parent's, its command."""
    for folder in Path("/proc").iterdir():
        with contextlib.suppress(OSError, ValueError, UnicodeDecodeError):
            command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            state, parent, *_ = (folder / "stat").read_text().rpartition(")")[2].split()
            if state != "Z":
                yield int(folder.name), int(parent), command


def descendants() -> dict[int, tuple[int, str]]:
    """Processes below this one: how deep, and the command."""
    everybody = list(processes())
    found: dict[int, tuple[int, str]] = {}
    level, depth = {os.getpid()}, 0
    while level:
        depth += 1
        level = {pid for pid, parent, _ in everybody if parent in level}
        found |= {pid: (depth, c) for pid, _, c in everybody if pid in level}
    return found


def workers() -> list[int]:
    """Processes that grade."""
    return [
        pid
        for pid, (depth, command) in descendants().items()
        if depth == 1 and "spawn_main" in command
    ]


def servers() -> list[int]:
    """The first fork server; those that workers use are forked from it."""
    return [
        pid
        for pid, (depth, command) in descendants().items()
        if depth == 1 and "autograder.execution.zygote" in command
    ]


def lent_servers() -> list[int]:
    """Fork servers that the first one has forked for workers."""
    return [
        pid
        for pid, (depth, command) in descendants().items()
        if depth == 2 and "autograder.execution.zygote" in command
    ]


def supervisors() -> list[int]:
    """What waits outside for the end of a box."""
    return [
        pid
        for pid, (depth, command) in descendants().items()
        if depth == 3 and "autograder.execution.zygote" in command
    ]


def kernels() -> list[int]:
    """First processes of boxes."""
    return [
        pid
        for pid, (depth, command) in descendants().items()
        if depth == 4 and "autograder.execution.zygote" in command
    ]


@pytest.mark.parametrize(
    "victims", [workers, servers, lent_servers, supervisors, kernels]
)
def test_a_kill_costs_nobody_a_point(tmp_path: Path, victims: Callable[[], list[int]]):
    settings = make_course(tmp_path)
    for student in CLASS:
        slow = {"opening": "import time; time.sleep(0.3)"}
        hand_in(settings, Attack(student, **slow), Canaries(tmp_path, "NONE"))
    before = set(descendants())
    killed: list[int] = []
    is_over = threading.Event()

    def kill_one() -> None:
        """Kill the first that is seen while a kernel runs."""
        while not killed and not is_over.wait(0.02):
            found = sorted(set(victims()) - before) if kernels() else []
            if found:
                time.sleep(0.1)
                with contextlib.suppress(ProcessLookupError):
                    os.kill(found[0], signal.SIGKILL)
                    killed.append(found[0])

    killer = threading.Thread(target=kill_one)
    killer.start()
    try:
        submissions = hand_ins(settings, ASSIGNMENT)
        results = list(grade_hand_ins(settings, ASSIGNMENT, submissions, workers=2))
    finally:
        is_over.set()
        killer.join()
    assert killed
    reports = [result.report for result in results]
    assert sorted(report.student for report in reports) == CLASS
    assert {report.status for report in reports} == {Status.GRADED}
    assert {report.score for report in reports} == {float(sum(POINTS.values()))}
    left = {pid: c for pid, (_, c) in descendants().items() if pid not in before}
    assert [c for c in left.values() if "resource_tracker" not in c] == []
