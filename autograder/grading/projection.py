"""Write results into nbgrader's gradebook and the autograded notebooks.

Owns: whether each lags behind its result, judged by a note made at the last write, and
writing it again. May not: decide a score, or be the only place where something is kept.

Checking for a lag is fast even for a class: nbgrader is not imported while nothing
lags. If another program has written to the gradebook, everything in it is compared.
"""

from __future__ import annotations

import hashlib
import html
import json
import os
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

from autograder.config import Assignment, shown
from autograder.execution.stopwatch import Stopwatch
from autograder.files import open_below, write_whole
from autograder.grading.joining import Joiner, Result
from autograder.model import GradeReport
from autograder.results import Store
from autograder.text import one_line

if TYPE_CHECKING:
    from nbformat import NotebookNode

    from autograder.gradebook import Gradebook

__all__ = ["PROJECTIONS", "Projection", "sqlite_file", "with_note"]

#: The outputs made from a result.
PROJECTIONS = ("autograded", "gradebook")

#: The name under which the state of the whole gradebook is noted.
_BOOK = "book"

#: nbgrader's file beside a submission takes less than 40 bytes.
_TIMESTAMP_BYTES = 1024


class Projection:
    """The gradebook and notebooks of one assignment, as made from results.

    Args:
        assignment: What is graded.
        store: The course's results.
        joiner: Joins the assignment's results.
    """

    def __init__(self, assignment: Assignment, store: Store, joiner: Joiner) -> None:
        self._assignment = assignment
        self._store = store
        self._joiner = joiner
        self._noted = store.projected(assignment.name)
        self._rules = _rules(assignment)
        self._place = _place(assignment)
        self._state_before = self._book_state()
        self._is_as_before = True
        self._gradebook: Gradebook | None = None

    def close(self) -> None:
        """Close the gradebook."""
        if self._gradebook:
            self._gradebook.close()
            self._gradebook = None

    def __enter__(self) -> Projection:
        """The projection itself; the gradebook is opened when it is needed."""
        return self

    def __exit__(self, *_error: object) -> None:
        """Close it."""
        self.close()

    @property
    def gradebook(self) -> Gradebook:
        """The course's gradebook, which knows the assignment.

        Raises:
            GradebookError: It can't be opened or written.
        """
        if self._gradebook is None:
            # Imported here: it takes seconds, and workers should be started first.
            from autograder.gradebook import Gradebook

            assignment = self._assignment
            self._is_as_before = self._book_state() == self._state_before
            gradebook = Gradebook.of_course(assignment.settings)
            gradebook.ensure_assignment(
                assignment.name,
                assignment.source_notebook,
                options=assignment.settings.nbgrader_options,
            )
            self._gradebook = gradebook
        return self._gradebook

    def note_of(self, student: str) -> str:
        """The report on a student's submission when it was last written."""
        return self._noted.get(student, {}).get("note", "")

    def unwritten(self, marks: Mapping[str, str]) -> dict[str, set[str]]:
        """What has not been written from these results: see `lagging`.

        The gradebook itself is not read.
        """
        unwritten: dict[str, set[str]] = {}
        for student, mark in marks.items():
            noted = self._noted.get(student, {})
            expected = self._expected(student, mark)
            names = {name for name in expected if noted.get(name) != expected[name]}
            if names:
                unwritten[student] = names
        return unwritten

    def lagging(self, marks: Mapping[str, str]) -> dict[str, set[str]]:
        """What is out of date, by student: "autograded", "gradebook".

        Args:
            marks: Which parts the students' results are made from: `Joiner.marks`.

        Raises:
            GradebookError: The gradebook was changed and can't be read.
        """
        lagging = self.unwritten(marks)
        written = {each for each in marks if "gradebook" not in lagging.get(each, ())}
        if written and not self._is_untouched():
            for student in self._reconciled(written):
                lagging.setdefault(student, set()).add("gradebook")
        return lagging

    def write(
        self, result: Result, *, names: Collection[str] = PROJECTIONS
    ) -> GradeReport:
        """Write a result's notebook and scores; return the report with any remarks.

        If the scores can't be written, the notebooks stay as they were. Nothing is
        written for a student without a part from the CPU.

        Args:
            result: The result.
            names: Which of "autograded" and "gradebook" lag. Scores given by hand are
                marked for another look whenever automatic ones are written.

        Raises:
            AutograderError: Something can't be written, and why.
            OSError: Likewise.
        """
        from autograder.gradebook import timestamp_of, write_autograded, write_executed

        report, part = result.report, result.part
        if part is None:
            return report
        assignment, student = self._assignment, part.student
        stopwatch = Stopwatch("record")
        timestamp, remark = timestamp_of(assignment.submission(student).parent)
        before = self._contents(student)
        self._note(student, dict.fromkeys(names))
        try:
            with stopwatch.on("notebook"):
                notebook = _notebook(part.notebook) or self._unread(report)
                write_autograded(
                    assignment.settings.autograded_directory,
                    student=student,
                    assignment=assignment.name,
                    notebook=notebook,
                    timestamp=timestamp,
                )
                write_executed(
                    self._executed(student).parent,
                    student=student,
                    notebook=_notebook(part.executed),
                )
            late = self._late_in(self.note_of(student))
            if "gradebook" in names:
                with stopwatch.on("gradebook"):
                    late = _lateness(
                        self.gradebook.write_scores(
                            assignment.name,
                            student,
                            {each.grade_id: each.score for each in report.exercises},
                            timestamp=timestamp,
                            notebook=notebook,
                        )
                    )
        except Exception as error:
            if told := _put_back(before):
                error.add_note(told)
            raise
        note = "; ".join(filter(None, (remark, late)))
        noted = {**self._expected(student, result.mark), "note": note}
        self._note(student, noted)
        timings = {**report.timings, **stopwatch.parts_s}
        return with_note(replace(report, timings=timings), note)

    def note_state(self, *, is_whole: bool) -> None:
        """Note that the gradebook is up to date until somebody writes to it.

        Nothing is noted if another program has written to it in the meantime.

        Args:
            is_whole: Whether this covered all results of the assignment.
        """
        if self._gradebook is None:
            return
        is_ours = self._is_as_before and self._gradebook.is_ours_alone
        self.close()
        now = self._book_state() if is_ours else None
        for name in {*self._store.assignments(), self._assignment.name}:
            noted = self._store.projected(name).get("", {}).get(_BOOK)
            is_known = noted is not None and noted == self._state_before
            if is_known or (is_whole and name == self._assignment.name):
                self._store.note_projected(name, "", {_BOOK: now})

    def note_wait(self, seconds: float) -> None:
        """Stop waiting for a gradebook that has been locked for too long."""
        gradebook = self._gradebook
        if gradebook and seconds >= gradebook.patience_s:
            gradebook.patience_s = 0.0

    def _is_untouched(self) -> bool:
        """Whether nobody has written to the gradebook since its state was noted."""
        if self._gradebook is None:
            self._is_as_before = self._book_state() == self._state_before
        noted = self._noted.get("", {}).get(_BOOK)
        return self._is_as_before and noted is not None and noted == self._state_before

    def _book_state(self) -> str | None:
        """A state that changes with each write; None if it can't be seen from outside.

        Not for use while the gradebook is open: POSIX drops a process's locks on a file
        as soon as it closes any of its descriptors.
        """
        path = sqlite_file(self._assignment.settings.db_url)
        state = path and _state_of_sqlite(path)
        return f"{state} {self._rules}" if state else None

    def _reconciled(self, students: Iterable[str]) -> set[str]:
        """Those of some students whose scores in the gradebook differ."""
        chosen = set(students)
        expected = {
            student: {each.grade_id: each.score for each in report.exercises}
            for student, report in self._joiner.reports(chosen)
        }
        standing = self.gradebook.reconcile(self._assignment.name, expected)
        for student, penalty in standing.penalties.items():
            before = self.note_of(student)
            remark = before.removesuffix(self._late_in(before)).removesuffix("; ")
            note = "; ".join(filter(None, (remark, _lateness(penalty))))
            if note != before:
                self._note(student, {"note": note})
        return standing.lagging

    @staticmethod
    def _late_in(note: str) -> str:
        """The part of a note about a late penalty, or ""."""
        last = note.rpartition("; ")[2]
        return last if last.startswith(_LATE) else ""

    def _expected(self, student: str, mark: str) -> dict[str, str | None]:
        """The note on outputs that are up to date."""
        time_ = self._time_of(student)
        files = (self._assignment.autograded(student), self._executed(student))
        states = " ".join(str(_state_of(path)) for path in files)
        return {
            "autograded": f"{mark} {time_} {states}",
            "gradebook": f"{mark} {time_} {self._place}",
        }

    def _time_of(self, student: str) -> str:
        """The state of nbgrader's timestamp.txt."""
        settings = self._assignment.settings
        path = self._assignment.submission(student).with_name("timestamp.txt")
        try:
            descriptor = open_below(path, settings.submitted_directory)
            with os.fdopen(descriptor, "rb") as file:
                return file.read(_TIMESTAMP_BYTES).hex()
        except OSError as error:
            return error.strerror or "unreadable"

    def _note(self, student: str, digests: dict[str, str | None]) -> None:
        self._store.note_projected(self._assignment.name, student, digests)
        noted = self._noted.setdefault(student, {})
        noted.update({name: digest or "" for name, digest in digests.items()})

    def _executed(self, student: str) -> Path:
        """The folder for what only the instructor may see."""
        folder = self._assignment.settings.state_directory / "executed"
        return folder / self._assignment.name / f"{student}.ipynb"

    def _contents(self, student: str) -> dict[Path, bytes | None]:
        """The contents of a student's files; None for a missing file."""
        path = self._assignment.autograded(student)
        paths = (path, path.with_name("timestamp.txt"), self._executed(student))
        try:
            return {
                each: each.read_bytes() if each.is_file() else None for each in paths
            }
        except OSError:
            return {}  # then they can't be written either

    def _unread(self, report: GradeReport) -> NotebookNode:
        """The notebook for an unreadable submission: the release, with the reason.

        So the student finds the reason in nbgrader's feedback, and nothing remains of
        an earlier submission.
        """
        from nbformat.v4 import new_markdown_cell

        from autograder.notebook import read_course_notebook

        notebook = read_course_notebook(self._assignment.release_notebook)
        reason = html.escape(one_line(report.note))
        text = f"## This submission could not be read\n\n<pre>{reason}</pre>\n"
        notebook.cells.insert(0, new_markdown_cell(text, id="could-not-be-read"))
        return notebook


