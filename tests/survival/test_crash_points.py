"""Stopped at each boundary of what is written: the next run goes on.

A run ends there as by a power cut, or the disk is full there.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.survival.boundaries import BOUNDARIES
from tests.survival.classroom import Classroom
from tests.survival.command import Command
from tests.survival.invariants import broken

#: Where a disk may be full; between them nothing is written.
FULL = (
    "open the store",
    "open the gradebook",
    "put",
    "begin to write",
    "note that it is not written",
    "rename a draft",
    "commit scores",
    "note that it is written",
    "note the gradebook's state",
)

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def command(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Command]:
    """A class of three that has been graded once."""
    folder = tmp_path_factory.mktemp("survival")
    (folder / "course").mkdir()
    made = Command(Classroom(folder / "course", students=3), folder)
    assert made.run().code == 0
    yield made
    made.close()


def stop_and_go_on(command: Command, name: str, *, is_after: bool, how: str) -> None:
    """Stop a run at a boundary, then let another come to its end."""
    command.room.hand_in(*command.room.students)
    stopped = command.run(stop={"name": name, "is_after": is_after, "how": how})
    if how == "exit":
        assert (stopped.code, stopped.errors) == (99, "")
    else:
        assert stopped.code in (1, 3), stopped
        assert stopped.errors.count("\n") == (stopped.code == 1), stopped
        assert "No space left on device" in stopped.said, stopped.said
    done = command.run()
    assert (done.code, done.errors) == (0, "")
    assert broken(command) == []


@pytest.mark.parametrize("is_after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("name", BOUNDARIES)
def test_the_end_at_any_boundary_loses_nothing(command, name, is_after):
    stop_and_go_on(command, name, is_after=is_after, how="exit")


@pytest.mark.parametrize("name", FULL)
def test_a_disk_that_is_full_at_any_boundary_is_one_line(command, name):
    stop_and_go_on(command, name, is_after=False, how="full")
