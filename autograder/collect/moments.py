"""Points in time that people write: deadlines and extensions.

Owns: how they are parsed and formatted. May not: guess a time zone.
"""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

__all__ = ["moment", "nbgrader_time"]

_EXAMPLE = '"2026-12-01 23:59 +0100" or "2026-12-01 23:59 Europe/Berlin"'


def moment(text: str) -> datetime:
    """A time with its zone, in UTC.

    Args:
        text: ISO 8601 with an offset, or a date, a time and the name of a zone.

    Raises:
        ValueError: It is not such a time; the message says what is wrong.
    """
    words = text.strip().split(" ")
    zone = words.pop() if len(words) > 1 and "/" in words[-1] else ""
    offset = words.pop() if len(words) > 2 else ""
    time = " ".join(words) + ("Z" if offset == "UTC" else offset)
    try:
        read = datetime.fromisoformat(time)
        if zone:
            read = read.replace(tzinfo=ZoneInfo(zone))
    except (ValueError, ZoneInfoNotFoundError) as error:
        raise ValueError(f'"{text}" is not a time. Write it like {_EXAMPLE}') from error
    if read.tzinfo is None:
        raise ValueError(f'"{text}" has no time zone. Write it like {_EXAMPLE}')
    return read.astimezone(UTC)


def nbgrader_time(time: datetime) -> str:
    """A time as nbgrader writes it into timestamp.txt."""
    return time.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
