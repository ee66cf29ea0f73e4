"""What `doctor` says of GPUs, with a driver that is made up."""

from __future__ import annotations

import subprocess

import pytest

from autograder import hardware
from autograder.hardware import examined_gpus

NODES = ("/dev/nvidia0", "/dev/nvidiactl")


@pytest.fixture
def gpu(monkeypatch) -> None:
    """A machine with one GPU, its library, and no nvidia-smi."""
    monkeypatch.setattr(hardware, "cuda_devices", lambda: NODES)
    monkeypatch.setattr(hardware, "gpus", lambda: ("0",))
    monkeypatch.setattr(hardware, "_has_library", lambda: True)
    monkeypatch.setattr(hardware.shutil, "which", lambda _: None)


def smi(monkeypatch, answer) -> None:
    """An nvidia-smi that answers so, or raises."""

    def run(command, **_options):
        if isinstance(answer, Exception):
            raise answer
        return subprocess.CompletedProcess(command, 0, stdout=answer, stderr="")

    monkeypatch.setattr(hardware.shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(hardware.subprocess, "run", run)


class TestWithoutGpu:
    @pytest.fixture(autouse=True)
    def none(self, monkeypatch) -> None:
        monkeypatch.setattr(hardware, "cuda_devices", lambda: ())
        monkeypatch.setattr(hardware, "gpus", lambda: ())

    def test_there_is_none(self):
        assert examined_gpus(["cpu"]) == [("CUDA device", True, "none")]

    def test_a_course_that_needs_one_leaves_its_checks_open(self):
        assert examined_gpus(["cpu", "cuda"]) == [
            (
                "CUDA device",
                True,
                "none; this course's checks on cuda are left open here",
            )
        ]


@pytest.mark.usefixtures("gpu")
class TestWithGpu:
    def test_device_driver_memory_and_what_the_wall_lets_in(self, monkeypatch):
        smi(monkeypatch, "NVIDIA T4, 550.54, 15360 MiB, 15000 MiB\n")
        assert examined_gpus(["cuda"]) == [
            (
                "CUDA device",
                True,
                "NVIDIA T4, driver 550.54, 15000 MiB of 15360 MiB free",
            ),
            (
                "CUDA in the wall",
                True,
                "shows /dev/nvidia0, /dev/nvidiactl, only to notebooks graded on cuda",
            ),
        ]

    @pytest.mark.parametrize(
        ("answer", "told"),
        [
            (
                subprocess.TimeoutExpired("nvidia-smi", 20),
                "the driver gave no answer within 20 s",
            ),
            (
                subprocess.CalledProcessError(9, "nvidia-smi", output="NVML: mismatch"),
                "nvidia-smi fails: NVML: mismatch",
            ),
            ("No devices were found", "nvidia-smi names no GPU"),
        ],
        ids=["hangs", "fails", "none"],
    )
    def test_a_driver_that_does_not_answer(self, monkeypatch, answer, told):
        smi(monkeypatch, answer)
        assert examined_gpus(["cuda"])[0] == ("CUDA device", False, told)

    def test_without_its_program_the_kernel_module_tells_the_version(
        self, monkeypatch, tmp_path
    ):
        path = tmp_path / "version"
        path.write_text("NVRM version: NVIDIA UNIX x86_64 Kernel Module  550.54.15  x")
        monkeypatch.setattr(hardware, "_VERSION_FILE", path)
        assert examined_gpus(["cuda"])[0][2] == (
            "1 GPU, driver 550.54.15 (no nvidia-smi to ask)"
        )
        path.unlink()
        assert examined_gpus(["cuda"])[0][2].startswith("1 GPU, driver unknown")

    def test_a_container_without_the_drivers_library(self, monkeypatch):
        monkeypatch.setattr(hardware, "_has_library", lambda: False)
        subject, is_well, told = examined_gpus(["cuda"])[-1]
        assert (subject, is_well) == ("CUDA driver", False)
        assert told.startswith("libcuda.so.1 is not here: in a container, give it")
