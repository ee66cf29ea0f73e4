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
from autograder.model import (
    CheckResult,
    ExerciseReport,
    GradeReport,
    Outcome,
    Status,
)

if TYPE_CHECKING:
    # Imported where it is used: it takes seconds, and workers are to be hired first.
    from nbformat import NotebookNode

__all__ = [
    "Result",
    "grade_hand_ins",
    "require_assignment",
    "results_folder",
]


@dataclass(frozen=True)
class Result:
    """A hand-in, what came of it, and its executed notebook if there is one."""

    hand_in: HandIn
    report: GradeReport
    notebook: NotebookNode | None = None


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

    Each report is on disk (`results_folder`) before it is yielded.

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
        report = _not_graded(settings, assignment, each, status, device)
        yield _kept(settings, Result(each, replace(report, note=note)))
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
        report = _not_graded(settings, assignment, hand_in, Status.UNGRADED, device)
        trace = str(answer.get("failure", "the worker gave no report")).strip()
        note = "the grader failed: " + trace.splitlines()[-1]
        return Result(hand_in, replace(report, note=note))
    from nbformat import from_dict

    report = GradeReport.from_json(assignment, answer["report"])
    note = "; ".join(filter(None, (report.note, hand_in.note)))
    report = replace(report, note=note)
    notebook = answer.get("notebook")
    return Result(hand_in, report, notebook and from_dict(notebook))


def _not_graded(
    settings: Settings,
    assignment: str,
    hand_in: HandIn,
    status: Status,
    device: str,
) -> GradeReport:
    from autograder.notebook import points_of, read_course_notebook

    release = settings.release_directory / assignment / f"{assignment}.ipynb"
    points = points_of(read_course_notebook(release))
    is_ours = status is Status.UNGRADED
    check = CheckResult(
        name="submission",
        public=True,
        outcome=Outcome.UNGRADED if is_ours else Outcome.NOT_RUN,
    )
    return GradeReport(
        assignment=assignment,
        student=hand_in.student,
        status=status,
        exercises=tuple(
            ExerciseReport(each, points[each], (check,)) for each in points
        ),
        device=device,
    )


def _kept(settings: Settings, result: Result) -> Result:
    """Write a report to the results folder, whole or not at all."""
    folder = results_folder(settings, result.report.assignment)
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(result.report.to_json(), allow_nan=False, indent=1)
    descriptor, temporary = tempfile.mkstemp(dir=folder, prefix=".writing-")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text + "\n")
        Path(temporary).replace(folder / f"{result.report.student}.json")
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    return result
