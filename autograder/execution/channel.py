"""A client's end of a kernel's Jupyter channel, with bounded memory.

Owns: the part of ZMTP 3.0 that a client needs. May not: know what a message means.
libzmq limits one frame, not the frames of one message: a kernel that never ends a
message would fill the client's memory. Here anything above the limit is read, counted
and dropped, and the next message is still found.

References:
    https://rfc.zeromq.org/spec/23 (ZMTP 3.0), https://rfc.zeromq.org/spec/29 (PUB, SUB)
"""

from __future__ import annotations

import contextlib
import socket
from collections import deque
from collections.abc import Iterable

__all__ = ["Channel"]

_MORE, _LONG, _COMMAND, _RESERVED = 1, 2, 4, 0xF8

#: Signature, version 3.0, mechanism NULL, client, padding.
_GREETING = b"\xff" + bytes(8) + b"\x7f\x03\x00" + b"NULL".ljust(20, b"\0") + bytes(32)

#: What a subscriber sends to get every message: a subscription to the empty prefix.
_SUBSCRIBE_TO_ALL = b"\x00\x01\x01"

#: The overhead counted for each part of a message: it is an object here.
PART_BYTES = 100

#: How much is read before the caller may check the clock again.
_CHUNK, _CHUNKS = 1 << 16, 4


