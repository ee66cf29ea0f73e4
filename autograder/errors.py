"""The exception tree; every message is one line: what, where, what to do.

AutograderError
├── ConfigError        course_config.py is missing, broken or holds a bad value
├── AssignmentError    an assignment is unknown or its source folder is incomplete
├── NotebookError      a notebook of the course (source, release) is unreadable
├── MalformedError     a submission's file is not a notebook that can be graded
├── UnreadableError    a submission can't be read, through the machine's fault
├── BudgetError        work on a student's data exceeded its budget, or failed
├── WireError          bytes from the kernel are not a valid frame, or too large
├── KernelError        a kernel could not be started or spoken to
├── CollectError       a roster, a server, a repository or a checkout can't be used
├── WorkflowError      files for a CI service can't be made or written
├── GradebookError     nbgrader's database refused a read or a write
├── ResultsError       results can't be kept or read, or another run is grading
├── ReportError        a report has an unknown kind, or can't be written
└── WallError          this machine can't provide the requested sandbox level
"""

from __future__ import annotations

__all__ = [
    "AssignmentError",
    "AutograderError",
    "BudgetError",
    "CollectError",
    "ConfigError",
    "GradebookError",
    "KernelError",
    "MalformedError",
    "NotebookError",
    "ReportError",
    "ResultsError",
    "UnreadableError",
    "WallError",
    "WireError",
    "WorkflowError",
]


class AutograderError(Exception):
    """Stop with one clear line; the base of all errors meant for people."""


class ConfigError(AutograderError):
    """The course's configuration is missing, broken or holds a bad value."""


class AssignmentError(AutograderError):
    """An assignment is unknown or its folders are incomplete."""


class NotebookError(AutograderError):
    """One of the course's own notebooks can't be read or used."""


class MalformedError(AutograderError):
    """A student's file is not a notebook that can be graded."""


class UnreadableError(AutograderError):
    """A student's file exists, but this machine can't read it."""


class BudgetError(AutograderError):
    """Work on a student's data took too long, too much memory, or did not succeed."""


class WireError(AutograderError):
    """Bytes from the kernel are not a valid frame, or are too large."""


class KernelError(AutograderError):
    """A kernel could not be started, or stopped answering."""


class CollectError(AutograderError):
    """A roster, a server, a repository or a checkout can't be used."""


class WorkflowError(AutograderError):
    """Files for a CI service can't be made for this course, or written."""


class GradebookError(AutograderError):
    """nbgrader's database refused a read or a write."""


class ResultsError(AutograderError):
    """Results can't be stored, read or imported, or another run is grading."""


class ReportError(AutograderError):
    """A report has an unknown kind, or can't be written to its destination."""


class WallError(AutograderError):
    """This machine can't provide the requested sandbox level."""
