"""Text that others wrote, made fit to be shown."""

from __future__ import annotations

__all__ = ["printable"]

_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


def printable(text: str, *, keep: str = "") -> str:
    """Text without characters that a terminal or a page obeys instead of showing.

    Args:
        text: Untrusted text: control characters, surrogates, changes of direction.
        keep: Characters that stay although they are no print, such as a line's end.
    """
    return "".join(
        char if char.isprintable() or char in keep else _REPLACEMENT for char in text
    )
