"""nbgrader's database: assignments, students, submissions, scores.

nbgrader commits after each row it adds; here one student's scores are one transaction,
which is tried again while another program holds the database.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import TypeVar

from nbformat import NotebookNode
from nbgrader import api
from nbgrader.dbutil import ALEMBIC_DIR
from nbgrader.utils import compute_checksum, is_solution
from sqlalchemy import Connection, create_engine, insert, inspect, select
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import (
    ArgumentError,
    DBAPIError,
    IntegrityError,
    OperationalError,
    ProgrammingError,
    SQLAlchemyError,
)

from autograder.config import Settings
from autograder.errors import GradebookError
from autograder.gradebook.cells import Cells, cells_in, cells_of, save_cells
from autograder.gradebook.penalties import LatePenalties
from autograder.gradebook.preparation import Options, prepared
from autograder.gradebook.standing import (
    Standing,
    leave_the_end_to_us,
    reconciled,
)
from autograder.notebook import read_course_notebook

__all__ = ["Gradebook"]

T = TypeVar("T")

#: How long to wait in total for another program to release the database, in seconds.
PATIENCE_S = 60.0

#: How long the database itself waits at one statement, in seconds; Ctrl-C is handled in
#: between.
_BUSY_S = 0.3

#: Names the lock by which two graders take turns in PostgreSQL: "AGrs".
_ADVISORY = 0x41477273

#: What databases say when waiting may help.
_PASSING = (
    "locked",
    "busy",
    "already exists",
    "deadlock",
    "serialize",
    "lock timeout",
    # The server is starting or stopping; the next connection can do the work.
    "starting up",
    "shutting down",
    "terminating connection",
    "server closed the connection",
    "connection is lost",
    # Another program has just made the same student or course.
    "unique constraint",
    "duplicate key",
)

#: What SQLite says when nbgrader has newer tables than the file.
_OUTDATED = ("no such column", "no such table")

#: What SQLite says about a file that is damaged or was never a database.
_DAMAGED = ("malformed", "not a database", "disk image")


class Gradebook:
    """nbgrader's gradebook, open for writing.

    Args:
        db_url: As in `c.CourseDirectory.db_url`; created, with its tables, if it is
            new.
        course_id: nbgrader's name for the course. New assignments are stored under it;
            existing ones stay where they are, as in nbgrader.
        penalties: What late submissions lose; nothing if None.
        patience_s: Seconds to wait for another program that holds the database.

    Raises:
        GradebookError: It can't be opened.
    """

    def __init__(
        self,
        db_url: str,
        *,
        course_id: str = "default_course",
        penalties: LatePenalties | None = None,
        patience_s: float = PATIENCE_S,
    ) -> None:
        leave_the_end_to_us()
        self.patience_s = patience_s
        self._penalties = penalties
        self._url = _with_patience(db_url, patience_s)
        course_id = course_id or "default_course"
        self._patiently(lambda: _make_tables(self._url, course_id))
        self._book: api.Gradebook = self._patiently(
            lambda: api.Gradebook(self._url, course_id)
        )
        self._version = self._patiently(self._data_version)

    @classmethod
    def of_course(cls, settings: Settings) -> Gradebook:
        """Open a course's gradebook, under its id and with its late penalties."""
        return cls(
            settings.db_url,
            course_id=settings.course_id,
            penalties=LatePenalties.of_course(settings),
        )

    def __enter__(self) -> Gradebook:
        """The gradebook itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the connection."""
        self.close()

    def close(self) -> None:
        """Release the database."""
        self._book.close()

    @property
    def is_ours_alone(self) -> bool:
        """Whether nobody else has written to it since it was opened, as far as we know.

        Only SQLite tells, by its `data_version`.
        """
        return self._version is not None and self._data_version() == self._version

    def _data_version(self) -> int | None:
        connection = self._book.db.connection()
        if connection.dialect.name != "sqlite":
            return None
        version: int = connection.exec_driver_sql("PRAGMA data_version").scalar_one()
        self._book.db.rollback()
        return version

    def has_assignment(self, name: str) -> bool:
        """Whether the gradebook knows an assignment."""
        return self._patiently(lambda: self._has(api.Assignment, name=name))

    def has_student(self, student: str) -> bool:
        """Whether the gradebook knows a student."""
        return self._patiently(lambda: self._has(api.Student, id=student))

    def ensure_assignment(
        self, name: str, source: Path, *, options: Options | None = None
    ) -> None:
        """Add the assignment, as `nbgrader generate_assignment` does.

        Nothing is written if the gradebook has exactly these cells already.

        Args:
            name: The assignment's name, which is also its notebook's.
            source: The source notebook.
            options: The course's options for nbgrader's preprocessors.

        Raises:
            NotebookError: The source notebook can't be used.
            GradebookError: The cells changed and there are submissions already, or
                the database refuses.
        """
        notebook = prepared(read_course_notebook(source), source, options=options)
        wanted = cells_of(notebook)
        if self._patiently(lambda: self._knows(name, wanted)):
            return

        def save() -> None:
            self._begin()
            if not self._knows(name, wanted):  # another program may have been faster
                save_cells(self._book.db, self._made(name), wanted)
                self._book.db.commit()

        self._patiently(save)

    def write_scores(
        self,
        assignment: str,
        student: str,
        scores: Mapping[str, float | None],
        *,
        timestamp: datetime | None = None,
        notebook: NotebookNode | None = None,
    ) -> float:
        """Write one submission's automatic scores in one transaction.

        The student and the submission are created if they are new. Manual scores, extra
        credit and comments stay; as in nbgrader, a cell with a manual score is marked
        for another look. The late penalty is recomputed.

        Args:
            assignment: Added by `ensure_assignment`.
            student: The student's id.
            scores: By grade_id; None or a missing one leaves the cell without an
                automatic score, for manual grading.
            timestamp: When it was handed in, from `timestamp_of`.
            notebook: The autograded notebook; a written answer that is still the
                release's own text then scores 0, as in nbgrader.

        Returns:
            The points taken off for being late.

        Raises:
            GradebookError: A score is not finite or not in 0..points, a grade_id or
                the assignment is unknown, the late penalty can't be worked out, or
                the database refuses.
        """

        def write() -> float:
            self._begin()
            book = self._notebook(assignment)
            _require_scores(scores, book)
            submitted = self._submitted(book, student, timestamp)
            _fill(submitted, dict(scores), _unanswered(book, notebook))
            penalty = self._penalize(submitted)
            self._book.db.commit()
            return penalty or 0.0

        return self._patiently(write)

    def reconcile(
        self, assignment: str, expected: Mapping[str, Mapping[str, float | None]]
    ) -> Standing:
        """Compare the gradebook with a class's results; no score is changed.

        If the scores are right, late penalties are updated: a due date or an extension
        may have changed.

        Args:
            assignment: Made known by `ensure_assignment`.
            expected: Automatic scores by student and grade_id.

        Raises:
            GradebookError: The assignment is unknown, a late penalty can't be worked
                out, or the database refuses.
        """

        def compare() -> Standing:
            self._begin()
            book = self._notebook(assignment)
            standing = reconciled(book, expected, self._penalties)
            self._book.db.commit()
            return standing

        return self._patiently(compare)

    def _begin(self) -> None:
        """Begin a transaction that nobody else can write into.

        What it reads, such as which cells there are, then stays valid until the commit.
        """
        self._book.db.rollback()
        connection = self._book.db.connection()
        _hold(connection)
        if connection.dialect.name == "postgresql":
            # Manual scores have to wait as well; readers don't.
            connection.exec_driver_sql("LOCK TABLE grade IN SHARE ROW EXCLUSIVE MODE")

    def _penalize(self, submitted: api.SubmittedNotebook) -> float | None:
        """Set and return the late penalty of the current scores."""
        penalty = None
        if self._penalties:
            self._book.db.flush()
            self._book.db.refresh(submitted, ["score"])  # a query, made by nbgrader
            penalty = self._penalties.of(submitted.assignment, submitted)
        submitted.late_submission_penalty = penalty
        return penalty

    def _has(self, kind: type[api.Assignment | api.Student], **named: str) -> bool:
        return self._book.db.query(kind).filter_by(**named).first() is not None

    def _knows(self, name: str, wanted: Cells) -> bool:
        try:
            book = self._book.find_notebook(name, name)
        except api.MissingEntry:
            return False
        return cells_in(book) == wanted

    def _made(self, name: str) -> api.Notebook:
        """The row of an assignment's notebook, created if it is new; not committed."""
        db = self._book.db
        assignment = (
            db.query(api.Assignment)
            .filter_by(name=name)
            .with_for_update()
            .one_or_none()
        )
        if assignment is None:
            assignment = api.Assignment(name=name, course_id=self._book.course_id)
            db.add(assignment)
        named = [each for each in assignment.notebooks if each.name == name]
        book = named[0] if named else api.Notebook(name=name, assignment=assignment)
        db.add(book)
        db.flush()
        return book

    def _notebook(self, assignment: str) -> api.Notebook:
        try:
            return self._book.find_notebook(assignment, assignment)
        except api.MissingEntry:
            raise GradebookError(
                f'assignment "{assignment}" is not in the gradebook. '
                f"Run `autograder grade {assignment}`."
            ) from None

    def _submitted(
        self, book: api.Notebook, student: str, timestamp: datetime | None
    ) -> api.SubmittedNotebook:
        """The student's notebook with a row for each cell, none of it committed."""
        db = self._book.db
        person = db.get(api.Student, student)
        if person is None:
            person = api.Student(id=student)
            db.add(person)
        submission = (
            db.query(api.SubmittedAssignment)
            .filter_by(assignment_id=book.assignment.id, student_id=student)
            .one_or_none()
        )
        if submission is None:
            submission = api.SubmittedAssignment(
                assignment=book.assignment, student=person
            )
            db.add(submission)
        # nbgrader stores UTC without a zone; formgrader considers a submission graded
        # if this equals its timestamp.txt, or if neither exists.
        submission.timestamp = timestamp and timestamp.astimezone(UTC).replace(
            tzinfo=None
        )
        submitted = next(
            (nb for nb in submission.notebooks if nb.notebook is book), None
        )
        if submitted is None:
            submitted = api.SubmittedNotebook(notebook=book, assignment=submission)
        _add_rows(submitted, book)
        # Only `add` cascades to related new rows; then they get their keys.
        db.add(submitted)
        db.flush()
        return submitted

    def _patiently(self, action: Callable[[], T]) -> T:
        """Do something with the database, retrying while another program holds it."""
        deadline = time.monotonic() + self.patience_s
        while True:
            try:
                return action()
            except (SQLAlchemyError, api.InvalidEntry) as error:
                self._roll_back()
                if not _may_pass(error) or time.monotonic() > deadline:
                    raise GradebookError(_why(error, self._url)) from error
                time.sleep(0.1)
            except Exception:
                self._roll_back()
                raise

    def _roll_back(self) -> None:
        """Roll back; there is nothing to roll back while the book opens."""
        if book := getattr(self, "_book", None):
            book.db.rollback()


