"""Two runs at once: the second says who is at work, and waits."""

from __future__ import annotations

import re
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.survival.command import Command
from tests.survival.invariants import broken

pytestmark = pytest.mark.slow


@pytest.fixture
def second(command: Command, tmp_path: Path) -> Iterator[Command]:
    """Another command in the same course."""
    folder = tmp_path / "second"
    folder.mkdir()
    made = Command(command.room, folder, log=command.log)
    yield made
    made.close()


def waiting(first: int) -> str:
    """What the second one says of the first, as a pattern."""
    return (
        rf"another `autograder grade numbers` \(process {first}, since \d\d:\d\d\) is "
        r"running; waiting for it\n"
    )


def test_the_second_run_waits_and_grades_nobody_again(command, second):
    started = time.monotonic()
    first = command.begin(pace_s=0.3)
    command.wait_for("run", command.log)
    second.begin()
    ends = command.end(started), second.end(started)
    assert [each.code for each in ends] == [0, 0]
    assert ends[0].errors == ""
    assert re.fullmatch(waiting(first), ends[1].errors)
    assert command.log.read_text().count("kept") == len(command.room.students)
    assert broken(command) == []


def test_ctrl_c_ends_the_wait_and_disturbs_nobody(command, second):
    started = time.monotonic()
    first = command.begin(pace_s=1)
    command.wait_for("run", command.log)
    waits = second.begin()
    second.wait_for("waiting", second.errors)
    ended = second.signalled(waits, signal.SIGINT, started)
    assert ended.code == 130
    lines = f"{waiting(first)}interrupted; what was graded is kept\n"
    assert re.fullmatch(lines, ended.errors)
    assert command.end(started).code == 0
    assert broken(command) == []


def test_who_waits_for_a_run_that_is_killed_goes_on(command, second):
    started = time.monotonic()
    first = command.begin(pace_s=1)
    command.wait_for("kept", command.log)
    second.begin()
    second.wait_for("waiting", second.errors)
    assert command.signalled(first, signal.SIGKILL, started).code == -9
    assert second.end(started).code == 0
    second.run()  # its temporary files are the dead one's heirs
    assert broken(second) == []
