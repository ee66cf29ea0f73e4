"""A part as a row of the database, and back.

Owns: how payloads are compressed, and the seal that shows whether a row is unchanged.
May not: use SQL.
"""

from __future__ import annotations

import hashlib
import json
import math
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from autograder.errors import ResultsError
from autograder.model import GradeReport
from autograder.results.part import Key, Part

__all__ = ["Row", "UnsoundError", "key_of", "packed", "unpacked", "unpacked_report"]

#: Errors raised by damaged or foreign data.
_BREAKS = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)


class UnsoundError(Exception):
    """A row has changed since it was written."""


@dataclass(frozen=True)
class Row:
    """A part as the database stores it; the names are those of its columns.

    Attributes:
        assignment: Name of the assignment.
        student: The student's id.
        device: Device that the checks ran on.
        submission: The key's digest of the submission.
        context: The rest of the key, as JSON.
        status: The report's.
        is_open: 0 or 1.
        graded_at: Seconds since the epoch.
        seal: SHA-256 of all the rest.
        report: JSON, compressed by zlib.
        notebook: Likewise, or None.
        executed: Likewise, or None.
    """

    assignment: str
    student: str
    device: str
    submission: str
    context: str
    status: str
    is_open: int
    graded_at: float
    seal: bytes
    report: bytes
    notebook: bytes | None
    executed: bytes | None


def packed(part: Part) -> Row:
    """A part, ready to be written.

    Raises:
        ResultsError: A name, the key or the report can't be stored.
    """
    try:
        report = GradeReport.from_json(part.assignment, part.report)
        context = {**part.key.to_json()}
        submission = context.pop("submission")
        row = Row(
            assignment=_text(part.assignment),
            student=_text(part.student),
            device=_text(part.device),
            submission=_text(submission),
            context=_json(context),
            status=str(report.status),
            is_open=int(report.is_open),
            graded_at=_finite(part.graded_at),
            seal=b"",
            report=zlib.compress(_json(part.report).encode()),
            notebook=_compressed(part.notebook),
            executed=_compressed(part.executed),
        )
    except _BREAKS as error:
        raise ResultsError(
            f"the result of {part.student!r} in {part.assignment!r} can't be kept: "
            f"{type(error).__name__}: {error}."
        ) from error
    return Row(**{**vars(row), "seal": _seal(row)})


def unpacked(row: Row) -> Part:
    """Restore the part from its row.

    Raises:
        UnsoundError: The row is damaged.
    """
    try:
        if row.seal != _seal(row):
            raise UnsoundError("its seal is broken")
        return Part(
            assignment=row.assignment,
            student=row.student,
            device=row.device,
            key=key_of(row.submission, json.loads(row.context)),
            report=unpacked_report(row.report),
            notebook=_decompressed(row.notebook),
            executed=_decompressed(row.executed),
            graded_at=row.graded_at,
        )
    except (*_BREAKS, zlib.error) as error:
        raise UnsoundError(str(error)) from error


def unpacked_report(data: bytes) -> dict[str, Any]:
    """A report's JSON.

    Raises:
        UnsoundError: It is damaged.
    """
    try:
        report: dict[str, Any] = json.loads(zlib.decompress(data))
    except (*_BREAKS, zlib.error) as error:
        raise UnsoundError(str(error)) from error
    return report


def key_of(submission: str, context: dict[str, Any]) -> Key:
    """A key, reassembled; parts of a class share its common pieces."""
    return Key(submission=submission, **context)


def _text(name: str) -> str:
    name.encode()  # SQLite stores UTF-8; other names raise a ValueError
    return name


def _finite(number: float) -> float:
    if not math.isfinite(number):
        raise ValueError(f"{number} is not a time")
    return float(number)


def _json(data: object) -> str:
    return json.dumps(data, allow_nan=False, sort_keys=True, separators=(",", ":"))


def _compressed(text: str | None) -> bytes | None:
    # A lone surrogate is not valid UTF-8, but occurs in notebooks.
    return (
        None if text is None else zlib.compress(text.encode("utf-8", "surrogatepass"))
    )


def _decompressed(data: bytes | None) -> str | None:
    return (
        None if data is None else zlib.decompress(data).decode("utf-8", "surrogatepass")
    )


def _seal(row: Row) -> bytes:
    digest = hashlib.sha256()
    for value in _sealed(row):
        digest.update(b"-" if value is None else b"%d:" % len(value))
        digest.update(value or b"")
    return digest.digest()


def _sealed(row: Row) -> Iterator[bytes | None]:
    for text in (row.assignment, row.student, row.device, row.submission, row.context):
        yield text.encode()
    yield f"{row.status} {row.is_open} {row.graded_at!r}".encode()
    yield from (row.report, row.notebook, row.executed)