_LATE = "handed in late"


def _put_back(before: Mapping[Path, bytes | None]) -> str:
    """Restore files so that they match the recorded scores; say why not, or ""."""
    try:
        for path, data in before.items():
            is_there = path.is_file()
            if data is None and is_there:
                path.unlink()
            elif data is not None and not (is_there and path.read_bytes() == data):
                write_whole(path, data)
    except OSError as error:
        name = shown(Path(os.fsdecode(error.filename or "")))
        why = error.strerror or str(error)
        return f"{name}: what was there before could not be put back: {why}."
    return ""


def with_note(report: GradeReport, note: str) -> GradeReport:
    """A report with the remarks from writing it."""
    return replace(report, note="; ".join(filter(None, (report.note, note))))


def _lateness(penalty: float) -> str:
    return f"{_LATE}: {penalty:g} points are taken off" if penalty else ""


def _notebook(text: str | None) -> NotebookNode | None:
    if text is None:
        return None
    from nbformat import from_dict

    notebook: NotebookNode = from_dict(json.loads(text))
    return notebook


def _state_of(path: Path) -> str | None:
    """A state that changes whenever a file is written; None if there is none."""
    try:
        status = path.stat()
    except OSError:
        return None
    return f"{status.st_ino}.{status.st_size}.{status.st_mtime_ns}"


