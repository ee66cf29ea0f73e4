"""Limit what is kept of a notebook's outputs.

Owns: which JSON is plain enough, and how much a notebook may show. May not: talk to a
kernel. Everything here is untrusted: a student's code can publish any message.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_output

__all__ = ["SHARE", "OutputRoom", "keep_within", "plain", "say_left_out"]

#: The limit for all cells of a notebook together, as a multiple of one cell's.
SHARE = 8

#: The deepest nesting of containers; Jupyter's outputs have about ten levels.
_DEPTH = 48

_LEFT_OUT = "[output truncated: the notebook's output limit was reached]\n"


def plain(value: Any, depth: int = _DEPTH) -> Any:
    """A copy of parsed JSON that can be stored in any JSON or UTF-8 file.

    A lone surrogate becomes "?"; a number that is not finite becomes None.

    Raises:
        ValueError: It is nested too deeply.
    """
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict | list) and depth == 0:
        raise ValueError("nested too deeply")
    if isinstance(value, dict):
        return {plain(key): plain(item, depth - 1) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item, depth - 1) for item in value]
    return value


class OutputRoom:
    """The remaining output limit of a notebook's cells together.

    Args:
        bytes_: The limit at the start.

    Attributes:
        has_refused: Whether an output did not fit.
    """

    def __init__(self, bytes_: float) -> None:
        self.has_refused = False
        self._left = bytes_

    def take(self, size: int) -> bool:
        """Reserve room for an output; return whether there is enough."""
        if size > self._left:
            self.has_refused = True
            return False
        self._left -= size
        return True


def say_left_out(cell: NotebookNode) -> None:
    """Add a note to a cell that its output was truncated."""
    cell.outputs.append(new_output("stream", text=_LEFT_OUT))


def keep_within(cells: Iterable[NotebookNode], *, bytes_: float) -> None:
    """Truncate each cell's output to a limit, and say so there.

    Outputs within the limits can still grow: updating a display changes every place
    that shows it.
    """
    for cell in cells:
        room = OutputRoom(bytes_)
        outputs = cell.get("outputs", [])
        kept = [output for output in outputs if room.take(_size(output))]
        if room.has_refused:
            cell.outputs = kept
            say_left_out(cell)


def _size(value: Any) -> int:
    """Roughly how many bytes a plain value takes as JSON."""
    total, waiting = 0, [value]
    while waiting:
        item = waiting.pop()
        total += 8
        if isinstance(item, str):
            total += len(item)
        elif isinstance(item, dict):
            waiting += [*item.keys(), *item.values()]
        elif isinstance(item, list):
            waiting += item
    return total
