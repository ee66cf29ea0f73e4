"""The devices that a course may grade on.

Owns: their names, and the hardware each stands for. May not: look for hardware.
"""

from __future__ import annotations

from typing import Literal, get_args

__all__ = ["DEVICES", "HERE", "Device", "hardware_of"]

Device = Literal["cpu", "cuda", "simulated"]

#: "simulated" is the CPU under another name. It stands for another machine's device, so
#: that a course with two devices can be tried on one.
DEVICES: tuple[str, ...] = get_args(Device)

#: Where every check that runs only once runs, whatever else the course grades on.
HERE: Device = "cpu"


def hardware_of(device: str) -> str:
    """What a device's tensors live on: "cpu" or "cuda"."""
    return "cpu" if device == "simulated" else device