def _state_of_sqlite(path: Path) -> str | None:
    """The same for an SQLite database, whatever the clock says at a write.

    Each transaction raises the counter in its header, or is appended to a log.
    """
    try:
        with path.open("rb") as file:
            counter = file.read(28)[24:].hex()
    except OSError:
        return None
    log = _state_of(path.with_name(f"{path.name}-wal"))
    return f"{_state_of(path)} {counter} {log}"


def sqlite_file(db_url: str) -> Path | None:
    """The file of an SQLite database; None for any other database."""
    scheme, found, rest = db_url.partition(":///")
    if not found or scheme.partition("+")[0] != "sqlite":
        return None
    return Path(unquote(rest.partition("?")[0]))


def _place(assignment: Assignment) -> str:
    """Identifies the gradebook that is written to."""
    place = f"{assignment.settings.db_url} {assignment.settings.course_id}"
    return hashlib.sha256(place.encode()).hexdigest()


def _rules(assignment: Assignment) -> str:
    """The digest of the configuration, which may take points off late submissions."""
    path = assignment.settings.config_file
    digest = hashlib.sha256(_place(assignment).encode())
    for each in (path, path and path.with_name("nbgrader_config.py")):
        if each and each.is_file():
            digest.update(each.read_bytes())
    return digest.hexdigest()[:16]
