"""The devices that a course may grade on, by name.

Owns: the names, and which hardware stands behind each. May not: look for hardware.
"""

from __future__ import annotations

from typing import Literal, get_args

__all__ = ["DEVICES", "HERE", "Device", "hardware_of"]

Device = Literal["cpu", "cuda", "simulated"]

#: "simulated" is the CPU under another name. It stands for a device of another machine:
#: with it a course with two devices can be tried where there is one.
DEVICES: tuple[str, ...] = get_args(Device)

#: Where everything is asked that is asked once, whatever else the course grades on.
HERE: Device = "cpu"


def hardware_of(device: str) -> str:
    """What a device's tensors live on: "cpu" or "cuda"."""
    return "cpu" if device == "simulated" else device
