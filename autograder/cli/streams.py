"""Reliable standard streams, whatever the command was started with.

Owns: handling streams that are closed, no longer read, or in an encoding that lacks a
character. May not: import anything but the standard library.
"""

from __future__ import annotations

import contextlib
import io
import os
import sys
from collections.abc import Iterator
from typing import Any, TextIO

__all__ = ["mended"]


class _Lenient(io.FileIO):
    """A stream whose reader may go away: later output is dropped without an error."""

    def write(self, data: Any) -> int:  # any buffer; Python 3.11 has no name for it
        """Write; called by the buffer above."""
        try:
            return super().write(data)
        except BrokenPipeError:
            return len(data)


@contextlib.contextmanager
def mended() -> Iterator[None]:
    """Make stdin, stdout and stderr exist and accept any text, while the block runs.

    A closed descriptor would be reused by the next opened file, such as a database, and
    printing would write into that.
    """
    for descriptor in range(3):
        try:
            os.fstat(descriptor)
        except OSError:
            # The lowest free one is taken, which is this one; children should have it
            # too.
            os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)
    before = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = _lenient(1, sys.stdout), _lenient(2, sys.stderr)
    try:
        yield
    finally:
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(OSError, ValueError):
                stream.flush()
        sys.stdout, sys.stderr = before


def _lenient(descriptor: int, stream: TextIO | None) -> TextIO:
    raw = _Lenient(descriptor, "w", closefd=False)
    return io.TextIOWrapper(
        io.BufferedWriter(raw),
        encoding=stream.encoding if stream else "utf-8",
        errors="backslashreplace",
        line_buffering=os.isatty(descriptor) or descriptor == 2,
    )
