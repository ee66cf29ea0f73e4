"""The checks of an assignment, collected in this process.

Owns: a pytest session that nobody runs, for those who run its items one by one. May
not: run an item.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest
from _pytest.config import _prepareconfig

from autograder.audit.lesson import Lesson
from autograder.checks.collecting import arguments
from autograder.checks.plugin import NoTracebacks
from autograder.checks.soundness import require_sound
from autograder.config import shown
from autograder.errors import AssignmentError

__all__ = ["collected"]


@contextmanager
def collected(lesson: Lesson, device: str) -> Iterator[pytest.Session]:
    """A pytest session within this process, as pytest's own pytester makes them.

    Raises:
        AssignmentError: The grading tests can't be collected, or don't fit.
    """
    place, refused = lesson.place, _Refused()
    with ExitStack() as stack:
        try:
            config = _prepareconfig(_options(lesson, device))
            stack.callback(config._ensure_unconfigure)
            config.pluginmanager.register(NoTracebacks())
            config.pluginmanager.register(refused)
            config._do_configure()
            session = pytest.Session.from_config(config)
            config.hook.pytest_sessionstart(session=session)
            session.perform_collect()
        except pytest.UsageError as error:
            raise AssignmentError(f"{shown(place.tests)}: {error}") from error
        if refused.reasons:
            raise AssignmentError(
                f"{shown(place.tests)}: the grading tests can't be collected: "
                f"{refused.reasons[0]}"
            )
        require_sound(place, session.items)
        yield session
        config.hook.pytest_sessionfinish(session=session, exitstatus=0)


class _Refused:
    """A plugin that keeps why files can't be collected."""

    def __init__(self) -> None:
        self.reasons: list[str] = []

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Called by pytest for each file and folder."""
        if report.failed:
            lines = [line.strip() for line in report.longreprtext.splitlines()]
            errors = [line[1:].strip() for line in lines if line.startswith("E  ")]
            reason = (errors or lines or ["pytest gives no reason"])[-1]
            self.reasons.append(f"{report.nodeid}: {reason}")


def _options(lesson: Lesson, device: str) -> list[str]:
    """The command line of a session that collects an assignment's checks."""
    unwanted = ("faulthandler", "terminal", "threadexception", "unraisableexception")
    return [
        *arguments(lesson.place.on(device)),
        "--disable-plugin-autoload",
        *(f"-pno:{name}" for name in unwanted),
    ]
