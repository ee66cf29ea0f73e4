"""A class of submissions: grade them all, keep what came of it.

Owns: the results store, and the order "result, notebook, gradebook". May not: grade by
itself; workers do. Only this process writes.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.config import Assignment, shown
from autograder.errors import AssignmentError
from autograder.files import write_whole
from autograder.grading.hand_in import HandIn
from autograder.grading.messages import Answer, Failure, Job
from autograder.grading.pool import Crew, run_jobs
from autograder.model import GradeReport, Status

if TYPE_CHECKING:
    # Imported where it is used: it takes seconds, and workers are to be hired first.
    from nbformat import NotebookNode

__all__ = [
    "Result",
    "grade_hand_ins",
    "not_recorded",
    "put_back",
    "require_assignment",
    "results_folder",
]


@dataclass(frozen=True)
class Result:
    """A hand-in, what came of it, and its executed notebook if there is one.

    Attributes:
        hand_in: Whose it is.
        report: What is told of it.
        notebook: What the student may see of the executed notebook.
        executed: All of it, where that is more.
        is_kept: Whether the report lies in the results folder.
        earlier: What lay there before, or None.
    """

    hand_in: HandIn
    report: GradeReport
    notebook: NotebookNode | None = None
    executed: NotebookNode | None = None
    is_kept: bool = True
    earlier: bytes | None = None


def require_assignment(assignment: Assignment) -> None:
    """Check that an assignment can be graded.

    Raises:
        AssignmentError: It is unknown, not released, or has no grading tests.
    """
    name, release = assignment.name, assignment.release_notebook
    _ = assignment.source_notebook
    if not release.is_file():
        raise AssignmentError(
            f"{name} is not released: {shown(release)} is missing. "
            f"Run `autograder release {name}`."
        )
    if not assignment.tests.is_dir():
        raise AssignmentError(
            f"{name} has no grading tests: {shown(assignment.tests)} is missing. "
            "Write pytest files there."
        )


def grade_hand_ins(
    assignment: Assignment,
    submissions: Sequence[HandIn],
    *,
    workers: int = 1,
    crew: Crew | None = None,
) -> Iterator[Result]:
    """Grade submissions in workers; results come in the order of finishing.

    Each report is on disk (`results_folder`) before it is yielded; one that can't be
    written is yielded as ungraded, with the reason.

    Args:
        assignment: What is graded.
        submissions: From `hand_ins`.
        workers: How many to hire, where there is no crew.
        crew: Workers that are hired already, for this assignment.
    """
    by_student = {each.student: each for each in submissions}
    jobs = []
    for each in submissions:
        if each.verdict is None:
            jobs.append(Job(each.student, str(each.path)))
            continue
        status, note = each.verdict
        report = _not_graded(assignment, each, status, note)
        yield _kept(assignment, Result(each, report))
    answers = crew.grade(jobs) if crew else run_jobs(jobs, assignment, workers=workers)
    for job, answer in answers:
        hand_in = by_student[job.student]
        yield _kept(assignment, _result(assignment, hand_in, answer))


def results_folder(assignment: Assignment) -> Path:
    """Where the reports of an assignment are kept, one JSON file a student."""
    return assignment.settings.state_directory / "results" / assignment.name


def _result(
    assignment: Assignment, hand_in: HandIn, answer: Answer | Failure
) -> Result:
    if isinstance(answer, Failure):
        note = "the grader failed: " + answer.trace.strip().splitlines()[-1]
        report = _not_graded(assignment, hand_in, Status.UNGRADED, note)
        return Result(hand_in, report)
    from nbformat import from_dict

    report = answer.report_on(assignment.name)
    note = "; ".join(filter(None, (report.note, hand_in.note)))
    report = replace(report, note=note)
    notebook, executed = answer.notebook, answer.executed
    return Result(
        hand_in,
        report,
        from_dict(notebook) if notebook else None,
        from_dict(executed) if executed else None,
    )


def _not_graded(
    assignment: Assignment, hand_in: HandIn, status: Status, note: str
) -> GradeReport:
    from autograder.notebook import points_of, read_course_notebook

    return GradeReport.not_run(
        assignment.name,
        hand_in.student,
        status=status,
        points=points_of(read_course_notebook(assignment.release_notebook)),
        note=note,
        device=assignment.device,
    )


def not_recorded(report: GradeReport, reason: str) -> GradeReport:
    """The report on a submission that was graded in vain: its scores stand nowhere."""
    return GradeReport.not_run(
        report.assignment,
        report.student,
        status=Status.UNGRADED,
        points={each.grade_id: each.points for each in report.exercises},
        note=f"graded, but not recorded: {' '.join(reason.split())}",
        wall=report.wall,
        device=report.device,
    )


def put_back(assignment: Assignment, result: Result) -> None:
    """Undo the keeping of a report: what lay in the results folder lies there again."""
    path = _path_of(assignment, result.report)
    if not result.is_kept:
        return
    if result.earlier is None:
        path.unlink(missing_ok=True)
    else:
        write_whole(path, result.earlier)


def _kept(assignment: Assignment, result: Result) -> Result:
    """Write a report to the results folder; where that fails it costs this one only."""
    path = _path_of(assignment, result.report)
    try:
        text = json.dumps(result.report.to_json(), allow_nan=False, indent=1)
        earlier = path.read_bytes() if path.is_file() else None
        write_whole(path, f"{text}\n".encode())
    except (OSError, ValueError) as error:
        advice = "Mend the folder and grade again"
        reason = f"{shown(path)} can't be written: {_said(error)}. {advice}."
        report = not_recorded(result.report, reason)
        return replace(result, report=report, is_kept=False)
    return replace(result, earlier=earlier)


def _path_of(assignment: Assignment, report: GradeReport) -> Path:
    return results_folder(assignment) / f"{report.student}.json"


def _said(error: Exception) -> str:
    return str(getattr(error, "strerror", None) or error)
