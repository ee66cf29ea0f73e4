"""Report an error: one line for the person; the traceback goes to a file.

Owns: the messages for unexpected errors. May not: swallow one.
"""

from __future__ import annotations

import os
import sys
import traceback
from pathlib import Path

from autograder.config import shown
from autograder.errors import AutograderError
from autograder.text import printable

__all__ = ["told"]

#: With this variable set, tracebacks are printed.
DEBUG_VARIABLE = "AUTOGRADER_DEBUG"

#: Where the last traceback is kept, in the course's state folder.
_FILE = "last-error.txt"


def told(error: Exception) -> str:
    """One line: what went wrong, where, what to do."""
    if os.environ.get(DEBUG_VARIABLE):
        traceback.print_exception(error, file=sys.stderr)
    if isinstance(error, AutograderError):
        return _line(str(error))
    if isinstance(error, FileNotFoundError) and not _has_place():
        return "the current folder was deleted. Change to another one."
    if isinstance(error, OSError) and error.strerror:
        what = error.strerror if error.filename is None else _where(error)
        return _line(f"{what}. Fix that and try again.{_kept(error)}")
    name = f"{type(error).__name__}: {error}".rstrip(": ")
    return _line(f"{name}. This is a bug in the grader.{_kept(error)}")


def _line(text: str) -> str:
    return printable(" ".join(text.split()))


def _has_place() -> bool:
    try:
        Path.cwd()
    except OSError:
        return False
    return True


def _where(error: OSError) -> str:
    name = error.filename
    if isinstance(name, str | bytes | os.PathLike):
        return f"{shown(Path(os.fsdecode(name)))}: {error.strerror}"
    return str(error.strerror)


def _kept(error: Exception) -> str:
    """Keep the traceback in the course; return a sentence that says where it is."""
    text = "".join(traceback.format_exception(error))
    path = Path(".autograder", _FILE)
    try:
        if not Path("course_config.py").exists():
            raise FileNotFoundError  # here is no course
        path.parent.mkdir(mode=0o700, exist_ok=True)
        path.write_text(text, encoding="utf-8", errors="backslashreplace")
    except OSError:
        return f" Set {DEBUG_VARIABLE}=1 to see the traceback."
    return f" The traceback is in {path}."
