"""Which devices this machine can grade on.

Owns: that question, and the refusal of a device that the course or the machine lacks.
May not: start anything there.
"""

from __future__ import annotations

from collections.abc import Sequence

from autograder.config import DEVICES, HERE, Settings
from autograder.errors import AutograderError
from autograder.sandbox import cuda_devices, gpus

__all__ = ["devices_for"]


def devices_for(
    settings: Settings, asked: Sequence[str] = (), *, is_elsewhere: bool = False
) -> list[str]:
    """The devices to grade on, in the course's order, the CPU first.

    Args:
        settings: The course's.
        asked: These; if empty the CPU, where most checks run whatever else the course
            grades on, and those of the course's devices that this machine has.
        is_elsewhere: Other machines grade, so this one's devices don't matter.

    Raises:
        AutograderError: One of those asked for is unknown, or the course does not grade
            on it, or this machine lacks it.
    """
    if not asked:
        is_used = "cuda" in settings.devices and not is_elsewhere and _has_cuda()
        return [HERE, "cuda"] if is_used else [HERE]
    has_cuda = is_elsewhere or _has_cuda()
    for device in asked:
        _require(settings, device, has_cuda=has_cuda)
    return [device for device in DEVICES if device in asked]


def _require(settings: Settings, device: str, *, has_cuda: bool) -> None:
    if device not in DEVICES:
        known = ", ".join(DEVICES[:-1])
        raise AutograderError(
            f'there is no device "{device}". Use {known} or {DEVICES[-1]}.'
        )
    if device not in (HERE, *settings.devices):
        listed = ", ".join(f'"{each}"' for each in [*settings.devices, device])
        raise AutograderError(
            f"this course does not grade on {device}. To have it so, write "
            f"c.Autograder.devices = [{listed}] in course_config.py."
        )
    if device == "cuda" and not has_cuda:
        raise AutograderError(
            "this machine has no CUDA device: there is no /dev/nvidia0, or the "
            "variable CUDA_VISIBLE_DEVICES hides it. Run this on a machine with an "
            "NVIDIA GPU and its driver, or in a container that was given the GPU."
        )


def _has_cuda() -> bool:
    return bool(cuda_devices() and gpus())
