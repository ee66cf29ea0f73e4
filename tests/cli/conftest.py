"""Commands, run in this process."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from autograder.cli import main


@dataclass(frozen=True)
class Ended:
    """How a command ended and what it printed."""

    code: int
    out: str
    err: str


@pytest.fixture
def autograder(monkeypatch, capfd) -> Iterator[Callable[..., Ended]]:
    """Run `autograder` with some arguments."""
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("TERM", "dumb")
    # `main` is the last that a process does, and does not take its handlers back.
    heard = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    handlers = {number: signal.getsignal(number) for number in heard}
    monkeypatch.setattr(sys, "unraisablehook", sys.unraisablehook)

    def command(*arguments: object) -> Ended:
        monkeypatch.setattr(sys, "argv", ["autograder", *map(str, arguments)])
        code = 0
        try:
            main()
        except SystemExit as end:
            code = int(end.code or 0)
        return Ended(code, *capfd.readouterr())

    yield command
    for number, handler in handlers.items():
        signal.signal(number, handler)
