"""Run the public checks on a notebook, wherever it is; nothing is kept.

Owns: the choice of the assignment, by the notebook's cells, and the separate folder in
which workers find it. May not: touch results, gradebook or hand-ins.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from autograder.config import Assignment, Settings
from autograder.errors import MalformedError, UnreadableError
from autograder.grading.batch import require_assignment
from autograder.grading.freshness import require_fresh
from autograder.grading.handed import read_whole
from autograder.grading.messages import Answer, Job
from autograder.grading.preflight import require_machine, workers_for
from autograder.grading.untrusted import recognised
from autograder.model import ExerciseReport, GradeReport, Outcome, Status
from autograder.sandbox import Disposable
from autograder.text import one_line

__all__ = ["Validation", "validate"]


@dataclass(frozen=True)
class Validation:
    """The outcome for one notebook.

    Attributes:
        notebook: Its path, as it was given.
        report: On its public checks; None if they could not be run.
        trouble: Why not, in one line, or "".
    """

    notebook: Path
    report: GradeReport | None = None
    trouble: str = ""

    @property
    def asked(self) -> list[ExerciseReport]:
        """The exercises that have public checks."""
        exercises = self.report.exercises if self.report else ()
        return [each for each in exercises if each.checks]

    @property
    def needs_attention(self) -> bool:
        """Whether a person has to look: something could not be checked."""
        is_graded = self.report is not None and self.report.status is Status.GRADED
        open_ones = (each.outcome is Outcome.UNGRADED for each in self.asked)
        return bool(self.trouble) or not is_graded or any(open_ones)

    @property
    def has_passed(self) -> bool:
        """Whether all public checks have passed."""
        outcomes = {each.outcome for each in self.asked}
        return not self.needs_attention and outcomes <= {Outcome.PASSED}


def validate(
    settings: Settings,
    notebooks: Sequence[Path],
    *,
    workers: int | None = None,
) -> list[Validation]:
    """Run the public checks of their assignments on notebooks.

    Args:
        settings: The course's.
        notebooks: Files, wherever they are.
        workers: Notebooks run at once; the course's setting, or one per core.

    Raises:
        AutograderError: Nothing can be checked: something is wrong with the course or
            the machine.
    """
    with (
        tempfile.TemporaryDirectory(prefix="validate-") as folder,
        closing(Disposable()) as reader,
    ):
        apart = settings.model_copy(update={"submitted_directory": Path(folder)})
        made: dict[int, Validation] = {}
        jobs: dict[str, list[Job]] = {}
        for number, notebook in enumerate(notebooks):
            try:
                name = _placed(apart, reader, notebook, str(number))
            except (MalformedError, UnreadableError) as error:
                made[number] = Validation(notebook, trouble=one_line(str(error)))
                continue
            path = str(apart.assignment(name).submission(str(number)))
            jobs.setdefault(name, []).append(Job(str(number), path, only="public"))
        for name, waiting in jobs.items():
            assignment = apart.assignment(name)
            for number, report, trouble in _asked(assignment, waiting, workers):
                made[number] = Validation(notebooks[number], report, trouble)
        return [_named(made[number]) for number in sorted(made)]


def _placed(settings: Settings, reader: Disposable, notebook: Path, name: str) -> str:
    """Copy a notebook and the files beside it for a worker; return its assignment.

    Raises:
        MalformedError: It is not a notebook of the course.
        UnreadableError: This machine can't read it.
    """
    where = notebook.absolute()
    likeness = recognised(reader, settings, where, below=where.parent)
    if likeness is None:
        known = ", ".join(settings.assignments) or "none yet"
        raise MalformedError(
            f"{notebook.name} has no cells of this course's assignments. The course "
            f"has: {known}."
        )
    assignment = settings.assignment(likeness.assignment)
    data, beside = read_whole(assignment, where, below=where.parent)
    place = assignment.submission(name)
    for path, content in ((Path(place.name), data), *beside.files.items()):
        target = place.parent / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    return assignment.name


def _asked(
    assignment: Assignment, jobs: Sequence[Job], workers: int | None
) -> Iterator[tuple[int, GradeReport | None, str]]:
    """The outcome of each job, by its number; the reason if there is none."""
    from autograder.grading.pool import Crew

    require_assignment(assignment)
    require_fresh(assignment)
    require_machine(assignment)
    chosen = workers or assignment.settings.workers
    most = min(chosen or os.cpu_count() or 1, len(jobs))
    size = workers_for(assignment.limits, most, is_chosen=chosen is not None)
    with Crew(assignment, size=size, submissions=len(jobs)) as crew:
        for job, answer in crew.grade(jobs):
            if isinstance(answer, Answer):
                yield int(job.student), answer.report_on(assignment.name), ""
            else:
                last = answer.trace.strip().splitlines()[-1]
                yield int(job.student), None, f"the grader failed: {one_line(last)}"


def _named(made: Validation) -> Validation:
    """Name the report's student as the person named the notebook."""
    if made.report is None:
        return made
    name = one_line(str(made.notebook))
    return replace(made, report=replace(made.report, student=name))
