"""Messages as bytes on a pipe, each with its length before it.

Owns: that form. May not: know what a message says.
"""

from __future__ import annotations

from typing import IO

__all__ = ["read_frame", "write_frame"]

#: How many bytes tell a frame's length.
_LENGTH = 8


def write_frame(stream: IO[bytes], data: bytes) -> None:
    """Write one message and have it sent.

    Raises:
        OSError: Nobody reads any more.
    """
    stream.write(len(data).to_bytes(_LENGTH, "big"))
    stream.write(data)
    stream.flush()


def read_frame(stream: IO[bytes]) -> bytes | None:
    """The next message; None where the other side has ended, even in its midst."""
    head = stream.read(_LENGTH)
    if len(head) < _LENGTH:
        return None
    size = int.from_bytes(head, "big")
    data = stream.read(size)
    return data if len(data) == size else None
