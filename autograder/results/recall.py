"""Reuse the last fingerprints while none of the files behind them has changed.

Owns: a small file with fingerprints and everything read from the disk to make them. May
not: return a fingerprint that recomputing would not give.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from autograder.errors import UnreadableError
from autograder.files import write_whole
from autograder.results.files import Files
from autograder.results.prints import ExercisePrint, prints_of

__all__ = ["recalled_prints"]


def recalled_prints(
    memory: Path,
    course_root: Path,
    tests: Path,
    solutions: Path,
    grade_ids: Sequence[str],
) -> dict[str, ExercisePrint]:
    """Like `exercise_prints`, but ten times as fast if nothing has changed.

    Args:
        memory: The file; written if possible, and rewritten if it is out of date.
        course_root: Where the course's imports begin.
        tests: The assignment's folder of tests.
        solutions: The assignment's folder of solutions.
        grade_ids: The exercises.

    Raises:
        UnreadableError: The machine can't read a file that counts.
    """
    folders = course_root, tests, solutions
    asked = [_maker(), *(str(Path.cwd() / each) for each in folders), *grade_ids]
    known = _known(memory)
    if known.get("asked") == asked and _still_holds(known):
        return {key: ExercisePrint(**each) for key, each in known["prints"].items()}
    files = Files()
    made = prints_of(files, course_root, tests, solutions, grade_ids)
    plain = {key: asdict(each) for key, each in made.items()}
    _keep(memory, {"asked": asked, "seen": files.seen, "prints": plain})
    return made


def _still_holds(known: dict[str, Any]) -> bool:
    """Whether the disk still gives the same answers."""
    try:
        return Files().sees(known["seen"])
    except UnreadableError:
        return False  # recomputing reports what is wrong, if it still is


def _known(memory: Path) -> dict[str, Any]:
    """The stored content; nothing if it is unavailable."""
    try:
        known = json.loads(memory.read_bytes())
        whole = hashlib.sha256(json.dumps(known["kept"]).encode()).hexdigest()
        kept = known["kept"] if known["sha256"] == whole else {}
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        return {}
    return kept if isinstance(kept, dict) else {}


def _keep(memory: Path, kept: dict[str, Any]) -> None:
    """Write it atomically; without it the next run takes longer."""
    whole = hashlib.sha256(json.dumps(kept).encode()).hexdigest()
    text = json.dumps({"kept": kept, "sha256": whole})
    with contextlib.suppress(OSError):
        write_whole(memory, text.encode())


def _maker() -> str:
    """What computes the fingerprints: this package's code and the Python version."""
    digest = hashlib.sha256(repr(sys.version_info[:2]).encode())
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()