def _require_scores(scores: Mapping[str, float | None], book: api.Notebook) -> None:
    points = {cell.name: cell.max_score for cell in book.grade_cells}
    for grade_id, score in scores.items():
        where = f'assignment "{book.name}", grade_id "{grade_id}"'
        if grade_id not in points:
            raise GradebookError(
                f"{where}: the gradebook has no such grade cell. It has: "
                f"{', '.join(sorted(points))}."
            )
        if score is None:
            continue
        if not (math.isfinite(score) and 0 <= score <= points[grade_id]):
            raise GradebookError(
                f"{where}: the score {score} is not in 0..{points[grade_id]:g}; "
                "nothing was written."
            )


def _add_rows(submitted: api.SubmittedNotebook, book: api.Notebook) -> None:
    """Add the rows that the submission lacks: a grade or comment for each cell."""
    graded = {grade.cell_id for grade in submitted.grades}
    for cell in (*book.grade_cells, *book.task_cells):
        if cell.id not in graded:
            api.Grade(cell=cell, notebook=submitted)
    commented = {comment.cell_id for comment in submitted.comments}
    for cell in (*book.solution_cells, *book.task_cells):
        if cell.id not in commented:
            api.Comment(cell=cell, notebook=submitted)


def _fill(
    submitted: api.SubmittedNotebook,
    scores: dict[str, float | None],
    unanswered: set[str] | None,
) -> None:
    """Set automatic scores and comments by nbgrader's own rules (SaveAutoGrades)."""
    for grade in submitted.grades:
        if unanswered and grade.name in unanswered:
            scores.setdefault(grade.name, 0.0)
        grade.auto_score = scores.get(grade.name)
        is_open = grade.auto_score is None or grade.manual_score is not None
        grade.needs_manual_grade = is_open
    if unanswered is None:
        return
    for comment in submitted.comments:
        comment.auto_comment = "No response." if comment.name in unanswered else None


