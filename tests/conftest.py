"""What tests share: a tiny course and warm kernels.

The course has one assignment, with one automatic cell and one written answer.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from nbformat import NotebookNode

from autograder.config import Settings
from tests.courses import tiny_course, tiny_source

if TYPE_CHECKING:
    from autograder.audit.examiner import Examiner
    from autograder.audit.lesson import Lesson

# No test is to leave a process behind; those of a server that stays say so themselves.
os.environ["AUTOGRADER_WARM_MINUTES"] = "0"

#: Tests that wait for other processes to come or go, which a busy machine may hold up
#: for longer than any sensible limit. One that fails is run up to twice more, and
#: counted as "rerun". None of them is about a verdict, the wall, or what is kept.
WAITING = (
    "cli/test_ends.py",
    "cluster/",
    "execution/test_forkserver.py",
    "execution/test_session.py",
    "execution/test_warm.py",
    "grading_rooms/test_hiring.py",
)

pytest_plugins = ["tests.lending", "tests.selection", "tests.workers"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let tests that wait for processes have another try."""
    here = Path(__file__).parent
    for item in items:
        is_ours = item.path.is_relative_to(here)
        if is_ours and item.path.relative_to(here).as_posix().startswith(WAITING):
            item.add_marker(pytest.mark.flaky(reruns=2, reruns_delay=2))


@pytest.fixture(scope="session")
def examine(pytestconfig: pytest.Config) -> Iterator[Callable[..., Examiner]]:
    """An assignment's examiner on a device; started when it is first asked for.

    One warm kernel for all the answers, and mutants, that are put to its checks.
    """
    from autograder.audit.examiner import examiner
    from tests.lending import LIMITS, launcher_of

    started: dict[tuple[str, str], Examiner] = {}
    with ExitStack() as stack:

        def begin(lesson: Lesson, *, device: str = "cpu") -> Examiner:
            key = lesson.assignment, device
            if key not in started:
                warm = launcher_of(pytestconfig) if device == "cpu" else None
                put = examiner(lesson, device=device, launcher=warm, limits=LIMITS)
                started[key] = stack.enter_context(put)
            return started[key]

        yield begin


@pytest.fixture
def source() -> NotebookNode:
    """A source notebook with every kind of cell."""
    return tiny_source()


@pytest.fixture
def make_course(tmp_path: Path, source: NotebookNode) -> Callable[..., Settings]:
    """Write a course with the assignment `squares`; extra lines go to its config."""

    def make(*lines: str) -> Settings:
        return tiny_course(tmp_path, *lines, source=source)

    return make
