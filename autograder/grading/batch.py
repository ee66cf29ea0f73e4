"""A class of submissions: grade them all in workers.

Owns: which submissions workers get, and what each answer means. May not: grade by
itself, or store anything.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from autograder.config import Assignment, shown
from autograder.errors import AssignmentError
from autograder.grading.hand_in import HandIn
from autograder.grading.messages import Answer, Failure, Job
from autograder.grading.notgraded import not_graded
from autograder.model import GradeReport, Status

if TYPE_CHECKING:
    # Imported where it is used: an unchanged class needs no workers.
    from autograder.grading.workforce import Workforce

__all__ = ["Result", "grade_hand_ins", "job_for", "require_assignment"]


@dataclass(frozen=True)
class Result:
    """A hand-in, its report, and its executed notebook if there is one.

    Attributes:
        hand_in: Whose it is.
        report: Its report, on the exercises that were asked.
        notebook: What the student may see of the executed notebook, as JSON.
        executed: The full notebook, if it holds more.
    """

    hand_in: HandIn
    report: GradeReport
    notebook: str | None = None
    executed: str | None = None


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
    wanted: Mapping[str, tuple[str, ...]] | None = None,
    workers: int = 1,
    crew: Workforce | None = None,
) -> Iterator[Result]:
    """Grade submissions in workers; results come in the order of finishing.

    Args:
        assignment: What is graded.
        submissions: From `hand_ins`.
        wanted: Exercises to ask, by student; all of them for students not listed.
        workers: How many to hire if there is no crew.
        crew: Workers already hired for this assignment.
    """
    by_student = {each.student: each for each in submissions}
    jobs = []
    for each in submissions:
        if each.verdict is None:
            jobs.append(job_for(each, (wanted or {}).get(each.student, ())))
            continue
        status, note = each.verdict
        yield Result(each, not_graded(assignment, each.student, status, note))
    if crew:
        answers = crew.grade(jobs)
    else:
        from autograder.grading.pool import run_jobs

        answers = run_jobs(jobs, assignment, workers=workers)
    for job, answer in answers:
        yield _result(assignment, job, by_student[job.student], answer)


def job_for(hand_in: HandIn, wanted: tuple[str, ...] = ()) -> Job:
    """The job for a submission: these exercises, or all."""
    return Job(hand_in.student, str(hand_in.path), wanted)


def _result(
    assignment: Assignment, job: Job, hand_in: HandIn, answer: Answer | Failure
) -> Result:
    if isinstance(answer, Failure):
        note = "the grader failed: " + answer.trace.strip().splitlines()[-1]
        ours = Status.UNGRADED
        report = not_graded(assignment, hand_in.student, ours, note, wanted=job.wanted)
        return Result(hand_in, report)
    report = answer.report_on(assignment.name)
    note = "; ".join(filter(None, (report.note, hand_in.note)))
    report = replace(report, note=note)
    return Result(hand_in, report, answer.notebook, answer.executed)
