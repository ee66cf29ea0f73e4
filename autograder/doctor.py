"""Find out what this machine can do by trying it.

Owns: the findings that `autograder doctor` prints. May not: change anything.
"""

from __future__ import annotations

import os
import platform
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, entry_points, version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from autograder.attacks import try_wall
from autograder.config import Settings, load_settings, nbgrader_config
from autograder.errors import AutograderError, WallError
from autograder.execution.warm import running
from autograder.grading.preflight import low_memory, shortages
from autograder.hardware import examined_gpus
from autograder.sandbox import available_mib, require_readable
from autograder.sandbox.container import is_container, missing_options
from autograder.usage import used_frameworks

__all__ = ["Finding", "examine"]

_PACKAGES = (
    "nbgrader",
    "papermill",
    "nbclient",
    "jupyter_client",
    "ipykernel",
    "numpy",
)

#: Asks a framework for its version and devices in a separate process.
_TORCH = "import torch; print(torch.__version__, torch.cuda.is_available())"
_TENSORFLOW = (
    "import tensorflow as tf;"
    "print(tf.__version__, bool(tf.config.list_physical_devices('GPU')))"
)

#: Loads both in one process, with an optimizer, which imports PyTorch's compiler.
_BOTH = (
    "import tensorflow, torch;"
    "torch.optim.Adam([torch.zeros(1, requires_grad=True)]);"
    "print('both work')"
)
_IN_ORDER = f"from autograder.imports import keep_order; keep_order(); {_BOTH}"
_CRASH = "ends with a segmentation fault (triton and TensorFlow each carry an LLVM)"
_HARMLESS = (
    "work in one notebook, since kernels here import triton first. Without that, an "
    f"optimizer of PyTorch's after TensorFlow {_CRASH}: in your own programs, "
    "import torch._dynamo before tensorflow"
)
_FATAL = (
    f"an optimizer of PyTorch's beside TensorFlow {_CRASH}, even with triton imported "
    "first; run `pip uninstall triton`: only torch.compile on a GPU needs it"
)

#: Makes nbgrader's commands do what ours do: see `autograder.converters`.
_EXPORTERS = {
    "Autograde": "autograder.converters.Grading",
    "GenerateAssignment": "autograder.converters.Releasing",
}


@dataclass(frozen=True)
class Finding:
    """One checked item.

    Attributes:
        subject: What was checked.
        is_well: Whether grading can rely on it.
        told: What was found, and what to do about a problem.
    """

    subject: str
    is_well: bool
    told: str

    def to_json(self) -> dict[str, Any]:
        """Plain data."""
        return asdict(self)


def examine(course: Path) -> list[Finding]:
    """Check everything that grading needs."""
    about = list(_course(course))
    is_short = any(each.subject == "limits" and not each.is_well for each in about)
    not_tried = Finding("full wall", False, "not tried: the limits are too low")
    walls = [not_tried] if is_short else list(_wall())
    return [
        _python(),
        *_packages(),
        *_frameworks(course),
        *_both_frameworks(),
        _entry_point("papermill.engine"),
        _entry_point("jupyter_client.kernel_provisioners"),
        *walls,
        _container(is_walled=all(wall.is_well for wall in walls)),
        _warm_server(),
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


def _frameworks(course: Path) -> Iterator[Finding]:
    """Check both frameworks; a missing one matters only if the course imports it."""
    try:
        used = used_frameworks(load_settings(course))
    except (AutograderError, OSError):
        used = {"torch", "tensorflow"}  # reported when the course is checked
    for subject, module, code in (
        ("PyTorch", "torch", _TORCH),
        ("TensorFlow", "tensorflow", _TENSORFLOW),
    ):
        finding = _framework(subject, code)
        if not finding.is_well and module not in used:
            told = f"{finding.told}; nothing in this course imports it"
            finding = Finding(subject, True, told)
        yield finding


def _asked(code: str) -> subprocess.CompletedProcess[str]:
    """Run code in a separate process."""
    return subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"},
        check=False,
    )


def _reason(done: subprocess.CompletedProcess[str]) -> str:
    """Why a process ended, in one line."""
    if done.returncode == -signal.SIGSEGV:
        return "segmentation fault"
    return (done.stderr.strip().splitlines() or ["it ended without output"])[-1]