class Channel:
    """One connection to one socket of a kernel.

    Args:
        address: Path of the socket.
        kind: "SUB" or "DEALER", what this end is.
        most_bytes: The largest message, and the most unread data to hold.

    Attributes:
        received: Bytes received so far, including dropped ones.
        dropped: Messages that were too large.
        is_broken: Whether the data is not ZMTP, or the connection has ended.
    """

    def __init__(self, address: str, kind: str, *, most_bytes: int) -> None:
        self.received = 0
        self.dropped = 0
        self.is_broken = False
        self._address = address
        self._most_bytes = most_bytes
        self._socket = socket.socket(socket.AF_UNIX)
        self._is_connected = False
        self._outgoing = bytearray(_GREETING + _ready(kind))
        # A peer accepts no message before it has announced that it is ready.
        self._is_ready = False
        self._later = bytearray(_SUBSCRIBE_TO_ALL if kind == "SUB" else b"")
        self._incoming = bytearray()
        self._greeting_left = len(_GREETING)
        self._skipping = 0
        self._parts: list[bytes] = []
        self._part_bytes = 0
        self._is_dropping = False
        self._messages: deque[list[bytes]] = deque()
        self._held = 0

    def connect(self) -> bool:
        """Connect if not yet connected; False while nobody is listening yet."""
        if not self._is_connected:
            try:
                self._socket.connect(self._address)
            except (FileNotFoundError, ConnectionRefusedError):
                return False
            self._socket.setblocking(False)
            self._is_connected = True
            self._flush()
        return True

    def close(self) -> None:
        """Close the connection; what is unread is lost."""
        self._socket.close()

    def fileno(self) -> int:
        """The socket's descriptor, to wait for."""
        return self._socket.fileno()

    @property
    def has_to_send(self) -> bool:
        """Whether unsent data is waiting for the kernel."""
        return bool(self._outgoing)

    def send(self, parts: Iterable[bytes]) -> None:
        """Send a message; what the kernel does not accept at once is sent later."""
        *first, last = parts
        outgoing = self._outgoing if self._is_ready else self._later
        for part in first:
            outgoing += _header(_MORE, len(part)) + part
        outgoing += _header(0, len(last)) + last
        self._flush()

    def next(self) -> list[bytes] | None:
        """The parts of the next complete message, or None."""
        if not self._messages:
            self._read()
        if not self._messages:
            return None
        parts = self._messages.popleft()
        self._held -= _cost(parts)
        return parts

    def discard(self, at_most: int) -> int:
        """Drop received and newly arriving data, up to a number of bytes.

        Returns:
            How many bytes were received.
        """
        before = self.received
        count = self._held
        while self.received - before < at_most:
            self._messages.clear()
            self._held = 0
            last = self.received
            self._read()
            if self.received == last:
                break
        return count + self.received - before

    def _flush(self) -> None:
        with contextlib.suppress(BlockingIOError, ConnectionError):
            while self._is_connected and self._outgoing:
                sent = self._socket.send(self._outgoing)
                del self._outgoing[:sent]

    def _read(self) -> None:
        """Read available data, up to the limit of what is held."""
        self._flush()
        for _ in range(_CHUNKS):
            if self.is_broken or not self._is_connected:
                return
            if self._held > self._most_bytes:
                return
            try:
                data = self._socket.recv(_CHUNK)
            except BlockingIOError:
                return
            except OSError:
                data = b""
            if not data:
                self.is_broken = True
                return
            self.received += len(data)
            self._incoming += data
            self._parse()
            if len(data) < _CHUNK:
                return

    def _parse(self) -> None:
        """Parse received data into parts and messages."""
        if self._greeting_left and not self._greet():
            return
        incoming, at = self._incoming, 0
        while (taken := self._take_frame(incoming, at)) > 0:
            at += taken
        del incoming[:at]

    def _take_frame(self, incoming: bytearray, at: int) -> int:
        """Take the frame at an offset, or the received part of one that is dropped.

        Returns:
            How many bytes it took; 0 if more data is needed.
        """
        there = len(incoming) - at
        if self._skipping:
            skipped = min(self._skipping, there)
            self._skipping -= skipped
            return skipped
        if there < 2:
            return 0
        flags = incoming[at]
        head = 9 if flags & _LONG else 2
        if flags & _RESERVED:
            self.is_broken = True
        if there < head or self.is_broken:
            return 0
        size = int.from_bytes(incoming[at + 1 : at + head])
        if not flags & _COMMAND and self._fits(size):
            if there < head + size:
                return 0
            self._parts.append(bytes(incoming[at + head : at + head + size]))
            self._part_bytes += size + PART_BYTES
            taken = head + size
        else:
            self._skipping, taken = size, head
        if flags & _COMMAND:
            self._begin_to_send()
        elif not flags & _MORE:
            self._finish()
        return taken

    def _greet(self) -> bool:
        """Check the kernel's greeting; return whether frames may follow."""
        if len(self._incoming) < len(_GREETING):
            return False
        greeting = bytes(self._incoming[: len(_GREETING)])
        del self._incoming[: len(_GREETING)]
        self._greeting_left = 0
        is_zmtp = greeting[0] == 0xFF and greeting[9] & 1 and greeting[10] >= 3
        self.is_broken = not is_zmtp
        return bool(is_zmtp)

    def _begin_to_send(self) -> None:
        """Called at a command; the first one is the kernel's READY."""
        if not self._is_ready:
            self._is_ready = True
            self._outgoing += self._later
            self._later.clear()
            self._flush()

    def _fits(self, size: int) -> bool:
        """Whether to keep a part; if not, the whole message is dropped."""
        if self._is_dropping:
            return False
        if self._part_bytes + size + PART_BYTES > self._most_bytes:
            self._is_dropping = True
            self.dropped += 1
            self._parts.clear()
        return not self._is_dropping

    def _finish(self) -> None:
        """Handle the last part of a message, which may be being skipped."""
        if not self._is_dropping:
            self._held += self._part_bytes
            self._messages.append(self._parts)
        self._parts, self._part_bytes, self._is_dropping = [], 0, False


def _cost(parts: Iterable[bytes]) -> int:
    return sum(len(part) + PART_BYTES for part in parts)


def _header(flags: int, size: int) -> bytes:
    if size > 255:
        return bytes([flags | _LONG]) + size.to_bytes(8)
    return bytes([flags, size])


def _ready(kind: str) -> bytes:
    """The command that says which socket this is."""
    name = b"Socket-Type"
    body = b"\x05READY" + bytes([len(name)]) + name
    body += len(kind).to_bytes(4) + kind.encode()
    return _header(_COMMAND, len(body)) + body
