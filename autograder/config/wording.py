"""How messages show paths and values, and suggest similar names.

Owns: this wording. May not: read a configuration.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from pathlib import Path

from pydantic import ValidationError

__all__ = ["closest", "first_reason", "shown"]


def shown(path: Path) -> str:
    """A path as messages show it: relative to the working directory, if below it."""
    try:
        return str(path.resolve().relative_to(Path.cwd()))
    except ValueError:
        return str(path)


def first_reason(error: ValidationError, *, prefix: str = "c.Autograder.") -> str:
    """pydantic's first complaint as `c.Autograder.key = value: what is allowed`."""
    first = error.errors(include_url=False)[0]
    names = [str(part) for part in first["loc"] if isinstance(part, str)]
    key = "seed" if names[:1] == ["configured_seed"] else "".join(names[:1])
    section = "c.CourseDirectory." if key == "course_id" else prefix
    reason = first["msg"].removeprefix("Value error, ")
    reason = reason.replace("Input should", "should", 1).replace(
        " after validation", ""
    )
    if first["type"] == "is_instance_of":  # a folder
        reason = "should be text"
    value = "" if key == "seed" else f" = {_short(first['input'])}"
    return f"{section}{key}{value}: {reason}."


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def closest(name: str, known: str | Iterable[str]) -> str:
    """The end of a sentence: `; did you mean "devices"?` or a period."""
    names = known.split(", ") if isinstance(known, str) else list(known)
    match = difflib.get_close_matches(name, names, n=1, cutoff=0.6)
    return f'; did you mean "{match[0]}"?' if match else "."
