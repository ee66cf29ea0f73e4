"""A time limit that is fair to a submission on a busy machine.

Owns: how a limit is extended, and waiting until it ends.
"""

from __future__ import annotations

import select
import socket
import time
from collections.abc import Callable

from autograder.sandbox.times import times, waits

__all__ = ["GRACE_S", "Deadline"]

#: How often other work may be done while waiting, in seconds.
PULSE_S = 0.1

#: After an interrupt, how long a kernel may take to come back before it is killed.
GRACE_S = 2.0

#: The least share of processor time in a call that is busy itself.
_BUSY = 0.8

#: A limit is extended to at most this many times itself.
MOST_STRETCH = 4.0


class Deadline:
    """A time limit that is extended by the time spent waiting for a processor.

    Args:
        limit_s: Seconds, on a machine with a free processor.
        pid: The process whose waiting does not count.
        waited: Returns how long a process has waited, if more than its own threads
            count.

    Attributes:
        limit_s: The same.
        latest: When the limit ends in any case, on time.monotonic's clock.
    """

    def __init__(
        self,
        limit_s: float,
        pid: int,
        *,
        waited: Callable[[int], float] | None = None,
    ) -> None:
        self.limit_s = limit_s
        self._started = time.monotonic()
        self.latest = self._started + MOST_STRETCH * limit_s
        self._pid = pid
        self._times = times(pid)
        self._waits: dict[int, float] = {}
        self._waited = waited
        self._waited_before_s = waited(pid) if waited else 0.0
        self._end = self._started + limit_s
        self._excused_s = 0.0
        self._most_waited_s = 0.0

    @property
    def left_s(self) -> float:
        """The least number of seconds left; 0 or less at the end.

        The process's waiting time is looked up only if nothing would be left without
        it.
        """
        if (left := self._end - time.monotonic()) > 0:
            return left
        return min(self._end + self._waited_s, self.latest) - time.monotonic()

    @property
    def spent_s(self) -> float:
        """Seconds used so far, without waiting and excused time.

        Getting an interrupted process back may take as long again and is bounded: no
        more than the limit and the grace.
        """
        spent = time.monotonic() - self._started - self._excused_s
        if spent > PULSE_S:
            spent = max(spent - self._waited_s, 0.0)
        return min(spent, self.limit_s + GRACE_S)

    @property
    def was_busy(self) -> bool:
        """Whether the process's main thread was running nearly all of that time."""
        return times(self._pid).ran_s - self._times.ran_s > _BUSY * self.spent_s

    def excuse(self, seconds: float) -> None:
        """Leave out time in which the process waited for us."""
        self._excused_s += seconds
        self._end += seconds

    @property
    def _waited_s(self) -> float:
        """How long one of the threads has waited; the one that waited most.

        A framework may compute in a thread of its own while the main thread sleeps.
        Past readings are kept: a process that has ended can't be read.
        """
        waited = [0.0, times(self._pid).waited_s - self._times.waited_s]
        if self._waited:
            waited.append(self._waited(self._pid) - self._waited_before_s)
        if self._waits:
            now = waits(self._pid)
            waited += [now[each] - self._waits.get(each, 0.0) for each in now]
        self._most_waited_s = max(self._most_waited_s, *waited)
        return self._most_waited_s

    def wait_for(
        self, channel: socket.socket, *, meanwhile: Callable[[], None]
    ) -> None:
        """Wait until there is something to read.

        Args:
            channel: What to read from.
            meanwhile: Called every `PULSE_S` while there is nothing.

        Raises:
            TimeoutError: There is still nothing at the end.
        """
        while (left := self.left_s) > 0:
            if select.select([channel], [], [], min(left, PULSE_S))[0]:
                return
            self._waits = self._waits or waits(self._pid)
            meanwhile()
        raise TimeoutError
