"""The store of results: the only place where outcomes are kept.

Owns: which parts are kept, for how long, and what was last written to each projection.
May not: grade, or know what a projection looks like.

A part is stored atomically, and is on disk when `put` returns. For each student and
device, the store keeps the newest part, the one before, and the newest final one: a run
that could not grade, through our fault, removes nobody's score. Order is by a counter,
since the clock may jump.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Self, TypeVar

from autograder.errors import ResultsError
from autograder.results.database import DamagedError, Database, ReplacedError, shown
from autograder.results.packing import (
    Row,
    UnsoundError,
    key_of,
    packed,
    unpacked,
    unpacked_report,
)
from autograder.results.part import Kept, Key, Part
from autograder.results.rescue import rescue
from autograder.results.tables import ROW, insert, remove

__all__ = ["DATABASE", "Store"]

#: The database's name in the course's state folder.
DATABASE = "results.db"

#: A key with nothing in it; no run has an equal one.
_UNKNOWN: dict[str, Any] = {
    "skeleton": "",
    "settings": "",
    "seed": "",
    "versions": {},
    "exercises": {},
}

#: How many reports are read at a time; a writer never waits for more.
_AT_A_TIME = 50

_T = TypeVar("_T")

_SUMMARY = "serial, student, device, submission, context, status, is_open, graded_at"


class Store:
    """A course's results, for one thread of one process at a time.

    Args:
        folder: The course's state folder, `Settings.state_directory`.
        writes: Whether anything will be stored. If not, nothing is created on disk.
        patience_s: How long to wait while others write, in seconds.
        tell: Called with one line when a damaged database was set aside; by default it
            is logged.

    Raises:
        ResultsError: It can't be opened.
    """

    def __init__(
        self,
        folder: Path,
        *,
        writes: bool = True,
        patience_s: float = 30.0,
        tell: Callable[[str], None] | None = None,
    ) -> None:
        self._path = folder / DATABASE
        self._writes, self._patience_s = writes, patience_s
        self._tell = tell or _warn
        self._contexts: dict[int, dict[str, Any]] = {}
        self._database: Database | None = None
        self._read(lambda database: None)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; the store reopens it if it is used again."""
        if self._database:
            self._database.close()
        self._database = None
        self._contexts.clear()

    def assignments(self) -> list[str]:
        """Names of the assignments that have results, sorted."""
        rows = self._select("SELECT DISTINCT assignment FROM results ORDER BY 1")
        return [name for (name,) in rows]

    def keys(
        self, assignment: str, *, is_final: bool = False
    ) -> dict[tuple[str, str], Kept]:
        """The newest part of each student and device, without its payloads.

        Args:
            assignment: Name of the assignment.
            is_final: The newest in which nothing is open, instead.

        Returns:
            Parts by student and device, sorted.
        """
        # SQLite takes the other columns from the row with the maximum.
        rows = self._select(
            f"SELECT max(serial), {_SUMMARY} FROM results WHERE assignment = ? AND "
            "is_open <= ? GROUP BY student, device ORDER BY student, device",
            (assignment, int(not is_final)),
        )
        return {(row[2], row[3]): self._kept(row[1:]) for row in rows}

    def history(self, assignment: str, student: str, device: str) -> list[Kept]:
        """The stored parts for a student and device, newest first."""
        rows = self._select(
            f"SELECT {_SUMMARY} FROM results WHERE assignment = ? AND student = ? AND "
            "device = ? ORDER BY serial DESC",
            (assignment, student, device),
        )
        return [self._kept(row) for row in rows]

    def reports(
        self, assignment: str, *, students: Iterable[str] = (), is_final: bool = False
    ) -> Iterator[tuple[Kept, dict[str, Any]]]:
        """The newest reports, sorted by student and device; no notebook is read.

        Concurrent changes may or may not be seen.

        Args:
            assignment: Name of the assignment.
            students: Only these; all if empty.
            is_final: The newest reports in which nothing is open.
        """
        chosen = set(students)
        newest = self.keys(assignment, is_final=is_final).values()
        wanted = [each for each in newest if not chosen or each.student in chosen]
        for start in range(0, len(wanted), _AT_A_TIME):
            group = wanted[start : start + _AT_A_TIME]
            marks = ", ".join("?" * len(group))
            reports = dict(
                self._select(
                    f"SELECT serial, report FROM payloads WHERE serial IN ({marks})",
                    [each.serial for each in group],
                )
            )
            for each in group:
                if each.serial in reports:
                    with contextlib.suppress(UnsoundError):  # `part` reports it
                        yield each, unpacked_report(reports[each.serial])

    def part(
        self, assignment: str, student: str, device: str, *, serial: int | None = None
    ) -> Part | None:
        """A part with its notebooks; None if there is none.

        A damaged part is reported and removed, and so graded again; the previous one
        takes its place.

        Args:
            assignment: Name of the assignment.
            student: The student's id.
            device: Device that the checks ran on.
            serial: An earlier part's, from `history`; the newest by default.
        """
        for kept in self.history(assignment, student, device):
            if serial is not None and kept.serial != serial:
                continue
            try:
                if row := self._row(kept.serial):
                    return unpacked(row)
            except UnsoundError as error:
                self._drop_damaged(assignment, kept, error)
        return None

    def put(self, part: Part) -> int:
        """Store a part atomically; it is on disk afterwards.

        Returns:
            Its serial.

        Raises:
            ResultsError: It can't be stored; nothing has changed.
        """
        row = packed(part)
        return self._write(lambda database: insert(database, row))

    def projected(self, assignment: str) -> dict[str, dict[str, str]]:
        """What was last written to each projection, as digests by student and name."""
        found: dict[str, dict[str, str]] = {}
        for student, name, digest in self._select(
            "SELECT student, name, digest FROM projections WHERE assignment = ? "
            "ORDER BY student, name",
            (assignment,),
        ):
            found.setdefault(student, {})[name] = digest
        return found

    def note_projected(
        self, assignment: str, student: str, digests: Mapping[str, str | None]
    ) -> None:
        """Note what was written to a student's projections.

        Called after writing: if a run is killed in between, they are written again.

        Args:
            assignment: Name of the assignment.
            student: The student's id.
            digests: By projection: "gradebook", "autograded", "executed". None if it
                was removed or its content is unknown.
        """

        def note(database: Database) -> None:
            for name, digest in digests.items():
                database.execute(
                    "DELETE FROM projections WHERE assignment = ? AND student = ? AND "
                    "name = ?",
                    (assignment, student, name),
                )
                if digest is not None:
                    database.execute(
                        "INSERT INTO projections VALUES (?, ?, ?, ?)",
                        (assignment, student, name, digest),
                    )

        self._write(note)

    def _select(self, sql: str, values: Iterable[Any] = ()) -> list[tuple[Any, ...]]:
        return self._read(lambda database: database.execute(sql, tuple(values)))

    def _write(self, work: Callable[[Database], _T]) -> _T:
        """Do work in a transaction."""
        if not self._writes:
            raise ResultsError(f"{shown(self._path)}: was opened read-only.")

        def whole(database: Database) -> _T:
            with database.transaction():
                return work(database)

        return self._read(whole)

    def _read(self, work: Callable[[Database], _T]) -> _T:
        """Do work; again if the file was replaced or had to be repaired."""
        for _ in range(3):
            try:
                return work(self._opened())
            except ReplacedError:
                self.close()
            except DamagedError:
                self.close()
                if not self._writes:
                    raise
                if not (line := rescue(self._path, patience_s=self._patience_s)):
                    continue
                self._tell(line)
        raise ResultsError(
            f"{shown(self._path)}: is replaced or damaged each time it is "
            "opened. Move it away, and grade again."
        )

    def _opened(self) -> Database:
        if self._database and not self._database.is_in_place():
            self.close()
        if not self._database:
            self._database = Database(
                self._path, writes=self._writes, patience_s=self._patience_s
            )
        return self._database

    def _kept(self, row: tuple[Any, ...]) -> Kept:
        serial, student, device, submission, context, status, is_open, graded_at = row
        return Kept(
            serial=serial,
            student=student,
            device=device,
            key=self._key(submission, context),
            status=status,
            is_open=bool(is_open),
            graded_at=graded_at,
        )

    def _key(self, submission: str, context: int) -> Key:
        if context not in self._contexts:
            rows = self._select("SELECT id, content FROM contexts")
            self._contexts = {id_: _context(content) for id_, content in rows}
        # A missing one counts as damage: it is graded again.
        return key_of(submission, self._contexts.get(context, _UNKNOWN))

    def _row(self, serial: int) -> Row | None:
        rows = self._select(f"{ROW} WHERE serial = ?", (serial,))
        return Row(*rows[0][1:]) if rows else None

    def _drop_damaged(self, assignment: str, kept: Kept, error: UnsoundError) -> None:
        if self._writes:
            rows = [(kept.serial, None)]
            self._write(lambda database: remove(database, rows))
        self._tell(
            f"{shown(self._path)}: the result of {kept.student} in {assignment} is "
            f"damaged: {error}. Grade it again."
        )


def _context(content: str) -> dict[str, Any]:
    try:
        context: dict[str, Any] = json.loads(content)
        key_of("", context)
    except (TypeError, ValueError):
        return _UNKNOWN
    return context


def _warn(line: str) -> None:
    import logging  # slow to load, and hardly ever needed

    logging.getLogger(__name__).warning("%s", line)
