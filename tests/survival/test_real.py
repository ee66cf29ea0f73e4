"""The command with its real workers, kernels and fork server, any of them killed."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from tests.attacks.course import ASSIGNMENT, POINTS
from tests.attacks.processes import adopting, descendants, left_since, now
from tests.survival.classroom import Classroom
from tests.survival.invariants import Place, broken

pytestmark = pytest.mark.slow

#: What may end a command, and how.
SIGNALS = (signal.SIGKILL, signal.SIGTERM, signal.SIGINT)


class RealClassroom(Classroom):
    """Everybody's answers are right."""

    def expected(self, student: str) -> dict[str, float]:
        return {name: float(points) for name, points in POINTS.items()}

    def shows_more(self, student: str) -> bool:
        return False


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    folder = tmp_path_factory.mktemp("real")
    for name in ("course", "t"):
        (folder / name).mkdir()
    (folder / "log").touch()
    room = RealClassroom(folder / "course", students=3)
    return Place(room, folder / "log", folder / "t")


@pytest.fixture
def before() -> Iterator[set[int]]:
    with adopting() as there:
        yield there


def begin(place: Place) -> subprocess.Popen[str]:
    """Begin the command, with two workers."""
    arguments = ["-m", "autograder.cli", "grade", ASSIGNMENT, "--workers", "2"]
    return subprocess.Popen(
        [sys.executable, *arguments],
        cwd=place.room.settings.course_root,
        env={**os.environ, "TMPDIR": str(place.temporary), "COLUMNS": "300"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )


def go_on(place: Place, before: set[int]) -> float:
    """All is right after another run, which is gone when it has ended; its seconds."""
    started = time.monotonic()
    run = begin(place)
    assert run.communicate()[1] == ""
    assert run.returncode == 0
    assert left_since(before) == []
    assert broken(place) == []
    return time.monotonic() - started


def test_any_process_may_be_killed_at_any_moment(
    place, before, request, record_property
):
    rng = random.Random(request.config.getoption("--kill-seed"))
    seconds = go_on(place, before)
    for _ in range(request.config.getoption("--real-kills")):
        place.room.hand_in(*place.room.students)
        run = begin(place)
        time.sleep(rng.uniform(0.3, 0.9) * seconds)
        ours = sorted(set(descendants()) - before - {run.pid})
        if ours and rng.random() < 0.5:
            os.kill(rng.choice(ours), signal.SIGKILL)
            run.communicate()
            assert run.returncode in (0, 1, 3)
        else:
            signalled, number = time.monotonic(), rng.choice(SIGNALS)
            run.send_signal(number)
            errors = run.communicate()[1]
            record_property(number.name, time.monotonic() - signalled)
            assert run.returncode in (0, -number, 128 + number)
            assert errors.count("\n") == (run.returncode > 128)
        assert left_since(before) == []
        go_on(place, before)


def test_ctrl_c_is_one_line_and_takes_all_processes_along(
    place, before, record_property
):
    place.room.hand_in(*place.room.students)
    run = begin(place)
    while run.poll() is None and len(now(before)) < 4:
        time.sleep(0.02)
    started = time.monotonic()
    run.send_signal(signal.SIGINT)
    errors = run.communicate()[1]
    record_property("seconds", time.monotonic() - started)
    assert (run.returncode, errors) == (130, "interrupted; what was graded is kept\n")
    assert left_since(before) == []
    assert list(place.temporary.iterdir()) == []
    go_on(place, before)
