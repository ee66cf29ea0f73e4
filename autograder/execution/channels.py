"""The channels of one kernel: requests out, messages in.

Owns: Jupyter's message format, waiting for messages, and counting them. May not: trust
a message: each consists of bytes that a student controls.
"""

from __future__ import annotations

import re
import select
from typing import Any

from jupyter_client.manager import KernelManager

from autograder.execution.channel import Channel
from autograder.execution.outputs import plain

__all__ = ["Channels"]

#: The most lists and objects in one message; each takes many times its bytes when
#: parsed.
_MOST_CONTAINERS = 200_000

_STRING = re.compile(rb'"(?:[^"\\]|\\.)*"', re.DOTALL)


class Channels:
    """A kernel's shell and its outputs, as one client uses them.

    Args:
        manager: Knows the addresses and the key that signs messages.
        ended: A descriptor that becomes readable when the kernel has ended.
        most_bytes: The largest message.

    Attributes:
        taken: How many messages were received so far, including unreadable ones.
    """

    def __init__(self, manager: KernelManager, *, ended: int, most_bytes: int) -> None:
        self._session = manager.session
        self._ended = ended
        address = manager.ip
        self._shell = Channel(
            f"{address}-{manager.shell_port}", "DEALER", most_bytes=most_bytes
        )
        self._iopub = Channel(
            f"{address}-{manager.iopub_port}", "SUB", most_bytes=most_bytes
        )
        self.taken = 0
        self._dropped = 0
        self._is_refusing = False

    def connect(self) -> bool:
        """Connect if not yet connected; False while the kernel is not listening yet."""
        return self._shell.connect() and self._iopub.connect()

    def close(self) -> None:
        """Close both; what is unread is lost."""
        self._shell.close()
        self._iopub.close()

    @property
    def is_cut_off(self) -> bool:
        """Whether nothing readable will arrive any more."""
        return self._shell.is_broken or self._iopub.is_broken

    @property
    def received(self) -> int:
        """Bytes received so far."""
        return self._shell.received + self._iopub.received

    def has_dropped(self) -> bool:
        """Whether too large a message has arrived since the last call."""
        before = self._dropped
        self._dropped = self._shell.dropped + self._iopub.dropped
        return self._dropped > before

    def has_refused(self) -> bool:
        """Whether too complex a message has arrived since the last call."""
        refused, self._is_refusing = self._is_refusing, False
        return refused

    def ask(self, kind: str, content: dict[str, Any] | None = None) -> str:
        """Send a request to the kernel; returns the request's id."""
        request = self._session.msg(kind, content or {})
        self._shell.send(self._session.serialize(request))
        return str(request["header"]["msg_id"])

    def execute(self, source: str) -> str:
        """Ask the kernel to run code, as nbclient asks; returns the request's id."""
        content = {
            "code": source,
            "silent": False,
            "store_history": True,
            "user_expressions": {},
            "allow_stdin": False,
            "stop_on_error": False,
        }
        return self.ask("execute_request", content)

    def messages(self, timeout_s: float) -> list[tuple[str, dict[str, Any]]]:
        """The next message of each channel, waiting up to `timeout_s` for the first.

        Returns:
            ("iopub" or "shell", the message); nothing if something else has arrived.
        """
        found = self._next()
        if not found and self._wait(timeout_s):
            found = self._next()
        return found

    def discard_outputs(self, at_most: int) -> int:
        """Drop published data, up to a number of bytes; return how many."""
        return self._iopub.discard(at_most)

    def _next(self) -> list[tuple[str, dict[str, Any]]]:
        found = []
        for kind, channel in (("iopub", self._iopub), ("shell", self._shell)):
            parts = channel.next()
            self.taken += parts is not None
            message = None if parts is None else self._opened(parts)
            if message is not None:
                found.append((kind, message))
        return found

    def _opened(self, parts: list[bytes]) -> dict[str, Any] | None:
        """The content of a message, or None if it is not a Jupyter message."""
        if _containers(parts) > _MOST_CONTAINERS:
            self._is_refusing = True
            return None
        try:
            _, signed = self._session.feed_identities(parts)
            message: dict[str, Any] = self._session.deserialize(signed)
            message["content"] = plain(message["content"])
        except Exception:  # noqa: BLE001 - the wall's door: a student's own bytes
            return None
        return message

    def _wait(self, timeout_s: float) -> bool:
        """Wait until something arrives or the kernel ends."""
        poll = select.poll()
        poll.register(self._ended, select.POLLIN)
        for channel in (self._shell, self._iopub):
            if not channel.is_broken:
                writing = select.POLLOUT if channel.has_to_send else 0
                poll.register(channel, select.POLLIN | writing)
        return bool(poll.poll(max(timeout_s, 0) * 1000))


def _containers(parts: list[bytes]) -> int:
    """Roughly how many lists and objects there are to parse."""
    count = sum(part.count(b"[") + part.count(b"{") for part in parts)
    if count > _MOST_CONTAINERS:  # those in texts don't count
        bare = [_STRING.sub(b"", part) for part in parts]
        count = sum(part.count(b"[") + part.count(b"{") for part in bare)
    return count
