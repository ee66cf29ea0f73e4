"""A class of submissions: who handed in, grade them all, keep what came of it.

Owns: the list of submissions, the results store, and the order "result, notebook,
gradebook". May not: grade by itself; workers do. Only this process writes.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autograder.config import Settings, shown
from autograder.errors import AssignmentError
from autograder.grading.pool import Crew, Job, run_jobs
from autograder.model import (
    CheckResult,
    ExerciseReport,
    GradeReport,
    Outcome,
    Status,
)
from autograder.text import printable

if TYPE_CHECKING:
    # Imported where it is used: it takes seconds, and workers are to be hired first.
    from nbformat import NotebookNode

__all__ = [
    "HandIn",
    "Result",
    "grade_hand_ins",
    "hand_ins",
    "require_assignment",
    "results_folder",
]


#: nbgrader's gradebook has room for 128 characters.
MAX_ID_BYTES = 128


@dataclass(frozen=True)
class HandIn:
    """One student's folder for an assignment.

    Attributes:
        student: The student's id: the folder's name; if it can't be one, what can be
            shown of it.
        path: Where the notebook should be.
        objection: Why the folder's name can't be an id, or "".
    """

    student: str
    path: Path
    objection: str = ""

    @classmethod
    def in_folder(cls, folder: Path) -> HandIn:
        """The hand-in of `submitted/<student>/<assignment>`."""
        name, path = folder.parent.name, folder / f"{folder.name}.ipynb"
        if name.isprintable() and len(name.encode()) <= MAX_ID_BYTES:
            return cls(name, path)
        digest = hashlib.sha256(os.fsencode(name)).hexdigest()[:8]
        return cls(
            f"{printable(name)[:40]} ({digest})",
            path,
            "the folder's name can't be a student's id: that is at most "
            f"{MAX_ID_BYTES} bytes of printable text. Rename the folder.",
        )

    @property
    def is_there(self) -> bool:
        """Whether the notebook exists, as anything."""
        return os.path.lexists(self.path)


@dataclass(frozen=True)
class Result:
    """A hand-in, its report, and its executed notebook if there is one.

    Attributes:
        hand_in: The hand-in.
        report: Its report.
        notebook: What the student may see of the executed notebook.
        executed: All of it, where that is more.
    """

    hand_in: HandIn
    report: GradeReport
    notebook: NotebookNode | None = None
    executed: NotebookNode | None = None


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


def hand_ins(
    settings: Settings, assignment: str, students: Sequence[str] = ()
) -> list[HandIn]:
    """Who has a folder for the assignment, sorted by student.

    Args:
        settings: The course's settings.
        assignment: Name of the assignment.
        students: Only these, each of which must have handed in.

    Raises:
        AssignmentError: A student named has no notebook there, or nobody has.
    """
    root = settings.submitted_directory
    folders = sorted(path for path in root.glob("*/*") if path.name == assignment)
    found = [HandIn.in_folder(folder) for folder in folders if folder.is_dir()]
    if not students:
        if not found:
            raise AssignmentError(
                f"no submissions for {assignment}: looked for "
                f"{shown(root)}/<student>/{assignment}/{assignment}.ipynb."
            )
        return found
    by_student = {each.student: each for each in found if each.is_there}
    for student in students:
        if student not in by_student:
            wanted = root / student / assignment / f"{assignment}.ipynb"
            raise AssignmentError(
                f'student "{student}" has not handed in {assignment}: '
                f"{shown(wanted)} is missing."
            )
    return [by_student[student] for student in dict.fromkeys(students)]


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
        if each.objection:
            status, note = Status.MALFORMED, each.objection
        elif not each.is_there:
            status = Status.MISSING
            note = f"no {assignment}.ipynb in the student's folder"
        else:
            jobs.append(Job(each.student, str(each.path)))
            continue
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
