"""Grade a class and put what came of it where nbgrader expects it.

Owns: the order: check what is asked for, grade, gradebook and autograded notebook; and
that what can't be written costs its student only, for whom all stays as it was.
May not: grade or speak SQL by itself.
"""

from __future__ import annotations

import html
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.config import Settings, shown
from autograder.errors import AutograderError
from autograder.execution.stopwatch import Stopwatch
from autograder.grading.batch import (
    Result,
    grade_hand_ins,
    not_recorded,
    put_back,
    require_assignment,
    write_whole,
)
from autograder.grading.freshness import require_fresh
from autograder.grading.hand_in import hand_ins
from autograder.grading.pool import Crew
from autograder.grading.preflight import require_machine, workers_for
from autograder.model import GradeReport, Status
from autograder.text import one_line

if TYPE_CHECKING:
    from nbformat import NotebookNode

    from autograder.gradebook import Gradebook

__all__ = ["Tick", "grade_class", "require_device"]

#: Called after each submission with how many are done, of how many, and whose it was.
Tick = Callable[[int, int, str], None]


def require_device(device: str) -> None:
    """Check a device's name.

    Raises:
        AutograderError: There is no such device.
    """
    if device not in {"cpu", "cuda"}:
        raise AutograderError(f'there is no device "{device}". Use cpu or cuda.')


def grade_class(
    settings: Settings,
    assignment: str,
    *,
    students: Sequence[str] = (),
    device: str = "cpu",
    workers: int | None = None,
    tick: Tick | None = None,
) -> list[GradeReport]:
    """Grade an assignment's submissions; scores stand in the gradebook afterwards.

    A submission that could not be graded by our fault keeps the score that it had, and
    so does one whose result, notebook or scores can't be written; its report says so.

    Args:
        settings: The course's settings.
        assignment: Name of the assignment.
        students: Only these; everybody who handed in when empty.
        device: "cpu" or "cuda".
        workers: Submissions graded at once; the course's setting, or one a core.
        tick: Told of each finished submission.

    Returns:
        The reports, sorted by student.

    Raises:
        AutograderError: Nothing was graded; one line says why.
    """
    require_assignment(settings, assignment)
    require_machine(settings, assignment)
    submissions = hand_ins(settings, assignment, students)
    chosen = workers or settings.workers
    most = chosen or os.cpu_count() or 1
    count = sum(each.is_there for each in submissions)
    size = workers_for(
        settings.limits(assignment), min(most, count), is_chosen=chosen is not None
    )
    with Crew(
        settings, assignment, device=device, size=size, submissions=count
    ) as crew:
        # The crew needs seconds to get ready; so does nbgrader, to be imported.
        from autograder.gradebook import Gradebook

        require_fresh(settings, assignment)
        with Gradebook.of_course(settings) as gradebook:
            source = settings.source_notebook(assignment)
            gradebook.ensure_assignment(
                assignment, source, options=settings.nbgrader_options
            )
            results = grade_hand_ins(
                settings, assignment, submissions, device=device, crew=crew
            )
            reports = []
            for done, result in enumerate(results, start=1):
                reports.append(_recorded(settings, gradebook, result))
                if tick:
                    tick(done, len(submissions), result.report.student)
    return sorted(reports, key=lambda report: report.student)


def _recorded(settings: Settings, gradebook: Gradebook, result: Result) -> GradeReport:
    """Record a result, or leave all as it was; the report that is true afterwards."""
    report = result.report
    if not result.is_kept:
        return report
    before, started = _contents(settings, report), time.monotonic()
    try:
        return _record(settings, gradebook, result)
    except Exception as error:  # noqa: BLE001 - whatever it is costs this student only
        if time.monotonic() - started >= gradebook.patience_s:
            gradebook.patience_s = 0.0  # the next ones have waited as well
        return not_recorded(report, _reason(error) + _undo(settings, result, before))


def _contents(settings: Settings, report: GradeReport) -> dict[Path, bytes | None]:
    """What lies in a student's autograded folder; None for a file that isn't there."""
    folder = settings.autograded_directory / report.student / report.assignment
    paths = (folder / f"{report.assignment}.ipynb", folder / "timestamp.txt")
    try:
        return {path: path.read_bytes() if path.is_file() else None for path in paths}
    except OSError:
        return {}  # nor can they be written then


def _undo(settings: Settings, result: Result, before: dict[Path, bytes | None]) -> str:
    """Put a student's files back; why that failed, as one more sentence, or ""."""
    try:
        put_back(settings, result)
        for path, data in before.items():
            if path.is_file() and data is None:
                path.unlink()
            elif data is not None and path.read_bytes() != data:
                write_whole(path, data)
    except OSError as error:
        return f" What was there before could not be put back: {_reason(error)}"
    return ""


def _reason(error: Exception) -> str:
    """One line for a person; what is no error of ours is named."""
    if isinstance(error, AutograderError):
        return str(error)
    if isinstance(error, OSError) and error.strerror:
        name = error.filename
        where = f"{shown(Path(os.fsdecode(name)))}: " if name else ""
        return f"{where}{error.strerror}. Mend that and grade again."
    return f"{type(error).__name__}: {error}"


def _record(settings: Settings, gradebook: Gradebook, result: Result) -> GradeReport:
    """Write one result's autograded notebook and scores; the report, with the times."""
    from autograder.gradebook import timestamp_of, write_autograded

    report = result.report
    is_nobody = bool(result.hand_in.objection)
    if report.status in (Status.UNGRADED, Status.MISSING) or is_nobody:
        return report
    stopwatch = Stopwatch("record")
    handed_in, remark = timestamp_of(result.hand_in.path.parent)
    with stopwatch.on("notebook"):
        notebook = result.notebook or _unread(settings, report)
        write_autograded(
            settings.autograded_directory,
            student=report.student,
            assignment=report.assignment,
            notebook=notebook,
            timestamp=handed_in,
        )
        _keep_executed(settings, result)
    with stopwatch.on("gradebook"):
        penalty = gradebook.write_scores(
            report.assignment,
            report.student,
            {exercise.grade_id: exercise.score for exercise in report.exercises},
            timestamp=handed_in,
            notebook=notebook,
        )
    late = f"handed in late: {penalty:g} points are taken off" if penalty else ""
    note = "; ".join(each for each in (report.note, remark, late) if each)
    return replace(report, note=note, timings={**report.timings, **stopwatch.parts_s})


def _keep_executed(settings: Settings, result: Result) -> None:
    """Keep what the student may not see of a notebook for the instructor.

    Raises:
        GradebookError: It can't be written.
    """
    from autograder.gradebook import write_executed

    write_executed(
        settings.state_directory / "executed" / result.report.assignment,
        student=result.report.student,
        notebook=result.executed,
    )


def _unread(settings: Settings, report: GradeReport) -> NotebookNode:
    """What stands for a submission that can't be read: the release, the reason on top.

    So the student finds the reason in nbgrader's feedback, and nothing of an earlier
    submission stays.
    """
    from nbformat.v4 import new_markdown_cell

    from autograder.notebook import read_course_notebook

    name = report.assignment
    path = settings.release_directory / name / f"{name}.ipynb"
    notebook = read_course_notebook(path)
    reason = html.escape(one_line(report.note))
    text = f"## This submission could not be read\n\n<pre>{reason}</pre>\n"
    notebook.cells.insert(0, new_markdown_cell(text, id="could-not-be-read"))
    return notebook
