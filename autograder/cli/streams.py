"""Standard streams that can be relied on, whatever the command was started with.

Owns: streams that were closed, that nobody reads any more, or whose encoding lacks a
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
    """A stream whose reader may go: what comes later is for nobody, and no error."""

    def write(self, data: Any) -> int:  # any buffer; Python 3.11 has no name for it
        """Write; called by the buffer above."""
        try:
            return super().write(data)
        except BrokenPipeError:
            return len(data)


@contextlib.contextmanager
def mended() -> Iterator[None]:
    """Have stdin, stdout and stderr be there and take any text, while the block runs.

    A closed descriptor would be given to the next file that is opened, such as a
    database, and who prints would write into that.
    """
    for descriptor in range(3):
        try:
            os.fstat(descriptor)
        except OSError:
            # The lowest that is free is taken, this one; children are to have it too.
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
