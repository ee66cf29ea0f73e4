"""A device without an answer is our failure; none is begun with before a fork."""

from __future__ import annotations

import os
from contextlib import closing
from pathlib import Path

import pytest

from autograder.errors import KernelError
from autograder.execution import zygote
from autograder.execution.launchers import PlainLauncher, WalledLauncher
from autograder.execution.stopwatch import Stopwatch

has_gpu = Path("/dev/nvidia0").exists()


@pytest.mark.skipif(has_gpu, reason="this machine has a GPU")
def test_a_device_that_does_not_answer_is_no_fault_of_the_students(
    walled, make_session
):
    with closing(WalledLauncher(device="cuda", preload=("torch",))) as launcher:
        session = make_session("import torch", on=launcher)
        with pytest.raises(KernelError) as caught:
            session.advance(1)
    assert str(caught.value) == (
        "the device cuda does not answer torch: PyTorch sees no CUDA device"
    )


def test_a_framework_that_is_not_loaded_yet_begins_with_no_device(make_session):
    session = make_session("x = 1", on=PlainLauncher(device="cuda"))
    session.advance(1)
    assert session.failures == {}


def test_getting_ready_on_the_cpu_is_no_stretch_of_its_own(make_session):
    session = make_session("import torch\ndef double(x):\n    return x + x")
    stopwatch = session._stopwatch
    session.advance(1)
    session.remote._warm_up("torch", "cpu")
    assert isinstance(stopwatch, Stopwatch)
    assert "warm_up_s" in stopwatch.parts_s
    assert "device_s" not in stopwatch.parts_s


class TestNoDeviceBeforeAFork:
    def test_an_open_file_of_the_driver_is_refused(self, monkeypatch):
        real = os.readlink

        def readlink(path):
            return "/dev/nvidia-uvm" if path.endswith("/0") else real(path)

        monkeypatch.setattr(zygote.os, "readlink", readlink)
        with pytest.raises(OSError, match="before a fork") as caught:
            zygote._require_no_device()
        assert caught.value.strerror == (
            "/dev/nvidia-uvm was opened before a fork: no kernel could use the GPU"
        )

    def test_otherwise_all_is_well(self):
        zygote._require_no_device()