def _unanswered(book: api.Notebook, notebook: NotebookNode | None) -> set[str] | None:
    """Solution cells that are unchanged since release; None if unknown."""
    if notebook is None:
        return None
    released = {cell.name: cell.checksum for cell in book.source_cells}
    return {
        cell.metadata.nbgrader["grade_id"]
        for cell in notebook.cells
        if is_solution(cell)
        and released.get(cell.metadata.nbgrader["grade_id"]) == compute_checksum(cell)
    }


def _with_patience(db_url: str, patience_s: float) -> str:
    """The URL with a timeout, if SQLite accepts one."""
    try:
        url: URL = make_url(db_url)
    except ArgumentError as error:
        raise GradebookError(
            f"c.CourseDirectory.db_url = {db_url!r} is not a database URL. Write it as "
            "sqlite:///gradebook.db or postgresql://user@host/name."
        ) from error
    if url.get_backend_name() == "sqlite":
        url = url.update_query_dict({"timeout": str(min(_BUSY_S, patience_s))})
    return url.render_as_string(hide_password=False)


def _make_tables(url: str, course_id: str) -> None:
    """Create a new database with its course, atomically.

    nbgrader would do this in many steps, and runs `alembic` from PATH to find its
    newest version, which takes seconds and may be missing.
    """
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            _hold(connection)
            if not inspect(connection).get_table_names():
                _make_new(connection)
            # nbgrader checks first and then inserts, so one of two may fail.
            known = select(api.Course.id).where(api.Course.id == course_id)
            if connection.execute(known).first() is None:
                connection.execute(insert(api.Course).values(id=course_id))
            connection.commit()
    finally:
        engine.dispose()


