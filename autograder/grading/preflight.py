"""Check, before grading, whether this machine can do what the settings promise.

Owns: the number of workers that fit into memory, and the refusal of a machine that is
too small. May not: grade.
"""

from __future__ import annotations

import logging

from autograder.config import Assignment, Limits, Settings
from autograder.errors import AutograderError
from autograder.sandbox import (
    available_mib,
    low_disks,
    low_limits,
    require_readable,
    temporary_folder,
)

__all__ = ["low_memory", "require_machine", "shortages", "workers_for"]

_log = logging.getLogger(__name__)


def require_machine(assignment: Assignment) -> None:
    """Refuse to grade if shell limits or a full disk would cost points.

    Raises:
        AutograderError: Something is too low; says what, and what to do.
    """
    if assignment.settings.wall == "full":
        require_readable()
    if found := shortages(assignment.settings, assignment.limits):
        raise AutograderError(found[0])


def shortages(settings: Settings, limits: Limits) -> list[str]:
    """What this machine lacks, apart from memory, one line each."""
    return [
        *low_limits(
            memory_mib=limits.memory_mib,
            disk_mib=limits.disk_mib,
            processes=limits.processes,
            seconds=limits.notebook_timeout_s,
        ),
        *low_disks(temporary_folder(), settings.course_root),
    ]


def workers_for(limits: Limits, wanted: int, *, is_chosen: bool) -> int:
    """How many workers to use, with a line in the log if memory is short.

    Args:
        limits: What one notebook may use.
        wanted: How many are wanted.
        is_chosen: Whether a person chose that number; then it is used.
    """
    told = low_memory(limits, wanted, available_mib())
    if not told:
        return wanted
    fitting = max(1, int(available_mib() // limits.memory_mib))
    if is_chosen or fitting >= wanted:
        _log.warning("%s", told)
        return wanted
    _log.warning("%s; %d now", told, fitting)
    return fitting


def low_memory(limits: Limits, workers: int, mib: float) -> str:
    """The warning if memory is less than the settings promise, or "".

    Args:
        limits: What one notebook may use.
        workers: How many are graded at once.
        mib: Available memory.
    """
    if mib >= workers * limits.memory_mib:
        return ""
    fitting = int(mib // limits.memory_mib)
    fewer = f"use --workers {fitting} or " if fitting else ""
    noun = "worker" if workers == 1 else "workers"
    return (
        f"this machine has {mib:.0f} MiB for {workers} {noun} of "
        f"{limits.memory_mib:g} MiB: {fewer}lower c.Autograder.memory_mib"
    )
