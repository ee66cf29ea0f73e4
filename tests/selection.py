"""Which tests run, in which order and with whom: a plugin that tests/conftest.py loads.

`pytest --assignment=pooling` runs the tests of one assignment alone, and imports no
others; the option can be given again.
"""

from __future__ import annotations

import re
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from autograder.config import load_settings

ROOT = Path(__file__).parents[1]
ASSIGNMENTS = frozenset(load_settings(ROOT).assignments)

#: Their tests put answers to the checks, by `examine`.
EXAMINED = ("tests/meta",)

#: Where tests about each assignment stand, beside the folders that bear its name.
ABOUT_EACH = (
    *EXAMINED,
    "tests/bench/test_run.py",
    "tests/checks/test_recording.py",
    "tests/test_demo.py",
    "tests/test_release.py",
    "tests/test_source.py",
    "tests/results/test_prints_of_the_course.py",
)

#: What takes longest comes first, or one worker would still be at it when all is done.
LONGEST_FIRST = (
    "tests/attacks",
    "tests/test_demo.py",
    "tests/solutions",
    "tests/survival",
    "tests/meta",
    "tests/execution",
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Called by pytest: add the option."""
    parser.addoption(
        "--assignment",
        action="append",
        default=[],
        metavar="NAME",
        help="only the tests of this assignment; can be given again",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Called by pytest: refuse an assignment that there is not."""
    for name in config.getoption("--assignment"):
        if name not in ASSIGNMENTS:
            known = ", ".join(sorted(ASSIGNMENTS))
            raise pytest.UsageError(
                f"--assignment={name}: course_config.py has no such assignment; "
                f"there are {known}"
            )


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Called before a path is looked into: leave what isn't wanted alone."""
    wanted = config.getoption("--assignment")
    is_ours = collection_path.is_relative_to(ROOT)
    if wanted and is_ours and not may_hold(collection_path.relative_to(ROOT), wanted):
        return True
    return None  # as pytest itself decides


def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> None:
    """Called after collection: of these only, and what takes longest comes first."""
    wanted = config.getoption("--assignment")
    others = [x for x in items if wanted and assignment_of(x.nodeid) not in wanted]
    if others:
        config.hook.pytest_deselected(items=others)
        left_out = set(others)
        items[:] = [item for item in items if item not in left_out]
    items.sort(key=lambda item: rank_of(item.nodeid))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Called by pytest-xdist: keep tests that share fixtures on one worker."""
    from tests.workers import scheduler

    are_spread = bool(config.getoption("--assignment"))
    return scheduler(config, log, group_of=partial(group_of, are_spread=are_spread))


def may_hold(path: Path, wanted: list[str]) -> bool:
    """Whether a folder or file may hold tests of the assignments wanted.

    Args:
        path: Relative to this repository.
        wanted: Names of assignments.
    """
    named = ASSIGNMENTS.intersection(path.parts)
    if named:
        return not named.isdisjoint(wanted)
    return path.as_posix().startswith(ABOUT_EACH) or not path.suffix


def assignment_of(nodeid: str) -> str | None:
    """The assignment that a test's folder, or else its first parameter, names."""
    file, _, name = nodeid.partition("::")
    parameter = re.search(r"\[(\w+)[-\]]", name)
    candidates = [*file.split("/"), parameter[1] if parameter else ""]
    return next((each for each in candidates if each in ASSIGNMENTS), None)


def group_of(nodeid: str, *, are_spread: bool = False) -> str:
    """A test's file, or where a kernel serves more or less than that.

    The checks of an assignment share one; so do the tests of these checks. In another
    file about all assignments, each is a group of its own.

    Args:
        nodeid: pytest's name of the test.
        are_spread: Whether the tests of checks are shared out by what they are about,
            for two kernels: where there is one assignment, nothing else is left to do.
    """
    file, _, name = nodeid.partition("::")
    folder, assignment = file.rpartition("/")[0], assignment_of(nodeid)
    if folder.startswith("tests/grading/"):
        return folder
    if assignment is None or folder.endswith(f"/{assignment}"):
        return file
    if folder not in EXAMINED:
        return f"{file}[{assignment}]"
    if are_spread:  # a training is remembered for all the ways to spoil its function
        return f"{file}::{'-'.join(name.split('-')[:2])}"
    return f"tests/meta[{assignment}]"


def rank_of(nodeid: str) -> int:
    """Place among the files that take long; after them for all others."""
    ranks = (n for n, path in enumerate(LONGEST_FIRST) if nodeid.startswith(path))
    return next(ranks, len(LONGEST_FIRST))
