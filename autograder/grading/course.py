"""Grade a class: run what has no result yet, store it, and write the outputs.

Owns: the order: check the request, see what there is to do, do it, while no other run
grades the same assignment. May not: grade or use SQL by itself.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING

from autograder.config import Assignment
from autograder.grading.batch import require_assignment
from autograder.grading.devices import devices_for
from autograder.grading.hand_in import hand_ins
from autograder.grading.joining import Joiner
from autograder.grading.plan import plan_for
from autograder.grading.run import Run, Tick
from autograder.model import GradeReport
from autograder.results import Store, grading_lock

if TYPE_CHECKING:
    from autograder.grading.workforce import Hire

__all__ = ["Tick", "grade_class"]

_log = logging.getLogger(__name__)


def grade_class(
    assignment: Assignment,
    *,
    students: Sequence[str] = (),
    devices: Sequence[str] = (),
    workers: int | None = None,
    force: bool = False,
    tick: Tick | None = None,
    hire: Hire | None = None,
) -> Sequence[GradeReport]:
    """Grade an assignment's submissions and write their scores to the gradebook.

    Only what has no up-to-date result is run; a result depends on the submission, the
    release, the checks and what they import, the settings, the seed, the versions.
    A second run of the same assignment waits for the first.

    A submission that could not be graded through our fault keeps its old score. If its
    notebook or scores can't be written, its report says so; the result is kept, and the
    next run writes it.

    Args:
        assignment: What is graded.
        students: Only these; everybody who handed in if empty.
        devices: Only these devices' parts; if empty, those of the course's devices that
            this machine has. Missing parts are left open.
        workers: Submissions graded at once; the course's setting, or one per core.
        force: Run everything, even where results are up to date.
        tick: Called after each submission that is processed.
        hire: Provides the workers, if there is anything to run; workers on this machine
            if None.

    Returns:
        The reports, sorted by student, with the parts of all devices that there are;
        those of a large class are on disk.

    Raises:
        AutograderError: Nothing was graded; one line says why.
    """
    require_assignment(assignment)
    elsewhere = hire is not None
    chosen = devices_for(assignment.settings, devices, is_elsewhere=elsewhere)
    results = assignment.settings.results_directory
    hand_ins(assignment, students)  # make nothing if there are none
    with (
        grading_lock(results, assignment.name, tell=_log.warning),
        Store(results, tell=_log.warning) as store,
    ):
        submissions = hand_ins(assignment, students)
        joiner = Joiner(assignment, store)
        plans = [
            plan_for(
                assignment.on(device),
                submissions,
                store,
                joiner.newest(device),
                force=force,
            )
            for device in chosen
        ]
        with Run(
            assignment,
            plans,
            store,
            joiner,
            workers=workers,
            is_whole=not students,
            hire=hire,
        ) as run:
            return run.reports(tick or (lambda *_: None))
