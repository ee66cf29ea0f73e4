"""One fork server for all workers of a test run: a plugin that tests/conftest.py loads.

To import the frameworks takes a processor ten seconds. pytest-xdist's main process has
it done once, when a worker first asks, and lends to each. Where a machine refuses the
full wall, each kernel is a plain process, and imports for itself.
"""

from __future__ import annotations

import contextlib
import socket
import tempfile
import threading
from pathlib import Path
from typing import Any

import pytest
from nbformat.v4 import new_notebook

from autograder.checks.plugin import desk_of, grade_id_for
from autograder.config import Limits
from autograder.errors import WallError
from autograder.execution.launchers import Launcher, PlainLauncher, launcher_for
from autograder.execution.session import Session
from autograder.sandbox import Box

__all__ = ["Lender", "launcher_of", "new_launcher"]

#: What the cells of hundreds of answers take together.
LIMITS = Limits(notebook_timeout_s=3600, call_timeout_s=5)

#: Where xdist's main process tells a worker how to reach the lender.
_ADDRESS = "autograder_lender"

_LENDER = pytest.StashKey["Lender"]()
_LAUNCHER = pytest.StashKey[Launcher]()


class Lender:
    """Lends a fork server to whoever connects; started at the first request.

    Attributes:
        address: The socket to connect to.
    """

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="lender-")
        self.address = str(Path(self._folder.name, "socket"))
        self._launcher = launcher_for("full", LIMITS)
        self._door = socket.socket(socket.AF_UNIX)
        self._door.bind(self.address)
        self._door.listen()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            try:
                caller, _ = self._door.accept()
            except OSError:  # the door was shut
                return
            with caller, contextlib.ExitStack() as stack:
                if lent := self._launcher.lend():
                    stack.enter_context(lent)
                    with contextlib.suppress(OSError):  # whoever asked is gone
                        socket.send_fds(caller, [b"lent"], [lent.fileno()])

    def close(self) -> None:
        """End the server and all that was forked from it."""
        self._door.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._door.close()
        self._launcher.close()
        self._folder.cleanup()

    @staticmethod
    def borrow(address: str) -> socket.socket:
        """What a launcher in this process can start from, as its `lent`."""
        with socket.socket(socket.AF_UNIX) as caller:
            caller.connect(address)
            _, descriptors, _, _ = socket.recv_fds(caller, 16, 1)
        return socket.socket(fileno=descriptors[0])


def launcher_of(config: pytest.Config) -> Launcher:
    """What starts kernels for tests on the CPU, in this process of a test run."""
    if _LAUNCHER not in config.stash:
        config.stash[_LAUNCHER] = new_launcher(config)
    return config.stash[_LAUNCHER]


def new_launcher(config: pytest.Config) -> Launcher:
    """Such a launcher; a plain one where the machine refuses the wall."""
    address = getattr(config, "workerinput", {}).get(_ADDRESS)
    lent = Lender.borrow(address) if address else None
    try:
        launcher = launcher_for("full", LIMITS, lent=lent)
    except WallError:
        return PlainLauncher()
    notebook = new_notebook()
    try:
        with Box() as box, Session(notebook, box, launcher=launcher) as session:
            assert session.remote.is_alive
    except WallError:
        launcher.close()
        return PlainLauncher()
    return launcher


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Called by pytest-xdist before it starts a worker: tell it of the lender."""
    stash = node.config.stash
    with contextlib.suppress(WallError):
        if _LENDER not in stash:
            stash[_LENDER] = Lender()
        node.workerinput[_ADDRESS] = stash[_LENDER].address


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Called before a test: the source's own kernel is started from here, too."""
    is_on_gpu = item.config.getoption("--device") != "cpu"
    if grade_id_for(item) and not is_on_gpu:
        desk_of(item.config).launcher = launcher_of(item.config)


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    """Called at the end, when no kernel runs any more."""
    if launcher := config.stash.get(_LAUNCHER, None):
        launcher.close()
    if lender := config.stash.get(_LENDER, None):
        lender.close()
