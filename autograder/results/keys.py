"""What the verdicts of an assignment depend on, as digests by name.

Owns: which files, settings and versions these are, and the wording of differences. May
not: import what it names: checking a whole class should take less time than that. The
self-check in a release is left out: it is made from checks and known mistakes, which
are counted separately.
"""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Mapping
from dataclasses import asdict
from functools import cache
from importlib import metadata
from pathlib import Path

from autograder.config import HERE, Assignment, Limits
from autograder.errors import UnreadableError
from autograder.results.part import Key
from autograder.results.recall import recalled_prints

__all__ = [
    "are_of_one_run",
    "changes",
    "context_of",
    "on_each_device",
    "stale_exercises",
    "versions",
]

#: Made by `autograder release` from files that are counted elsewhere.
_GENERATED = ("selfcheck.py", "selfcheck_run.py", "selfcheck.json")

#: Packages that a cell or a check uses, by distribution name.
_LIBRARIES = (
    "numpy",
    "scipy",
    "torch",
    "torchvision",
    "tensorflow",
    "tensorflow-cpu",
    "keras",
    "jax",
    "pandas",
    "scikit-learn",
    "matplotlib",
    "ipython",
    "ipykernel",
    "nbclient",
    "nbformat",
    "papermill",
    "pytest",
)

#: Our rooms that can't change a verdict.
_NO_VERDICTS = ("bench", "cli", "converters.py", "demo.py", "doctor.py", "gradebook")

#: Settings besides the limits that can change a score or its report.
_OPTIONS = ("wall", "skip_tags", "show_text_after_hidden_checks")


def context_of(assignment: Assignment, grade_ids: Mapping[str, float]) -> Key:
    """The key of everything except the submission, whose digest is left empty.

    Args:
        assignment: What is graded.
        grade_ids: Its exercises.

    Raises:
        UnreadableError: One of the course's files can't be read.
        ConfigError: The course's seed is unavailable.
    """
    settings, limits = assignment.settings, assignment.limits
    chosen = {
        **{name: getattr(limits, name) for name in sorted(Limits.model_fields)},
        **{name: getattr(settings, name) for name in _OPTIONS},
        # The course's other devices don't affect this one's checks.
        "devices": HERE in settings.devices,
    }
    prints = recalled_prints(
        settings.results_directory / "prints" / f"{assignment.name}.json",
        settings.course_root,
        assignment.tests,
        assignment.solutions,
        list(grade_ids),
    )
    return Key(
        submission="",
        skeleton=_digest_of(assignment.release, leave_out=_GENERATED),
        settings=json.dumps(chosen),
        seed=hashlib.sha256(f"seed of a course: {settings.seed}".encode()).hexdigest(),
        versions=versions(),
        exercises={name: asdict(each) for name, each in prints.items()},
    )


def on_each_device(key: Key) -> tuple[str, ...]:
    """The exercises with checks that may run on every device of the course."""
    return tuple(
        name
        for name, prints in key.exercises.items()
        if prints.get("devices") == "each"
    )


def are_of_one_run(one: Key, other: Key) -> bool:
    """Whether parts from two devices may be joined: their verdicts agree in context.

    Checks that run on one device only may differ, and so may hints.
    """
    if on_each_device(one) != on_each_device(other):
        return False
    stale = stale_exercises(one, other)
    return stale is not None and not {*stale} & {*on_each_device(one)}


def stale_exercises(before: Key, now: Key) -> tuple[str, ...] | None:
    """The exercises whose verdicts may differ; None if all may.

    Exercises where only hints differ are not included.
    """
    whole = ("submission", "skeleton", "settings", "seed", "versions")
    if any(getattr(before, name) != getattr(now, name) for name in whole):
        return None
    if before.exercises.keys() != now.exercises.keys():
        return None
    return tuple(
        name
        for name, prints in now.exercises.items()
        if _but_hints(prints) != _but_hints(before.exercises[name])
    )


def changes(before: Key, now: Key) -> list[str]:
    """What differs, in words: "checks of conv2d changed"."""
    told = []
    if before.submission != now.submission:
        told.append("the submission")
    if before.skeleton != now.skeleton:
        told.append("the release")
    old, new = json.loads(before.settings or "{}"), json.loads(now.settings)
    told += [f"the setting {name}" for name in new if old.get(name) != new[name]]
    if before.seed != now.seed:
        told.append("the seed")
    versions = sorted({*before.versions, *now.versions})
    told += [
        f"the version of {name}"
        for name in versions
        if before.versions.get(name) != now.versions.get(name)
    ]
    for name, prints in now.exercises.items():
        earlier = before.exercises.get(name, {})
        parts = [_WORDS[part] for part in _WORDS if prints[part] != earlier.get(part)]
        if parts:
            told.append(f"{' and '.join(parts)} of {name}")
    return [f"{each} changed" for each in told]


#: Names of the parts of an exercise's fingerprint.
_WORDS = {
    "checks": "checks",
    "oracle": "the oracle",
    "mistakes": "known mistakes",
    "hints": "hints",
}


def _but_hints(prints: Mapping[str, str]) -> dict[str, str]:
    return {name: digest for name, digest in prints.items() if name != "hints"}


def _digest_of(folder: Path, *, leave_out: tuple[str, ...]) -> str:
    """SHA-256 of the names and bytes of a folder's files."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder)
        hidden = any(part.startswith((".", "__pycache__")) for part in name.parts)
        if hidden or str(name) in leave_out or not path.is_file():
            continue
        try:
            data = path.read_bytes()
        except OSError as error:
            raise UnreadableError(
                f"{path.name} of the release can't be read: {error.strerror}. Fix "
                "that and grade again."
            ) from error
        digest.update(f"{name}\0{len(data)}\0".encode())
        digest.update(data)
    return digest.hexdigest()


@cache
def versions() -> dict[str, str]:
    """Versions of what runs, by name; the autograder by a digest of its code.

    Only as far as a verdict may depend on them: builds of one version for different
    hardware, such as torch's, count as equal, and so do patch releases of Python.
    """
    python = ".".join(platform.python_version_tuple()[:2])
    found = {"Python": python, "autograder": _own_code()}
    for name in _LIBRARIES:
        try:
            version = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
        found[name.removesuffix("-cpu")] = version.partition("+")[0]
    return found


def _own_code() -> str:
    package = Path(__file__).parents[1]
    digest = hashlib.sha256()
    for path in sorted(package.rglob("*.py")):
        name = path.relative_to(package)
        if name.parts[0] not in _NO_VERDICTS:
            digest.update(f"{name}\0".encode())
            digest.update(path.read_bytes())
    return f"{metadata.version('autograder')} {digest.hexdigest()[:16]}"
