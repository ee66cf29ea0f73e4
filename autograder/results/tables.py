"""The tables of results: what is written when a part is added or removed.

Owns: the statements that change them, and which parts are kept. May not: begin or end a
transaction; `Store` does.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

from autograder.results.database import Database
from autograder.results.packing import Row

__all__ = ["ROW", "insert", "remove"]

#: How many parts are kept per student and device: the newest and the one before.
_NEWEST = 2

_COLUMNS = ", ".join(Row.__dataclass_fields__).replace("context", "content")

#: Selects a serial and the columns of a `Row`; a condition follows.
ROW = (
    f"SELECT serial, {_COLUMNS} FROM results JOIN payloads USING (serial) "
    "JOIN contexts ON contexts.id = results.context"
)


def insert(database: Database, row: Row) -> int:
    """Add a part, remove those no longer needed, and return its serial."""
    context = _context_id(database, row.context)
    serial = database.execute(
        "INSERT INTO results (assignment, student, device, submission, context, "
        "status, is_open, graded_at, seal) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) "
        "RETURNING serial",
        (
            row.assignment,
            row.student,
            row.device,
            row.submission,
            context,
            row.status,
            row.is_open,
            row.graded_at,
            row.seal,
        ),
    )[0][0]
    database.execute(
        "INSERT INTO payloads VALUES (?, ?, ?, ?)",
        (serial, row.report, row.notebook, row.executed),
    )
    remove(database, _outdated(database, row))
    return int(serial)


def _context_id(database: Database, content: str) -> int:
    digest = hashlib.sha256(content.encode()).digest()
    database.execute(
        "INSERT OR IGNORE INTO contexts (digest, content) VALUES (?, ?)",
        (digest, content),
    )
    rows = database.execute("SELECT id FROM contexts WHERE digest = ?", (digest,))
    return int(rows[0][0])


def _outdated(database: Database, row: Row) -> list[tuple[Any, ...]]:
    """Parts for a student and device that are no longer needed."""
    rows = database.execute(
        "SELECT serial, context, is_open FROM results WHERE assignment = ? AND "
        "student = ? AND device = ? ORDER BY serial DESC",
        (row.assignment, row.student, row.device),
    )
    final = next((serial for serial, _, is_open in rows if not is_open), None)
    return [each[:2] for each in rows[_NEWEST:] if each[0] != final]


def remove(database: Database, rows: Iterable[tuple[Any, ...]]) -> None:
    """Remove parts, given by serial and context, and unused contexts."""
    contexts = set()
    for serial, context in rows:
        database.execute("DELETE FROM payloads WHERE serial = ?", (serial,))
        database.execute("DELETE FROM results WHERE serial = ?", (serial,))
        contexts.add(context)
    for context in contexts:
        database.execute(
            "DELETE FROM contexts WHERE id = ? AND NOT EXISTS "
            "(SELECT 1 FROM results WHERE context = contexts.id)",
            (context,),
        )
