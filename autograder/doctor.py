"""What this machine can do, found out by doing it.

Owns: the findings that `autograder doctor` prints. May not: change anything.
"""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, entry_points, version
from pathlib import Path
from typing import Any

from autograder.config import Settings, load_settings
from autograder.errors import AutograderError, WallError
from autograder.grading.preflight import low_memory, shortages
from autograder.sandbox import available_mib, require_readable
from autograder.trials import try_wall

__all__ = ["Finding", "examine"]

_PACKAGES = (
    "nbgrader",
    "papermill",
    "nbclient",
    "jupyter_client",
    "ipykernel",
    "numpy",
)

#: Asks a framework for its version and devices in a process of its own.
_TORCH = "import torch; print(torch.__version__, torch.cuda.is_available())"
_TENSORFLOW = (
    "import tensorflow as tf;"
    "print(tf.__version__, bool(tf.config.list_physical_devices('GPU')))"
)


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        subject: What.
        is_well: Whether grading can rely on it.
        told: What was found, and what to do where it is not well.
    """

    subject: str
    is_well: bool
    told: str

    def to_json(self) -> dict[str, Any]:
        """Plain data."""
        return asdict(self)


def examine(course: Path) -> list[Finding]:
    """Look at everything that grading needs."""
    about = list(_course(course))
    is_short = any(each.subject == "limits" and not each.is_well for each in about)
    not_tried = Finding("full wall", False, "not tried: the limits are too low")
    return [
        _python(),
        *_packages(),
        _framework("PyTorch", _TORCH),
        _framework("TensorFlow", _TENSORFLOW),
        _entry_point("papermill.engine"),
        _entry_point("jupyter_client.kernel_provisioners"),
        *([not_tried] if is_short else _wall()),
        *about,
    ]


def _python() -> Finding:
    cores = os.cpu_count()
    told = f"{platform.python_version()} on {platform.system()}, {cores} cores"
    return Finding("Python", sys.version_info >= (3, 11), told)


def _packages() -> Iterator[Finding]:
    for name in _PACKAGES:
        try:
            yield Finding(name, True, version(name))
        except PackageNotFoundError:
            yield Finding(name, False, "not installed; run `make setup`")


def _framework(name: str, code: str) -> Finding:
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"}
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        env=environment,
        check=False,
    )
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or ["it ended without a word"])[-1]
        return Finding(name, False, f"can't be imported: {reason}")
    number, has_cuda = done.stdout.split()[-2:]
    devices = "cpu and cuda" if has_cuda == "True" else "cpu"
    return Finding(name, True, f"{number}, devices: {devices}")


def _entry_point(group: str) -> Finding:
    found = [entry.value for entry in entry_points(group=group, name="autograder")]
    if not found:
        return Finding(group, False, "not registered; run `pip install -e .`")
    return Finding(group, True, found[0])


def _wall() -> Iterator[Finding]:
    """A kernel behind the full wall, and whether the wall holds live attacks."""
    try:
        require_readable()
        for trial, got_through in try_wall():
            told = "BREACHED: do not grade untrusted code on this machine"
            subject = f"wall: {trial.name}"
            yield Finding(subject, not got_through, told if got_through else "held")
    except WallError as error:
        yield Finding("full wall", False, str(error))
    except AutograderError as error:
        yield Finding("kernel", False, str(error))
    except OSError as error:  # a limit of the shell, or a disk that is full
        yield Finding("kernel", False, f"none can be started: {error}")
    else:
        yield Finding("full wall", True, "a kernel starts behind it")


def _course(course: Path) -> Iterator[Finding]:
    """The course, and whether this machine has what its settings promise."""
    try:
        settings = load_settings(course)
    except AutograderError as error:
        yield Finding("course", False, str(error))
        return
    names = ", ".join(settings.assignments) or "no assignments yet"
    yield Finding("course", True, f"{settings.course_id}: {names}")
    yield _memory(settings)
    try:
        found = shortages(settings, settings)
    except AutograderError as error:
        found = [str(error)]
    for told in found:
        yield Finding("limits", False, told)
    if not found:
        yield Finding("limits", True, "neither the shell's nor the disks' are too low")


def _memory(settings: Settings) -> Finding:
    workers, mib = settings.workers or os.cpu_count() or 1, available_mib()
    if told := low_memory(settings, workers, mib):
        # Where nobody has said how many workers there are, there will be fewer.
        is_enough = settings.workers is None and mib >= settings.memory_mib
        return Finding("memory", is_enough, told)
    each = f"{workers} x {settings.memory_mib:g} MiB"
    return Finding("memory", True, f"{mib:.0f} MiB for {each}")
