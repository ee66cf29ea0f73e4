"""Messages as bytes on a pipe, each preceded by its length.

Owns: that format. May not: know what a message means.
"""

from __future__ import annotations

from typing import IO

__all__ = ["read_frame", "write_frame"]

#: How many bytes encode a frame's length.
_LENGTH = 8


def write_frame(stream: IO[bytes], data: bytes) -> None:
    """Write one message and flush it.

    Raises:
        OSError: The reader has gone.
    """
    stream.write(len(data).to_bytes(_LENGTH, "big"))
    stream.write(data)
    stream.flush()


def read_frame(stream: IO[bytes]) -> bytes | None:
    """The next message; None if the other side has ended, even midway."""
    head = stream.read(_LENGTH)
    if len(head) < _LENGTH:
        return None
    size = int.from_bytes(head, "big")
    data = stream.read(size)
    return data if len(data) == size else None
