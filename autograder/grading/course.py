"""Grade a class: do what has no result yet, keep it, and write what is made of it.

Owns: the order: check what is asked for, see what there is to do, do it, while no other
run grades the same assignment. May not: grade or speak SQL by itself.
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
    """Grade an assignment's submissions; scores stand in the gradebook afterwards.

    Only what has no result yet for what is graded today is run: the submission, the
    release, the checks and what they import, the settings, the seed, the versions.
    Another run of the same assignment is waited for.

    A submission that could not be graded by our fault keeps the score that it had. One
    whose notebook or scores can't be written says so; its result is kept, and is
    written by the next run.

    Args:
        assignment: What is graded.
        students: Only these; everybody who handed in when empty.
        devices: Only these devices' parts; when empty, those of the course's devices
            that this machine has. What is missing then is left open.
        workers: Submissions graded at once; the course's setting, or one a core.
        force: Run everything, whatever results there are.
        tick: Told of each submission that something is done about.
        hire: Finds those who grade, if there is anything to run; workers on this
            machine when None.

    Returns:
        The reports, sorted by student, with the parts of all devices that there are;
        those of a large class lie on the disk.

    Raises:
        AutograderError: Nothing was graded; one line says why.
    """
    require_assignment(assignment)
    elsewhere = hire is not None
    chosen = devices_for(assignment.settings, devices, is_elsewhere=elsewhere)
    results = assignment.settings.results_directory
    hand_ins(assignment, students)  # where there are none, nothing is made
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
