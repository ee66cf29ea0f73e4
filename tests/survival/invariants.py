"""What has to hold after a run that came to its end, whatever was killed before."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import nbformat
from sqlalchemy import create_engine, text

from autograder.grading.joining import Joiner
from autograder.grading.projection import Projection
from autograder.model import GradeReport
from autograder.results import DATABASE, Store
from tests.attacks.course import ASSIGNMENT, POINTS
from tests.survival.classroom import Classroom, edition_of

if TYPE_CHECKING:
    from tests.survival.command import Command

__all__ = ["Place", "broken", "standing"]

_ROWS = """
SELECT s.student_id, c.name, g.auto_score, g.needs_manual_grade
FROM grade g
JOIN base_cell c ON c.id = g.cell_id
JOIN submitted_notebook n ON n.id = g.notebook_id
JOIN submitted_assignment s ON s.id = n.assignment_id
"""


@dataclass(frozen=True)
class Place:
    """Where a class is graded; a `Command` is one as well.

    Attributes:
        room: The classroom.
        log: What was run and what was promised, one line each.
        temporary: The folder for temporary files.
    """

    room: Classroom
    log: Path
    temporary: Path


def broken(place: Place | Command) -> list[str]:
    """What does not hold, in words; nothing is to be found.

    - The store opens, is sound, and has each result that was promised, whole.
    - Results, gradebook and notebooks show the scores of what lies there today.
    - A student has one row for each cell.
    - Nothing that has a result was graded again.
    - Nothing lags, and nothing half-written lies around.
    """
    room = place.room
    return [
        *_of_store(room, place.log),
        *_of_gradebook(room),
        *_of_notebooks(room),
        *_of_work(place.log),
        *_left(place),
    ]


def standing(room: Classroom) -> dict[tuple[str, str], float | None]:
    """The automatic scores in the gradebook, by student and cell."""
    return {(student, cell): score for student, cell, score, _ in _rows(room)}


def _rows(room: Classroom) -> list[tuple[str, str, float | None, bool]]:
    engine = create_engine(room.settings.db_url)
    try:
        with engine.connect() as connection:
            return [tuple(row) for row in connection.execute(text(_ROWS))]  # type: ignore[misc]
    finally:
        engine.dispose()


def _of_store(room: Classroom, log: Path) -> Iterator[str]:
    path = room.settings.results_directory / DATABASE
    with closing(sqlite3.connect(path)) as database:
        if (said := database.execute("PRAGMA integrity_check").fetchall()) != [("ok",)]:
            yield f"the store: {said}"
    promised: dict[str, int] = {}
    for line in _lines(log, "kept"):
        promised[line[0]] = int(line[1])
    with Store(room.settings.results_directory, writes=False) as store:
        newest = store.keys(ASSIGNMENT)
        if sorted(newest) != [(student, "cpu") for student in room.students]:
            yield f"results of {sorted(newest)}"
        for student in room.students:
            part = store.part(ASSIGNMENT, student, "cpu")
            kept = newest.get((student, "cpu"))
            if part is None or kept is None:
                yield f"{student}: no whole result"
                continue
            # Killed between the write and its promise: one more is no harm.
            if kept.serial < promised.get(student, 0):
                yield f"{student}: result {promised[student]} was promised"
            report = GradeReport.from_json(ASSIGNMENT, part.report)
            scores = {each.grade_id: each.score for each in report.exercises}
            if scores != room.expected(student):
                yield f"{student}: the result is {scores}"
        joiner = Joiner(room.assignment, store)
        with Projection(room.assignment, store, joiner) as projection:
            if lagging := projection.lagging(joiner.marks(joiner.students)):
                yield f"lagging: {lagging}"


def _of_gradebook(room: Classroom) -> Iterator[str]:
    rows = _rows(room)
    names = Counter((student, cell) for student, cell, _, _ in rows)
    wanted = {(student, cell) for student in room.students for cell in POINTS}
    if names != Counter(wanted):
        yield f"rows in the gradebook: {names}"
    for student, cell, score, is_open in rows:
        if score != room.expected(student)[cell] or is_open:
            yield f"{student}, {cell}: {score} in the gradebook, open: {is_open}"


def _of_notebooks(room: Classroom) -> Iterator[str]:
    executed = room.settings.state_directory / "executed" / ASSIGNMENT
    there = {path.stem for path in executed.glob("*")}
    for student in room.students:
        edition = edition_of(room.assignment.submission(student).read_bytes())
        paths = [room.assignment.autograded(student)]
        if room.shows_more(student):
            paths.append(executed / f"{student}.ipynb")
            there.discard(student)
        for path in paths:
            yield from _of_notebook(room, student, path, edition)
    if there:
        yield f"executed notebooks of {sorted(there)} that have none"


def _of_notebook(
    room: Classroom, student: str, path: Path, edition: int
) -> Iterator[str]:
    try:
        notebook = nbformat.read(path, 4)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is told
        yield f"{path}: {error}"
        return
    if (found := edition_of(path.read_bytes())) != edition:
        yield f"{path}: edition {found}, not {edition}"
    told = {
        cell.metadata.nbgrader.grade_id: cell.outputs[0].text.partition("\n")[0]
        for cell in notebook.cells
        if cell.metadata.get("nbgrader", {}).get("grade")
    }
    for name, score in room.expected(student).items():
        if told[name] != f"{name}: {score:.3g} of {POINTS[name]} points":
            yield f"{path}: {told[name]}, and {score} in the gradebook"


def _of_work(log: Path) -> Iterator[str]:
    """What was run after its result was promised; a line of "kept" ends a student's."""
    begun: dict[str, set[str]] = {}
    done: dict[str, set[str]] = {}
    for kind, student, what in (line.split() for line in log.read_text().splitlines()):
        if kind == "run":
            if what in done.get(student, ()):
                yield f"{student}: {what} was graded twice"
            begun.setdefault(student, set()).add(what)
        else:
            done.setdefault(student, set()).update(begun.pop(student, ()))


def _left(place: Place | Command) -> Iterator[str]:
    root = place.room.settings.course_root
    for path in root.rglob("*"):
        is_draft = path.name.startswith(".writing-")
        if is_draft or path.name.endswith(("-journal", "-wal", "-shm", ".rescued")):
            yield f"{path} is left"
    for path in place.temporary.iterdir():
        yield f"{path} is left"


def _lines(log: Path, kind: str) -> Iterator[list[str]]:
    for line in log.read_text(encoding="utf-8").splitlines():
        first, *others = line.split()
        if first == kind:
            yield others
