"""What hangs is ended and named; what only waits, or is stopped with us, is not."""

from __future__ import annotations

import math
import os
import signal
import subprocess
import sys
import threading
import time

import pytest

from autograder.config import Limits
from autograder.grading import watchdog
from autograder.grading.hanging import MOST_SUBMISSIONS, HangingChecks
from autograder.grading.progress import Progress, State, new_state
from autograder.grading.watchdog import Hang, Watch, Watchdog

LIMITS = Limits(check_timeout_s=5, call_timeout_s=2, cell_timeout_s=3)


@pytest.fixture
def state() -> State:
    return new_state()


@pytest.fixture
def progress(state) -> Progress:
    return Progress(state, LIMITS)


@pytest.fixture
def watch(state) -> Watch:
    return Watch(os.getpid(), state)


class TestWatch:
    @pytest.fixture(autouse=True)
    def waited(self, monkeypatch):
        """Nobody waits for a processor, unless a test says so."""
        seconds = [0.0]
        monkeypatch.setattr(watchdog, "waited_s", lambda _pid: seconds[0])
        return seconds

    def test_a_check_beyond_its_limit_is_named(self, watch, progress):
        progress.begin_check("total", "test_it[3]")
        assert [watch.look(2.0) for _ in range(3)] == [None] * 3
        assert watch.look(2.0) == Hang(
            "test_it[3] did not finish and was stopped", "total", "test_it[3]"
        )

    def test_whoever_gets_on_is_left_alone(self, watch, progress):
        for number in range(20):
            progress.begin_check("total", f"test_{number}")
            assert watch.look(4.0) is None

    def test_who_waits_for_jobs_may_wait_for_ever(self, watch, progress):
        progress.rest()
        assert [watch.look(1e6) for _ in range(3)] == [None] * 3

    def test_waiting_for_a_processor_does_not_count_but_not_without_end(
        self, watch, progress, waited
    ):
        progress.begin_check("total", "test_it")
        watch.look(0.0)
        for _ in range(19):  # nearly four times the limit
            waited[0] += 1.0
            assert watch.look(1.0) is None
        waited[0] += 2.0
        assert watch.look(2.0)

    def test_a_call_of_the_students_function_has_its_own_time(self, watch, progress):
        progress.begin_check("total", "test_it")
        progress.stretch("calls")
        watch.look(0.0)
        assert watch.look(LIMITS.call_timeout_s * 4) is None
        hang = watch.look(1e4)
        assert (hang.grade_id, hang.check) == ("total", "test_it")

    def test_a_check_that_allows_its_calls_long_is_allowed_long(self, watch, progress):
        progress.begin_check("total", "test_training", seconds=60)
        watch.look(0.0)
        assert watch.look(200.0) is None
        assert watch.look(100.0)

    def test_processor_time_counts_over_all_of_a_check(
        self, watch, progress, monkeypatch
    ):
        now = [0.0]
        monkeypatch.setattr(time, "thread_time", lambda: now[0])
        progress.begin_check("total", "test_calls_for_ever")
        for _ in range(5):
            now[0] += 1.0
            progress.stretch("calls")
            assert watch.look(0.1) is None
            progress.stretch("checks")
        now[0] += 1.0
        progress.stretch("calls")
        assert watch.look(0.1).check == "test_calls_for_ever"

    def test_beside_checks_the_stretch_is_named(self, watch, progress):
        progress.stretch("cells")
        watch.look(0.0)
        assert watch.look(311.0) is None
        assert watch.look(2.0).told == "it made no progress for 313 s (cells)"

    def test_collecting_the_tests_has_a_limit_too(self, watch):
        watch.look(0.0)
        assert watch.look(299.0) is None
        assert "(collecting the grading tests)" in watch.look(2.0).told

    def test_names_of_any_length_and_script_fit(self, state, progress):
        progress.begin_check("ü" * 1000, "ß" * 1000)
        assert len(state.grade_id) == 255
        assert len(state.check) == 511


class Victim:
    """A process that sleeps; the watchdog looks at it."""

    def __init__(self, limit_s: float) -> None:
        self.process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=-1)
        self.state = new_state()
        self.state.limit_s = limit_s
        self.watch = Watch(self.process.pid, self.state)
        self.told = ""
        self.is_ended = threading.Event()

    def end_hang(self, hang: Hang) -> None:
        self.told = hang.told
        self.process.kill()
        self.is_ended.set()


class TestWatchdog:
    @pytest.fixture(autouse=True)
    def quick(self, monkeypatch):
        monkeypatch.setattr(watchdog, "PULSE_S", 0.05)
        monkeypatch.setattr(watchdog, "STOPPED_S", 0.3)

    @pytest.fixture
    def victim(self):
        made = []

        def make(limit_s: float) -> Victim:
            made.append(Victim(limit_s))
            return made[-1]

        yield make
        for each in made:
            each.process.kill()
            each.process.communicate()

    def test_ends_who_is_at_one_thing_too_long(self, victim):
        hanging, well = victim(0.2), victim(math.inf)
        with Watchdog(lambda: [hanging, well]):
            assert hanging.is_ended.wait(30)
        assert hanging.told.startswith("it made no progress for 0 s")
        assert not well.is_ended.is_set()

    @pytest.mark.skipif(sys.platform != "linux", reason="read from /proc")
    def test_ends_who_is_stopped_whatever_it_was_at(self, victim):
        stopped = victim(math.inf)
        os.kill(stopped.process.pid, signal.SIGSTOP)
        with Watchdog(lambda: [stopped]):
            assert stopped.is_ended.wait(30)
        assert stopped.told == "its process was stopped for 0.3 s (SIGSTOP)"
        assert stopped.process.wait(30) == -signal.SIGKILL

    def test_time_in_which_nobody_looked_does_not_count(self, victim, monkeypatch):
        """As where the whole command was stopped, by Ctrl-Z, for an hour."""
        well = victim(10.0)
        hours = iter(range(0, 10**9, 3600))
        monkeypatch.setattr(time, "monotonic", lambda: float(next(hours)))
        with Watchdog(lambda: [well]):
            assert not well.is_ended.wait(0.5)


class TestHangingChecks:
    @pytest.fixture
    def checks(self):
        return HangingChecks()

    def test_what_lets_nobody_through_is_put_to_nobody_any_more(self, checks):
        hang = Hang("test_it did not end", "total", "test_it")
        for _ in range(MOST_SUBMISSIONS - 1):
            checks.note_hang(hang)
        assert checks.for_everybody == {}
        checks.note_hang(hang)
        assert checks.for_everybody == {
            "total": "test_it did not end, for 3 submissions"
        }

    def test_whoever_hands_in_what_hangs_costs_nobody_else_a_check(self, checks):
        for _ in range(100):
            checks.note_hang(Hang("hung", "total", "test_it"))
        checks.note_completed(["total"])
        assert checks.for_everybody == {}
