"""autograder.sandbox.sharing: a box weighs as much as one program."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.sandbox.sharing import descendants, niceness, share_fairly

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads Linux's /proc")

#: Starts so many children, in sessions of their own where asked, and sleeps.
PARENT = """
import os, sys, time
for _ in range(int(sys.argv[1])):
    if os.fork() == 0:
        if sys.argv[2] == "apart":
            os.setsid()
        time.sleep(60)
        os._exit(0)
print("ready", flush=True)
time.sleep(60)
"""


@pytest.fixture
def parent(request: pytest.FixtureRequest) -> Iterator[int]:
    """A process in a group of its own with children below it."""
    count, where = request.param
    process = subprocess.Popen(
        [sys.executable, "-S", "-c", PARENT, str(count), where],
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n"
    time.sleep(0.2)  # until the last child has its session
    below = descendants(process.pid)
    yield process.pid
    for pid in (*below, process.pid):
        os.kill(pid, 9)
    process.wait()


@pytest.mark.parametrize(
    ("processes", "nice"), [(0, 0), (2, 0), (3, 5), (8, 10), (125, 19)]
)
def test_together_they_weigh_no_more_than_one(processes, nice):
    assert niceness(processes) == nice
    weight = processes * 1024 / 1.25**nice
    assert processes <= 2 or nice == 19 or 0.7 * 1024 < weight <= 1024


@pytest.mark.parametrize("parent", [(2, "together")], indirect=True)
def test_a_few_children_are_left_alone(parent):
    share_fairly(parent)
    below = descendants(parent)
    assert len(below) == 2
    assert [os.getpriority(os.PRIO_PROCESS, each) for each in below] == [0, 0]


@pytest.mark.parametrize("parent", [(8, "together"), (8, "apart")], indirect=True)
def test_many_children_are_made_nicer_and_the_kernel_is_not(parent):
    share_fairly(parent)
    below = descendants(parent)
    nice = {os.getpriority(os.PRIO_PROCESS, each) for each in below}
    assert (len(below), nice) == (8, {10})
    assert os.getpriority(os.PRIO_PROCESS, parent) == 0


@pytest.mark.parametrize("parent", [(72, "together")], indirect=True)
def test_a_crowd_runs_only_where_nobody_else_wants_to(parent):
    share_fairly(parent)
    policies = {os.sched_getscheduler(each) for each in descendants(parent)}
    assert policies == {os.SCHED_IDLE}


@pytest.mark.parametrize("parent", [(8, "apart")], indirect=True)
def test_a_session_of_its_own_gains_no_weight(parent):
    def group(pid: int) -> str:
        return Path(f"/proc/{pid}/autogroup").read_text().strip()

    if not Path("/proc/self/autogroup").exists():
        pytest.skip("this kernel doesn't group processes by session")
    for _ in descendants(parent):
        share_fairly(parent)
        time.sleep(0.11 if os.geteuid() else 0)  # Linux lets a user set one each tenth
    assert {group(each).split()[-1] for each in descendants(parent)} == {"10"}
    assert group(parent).split()[-1] == "0"
