"""A time limit that is fair to a submission on a busy machine.

Owns: how a limit is stretched, and waiting until it ends.
"""

from __future__ import annotations

import select
import socket
import time
from collections.abc import Callable

from autograder.sandbox import waited_s

__all__ = ["GRACE_S", "Deadline"]

#: How often something else may be done while something is awaited, in seconds.
PULSE_S = 0.1

#: After an interrupt, how long a kernel may take to come back before it is killed.
GRACE_S = 2.0

#: A limit is stretched at most to this many times itself.
MOST_STRETCH = 4.0


class Deadline:
    """A time limit that is stretched by the time spent waiting for a processor.

    Args:
        limit_s: Seconds, on a machine that has a processor to spare.
        pid: The process whose waiting does not count.
        waited: Says how long a process has waited; `waited_s` when None.

    Attributes:
        latest: When patience ends whatever happens, on time.monotonic's clock.
    """

    def __init__(
        self, limit_s: float, pid: int, *, waited: Callable[[int], float] | None = None
    ) -> None:
        started = time.monotonic()
        self.latest = started + MOST_STRETCH * limit_s
        self._pid = pid
        self._waited = waited or waited_s
        self._waited_s = self._waited(pid)
        self._end = started + limit_s

    @property
    def left_s(self) -> float:
        """Seconds that are left at least; 0 or less at the end.

        How long the process has waited is looked up only when nothing would be left
        without it.
        """
        if (left := self._end - time.monotonic()) > 0:
            return left
        # Of a process that has ended since, nothing is known any more.
        since = max(0.0, self._waited(self._pid) - self._waited_s)
        stretched = self._end + since
        return min(stretched, self.latest) - time.monotonic()

    def wait_for(
        self, channel: socket.socket, *, meanwhile: Callable[[], None]
    ) -> None:
        """Wait until there is something to read.

        Args:
            channel: What to read from.
            meanwhile: Called every `PULSE_S` while there is nothing.

        Raises:
            TimeoutError: There is nothing at the end.
        """
        while (left := self.left_s) > 0:
            if select.select([channel], [], [], min(left, PULSE_S))[0]:
                return
            meanwhile()
        raise TimeoutError
