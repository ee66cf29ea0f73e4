"""Ctrl-C, SIGTERM and a closed terminal: one line and an exit code, at any moment.

Owns: the handlers of the command's process. May not: import anything that Python has
not loaded at its start: the handlers are set before everything else is imported.
"""

from __future__ import annotations

import os
import signal
import sys

__all__ = ["Interrupted", "Signals"]

_WORDS = {
    signal.SIGINT: "interrupted",
    signal.SIGTERM: "terminated",
    signal.SIGHUP: "the terminal was closed",
}

#: How many signals a clean-up may ignore; people press Ctrl-C twice.
_PATIENCE = 2

#: How long until an exception is raised again that was lost where nothing can be
#: raised.
_AGAIN_S = 0.05


class Interrupted(SystemExit):
    """Ends the command with a signal's exit code; no `except Exception` catches it.

    Attributes:
        signal: Which one it was.
    """

    def __init__(self, number: int) -> None:
        super().__init__(128 + number)
        self.signal = signal.Signals(number)

    def __str__(self) -> str:
        """One line for the waiting user."""
        return _line(self.signal)


class Signals:
    """How signals are handled: at the start and end they end the process at once.

    In between, from `raise_from_now` on, the first one raises `Interrupted`, so that
    there is a clean-up; a second one does not disturb it.
    """

    def __init__(self) -> None:
        self._raises = False
        self._heard = 0
        self._hook = sys.unraisablehook

    def __enter__(self) -> Signals:
        for number in _WORDS:
            # A command started with `nohup` should keep running.
            if signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, self._hear)
        sys.unraisablehook = self._hear_lost
        return self

    def __exit__(self, *_error: object) -> None:
        """Nothing is left to clean up; the handlers stay until the very end."""
        self._raises = False

    def raise_from_now(self) -> None:
        """From now on there is something to clean up."""
        self._raises = True

    def _hear(self, number: int, _frame: object) -> None:
        self._heard += 1
        if not self._raises or self._heard > _PATIENCE:
            _end_now(number)
        if self._heard == 1:
            raise Interrupted(number)

    def _hear_lost(self, lost: sys.UnraisableHookArgs) -> None:
        """Called by Python for an exception that can't be raised (`__del__`)."""
        if not isinstance(lost.exc_value, Interrupted):
            self._hook(lost)
            return
        import threading

        self._heard = 0
        again = (os.getpid(), lost.exc_value.signal)
        threading.Timer(_AGAIN_S, os.kill, again).start()


def _line(number: signal.Signals) -> str:
    return f"{_WORDS[number]}; what was graded is kept"


def _end_now(number: int) -> None:
    try:
        os.write(2, f"{_line(signal.Signals(number))}\n".encode())
    finally:
        os._exit(128 + number)