def _make_new(connection: Connection) -> None:
    """Create nbgrader's tables, and record their version."""
    # Imported here: it takes a fifth of a second, and most commands find a gradebook.
    from alembic.runtime.migration import MigrationContext
    from alembic.script import ScriptDirectory

    api.Base.metadata.create_all(bind=connection)
    context = MigrationContext.configure(connection)
    context.stamp(ScriptDirectory(ALEMBIC_DIR), "head")


def _hold(connection: Connection) -> None:
    """Take the write lock now, until the transaction ends.

    Python's sqlite3 takes SQLite's at the first write, and commits after each CREATE
    TABLE unless a transaction was begun by hand. PostgreSQL has no lock for a whole
    database.
    """
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    elif connection.dialect.name == "postgresql":
        timeout_ms = round(_BUSY_S * 1000)
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = {timeout_ms}")
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_ADVISORY})")


def _may_pass(error: Exception) -> bool:
    """Whether trying again may help; nbgrader wraps some errors in its own."""
    text = str(error).lower()
    is_operational = isinstance(
        error, OperationalError | IntegrityError | api.InvalidEntry
    )
    return is_operational and any(word in text for word in _PASSING)


def _is_outdated(error: Exception, said: str) -> bool:
    """Whether nbgrader has newer tables than the database has."""
    is_undefined = isinstance(error, ProgrammingError) and "does not exist" in said
    return is_undefined or any(words in said for words in _OUTDATED)


def _why(error: Exception, url: str) -> str:
    """One line: which gradebook, what is wrong, what to do."""
    place = make_url(url).set(query={}).render_as_string(hide_password=True)
    said = str(error.orig) if isinstance(error, DBAPIError) else str(error)
    # Below its first line PostgreSQL shows the statement.
    said = " ".join(said.partition("\n")[0].split()).rstrip(".")
    if _may_pass(error):
        advice = "Another program holds it: close formgrader, or wait, and grade again"
    elif _is_outdated(error, said):
        advice = "Back it up and run `nbgrader db upgrade`"
    elif any(words in said for words in _DAMAGED):
        advice = (
            "Put a backup in its place, or move it away: automatic scores are then "
            "rewritten from the results; manual scores are only in this file"
        )
    else:
        advice = "Check c.CourseDirectory.db_url and that its folder can be written"
    return f"{place}: {said}. {advice}."
