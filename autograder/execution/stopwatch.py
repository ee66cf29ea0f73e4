"""Where the time of a submission goes.

Owns: a stopwatch whose parts add up. May not: print or keep anything.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

__all__ = ["Stopwatch"]


class Stopwatch:
    """Divides the time since it was made among named stretches.

    A stretch inside another one is not counted in the outer one too, so the parts add
    up to the whole, however the stretches nest.

    Args:
        rest: Name of the time outside all stretches.
        tell: Called with the name of each stretch that begins or is gone on with.
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
        """Count the time of the block under a name; it may be used again and again."""
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
        """Seconds of each stretch until now, under `<name>_s`, in order of use."""
        self._turn()
        return {f"{name}_s": spent for name, spent in self._spent.items()}

    def _turn(self) -> None:
        """Give the time since the last turn to the stretch that is on."""
        now, name = time.monotonic(), self._names[-1]
        self._spent[name] = self._spent.get(name, 0.0) + now - self._since
        self._since = now
