"""Runs of the command with simulated workers: begun, killed, waited for."""

from __future__ import annotations

import contextlib
import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.courses import ROOT
from tests.survival.classroom import Classroom

__all__ = ["Command", "Ended", "some"]


@dataclass(frozen=True)
class Ended:
    """How a run ended.

    Attributes:
        code: Its exit code; minus the signal that killed it.
        output: What it wrote to stdout.
        errors: What it wrote to stderr.
        seconds: How long it took.
        lag_s: How much of that was after the signal.
    """

    code: int
    output: str
    errors: str
    seconds: float
    lag_s: float = 0.0

    @property
    def said(self) -> str:
        """All that it wrote, its tables and lines joined."""
        words = f"{self.output} {self.errors}".replace("│", " ").split()
        return " ".join(words)


class Command:
    """The command in a classroom, as `tests.survival.simulated` runs it.

    Args:
        room: The classroom.
        folder: For its log, its errors and its temporary files.
        log: Another one's log, to be shared.
    """

    def __init__(
        self, room: Classroom, folder: Path, *, log: Path | None = None
    ) -> None:
        self.room = room
        self.log = log or folder / "log"
        self.temporary = folder / "t"
        self._output, self.errors = folder / "stdout", folder / "stderr"
        self.log.touch()
        self.errors.touch()
        self.temporary.mkdir()
        self._program = subprocess.Popen(
            [sys.executable, "-m", "tests.survival.simulated"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def close(self) -> None:
        """End the program."""
        with contextlib.suppress(OSError):
            self._program.stdin.close()  # type: ignore[union-attr]
        self._program.wait()
        self._program.stdout.close()  # type: ignore[union-attr]

    def begin(
        self,
        *,
        stop: dict[str, Any] | None = None,
        clock: float = 0.0,
        pace_s: float = 0.005,
        arguments: Sequence[str] = ("grade", "numbers"),
    ) -> int:
        """Begin a run; its process id."""
        request = {
            "arguments": arguments,
            "cwd": str(self.room.settings.course_root),
            "log": str(self.log),
            "stdout": str(self._output),
            "stderr": str(self.errors),
            "tmp": str(self.temporary),
            "stop": stop,
            "clock": clock,
            "pace": pace_s,
        }
        assert self._program.stdin
        self._program.stdin.write(f"{json.dumps(request)}\n")
        self._program.stdin.flush()
        return int(self._answer())

    def wait_for(self, words: str, where: Path) -> None:
        """Wait until a file has some words."""
        deadline = time.monotonic() + 60
        while words not in where.read_text(encoding="utf-8"):
            assert time.monotonic() < deadline, words
            time.sleep(0.01)

    def end(self, started: float, signalled: float | None = None) -> Ended:
        """Wait for the end of the run that was begun."""
        code, now = int(self._answer()), time.monotonic()
        errors = self.errors.read_text(encoding="utf-8")
        output = self._output.read_text(encoding="utf-8")
        return Ended(code, output, errors, now - started, now - (signalled or now))

    def run(self, **named: Any) -> Ended:
        """A run from beginning to end."""
        started = time.monotonic()
        self.begin(**named)
        return self.end(started)

    def killed(self, number: int, after_s: float, **named: Any) -> Ended:
        """A run that gets a signal after a time, unless it has ended by then."""
        started = time.monotonic()
        pid = self.begin(**named)
        time.sleep(after_s)
        return self.signalled(pid, number, started)

    def signalled(self, pid: int, number: int, started: float) -> Ended:
        """Send the run that was begun a signal, and wait for its end."""
        signalled = time.monotonic()
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)
        return self.end(started, signalled)

    def _answer(self) -> str:
        assert self._program.stdout
        answer = self._program.stdout.readline()
        assert answer, "the program has ended"
        return answer


def some(rng: random.Random, names: Sequence[str]) -> list[str]:
    """A few of some names, perhaps none."""
    return [name for name in names if rng.random() < 0.4]
