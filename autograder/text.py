"""Make untrusted text safe to show."""

from __future__ import annotations

import re

__all__ = ["one_line", "printable", "screen_text"]

_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"

#: What a page or a terminal acts on: control characters except tab, newline and escape,
#: direction changes, line separators, lone surrogates.
_OBEYED = re.compile(
    "[\x00-\x08\x0b-\x1a\x1c-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e"
    "\u2066-\u2069\ufff9-\ufffb\ud800-\udfff]"
)

_BYTE = r"(?:1?\d?\d|2[0-4]\d|25[0-5])"
_STYLE = rf"(?:[34]8;5;{_BYTE}|[34]8;2;{_BYTE};{_BYTE};{_BYTE}|[0-9]|2\d|[34][0-79]|9[0-7]|10[0-7])"  # noqa: E501

#: An escape sequence; group 1 if it is a complete colour: nbconvert raises an
#: IndexError for a truncated one.
_ESCAPE = re.compile(
    rf"\x1b(?:(\[(?:{_STYLE}(?:;{_STYLE}){{0,9}})?m)|\[[0-?]*[ -/]*[@-~]?)?"
)

#: nbconvert copies the rest of the text at each colour.
_MOST_COLOURS = 5_000


def printable(text: str, *, keep: str = "") -> str:
    """Remove characters that a terminal or page would act on instead of showing.

    Args:
        text: Untrusted text: control characters, surrogates, changes of direction.
        keep: Non-printable characters to keep, such as a newline.
    """
    return "".join(
        char if char.isprintable() or char in keep else _REPLACEMENT for char in text
    )


def one_line(text: str, limit: int = 2000) -> str:
    """Untrusted text as one printable line, truncated to a limit.

    It contains no newline, so it can't forge one of our lines.
    """
    return printable(" ".join(text[: 2 * limit].split())[:limit])


def screen_text(text: str) -> str:
    """A program's output, as a terminal would finally show it.

    Colours stay; all other escape sequences are removed. A carriage return restarts its
    line, as in progress bars.
    """
    if "\r" in text:
        lines = text.replace("\r\n", "\n").split("\n")
        text = "\n".join(line.rstrip("\r").rpartition("\r")[2] for line in lines)
    if "\x1b" in text:
        has_room = text.count("\x1b") <= _MOST_COLOURS
        text = _ESCAPE.sub(
            lambda found: f"\x1b{found[1]}" if found[1] and has_room else "", text
        )
    return _OBEYED.sub(_REPLACEMENT, text)
