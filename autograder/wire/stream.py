"""Frames over a connected stream socket, each within an absolute deadline.

Owns: `send` and `receive`. May not: wait without a deadline, extend one because bytes
trickle in, or change the socket: its own timeout is neither used nor set.
"""

from __future__ import annotations

import math
import select
import socket
import time
from typing import Final

from autograder.wire.reader import decode_parts, read_prefix
from autograder.wire.values import DEFAULT_LIMITS, PREFIX, Limits, Value
from autograder.wire.writer import encode

__all__ = ["receive", "send", "send_frame"]

_CHUNK: Final = 1 << 20  # bytes that one call of send or recv moves at most
_SENDING: Final = socket.MSG_DONTWAIT | socket.MSG_NOSIGNAL
_MAX_WAIT_S: Final = 3600.0  # of one poll, whose milliseconds must fit a C int


def send(
    sock: socket.socket,
    value: object,
    *,
    deadline: float,
    limits: Limits = DEFAULT_LIMITS,
) -> None:
    """Send a value as one frame.

    After a TimeoutError or ConnectionError, part of the frame may have been sent: close
    the socket.

    Args:
        sock: A connected stream socket, in any mode.
        value: What `encode` takes.
        deadline: On the clock of time.monotonic, in seconds; math.inf waits forever.
        limits: The most that the frame may hold.

    Raises:
        TimeoutError: The deadline passed before the last byte was handed over.
        ConnectionError: The other side closed.
        TypeError: As `encode`; nothing was sent then.
        ValueError: As `encode`; nothing was sent then.
        WireError: As `encode`; nothing was sent then.
    """
    send_frame(sock, encode(value, limits=limits), deadline=deadline)


def send_frame(sock: socket.socket, frame: bytes, *, deadline: float) -> None:
    """Send what `encode` has made; otherwise the same as `send`.

    Raises:
        TimeoutError: The deadline passed before the last byte was handed over.
        ConnectionError: The other side closed.
    """
    rest = memoryview(frame)
    while rest:
        _begin(sock, select.POLLOUT, deadline)
        try:
            size = sock.send(rest[:_CHUNK], _SENDING)
        except BlockingIOError:  # there is no room
            _wait(sock, select.POLLOUT, deadline)
            continue
        rest = rest[size:]


def receive(
    sock: socket.socket, *, deadline: float, limits: Limits = DEFAULT_LIMITS
) -> Value:
    """Receive one frame's value.

    After any error the position in the stream is lost: close the socket.

    Args:
        sock: A connected stream socket, in any mode.
        deadline: When the last byte must have come, on the clock of time.monotonic, in
            seconds; math.inf waits forever.
        limits: The most that the frame may hold.

    Raises:
        TimeoutError: The deadline passed.
        ConnectionError: The other side closed, before or within the frame.
        WireError: What came is not a frame within `limits`.
    """
    prefix = _receive_bytes(sock, PREFIX.size, deadline)
    header_size, payload_size = read_prefix(prefix, limits=limits)
    parts = memoryview(_receive_bytes(sock, header_size + payload_size, deadline))
    return decode_parts(parts[:header_size], parts[header_size:], limits=limits)


def _receive_bytes(sock: socket.socket, size: int, deadline: float) -> bytearray:
    data = bytearray(size)
    rest = memoryview(data)
    while rest:
        _begin(sock, select.POLLIN, deadline)
        try:
            count = sock.recv_into(rest[:_CHUNK], 0, socket.MSG_DONTWAIT)
        except BlockingIOError:  # nothing has come yet
            _wait(sock, select.POLLIN, deadline)
            continue
        if count == 0:
            raise ConnectionError("the other side closed the connection")
        rest = rest[count:]
    return data


def _begin(sock: socket.socket, event: int, deadline: float) -> None:
    """Require time left, and make the socket non-blocking."""
    _require_time(sock, deadline)
    if sock.gettimeout():
        _wait(sock, event, deadline)


def _wait(sock: socket.socket, event: int, deadline: float) -> None:
    """Wait until the socket is ready, or closed; raise TimeoutError at `deadline`."""
    poll = select.poll()
    poll.register(sock, event)
    while not poll.poll(
        math.ceil(min(_require_time(sock, deadline), _MAX_WAIT_S) * 1000)
    ):
        pass


def _require_time(sock: socket.socket, deadline: float) -> float:
    """How many seconds are left; raise TimeoutError where none is."""
    if sock.fileno() < 0:
        raise ConnectionError("the connection is closed on this side")
    left_s = deadline - time.monotonic()
    if not left_s > 0:  # written so that a deadline of nan has passed
        raise TimeoutError("the deadline passed before the frame was complete")
    return left_s
