"""Which names can be a student's id.

Owns: that question, for names that others chose: folders, repositories, accounts. May
not: repair a name; two students might become one.
"""

from __future__ import annotations

from collections.abc import Collection

from autograder.grading.hand_in import MAX_ID_BYTES
from autograder.text import one_line

__all__ = ["student_trouble"]


def student_trouble(name: str, assignments: Collection[str] = ()) -> str:
    """Why a name can't be a student's id, in one line; "" if it can.

    An id is the name of a folder in submitted/: nbgrader strips blanks from it, globs
    it, and treats a leading dash as an option.

    Args:
        name: The name.
        assignments: Names of the course's assignments.
    """
    if reason := _reason(name, assignments):
        return f"\"{one_line(name, 80)}\" can't be a student's id: {reason}"
    return ""


def _reason(name: str, assignments: Collection[str]) -> str:
    if not name:
        return "it is empty"
    if not name.isprintable() or len(name.encode()) > MAX_ID_BYTES:
        return f"that is at most {MAX_ID_BYTES} bytes of printable text"
    if name != name.strip() or name.startswith((".", "-")):
        return "it begins with a dot, a dash or a blank, or ends with a blank"
    if odd := sorted(set(name) & set("/\\*?[],")):
        return f"it holds {' '.join(odd)}"
    if name in assignments:
        return "an assignment has that name"
    return ""
