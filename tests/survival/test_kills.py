"""Killed at whatever moment: the next run goes on, and nobody sees a difference.

By hand, for longer and with another seed:
    python -m pytest tests/survival/test_kills.py --kills 200 --kill-seed 7
"""

from __future__ import annotations

import random
import signal
from collections.abc import Callable

import pytest

from tests.attacks.course import POINTS
from tests.survival.command import Command, some
from tests.survival.invariants import broken

pytestmark = pytest.mark.slow

SIGNALS = (signal.SIGKILL, signal.SIGKILL, signal.SIGTERM, signal.SIGINT)


def change(command: Command, rng: random.Random) -> None:
    """Hand in anew, change checks, or neither: the killed run then has less to do."""
    room = command.room
    room.hand_in(*some(rng, room.students))
    if rng.random() < 0.3:
        room.change_checks(rng.choice(list(POINTS)))


def test_kills_at_random_moments(command, kills, seed, record_property):
    kill_again_and_again(command, kills, seed, record_property)


def kill_again_and_again(
    command: Command,
    kills: int,
    seed: int,
    tell: Callable[[str, object], None],
) -> None:
    """Kill runs at random moments; look at what is there after one that was not."""
    rng = random.Random(seed)
    assert command.run().code == 0
    command.room.hand_in(*command.room.students)
    longest = command.run().seconds
    killed = completed = 0
    while killed < kills:
        change(command, rng)
        for _ in range(rng.choice((1, 2, 3, 4))):
            number = rng.choice(SIGNALS)
            ended = command.killed(number, rng.uniform(0, longest))
            about = f"seed {seed}, after {killed} kills, {number.name}: {ended}"
            assert ended.code in (0, -number, 128 + number), about
            assert ended.errors.count("\n") == (ended.code > 128), about
            killed += ended.code != 0
        done = command.run()
        completed += 1
        about = f"seed {seed}, {killed} kills, {completed} runs"
        assert (done.code, done.errors) == (0, ""), f"{about}: {done}"
        longest = 0.8 * longest + 0.2 * done.seconds
        assert broken(command) == [], about
        if completed % 5 == 0:
            assert_idle(command, about)
    tell("kills", killed)
    tell("runs to the end", completed)


def assert_idle(command: Command, about: str) -> None:
    """One more run has nothing to do, and does nothing."""
    root = command.room.settings.course_root
    before = state(root), command.log.read_bytes()
    assert command.run().code == 0
    assert (state(root), command.log.read_bytes()) == before, about


def state(root) -> dict[str, tuple[int, int]]:
    """What changes when a file is written: all files, but for locks."""
    return {
        str(path): (path.stat().st_ino, path.stat().st_mtime_ns)
        for path in root.rglob("*")
        if path.is_file() and "locks" not in path.parts
    }
