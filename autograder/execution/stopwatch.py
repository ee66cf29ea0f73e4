"""Measure how a submission's time is spent.

Owns: a stopwatch whose parts add up. May not: print or keep anything.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

__all__ = ["Stopwatch"]


class Stopwatch:
    """Divides the time since its creation into named parts.

    A part inside another is not also counted in the outer one, so the parts add up to
    the whole, however they are nested.

    Args:
        rest: Name of the remaining time.
        tell: Called with the name of each part that begins or resumes.
    """

    def __init__(
        self, rest: str = "rest", *, tell: Callable[[str], None] | None = None
    ) -> None:
        self._tell = tell or (lambda _name: None)
        self._spent: dict[str, float] = {}
        self._names = [rest]
        self._since = time.monotonic()
        self._tell(rest)

    @contextmanager
    def on(self, name: str) -> Iterator[None]:
        """Count the time of the block under a name, which may be used repeatedly."""
        self._turn()
        self._names.append(name)
        self._tell(name)
        try:
            yield
        finally:
            self._turn()
            self._names.pop()
            self._tell(self._names[-1])

    @property
    def parts_s(self) -> dict[str, float]:
        """Seconds of each part until now, under `<name>_s`, in order of use."""
        self._turn()
        return {f"{name}_s": spent for name, spent in self._spent.items()}

    def _turn(self) -> None:
        """Add the time since the last change to the current part."""
        now, name = time.monotonic(), self._names[-1]
        self._spent[name] = self._spent.get(name, 0.0) + now - self._since
        self._since = now
