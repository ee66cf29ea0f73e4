"""What becomes of a test run when a worker dies: a plugin that tests/conftest.py loads.

pytest-xdist reports the test that was running as failed and starts another worker. Its
scheduler for groups, though, gives that test to the next worker, which dies as well; it
counts on workers that are still collecting or just dead; and it may leave one waiting
for a second test forever. `Surviving` does none of that. And the traceback that
Python's faulthandler leaves goes into the failed test's report, where it can be found.
"""

from __future__ import annotations

import contextlib
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

#: Last words of the workers whose death no test has been blamed for, by worker.
_DEAD = pytest.StashKey[dict[str, str]]()


def scheduler(
    config: pytest.Config, log: Any, *, group_of: Callable[[str], str]
) -> Any:
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
            if self.collection is None:  # no work was given out yet
                self.registered_collections.pop(node, None)
            left = {name: _left_of(tests) for name, tests in groups.items()}
            died_in = next((test for tests in left.values() for test in tests), None)
            if died_in is None:
                return None
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
            while not node.shutting_down and self._is_short(node):
                super()._reschedule(node)

        def _is_short(self, node: Any) -> bool:
            return self._pending_of(self.assigned_work[node]) < 2

        def _assign_work_unit(self, node: Any) -> None:
            """Called to send tests to a worker; one that has just died takes none.

            When its death is told, they go to another one.
            """
            with contextlib.suppress(OSError):
                super()._assign_work_unit(node)

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
    """Called in each process: a worker's traceback, if it dies, goes to its file."""
    if path := getattr(config, "workerinput", {}).get(_WORDS):
        words = config.stash[_FILE] = Path(path).open("wb")  # noqa: SIM115 - stays open
        faulthandler.enable(words)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any, error: object) -> None:
    """Called by pytest-xdist when a worker has ended, before it looks for a test."""
    if error and error != "keyboard-interrupt":
        node.config.stash.setdefault(_DEAD, {})[node.gateway.id] = _words_of(node)


@pytest.hookimpl(optionalhook=True)
def pytest_handlecrashitem(report: pytest.TestReport) -> None:
    """Called by pytest-xdist when a worker has died in a test: add its last words."""
    node: Any = report.node  # type: ignore[attr-defined]
    words = node.config.stash[_DEAD].pop(node.gateway.id)
    report.longrepr = f"{report.longrepr}\n\n{words}"


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Called at the end: a run in which a worker died outside of a test has failed."""
    if session.config.stash.get(_DEAD, None) and not session.exitstatus:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Called at the end: show the last words that belong to no test."""
    for worker, words in config.stash.get(_DEAD, {}).items():
        terminalreporter.section(f"worker {worker} died outside of a test", red=True)
        terminalreporter.write_line(words)


def _words_of(node: Any) -> str:
    """The traceback that a worker left when it died."""
    path = Path(node.workerinput[_WORDS])
    words = path.read_text("utf-8", "replace").strip() if path.exists() else ""
    return words or "It left no traceback: ended from outside, or by os._exit."


@pytest.hookimpl(tryfirst=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    """Called at the end: close the file, remove the folder."""
    if words := config.stash.get(_FILE, None):
        faulthandler.disable()
        words.close()
    if folder := config.stash.get(_FOLDER, None):
        folder.cleanup()
