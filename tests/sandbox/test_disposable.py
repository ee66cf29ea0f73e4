"""Work on untrusted data dies alone, and it is told of what."""

from __future__ import annotations

import ctypes
import os
import signal
import time
from pathlib import Path

import pytest

from autograder.errors import BudgetError, KernelError, MalformedError
from autograder.sandbox import Budget, Disposable

SMALL = Budget(seconds=0.2, memory_mib=64)


def process_id() -> int:
    return os.getpid()


def loop() -> None:
    while True:
        pass


def fill() -> None:
    kept = []
    while True:
        kept.append(bytes(1 << 20))


def raise_malformed() -> None:
    raise MalformedError("cell 3 is no cell")


def raise_odd() -> None:
    raise AssertionError


def recurse() -> None:
    recurse()


def crash() -> None:
    ctypes.string_at(0)


def kill_oneself() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def open_descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def grow() -> int:
    grow.kept = bytes(100 << 20)  # type: ignore[attr-defined]
    return os.getpid()


@pytest.fixture(scope="module")
def reader():
    made = Disposable()
    yield made
    made.close()


@pytest.mark.parametrize(
    ("work", "told"),
    [
        pytest.param(loop, "takes more than 0.2 s", id="time"),
        pytest.param(fill, "takes more than 64 MiB of memory", id="memory"),
        pytest.param(raise_odd, "fails with AssertionError", id="exception"),
        pytest.param(recurse, "fails with RecursionError", id="recursion"),
        pytest.param(crash, "ends the program that does it", id="crash"),
        pytest.param(object, "fails with TypeError", id="no-JSON"),
    ],
)
def test_work_beyond_its_budget_is_told_and_the_next_is_done(reader, work, told):
    with pytest.raises(BudgetError) as caught:
        reader.run(work, budget=SMALL)
    assert str(caught.value) == told
    assert reader.run(divmod, 7, 2, budget=SMALL) == [3, 1]


def test_a_malformed_file_is_told_in_the_words_of_whoever_read_it(reader):
    with pytest.raises(MalformedError) as caught:
        reader.run(raise_malformed, budget=SMALL)
    assert str(caught.value) == "cell 3 is no cell"


def test_an_end_from_outside_is_not_the_works_fault(reader):
    with pytest.raises(KernelError) as caught:
        reader.run(kill_oneself, budget=SMALL)
    assert str(caught.value) == (
        "the process that reads submissions was ended from outside, or had no "
        "processor: run `autograder doctor`"
    )


def test_work_is_done_after_every_process_of_it_was_killed():
    reader = Disposable()
    first = reader.run(process_id, budget=SMALL)
    os.kill(first, signal.SIGKILL)
    second = reader.run(process_id, budget=SMALL)
    assert first != second
    reader.close()
    assert reader.run(process_id, budget=SMALL) not in (first, second)
    reader.close()


def test_a_process_serves_again_until_it_has_grown(reader):
    ample = Budget(seconds=5, memory_mib=512)
    assert reader.run(process_id, budget=ample) == reader.run(process_id, budget=ample)
    grown = reader.run(grow, budget=ample)
    assert reader.run(process_id, budget=ample) != grown


def test_waiting_takes_nothing_of_the_time(reader):
    before = reader.spent_s
    reader.run(time.sleep, 3 * SMALL.seconds, budget=SMALL)
    assert reader.spent_s - before < SMALL.seconds


def test_none_of_our_files_is_open_there():
    kept = [os.open(os.devnull, os.O_RDONLY) for _ in range(20)]
    reader = Disposable()
    assert reader.run(open_descriptors, budget=SMALL) < 10
    reader.close()
    for each in kept:
        os.close(each)


def test_nothing_is_left_when_it_is_closed():
    reader = Disposable()
    child = reader.run(process_id, budget=SMALL)
    reader.close()
    assert not Path(f"/proc/{child}").exists()
