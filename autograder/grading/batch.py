"""A class of submissions: grade them all, keep what came of it.

Owns: the results store, and the order "result, notebook, gradebook". May not: grade by
itself; workers do. Only this process writes.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autograder.config import Settings, shown
from autograder.errors import AssignmentError
from autograder.grading.hand_in import HandIn
from autograder.grading.pool import Crew, Job, run_jobs
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
    "write_whole",
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


def require_assignment(settings: Settings, assignment: str) -> None:
    """Check that an assignment can be graded.

    Raises:
        AssignmentError: It is unknown, not released, or has no grading tests.
    """
    settings.source_notebook(assignment)
    release = settings.release_directory / assignment / f"{assignment}.ipynb"
    if not release.is_file():
        raise AssignmentError(
            f"{assignment} is not released: {shown(release)} is missing. "
            f"Run `autograder release {assignment}`."
        )
    tests = settings.tests_directory / assignment
    if not tests.is_dir():
        raise AssignmentError(
            f"{assignment} has no grading tests: {shown(tests)} is missing. "
            "Write pytest files there."
        )


def grade_hand_ins(
    settings: Settings,
    assignment: str,
    submissions: Sequence[HandIn],
    *,
    device: str = "cpu",
    workers: int = 1,
    crew: Crew | None = None,
) -> Iterator[Result]:
    """Grade submissions in workers; results come in the order of finishing.

    Each report is on disk (`results_folder`) before it is yielded; one that can't be
    written is yielded as ungraded, with the reason.

    Args:
        settings: The course's settings.
        assignment: Name of the assignment.
        submissions: From `hand_ins`.
        device: "cpu" or "cuda".
        workers: How many to hire, where there is no crew.
        crew: Workers that are hired already, for this assignment and device.
    """
    by_student = {each.student: each for each in submissions}
    jobs = []
    for each in submissions:
        if each.verdict is None:
            jobs.append(Job(each.student, str(each.path)))
            continue
        status, note = each.verdict
        report = _not_graded(settings, assignment, each, status, note, device)
        yield _kept(settings, Result(each, report))
    answers = (
        crew.grade(jobs)
        if crew
        else run_jobs(jobs, settings, assignment, device=device, workers=workers)
    )
    for job, answer in answers:
        hand_in = by_student[job.student]
        yield _kept(settings, _result(settings, assignment, hand_in, answer, device))


def results_folder(settings: Settings, assignment: str) -> Path:
    """Where the reports of an assignment are kept, one JSON file a student."""
    return settings.state_directory / "results" / assignment


def _result(
    settings: Settings,
    assignment: str,
    hand_in: HandIn,
    answer: dict[str, Any],
    device: str,
) -> Result:
    if "report" not in answer:
        trace = str(answer.get("failure", "the worker gave no report")).strip()
        note = "the grader failed: " + trace.splitlines()[-1]
        status = Status.UNGRADED
        return Result(
            hand_in, _not_graded(settings, assignment, hand_in, status, note, device)
        )
    from nbformat import from_dict

    report = GradeReport.from_json(assignment, answer["report"])
    note = "; ".join(filter(None, (report.note, hand_in.note)))
    report = replace(report, note=note)
    notebook, executed = answer.get("notebook"), answer.get("executed")
    return Result(
        hand_in,
        report,
        notebook and from_dict(notebook),
        executed and from_dict(executed),
    )


def _not_graded(
    settings: Settings,
    assignment: str,
    hand_in: HandIn,
    status: Status,
    note: str,
    device: str,
) -> GradeReport:
    from autograder.notebook import points_of, read_course_notebook

    release = settings.release_directory / assignment / f"{assignment}.ipynb"
    return GradeReport.not_run(
        assignment,
        hand_in.student,
        status=status,
        points=points_of(read_course_notebook(release)),
        note=note,
        device=device,
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


def put_back(settings: Settings, result: Result) -> None:
    """Undo the keeping of a report: what lay in the results folder lies there again."""
    path = _path_of(settings, result.report)
    if not result.is_kept:
        return
    if result.earlier is None:
        path.unlink(missing_ok=True)
    else:
        write_whole(path, result.earlier)


def write_whole(path: Path, data: bytes) -> None:
    """Write a file, whole or not at all; its folder is made.

    Raises:
        OSError: It can't be written; it is as it was.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=".writing-")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _kept(settings: Settings, result: Result) -> Result:
    """Write a report to the results folder; where that fails it costs this one only."""
    path = _path_of(settings, result.report)
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


def _path_of(settings: Settings, report: GradeReport) -> Path:
    return results_folder(settings, report.assignment) / f"{report.student}.json"


def _said(error: Exception) -> str:
    return str(getattr(error, "strerror", None) or error)
