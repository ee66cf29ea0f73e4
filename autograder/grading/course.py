"""Grade a class and put what came of it where nbgrader expects it.

Owns: the order: check what is asked for, grade, gradebook and autograded notebook.
May not: grade or speak SQL by itself.
"""

from __future__ import annotations

import html
import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from autograder.config import Settings
from autograder.errors import AutograderError
from autograder.execution.stopwatch import Stopwatch
from autograder.grading.batch import (
    Result,
    grade_hand_ins,
    hand_ins,
    require_assignment,
)
from autograder.grading.pool import Crew
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

    A submission that could not be graded by our fault keeps the score that it had.

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
    submissions = hand_ins(settings, assignment, students)
    most = workers or settings.workers or os.cpu_count() or 1
    size = min(most, sum(each.is_there for each in submissions))
    with Crew(settings, assignment, device=device, size=size) as crew:
        # The crew needs seconds to get ready; so does nbgrader, to be imported.
        from autograder.gradebook import Gradebook

        with Gradebook(settings.db_url) as gradebook:
            source = settings.source_notebook(assignment)
            gradebook.ensure_assignment(
                assignment, source, options=settings.nbgrader_options
            )
            results = grade_hand_ins(
                settings, assignment, submissions, device=device, crew=crew
            )
            reports = []
            for done, result in enumerate(results, start=1):
                reports.append(_record(settings, gradebook, result))
                if tick:
                    tick(done, len(submissions), result.report.student)
    return sorted(reports, key=lambda report: report.student)


def _record(settings: Settings, gradebook: Gradebook, result: Result) -> GradeReport:
    """Write one result's autograded notebook and scores; the report, with the times."""
    from autograder.gradebook import timestamp_of, write_autograded

    report = result.report
    is_nobody = bool(result.hand_in.objection)
    if report.status in (Status.UNGRADED, Status.MISSING) or is_nobody:
        return report
    stopwatch = Stopwatch("record")
    handed_in = timestamp_of(result.hand_in.path.parent)
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
        gradebook.write_scores(
            report.assignment,
            report.student,
            {exercise.grade_id: exercise.score for exercise in report.exercises},
            timestamp=handed_in,
            notebook=notebook,
        )
    return replace(report, timings={**report.timings, **stopwatch.parts_s})


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
