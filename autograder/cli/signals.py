"""Ctrl-C, SIGTERM and a closed terminal: one line and an exit code, at any moment.

Owns: the handlers of the command's process. May not: import anything but the standard
library: they are set before all else is imported.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
from types import FrameType
from typing import NoReturn

__all__ = ["Interrupted", "Signals"]

_WORDS = {
    signal.SIGINT: "interrupted",
    signal.SIGTERM: "terminated",
    signal.SIGHUP: "the terminal was closed",
}

#: How many signals a clean-up may outlast; people press Ctrl-C twice.
_PATIENCE = 2

#: An exception that was lost in a place that can't raise comes again after so long.
_AGAIN_S = 0.05


class Interrupted(SystemExit):
    """Ends the command with the exit code of a signal; no `except Exception` stops it.

    Attributes:
        signal: Which one it was.
    """

    def __init__(self, number: int) -> None:
        super().__init__(128 + number)
        self.signal = signal.Signals(number)

    def __str__(self) -> str:
        """One line for the person who waits."""
        return _line(self.signal)


class Signals:
    """What signals do: at first and in the end they end the process at once.

    In between, from `raise_from_now` on, the first raises `Interrupted`, so that what
    was begun is cleaned up; the clean-up is not disturbed by a second one.
    """

    def __init__(self) -> None:
        self._raises = False
        self._heard = 0
        self._hook = sys.unraisablehook

    def __enter__(self) -> Signals:
        if threading.current_thread() is not threading.main_thread():
            return self  # Python hands signals to the main thread only
        for number in _WORDS:
            # Who started us with `nohup` wants us to live on.
            if signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, self._hear)
        sys.unraisablehook = self._hear_lost
        return self

    def __exit__(self, *_error: object) -> None:
        """Nothing is left to be cleaned up; the handlers stay to the very end."""
        self._raises = False

    def raise_from_now(self) -> None:
        """There is something to be cleaned up now."""
        self._raises = True

    def _hear(self, number: int, _frame: FrameType | None) -> None:
        self._heard += 1
        if not self._raises or self._heard > _PATIENCE:
            _end_now(number)
        if self._heard == 1:
            raise Interrupted(number)

    def _hear_lost(self, lost: sys.UnraisableHookArgs) -> None:
        """Called by Python for an exception where none can be raised (`__del__`)."""
        if not isinstance(lost.exc_value, Interrupted):
            self._hook(lost)
            return
        self._heard = 0
        again = (os.getpid(), lost.exc_value.signal)
        threading.Timer(_AGAIN_S, os.kill, again).start()


def _line(number: signal.Signals) -> str:
    return f"{_WORDS[number]}; what was graded is kept"


def _end_now(number: int) -> NoReturn:
    with contextlib.suppress(OSError):
        os.write(2, f"{_line(signal.Signals(number))}\n".encode())
    os._exit(128 + number)
