"""What calls of student's functions cost, and what the checks around them cost.

    python bench/calls.py trivial                 a trivial call, behind the full wall
    python bench/calls.py checks convolution      the checks of an assignment
    python bench/calls.py profile convolution     the same under cProfile, our side only

`trivial` gives the first decile of many calls of a function that does nothing: a busy
machine disturbs the others. `checks` runs the assignment's own checks again and again
in one process, as a worker does, with the source's own solution as the submission;
each pass has a new kernel behind the full wall, and the first two fill what a worker
keeps. Processor seconds of both sides say what a busy machine's clock does not. Beside
it all stands a bare round trip of a byte between two processes: machines differ.
"""

# ruff: noqa: T201 - a script that prints what it has measured

from __future__ import annotations

import cProfile
import os
import pstats
import socket
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
import pytest

from autograder.arrays import Tensor
from autograder.checks.collecting import collect
from autograder.checks.plugin import NoTracebacks, desk_of
from autograder.config import Limits, load_settings
from autograder.execution.launchers import WalledLauncher
from autograder.execution.remote import Call, Remote, Target
from autograder.execution.session import Session
from autograder.sandbox import Box
from autograder.sandbox.times import times

ROOT = Path(__file__).parents[1]
PASSES = 7
CALLS = 1000

_CELL = """
def same(x):
    return x

def ask(f, times):
    for _ in range(times):
        f(1)
"""


def bare_round_trip() -> float:
    """Microseconds of one byte to a child process and back."""
    ours, theirs = socket.socketpair()
    if os.fork() == 0:
        ours.close()
        while data := theirs.recv(1):
            theirs.send(data)
        os._exit(0)
    theirs.close()

    def once() -> None:
        ours.send(b"x")
        ours.recv(1)

    spent = usual_us(once)
    ours.close()
    os.wait()
    return spent


def usual_us(call: Callable[[], object], times: int = CALLS) -> float:
    """Wall time of a call that nothing disturbs: the first decile, in microseconds."""
    spent = []
    for _ in range(times):
        began = time.perf_counter()
        call()
        spent.append(time.perf_counter() - began)
    return statistics.quantiles(spent, n=10)[0] * 1e6


def trivial() -> None:
    """Print what a call costs whose function does nothing."""
    print(f"bare round trip of a byte        {bare_round_trip():8.1f} us")
    launcher = WalledLauncher(Limits(notebook_timeout_s=86400), warm=False)
    launcher.prepare()
    made = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(_CELL)])
    large, many = np.ones((100, 100)), [float(i) for i in range(1000)]
    names = tuple(f"numpy.{name}" for name in ("dot", "matmul", "convolve", "outer"))
    with Box() as box, Session(made, box, launcher=launcher) as session:
        session.advance(1)
        remote = session.remote

        def ask(*args: Any, name: str = "same", forbidden: tuple[str, ...] = ()) -> Any:
            call = Call(Target(name), args, {}, forbidden)
            return remote.call(call, timeout_s=60)

        def nothing(x: Any) -> Any:
            return x

        ask(1)
        print(f"an int                           {usual_us(lambda: ask(1)):8.1f} us")
        print(
            f"100x100 float64                  {usual_us(lambda: ask(large)):8.1f} us"
        )
        print(f"a list of 1000 floats            {usual_us(lambda: ask(many)):8.1f} us")
        refused = usual_us(lambda: ask(1, forbidden=names))
        print(f"an int, {len(names)} routines refused      {refused:8.1f} us")
        each = usual_us(lambda: ask(nothing, 100, name="ask"), 50) / 100
        print(f"one callback                     {each:8.1f} us")
    launcher.close()


class Passes:
    """A pytest plugin whose run loop is passes through all checks."""

    def __init__(self, launcher: WalledLauncher, profile: cProfile.Profile | None):
        self._launcher = launcher
        self._profile = profile
        self.lines: list[str] = []

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Called by pytest once, after collection."""
        session.config.pluginmanager.register(NoTracebacks())
        desk = desk_of(session.config)
        desk.launcher = self._launcher
        for number in range(PASSES):
            with counted() as counts, profiled(self._profile if number else None):
                began = clocks()
                verdicts = [desk.put(item) for item in session.items]
                whole = clocks() - began
            cells = counts.pop("cells")
            theirs = counts.pop("kernel")
            calls = sum(counts.values())
            outcomes = {str(each.result.outcome) for each in verdicts}
            self.lines.append(
                f"pass {number}: calls {calls[0]:.3f} s (processor: ours "
                f"{calls[1]:.3f}, kernel {theirs[0]:.3f}; {Remote.asked} calls: "
                + ", ".join(f"{name} {spent[0]:.3f}" for name, spent in counts.items())
                + f"), checks {whole[0] - calls[0] - cells[0]:.3f} s (processor: "
                f"{whole[1] - calls[1] - cells[1]:.3f}), {'/'.join(outcomes)}"
            )
        return True


def clocks() -> np.ndarray:
    """Seconds now: of a clock, and of this process on a processor."""
    return np.array([time.perf_counter(), time.process_time()])


@contextmanager
def profiled(profile: cProfile.Profile | None) -> Iterator[None]:
    """Profile the block where there is something to do it with."""
    if profile is None:
        yield
        return
    with profile:
        yield


@contextmanager
def counted() -> Iterator[dict[str, np.ndarray]]:
    """Seconds of calls meanwhile, by whose arrays go over, and of running cells."""
    names = ("numpy", "torch", "tensorflow", "kernel", "cells")
    counts = {name: np.zeros(2) for name in names}
    ask, advance = Remote._request, Session.advance
    Remote.asked = 0

    def timed(self: Remote, call: Call, *rest: Any) -> Any:
        pid = self._process.pid
        began, ran_s = clocks(), times(pid).ran_s
        try:
            return ask(self, call, *rest)
        finally:
            kinds = [each.framework for each in call.args if isinstance(each, Tensor)]
            counts[kinds[0] if kinds else "numpy"] += clocks() - began
            counts["kernel"] += [times(pid).ran_s - ran_s, 0]
            Remote.asked += 1

    def advanced(self: Session, index: int) -> None:
        began = clocks()
        try:
            advance(self, index)
        finally:
            counts["cells"] += clocks() - began

    Remote._request, Session.advance = timed, advanced
    try:
        yield counts
    finally:
        Remote._request, Session.advance = ask, advance


def checks(assignment: str, profile: cProfile.Profile | None = None) -> None:
    """Print what each pass through an assignment's checks costs."""
    launcher = WalledLauncher(Limits())
    passes = Passes(launcher, profile)
    collected = collect(load_settings(ROOT).assignment(assignment), passes)
    launcher.close()
    print(*(passes.lines or [collected.reason]), sep="\n")
    if profile:
        pstats.Stats(profile).sort_stats("tottime").print_stats(45)


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["trivial"]:
            trivial()
        case ["checks", name]:
            checks(name)
        case ["profile", name]:
            checks(name, cProfile.Profile())
        case _:
            sys.exit(__doc__)
