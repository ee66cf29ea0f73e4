"""Kernels to test with: one fork server for the session, kernels for a moment.

The server here imports what a kernel itself needs but no framework, so that a kernel
costs a tenth of a second. Where a machine refuses the full wall, tests of what does not
need it use plain processes; tests of the wall itself say why they are skipped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any, TypeAlias

import nbformat
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook

from autograder.config import Limits
from autograder.errors import WallError
from autograder.execution.forkserver import ForkServer
from autograder.execution.launchers import Launcher, PlainLauncher, WalledLauncher
from autograder.execution.remote import Call, Reply, Target
from autograder.execution.session import Session
from autograder.sandbox import Box, server_environment

LIGHT = (
    "numpy",
    "IPython",
    "ipykernel.kernelapp",
    "ipykernel.debugger",
    "autograder.execution.agent",
)

#: For a call that is to succeed: never reached, however busy the machine is.
AMPLE_S = 60.0


def notebook(*sources: str) -> NotebookNode:
    """A notebook of code cells."""
    made: NotebookNode = new_notebook(cells=[new_code_cell(each) for each in sources])
    nbformat.validate(made)
    return made


def light_launcher(limits: Limits | None = None) -> WalledLauncher:
    """A walled launcher whose fork server imports no framework."""
    launcher = WalledLauncher(limits, warm=False)
    launcher.server = ForkServer(server_environment(), preload=LIGHT)
    return launcher


class Student:
    """A notebook whose cells have been run, with short ways to ask its kernel."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def reply(
        self,
        name: str,
        *args: Any,
        timeout_s: float = AMPLE_S,
        forbidden: tuple[str, ...] = (),
        **kwargs: Any,
    ) -> Reply:
        """Call a function of the notebook, or a method: `name` may have dots."""
        first, *path = name.split(".")
        call = Call(Target(first, path=tuple(path)), args, kwargs, forbidden)
        return self.session.remote.call(call, timeout_s=timeout_s)

    def call(self, name: str, *args: Any, **options: Any) -> Any:
        """What the function returned."""
        return self.reply(name, *args, **options).value

    def gradient(self, name: str, *args: Any, cotangent: Any = None) -> Any:
        """Gradients of sum(cotangent * function(*args))."""
        return self.session.remote.gradient(
            Call(Target(name), args), cotangent=cotangent, timeout_s=AMPLE_S
        )


MakeStudent: TypeAlias = Callable[..., Student]


@pytest.fixture(scope="session")
def wall() -> Iterator[WalledLauncher | str]:
    """The full wall, found out by having it; or why this machine refuses."""
    launcher = light_launcher()
    try:
        with Box() as box, Session(notebook(), box, launcher=launcher) as session:
            assert session.remote.is_alive
    except WallError as error:
        yield str(error)
    else:
        yield launcher
    launcher.close()


@pytest.fixture(scope="session")
def walled(wall: WalledLauncher | str) -> WalledLauncher:
    """The full wall; skips where there is none."""
    if isinstance(wall, str):
        pytest.skip(wall)
    return wall


@pytest.fixture(scope="session")
def launcher(wall: WalledLauncher | str) -> Launcher:
    """The strongest launcher that there is here."""
    return PlainLauncher() if isinstance(wall, str) else wall


@pytest.fixture(params=["full", "process"])
def each_launcher(request: pytest.FixtureRequest) -> Launcher:
    """One launcher after the other, for what both must do alike."""
    if request.param == "process":
        return PlainLauncher()
    made: Launcher = request.getfixturevalue("walled")
    return made


@pytest.fixture
def make_session(launcher: Launcher) -> Iterator[Callable[..., Session]]:
    """Make sessions that end with the test; limits as keywords."""
    with ExitStack() as ends:

        def make(
            *sources: str,
            on: Launcher | None = None,
            is_run: Callable[[NotebookNode], bool] | None = None,
            **limits: Any,
        ) -> Session:
            box = ends.enter_context(Box())
            session = Session(
                notebook(*sources),
                box,
                limits=Limits(**limits),
                launcher=on or launcher,
                is_run=is_run,
            )
            return ends.enter_context(session)

        yield make


@pytest.fixture
def make_student(make_session: Callable[..., Session]) -> MakeStudent:
    """Run cells in a kernel of their own; the test may break it."""

    def make(*sources: str, **options: Any) -> Student:
        session = make_session(*sources, **options)
        session.advance(len(sources))
        assert session.failures == {}
        return Student(session)

    return make
