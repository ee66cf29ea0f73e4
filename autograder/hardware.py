"""What this machine's GPUs are, according to their driver.

Owns: these messages. May not: initialise a GPU in this process, or import a framework.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import re
import shutil
import subprocess
from collections.abc import Collection
from pathlib import Path

from autograder.sandbox import cuda_devices, gpus

__all__ = ["examined_gpus"]

#: What the driver's program is asked for, in order.
_ASKED = "name,driver_version,memory.total,memory.free"

#: How long to wait for a driver that hangs, in seconds.
_PATIENCE_S = 20.0

_VERSION_FILE = Path("/proc/driver/nvidia/version")


def examined_gpus(devices: Collection[str]) -> list[tuple[str, bool, str]]:
    """Subject, whether all is well, and a message, for each item checked.

    Args:
        devices: What the course grades on.
    """
    is_wanted = "cuda" in devices
    nodes, names = cuda_devices(), gpus()
    if not (nodes and names):
        left = "; this course's checks on cuda are left open here" if is_wanted else ""
        return [("CUDA device", True, f"none{left}")]
    found = [("CUDA device", *_told_by_driver(names))]
    inside = f"shows {', '.join(nodes)}, only to notebooks graded on cuda"
    found.append(("CUDA in the wall", True, inside))
    if not _has_library():
        told = (
            "libcuda.so.1 is not here: in a container, give it the GPU with "
            "`--gpus all` or `--device nvidia.com/gpu=all`; else install the driver"
        )
        found.append(("CUDA driver", False, told))
    return found


def _told_by_driver(names: Collection[str]) -> tuple[bool, str]:
    """What nvidia-smi says about the usable GPUs."""
    program = shutil.which("nvidia-smi")
    if program is None:
        return True, f"{len(names)} GPU, driver {_version()} (no nvidia-smi to ask)"
    command = [program, f"--query-gpu={_ASKED}", "--format=csv,noheader"]
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=_PATIENCE_S, check=True
        )
    except subprocess.TimeoutExpired:
        return False, f"the driver gave no answer within {_PATIENCE_S:g} s"
    except (OSError, subprocess.CalledProcessError) as error:
        said = (getattr(error, "stdout", "") or str(error)).strip().splitlines()
        return False, f"nvidia-smi fails: {said[0] if said else error}"
    rows = [row.split(", ") for row in done.stdout.strip().splitlines()]
    told = [
        f"{row[0]}, driver {row[1]}, {row[3]} of {row[2]} free"
        for row in rows
        if len(row) == len(_ASKED.split(","))
    ]
    return bool(told), "; ".join(told) or "nvidia-smi names no GPU"


def _version() -> str:
    """The kernel module's version, as reported in /proc."""
    try:
        text = _VERSION_FILE.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return "unknown"
    number = re.search(r"\b\d+\.\d+(\.\d+)?\b", text)
    return number[0] if number else "unknown"


def _has_library() -> bool:
    """Whether the driver's library can be loaded; that alone starts nothing."""
    try:
        ctypes.CDLL("libcuda.so.1")
    except OSError:
        return ctypes.util.find_library("cuda") is not None
    return True
