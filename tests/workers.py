"""What becomes of a test run when a worker dies: a plugin that tests/conftest.py loads.

pytest-xdist reports the test that was running as failed and starts another worker. Its
scheduler for groups, though, gives that test to the next worker, which dies as well; it
counts on workers that are still collecting; and it may leave one waiting for a second
test forever. `Surviving` does none of that. And the traceback that Python's faulthandler
leaves goes into the failed test's report instead of somewhere into the terminal.
"""

from __future__ import annotations

import faulthandler
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

import pytest

__all__ = ["MOST_DEATHS", "scheduler"]

#: After so many deaths of workers a run ends; xdist's own limit is four a worker.
MOST_DEATHS = 50

#: Where xdist's main process tells a worker which file its last words go to.
_WORDS = "autograder_last_words"

_FOLDER = pytest.StashKey["tempfile.TemporaryDirectory[str]"]()
_FILE = pytest.StashKey[IO[bytes]]()


def scheduler(config: pytest.Config, log: Any, *, group_of: Callable[[str], str]) -> Any:
    """xdist's scheduler for groups of tests, for workers that may die.

    Args:
        config: pytest's.
        log: xdist's.
        group_of: The group of a test's name: one worker runs all of it.
    """
    from xdist.scheduler import LoadScopeScheduling

    class Surviving(LoadScopeScheduling):  # type: ignore[misc]
        def _split_scope(self, nodeid: str) -> str:
            return group_of(nodeid)

        def remove_node(self, node: Any) -> str | None:
            """Called when a worker has ended: the test it died in, if it died.

            What that worker had yet to run comes next, without that test.
            """
            groups = self.assigned_work.pop(node)
            if self.collection is None:  # it has taken no part yet
                self.registered_collections.pop(node, None)
            left = {name: _left_of(tests) for name, tests in groups.items()}
            died_in = next((test for tests in left.values() for test in tests), None)
            for name, tests in reversed(left.items()):
                tests.pop(died_in, None)
                if tests:
                    self.workqueue[name] = tests
                    self.workqueue.move_to_end(name, last=False)
            for other in self.nodes:
                self._reschedule(other)
            return died_in

        def _reschedule(self, node: Any) -> None:
            """Called when a worker may need more: two tests at least, where there are.

            A worker starts a test when it knows of the next one, or that none comes.
            """
            if node not in self.registered_collections:
                return  # it is still collecting
            super()._reschedule(node)
            while self.workqueue and self._pending_of(self.assigned_work[node]) < 2:
                self._assign_work_unit(node)

    return Surviving(config, log)


def _left_of(tests: dict[str, bool]) -> dict[str, bool]:
    """Of a group, the tests that have not ended."""
    return {test: False for test, has_ended in tests.items() if not has_ended}


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> None:
    """Called before xdist reads its options: allow for more deaths than it would."""
    if getattr(config.option, "maxworkerrestart", MOST_DEATHS) is None:
        config.option.maxworkerrestart = str(MOST_DEATHS)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Called by pytest-xdist before it starts a worker: name a file to it."""
    stash = node.config.stash
    if _FOLDER not in stash:
        stash[_FOLDER] = tempfile.TemporaryDirectory(prefix="last-words-")
    node.workerinput[_WORDS] = str(Path(stash[_FOLDER].name, node.gateway.id))


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    """Called in each process; in a worker, a fatal error's traceback goes to its file."""
    if path := getattr(config, "workerinput", {}).get(_WORDS):
        config.stash[_FILE] = Path(path).open("wb")
        faulthandler.enable(config.stash[_FILE])


@pytest.hookimpl(optionalhook=True)
def pytest_handlecrashitem(report: pytest.TestReport) -> None:
    """Called by pytest-xdist when a worker has died in a test: add what it left."""
    node: Any = report.node  # type: ignore[attr-defined]
    path = Path(node.workerinput[_WORDS])
    words = path.read_text("utf-8", "replace") if path.exists() else ""
    left = words.strip() or "It left no traceback: killed from outside, or by os._exit."
    report.longrepr = f"{report.longrepr}\n\n{left}"


@pytest.hookimpl(tryfirst=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    """Called at the end: close the file, remove the folder."""
    if words := config.stash.get(_FILE, None):
        faulthandler.disable()
        words.close()
    if folder := config.stash.get(_FOLDER, None):
        folder.cleanup()