def _both_frameworks() -> Iterator[Finding]:
    """Try both in one process, as in a notebook; nothing if one is missing."""
    if not (find_spec("torch") and find_spec("tensorflow")):
        return
    subject = "PyTorch with TensorFlow"
    done = _asked(_BOTH)
    if not done.returncode:
        yield Finding(
            subject, True, "work in one notebook, whichever is imported first"
        )
    elif done.returncode != -signal.SIGSEGV:
        yield Finding(subject, False, f"don't work in one notebook: {_reason(done)}")
    elif not (done := _asked(_IN_ORDER)).returncode:
        yield Finding(subject, True, _HARMLESS)
    else:
        yield Finding(subject, False, _FATAL)


def _framework(name: str, code: str) -> Finding:
    done = _asked(code)
    if done.returncode:
        return Finding(name, False, f"can't be imported: {_reason(done)}")
    number, has_cuda = done.stdout.split()[-2:]
    devices = "cpu and cuda" if has_cuda == "True" else "cpu"
    return Finding(name, True, f"{number}, devices: {devices}")


def _entry_point(group: str) -> Finding:
    found = [entry.value for entry in entry_points(group=group, name="autograder")]
    if not found:
        return Finding(group, False, "not registered; run `pip install -e .`")
    return Finding(group, True, found[0])


def _wall() -> Iterator[Finding]:
    """Start a kernel behind the full wall, and try live attacks on it."""
    try:
        require_readable()
        for attack, got_through in try_wall():
            told = "BREACHED: do not grade untrusted code on this machine"
            subject = f"wall: {attack.name}"
            yield Finding(subject, not got_through, told if got_through else "held")
    except WallError as error:
        yield Finding("full wall", False, str(error))
    except AutograderError as error:
        yield Finding("kernel", False, str(error))
    except OSError as error:  # a shell limit, or a full disk
        yield Finding("kernel", False, f"none can be started: {error}")
    else:
        yield Finding("full wall", True, "a kernel starts behind it")


def _container(*, is_walled: bool) -> Finding:
    """Whether we are in a container, and what keeps the wall from working in it."""
    subject = "container"
    if not is_container():
        return Finding(subject, True, "not in a container")
    options = " ".join(missing_options())
    if not options:
        return Finding(subject, True, "started with all options that the wall needs")
    if is_walled:
        return Finding(subject, True, f"started without {options}; the wall works")
    return Finding(subject, False, f"start it with {options}")


def _warm_server() -> Finding:
    """Whether a fork server is running between commands; either is fine."""
    subject = "warm server"
    if pids := running():
        names = ", ".join(map(str, pids))
        told = f"process {names} stays for the next command; `autograder stop` ends it"
        return Finding(subject, True, told)
    return Finding(subject, True, "not running: the next command imports them")


def _course(course: Path) -> Iterator[Finding]:
    """Check the course, and whether this machine has what its settings promise."""
    try:
        settings = load_settings(course)
    except AutograderError as error:
        yield Finding("course", False, str(error))
        return
    names = ", ".join(settings.assignments) or "no assignments yet"
    yield Finding("course", True, f"{settings.course_id}: {names}")
    yield _nbgrader(settings)
    yield _memory(settings)
    for subject, is_well, told in examined_gpus(settings.devices):
        yield Finding(subject, is_well, told)
    try:
        found = shortages(settings, settings)
    except AutograderError as error:
        found = [str(error)]
    for told in found:
        yield Finding("limits", False, told)
    if not found:
        yield Finding("limits", True, "neither the shell's nor the disks' are too low")


def _nbgrader(settings: Settings) -> Finding:
    """Check whether nbgrader's own commands grade and release as ours do."""
    subject = "nbgrader's commands"
    if not (settings.course_root / "nbgrader_config.py").is_file():
        line = 'load_subconfig("course_config.py")'
        told = f"read no course_config.py: write {line} into nbgrader_config.py"
        return Finding(subject, True, told)
    try:
        config = nbgrader_config(settings)
    except AutograderError as error:
        return Finding(subject, False, str(error))
    missing = [
        f'c.{section}.exporter_class = "{name}"'
        for section, name in _EXPORTERS.items()
        if config.get(section, {}).get("exporter_class") != name
    ]
    if missing:
        told = f"give no scores here; for ours add {' and '.join(missing)}"
        return Finding(subject, True, told)
    return Finding(subject, True, "grade and release as autograder does")


def _memory(settings: Settings) -> Finding:
    workers, mib = settings.workers or os.cpu_count() or 1, available_mib()
    if told := low_memory(settings, workers, mib):
        # Unless the number of workers is set, there will be fewer.
        is_enough = settings.workers is None and mib >= settings.memory_mib
        return Finding("memory", is_enough, told)
    each = f"{workers} x {settings.memory_mib:g} MiB"
    return Finding("memory", True, f"{mib:.0f} MiB for {each}")
