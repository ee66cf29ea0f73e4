"""Run a notebook as far as a check needs, outside a grading run.

Owns: the kernels of a plain pytest run, and of the source's own solution when a check
has to be verified. May not: judge anything.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack

from nbformat import NotebookNode

from autograder.cellkinds import grade_id_of
from autograder.checks.exam import Exam
from autograder.config import Settings
from autograder.execution.launchers import Launcher
from autograder.execution.parameters import with_parameters
from autograder.execution.session import Session
from autograder.sandbox import Box

__all__ = ["Runs", "is_run_by"]


class Runs:
    """Exams, one notebook per assignment.

    Args:
        settings: The course's settings.
        device: "cpu" or "cuda".
        notebook_of: The notebook to run for an assignment.
        launcher_of: Starts the kernels of an assignment.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        device: str,
        notebook_of: Callable[[str], NotebookNode],
        launcher_of: Callable[[str], Launcher],
    ) -> None:
        self._settings = settings
        self._device = device
        self._notebook_of = notebook_of
        self._launcher_of = launcher_of
        self._open: dict[str, tuple[Exam, ExitStack]] = {}

    def exam_for(self, assignment: str, grade_id: str) -> Exam:
        """The exam at a grade cell; in a new kernel if the last one is past it."""
        exam = self._exam(assignment)
        index = _position(exam, grade_id)
        if index is None or exam.session.position > index:
            self._end(assignment)
            exam = self._exam(assignment)
            index = _position(exam, grade_id) or 0
        exam.session.advance(index)
        exam.turn_to(grade_id, index)
        return exam

    def close(self) -> None:
        """End every kernel."""
        for assignment in list(self._open):
            self._end(assignment)

    def _end(self, assignment: str) -> None:
        _, stack = self._open.pop(assignment)
        stack.close()

    def _exam(self, assignment: str) -> Exam:
        """The exam of an assignment; started if there is none."""
        if assignment not in self._open:
            with ExitStack() as stack:
                exam = self._started(assignment, stack)
                self._open[assignment] = exam, stack.pop_all()
        return self._open[assignment][0]

    def _started(self, assignment: str, stack: ExitStack) -> Exam:
        settings = self._settings
        box = stack.enter_context(Box())
        release = settings.release_directory / assignment
        if release.is_dir():
            box.copy_in(release, leave_out=("*.ipynb",))
        notebook = self._notebook_of(assignment)
        session = Session(
            with_parameters(notebook, {"DEVICE": self._device}),
            box,
            limits=settings.limits(assignment),
            launcher=self._launcher_of(assignment),
            is_run=is_run_by(settings),
        )
        return Exam(stack.enter_context(session))


def _position(exam: Exam, grade_id: str) -> int | None:
    for index, cell in enumerate(exam.session.notebook.cells):
        if grade_id_of(cell) == grade_id:
            return index
    return None


def is_run_by(settings: Settings) -> Callable[[NotebookNode], bool]:
    """Which cells are run when grading: all but grade cells and the source's pictures.

    The tags are the source's: a submission's own are never used.
    """
    skipped = set(settings.skip_tags)

    def is_run(cell: NotebookNode) -> bool:
        tags = cell.metadata.get("tags", [])
        return grade_id_of(cell) is None and skipped.isdisjoint(tags)

    return is_run
