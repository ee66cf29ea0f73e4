"""A stopwatch whose parts add up, however its stretches nest."""

from __future__ import annotations

import time

import pytest

from autograder.execution.stopwatch import Stopwatch


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The time of day, to be moved by hand."""
    now = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    return now


def test_time_outside_all_stretches_is_the_rest(clock: list[float]) -> None:
    stopwatch = Stopwatch("waiting")
    clock[0] += 3
    assert stopwatch.parts_s == {"waiting_s": 3.0}


def test_inner_stretch_is_not_counted_in_the_outer(clock: list[float]) -> None:
    stopwatch = Stopwatch()
    with stopwatch.on("checks"):
        clock[0] += 1
        with stopwatch.on("calls"):
            clock[0] += 10
        clock[0] += 2
    clock[0] += 0.5
    assert stopwatch.parts_s == {"rest_s": 0.5, "checks_s": 3.0, "calls_s": 10.0}


def test_stretch_that_comes_again_adds_up(clock: list[float]) -> None:
    stopwatch = Stopwatch()
    for _ in range(3):
        with stopwatch.on("calls"):
            clock[0] += 2
    assert stopwatch.parts_s == {"rest_s": 0.0, "calls_s": 6.0}


def test_stretch_that_raises_is_counted_and_left(clock: list[float]) -> None:
    stopwatch = Stopwatch()

    def fail() -> None:
        with stopwatch.on("calls"):
            clock[0] += 2
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    clock[0] += 1
    assert stopwatch.parts_s == {"rest_s": 1.0, "calls_s": 2.0}


def test_parts_can_be_read_while_a_stretch_is_on(clock: list[float]) -> None:
    stopwatch = Stopwatch()
    with stopwatch.on("cells"):
        clock[0] += 1
        assert stopwatch.parts_s == {"rest_s": 0.0, "cells_s": 1.0}
        clock[0] += 1
    assert stopwatch.parts_s == {"rest_s": 0.0, "cells_s": 2.0}
