"""The command with its real workers, kernels and fork server, any of them killed."""

from __future__ import annotations

import contextlib
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


def begun(place: Place, before: set[int], rng: random.Random) -> subprocess.Popen[str]:
    """A run that imports, hires or grades at this moment, with something to do."""
    place.room.hand_in(*place.room.students)
    run = begin(place)
    while run.poll() is None and len(now(before)) < 4:
        time.sleep(0.02)
    time.sleep(rng.uniform(0, 3))
    return run


def end(run: subprocess.Popen[str], before: set[int]) -> str:
    """Wait for a run's end; what it has said. No process is left of it."""
    errors = run.communicate(timeout=300)[1]
    assert left_since(before) == []
    return errors


def test_any_process_may_be_killed_at_any_moment(place, before, seed):
    rng = random.Random(seed)
    # one of its processes, which it outlives, then itself
    run = begun(place, before, rng)
    if victims := sorted(set(descendants()) - before - {run.pid}):
        with contextlib.suppress(ProcessLookupError):
            os.kill(rng.choice(victims), signal.SIGKILL)
    assert end(run, before).count("\n") == (run.returncode == 1)
    run = begun(place, before, rng)
    run.kill()
    assert end(run, before) == ""
    # Ctrl-C: one line, and nothing is left behind
    run = begun(place, before, rng)
    run.send_signal(signal.SIGINT)
    if errors := end(run, before):
        assert (run.returncode, errors) == (
            130,
            "interrupted; what was graded is kept\n",
        )
    assert list(place.temporary.iterdir()) == []
    run = begin(place)
    assert (end(run, before), run.returncode) == ("", 0)
    assert broken(place) == []
