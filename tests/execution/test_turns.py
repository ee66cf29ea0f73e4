"""One kernel a GPU, by locks that die with their holders."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from autograder.errors import KernelError
from autograder.execution import turns
from autograder.execution.turns import turn_on

HOLD = """
import sys, time
from pathlib import Path
from autograder.execution import turns
turns._folder = lambda: Path(sys.argv[1])
with turns.turn_on(["0"], kernels_per_gpu=1):
    print("has it", flush=True)
    time.sleep(600)
"""


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch) -> Path:
    monkeypatch.setattr(turns, "_folder", lambda: tmp_path)
    return tmp_path


def test_a_gpu_is_one_kernels_at_a_time():
    order, is_held = [], threading.Event()

    def second() -> None:
        is_held.wait()
        with turn_on(["0"], kernels_per_gpu=1):
            order.append("second")

    waiting = threading.Thread(target=second)
    waiting.start()
    with turn_on(["0"], kernels_per_gpu=1) as gpu:
        is_held.set()
        time.sleep(0.2)
        order.append("first")
    waiting.join(10)
    assert (gpu, order) == ("0", ["first", "second"])


def test_each_gpu_has_a_first_kernel_before_any_has_a_second():
    with (
        turn_on(["0", "1"], kernels_per_gpu=2) as a,
        turn_on(["0", "1"], kernels_per_gpu=2) as b,
        turn_on(["0", "1"], kernels_per_gpu=2) as c,
    ):
        assert (a, b, c) == ("0", "1", "0")


def test_a_turn_ends_with_its_holder_however_that_ends(folder):
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(folder)], stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "has it\n"
    assert turns._first_free(folder, [("0", 0)]) is None
    holder.kill()
    holder.wait()
    holder.stdout.close()
    with turn_on(["0"], kernels_per_gpu=1) as gpu:
        assert gpu == "0"


def test_names_of_gpus_are_no_paths(folder):
    with turn_on(["../MIG-3/1"], kernels_per_gpu=1):
        assert [each.name for each in folder.iterdir()] == ["---MIG-3-1.0"]


def test_without_a_gpu_there_is_none_to_wait_for():
    with (
        pytest.raises(KernelError, match=r"^this machine has no CUDA device$"),
        turn_on([], kernels_per_gpu=1),
    ):
        pass


class TestFolder:
    @pytest.fixture(autouse=True)
    def folder(self) -> None:
        """The real one."""

    def test_is_this_users_alone(self):
        assert turns._folder().stat().st_mode & 0o777 == 0o700

    def test_one_that_others_can_enter_is_refused(self, monkeypatch):
        mine = turns._folder()
        monkeypatch.setattr(turns.os, "geteuid", lambda: mine.stat().st_uid + 1)
        try:
            with (
                pytest.raises(KernelError, match=r"is not this user's own folder$"),
                turn_on(["0"], kernels_per_gpu=1),
            ):
                pass
        finally:
            mine.with_name(f"autograder-gpus-{mine.stat().st_uid + 1}").rmdir()
